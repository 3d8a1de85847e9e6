"""Zip archives from elsewhere: looked through before anything is unpacked."""

from __future__ import annotations

import shutil
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from align.errors import ModelError, OutputError

MAX_UNPACKED = 4 * 1024**3
"""Bytes that an archive may unpack to; the largest OPUS-MT release has 1.2 GB."""
MAX_MEMBERS = 5_000
MAX_RATIO = 200
"""Compression above which a member is a bomb; weights reach 1.1, vocabularies 5, logs 20."""
RATIO_FROM = 16 * 1024**2
"""Members below this size do no harm, however well they are packed."""
_ENCRYPTED = 0x1


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip archive whose members are all harmless.

    Raises:
        ModelError: if it is no zip archive, or a member is hostile; nothing is unpacked then.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise ModelError(f"is not a readable zip archive ({error})", file=path) from error
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", file=path) from error
    try:
        check_members(path, archive.infolist())
    except BaseException:
        archive.close()
        raise
    return archive


def check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that could write outside its folder, fill the disk, or hide a file behind another.

    Raises:
        ModelError: with the first member that is refused and why.
    """

    def refuse(why: str) -> ModelError:
        return ModelError(f"refused: {why}", file=path, remedy="get the archive from its publisher again")

    if len(members) > MAX_MEMBERS:
        raise refuse(f"{len(members):,} members, at most {MAX_MEMBERS:,} are allowed")
    total = sum(member.file_size for member in members)
    if total > MAX_UNPACKED:
        raise refuse(f"it unpacks to {total:,} bytes, at most {MAX_UNPACKED:,} are allowed")
    seen: dict[str, bool] = {}
    for member in members:
        fault = _member_fault(member)
        key = unicodedata.normalize("NFC", member.filename).casefold().rstrip("/")
        if not fault and key in seen:
            fault = "stands in the archive twice"
        if fault:
            raise refuse(f"the member {member.filename[:200]!r} {fault}")
        seen[key] = member.is_dir()
    for key in seen:
        for parent in PurePosixPath(key).parents:
            if seen.get(str(parent)) is False:
                raise refuse(f"the member {str(parent)[:200]!r} is both a file and a folder")


def _member_fault(member: zipfile.ZipInfo) -> str | None:
    """Return why a member is refused, None if it is harmless."""
    name = member.filename
    parts = name.rstrip("/").split("/")
    if name != member.orig_filename or "\\" in name or any(ord(c) < 32 for c in name):
        return "has a name with odd characters"
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "has an absolute path"
    if ".." in parts:
        return "leads out of the archive's folder"
    if "" in parts or "." in parts:
        return "has an empty or odd path"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a special file"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size):
        return f"is packed {member.file_size // max(1, member.compress_size)}:1, as only a bomb would be"
    return None


def unpack(path: Path, into: Path) -> Path:
    """Unpack a zip archive.

    Args:
        path: the archive.
        into: an empty folder.

    Returns:
        The folder with the content: `into`, or the only folder in it.

    Raises:
        ModelError: if the archive is hostile or damaged.
        OutputError: if the disk is too full.
    """
    with open_archive(path) as archive:
        need = sum(member.file_size for member in archive.infolist())
        free = shutil.disk_usage(into).free
        if need > free:
            raise OutputError(f"unpacking needs {need:,} bytes, {free:,} are free", file=into)
        try:
            for member in archive.infolist():
                _extract(archive, member, path, into)
        except OSError as error:
            raise OutputError(f"cannot be written: {error.strerror}", file=error.filename or into) from error
    return only_folder(into)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, into: Path) -> None:
    """Write one member below `into` as a plain file or folder; times and modes are not taken over."""
    target = into / member.filename
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        for chunk in _content(archive, member, path):
            out.write(chunk)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Iterator[bytes]:
    """Yield a member's content in chunks; every kind of damage becomes one error."""
    try:
        with archive.open(member) as source:
            while chunk := source.read(1 << 20):
                yield chunk
    except Exception as error:  # zipfile, zlib and lzma have no common base
        raise ModelError(f"the member {member.filename!r} is damaged: {error}", file=path) from error


def only_folder(folder: Path) -> Path:
    """Return the only folder in `folder` if there is nothing else in it, else `folder` itself."""
    inside = [entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder
