"""JSON lines: one object a row, with the keys of the bitext TSV and typed values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from align.bitext import Row, bead_sizes
from align.errors import AlignError, FormatError
from align.formats.encoded import lines
from align.formats.tsv import COLUMNS

_TYPES: dict[str, tuple[type, ...]] = {
    "doc": (str,), "par": (int,), "bead": (str,), "src_start": (int,), "src_end": (int,),
    "tgt_start": (int,), "tgt_end": (int,), "source": (str,), "target": (str,),
    "score": (int, float, type(None)), "flags": (list,),
}  # fmt: skip


def to_object(row: Row, links: bool = False) -> dict[str, Any]:
    """Return a row as a JSON-ready object; scores have 4 decimals."""
    out: dict[str, Any] = {key: getattr(row, key) for key in COLUMNS}
    out["score"] = None if row.score is None else round(row.score, 4)
    out["flags"] = list(row.flags)
    if links:
        out["links"] = [list(link) for link in row.links or ()]
    return out


def from_object(obj: Any) -> Row:
    """Return the row that `to_object` wrote.

    Raises:
        FormatError: if a key is missing or a value has the wrong type.
    """
    if not isinstance(obj, dict):
        raise FormatError("not a JSON object")
    for key, types in _TYPES.items():
        if key not in obj:
            raise FormatError(f"the key {key!r} is missing")
        if not isinstance(obj[key], types) or isinstance(obj[key], bool):
            raise FormatError(f"the value of {key!r} has the wrong type")
    bead_sizes(obj["bead"])
    links = obj.get("links")
    try:
        pairs = None if links is None else tuple((int(i), int(j)) for i, j in links)
    except (TypeError, ValueError):
        raise FormatError("'links' is not a list of pairs") from None
    values = {key: obj[key] for key in COLUMNS}
    return Row(**{**values, "flags": tuple(str(f) for f in obj["flags"]), "links": pairs})


def write(rows: Iterable[Row], stream: BinaryIO, *, links: bool = False, header_line: bool = True) -> None:
    """Write rows to a binary stream; `header_line` has no meaning here."""
    del header_line
    for row in rows:
        stream.write((json.dumps(to_object(row, links), ensure_ascii=False) + "\n").encode())


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from a binary stream; blank lines are passed over.

    Raises:
        FormatError: with file and line number, where a line is not such an object.
        InputError: where the file is not of its encoding.
    """
    for number, line in lines(stream, name, encoding):
        if not line.strip():
            continue
        try:
            row = from_object(json.loads(line))
        except json.JSONDecodeError as error:
            raise FormatError(f"not JSON ({error})", file=name, line=number) from None
        except AlignError as error:
            raise FormatError(error.cause, file=name, line=number, remedy=error.remedy) from None
        yield row
