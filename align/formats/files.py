"""Bitext files by path: the format is told by the suffix, else by the first byte."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from align.bitext import Row
from align.errors import InputError, UsageError
from align.formats import Format, by_name, by_suffix
from align.formats.encoded import as_utf8


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
    chosen = by_name(format) if format else by_suffix(path)
    with open_input(path) as (stream, name):
        yield from _rows(stream, name, chosen)


@contextmanager
def open_input(path: str | Path) -> Iterator[tuple[BinaryIO, str]]:
    """Open a file for reading and yield its stream, and what messages call it; "-" is standard input.

    Raises:
        InputError: if the file is missing or cannot be read.
    """
    if str(path) == "-":
        yield sys.stdin.buffer, "standard input"
        return
    try:
        with Path(path).open("rb") as stream:
            yield stream, str(path)
    except FileNotFoundError:
        raise InputError("no such file", file=path, remedy="check the path") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error


def _rows(stream: BinaryIO, name: str, chosen: Format | None) -> Iterator[Row]:
    """Read rows with the chosen format, or with the one that the first byte tells."""
    if chosen is None:
        stream = as_utf8(stream, name)
        chosen = by_name("jsonl" if stream.peek(1)[:1] == b"{" else "tsv")
    module = chosen.load()
    if not hasattr(module, "read"):
        raise UsageError(f"the format {chosen.name!r} cannot be read as a bitext", file=name)
    yield from module.read(stream, name)
