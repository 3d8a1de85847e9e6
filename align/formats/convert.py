"""Bitexts in any format: from files to rows, and from rows to files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from align.bitext import Row
from align.errors import FormatError, InputError, UsageError
from align.formats import FORMATS, Format, by_name, by_suffix
from align.formats.files import open_input
from align.output import check_output, is_plain, is_stdout, open_output

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")


def read_rows(paths: Sequence[str | Path], format: str | None = None, **options: Any) -> Iterator[Row]:
    """Read the rows of a bitext in any format that can be read.

    Args:
        paths: its files; "-" is standard input, for formats of one file.
        format: name of the format; None to tell it by the first suffix, and from two files of unknown
            suffix that they are a Moses pair.
        options: what the format may need to know: `languages`, the pair to take; `encoding`, None to detect
            it; `notify`, called with a message about what was left out. Those that it has no use for are
            passed over.

    Raises:
        UsageError: if the format is unknown, cannot be read, or is not read from so many files, or the
            languages are no pair.
        InputError: if a file is missing or unreadable.
        FormatError: with file and line, where a file does not follow the format.
    """
    chosen = input_format(paths, format)
    if options.get("languages"):
        check_languages(*options["languages"])
    module = chosen.load()
    taken = {key: options[key] for key in chosen.read_options if options.get(key) is not None}
    for path in paths:
        if str(path) != "-" and not Path(path).exists():
            raise InputError("no such file", file=path, remedy="check the path")
    try:
        if len(paths) > 1 or not hasattr(module, "read"):
            if any(str(path) == "-" for path in paths):
                raise UsageError(f"{chosen.name} is not read from standard input", remedy="name the files")
            yield from module.read_files([Path(path) for path in paths], **taken)
        else:
            with open_input(paths[0]) as (stream, name):
                yield from module.read(stream, name, **taken)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=error.filename or paths[0]) from error


def input_format(paths: Sequence[str | Path], format: str | None = None) -> Format:
    """Return the format that files are read as.

    Raises:
        UsageError: if it is unknown or is not read from so many files.
    """
    if not paths:
        raise UsageError("no file to read", remedy="name one")
    chosen = by_name(format) if format else by_suffix(paths[0])
    if chosen is None and len(paths) == 2:
        chosen = FORMATS["moses"]
    if chosen is None:
        names = [f.name for f in FORMATS.values() if len(paths) in f.inputs] or list(FORMATS)
        remedy = f"add --format ({', '.join(names)})"
        raise UsageError("the suffix tells no format", file=paths[0], remedy=remedy)
    if len(paths) not in chosen.inputs:
        wanted = " or ".join(map(str, chosen.inputs))
        files = "file" if wanted == "1" else "files"
        cause = f"{chosen.name} is read from {wanted} {files}, not {len(paths)}"
        raise UsageError(cause, remedy=_WANTED[wanted])
    return chosen


def document_text(paths: Sequence[str | Path], format: str | None = None, encoding: str | None = None) -> str:
    """Return the text of one web page or subtitle file: what offsets into it count.

    Args:
        paths: the file; "-" is standard input.
        format: name of its format; None to tell it by the suffix.
        encoding: its encoding; None to detect it.

    Raises:
        UsageError: if it is of another format.
        InputError, FormatError: if it cannot be read.
    """
    chosen = input_format(paths, format)
    module = chosen.load()
    if len(paths) != 1 or not hasattr(module, "read_text"):
        raise UsageError(
            "only one page or subtitle file makes a text",
            remedy="name an OUT.tsv, or use `align export FILE --format text`",
        )
    with open_input(paths[0]) as (stream, name):
        return str(module.read_text(stream, name, encoding=encoding))


def write_text(text: str, path: str | Path | None, *, inputs: Iterable[str | Path] = ()) -> None:
    """Write a text, with a line break at its end.

    Raises:
        OutputError: if it cannot be written.
    """
    with open_output(path, inputs) as stream:
        stream.write((text + "\n" * bool(text)).encode())


_WANTED = {
    "1": "name one at a time",
    "2": "name source and target",
    "3": "name source and target sentences after it",
    "1 or 2": "name one, or source and target",
    "1 or 3": "name source and target documents after it",
}


def output_format(path: str | Path | None, format: str | None = None, default: str | None = None) -> Format:
    """Return the format that an output is written in.

    Raises:
        UsageError: if it is unknown or cannot be written.
    """
    chosen = by_name(format) if format else None if path is None else by_suffix(path)
    if chosen is None and default and (path is None or str(path) == "-"):
        chosen = FORMATS[default]
    if chosen is None:
        names = ", ".join(f.name for f in FORMATS.values() if f.written())
        raise UsageError("the suffix tells no format", file=path, remedy=f"add --format ({names})")
    if not chosen.written():
        raise UsageError(f"{chosen.name} cannot be written", file=path, remedy="choose another format")
    return chosen


def write_rows(
    rows: Iterable[Row],
    path: str | Path | None,
    format: str | None = None,
    *,
    inputs: Iterable[str | Path] = (),
    **options: Any,
) -> int:
    """Write rows in any format that can be written, and return their number.

    Args:
        rows: the rows.
        path: the output file; None or "-" is standard output. A format of several files puts the others
            beside it.
        format: name of the format; None to tell it by the suffix.
        inputs: files that are being read, none of which may be the output.
        options: what the format may need to know: `languages` (source and target), `date`, `links` (whether
            a table has a column of word links; by default if the first row has some), `header_line`, `cues`
            (the subtitles that targets go into), `encoding` (that of `cues`), `notify` (called with a message
            about what was left out), `mark` (whether a byte order mark goes before a table; by default in
            plain files), `replace` (whether files beside the output may be replaced). Those that it has no
            use for are passed over.

    Raises:
        UsageError: if the format is unknown, cannot be written, or is of several files and goes to
            standard output.
        OutputError: if a file cannot be written.
        FormatError: if the format cannot carry a row.
    """
    chosen = output_format(path, format, "tsv")
    module = chosen.load()
    if options.get("languages"):
        check_languages(*options["languages"])
    check_output(path, inputs)
    counted = _Counted(rows)
    taken = {key: options[key] for key in chosen.options if options.get(key) is not None}
    if "links" in chosen.options and "links" not in taken:
        taken["links"] = counted.have_links()
    if "mark" in chosen.options:
        taken.setdefault("mark", path is not None and not is_stdout(path) and is_plain(path))
    if path is not None and str(path) != "-" and hasattr(module, "write_files"):
        module.write_files(counted, Path(path), **taken)
    elif hasattr(module, "write"):
        kept = {key: value for key, value in taken.items() if key not in ("replace",)}
        if hasattr(module, "write_files"):
            kept.pop("languages", None)
        with open_output(path) as stream:
            module.write(counted, stream, **kept)
    else:
        raise UsageError(f"{chosen.name} is several files", remedy="name the output with -o OUT")
    return counted.number


def check_languages(source: str, target: str) -> None:
    """Check two language codes.

    Raises:
        UsageError: if one is not a language code, or both are the same.
    """
    for code in (source, target):
        if not _LANGUAGE.fullmatch(code):
            raise UsageError(f"{code!r} is not a language code", remedy="write it as nl, en or pt-BR")
    if source.lower() == target.lower():
        raise UsageError(f"both languages are {source!r}", remedy="choose --from and --to")


class _Counted:
    """Rows, counted as they pass, each checked for what no file can carry."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.number = 0

    def have_links(self) -> bool:
        """Tell whether the first row has word links."""
        first = next(self._rows, None)
        if first is None:
            return False
        self._rows = chain([first], self._rows)
        return first.links is not None

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.number += 1
            for key in ("doc", "source", "target"):
                try:
                    getattr(row, key).encode()
                except UnicodeEncodeError as error:
                    code = ord(error.object[error.start])
                    raise FormatError(
                        f"row {self.number}: half a surrogate pair, U+{code:04X}, stands in its {key}",
                        remedy="it is no character and cannot be written",
                    ) from None
            yield row
