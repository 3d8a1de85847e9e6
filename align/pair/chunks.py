"""Rows computed when they are needed and kept while they are near."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

CHUNK = 64
_KEPT = 48
_PASS = 1024

Array = NDArray[Any]


class Chunks:
    """A large array along one axis, computed in chunks of `CHUNK`, of which the latest ones are kept.

    Args:
        length: size of the array along the axis.
        compute: returns the stretch from begin to end.
        axis: the axis.
    """

    def __init__(self, length: int, compute: Callable[[int, int], Array], axis: int = 0) -> None:
        self._length, self._rows, self._axis = length, compute, axis
        self._kept: OrderedDict[int, Array] = OrderedDict()

    def get(self, begin: int, end: int) -> Array:
        """Return the stretch of the array from `begin` to `end`."""
        first = begin // CHUNK
        parts = [self._chunk(c) for c in range(first, (max(end, begin + 1) - 1) // CHUNK + 1)]
        whole = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=self._axis)
        index: list[slice] = [slice(None)] * whole.ndim
        index[self._axis] = slice(begin - first * CHUNK, end - first * CHUNK)
        stretch: Array = whole[tuple(index)]
        return stretch

    def compute(self, begin: int, end: int) -> Array:
        """Compute a stretch anew."""
        return self._rows(begin, end)

    def _chunk(self, number: int) -> Array:
        chunk = self._kept.get(number)
        if chunk is None:
            begin = number * CHUNK
            chunk = self._kept[number] = self.compute(begin, min(begin + CHUNK, self._length))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(number)
        return chunk


def condensed(length: int, size: int, rows: Callable[[int, int], Array]) -> NDArray[np.float32]:
    """Return many vectors in fewer numbers: sums of their numbers with random signs, at unit length.

    Args:
        length: how many vectors there are.
        size: numbers to keep of each; divides their number.
        rows: returns the vectors from begin to end.
    """
    out = np.empty((length, size), np.float32)
    signs: Array | None = None
    for begin in range(0, length, _PASS):
        end = min(begin + _PASS, length)
        part = rows(begin, end)
        if signs is None:
            signs = np.random.default_rng(0).choice([-1, 1], part.shape[1]).astype(np.float32)
        out[begin:end] = (part * signs).reshape(end - begin, size, -1).sum(axis=2)
    norms = np.sqrt(np.einsum("ij,ij->i", out, out))
    out /= np.maximum(norms, 1e-6)[:, None]
    return out
