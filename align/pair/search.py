"""The search: dynamic programming over a band of sentence positions.

A position (i, j) stands before source sentence i and target sentence j. The best path from (0, 0) to the ends
of both documents is found among all that stay in the band; each step is a bead of one of `SHAPES`, or a
single sentence without a counterpart. The work is a few array operations for each row of the band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.pair.shapes import MAX_SIDE, SHAPES, Bead

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Row = NDArray[np.float64]

NEVER = -1e30
_SOURCE_NULL, _TARGET_NULL = len(SHAPES), len(SHAPES) + 1
_STEP, _SOURCE_GOES_ON, _TARGET_GOES_ON = 31, 32, 64
"""The bits of a step; two tell whether the sentence before the lone one that ends there stands alone, too."""
_RING = MAX_SIDE + 1
_ROWS, _CELLS = 32, 1 << 13
"""Most rows in a block, and most cells where that allows more than one row."""
_COLUMNS = 512
"""Most columns that are scored at once."""


@dataclass(frozen=True)
class Band:
    """Columns low[i]…high[i] - 1 of each row i of positions, from 0 to the number of source sentences.

    Attributes:
        low, high: where each row begins and ends.
        pairs: single sentences that most likely belong together, by which the band was found; may be empty.
    """

    low: Ints
    high: Ints
    pairs: Sequence[tuple[int, int]] = ()

    def blocks(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield rows and columns of rectangles that cover the band: i from, to, j from, to."""
        begin, rows = 0, len(self.low)
        while begin < rows:
            end = begin + 1
            while end < min(begin + _ROWS, rows):
                width = self.high[end] - self.low[begin]
                if (end + 1 - begin) * width > _CELLS:
                    break
                end += 1
            yield begin, end, int(self.low[begin]), int(self.high[end - 1])
            begin = end


class Scorer(Protocol):
    """Log-linear scores of beads."""

    @property
    def source_null(self) -> NDArray[np.float64]:
        """Scores of source sentences without counterpart."""

    @property
    def target_null(self) -> NDArray[np.float64]:
        """Scores of target sentences without counterpart."""

    @property
    def gap(self) -> float:
        """Score of the first of such sentences in a row, beside its own; not above 0."""

    def block(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return scores by shape, for beads that end before sentence i of i0…i1 and j of j0…j1."""


def search(scorer: Scorer, band: Band) -> list[Bead]:
    """Return the beads of the best path, in order.

    Args:
        scorer: scores of beads.
        band: where to look; low and high never fall, and neighbouring rows overlap.
    """
    source_null, target_null = scorer.source_null, scorer.target_null
    n, m = len(source_null), len(target_null)
    offsets = np.concatenate([[0], np.cumsum(band.high - band.low)])
    steps = np.empty(offsets[-1], np.int8)
    paid = np.concatenate([[0.0], np.cumsum(target_null)])
    # The best score by position, and the best one that ends with a source sentence without counterpart.
    best = np.full((_RING, m + 1 + 2 * MAX_SIDE), NEVER)
    alone = np.full(m + 1, NEVER)
    flat, reach = best.reshape(-1), _reach(best.shape[1])
    for i0, i1, j0, j1 in band.blocks():
        scores = _scores(scorer, i0, i1, j0, j1)
        columns = np.arange(j0, j1)
        for i in range(i0, i1):
            low, high = int(band.low[i]), int(band.high[i])
            if i >= _RING:
                old = slice(band.low[i - _RING] + MAX_SIDE, band.high[i - _RING] + MAX_SIDE)
                best[i % _RING, old] = NEVER
            here = slice(low - j0, high - j0)
            found = flat[reach[i % _RING] + columns[here]] + scores[:, i - i0, here]
            if i:
                above = best[(i - 1) % _RING, low + MAX_SIDE : high + MAX_SIDE] + scorer.gap
                goes_on = alone[low:high] > above
                alone[band.low[i - 1] : low] = NEVER
                alone[low:high] = np.maximum(alone[low:high], above) + source_null[i - 1]
            else:
                goes_on = columns[here] < 0
                found[0, columns[here] == 0] = 0.0
            row = best[i % _RING, low + MAX_SIDE : high + MAX_SIDE]
            row[:], step = _row(found, alone[low:high], paid[low:high], scorer.gap)
            steps[offsets[i] : offsets[i + 1]] = step + goes_on * _SOURCE_GOES_ON
    return _trace(steps, offsets, band, n, m)


def _scores(scorer: Scorer, i0: int, i1: int, j0: int, j1: int) -> Floats:
    """Return the scores of a block, computed in pieces if it is wide."""
    if j1 - j0 <= _COLUMNS:
        return scorer.block(i0, i1, j0, j1)
    edges = [*range(j0, j1, _COLUMNS), j1]
    return np.concatenate([scorer.block(i0, i1, a, b) for a, b in pairwise(edges)], axis=2)


def _reach(stride: int) -> Ints:
    """Return, for each row of the ring and each shape, how far before a position's place its bead begins."""
    reach = np.empty((_RING, len(SHAPES), 1), np.int64)
    for r in range(_RING):
        for s, (a, b) in enumerate(SHAPES):
            reach[r, s] = ((r - a) % _RING) * stride - b + MAX_SIDE
    return reach


def _row(found: Row, alone: Row, paid: Row, gap: float) -> tuple[Row, Ints]:
    """Return the best scores of a row and the steps to them.

    Args:
        found: scores by shape of the last bead.
        alone: scores if the last source sentence stands alone.
        paid: score of all target sentences before, if they stand alone.
        gap: score of the first target sentence that does, beside its own.
    """
    step = found.argmax(axis=0)
    best = found.max(axis=0)
    step[alone > best] = _SOURCE_NULL
    best = np.maximum(best, alone)
    begun = best - paid
    before = np.full(len(begun), NEVER)
    np.maximum.accumulate(begun[:-1], out=before[1:])
    passed = before + paid + gap
    step[passed > best] = _TARGET_NULL
    step[1:][before[1:] > begun[:-1]] += _TARGET_GOES_ON
    return np.maximum(best, passed), step


def _trace(steps: NDArray[np.int8], offsets: Ints, band: Band, n: int, m: int) -> list[Bead]:
    """Follow the steps back from the end of both documents."""
    beads: list[Bead] = []
    i, j, state = n, m, -1
    while i or j:
        step = int(steps[offsets[i] + j - band.low[i]])
        if state < 0:
            state = step & _STEP
        if state == _TARGET_NULL:
            a, b, goes_on = 0, 1, step & _TARGET_GOES_ON
        elif state == _SOURCE_NULL:
            a, b, goes_on = 1, 0, step & _SOURCE_GOES_ON
        else:
            (a, b), goes_on = SHAPES[state], 0
        beads.append((i - a, i, j - b, j))
        i, j = i - a, j - b
        if not goes_on:
            state = -1
    beads.reverse()
    return beads
