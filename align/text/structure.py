"""Paragraphs: where the blocks of a document begin and end, found while it streams past.

Blank lines always separate. A line break within a block separates as well, unless the text is hard-wrapped
there or a sentence runs on over it (see `align.text.wrapping`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from align.text.wrapping import Line, Margin, find_margin, runs_on, wrapped

WINDOW = 1 << 16
"""Characters that are looked at before it is said how text is wrapped."""

BLOCK = 256
"""Lines after which a block is cut behind the next stop, so that one without end streams, too."""

LONG = 1 << 16
"""Characters after which a wrapped paragraph ends with the next line that ends with a stop."""

_HARD = frozenset("\f\x1c\x1d\x1e\u2029")
"""Line ends that separate as a blank line does."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of text that has no white space at its ends.

    Attributes:
        start, end: its span in the document, in code points.
        text: `document[start:end]`, line breaks and all.
    """

    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Block:
    """Lines without blank ones between them; `goes_on` if it was cut and the next is its continuation."""

    lines: list[Line]
    goes_on: bool = False


def paragraphs(chunks: Iterable[str]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document.

    Lines end where `str.splitlines` ends them. No more is kept in memory than `WINDOW` characters, or the
    longest line.

    Args:
        chunks: the decoded text in pieces of any size; offsets count the characters of all of them.
    """
    margin: Margin | None = None
    known = False
    open_lines: list[Line] = []
    for window in _windows(_blocks(_lines(chunks))):
        found, sure = find_margin([block.lines for block in window])
        if sure or not known:
            margin, known = found, True
        for block in window:
            yield from _divide(block, margin, open_lines)
    if open_lines:
        yield _paragraph(open_lines)


def _divide(block: _Block, margin: Margin | None, current: list[Line]) -> Iterator[Paragraph]:
    """Yield the paragraphs that end in a block; `current` takes the lines of one that does not end yet."""
    linked = runs_on(block.lines)
    size = sum(len(line.raw) for line in current)
    for number, line in enumerate(block.lines):
        if current:
            before = current[-1]
            goes_on = number > 0 and linked[number - 1]
            if margin and not goes_on:
                goes_on = wrapped(current[0], before, line, margin)
            if size > LONG:
                goes_on = goes_on and not before.stops() and size < 4 * LONG
            if not goes_on:
                yield _paragraph(current)
                current.clear()
                size = 0
        current.append(line)
        size += len(line.raw)
    if current and not block.goes_on:
        yield _paragraph(current)
        current.clear()


def _paragraph(lines: list[Line]) -> Paragraph:
    """Join lines."""
    raw = "".join(line.raw for line in lines)
    text = raw.strip()
    start = lines[0].start + len(raw) - len(raw.lstrip())
    return Paragraph(start, start + len(text), text)


def _windows(blocks: Iterable[_Block]) -> Iterator[list[_Block]]:
    """Gather blocks to `WINDOW` characters and more."""
    window: list[_Block] = []
    size = 0
    for block in blocks:
        window.append(block)
        size += sum(len(line.raw) for line in block.lines)
        if size >= WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window


def _blocks(lines: Iterable[str]) -> Iterator[_Block]:
    """Gather lines between blank ones; a long block is cut where a sentence ends."""
    offset = 0
    block = _Block([])
    for raw in lines:
        if raw.isspace():
            if block.lines:
                yield block
                block = _Block([])
        else:
            line = Line(offset, raw)
            size = len(block.lines)
            if size >= 2 * BLOCK or (size >= BLOCK and block.lines[-1].stops()):
                block.goes_on = True
                yield block
                block = _Block([])
            block.lines.append(line)
            if raw[-1] in _HARD:
                yield block
                block = _Block([])
        offset += len(raw)
    if block.lines:
        yield block


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield lines with their ends, as `str.splitlines` finds them in the joined chunks."""
    held: list[str] = []
    for chunk in chunks:
        lines = chunk.splitlines(keepends=True)
        if not lines:
            continue
        if held and held[-1][-1] == "\r":
            # What was held ends a line, unless this chunk begins with its line feed.
            if lines[0] == "\n":
                held.append(lines.pop(0))
            yield "".join(held)
            held = []
        if lines and held and (len(lines) > 1 or _ended(lines[0])):
            held.append(lines.pop(0))
            if held[-1][-1] != "\r" or lines:
                yield "".join(held)
                held = []
        if lines and (not _ended(lines[-1]) or lines[-1][-1] == "\r"):
            held.append(lines.pop())
        yield from lines
    if held:
        yield "".join(held)


def _ended(line: str) -> bool:
    """Tell whether a line has its end."""
    return not line[-1:].isalnum() and len(line.splitlines()[0]) < len(line)
