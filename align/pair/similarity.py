"""How similar the two sides of a bead are: one number, much the same for all kinds of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from align.pair.evidence import EMBEDDING, SURFACE, TRANSLATED, TRANSLATION
from align.pair.scoring import Evidence, Side
from align.pair.shapes import Bead

_LEXICAL = (TRANSLATION, SURFACE)


def similarities(
    beads: Sequence[Bead], source: Side, target: Side, evidence: Mapping[str, Evidence]
) -> list[float]:
    """Return the similarity of each bead, in [0, 1]; 0 where one side is empty.

    It is the mean of what embeddings and translations say; shared names and numbers count where there is
    nothing else, and lengths where there is nothing at all (the shorter divided by the longer). Cosines of
    n-grams are small numbers: their square root is of the size of the others.
    """
    paired = [n for n, (i0, i1, j0, j1) in enumerate(beads) if i1 > i0 and j1 > j0]
    chosen = [beads[n] for n in paired]
    names = [n for n in (EMBEDDING, TRANSLATION, TRANSLATED) if n in evidence] or list(evidence)
    values: NDArray[np.float64]
    if names:
        values = np.mean([_scaled(name, evidence[name].beads(chosen)) for name in names], axis=0)
    else:
        values = _length_ratios(chosen, source, target)
    out = np.zeros(len(beads))
    out[paired] = values
    return [float(s) for s in out]


def _scaled(name: str, similarity: NDArray[np.float32]) -> NDArray[np.float64]:
    """Bring a measure to [0, 1]."""
    inside = np.clip(similarity, 0, 1).astype(np.float64)
    scaled: NDArray[np.float64] = np.sqrt(inside) if name in _LEXICAL else inside
    return scaled


def _length_ratios(beads: Sequence[Bead], source: Side, target: Side) -> NDArray[np.float64]:
    """Return the shorter side's share of the longer one's length, by the ratio of the documents."""
    left, right = (np.concatenate([[0], np.cumsum(s.lengths(), dtype=np.float64)]) for s in (source, target))
    ends = np.array(beads, np.int64).reshape(-1, 4).T
    one = (left[ends[1]] - left[ends[0]]) * (right[-1] / max(left[-1], 1.0))
    other = right[ends[3]] - right[ends[2]]
    ratios: NDArray[np.float64] = np.minimum(one, other) / np.maximum(np.maximum(one, other), 1e-9)
    return ratios
