"""Other aligners, for `bench_pair.py` to run on the same sentences.

`plain` is the simplest programme over the same embeddings, without a weight of ours in it: one to four joined
sentences encoded as they are, distances over the mean distance to random sentences of the other side
(Thompson and Koehn, Vecalign, 2019), times a · b, deletions at 0.5. It shows how hard a document is: on the
Text+Berg test set, where Vecalign is published with .902 strict F1 and Bertalign with .936, it reached .895.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from align.pair.encoder import load_encoder
from scripts.pair_data import Aligned, Pair

Floats = NDArray[np.float32]
Spans = list[tuple[int, int, int, int]]

_JOINED, _MOST = 4, 5
_DELETION = 0.5
_RANDOM = 100
_RADIUS = 60


def beads_of(spans: Sequence[tuple[int, int, int, int]]) -> list[Pair]:
    """Turn half-open spans into sentence numbers."""
    return [(tuple(range(a, b)), tuple(range(c, d))) for a, b, c, d in spans]


def _joins(texts: Sequence[str]) -> list[Floats]:
    """Return the embeddings of 1 to 4 sentences that begin at each sentence."""
    encoder = load_encoder()
    return [
        encoder.encode([" ".join(texts[i : i + size]) for i in range(len(texts) - size + 1)])
        for size in range(1, min(_JOINED, len(texts)) + 1)
    ]


def plain(document: Aligned) -> list[Pair]:
    """Align by a plain dynamic programme in a band around the diagonal."""
    left, right = _joins(document.source), _joins(document.target)
    n, m = len(document.source), len(document.target)
    rng = np.random.default_rng(0)
    chosen = [rng.integers(0, size, _RANDOM) for size in (n, m)]
    ground = (
        [1 - (side @ right[0][chosen[1]].T).mean(axis=1) for side in left],
        [1 - (side @ left[0][chosen[0]].T).mean(axis=1) for side in right],
    )
    costs = {}
    for a in range(1, len(left) + 1):
        for b in range(1, min(len(right), _MOST - a) + 1):
            usual = (ground[0][a - 1][:, None] + ground[1][b - 1][None]) / 2
            costs[a, b] = (1 - left[a - 1] @ right[b - 1].T) / usual * a * b
    return beads_of(_cheapest(costs, n, m))


def _cheapest(costs: dict[tuple[int, int], Floats], n: int, m: int) -> Spans:
    """Return the cheapest path of beads."""
    best = np.full((n + 1, m + 1), np.inf)
    shape = {}
    best[0, 0] = 0
    for i in range(n + 1):
        centre = i * m // max(n, 1)
        for j in range(max(centre - _RADIUS, 0), min(centre + _RADIUS, m) + 1):
            ways = [(best[i - 1, j] + _DELETION, (1, 0))] if i else []
            ways += [(best[i, j - 1] + _DELETION, (0, 1))] if j else []
            ways += [
                (best[i - a, j - b] + cost[i - a, j - b], (a, b))
                for (a, b), cost in costs.items()
                if i >= a and j >= b
            ]
            if ways:
                best[i, j], shape[i, j] = min(ways)
    spans, i, j = [], n, m
    while i or j:
        a, b = shape[i, j]
        spans.append((i - a, i, j - b, j))
        i, j = i - a, j - b
    return spans[::-1]


def peers() -> dict[str, Callable[[Aligned], list[Pair]]]:
    """Return the aligners that can run."""
    found: dict[str, Callable[[Aligned], list[Pair]]] = {"plain": plain}
    try:
        import galechurch
    except ImportError:
        print("galechurch is not installed: pip install galechurch")
        return found

    def run(document: Aligned) -> list[Pair]:
        beads = galechurch.align(document.source, document.target, max_block_size=10**9).beads
        return beads_of([(b.source_start, b.source_end, b.target_start, b.target_end) for b in beads])

    return {**found, "galechurch": run}
