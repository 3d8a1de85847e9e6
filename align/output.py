"""Outputs that are whole or not there: written beside their place, then renamed."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from align.errors import OutputError, UsageError


def check_output(path: str | Path | None, inputs: Iterable[str | Path] = ()) -> None:
    """Fail early where an output could not be written.

    Args:
        path: the output file; None or "-" stands for standard output.
        inputs: files that are read; "-" is passed over.

    Raises:
        UsageError: if the output is one of the inputs.
        OutputError: if it is a folder, or its folder is missing or read-only.
    """
    if path is None or is_stdout(path):
        return
    out = Path(path)
    for given in inputs:
        if str(given) != "-" and out.exists() and Path(given).exists() and os.path.samefile(out, given):
            raise UsageError("the output is also an input", file=out, remedy="choose another name")
    if out.is_dir():
        raise OutputError("is a folder", file=out, remedy="name a file")
    parent = out.resolve().parent
    if not parent.is_dir():
        raise OutputError(f"the folder {parent} does not exist", file=out, remedy="create it first")
    if not os.access(parent, os.W_OK) or (out.exists() and not os.access(out, os.W_OK)):
        raise OutputError("is not writable", file=out, remedy="check its permissions or choose another place")


class _Prompt:
    """Standard output that passes on each row at once, so that the next program in a pipe can begin."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        """Write and flush."""
        self._stream.write(data)
        self._stream.flush()
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def is_stdout(path: str | Path | None) -> bool:
    """Tell whether an output is standard output: "-", none, or a name that the system has for it."""
    return path is None or str(path) in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def is_plain(path: str | Path) -> bool:
    """Tell whether an output is (or will be) a plain file, not a device or a pipe."""
    if str(path).startswith(("/dev/", "/proc/")):
        return False
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except FileNotFoundError:
        return True


@contextlib.contextmanager
def open_output(path: str | Path | None, inputs: Iterable[str | Path] = ()) -> Iterator[BinaryIO]:
    """Open an output for writing bytes; a file appears, or is replaced, only if the block ends well.

    Args:
        path: the output file; None or "-" stands for standard output.
        inputs: files that are read, none of which may be the output.

    Raises:
        UsageError: if the output is one of the inputs.
        OutputError: if it cannot be written: no such folder, no permission, disk full.
    """
    check_output(path, inputs)
    if is_stdout(path):
        if sys.stdout is None:  # as Python has it where the shell closed it
            raise OutputError("is closed", file="standard output", remedy="name a file with -o")
        yield cast(BinaryIO, _Prompt(sys.stdout.buffer))
        return
    given = Path(str(path))
    out = given if not is_plain(given) else given.resolve()
    try:
        if not is_plain(out):
            with out.open("wb") as stream:
                yield stream
            return
        with _replacement(out) as stream:
            yield stream
    except OSError as error:
        if error.filename not in (None, str(out)) and not str(error.filename).startswith(str(out.parent)):
            raise
        raise OutputError(f"cannot be written: {error.strerror}", file=path) from error


@contextlib.contextmanager
def _replacement(out: Path) -> Iterator[BinaryIO]:
    """Yield a temporary file beside `out` that takes its place at the end."""
    mode = stat.S_IMODE(out.stat().st_mode) if out.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".tmp", dir=out.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, mode)
        os.replace(name, out)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def remove_leftovers(path: str | Path) -> None:
    """Remove what a killed process left of an output."""
    out = Path(path).resolve()
    for left in out.parent.glob(f".{glob.escape(out.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()


def _umask() -> int:
    """Return the process's file mode mask."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
