"""Formats of several files: names of the files beside the one that the user named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from align.errors import OutputError, UsageError
from align.output import open_output


def sides(out: Path, languages: tuple[str, str], suffix: str = "") -> tuple[Path, Path]:
    """Return the names of a pair of files: the output's, with a language each for its suffix.

    Raises:
        UsageError: if both languages are the same.
    """
    if languages[0] == languages[1]:
        raise UsageError("both sides would have the same name", file=out, remedy="choose --from and --to")
    source, target = (out.with_name(f"{out.name}.{language}{suffix}") for language in languages)
    return source, target


@contextmanager
def open_all(paths: list[Path], beside: list[Path], replace: bool) -> Iterator[list[BinaryIO]]:
    """Open several outputs, which all appear at the end of the block, or none.

    Args:
        paths: the outputs that the user named.
        beside: those that come with them, which might be files that the user did not think of.
        replace: whether the latter may replace files that are there.

    Raises:
        OutputError: if one cannot be written, or would be replaced and may not.
    """
    for path in beside:
        if path.exists() and not replace:
            raise OutputError("exists already", file=path, remedy="choose another OUT, or add --replace")
    with ExitStack() as stack:
        yield [stack.enter_context(open_output(path)) for path in (*paths, *beside)]
