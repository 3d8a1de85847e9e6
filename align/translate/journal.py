"""The journal of a translation job: finished windows on disk, so that a killed job can go on.

It lies beside the output as ``OUT.align-journal``. The first line says which job it is; each further line
holds the results of one window and a hash of its sentences, and counts only if it is whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol

from align.errors import InputError, OutputError, UsageError
from align.output import remove_leftovers
from align.translate.engine import Result


class Recorder(Protocol):
    """Keeps finished windows, so that a killed job can go on."""

    def recall(self, texts: Sequence[str]) -> list[Result] | None:
        """Return the results of the next window if they are on record."""

    def record(self, texts: Sequence[str], results: Sequence[Result]) -> None:
        """Put the results of a window on record."""


def journal_path(output: str | Path) -> Path:
    """Return where the journal of an output lies."""
    path = Path(output).resolve()
    return path.with_name(path.name + ".align-journal")


class Journal:
    """Keeps and recalls the windows of one job (see `Recorder`).

    Args:
        output: the output file of the job.
        job: what decides the results: model, settings. A journal of another job is refused.
        resume: whether to go on from the journal that is there; else it is begun anew.

    Attributes:
        recalled, recorded: sentences taken from the journal and put there so far.
        put_aside: where the work of a stopped job went that was not to be resumed.

    Raises:
        UsageError: if the journal that is there belongs to another job.
        OutputError: if the journal cannot be written, or another process is writing it.
    """

    def __init__(self, output: str | Path, job: dict[str, Any], *, resume: bool = False) -> None:
        self.path = journal_path(output)
        self.recalled = self.recorded = 0
        self.put_aside: Path | None = None
        self._output = str(output)
        try:
            self._stream: IO[bytes] = self.path.open("a+b")
            _lock(self._stream, self._output)
            self._stream.seek(0)
            lines = [line for line in self._stream if line.endswith(b"\n")]
            if resume:
                remove_leftovers(output)
                self._check(lines, job)
            elif len(lines) > 1:
                self.put_aside = self.path.with_name(self.path.name + ".old")
                self.put_aside.write_bytes(b"".join(lines))
            self._begin(lines if resume else [], job)
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", file=self.path) from error

    def _check(self, lines: Sequence[bytes], job: dict[str, Any]) -> None:
        """Check that a journal is of this job."""
        if lines and json.loads(lines[0]) != job:
            self._stream.close()
            raise UsageError(
                "cannot be resumed: it was begun with another model or other settings",
                file=self._output,
                remedy="use the same ones, or leave --resume out to begin anew",
            )

    def _begin(self, lines: Sequence[bytes], job: dict[str, Any]) -> None:
        """Keep the whole lines of a journal, or begin a new one."""
        self._known = iter(lines)
        self._stream.truncate(sum(len(line) for line in lines))
        if lines:
            next(self._known)
        else:
            self._write(job)

    def _write(self, value: Any) -> None:
        """Write a line and hand it to the operating system."""
        self._stream.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        self._stream.flush()

    def recall(self, texts: Sequence[str]) -> list[Result] | None:
        """Return the results of the next window, or None if it is not on record.

        Raises:
            InputError: if the record is of other sentences.
        """
        line = next(self._known, None)
        if line is None:
            return None
        entry = json.loads(line)
        if entry["sentences"] != _digest(texts):
            raise InputError(
                "the input is not the one that the job was begun with",
                file=self._output,
                remedy="leave --resume out to begin anew",
            )
        self.recalled += len(texts)
        return [
            Result(text, score, tuple(flags), None if links is None else tuple((i, j) for i, j in links))
            for text, score, flags, links in entry["results"]
        ]

    def record(self, texts: Sequence[str], results: Sequence[Result]) -> None:
        """Put the results of a window on record."""
        try:
            self._write(
                {
                    "sentences": _digest(texts),
                    "results": [[r.text, r.score, r.flags, r.links] for r in results],
                }
            )
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", file=self.path) from error
        self.recorded += len(texts)

    def close(self, *, done: bool) -> None:
        """Close the journal, and remove it if the job is done or it holds nothing.

        With the output whole, what an earlier stopped job left for it is of no use either.
        """
        with contextlib.suppress(OSError):
            self._stream.close()
        if done or self.recalled + self.recorded == 0:
            self.path.unlink(missing_ok=True)
        if done and self.put_aside:
            self.put_aside.unlink(missing_ok=True)


def _digest(texts: Sequence[str]) -> str:
    """Return a hash of sentences."""
    joined = "\n".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def _lock(stream: IO[bytes], output: str) -> None:
    """Make sure that no other process works on the same output, where the system can tell."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            return  # a file system without locks
        stream.close()
        raise OutputError(
            "another run is writing it", file=output, remedy="wait for it, or name another"
        ) from None
