"""Where to search: a band around the sentences that most likely belong together.

Both documents are represented by one vector a sentence. Neighbouring vectors are added up, again and again,
until a document has few enough of them for a search over everything; that search picks the chain of pairs
whose similarities, as far as they exceed chance, have the largest sum. What lies around the chain is searched
at the next finer level, down to sentences (coarse to fine, as in Thompson and Koehn's Vecalign, 2019). Gaps
in the chain cost nothing, so that a missing chapter only makes the band turn a corner.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.pair.search import NEVER, Band

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

_WHOLE = 2000
"""Most sentences or sums of sentences in a document that is searched as a whole."""
_COARSE_RADIUS, _RADIUS = 16, 10
"""Positions on either side of the chain, between levels and in the end."""
_LENGTH_RADIUS = 30, 128
"""Least and most positions on either side of the diagonal, where there are only lengths to go by."""
_FILL = 64
"""A gap of r rows and c columns is searched as a whole if r · c is at most this times r + c.

So are two documents of these lengths."""
_NEIGHBOURS, _STRAY = 3, 6
"""Pairs before and after that must bear a pair of the chain out, and by how much their offsets may differ."""
_ROWS = 100
"""Rows that show how similar pairs usually are."""
_PAIRED, _LEFT = 1, 2
_CHANCE = 3.0
"""Standard deviations above the mean similarity of unrelated pairs that count as chance."""


def full_band(n: int, m: int) -> Band:
    """Return the band of all positions."""
    return Band(np.zeros(n + 1, np.int64), np.full(n + 1, m + 1))


def diagonal_band(source: Floats, target: Floats) -> Band:
    """Return a band around equal shares of the two documents' lengths, wider for longer documents.

    Args:
        source, target: lengths of the sentences.
    """
    radius = min(_LENGTH_RADIUS[0] + 2 * math.isqrt(len(target)), _LENGTH_RADIUS[1])
    left, right = (np.concatenate([[0], np.cumsum(s, dtype=float)]) for s in (source, target))
    centre = np.interp(left * (right[-1] / max(left[-1], 1e-9)), right, np.arange(len(right)))
    return _connected(centre - radius, centre + radius, len(target))


def find_band(source: Floats, target: Floats) -> Band:
    """Return the band in which to search.

    Args:
        source, target: one vector a sentence; pairs that belong together have similar ones.
    """
    n, m = len(source), len(target)
    if n * m <= _FILL * (n + m):
        return full_band(n, m)
    levels = [(_centred(source), _centred(target))]
    while max(len(levels[-1][0]), len(levels[-1][1])) > _WHOLE:
        levels.append((_halved(levels[-1][0]), _halved(levels[-1][1])))
    left, right = levels.pop()
    band = full_band(len(left), len(right))
    chain = _chain(_units(left), _units(right), band)
    while levels:
        left, right = levels.pop()
        finer = [(2 * i + 1, 2 * j + 1) for i, j in chain]
        band = _around(finer, len(left), len(right), _COARSE_RADIUS)
        chain = _chain(_units(left), _units(right), band)
    return replace(_around(chain, n, m, _RADIUS), pairs=chain)


def _centred(vectors: Floats) -> Floats:
    """Return vectors less their mean, at unit length, so that sentences weigh the same."""
    return _units(vectors - vectors.mean(axis=0, dtype=np.float32))


def _units(vectors: Floats) -> Floats:
    """Return vectors at unit length."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    units: Floats = vectors / np.maximum(norms, 1e-6)[:, None]
    return units


def _halved(vectors: Floats) -> Floats:
    """Return half as many vectors: weighted sums of four neighbours, of which the next sum shares two.

    What two documents have in common then shows wherever their halves fall, as in an image pyramid.
    """
    count = (len(vectors) + 1) // 2
    padded = np.zeros((2 * count + 2, vectors.shape[1]), np.float32)
    padded[1 : len(vectors) + 1] = vectors
    sums: Floats = padded[1:-1:2] + padded[2::2]
    sums *= 3
    sums += padded[:-2:2]
    sums += padded[3::2]
    return sums


