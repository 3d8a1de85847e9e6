"""Pairing by way of a third language: two bitexts whose targets are in the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from align.bitext import Row
from align.errors import UsageError


def pair_bitexts(source: Sequence[Row], target: Sequence[Row]) -> Iterator[Row]:
    """Pair the sources of two bitexts whose targets are in the same language.

    Args:
        source, target: rows of as many documents, in the same order.

    Yields:
        Rows with the source of one bitext and that of the other. White space between rows is not in a bitext:
        where a bead has several rows, line ends stand for that between paragraphs, and spaces for the rest.

    Raises:
        UsageError: if the numbers of documents differ.
    """
    left, right = _documents(source), _documents(target)
    if len(left) != len(right):
        raise UsageError(
            f"{len(left)} documents in one bitext, {len(right)} in the other",
            remedy="give bitexts of the same documents, in the same order",
        )
    for one, other in zip(left, right, strict=True):
        yield from _pair(one, other)


def _documents(rows: Sequence[Row]) -> list[list[Row]]:
    """Part rows by document."""
    return [list(group) for _, group in groupby(rows, lambda row: row.doc)]


def _pair(source: list[Row], target: list[Row]) -> Iterator[Row]:
    """Pair the rows of two documents by their targets."""
    from align.pair.api import find_beads
    from align.pair.evidence import TRANSLATION, Found
    from align.pair.lexical import LexicalEvidence
    from align.pair.scoring import Side

    one, other = (Side([" ".join(r.target.split()) for r in rows]) for rows in (source, target))
    evidence = LexicalEvidence(one.texts, other.texts)
    pairing = find_beads(one, other, Found({TRANSLATION: evidence}))
    src_end = tgt_end = 0
    for bead, score, weak in zip(pairing.beads, pairing.scores, pairing.weak(), strict=True):
        left, right = source[bead[0] : bead[1]], target[bead[2] : bead[3]]
        src_start, src_end, text = _stretch(left, src_end)
        tgt_start, tgt_end, translation = _stretch(right, tgt_end)
        yield Row(
            doc=source[0].doc, par=(left or right)[0].par, bead=_bead(left, right),
            src_start=src_start, src_end=src_end, tgt_start=tgt_start, tgt_end=tgt_end,
            source=text, target=translation, score=score, flags=("weak",) if weak else (),
        )  # fmt: skip


def _bead(left: Sequence[Row], right: Sequence[Row]) -> str:
    """Return the numbers of sentences on both sides."""
    return f"{sum(r.sizes[0] for r in left)}-{sum(r.sizes[0] for r in right)}"


def _stretch(rows: Sequence[Row], position: int) -> tuple[int, int, str]:
    """Return the span and text of the sources of some rows."""
    if not rows:
        return position, position, ""
    text = rows[0].source
    for before, row in pairwise(rows):
        text += ("\n" if row.par != before.par else " ") * (row.src_start - before.src_end) + row.source
    return rows[0].src_start, rows[-1].src_end, text
