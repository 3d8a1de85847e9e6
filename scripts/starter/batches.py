"""Training batches: weighted draws, augmentation, concatenation, bucketing by length."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate

from .embed import Vocabularies
from .lexical import Links
from .pairs import LEXICON, Pair, weight

Augment = Callable[[Pair, random.Random], Pair]
Hint = Callable[[Pair, Links], tuple[list[int], Links]]
_LONGEST = 160  # pieces


@dataclass(frozen=True)
class Example:
    """Piece ids of both sides, each closed by ``</s>`` (0), and links between them where known."""

    source: list[int]
    target: list[int]
    links: Links


def held_out(pair: Pair, every: int = 50) -> bool:
    """Whether a pair belongs to the development set: one in ``every``, by a hash of the Dutch side."""
    return hashlib.md5(pair.nl.encode(), usedforsecurity=False).digest()[0] % every == 0


def encode(
    pairs: Sequence[Pair],
    vocabularies: Vocabularies,
    links: Mapping[Pair, Links] | None = None,
    sampled: bool = False,
    hint: Hint | None = None,
) -> Example:
    """One example out of consecutive pairs; ``sampled`` cuts the Dutch at random, which voids the links;
    ``hint`` may put English in the place of Dutch words."""
    source: list[int] = []
    target: list[int] = []
    found: Links = []
    for pair in pairs:
        known = links.get(pair, []) if links and not sampled else []
        if sampled:
            ids = vocabularies.sample_source(pair.nl)
        else:
            ids, known = hint(pair, known) if hint else (vocabularies.encode_source(pair.nl), known)
        found += [(i + len(source), j + len(target)) for i, j in known]
        source += ids
        target += vocabularies.encode_target(pair.en)
    return Example([*source, 0], [*target, 0], found)


@dataclass
class Sampler:
    """Draws examples by source weight; ``joined`` is the share of examples made of two to four
    pairs, ``sampled`` the share whose Dutch side is segmented at random; ``made`` is the share that
    ``make`` invents instead; ``hint`` gives the source ids."""

    pairs: Sequence[Pair]
    vocabularies: Vocabularies
    augment: Augment
    links: Mapping[Pair, Links]
    make: Callable[[random.Random], Pair] | None = None
    hint: Callable[[Pair, Links, random.Random], tuple[list[int], Links]] | None = None
    made: float = 0.05
    joined: float = 0.1
    sampled: float = 0.1
    cumulative: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.cumulative = list(accumulate(weight(p.source) for p in self.pairs))

    def chunk(self, size: int, rng: random.Random) -> list[Example]:
        """``size`` fresh examples."""
        drawn = iter(rng.choices(self.pairs, cum_weights=self.cumulative, k=size))
        examples = []
        for pair in drawn:
            if self.make and rng.random() < self.made:
                pair = self.make(rng)
            group = [pair]
            if pair.source != LEXICON and rng.random() < self.joined:
                group += [extra for _, extra in zip(range(rng.choice((1, 1, 2, 3))), drawn, strict=False)]
            changed = [self.augment(one, rng) for one in group]
            hint = partial(self.hint, rng=rng) if self.hint else None
            example = encode(changed, self.vocabularies, self.links, rng.random() < self.sampled, hint)
            if 2 < len(example.source) <= _LONGEST and 1 < len(example.target) <= _LONGEST:
                examples.append(example)
        return examples


def batched(examples: list[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of similar length, at most ``tokens`` padded positions on the longer side, in random order."""
    ordered = sorted(examples, key=lambda e: max(len(e.source), len(e.target)) + rng.random() * 2)
    batches: list[list[Example]] = [[]]
    for example in ordered:
        longest = max(len(example.source), len(example.target))
        if batches[-1] and longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
        batches[-1].append(example)
    rng.shuffle(batches)
    return iter(batches)
