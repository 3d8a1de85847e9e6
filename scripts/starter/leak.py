"""Keeps evaluation text out of the training data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .pairs import Pair

SPAN = 8  # words in a row that training and evaluation may not share

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’]?\s+")


def normalise(text: str) -> list[str]:
    """Words of a text in small letters, without punctuation."""
    return re.findall(r"\w+", text.casefold())


def spans(text: str) -> set[tuple[str, ...]]:
    """All runs of ``SPAN`` words; a shorter text is one run, if it has at least three words."""
    found = normalise(text)
    if len(found) < SPAN:
        return {tuple(found)} if len(found) > 2 else set()
    return {tuple(found[i : i + SPAN]) for i in range(len(found) - SPAN + 1)}


def sentences(paths: Iterable[Path]) -> list[str]:
    """Lines of the evaluation files, and the sentences within each line."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return lines + [part for line in lines for part in _SENTENCE_END.split(line)]


class Guard:
    """Knows the evaluation text; ``hits`` tells whether a text repeats any of it."""

    def __init__(self, evaluation: Iterable[str]) -> None:
        self.known: set[tuple[str, ...]] = set()
        for text in evaluation:
            self.known |= spans(text)

    def hits(self, text: str) -> bool:
        return not self.known.isdisjoint(spans(text))

    def clean(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs neither side of which repeats evaluation text."""
        return [pair for pair in pairs if not self.hits(pair.nl) and not self.hits(pair.en)]
