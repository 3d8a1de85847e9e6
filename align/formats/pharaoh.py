"""Pharaoh links: for each row a line of word links ``0-0 1-2``, token numbers from 0.

Tokens are what white space parts. The texts are not in the file: it goes with the Moses pair of the same
rows, and is read together with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO

from align.bitext import Row, format_links, parse_links
from align.errors import FormatError
from align.formats.encoded import bare_lines
from align.formats.moses import paired
from align.formats.place import Placer


def write(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the links of rows; a row that has none is an empty line."""
    for row in rows:
        stream.write((format_links(row.links or ()) + "\n").encode())


def read_files(paths: list[Path], *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from three files: links, source lines and target lines.

    Raises:
        FormatError: with file and line, where a file is not of its form, or is shorter than another.
        InputError: where a file is not of its encoding.
    """
    placer = Placer()
    with paths[0].open("rb") as links, paths[1].open("rb") as source, paths[2].open("rb") as target:
        first, *texts = (
            bare_lines(s, str(p), encoding) for s, p in zip((links, source, target), paths, strict=True)
        )
        for found, text in zip_longest(first, zip_longest(*texts)):
            if found is None or text is None:
                raise FormatError("the numbers of lines of links and texts differ", file=paths[0])
            one, other = paired(text[0], text[1], paths[1:])
            try:
                pairs = parse_links(found[1])
            except FormatError as error:
                raise FormatError(error.cause, file=paths[0], line=found[0]) from None
            yield placer.place(paths[1].name, one, other, links=pairs)
