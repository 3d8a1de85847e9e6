"""The search: dynamic programming over a band of sentence positions.

A position (i, j) stands before source sentence i and target sentence j. The best path from (0, 0) to the ends
of both documents is found among all that stay in the band; each step is a bead of one of `SHAPES`, or a
single sentence without a counterpart. The work is a few array operations for each row of the band.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from align.pair.shapes import MAX_SIDE, SHAPES, Bead

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

NEVER = -1e30
_SOURCE_NULL, _TARGET_NULL = len(SHAPES), len(SHAPES) + 1
_RING = MAX_SIDE + 1
_ROWS, _CELLS = 32, 1 << 13
"""Most rows in a block, and most cells where that allows more than one row."""
_COLUMNS = 512
"""Most columns that are scored at once."""


@dataclass(frozen=True)
class Band:
    """Columns low[i]…high[i] - 1 of each row i of positions, from 0 to the number of source sentences."""

    low: Ints
    high: Ints

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
    best = np.full((_RING, m + 1 + 2 * MAX_SIDE), NEVER)
    flat, stride = best.reshape(-1), best.shape[1]
    reach = _reach(stride)
    for i0, i1, j0, j1 in band.blocks():
        scores = _scores(scorer, i0, i1, j0, j1)
        columns = np.arange(j0, j1)
        for i in range(i0, i1):
            low, high = int(band.low[i]), int(band.high[i])
            row = best[i % _RING]
            if i >= _RING:
                row[band.low[i - _RING] + MAX_SIDE : band.high[i - _RING] + MAX_SIDE] = NEVER
            found = np.empty((len(SHAPES) + 1, high - low))
            here = slice(low - j0, high - j0)
            np.add(flat[reach[i % _RING] + columns[here]], scores[:, i - i0, here], out=found[:-1])
            above = best[(i - 1) % _RING, low + MAX_SIDE : high + MAX_SIDE]
            found[-1] = above + source_null[i - 1] if i else np.where(columns[here] == 0, 0.0, NEVER)
            row[low + MAX_SIDE : high + MAX_SIDE], steps[offsets[i] : offsets[i + 1]] = _row(
                found, paid[low:high]
            )
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


def _row(
    found: NDArray[np.float64], paid: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the best scores of a row and the steps to them, target sentences passed over included."""
    step = found.argmax(axis=0)
    alone = found.max(axis=0) - paid
    best = np.maximum.accumulate(alone)
    step[best > alone] = _TARGET_NULL
    return best + paid, step


def _trace(steps: NDArray[np.int8], offsets: Ints, band: Band, n: int, m: int) -> list[Bead]:
    """Follow the steps back from the end of both documents."""
    beads: list[Bead] = []
    i, j = n, m
    while i or j:
        step = int(steps[offsets[i] + j - band.low[i]])
        if step == _TARGET_NULL:
            a, b = 0, 1
        elif step == _SOURCE_NULL:
            a, b = 1, 0
        else:
            a, b = SHAPES[step]
        beads.append((i - a, i, j - b, j))
        i, j = i - a, j - b
    beads.reverse()
    return beads
