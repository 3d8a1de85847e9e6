"""Bead shapes: how many sentences of either side a bead may take."""

from __future__ import annotations

MAX_SIDE = 6
"""Most sentences of one side in a bead."""

MAX_BEAD = 7
"""Most sentences of both sides together in a bead."""

SHAPES = tuple((a, b) for a in range(1, MAX_SIDE + 1) for b in range(1, MAX_BEAD + 1 - a))
"""The 21 shapes with sentences on both sides; those of one `a` stand together, `b` counting from 1."""

FIRST = {a: SHAPES.index((a, 1)) for a in range(1, MAX_SIDE + 1)}
"""Index of the first shape that takes `a` source sentences."""

Bead = tuple[int, int, int, int]
"""Source sentences from, up to; target sentences from, up to (half-open)."""
