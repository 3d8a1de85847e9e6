"""Similarity of texts by the character n-grams that they share.

The cosine of TF-IDF vectors over character n-grams of 1 to 4. The vectors are linear in their texts, so that
the cosine of joined sentences comes from sums over a matrix of products of single ones: every bead shape
costs four look-ups in a table of prefix sums. N-grams are hashed into vectors of fixed size with random signs
(a count sketch), which keeps memory flat however long the documents are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from align.pair.chunks import Chunks, condensed
from align.pair.shapes import FIRST, MAX_BEAD, MAX_SIDE, SHAPES, Bead

Floats = NDArray[np.float32]

ORDERS = (1, 2, 3, 4)
SIZE = 1024
"""Size of a hashed vector: the cosine of unrelated texts strays by 1/32."""

_COUNTED = 1 << 17
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
_PASS = 2048
_UNSEEN = 20
"""Sentences that are thought to have none of the n-grams: else all in a document of a few would be common."""


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with a single space between words and at the ends."""
    plain = unicodedata.normalize("NFKD", text.lower()).replace("\0", " ")
    return f" {' '.join(plain.split())} "


def ngram_hashes(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint32]]]:
    """Yield, for each order of n-gram, the number of the text that each n-gram is in, and its hash."""
    codes = np.frombuffer("\0".join([*map(fold, texts), ""]).encode("utf-32-le", "replace"), np.uint32)
    codes = codes[(codes < 0x300) | (codes > 0x36F)]  # the accents that NFKD has set apart
    ends = codes == 0
    number = np.cumsum(ends)
    mixed = np.zeros(len(codes), np.uint32)
    within = np.ones(len(codes), bool)
    for order in range(1, max(ORDERS) + 1):
        count = len(codes) - order + 1
        if count <= 0:
            return
        last = codes[order - 1 :]
        mixed = (mixed[:count] ^ last) * np.uint32(_MULTIPLIERS[order - 1])
        mixed ^= mixed >> np.uint32(15)
        within = within[:count] & ~ends[order - 1 :]
        if order in ORDERS:
            yield number[:count][within], mixed[within] * np.uint32(0x2C1B3C6D)


class Vectors:
    """Hashed TF-IDF vectors of the sentences of one side.

    Args:
        texts: the sentences.
        weights: inverse document frequencies by hash, from `frequencies`.
    """

    def __init__(self, texts: Sequence[str], weights: Floats) -> None:
        self._texts, self._weights = texts, weights
        self._chunks = Chunks(len(texts), self.compute)

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, begin: int, end: int) -> Floats:
        """Return the vectors of sentences `begin` to `end`."""
        return self._chunks.get(begin, end)

    def compute(self, begin: int, end: int) -> Floats:
        """Compute the vectors of sentences `begin` to `end`."""
        flat = np.zeros((end - begin) * SIZE)
        for number, hashes in ngram_hashes(self._texts[begin:end]):
            weight = self._weights[hashes >> np.uint32(15)]
            weight *= 1 - 2 * ((hashes >> np.uint32(14)) & np.uint32(1)).astype(np.float32)
            place = number * SIZE + (hashes & np.uint32(SIZE - 1))
            flat += np.bincount(place, weight, len(flat))
        return flat.reshape(end - begin, SIZE).astype(np.float32)


def frequencies(*sides: Sequence[str]) -> Floats:
    """Return the inverse document frequency of n-grams, by the upper 17 bits of their hash."""
    counts = np.zeros(_COUNTED)
    total = 0
    for texts in sides:
        total += len(texts)
        for begin in range(0, len(texts), _PASS):
            for _, hashes in ngram_hashes(texts[begin : begin + _PASS]):
                counts += np.bincount(hashes >> np.uint32(15), minlength=_COUNTED)
    # Counts of occurrences stand for those of sentences: only the commonest n-grams occur twice in one.
    total += _UNSEEN
    return np.log(total / np.clip(counts, 1, total)).astype(np.float32)


class LexicalEvidence:
    """Similarity of beads by the n-grams that their two sides share.

    Args:
        source: texts to compare, one for each source sentence: itself, or its translation.
        target: the target sentences.
    """

    def __init__(self, source: Sequence[str], target: Sequence[str]) -> None:
        weights = frequencies(source, target)
        self.source, self.target = Vectors(source, weights), Vectors(target, weights)

    def block(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return similarities by shape, for beads that end before sentence i of i0…i1 and j of j0…j1.

        Those of beads that would begin before the documents do are meaningless.
        """
        a, b = max(i0 - MAX_SIDE, 0), max(j0 - MAX_SIDE, 0)
        left, right = self.source.get(a, max(i1 - 1, a)), self.target.get(b, max(j1 - 1, b))
        sums = _table(left @ right.T)
        rows, columns = np.arange(i0, i1) - a, np.arange(j0, j1) - b
        source, target = _norms(left, rows), _norms(right, columns)
        out = np.empty((len(SHAPES), len(rows), len(columns)), np.float32)
        for p in range(1, MAX_SIDE + 1):
            upper, lower = sums[np.maximum(rows - p, 0)], sums[rows]
            band = (lower - upper).astype(np.float32)
            for q in range(1, MAX_BEAD + 1 - p):
                plane = out[FIRST[p] + q - 1]
                np.subtract(band[:, columns], band[:, np.maximum(columns - q, 0)], out=plane)
                plane *= source[p - 1][:, None]
                plane *= target[q - 1]
        return out

    def beads(self, beads: Sequence[Bead]) -> Floats:
        """Return the similarities of beads that have sentences on both sides."""
        out = np.empty(len(beads), np.float32)
        for n, (i0, i1, j0, j1) in enumerate(beads):
            left, right = self.source.get(i0, i1).sum(axis=0), self.target.get(j0, j1).sum(axis=0)
            norm = float(np.sqrt((left @ left) * (right @ right)))
            out[n] = left @ right / norm if norm > 0 else 0.0
        return out

    def vectors(self, size: int) -> tuple[Floats, Floats]:
        """Return a unit vector of `size` numbers for each sentence of both sides, similar for pairs."""
        return (
            condensed(len(self.source), size, self.source.compute),
            condensed(len(self.target), size, self.target.compute),
        )


def _table(products: Floats) -> NDArray[np.float64]:
    """Return prefix sums in both directions, with a row and a column of zeros before."""
    table = np.zeros((products.shape[0] + 1, products.shape[1] + 1))
    np.cumsum(np.cumsum(products, axis=0, dtype=np.float64), axis=1, out=table[1:, 1:])
    return table


def _norms(vectors: Floats, ends: NDArray[np.int64]) -> list[Floats]:
    """Return the inverse norms of 1, 2 … joined vectors that end before each of `ends`."""
    table = _table(vectors @ vectors.T)
    out = []
    for size in range(1, MAX_SIDE + 1):
        starts = np.maximum(ends - size, 0)
        square = table[ends, ends] - 2 * table[starts, ends] + table[starts, starts]
        out.append(np.where(square > 1e-6, 1 / np.sqrt(np.maximum(square, 1e-6)), 0).astype(np.float32))
    return out
