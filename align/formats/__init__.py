"""File formats: one module each, found by name or by suffix.

A format module offers ``read(stream, name) -> Iterator[Row]`` and/or ``write(rows, stream, **options)``
over binary streams. Reading raises `FormatError` with file and line; both work row by row.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from align.errors import UsageError


@dataclass(frozen=True)
class Format:
    """A file format: its name on the command line, its suffixes and its module."""

    name: str
    suffixes: tuple[str, ...]
    module: str
    summary: str

    def load(self) -> ModuleType:
        """Import the module that reads and writes the format."""
        return importlib.import_module(f"align.formats.{self.module}")


FORMATS = {
    f.name: f
    for f in (
        Format("tsv", (".tsv", ".tab"), "tsv", "bitext TSV, the native format"),
        Format("jsonl", (".jsonl", ".ndjson"), "jsonl", "one JSON object a row"),
        Format("text", (".txt", ".text"), "text", "plain target text"),
    )
}


def by_name(name: str) -> Format:
    """Return the format of that name.

    Raises:
        UsageError: if there is none.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise UsageError(f"unknown format {name!r}", remedy=f"known: {', '.join(FORMATS)}") from None


def by_suffix(path: str | Path) -> Format | None:
    """Return the format that a file name's suffix stands for, or None."""
    name = str(path).lower()
    found = [(len(s), f) for f in FORMATS.values() for s in f.suffixes if name.endswith(s)]
    return max(found, key=lambda pair: pair[0])[1] if found else None
