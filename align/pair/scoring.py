"""What a bead is worth: a log-linear score of its similarity, lengths, final marks and paragraphs.

The score is a weighted sum of features, so that the best path of beads is the most probable one under a
conditional random field over segmentations of both documents; `align.pair.weights` has its weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.pair.shapes import MAX_SIDE, SHAPES, Bead

Floats = NDArray[np.float32]

_MARKS = {
    mark: kind
    for kind, marks in enumerate((".。।", "?？؟", "!！", ":：", ";；؛", ",，،、", "…"), 1)
    for mark in marks
}
_CLOSING = "\"'”’“»«›‹)]}」』）】 "
_MARKLESS = 0.7
"""Share of sentences without final mark above which a document's marks say nothing."""
_LONGEST_MISFIT = 6.0
_ENOUGH_PAIRS = 10

_ones = np.ones(len(SHAPES), np.float32)
_sizes = np.array([a + b - 2 for a, b in SHAPES], np.float32)
_takes_source = np.array([a - 1 for a, _ in SHAPES])
_takes_target = np.array([b - 1 for _, b in SHAPES])
BIASES: dict[str, Floats] = {
    "1-1": np.array([a == b == 1 for a, b in SHAPES], np.float32),
    "1-2": np.array([min(a, b) == 1 and a + b == 3 for a, b in SHAPES], np.float32),
    "1-n": np.array([min(a, b) == 1 and a + b > 3 for a, b in SHAPES], np.float32),
    "n-n": np.array([min(a, b) > 1 for a, b in SHAPES], np.float32),
    "size": _sizes,
}
"""Features that depend on the shape alone."""


