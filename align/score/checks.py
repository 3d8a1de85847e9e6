"""Checks of texts that are to be compared: are they of one source, and have they anything in common?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from align.bitext import Row
from align.errors import ScoreError
from align.score.blocks import overlaps, same_segments

ALIKE = 1 / 3
"""Share of the segments of the shorter text that must have something in common. It is more than `align pair`
asks for, as one language has more in common by chance: of stretches of 10 and 34 sentences of tests/data/pair
against the FLORES sample, at most 0.43 and 0.26; against their own reference, with half of the words lost, at
least 0.5 and 0.56."""

_STRETCH, _STRETCHES = 24, 400
"""Characters of a stretch that a translation has not in common with its source, and most that are looked
for."""


def same_source(ours: Sequence[Row], theirs: Sequence[Row], path: str | Path) -> list[Row]:
    """Return the rows of another bitext of the same source, with its documents named as ours.

    Documents are matched by order; the two need not be segmented alike.

    Args:
        ours: the rows of the bitext.
        theirs: the rows of the other one.
        path: its file, for errors.

    Raises:
        ScoreError: if its source is another text, or it has not as many documents.
    """
    names, others = (
        [(doc, list(group)) for doc, group in groupby(rows, key=lambda row: row.doc)]
        for rows in (ours, theirs)
    )
    if len(names) != len(others):
        raise ScoreError(f"has {len(others)} documents, but the bitext has {len(names)}", file=path)
    renamed = [
        replace(row, doc=name) for (name, _), (_, group) in zip(names, others, strict=True) for row in group
    ]
    if same_segments(ours, renamed):
        return renamed
    for a, b in overlaps(ours, renamed):
        if _differ(ours[a], renamed[b]):
            raise ScoreError(
                f"its source is another text: {renamed[b].source[:40]!r} where the bitext has "
                f"{ours[a].source[:40]!r}",
                file=path,
                remedy="compare translations of the same source",
            )
    return renamed


def _differ(one: Row, other: Row) -> bool:
    """Tell whether two rows disagree on the source text where their spans overlap."""
    start, end = max(one.src_start, other.src_start), min(one.src_end, other.src_end)
    ours = one.source[start - one.src_start : end - one.src_start]
    return ours != other.source[start - other.src_start : end - other.src_start]


def is_source(reference: Sequence[str], source: Sequence[str]) -> bool:
    """Tell whether a reference is the source text, however the two are segmented."""
    text, whole = ("".join("".join(segments).split()) for segments in (reference, source))
    step = max(len(text) // _STRETCHES, _STRETCH)
    found = [text[n : n + _STRETCH] in whole for n in range(0, len(text) - _STRETCH + 1, step)]
    return len(found) > 1 and sum(found) > len(found) / 2


def alike(hypotheses: Sequence[str], reference: Sequence[str], total: int) -> bool:
    """Tell whether hypotheses have anything in common with a reference, by the measure of `align pair`.

    Args:
        hypotheses, reference: N segments, lined up.
        total: number of segments of the shorter text, those included that could not be lined up.
    """
    from align.pair.api import WEAK
    from align.pair.evidence import TRANSLATION
    from align.pair.lexical import LexicalEvidence
    from align.pair.scoring import Side
    from align.pair.similarity import similarities

    evidence = LexicalEvidence(hypotheses, reference)
    beads = [(n, n + 1, n, n + 1) for n in range(len(hypotheses))]
    scores = similarities(beads, Side(hypotheses), Side(reference), {TRANSLATION: evidence})
    return sum(score >= WEAK for score in scores) >= ALIKE * total
