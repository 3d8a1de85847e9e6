"""Paragraphs: where the blocks of a document begin and end, found while it streams past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HARD = "\f\x1c\x1d\x1e\u2029"


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


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield lines with their ends, as `str.splitlines` finds them in the joined chunks."""
    held: list[str] = []
    for chunk in chunks:
        if not chunk:
            continue
        held.append(chunk)
        if len(held) > 1 and held[-2][-1] != "\r" and len(chunk.splitlines()) == 1 and not _broken(chunk):
            continue
        lines = "".join(held).splitlines(keepends=True)
        held = [] if _broken(lines[-1]) and lines[-1][-1] != "\r" else [lines.pop()]
        yield from lines
    if held:
        yield from "".join(held).splitlines(keepends=True)


def _broken(line: str) -> bool:
    return len(line.splitlines()[0]) < len(line)


def paragraphs(chunks: Iterable[str]) -> Iterator[Paragraph]:
    """Yield the paragraphs of a document.

    Args:
        chunks: the decoded text in pieces of any size; offsets count the characters of all of them.
    """
    offset, start, block = 0, 0, ""
    for line in _lines(chunks):
        body = line.strip()
        if (
            block.strip()
            and body
            and body[0].islower()
            and block.rstrip()[-1] not in '.!?:;"'
            and block[-1] not in _HARD
        ):
            block += line
        else:
            if block.strip():
                text = block.lstrip()
                start += len(block) - len(text)
                text = text.rstrip()
                yield Paragraph(start, start + len(text), text)
            start, block = offset, line
        offset += len(line)
    if block.strip():
        text = block.lstrip()
        start += len(block) - len(text)
        text = text.rstrip()
        yield Paragraph(start, start + len(text), text)
