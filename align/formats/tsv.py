"""Bitext TSV: UTF-8, ``\\n``, a header line, one row a line, no quoting.

Inside a field, tab, newline, carriage return and backslash are written ``\\t \\n \\r \\\\``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.bitext import Row, bead_sizes, format_links, parse_links
from align.errors import AlignError, FormatError
from align.formats.encoded import bare_lines

COLUMNS = (
    "doc", "par", "bead", "src_start", "src_end", "tgt_start", "tgt_end",
    "source", "target", "score", "flags",
)  # fmt: skip
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = re.compile(r"\\.?")


def escape(field: str) -> str:
    """Write a text so that it fits in one TSV field."""
    return _SPECIAL.sub(lambda m: _ESCAPES[m[0]], field)


def unescape(field: str) -> str:
    """Undo `escape`.

    Raises:
        FormatError: at a backslash that begins none of the four escapes.
    """
    if "\\" not in field:
        return field
    try:
        return _ESCAPED.sub(lambda m: _UNESCAPES[m[0]], field)
    except KeyError as error:
        raise FormatError(f"unknown escape {error.args[0]!r}", remedy=r"a backslash is written \\") from None


def header(links: bool = False) -> str:
    """Return the header line, without its newline."""
    return "\t".join((*COLUMNS, "links") if links else COLUMNS)


def format_row(row: Row, links: bool = False) -> str:
    """Return the line of a row, without its newline."""
    fields = [
        escape(row.doc), str(row.par), row.bead,
        str(row.src_start), str(row.src_end), str(row.tgt_start), str(row.tgt_end),
        escape(row.source), escape(row.target),
        "" if row.score is None else f"{row.score:.4f}",
        ",".join(row.flags),
    ]  # fmt: skip
    if links:
        fields.append(format_links(row.links or ()))
    return "\t".join(fields)


def parse_row(line: str) -> Row:
    """Read the line of a row (without its newline).

    Raises:
        FormatError: if the line is not one of this format; file and line number are the caller's to add.
    """
    fields = line.split("\t")
    if len(fields) not in (len(COLUMNS), len(COLUMNS) + 1):
        raise FormatError(
            f"{len(fields)} fields where {len(COLUMNS)} (or {len(COLUMNS) + 1} with links) were expected",
            remedy="the file should be a bitext TSV as `align translate` writes it",
        )
    try:
        par, src_start, src_end, tgt_start, tgt_end = (int(fields[i]) for i in (1, 3, 4, 5, 6))
        score = float(fields[9]) if fields[9] else None
    except ValueError as error:
        raise FormatError(f"not a number in a number column ({error})") from None
    bead_sizes(fields[2])
    return Row(
        doc=unescape(fields[0]), par=par, bead=fields[2],
        src_start=src_start, src_end=src_end, tgt_start=tgt_start, tgt_end=tgt_end,
        source=unescape(fields[7]), target=unescape(fields[8]), score=score,
        flags=tuple(f for f in fields[10].split(",") if f),
        links=parse_links(fields[11]) if len(fields) > len(COLUMNS) else None,
    )  # fmt: skip


def write(rows: Iterable[Row], stream: BinaryIO, *, links: bool = False, header_line: bool = True) -> None:
    """Write rows to a binary stream, each as soon as it comes."""
    if header_line:
        stream.write((header(links) + "\n").encode())
    for row in rows:
        stream.write((format_row(row, links) + "\n").encode())


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from a binary stream; a file without header line (``--no-header``) is read as well.

    Args:
        stream: the bytes of the file.
        name: what error messages call it.
        encoding: its encoding; None to detect it.

    Raises:
        FormatError: with file and line number, where the file is not a bitext TSV.
        InputError: where it is not of its encoding.
    """
    for number, line in bare_lines(stream, name, encoding):
        if number == 1 and line.startswith("doc\tpar\tbead\t"):
            if line not in (header(), header(links=True)):
                raise FormatError(f"unexpected columns {line!r}", file=name, line=1)
            continue
        try:
            row = parse_row(line)
        except AlignError as error:
            raise FormatError(error.cause, file=name, line=number, remedy=error.remedy) from None
        yield row
