"""Markdown table (GitHub's flavour): a heading for each document, then a table of its rows.

What means something to Markdown is written so that the text shows as it is: marks with a backslash, line
breaks as ``<br>``, other white space at the ends of a text and control characters as ``&#9;``. Offsets and
word links are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.bitext import Row, bead_sizes
from align.errors import AlignError, FormatError
from align.formats.encoded import bare_lines
from align.formats.place import Placer

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$@:^=+]")
_ENDS = re.compile(r"\A[^\S\n]+|[^\S\n]+\Z")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|<br ?/?>|&#(\d{1,7});", re.IGNORECASE)
_CELLS = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_RULE = re.compile(r"\|?(\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?")
_HEADING = "## "


def escape(text: str) -> str:
    """Write a text so that it shows as it is in a table cell or heading."""
    out = _MARKS.sub(r"\\\g<0>", text)
    out = _ENDS.sub(lambda m: "".join(f"&#{ord(c)};" for c in m[0]), out)
    return _CONTROL.sub(lambda m: f"&#{ord(m[0])};", out).replace("\n", "<br>")


def unescape(cell: str) -> str:
    """Undo `escape`."""
    return _ESCAPED.sub(lambda m: m[1] or (_character(m[2]) if m[2] else "\n"), cell)


def _character(code: str) -> str:
    """Return the character of a code point."""
    try:
        return chr(int(code))
    except (ValueError, OverflowError):
        raise FormatError(f"bad character code &#{code};") from None


def write(rows: Iterable[Row], stream: BinaryIO, *, languages: tuple[str, str] = ("nl", "en")) -> None:
    """Write rows to a binary stream.

    Args:
        rows: the rows.
        stream: where to write.
        languages: codes of the source and target language, for the heads of the columns.
    """
    doc: str | None = None
    for row in rows:
        if row.doc != doc:
            gap = "" if doc is None else "\n"
            head = f"| par | bead | source ({languages[0]}) | target ({languages[1]}) | score | flags |"
            stream.write(f"{gap}{_HEADING}{escape(row.doc)}\n\n{head}\n|--:|:-:|---|---|--:|---|\n".encode())
            doc = row.doc
        score = "" if row.score is None else f"{row.score:.4f}"
        cells = (str(row.par), row.bead, escape(row.source), escape(row.target), score, ", ".join(row.flags))
        stream.write(f"| {' | '.join(cells)} |\n".encode())


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from the tables of a Markdown file.

    The columns `source` and `target` are found by name, and else are the first two.

    Raises:
        FormatError: with file and line, where a row of a table is not as its head says.
        InputError: where the file is not of its encoding.
    """
    placer = Placer()
    doc, last, columns = name, "", None
    for number, line in bare_lines(stream, name, encoding):
        try:
            if line.startswith(_HEADING):
                doc, columns = unescape(line[len(_HEADING) :].strip(" ")), None
            elif not line.lstrip(" ").startswith("|"):
                columns = None
            elif columns is not None:
                yield _row(_cells(line), columns, doc, placer)
            elif _RULE.fullmatch(line.strip(" ")):
                columns = _columns(_cells(last))
        except AlignError as error:
            raise FormatError(error.cause, file=name, line=number, remedy=error.remedy) from None
        last = line


def _cells(line: str) -> list[str]:
    """Return the cells of a table row, still escaped."""
    parts = _CELLS.sub("\\1\n", line.strip(" ")).split("\n")
    return [part.strip(" ") for part in parts[1:-1]]


def _columns(head: list[str]) -> dict[str, int]:
    """Return the columns that a table head names."""
    found = {cell.partition(" ")[0].lower(): index for index, cell in enumerate(head)}
    if "source" not in found or "target" not in found:
        if len(head) < 2:
            raise FormatError("the table has fewer than two columns")
        return {"source": 0, "target": 1}
    return found


def _row(cells: list[str], columns: dict[str, int], doc: str, placer: Placer) -> Row:
    """Return the row that the cells stand for."""
    if max(columns.values()) >= len(cells):
        raise FormatError(f"{len(cells)} cells where the head has {max(columns.values()) + 1}")
    known = {key: cells[index] for key, index in columns.items()}
    bead = known.get("bead") or None
    if bead:
        bead_sizes(bead)
    try:
        par = int(known["par"]) if known.get("par") else None
        score = float(known["score"]) if known.get("score") else None
    except ValueError as error:
        raise FormatError(f"not a number in a number column ({error})") from None
    return placer.place(
        doc, unescape(known["source"]), unescape(known["target"]), par=par, bead=bead, score=score,
        flags=tuple(f.strip() for f in known.get("flags", "").split(",") if f.strip()),
    )  # fmt: skip
