"""Bitext files by path: the format is told by the suffix, else by the first byte."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from align.bitext import Row
from align.errors import InputError, UsageError
from align.formats import Format, by_name, by_suffix


def read_bitext(path: str | Path, format: str | None = None) -> Iterator[Row]:
    """Read the rows of a bitext, one by one.

    Args:
        path: the file; "-" is standard input.
        format: name of its format; None to tell it by the suffix, else by its beginning (JSONL or TSV).

    Raises:
        InputError: if the file is missing or cannot be read.
        FormatError: with file and line, where it does not follow its format.
        UsageError: if the format is unknown or cannot be read.
    """
    name = "standard input" if str(path) == "-" else str(path)
    chosen = by_name(format) if format else by_suffix(path)
    if str(path) == "-":
        yield from _rows(sys.stdin.buffer, name, chosen)
        return
    try:
        with Path(path).open("rb") as stream:
            yield from _rows(stream, name, chosen)
    except FileNotFoundError:
        raise InputError("no such file", file=name, remedy="check the path") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=name) from error


def _rows(stream: BinaryIO, name: str, chosen: Format | None) -> Iterator[Row]:
    """Read rows with the chosen format, or with the one that the first byte tells."""
    if chosen is None:
        stream = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
        chosen = by_name("jsonl" if stream.peek(1)[:1] == b"{" else "tsv")
    module = chosen.load()
    if not hasattr(module, "read"):
        raise UsageError(f"the format {chosen.name!r} cannot be read as a bitext", file=name)
    yield from module.read(stream, name)