def _chance(left: Floats, right: Floats) -> float:
    """Return the similarity that unrelated pairs seldom exceed."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, len(left), 2000), rng.integers(0, len(right), 2000)
    similar = np.einsum("ij,ij->i", left[pairs[0]], right[pairs[1]])
    middle = float(np.median(similar))
    # The median absolute deviation is not disturbed by the few pairs that do belong together.
    return middle + _CHANCE * 1.4826 * float(np.median(np.abs(similar - middle)))


def _usual(left: Floats, right: Floats, band: Band, chance: float) -> float:
    """Return by how much the best pair of a row usually exceeds chance."""
    rows = np.linspace(0, len(left) - 1, min(len(left), _ROWS)).astype(int)
    best = [
        (right[min(band.low[i], len(right) - 1) : band.high[i]] @ left[i]).max(initial=chance) for i in rows
    ]
    return max(float(np.median(best)) - chance, 0.05)


def _chain(left: Floats, right: Floats, band: Band) -> list[tuple[int, int]]:
    """Return the pairs of the chain with the largest sum of similarities above chance, in order.

    Similarities count up to a quarter of what is usual for pairs: so it is the number of pairs that decides,
    and not where the sums of a level happen to begin.
    """
    chance = _chance(left, right)
    enough = _usual(left, right, band, chance) / 4
    offsets = np.concatenate([[0], np.cumsum(band.high - band.low)])
    steps = np.zeros(offsets[-1], np.int8)
    rows = np.full((2, len(right) + 2), NEVER)  # entry j + 1 belongs to position j
    rows[0, 1 : band.high[0] + 1] = 0
    for i0, i1, j0, j1 in band.blocks():
        gains = np.zeros((i1 - i0, j1 - j0), np.float32)
        first, lead = max(i0, 1), max(j0, 1)
        gains[first - i0 :, lead - j0 :] = left[first - 1 : i1 - 1] @ right[lead - 1 : j1 - 1].T
        gains -= chance
        np.clip(gains, 0, enough, out=gains)
        for i in range(max(i0, 1), i1):
            low, high = int(band.low[i]), int(band.high[i])
            before, row = rows[(i - 1) % 2], rows[i % 2]
            gain = gains[i - i0, low - j0 : high - j0]
            paired, alone = before[low:high] + gain, before[low + 1 : high + 1]
            found = np.maximum(paired, alone)
            best = np.maximum.accumulate(found)
            step = (paired > alone).astype(np.int8) * _PAIRED
            step[best > found] = _LEFT
            steps[offsets[i] : offsets[i + 1]] = step
            if i > 1:
                row[band.low[i - 2] + 1 : band.high[i - 2] + 1] = NEVER
            row[low + 1 : high + 1] = best
    return _follow(steps, offsets, band)


def _follow(steps: NDArray[np.int8], offsets: Ints, band: Band) -> list[tuple[int, int]]:
    """Follow the steps back from the end of both documents, and return the pairs in order."""
    pairs = []
    i, j = len(band.low) - 1, int(band.high[-1]) - 1
    while i:
        step = steps[offsets[i] + j - band.low[i]]
        if step == _LEFT:
            j -= 1
            continue
        i -= 1
        if step == _PAIRED:
            j -= 1
            pairs.append((i, j))
    pairs.reverse()
    return pairs


def _supported(pairs: Ints) -> Ints:
    """Return the pairs that two of their six neighbours in the chain agree with about the offset."""
    if len(pairs) < 2 * _NEIGHBOURS:
        return pairs
    offset = pairs[:, 1] - pairs[:, 0]
    support = np.zeros(len(pairs), np.int64)
    for step in range(1, _NEIGHBOURS + 1):
        agree = np.abs(offset[step:] - offset[:-step]) <= _STRAY
        support[step:] += agree
        support[:-step] += agree
    return pairs[support >= 2]


def _around(chain: Sequence[tuple[int, int]], n: int, m: int, radius: int) -> Band:
    """Return the band around a chain, from the beginning of both documents to their end."""
    pairs = _supported(np.array(chain, np.int64).reshape(-1, 2))
    knots = np.concatenate([[[0, 0]], pairs, [[n, m]]])
    start, size = knots[:-1], np.diff(knots, axis=0)
    gap = np.repeat(np.arange(len(start)), size[:, 0] + 1)
    row = np.arange(len(gap)) - np.repeat(np.cumsum(size[:, 0] + 1) - size[:, 0] - 1, size[:, 0] + 1)
    height, width = size[gap, 0], size[gap, 1]
    filled = height * width <= _FILL * (height + width)
    slope = width / np.maximum(height, 1)
    spread = radius + np.minimum(height, width) // 8
    from_left = np.where(filled, 0, np.floor((row - 1) * slope) + radius - spread)
    to_right = np.where(filled, width, np.ceil((row + 1) * slope) + spread - radius)
    low, high = np.full(n + 1, m, np.int64), np.zeros(n + 1, np.int64)
    np.minimum.at(low, start[gap, 0] + row, (start[gap, 1] + from_left - radius).astype(np.int64))
    np.maximum.at(high, start[gap, 0] + row, (start[gap, 1] + to_right + radius).astype(np.int64))
    return _connected(low, high, m)


def _connected(low: NDArray[Any], high: NDArray[Any], m: int) -> Band:
    """Return the band of columns low…high of each row, made to run from corner to corner without a break."""
    low = np.clip(low, 0, m).astype(np.int64)
    high = np.clip(high, 0, m).astype(np.int64) + 1
    low[0], high[-1] = 0, m + 1
    low = np.minimum.accumulate(low[::-1])[::-1]
    high = np.maximum.accumulate(high)
    low[1:] = np.minimum(low[1:], high[:-1] - 1)
    return Band(low, high)