class Evidence(Protocol):
    """A measure of the similarity of beads, at most 1."""

    def block(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return similarities by shape, for beads that end before sentence i of i0…i1 and j of j0…j1."""

    def beads(self, beads: Sequence[Bead]) -> Floats:
        """Return the similarities of beads that have sentences on both sides."""

    def vectors(self, size: int) -> tuple[Floats, Floats]:
        """Return a unit vector of `size` numbers for each sentence of both sides, similar for pairs."""


@dataclass(frozen=True)
class Side:
    """The sentences of a document.

    Attributes:
        texts: the sentences.
        paragraphs: the number of each one's paragraph; None if they are not known.
    """

    texts: Sequence[str]
    paragraphs: Sequence[int] | None = None

    def lengths(self) -> Floats:
        """Return the lengths of the sentences in characters, a space for each included."""
        return np.fromiter((len(t) + 1 for t in self.texts), np.float32, len(self.texts))

    def marks(self) -> NDArray[np.int8]:
        """Return the kind of final punctuation of each sentence, 0 for none, with a 0 in front."""
        kinds = (_MARKS.get(t.rstrip(_CLOSING)[-1:], 0) for t in self.texts)
        return np.fromiter((0, *kinds), np.int8, len(self.texts) + 1)

    def breaks(self) -> NDArray[np.int64]:
        """Return for each position whether a paragraph ends there; the ends of the document are none."""
        found = np.zeros(len(self.texts) + 1, np.int64)
        if self.paragraphs is not None and len(self.texts) > 1:
            found[1:-1] = np.diff(np.asarray(self.paragraphs)) != 0
        return found


@dataclass
class Term:
    """Values over a block, and the features that they give, as multipliers by shape."""

    values: Floats
    features: dict[str, Floats] = field(default_factory=dict)


class BeadScorer:
    """Scores of the beads of two documents.

    Args:
        source, target: their sentences.
        evidence: measures of similarity by name.
        weights: weight of each feature; those that are not named weigh nothing.
        pairs: single sentences that most likely belong together, if some are known.
    """

    def __init__(
        self, source: Side, target: Side, evidence: Mapping[str, Evidence], weights: Mapping[str, float],
        pairs: Sequence[tuple[int, int]] = (),
    ) -> None:  # fmt: skip
        self._evidence, self._weights = evidence, weights
        left, right = source.lengths(), target.lengths()
        self.null_features = [_null_features(left), _null_features(right)]
        self._expected = [1 - _excess(left, right), 1 - _excess(right, left)]
        ratio = length_ratio(left, right, pairs)
        self._source_chars = np.concatenate([[0], np.cumsum(left, dtype=np.float64)]) * ratio
        self._target_chars = np.concatenate([[0], np.cumsum(right, dtype=np.float64)])
        self._marks = (source.marks(), target.marks())
        self._use_marks = all(len(kinds) > 1 and np.mean(kinds[1:] == 0) < _MARKLESS for kinds in self._marks)
        self._breaks = (source.breaks(), target.breaks())
        self._use_breaks = _informative(*self._breaks)

    @property
    def source_null(self) -> NDArray[np.float64]:
        """Scores of source sentences without counterpart."""
        return self._null(0)

    @property
    def target_null(self) -> NDArray[np.float64]:
        """Scores of target sentences without counterpart."""
        return self._null(1)

    @property
    def gap(self) -> float:
        """Score of the first sentence without counterpart in a row, beside its own; not above 0."""
        return min(self._weights.get("gap", 0.0), 0.0)

    def _null(self, side: int) -> NDArray[np.float64]:
        total = np.zeros(len(self.null_features[side]["null"]))
        for name, values in self.null_features[side].items():
            total += self._weights.get(name, 0.0) * values
        return total * self._expected[side]

    def block(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return scores by shape, for beads that end before sentence i of i0…i1 and j of j0…j1."""
        bias = sum((self._weights.get(name, 0.0) * values for name, values in BIASES.items()), _ones * 0)
        total = np.empty((len(SHAPES), i1 - i0, j1 - j0), np.float32)
        total[:] = bias[:, None, None]
        for term in self.terms(i0, i1, j0, j1):
            factor = sum(
                (self._weights.get(name, 0.0) * by_shape for name, by_shape in term.features.items()),
                _ones * 0,
            )
            total += term.values * factor.astype(np.float32)[:, None, None]
        return total

    def terms(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[Term]:
        """Yield what the score of a block is made of, beside the biases."""
        for name, evidence in self._evidence.items():
            unlike = np.subtract(1, evidence.block(i0, i1, j0, j1), dtype=np.float32)
            yield Term(unlike, {name: _ones, f"{name} size": _sizes})
        yield Term(self._misfit(i0, i1, j0, j1), {"length": _ones})
        if self._use_marks:
            left, right = self._marks[0][i0:i1], self._marks[1][j0:j1]
            differ = (left[:, None] != right[None]).astype(np.float32)
            yield Term(differ[None], {"marks": _ones})
        if self._use_breaks:
            yield from self._paragraphs(i0, i1, j0, j1)

    def _misfit(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return how far the lengths of beads are apart, in units that grow with their square root."""
        i, j = np.arange(i0, i1), np.arange(j0, j1)
        out = np.empty((len(SHAPES), len(i), len(j)), np.float32)
        left = [self._source_chars[i] - self._source_chars[np.maximum(i - a, 0)] for a in range(MAX_SIDE + 1)]
        right = [
            self._target_chars[j] - self._target_chars[np.maximum(j - b, 0)] for b in range(MAX_SIDE + 1)
        ]
        for s, (a, b) in enumerate(SHAPES):
            x, y = left[a].astype(np.float32)[:, None], right[b].astype(np.float32)[None]
            np.divide(np.abs(y - x), np.sqrt((x + y + 1) / 2), out=out[s])
        return np.minimum(out, _LONGEST_MISFIT, out=out)

    def _paragraphs(self, i0: int, i1: int, j0: int, j1: int) -> Iterator[Term]:
        """Yield terms for paragraph ends that do not agree, and for those inside a bead."""
        left, right = self._breaks
        differ = left[i0:i1, None] != right[None, j0:j1]
        yield Term(differ[None].astype(np.float32), {"paragraph": _ones})
        inside = [
            np.stack([ends[k] - ends[np.maximum(k - take, 0)] for take in takes]).astype(np.float32)
            for ends, takes, k in (
                # Breaks strictly inside: those before the last sentence, from after the first on.
                (_before(left), _takes_source, np.arange(i0, i1)),
                (_before(right), _takes_target, np.arange(j0, j1)),
            )
        ]
        yield Term(inside[0][:, :, None] + inside[1][:, None, :], {"crossing": _ones})


def length_ratio(source: Floats, target: Floats, pairs: Sequence[tuple[int, int]] = ()) -> float:
    """Return how much longer the target usually is than the source.

    Args:
        source, target: lengths of the sentences.
        pairs: sentences that most likely belong together. Without enough of them the whole documents are
            compared, unless one seems to have much that the other has not.
    """
    if not len(source) or not len(target):
        return 1.0
    if len(pairs) >= _ENOUGH_PAIRS:
        one, other = np.array(pairs).T
        return float(np.exp(np.median(np.log(target[other] / source[one]))))
    usual = float(target.mean() / source.mean())
    return float(np.clip(target.sum() / source.sum(), usual / 2, usual * 2))


def _null_features(lengths: Floats) -> dict[str, NDArray[np.float64]]:
    """Return the features of sentences without counterpart."""
    relative = np.log(lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1.0))
    return {"null": np.ones(len(lengths)), "null length": relative.astype(np.float64)}


def _excess(own: Floats, other: Floats) -> float:
    """Return the share of a side that is beyond twice the other, in sentences and in characters alike.

    So much has no counterpart whatever the alignment, so that standing alone is nothing unlikely there: it
    costs that much less. Both measures are asked, because some scripts are terse, and some texts cut small.
    """
    parts = (1 - 2 * len(other) / max(len(own), 1), 1 - 2 * float(other.sum()) / max(float(own.sum()), 1.0))
    return max(min(parts), 0.0)


def _before(breaks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of breaks before each position."""
    return np.concatenate([[0], np.cumsum(breaks[:-1])])


def _informative(left: NDArray[np.int64], right: NDArray[np.int64]) -> bool:
    """Tell whether the paragraphs of two documents may correspond to each other."""
    counts = [int(b.sum()) + 1 for b in (left, right)]
    return (
        min(counts) > 1
        and max(counts) <= 2 * min(counts)
        and all(len(b) - 1 >= 1.5 * c for b, c in zip((left, right), counts, strict=True))
    )
