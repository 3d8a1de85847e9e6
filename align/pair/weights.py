"""The weights of bead scores, one set for each combination of evidence.

They maximise the likelihood of right alignments as a conditional random field; scripts/tune_pair.py set them
on Text+Berg dev (both directions) and on perturbed documents of FLORES dev, and scripts/bench_pair.py
measures them on others. Evidence `x` weighs by its distance, 1 - similarity: `x` once for a bead, `x size`
once more for every sentence beyond two.
"""

from __future__ import annotations

from collections.abc import Iterable

from align.pair.evidence import EMBEDDING, SURFACE, TRANSLATED, TRANSLATION

_SETS: dict[frozenset[str], dict[str, float]] = {
    frozenset({EMBEDDING, SURFACE}): {
        "1-1": 0.78, "1-2": 1.03, "1-n": 1.22, "n-n": 1.45, "size": -1.37, "embedding": -14.55,
        "embedding size": -2.54, "surface": 0.61, "surface size": -4.34, "length": -0.62,
        "marks": -1.89, "paragraph": -0.58, "crossing": -1.61, "null": -7.60, "null length": -0.21,
    },
    frozenset({TRANSLATION, SURFACE}): {
        "1-1": 1.38, "1-2": 1.34, "1-n": 1.53, "n-n": 1.97, "size": -2.78, "translation": -13.20,
        "translation size": -3.24, "surface": -1.53, "surface size": -3.84, "length": -0.77,
        "marks": -2.20, "paragraph": -1.09, "crossing": -1.65, "null": -9.65, "null length": -0.26,
    },
    frozenset({TRANSLATION}): {
        "1-1": 1.70, "1-2": 1.38, "1-n": 1.27, "n-n": 1.91, "size": -3.92, "translation": -13.17,
        "translation size": -4.65, "length": -0.73, "marks": -2.35, "paragraph": -0.76,
        "crossing": -1.90, "null": -8.59, "null length": -0.15,
    },
    frozenset({EMBEDDING}): {
        "1-1": 0.99, "1-2": 1.21, "1-n": 1.37, "n-n": 1.75, "size": -3.73, "embedding": -12.23,
        "embedding size": -4.92, "length": -0.57, "marks": -2.21, "paragraph": -0.47,
        "crossing": -1.52, "null": -6.90, "null length": 0.07,
    },
    frozenset({SURFACE}): {
        "1-1": 1.29, "1-2": 1.49, "1-n": 1.94, "n-n": 2.75, "size": -3.63, "surface": -16.11,
        "surface size": -7.46, "length": -0.86, "marks": -1.98, "paragraph": -1.14,
        "crossing": -2.27, "null": -11.31, "null length": -0.61,
    },
    frozenset(): {
        "1-1": 0.49, "1-2": 0.51, "1-n": 0.65, "n-n": 1.78, "size": -2.69, "length": -0.92,
        "marks": -2.38, "paragraph": -1.34, "crossing": -2.22, "null": -4.17, "null length": -0.65,
    },
    frozenset({EMBEDDING, SURFACE, TRANSLATION, TRANSLATED}): {
        "1-1": 0.95, "1-2": 1.26, "1-n": 1.54, "n-n": 1.56, "size": -2.25, "embedding": -7.65,
        "embedding size": -1.34, "surface": 2.37, "surface size": -4.01, "translation": -4.89,
        "translation size": 0.24, "translated embedding": -5.92, "translated embedding size": -1.59,
        "length": -0.60, "marks": -1.81, "paragraph": -0.52, "crossing": -1.54, "null": -8.37,
        "null length": -0.34,
    },
    frozenset({EMBEDDING, TRANSLATION, TRANSLATED}): {
        "1-1": 1.19, "1-2": 1.39, "1-n": 1.56, "n-n": 1.74, "size": -3.94, "embedding": -4.73,
        "embedding size": -3.67, "translation": -3.57, "translation size": -1.31,
        "translated embedding": -6.50, "translated embedding size": -0.53, "length": -0.56,
        "marks": -2.18, "paragraph": -0.29, "crossing": -1.53, "null": -7.83, "null length": 0.00,
    },
}  # fmt: skip


def weights_for(evidence: Iterable[str]) -> dict[str, float]:
    """Return the weights for evidence of these names."""
    return _SETS[frozenset(evidence)]
