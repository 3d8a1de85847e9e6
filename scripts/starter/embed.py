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


def base_decoder(base: Path, vocabularies: Vocabularies) -> dict[str, Tensor]:
    """The base model's decoder, its attention to the source left out, in float32 and in our order."""
    state = torch.load(base / "pytorch_model.bin", weights_only=True, map_location="cpu")
    known: dict[str, int] = json.loads((base / "vocab.json").read_text(encoding="utf-8"))
    order = torch.tensor([known[piece] for piece in vocabularies.targets])
    found = {
        name.removeprefix("model."): value.float() for name, value in state.items() if ".decoder.l" in name
    }
    found = {name: value for name, value in found.items() if "encoder_attn" not in name}
    found["bias"] = state["final_logits_bias"][0].float()[order]
    found["decoder.embed_tokens.weight"] = state["model.shared.weight"].float()[order]
    return found


def attach(base: Path, vocabularies: Vocabularies, counts: Counts, shortlist: list[list[int]]) -> Marian:
    """The base model with Dutch attached, in float32."""
    state = torch.load(base / "pytorch_model.bin", weights_only=True, map_location="cpu")
    known: dict[str, int] = json.loads((base / "vocab.json").read_text(encoding="utf-8"))
    shared = state["model.shared.weight"].float()
    model = Marian(Shape(len(vocabularies.sources), len(vocabularies.targets)))
    layers = {k.removeprefix("model."): v.float() for k, v in state.items() if ".layers." in k}
    layers |= base_decoder(base, vocabularies)
    layers["encoder.embed_tokens.weight"] = source_embeddings(shared, known, vocabularies, counts, shortlist)
    model.load_state_dict(layers, strict=True)
    return model
