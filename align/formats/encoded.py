"""What the text formats share: files in any encoding, read as UTF-8 and line by line in flat memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from align.errors import FormatError
from align.text.reading import PIECE, recode

OPTION = "`align import --encoding`"
"""What names the encoding of a bitext, whichever command reads it."""
REMEDY = f"name the encoding with {OPTION}, for example cp1252 or latin-1"


class _Pieces(io.RawIOBase):
    """A stream of pieces of bytes."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = filter(None, pieces)
        self._left = b""

    def readable(self) -> bool:
        """Tell that the stream can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what is left of a piece, else with the next one."""
        piece = self._left or next(self._pieces, b"")
        size = min(len(piece), len(buffer))
        buffer[:size], self._left = piece[:size], piece[size:]
        return size


def as_utf8(stream: BinaryIO, name: str, encoding: str | None = None) -> io.BufferedReader:
    """Return the stream of a text as one in UTF-8, without byte order mark.

    Args:
        stream: the bytes of the file.
        name: what error messages call it.
        encoding: its encoding; None to detect it, as `align.text.reading.decode` does.
    """
    return io.BufferedReader(_Pieces(recode(stream, encoding, name, OPTION)), PIECE)


def lines(stream: BinaryIO, name: str, encoding: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line, with its line end; the arguments are those of `as_utf8`.

    Raises:
        FormatError: with file and line, where the file is not UTF-8.
        InputError: with file and byte, where it is not of another encoding.
    """
    for number, raw in enumerate(as_utf8(stream, name, encoding), 1):
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            cause = f"not UTF-8 at byte {error.start} of the line"
            raise FormatError(cause, file=name, line=number, remedy=REMEDY) from None
        yield number, text


def bare_lines(stream: BinaryIO, name: str, encoding: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield what `lines` does, without the line ends.

    Raises:
        FormatError, InputError: as `lines` does.
    """
    for number, text in lines(stream, name, encoding):
        yield number, text.removesuffix("\n").removesuffix("\r")
