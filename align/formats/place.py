"""White space between sentences: where texts without offsets stand, and what offsets say of a document.

A bitext that comes without offsets is placed in documents of its own making: sentences of a paragraph are one
character apart, paragraphs two (a blank line). Where a format knows no paragraphs, each row is a paragraph
on a line of its own, one character after the last. A row's empty side stands where the side's last text ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from align.bitext import Row

SENTENCE_GAP = 1
PARAGRAPH_GAP = 2


@dataclass(slots=True)
class _Side:
    """How far one side of a document is: its length, and the paragraph of its last text (0: none yet)."""

    end: int = 0
    par: int = 0

    def put(self, text: str, par: int, gap: int) -> tuple[int, int]:
        """Add a text and return its span."""
        if not text:
            return self.end, self.end
        if self.par == 0:
            gap = 0
        elif self.par == par:
            gap = min(gap, SENTENCE_GAP)
        self.par = par
        start = self.end + gap
        self.end = start + len(text)
        return start, self.end


@dataclass(slots=True)
class Placer:
    """Gives rows the spans that their texts have in documents made by joining them."""

    _doc: str | None = None
    _par: int = 0
    _source: _Side = field(default_factory=_Side)
    _target: _Side = field(default_factory=_Side)

    def place(
        self,
        doc: str,
        source: str,
        target: str,
        *,
        par: int | None = None,
        bead: str | None = None,
        score: float | None = None,
        flags: tuple[str, ...] = (),
        links: tuple[tuple[int, int], ...] | None = None,
    ) -> Row:
        """Return the next row.

        Args:
            doc: its document; a new name begins new documents on both sides.
            source, target: its texts.
            par: its paragraph, or None where the format knows none.
            bead: numbers of sentences; None to tell by which sides are empty.
            score, flags, links: as in `Row`.
        """
        if doc != self._doc:
            self._doc, self._par, self._source, self._target = doc, 0, _Side(), _Side()
        gap = PARAGRAPH_GAP if par is not None else SENTENCE_GAP
        self._par = self._par + 1 if par is None else par
        src_start, src_end = self._source.put(source, self._par, gap)
        tgt_start, tgt_end = self._target.put(target, self._par, gap)
        return Row(
            doc, self._par, bead or bead_of(source, target), src_start, src_end, tgt_start, tgt_end,
            source, target, score, flags, links,
        )  # fmt: skip


def bead_of(source: str, target: str) -> str:
    """Return the bead of a pair of which no more is known than its texts."""
    if bool(source) == bool(target):
        return "1-1"
    return "1-0" if source else "0-1"


def filler(width: int, new_paragraph: bool) -> str:
    """Return white space of a width: line breaks between paragraphs, spaces between sentences."""
    return ("\n" if new_paragraph else " ") * max(width, 0)


@dataclass(slots=True)
class Gaps:
    """Tells the white space before each text of one side of a bitext.

    Offsets give the width; whether it is line breaks or spaces is told by the paragraph. Text that is longer
    or shorter than its span (edited after it was placed) moves what follows.
    """

    target: bool
    _doc: str | None = None
    _end: int = 0
    _par: int = 0

    def before(self, row: Row) -> str:
        """Return the white space between the side's last text and this row's; empty if this row has none."""
        if row.doc != self._doc:
            self._doc, self._end, self._par = row.doc, 0, 0
        text = row.target if self.target else row.source
        start, end = (row.tgt_start, row.tgt_end) if self.target else (row.src_start, row.src_end)
        if not text:
            return ""
        width = start - self._end
        # One character before the first text is likelier an indent than an empty line. And the paragraph of
        # a row without source is the target's own: its number says nothing beside others.
        first, own = self._par == 0, row.bead.startswith("0-")
        new = row.par != self._par and not (width == 1 and (first or own))
        self._end, self._par = end, row.par
        return filler(width, new)


def lone(doc: str, blocks: Iterable[tuple[int, int, str]]) -> Iterator[Row]:
    """Return rows of a text that has no other side yet.

    Args:
        doc: name of the document.
        blocks: paragraph, start and text of each piece, in order.
    """
    for par, start, text in blocks:
        yield Row(doc, par, "1-0", start, start + len(text), 0, 0, text, "")
