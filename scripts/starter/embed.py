"""The starting network: the French-English base with its source embeddings exchanged for Dutch ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .lexical import Counts, shortlist_weights
from .model import Marian, Shape

_STRONGEST = 4
_POWER = 1.5


@dataclass
class Vocabularies:
    """SentencePiece models of both sides and the piece lists in id order (``</s>`` 0, ``<unk>`` 1)."""

    source: Any
    target: Any
    sources: list[str]
    targets: list[str]
    target_ids: list[int]

    def encode_source(self, text: str) -> list[int]:
        return list(self.source.encode(text))

    def sample_source(self, text: str) -> list[int]:
        """A random segmentation: words fall apart in other ways, as rare words and names do."""
        return list(self.source.encode(text, enable_sampling=True, alpha=0.6, nbest_size=-1))

    def encode_target(self, text: str) -> list[int]:
        return [self.target_ids[i] for i in self.target.encode(text)]


def load_vocabularies(
    source: Path, base: Path, hints: Sequence[str] = (), target: Path | None = None
) -> Vocabularies:
    """``source``: the Dutch-English SentencePiece model; ``base``: folder of the base model; ``hints``:
    tokens beside the source pieces; ``target``: the English model, if it is not the base's."""
    from sentencepiece import SentencePieceProcessor

    left = SentencePieceProcessor(model_file=str(source))
    right = SentencePieceProcessor(model_file=str(target or base / "target.spm"))
    known = json.loads((base / "vocab.json").read_text(encoding="utf-8"))
    targets = ["</s>", "<unk>"]
    ids = []
    for i in range(right.get_piece_size()):
        piece = right.id_to_piece(i)
        if piece in known and piece not in ("</s>", "<unk>", "<s>", "<pad>"):
            ids.append(len(targets))
            targets.append(piece)
        else:
            ids.append(1)
    sources = [left.id_to_piece(i) for i in range(left.get_piece_size())]
    return Vocabularies(left, right, [*sources, *hints], targets, ids)


def likely(counts: Counter[int], listed: dict[str, float], vocabularies: Vocabularies) -> dict[str, float]:
    """English pieces for one Dutch piece, weights summing to 1: link counts smoothed by the shortlist."""
    scores = {vocabularies.targets[j]: float(n) for j, n in counts.items() if j > 1}
    total = sum(scores.values())
    for piece, specificity in listed.items():
        if piece in scores or total < 3:
            scores[piece] = scores.get(piece, 0.0) + specificity
    best = sorted(scores.items(), key=lambda item: -item[1])[:_STRONGEST]
    sharp = {piece: score**_POWER for piece, score in best}
    norm = sum(sharp.values())
    return {piece: score / norm for piece, score in sharp.items()}


def source_embeddings(
    base: Tensor,
    known: dict[str, int],
    vocabularies: Vocabularies,
    counts: Counts,
    shortlist: list[list[int]],
) -> Tensor:
    """Embeddings of the Dutch pieces, each a weighted mean of the base's vectors of its translations.

    Pieces without letters, and names and fragments without better evidence, are copied from the base where
    it has the same piece; the rest is spelt with the base's English pieces. All have the mean norm.
    """
    mean = base[:-1].norm(dim=1).mean()
    rows = []
    listed = shortlist_weights(shortlist)
    for i, piece in enumerate(vocabularies.sources):
        same = known.get(piece)
        letters = any(c.isalpha() for c in piece)
        hints = {
            vocabularies.sources[c]: w
            for c, w in (listed[i].items() if i < len(listed) else ())
            if vocabularies.sources[c] in known
        }
        evidence = likely(counts.get(i, Counter()), hints, vocabularies) if letters else {}
        name = piece.lstrip("▁")[:1].isupper()
        if same is not None and (not letters or not evidence or (name and evidence.get(piece, 0) > 0.4)):
            rows.append(base[same])
            continue
        if not evidence:
            spelt = vocabularies.target.encode(piece.lstrip("▁"), out_type=str)
            parts = [known[p] for p in spelt if p in known]
            evidence_ids = [(part, 1 / len(parts)) for part in parts] or [(1, 1.0)]
        else:
            evidence_ids = [(known[p], w) for p, w in evidence.items()]
        vector = torch.stack([base[j] * w for j, w in evidence_ids]).sum(0)
        rows.append(vector / vector.norm().clamp(min=1e-6) * mean)
    return torch.stack(rows)


@dataclass(frozen=True)
class Released:
    """An OPUS-MT model of Hugging Face in float32: layers by name, vectors of both sides, output bias,
    ids of pieces."""

    layers: dict[str, Tensor]
    shared: Tensor
    bias: Tensor
    known: dict[str, int]


def released(folder: Path) -> Released:
    """Read a folder of ``fetch_base``."""
    state = torch.load(folder / "pytorch_model.bin", weights_only=True, map_location="cpu")
    layers = {k.removeprefix("model."): v.float() for k, v in state.items() if ".layers." in k}
    known = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    return Released(
        layers, state["model.shared.weight"].float(), state["final_logits_bias"][0].float(), known
    )


def outputs(base: Released, vocabularies: Vocabularies) -> dict[str, Tensor]:
    """The base's target vectors and output bias in our order."""
    order = torch.tensor([base.known[piece] for piece in vocabularies.targets])
    return {"bias": base.bias[order], "decoder.embed_tokens.weight": base.shared[order]}


def base_decoder(folder: Path, vocabularies: Vocabularies) -> dict[str, Tensor]:
    """The base model's decoder, its attention to the source left out."""
    base = released(folder)
    kept = {k: v for k, v in base.layers.items() if k.startswith("decoder") and "encoder_attn" not in k}
    return kept | outputs(base, vocabularies)


def attach(folder: Path, vocabularies: Vocabularies, counts: Counts, shortlist: list[list[int]]) -> Marian:
    """The base model with Dutch attached, in float32."""
    base = released(folder)
    vectors = source_embeddings(base.shared, base.known, vocabularies, counts, shortlist)
    model = Marian(Shape(len(vocabularies.sources), len(vocabularies.targets)))
    weights = {**base.layers, **outputs(base, vocabularies), "encoder.embed_tokens.weight": vectors}
    model.load_state_dict(weights, strict=True)
    return model
