"""Moses pair: two files, the n-th line of one the translation of the n-th line of the other.

A line break inside a text is written ``&#10;``, a carriage return ``&#13;`` and a byte order mark
``&#65279;``; text that looks like that gets its ampersand written ``&amp;``. Nothing else is changed.
Documents, paragraphs and beads are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from align.bitext import Row
from align.errors import FormatError
from align.formats.companions import open_all, sides
from align.formats.encoded import bare_lines
from align.formats.place import Placer

_LOOKALIKE = re.compile(r"&(?=(?:amp;)*#(?:10|13|65279);)")
_ESCAPED = re.compile(r"&#(10|13|65279);|&amp;(?=(?:amp;)*#(?:10|13|65279);)")
_CHARACTERS = str.maketrans({c: f"&#{ord(c)};" for c in "\n\r\ufeff"})


def escape(text: str) -> str:
    """Write a text so that it fits on one line."""
    if "&" in text:
        text = _LOOKALIKE.sub("&amp;", text)
    return text.translate(_CHARACTERS)


def unescape(line: str) -> str:
    """Undo `escape`."""
    if "&" not in line:
        return line
    return _ESCAPED.sub(lambda m: chr(int(m[1])) if m[1] else "&", line)


def write_files(
    rows: Iterable[Row], out: Path, *, languages: tuple[str, str] = ("nl", "en"), replace: bool = False
) -> None:
    """Write the two sides of rows to ``OUT.nl`` and ``OUT.en``.

    Raises:
        OutputError: if one of them exists and `replace` is false, or it cannot be written.
    """
    with open_all([], list(sides(out, languages)), replace) as (source, target):
        for row in rows:
            source.write((escape(row.source) + "\n").encode())
            target.write((escape(row.target) + "\n").encode())


def read_files(paths: list[Path], *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from two files; each line is a paragraph of its own.

    Raises:
        FormatError: with file and line, where one of them is not UTF-8, or the shorter one ends.
        InputError: where one is not of its encoding.
    """
    placer = Placer()
    doc = paths[0].name
    with paths[0].open("rb") as source, paths[1].open("rb") as target:
        sides = (bare_lines(s, str(p), encoding) for s, p in zip((source, target), paths, strict=True))
        for one, other in zip_longest(*sides):
            yield placer.place(doc, *paired(one, other, paths))


def paired(one: tuple[int, str] | None, other: tuple[int, str] | None, paths: list[Path]) -> tuple[str, str]:
    """Return the texts of two lines.

    Raises:
        FormatError: if one of them has no partner.
    """
    if one is None or other is None:
        longer = paths[1] if one is None else paths[0]
        line = (one or other or (0, ""))[0]
        raise FormatError("this line has no partner: the other file is shorter", file=longer, line=line)
    return unescape(one[1]), unescape(other[1])
