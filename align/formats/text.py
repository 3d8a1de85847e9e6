"""Plain text: the target document, rebuilt from its texts and offsets.

The width of the white space between texts is exact; its characters are not kept in a bitext, so it is
written as line breaks between paragraphs and as spaces within them. Every document ends in a line break.
Read back, a text is a bitext that has a source only, one row a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.bitext import Row
from align.formats.encoded import lines
from align.formats.place import Gaps


def write(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the target documents to a binary stream, one after the other."""
    gaps = Gaps(target=True)
    doc: str | None = None
    filled = False
    for row in rows:
        if row.doc != doc:
            if filled:
                stream.write(b"\n")
            doc, filled = row.doc, False
        if row.target:
            stream.write((gaps.before(row) + row.target).encode())
            filled = True
    if filled:
        stream.write(b"\n")


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read the lines of a text as rows without target; a blank line begins a new paragraph.

    Raises:
        FormatError, InputError: where the text is not UTF-8, or not of its encoding.
    """
    par, start, fresh = 0, 0, True
    for _, line in lines(stream, name, encoding):
        text = line.strip()
        if text:
            par += fresh
            left = start + len(line) - len(line.lstrip())
            yield Row(name, par, "1-0", left, left + len(text), 0, 0, text, "")
        fresh = not text
        start += len(line)
