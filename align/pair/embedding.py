"""Similarity of texts by their sentence embeddings.

Sentences are encoded once. Joined sentences are embedded from the sums of their token features, less what
a join changes (the marks of begin and end, and the features of words next to them), which is measured on a
few joins of the document. Against encoding the joined text, that costs 0.01 to 0.02 of cosine, and no
accuracy in scripts/bench_pair.py.

Distances are divided by the mean distance to the sentences of the other side (Thompson and Koehn, Vecalign,
2019), so that a sentence that resembles everything gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from align.pair.chunks import Chunks, condensed
from align.pair.encoder import SIZE, Encoder
from align.pair.shapes import FIRST, MAX_BEAD, MAX_SIDE, SHAPES, Bead

Floats = NDArray[np.float32]

_SAMPLE = 2000
"""Sentences whose mean embedding stands for all of a side."""
_JOINS = 32
"""Joins of two sentences that are encoded to see what a join changes."""
_PRIOR, _PRIOR_WEIGHT = 0.1, 20
"""Mean cosine of unrelated sentences, and how many of them it is worth against those of the documents."""


class Embeddings:
    """Embeddings of the sentences of one side, and of their joins."""

    def __init__(self, texts: Sequence[str], encoder: Encoder, workers: int = 1) -> None:
        self._encoder = encoder
        self._sums = np.empty((len(texts), SIZE), np.float16)
        self._lengths = np.empty(len(texts), np.float32)
        for begin in range(0, len(texts), _SAMPLE):
            part = slice(begin, begin + _SAMPLE)
            self._sums[part], self._lengths[part] = encoder.sums(texts[part], workers)
        self._change, self._tokens = self._join_change(texts)
        self._chunks = Chunks(len(texts) + 1, self._compute, axis=1)

    def __len__(self) -> int:
        return len(self._sums)

    def _join_change(self, texts: Sequence[str]) -> tuple[Floats, float]:
        """Return the mean difference of token sums, and of lengths, between two sentences and their join."""
        if len(texts) < 2:
            return np.zeros(SIZE, np.float32), 0.0
        chosen = np.linspace(0, len(texts) - 2, min(len(texts) - 1, _JOINS)).astype(int)
        sums, lengths = self._encoder.sums([f"{texts[i]} {texts[i + 1]}" for i in chosen])
        apart = self._sums[chosen].astype(np.float32) + self._sums[chosen + 1]
        tokens = self._lengths[chosen] + self._lengths[chosen + 1] - lengths
        return (apart - sums).mean(axis=0), float(tokens.mean())

    def get(self, begin: int, end: int) -> Floats:
        """Return the embeddings of 1, 2 … joined sentences that end before sentence `begin` … `end` - 1."""
        return self._chunks.get(begin, end)

    def joined(self, starts: Sequence[int], ends: Sequence[int]) -> Floats:
        """Return the embeddings of joins of at most `MAX_SIDE` sentences each."""
        first, last = np.asarray(starts), np.asarray(ends)
        sums = np.zeros((len(first), SIZE), np.float32)
        lengths = np.zeros(len(first), np.float32)
        for k in range(MAX_SIDE):
            has = first + k < last
            sums[has] += self._sums[first[has] + k].astype(np.float32) - self._change
            lengths[has] += self._lengths[first[has] + k] - self._tokens
        return self._encoder.finish(sums + self._change, np.maximum(lengths + self._tokens, 1))

    def single(self, begin: int, end: int) -> Floats:
        """Return the embeddings of single sentences."""
        return self._encoder.finish(self._sums[begin:end].astype(np.float32), self._lengths[begin:end])

    def mean(self) -> Floats:
        """Return the mean embedding of a sample of single sentences."""
        chosen = np.linspace(0, len(self) - 1, min(len(self), _SAMPLE)).astype(int)
        sums = self._sums[chosen].astype(np.float32)
        mean: Floats = self._encoder.finish(sums, self._lengths[chosen]).mean(axis=0)
        return mean

    def _compute(self, begin: int, end: int) -> Floats:
        """Compute the embeddings of joins that end before sentence `begin` … `end` - 1."""
        first = max(begin - MAX_SIDE, 0)
        sums = np.zeros((end - first, SIZE), np.float32)
        lengths = np.zeros(end - first, np.float32)
        np.cumsum(self._sums[first : end - 1].astype(np.float32) - self._change, axis=0, out=sums[1:])
        np.cumsum(self._lengths[first : end - 1] - self._tokens, out=lengths[1:])
        ends = np.arange(begin, end) - first
        out = np.empty((MAX_SIDE, end - begin, SIZE), np.float32)
        for size in range(1, MAX_SIDE + 1):
            starts = np.maximum(ends - size, 0)
            joined = sums[ends] - sums[starts] + self._change
            out[size - 1] = self._encoder.finish(
                joined, np.maximum(lengths[ends] - lengths[starts] + self._tokens, 1)
            )
        return out


class EmbeddingEvidence:
    """Similarity of beads by the embeddings of their two sides.

    Args:
        source: embeddings of the source sentences, or of their translations.
        target: embeddings of the target sentences.
    """

    def __init__(self, source: Embeddings, target: Embeddings) -> None:
        self.source, self.target = source, target
        self._source_mean, self._target_mean = source.mean(), target.mean()

    def block(self, i0: int, i1: int, j0: int, j1: int) -> Floats:
        """Return similarities by shape, for beads that end before sentence i of i0…i1 and j of j0…j1.

        Those of beads that would begin before the documents do are meaningless.
        """
        left, right = self.source.get(i0, i1), self.target.get(j0, j1)
        source = self._ground(left @ self._target_mean, len(self.target))
        target = self._ground(right @ self._source_mean, len(self.source))
        out = np.empty((len(SHAPES), i1 - i0, j1 - j0), np.float32)
        for a in range(1, MAX_SIDE + 1):
            count = MAX_BEAD - a
            planes = out[FIRST[a] : FIRST[a] + count]
            np.matmul(left[a - 1], right[:count].transpose(0, 2, 1), out=planes)
            ground = (source[a - 1][None, :, None] + target[:count, None, :]) / 2
            planes -= ground
            planes /= 1 - ground
        return out

    def beads(self, beads: Sequence[Bead]) -> Floats:
        """Return the similarities of beads that have sentences on both sides."""
        out = np.empty(len(beads), np.float32)
        for begin in range(0, len(beads), _SAMPLE):
            part = beads[begin : begin + _SAMPLE]
            left = self.source.joined([b[0] for b in part], [b[1] for b in part])
            right = self.target.joined([b[2] for b in part], [b[3] for b in part])
            ground = self._ground(left @ self._target_mean, len(self.target))
            ground += self._ground(right @ self._source_mean, len(self.source))
            ground /= 2
            cosine = np.einsum("ij,ij->i", left, right)
            out[begin : begin + _SAMPLE] = (cosine - ground) / (1 - ground)
        return out

    def vectors(self, size: int) -> tuple[Floats, Floats]:
        """Return a unit vector of `size` numbers for each sentence of both sides, similar for pairs."""
        source, target = self.source, self.target
        # Less the mean, which all sentences share and which would drown the rest in fewer numbers.
        return (
            condensed(len(source), size, lambda i, j: source.single(i, j) - self._source_mean),
            condensed(len(target), size, lambda i, j: target.single(i, j) - self._target_mean),
        )

    @staticmethod
    def _ground(cosine: Floats, sentences: int) -> Floats:
        """Return what cosine a text has with unrelated ones, from its cosine with the mean of `sentences`."""
        share = np.float32(sentences / (sentences + _PRIOR_WEIGHT))
        ground: Floats = cosine * share + np.float32(_PRIOR) * (1 - share)
        return ground
