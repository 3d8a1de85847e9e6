"""The one error hierarchy of the package.

Every error that a user can cause is an `AlignError`: one line that names the file, the line, the cause
and the remedy. The command line prints that line and exits with `exit_code`.
"""

from __future__ import annotations

from os import PathLike


class AlignError(Exception):
    """Base class of all errors that this package raises on purpose.

    Args:
        cause: what is wrong, without a final full stop.
        file: the file concerned, if any.
        line: its 1-based line number, if known.
        remedy: what the user can do about it, if anything.
    """

    exit_code = 1

    def __init__(
        self,
        cause: str,
        *,
        file: str | PathLike[str] | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        self.cause = cause
        self.file = None if file is None else str(file)
        self.line = line
        self.remedy = remedy
        super().__init__(self._one_line())

    def _one_line(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where = f"{where}:{self.line}" if where else f"line {self.line}"
        text = f"{where}: {self.cause}" if where else self.cause
        if self.remedy:
            text = f"{text}; {self.remedy}"
        return " ".join(text.split())


class UsageError(AlignError):
    """The command or call cannot be carried out as asked (exit code 2)."""

    exit_code = 2


class InputError(AlignError):
    """An input file is missing, unreadable or not the text it should be."""


class OutputError(AlignError):
    """An output cannot be written."""


class FormatError(AlignError):
    """A file does not follow the format that it is read as."""


class LanguageError(AlignError):
    """A language is unknown, or no model is there for a language pair."""


class ModelError(AlignError):
    """A model is missing, broken or unusable."""


class DownloadError(ModelError):
    """A model cannot be downloaded, or what came is not what was expected."""


class ScoreError(AlignError):
    """A score cannot be computed from what was given."""
