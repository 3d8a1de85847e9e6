"""Back-translation: an English-Dutch model is trained, and turns English sentences into training pairs.

The model is Helsinki-NLP/opus-mt-en-fr with Dutch in the place of French, trained on the same pairs the other
way round. Its Dutch is not always right, the English beside it is (Sennrich, Haddow and Birch 2016).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .augment import Augmenter
from .pairs import BACK, Pair, weight

if TYPE_CHECKING:
    from .embed import Vocabularies
    from .lexical import Counts
    from .model import Marian

_LEAST = -0.45  # mean log-probability of a piece; below it the Dutch of a sample read was often no Dutch
_LENGTHS = 0.55, 1.7  # words of the Dutch for each word of the English
_NAMES = 0.6  # share of the capitalised words that the Dutch must have
_RATES: dict[str, Any] = {
    "embedding_rate": 1e-4,
    "rate": 2e-4,
    "thawed_rate": 6e-4,
    "thaw": 0.0,
}  # the encoder knows English
_PIECES = 24_000  # source pieces in a batch of the search


@dataclass(frozen=True)
class Swapped:
    """Changes pairs as an ``Augmenter`` does, and turns them round."""

    augment: Augmenter

    def __call__(self, pair: Pair, rng: random.Random) -> Pair:
        changed = self.augment(pair, rng)
        return Pair(changed.en, changed.nl, changed.source)


def faulty(dutch: str, english: str, score: float) -> str:
    """Why a back-translation is not used; empty if it is."""
    left, right = dutch.split(), english.split()
    if not left or not _LENGTHS[0] <= len(left) / len(right) <= _LENGTHS[1]:
        return "length"
    if sorted(re.findall(r"\d", dutch)) != sorted(re.findall(r"\d", english)):
        return "digits"
    if any(left[i : i + 3] == left[i + 3 : i + 6] for i in range(len(left) - 5)):
        return "repetition"
    names = [word.strip(".,;:()\"'!?").removesuffix("'s") for word in right[1:] if word[0].isupper()]
    if names and sum(name[:4] in dutch for name in names) < _NAMES * len(names):
        return "names"
    return "doubtful" if score < _LEAST else ""


def turned(forward: Vocabularies, base: Path) -> Vocabularies:
    """English as the en-fr model cuts it, Dutch as the starter does, without hints."""
    from sentencepiece import SentencePieceProcessor

    from .embed import Vocabularies

    known: dict[str, int] = json.loads((base / "vocab.json").read_text(encoding="utf-8"))
    source = SentencePieceProcessor(model_file=str(base / "source.spm"))

    class English:
        """The source model with the ids of ``vocab.json``."""

        def encode(self, text: str, **options: Any) -> list[int]:
            return [
                known.get(piece, known["<unk>"]) for piece in source.encode(text, out_type=str, **options)
            ]

    special = ("</s>", "<unk>", "<s>", "<pad>")
    pieces = [forward.source.id_to_piece(i) for i in range(forward.source.get_piece_size())]
    targets = ["</s>", "<unk>", *(piece for piece in pieces if piece not in special)]
    at = {piece: i for i, piece in enumerate(targets)}
    return Vocabularies(
        English(),
        forward.source,
        sorted(known, key=known.__getitem__),
        targets,
        [at.get(p, 1) for p in pieces],
    )


def attached(
    base: Path, forward: Vocabularies, backward: Vocabularies, counts: Counts, pairs: Sequence[Pair]
) -> Marian:
    """The en-fr model with vectors of Dutch pieces, means of their translations', in its decoder."""
    import torch

    from .embed import Vocabularies, released, source_embeddings
    from .model import Marian, Shape

    english = released(base)
    size = forward.source.get_piece_size()
    plain = Vocabularies(
        forward.source, forward.target, forward.sources[:size], forward.targets, forward.target_ids
    )
    vectors = source_embeddings(english.shared, english.known, plain, counts, [])
    at = {piece: i for i, piece in enumerate(plain.sources)}
    seen = torch.ones(len(backward.targets))
    for pair in pairs:
        for i in backward.encode_target(pair.nl):
            seen[i] += weight(pair.source)
    frequency = (seen / seen.sum()).log()
    weights = {
        **english.layers,
        "encoder.embed_tokens.weight": english.shared,
        "decoder.embed_tokens.weight": vectors[[at[piece] for piece in backward.targets]],
        "bias": frequency - frequency.mean(),
    }
    model = Marian(Shape(len(backward.sources), len(backward.targets)))
    model.load_state_dict(weights, strict=True)
    return model


