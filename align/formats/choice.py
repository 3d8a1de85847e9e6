"""Which format an output is written in."""

from __future__ import annotations

from collections.abc import Iterable

from align.errors import UsageError
from align.formats import by_name, by_suffix
from align.output import is_stdout

STREAMED = ("tsv", "jsonl", "text")
"""Formats that commands can write as they go."""


def output_format(output: str | None, format: str | None, known: Iterable[str] = STREAMED) -> str:
    """Return the name of an output's format.

    Args:
        output: output file; None or "-" is standard output, which is TSV.
        format: the format that was asked for, if any.
        known: names of the formats that can be written.

    Raises:
        UsageError: if the format, or what the suffix stands for, is none of the known ones.
    """
    if format:
        return by_name(format).name
    if is_stdout(output) or str(output).startswith("/dev/"):
        return "tsv"
    found = by_suffix(str(output))
    if found is None or found.name not in known:
        choices = ", ".join(known)
        raise UsageError("the suffix tells no output format", file=output, remedy=f"add --format ({choices})")
    return found.name
