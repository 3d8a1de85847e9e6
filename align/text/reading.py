"""Inputs: files, folders and standard input as decoded documents, read piece by piece.

A document's characters are those of the decoded file, byte order mark left out and line ends untouched:
all offsets of the package count them.
"""

from __future__ import annotations

import codecs
import difflib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from align.errors import InputError, UsageError

PIECE = 1 << 16
"""Bytes read at a time."""

SUFFIXES = (".txt", ".text")
"""Files that are taken from a folder."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Document(Protocol):
    """A named text that can be read in pieces."""

    @property
    def name(self) -> str:
        """What the `doc` column calls it."""

    def chunks(self) -> Iterator[str]:
        """Yield the decoded text in pieces of any size, line ends untouched."""


@dataclass(frozen=True)
class TextDocument:
    """A document that is already a string."""

    name: str
    text: str

    def chunks(self) -> Iterator[str]:
        """Yield the text."""
        yield self.text


@dataclass(frozen=True)
class FileDocument:
    """A document in a file; the name "-" stands for standard input.

    Attributes:
        name: the path as the user gave it.
        encoding: its encoding; None to detect it (UTF-8, or UTF-16 and UTF-32 by their marks).
        path: the same as a path.
        length: its length in code points, if it could be read before.
    """

    name: str
    encoding: str | None = None
    path: Path = field(default=Path("-"))
    length: int | None = None

    def chunks(self) -> Iterator[str]:
        """Yield the decoded text in pieces.

        Raises:
            InputError: if the file cannot be read, or where it is not text in its encoding.
        """
        try:
            if self.name == "-":
                yield from decode(sys.stdin.buffer, self.encoding, "standard input")
            else:
                with self.path.open("rb") as stream:
                    yield from decode(stream, self.encoding, self.name)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", file=self.name) from error

    def regular(self) -> bool:
        """Tell whether this is a plain file, which can be read twice."""
        return self.name != "-" and stat.S_ISREG(self.path.stat().st_mode)


def read_documents(
    files: Sequence[str | os.PathLike[str]], encoding: str | None = None
) -> list[FileDocument]:
    """Find the documents that file names stand for, and check that each can be read and decoded.

    Args:
        files: paths of files or folders (of which the `.txt` files are taken, in order of name, subfolders
            included); "-" is standard input. None at all means standard input.
        encoding: the encoding of all of them; None to detect it.

    Raises:
        UsageError: if a file is named twice or the encoding is unknown.
        InputError: if a file is missing, unreadable or not text.
    """
    if encoding is not None:
        check_encoding(encoding)
    documents: list[FileDocument] = []
    seen: dict[str, str] = {}
    if any(os.fspath(f) == "" for f in files):
        raise UsageError("an input has an empty name", remedy="is a variable unset?")
    for name in [os.fspath(f) for f in files] or ["-"]:
        for path in [name] if name == "-" else _expand(name):
            key = path if path == "-" else os.path.realpath(path)
            if key in seen:
                raise UsageError("is named twice", file=path, remedy="name each input once")
            seen[key] = path
            documents.append(FileDocument(path, encoding, Path(path)))
    check_plain(documents)
    return [_measured(document) if document.regular() else document for document in documents]


_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive, such as .docx, .odt or .epub",
    b"{\\rtf": "an RTF text",
}


def check_plain(documents: Iterable[FileDocument]) -> None:
    """Check that files are plain text, as far as suffix and first bytes tell.

    Raises:
        InputError: if one is in an exchange format or is no text at all.
    """
    from align.formats import by_suffix

    for document in documents:
        if not document.regular():
            continue
        with document.path.open("rb") as stream:
            head = stream.read(8)
        for magic, name in _MAGIC.items():
            if head.startswith(magic):
                raise InputError(
                    f"is {name}, not plain text", file=document.name, remedy="save it as text first"
                )
        found = by_suffix(document.name)
        if found is not None and found.name not in ("text", "markdown"):
            paged = hasattr(found.load(), "read_text")
            command = "align import FILE -o FILE.txt" if paged else "align export FILE --format text"
            raise InputError(
                f"its suffix means {found.summary}; text is wanted", file=document.name,
                remedy=f"take its {'' if paged else 'target '}text with `{command}`",
            )  # fmt: skip


def _measured(document: FileDocument) -> FileDocument:
    """Read a file once, so that what is wrong with it is said before any work is done."""
    return replace(document, length=sum(len(piece) for piece in document.chunks()))


def read_text(file: str | os.PathLike[str], encoding: str | None = None) -> str:
    """Return the whole text of a file ("-": standard input), decoded as `read_documents` does.

    Raises:
        InputError: if it is missing, unreadable or not text.
    """
    return "".join(piece for d in read_documents([file], encoding) for piece in d.chunks())


def read_lines(file: str | os.PathLike[str], encoding: str | None = None) -> list[str]:
    r"""Return the lines of a text, split at ``\n``, ``\r\n`` and ``\r`` only.

    Raises:
        InputError: if the file is missing, unreadable or not text.
    """
    text = read_text(file, encoding).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def check_encoding(encoding: str) -> None:
    """Check that an encoding is known and is one of text.

    Raises:
        UsageError: if not.
    """
    try:
        info = codecs.lookup(encoding)
    except LookupError:
        raise UsageError(
            f"unknown encoding {encoding!r}", remedy="for example utf-8, latin-1, cp1252 or utf-16"
        ) from None
    if not getattr(info, "_is_text_encoding", True):
        raise UsageError(f"{encoding!r} is not an encoding of text")


def _expand(name: str) -> Sequence[str]:
    """Return the files that a name stands for: itself, or those of a folder."""
    path = Path(name)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        near = _near(path)
        raise InputError(
            "no such file", file=name, remedy=f"did you mean {near}?" if near else "check the path"
        ) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=name) from error
    if not stat.S_ISDIR(mode):
        return [name]
    found = sorted(
        str(p) for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and p.name[0] != "."
    )
    if not found:
        raise InputError("the folder holds no .txt file", file=name, remedy="name the files themselves")
    return found


def _near(path: Path) -> str | None:
    """Return a file in the same folder whose name resembles that of a missing one."""
    try:
        names = [p.name for p in path.parent.iterdir()]
    except OSError:
        return None
    near = difflib.get_close_matches(path.name, names, 1)
    return str(path.with_name(near[0])) if near else None


def detect_encoding(sample: bytes) -> str:
    """Guess the encoding of a text from its first bytes: a byte order mark, UTF-16 by its zeros, or UTF-8."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(len(sample) // 2, 1)
    # Latin text in UTF-16 has a zero in nearly every other byte, always on the same side.
    if len(sample) >= 4 and odd > 0.4 * half and even <= 0.05 * half:
        return "utf-16-le"
    if len(sample) >= 4 and even > 0.4 * half and odd <= 0.05 * half:
        return "utf-16-be"
    return "utf-8"


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream as they come, the first piece long enough to detect the encoding."""
    read = getattr(stream, "read1", stream.read)
    first = b""
    while len(first) < 4 and (piece := read(PIECE)):
        first += piece
    yield first
    while piece := read(PIECE):
        yield piece


def decode(stream: BinaryIO, encoding: str | None, name: str, option: str = "--encoding") -> Iterator[str]:
    """Decode a binary stream piece by piece.

    Args:
        stream: where the bytes come from.
        encoding: how they are encoded; None to detect it.
        name: what error messages call the stream.
        option: what they say names the encoding.

    Raises:
        InputError: with the byte offset, where bytes are not of the encoding or a NUL character stands.
    """
    known, pieces = _told(stream, encoding)
    yield from _decoded(pieces, known, name, option)


def recode(stream: BinaryIO, encoding: str | None, name: str, option: str = "--encoding") -> Iterator[bytes]:
    """Yield a text in UTF-8 piece by piece, without byte order mark; the arguments are those of `decode`.

    What is in UTF-8 already is passed on unchecked.

    Raises:
        InputError: as `decode` does, where the text is in another encoding.
    """
    known, pieces = _told(stream, encoding)
    if known not in ("utf-8", "utf-8-sig"):
        pieces = (text.encode("utf-8", "surrogatepass") for text in _decoded(pieces, known, name, option))
    yield next(pieces, b"").removeprefix(codecs.BOM_UTF8)
    yield from pieces


def _told(stream: BinaryIO, encoding: str | None) -> tuple[str, Iterator[bytes]]:
    """Return the name of a stream's encoding, given or detected, and the pieces of the stream."""
    pieces = _pieces(stream)
    first = next(pieces)
    known = codecs.lookup(encoding).name if encoding else detect_encoding(first[:4096])
    return known, chain([first], pieces)


def _decoded(pieces: Iterator[bytes], encoding: str, name: str, option: str) -> Iterator[str]:
    """Decode the pieces of a stream."""
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("strict")
    offset = 0
    for piece in chain(filter(None, pieces), [b""]):
        waiting = decoder.getstate()[0]
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise _not_text(error, offset - len(waiting), encoding, name, option) from None
        if "\0" in text:
            raise InputError(
                f"holds a NUL character near byte offset {offset + max(piece.find(0), 0)}: not a text file",
                file=name,
                remedy=f"name its encoding with {option} if it is text",
            )
        offset += len(piece)
        if text:
            yield text


def _not_text(error: UnicodeDecodeError, base: int, encoding: str, name: str, option: str) -> InputError:
    """Say where a file is not of its encoding."""
    byte = f" (byte 0x{error.object[error.start]:02x})" if error.start < len(error.object) else ""
    label = encoding.removesuffix("-sig").upper()
    return InputError(
        f"not {label} at byte offset {base + error.start}{byte}",
        file=name,
        remedy=f"name the encoding with {option}, for example cp1252 or latin-1",
    )
