"""Archives and weights that mean harm, or are merely damaged."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from align.errors import ModelError, OutputError
from align.models import archive as archives
from align.models.add import add_model
from align.models.archive import open_archive, unpack
from align.models.store import user_models
from align.models.weights import read_weights
from tests.model_kit import Kit, pickled, safetensors, torch_stream, torch_zip, zipped

TENSORS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones((4,), np.float32)}
LAYOUTS = {"zip": torch_zip, "stream": torch_stream, "safetensors": safetensors}


def weights_file(folder: Path, data: bytes, name: str = "pytorch_model.bin") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def packed(folder: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """Write a zip archive."""
    file = folder / "model.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file


def refused(file: Path) -> str:
    """Return the one line that refuses an archive, and check that nothing was written."""
    into = file.parent / "into"
    into.mkdir(exist_ok=True)
    before = sorted(file.parent.rglob("*"))
    with pytest.raises(ModelError) as caught:
        unpack(file, into)
    assert sorted(file.parent.rglob("*")) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../up", "a/../../up", "C:\\x", "C:/x", "a//b", "./a", "a\x01"]
)
def test_members_outside_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    assert "refused: the member" in refused(packed(tmp_path, ("good", b"x"), (name, b"x")))


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644])
def test_links_and_devices_are_refused(tmp_path: Path, mode: int) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = mode << 16
    message = refused(packed(tmp_path, ("good", b"x"), (info, b"/etc/passwd")))
    assert "is a link" in message or "is a special file" in message


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "A"), ("é", "e\u0301"), ("a", "a/b"), ("A/b", "a")])
def test_members_that_hide_one_another_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    message = refused(packed(tmp_path, *((name, b"x") for name in names)))
    assert "twice" in message or "both a file and a folder" in message


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "as only a bomb would be" in refused(packed(tmp_path, ("zeros", bytes(20 << 20))))
    many = packed(tmp_path, *((str(i), b"") for i in range(archives.MAX_MEMBERS + 1)))
    assert "members, at most" in refused(many)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 999)
    assert "it unpacks to 1,000 bytes" in refused(packed(tmp_path, ("a", b"x" * 1000)))


def test_four_gibibytes_are_too_many(tmp_path: Path) -> None:
    file = packed(tmp_path, ("model.npz", b"x" * 100), ("more.npz", b"x" * 100))
    data = bytearray(file.read_bytes())
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 20 : at + 28] = struct.pack("<II", 2**31, 2**31 + 1)
        at = data.find(b"PK\x01\x02", at + 1)
    file.write_bytes(data)
    assert "it unpacks to 4,294,967,298 bytes, at most 4,294,967,296 are allowed" in refused(file)


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    file = packed(tmp_path, ("a", b"x"))
    data = bytearray(file.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(data)
    assert "is encrypted" in refused(file)


def test_archives_that_are_none(tmp_path: Path) -> None:
    for data in (b"", b"<html>Not found</html>", b"PK\x03\x04"):
        file = weights_file(tmp_path, data, "model.zip")
        assert "is not a readable zip archive" in refused(file)


def test_damaged_members_are_one_line(tmp_path: Path) -> None:
    file = packed(tmp_path, ("a.txt", bytes(random.Random(0).randbytes(5000))))
    data = bytearray(file.read_bytes())
    data[2000] ^= 0xFF
    file.write_bytes(data)
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(ModelError, match=r"the member 'a\.txt' is damaged"):
        unpack(file, into)


def test_a_cut_off_release_leaves_nothing(home: Path, tmp_path: Path) -> None:
    file = zipped(Kit().release(tmp_path / "opus-mt-nl-en"), tmp_path / "opus-mt-nl-en.zip")
    file.write_bytes(file.read_bytes()[:-3000])
    with pytest.raises(ModelError, match="is not a readable zip archive"):
        add_model(file)
    assert not list(user_models().iterdir())


def test_unpacking_needs_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr(archives.shutil, "disk_usage", lambda path: Usage)
    with pytest.raises(OutputError, match="unpacking needs 1,000 bytes, 10 are free"):
        unpack(packed(tmp_path, ("a", b"x" * 1000)), tmp_path)


def test_a_good_archive_is_unpacked(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("top/run.sh")
    info.external_attr = (stat.S_IFREG | 0o4777) << 16
    file = packed(tmp_path, ("top/", b""), ("top/é.txt", b"x"), (info, b"y"))
    into = tmp_path / "into"
    into.mkdir()
    assert unpack(file, into) == into / "top"
    assert (into / "top" / "é.txt").read_bytes() == b"x"
    assert not (into / "top" / "run.sh").stat().st_mode & 0o4111
    open_archive(file).close()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tensors_come_as_they_were(tmp_path: Path, layout: str) -> None:
    name = "model.safetensors" if layout == "safetensors" else "pytorch_model.bin"
    found = read_weights(weights_file(tmp_path, LAYOUTS[layout](TENSORS), name))
    assert list(found) == list(TENSORS)
    for key, tensor in TENSORS.items():
        np.testing.assert_array_equal(found[key], tensor)


class _Evil:
    def __init__(self, function: Callable[..., Any], *args: object) -> None:
        self.call = function, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.call


def zip_with(data: bytes) -> bytes:
    """Return PyTorch's archive with any pickle in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/data/0", bytes(100))
    return out.getvalue()


def stream_with(data: bytes) -> bytes:
    """Return the older format with any pickle in the place of the tensors."""
    good = torch_stream(TENSORS)
    at = good.index(pickled(TENSORS, old=True))
    return good[:at] + data


@pytest.mark.parametrize("wrap", [zip_with, stream_with, bytes])
@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize(
    "evil",
    [
        _Evil(os.system, "touch harm"), _Evil(eval, "open('harm', 'w')"), _Evil(open, "harm", "w"),
        {"a": _Evil(os.mkdir, "harm")}, _Evil(getattr, "x", "y"), os.system, _Evil(__import__, "os"),
    ],
)  # fmt: skip
def test_pickles_that_want_more_than_tensors_are_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrap: Callable[[bytes], bytes],
    protocol: int,
    evil: object,
) -> None:
    monkeypatch.chdir(tmp_path)
    file = weights_file(tmp_path, wrap(pickle.dumps(evil, protocol)))
    with pytest.raises(
        ModelError, match=r"refused: its pickle asks for \w+\.\w+, which no tensor needs"
    ) as caught:
        read_weights(file)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02ctorch.serialization\nload\n.",
        b"\x80\x02cbuiltins\ncompile\n.",
        b"\x80\x02(ios\nsystem\n.",
        b"\x80\x02\x82\x01.",
        b"\x80\x02}r\xff\xff\xff\xff.",
        b"\x80\x02\x8b\xff\xff\xff\x7f.",
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x02" + b"(" * 100_000 + b".",
        b"\x80\x02]\x94" + b"h\x00a" * 1000 + b".",
        b"\x80\x02K\x01.",
        b"\x80\x02ccollections\nOrderedDict\n)R.",
        b"\x80\x02" + b"ccollections\nOrderedDict\n(K\x01tR.",
        b".",
        b"",
    ],
)  # fmt: skip
@pytest.mark.parametrize("wrap", [zip_with, stream_with])
def test_odd_pickles_are_one_line(tmp_path: Path, wrap: Callable[[bytes], bytes], data: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        read_weights(weights_file(tmp_path, wrap(data)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "strides", "offset", "numel"),
    [
        ((1000,), (1,), 0, 6), ((2, 3), (3, 1), 1, 6), ((2**39,), (0,), 0, 6), ((2,), (-1,), 1, 6),
        ((2, 3), (3,), 0, 6), ((2,), (5,), 2, 6), ((1,), (1,), -1, 6), ((6,), (1,), 0, 7),
    ],
)  # fmt: skip
def test_tensors_do_not_reach_beyond_their_numbers(
    tmp_path: Path, shape: tuple[int, ...], strides: tuple[int, ...], offset: int, numel: int
) -> None:
    from tests.model_kit import _ops

    storage = b"(" + _ops(("storage",)) + b"ctorch\nFloatStorage\n" + _ops(("0", "cpu", numel)) + b"tQ"
    numbers = b"".join(
        b"(" + b"".join(b"\x8a\x08" + struct.pack("<q", n) for n in part) + b"t" for part in (shape, strides)
    )
    data = b"\x80\x02}" + _ops(("a",)) + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + _ops((offset,))
    data += numbers + b"\x89ccollections\nOrderedDict\n)RtRs."
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/data/0", bytes(24))
    with pytest.raises(ModelError):
        read_weights(weights_file(tmp_path, out.getvalue()))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_damage_is_always_one_line(tmp_path: Path, layout: str) -> None:
    good = LAYOUTS[layout](TENSORS)
    name = "model.safetensors" if layout == "safetensors" else "pytorch_model.bin"
    chance = random.Random(7)
    for _ in range(300):
        data = bytearray(good)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.randrange(1, 4)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        file = weights_file(tmp_path, bytes(data), name)
        try:
            read_weights(file)
        except ModelError as error:
            assert "\n" not in str(error)


def test_safetensors_that_lie_are_refused(tmp_path: Path) -> None:
    def file(header: object, length: int | None = None) -> Path:
        text = json.dumps(header).encode()
        data = struct.pack("<Q", len(text) if length is None else length) + text + bytes(16)
        return weights_file(tmp_path, data, "model.safetensors")

    good = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    assert read_weights(file({"a": good}))["a"].shape == (4,)
    for bad in (
        {"a": good | {"data_offsets": [0, 20]}}, {"a": good | {"data_offsets": [16, 0]}}, {"a": 1}, [1], 5,
        {"a": good | {"shape": [5]}}, {"a": good | {"dtype": "X"}}, {"a": good | {"shape": [2**39, 2**39]}},
        {"a": good | {"shape": [-4]}}, {"a": good | {"data_offsets": [0]}},
    ):  # fmt: skip
        with pytest.raises(ModelError, match="is not a readable weights file"):
            read_weights(file(bad))
    with pytest.raises(ModelError, match="header is cut off"):
        read_weights(file({"a": good}, 2**60))


def test_half_precision_comes_as_numbers(tmp_path: Path) -> None:
    values = np.array([1.5, -2.0, 0.25, 3.0], np.float32)
    for kind, data in (("BF16", (values.view("<u4") >> 16).astype("<u2")), ("F16", values.astype("<f2"))):
        header = json.dumps({"a": {"dtype": kind, "shape": [4], "data_offsets": [0, 8]}}).encode()
        file = weights_file(
            tmp_path, struct.pack("<Q", len(header)) + header + data.tobytes(), "model.safetensors"
        )
        np.testing.assert_array_equal(read_weights(file)["a"].astype(np.float32), values)


def test_a_hostile_pickle_in_a_model_folder_is_refused(home: Path, tmp_path: Path) -> None:
    folder = Kit().hugging_face(tmp_path / "opus-mt-nl-en")
    (folder / "pytorch_model.bin").write_bytes(zip_with(pickle.dumps(_Evil(os.system, "true"))))
    with pytest.raises(ModelError, match=r"refused: its pickle asks for posix\.system|nt\.system"):
        add_model(folder)
    assert not list(user_models().iterdir())
