"""File formats: one module each, found by name or by suffix.

A format module offers ``read(stream, name, **options) -> Iterator[Row]`` and/or
``write(rows, stream, **options)`` over binary streams. A format that is spread over several files offers
``read_files(paths, **options)`` and/or ``write_files(rows, path, **options)`` as well, or instead. Reading
raises `FormatError` with file and line; all work row by row. `align.formats.convert` chooses among them.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from align.errors import UsageError


@dataclass(frozen=True)
class Format:
    """A file format: its name on the command line, its suffixes and its module.

    Attributes:
        options: names of the keyword options that its functions for writing take.
        read_options: names of those that its functions for reading take.
        inputs: numbers of files that it can be read from; none if it cannot be read.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    summary: str
    options: tuple[str, ...] = ()
    read_options: tuple[str, ...] = ()
    inputs: tuple[int, ...] = (1,)

    def load(self) -> ModuleType:
        """Import the module that reads and writes the format."""
        return importlib.import_module(f"align.formats.{self.module}")

    def written(self) -> bool:
        """Tell whether the format can be written."""
        module = self.load()
        return hasattr(module, "write") or hasattr(module, "write_files")


_LANGS = ("languages",)
_SIDES = ("languages", "replace")
_CODED = ("encoding",)

FORMATS = {
    f.name: f
    for f in (
        Format(
            "tsv", (".tsv", ".tab"), "tsv", "bitext TSV, the native format", ("links", "header_line"), _CODED
        ),
        Format("jsonl", (".jsonl", ".ndjson"), "jsonl", "one JSON object a row", ("links",), _CODED),
        Format("text", (".txt", ".text"), "text", "plain target text", (), _CODED),
        Format(
            "csv", (".csv",), "csv", "comma-separated values, for spreadsheets", ("links", "mark"), _CODED
        ),
        Format("markdown", (".md", ".markdown"), "markdown", "Markdown table", _LANGS, _CODED),
        Format("tmx", (".tmx",), "tmx", "TMX 1.4b memory", (*_LANGS, "date"), (*_LANGS, "notify")),
        Format("xliff", (".xlf", ".xliff"), "xliff", "XLIFF 2.1", _LANGS, _LANGS),
        Format("xces", (".xces", ".xml"), "xces", "XCES links and documents, as OPUS", _SIDES, (), (1, 3)),
        Format("moses", (), "moses", "Moses pair, OUT.nl and OUT.en", _SIDES, _CODED, (2,)),
        Format("pharaoh", (".pharaoh",), "pharaoh", "word links i-j, one line a row", (), _CODED, (3,)),
        Format("ladder", (".ladder",), "ladder", "Vecalign ladder and sentences", _SIDES, _CODED, (3,)),
        Format("srt", (".srt",), "srt", "SubRip subtitles", ("cues", *_CODED, "notify"), _CODED, (1, 2)),
        Format(
            "html", (".html", ".htm", ".xhtml"), "html", "text blocks of a web page, read only", (), _CODED
        ),
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