def translated(
    model: Marian, vocabularies: Vocabularies, texts: Sequence[str], device: str
) -> Mapping[str, tuple[str, float]]:
    """The Dutch of English sentences and its score, by sentence."""
    from .search import greedy

    coded = sorted(
        (([*vocabularies.encode_source(text), 0], text) for text in set(texts)), key=lambda c: len(c[0])
    )
    found = {}
    while coded:
        size = max(1, _PIECES // len(coded[-1][0]))
        part, coded = coded[-size:], coded[:-size]
        results = greedy(model, [ids for ids, _ in part], device)
        for (_, text), (ids, score) in zip(part, results, strict=True):
            dutch = "" if 1 in ids else vocabularies.target.decode([vocabularies.targets[i] for i in ids])
            found[text] = dutch[:1].upper() + dutch[1:], score
    return found


def parse(arguments: list[str]) -> argparse.Namespace:
    from .__main__ import parser

    own = parser("python -m scripts.starter.backward", __doc__)
    own.add_argument("--english", type=Path, required=True, help="gzipped TSV of english.py")
    own.add_argument("--pairs", type=Path, required=True, help="gzipped TSV to write: nl, en, source")
    return own.parse_args(arguments)


def main(arguments: list[str]) -> None:
    import torch

    from .batches import Sampler, held_out
    from .build import Build, say
    from .corpus import lexical_evidence
    from .feed import drawn_apart
    from .fetch_base import fetch_base
    from .grammar import Grammar
    from .train import Trainer, accelerated, run

    options = parse(arguments)
    build = Build(options)
    build.prepare()
    base = options.work / "base-en-fr"
    fetch_base(base, "en-fr")
    pairs, _ = build.corpus.current()
    forward = build.vocabularies
    counts, _ = lexical_evidence(pairs, forward, options.work / "links.pickle", say)
    backward = turned(forward, base)
    plan = replace(accelerated(options.minutes, build.device), **_RATES)
    kept = [pair for pair in pairs if not held_out(pair) and not pair.source.startswith(BACK)]
    swap = Swapped(Augmenter(build.names))
    sampler = Sampler(kept, backward, swap, {}, Grammar(build.names).draw, sampled=0.03)
    chunks = drawn_apart(sampler, plan.tokens, plan.chunk, plan.workers, time.time_ns())
    trainer = Trainer(
        attached(base, forward, backward, counts, kept), plan, torch.arange(len(backward.targets))
    )
    run(trainer, chunks, {}, options.work / "backward.pt", say)
    with gzip.open(options.english, "rt", encoding="utf-8") as stream:
        wanted = [line.rstrip("\n").split("\t")[1:] for line in stream]
    dutch = translated(trainer.model, backward, [text for text, _ in wanted], plan.device)
    reasons: Counter[str] = Counter()
    with gzip.open(options.pairs, "wt", encoding="utf-8") as out:
        for text, source in wanted:
            reason = faulty(dutch[text][0], text, dutch[text][1])
            reasons[reason] += 1
            if not reason:
                out.write(f"{dutch[text][0]}\t{text}\t{source}\n")
    say(f"{reasons.pop('', 0)} pairs of {len(wanted)}; dropped: {dict(reasons)}")


if __name__ == "__main__":
    main(sys.argv[1:])
