"""The bitext row: the one record that every command reads or writes.

A row pairs a stretch of the source document with a stretch of the target document (a bead). Its spans
are Unicode code point offsets into the decoded documents, so that ``document[row.src_start:row.src_end]
== row.source``, and likewise for the target. Rows of a document are ordered and do not overlap; what lies
between them is whitespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from align.errors import FormatError

FLAGS = ("repetition", "truncated", "copied", "empty", "length", "term", "weak")
"""Flags a row can carry, in the order in which they are written.

repetition: the target repeats itself in a loop. truncated: the source was cut. copied: the target is the
source, untranslated. empty: no target came out. length: a length ratio that no real translation has.
term: a term of the glossary that was asked for is not in the target.
weak: an aligned bead whose similarity is below the threshold of `align.pair`.
"""

_BEAD = re.compile(r"(0|[1-9]\d*)-(0|[1-9]\d*)")


@dataclass(slots=True)
class Row:
    """One bead of a bitext.

    Attributes:
        doc: name of the document, as the user gave it ("-" for standard input).
        par: number of the source paragraph in its document, from 1 (of the target's if there is no source).
        bead: numbers of source and target sentences, such as "1-1", "2-1" or "0-1".
        src_start, src_end: span of `source` in the source document, in code points.
        tgt_start, tgt_end: span of `target` in the target document, in code points.
        source, target: the texts, exactly as they stand in their documents.
        score: of a translation, the mean natural-log probability per target token (at most 0); of an
            aligned bead, its similarity in [0, 1]; None where there is none.
        flags: what is doubtful about the row, from `FLAGS`.
        links: word links (i, j) over whitespace tokens of source and target, from 0; None if not computed.
    """

    doc: str
    par: int
    bead: str
    src_start: int
    src_end: int
    tgt_start: int
    tgt_end: int
    source: str
    target: str
    score: float | None = None
    flags: tuple[str, ...] = ()
    links: tuple[tuple[int, int], ...] | None = None

    @property
    def sizes(self) -> tuple[int, int]:
        """Numbers of source and target sentences in the bead."""
        return bead_sizes(self.bead)


def bead_sizes(bead: str) -> tuple[int, int]:
    """Return the numbers of source and target sentences that a bead such as "2-1" stands for.

    Raises:
        FormatError: if `bead` is not of that form.
    """
    match = _BEAD.fullmatch(bead)
    if match is None:
        raise FormatError(f"bad bead {bead!r}", remedy="a bead is written as 1-1, 2-1, 0-1 …")
    return int(match[1]), int(match[2])


def format_links(links: Iterable[tuple[int, int]]) -> str:
    """Write word links in Pharaoh form, ``0-0 1-2``."""
    return " ".join(f"{i}-{j}" for i, j in links)


def parse_links(text: str) -> tuple[tuple[int, int], ...]:
    """Read word links in Pharaoh form.

    Raises:
        FormatError: if a link is not a pair of token numbers ``i-j``.
    """
    links = []
    for item in text.split():
        match = _BEAD.fullmatch(item)
        if match is None:
            raise FormatError(f"bad word link {item!r}", remedy="links are written as 0-0 1-2 …")
        links.append((int(match[1]), int(match[2])))
    return tuple(links)


def check_rows(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows through, checking that the spans of each document are ordered and fit their texts.

    Raises:
        FormatError: at the first row that breaks the promise; `line` is the number of the row, from 1.
    """
    doc: str | None = None
    src = tgt = 0
    for number, row in enumerate(rows, 1):
        if row.doc != doc:
            doc, src, tgt = row.doc, 0, 0
        for side, start, end, text, last in (
            ("source", row.src_start, row.src_end, row.source, src),
            ("target", row.tgt_start, row.tgt_end, row.target, tgt),
        ):
            if end - start != len(text) or start < 0:
                raise FormatError(f"row {number}: the {side} span {start}–{end} does not fit its text")
            if start < last:
                raise FormatError(f"row {number}: the {side} span {start}–{end} overlaps the row before")
        src, tgt = row.src_end, row.tgt_end
        yield row
