"""Segmentation from files to a file: what `align segment` does."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from align.bitext import Row
from align.errors import LanguageError
from align.formats import by_name
from align.output import open_output
from align.segment import model_text
from align.segment.api import segment_rows
from align.text.reading import read_documents


def segment_files(
    files: Sequence[str],
    language: str = "nl",
    output: str | None = None,
    format: str | None = None,
    *,
    encoding: str | None = None,
    header: bool = True,
    progress: bool = False,
) -> None:
    """Split files into sentences and write a row for each.

    Args:
        files: files and folders; "-" or none at all is standard input.
        language: code of their language.
        output: output file; None or "-" is standard output.
        format: "tsv", "jsonl" or "text" (one sentence a line); None to go by the output's suffix.
        encoding: encoding of the files; None to detect it.
        header: whether a TSV begins with its header line.
        progress: whether to show a progress bar on standard error, if that is a terminal.

    Raises:
        AlignError: if an input cannot be read, the language is none or the output cannot be written.
    """
    from align.formats.choice import output_format

    _check_language(language)
    form = output_format(output, format)
    documents = read_documents(files, encoding)
    rows = _shown(segment_rows(documents, language), progress)
    with open_output(output, [d.name for d in documents]) as stream:
        if form == "text":
            _write_lines(rows, stream)
        else:
            by_name(form).load().write(rows, stream, header_line=header)


def _check_language(language: str) -> None:
    """Check that a code is one of a language."""
    import langcodes

    if not langcodes.tag_is_valid(language):
        raise LanguageError(f"{language!r} is no language code", remedy="for example nl, en, de or pt-BR")


def _write_lines(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write one sentence a line."""
    for row in rows:
        stream.write(model_text(row.source).encode() + b"\n")


def _shown(rows: Iterator[Row], progress: bool) -> Iterator[Row]:
    """Pass rows on under a progress bar."""
    from tqdm import tqdm

    bar = tqdm(
        rows, unit=" sentences", delay=2, leave=False, file=sys.stderr, disable=None if progress else True
    )
    yield from bar
