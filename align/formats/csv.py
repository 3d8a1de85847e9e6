"""Comma-separated values (RFC 4180) with the columns of the bitext TSV, for spreadsheets.

Files are written with a byte order mark, without which spreadsheets take UTF-8 for something else; what goes
to standard output or a pipe has none. Texts are written as they are: one that begins with ``=`` is a formula
to a spreadsheet, so import the columns as text.

Read with any columns in any order as long as `source` and `target` are among them; ``;`` and tab are
understood as separators as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.bitext import Row, bead_sizes, format_links, parse_links
from align.errors import AlignError, FormatError
from align.formats.encoded import REMEDY, as_utf8
from align.formats.place import Placer
from align.formats.tsv import COLUMNS

_OFFSETS = ("src_start", "src_end", "tgt_start", "tgt_end")
_FIELD_LIMIT = 2**31 - 1


def write(rows: Iterable[Row], stream: BinaryIO, *, links: bool = False, mark: bool = True) -> None:
    """Write rows to a binary stream, after a byte order mark if `mark` says so."""
    encoding = "utf-8-sig" if mark else "utf-8"
    text = io.TextIOWrapper(stream, encoding=encoding, newline="", write_through=True)
    try:
        out = csv.writer(text)
        out.writerow((*COLUMNS, "links") if links else COLUMNS)
        for row in rows:
            values = [getattr(row, key) for key in COLUMNS[:-2]]
            values += ["" if row.score is None else f"{row.score:.4f}", ",".join(row.flags)]
            out.writerow([*values, format_links(row.links or ())] if links else values)
    finally:
        text.detach()


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from a binary stream.

    Raises:
        FormatError: with file and line, where the file is not such a table.
        InputError: where its beginning is not of its encoding.
    """
    csv.field_size_limit(_FIELD_LIMIT)
    table = as_utf8(stream, name, encoding)
    separator = _separator(table)
    text = io.TextIOWrapper(table, encoding="utf-8", newline="")
    try:
        reader = csv.DictReader(text, strict=True, delimiter=separator)
        _check_columns(reader.fieldnames, name)
        placer = Placer()
        for record in reader:
            yield _row(record, placer, name)
    except csv.Error as error:
        raise FormatError(f"not CSV ({error})", file=name, line=reader.line_num) from None
    except UnicodeDecodeError as error:
        raise FormatError(f"not UTF-8 ({error.reason})", file=name, remedy=REMEDY) from None
    except AlignError as error:
        line = reader.line_num if error.line is None else error.line
        raise FormatError(error.cause, file=name, line=line, remedy=error.remedy) from None
    finally:
        text.detach()


def _separator(stream: io.BufferedReader) -> str:
    """Tell the separator by the header line, without moving the stream."""
    line = stream.peek(1).split(b"\n")[0]
    return max(",;\t", key=lambda mark: line.count(mark.encode()))


def _check_columns(names: Iterable[str] | None, name: str) -> None:
    """Check that the two texts are among the columns."""
    missing = [key for key in ("source", "target") if key not in (names or ())]
    if missing:
        cause = f"no column {' and '.join(missing)}"
        raise FormatError(cause, file=name, line=1, remedy="name the columns in line 1")


def _row(record: dict[str, str], placer: Placer, name: str) -> Row:
    """Return the row that a record stands for."""
    if None in record or None in record.values():
        raise FormatError("the number of fields is not that of line 1")
    bead = record.get("bead") or None
    if bead:
        bead_sizes(bead)
    try:
        par = int(record["par"]) if record.get("par") else None
        score = float(record["score"]) if record.get("score") else None
        spans = [int(record[key]) for key in _OFFSETS] if all(map(record.get, _OFFSETS)) else None
    except ValueError as error:
        raise FormatError(f"not a number in a number column ({error})") from None
    row = placer.place(
        record.get("doc") if "doc" in record else name,  # type: ignore[arg-type]
        record["source"], record["target"], par=par, bead=bead, score=score,
        flags=tuple(f for f in record.get("flags", "").split(",") if f),
        links=parse_links(record["links"]) if "links" in record else None,
    )  # fmt: skip
    if spans:
        row.src_start, row.src_end, row.tgt_start, row.tgt_end = spans
    return row
