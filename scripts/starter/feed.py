"""Batches as arrays, drawn in the training process or, for an accelerator, in processes of their own."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .batches import Example, Sampler, batched

Chunk = Iterable[Sequence["Padded"]]
"""Batches between two reports, each in as many parts as threads share it."""

_REPORT = 200  # batches between two reports, where they come from other processes
_WAITING = 4  # batches that each process has ready


@dataclass(frozen=True)
class Padded:
    """Examples as arrays: ``source`` and ``target`` (examples, pieces) padded with 0, ``lengths`` of the
    sources (examples,), ``labels`` as ``target`` but padded with -1, ``links`` (n, 3): example, target piece,
    source piece. All int32."""

    source: NDArray[np.int32]
    lengths: NDArray[np.int32]
    target: NDArray[np.int32]
    labels: NDArray[np.int32]
    links: NDArray[np.int32]

    @property
    def tokens(self) -> int:
        """Target pieces."""
        return int((self.labels >= 0).sum())


def filled(rows: Sequence[Sequence[int]], padding: int) -> NDArray[np.int32]:
    """Rows of unequal length as one array."""
    array = np.full((len(rows), max(map(len, rows))), padding, np.int32)
    for at, row in enumerate(rows):
        array[at, : len(row)] = row
    return array


def padded(batch: Sequence[Example]) -> Padded:
    links = [(row, j, i) for row, example in enumerate(batch) for i, j in example.links]
    targets = [example.target for example in batch]
    return Padded(
        filled([example.source for example in batch], 0),
        np.array([len(example.source) for example in batch], np.int32),
        filled(targets, 0),
        filled(targets, -1),
        np.array(links, np.int32).reshape(-1, 3),
    )


def drawn_here(
    refresh: Callable[[], Sampler], tokens: int, size: int, parts: int, rng: random.Random
) -> Iterator[Chunk]:
    """Chunks of ``size`` examples, each batch in ``parts``; ``refresh`` gives the sampler of the next chunk,
    so that pairs added meanwhile are seen."""
    while True:
        batches = batched(refresh().chunk(size, rng), tokens, rng)
        yield ([padded(part) for i in range(parts) if (part := batch[i::parts])] for batch in batches)


def _draw(sampler: Sampler, tokens: int, size: int, seed: int, queue: Any) -> None:
    rng = random.Random(seed)
    while True:
        for batch in batched(sampler.chunk(size, rng), tokens, rng):
            queue.put(padded(batch))


def drawn_apart(sampler: Sampler, tokens: int, size: int, processes: int, seed: int) -> Iterator[Chunk]:
    """Chunks of batches that ``processes``, forks of this one, draw ahead."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue(processes * _WAITING)
    for number in range(processes):
        arguments = (sampler, tokens, size, seed + number, queue)
        context.Process(target=_draw, args=arguments, daemon=True).start()
    return ([[queue.get()] for _ in range(_REPORT)] for _ in iter(int, 1))
