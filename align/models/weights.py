"""Weights of Hugging Face folders, read without torch.

Three layouts: PyTorch's zip archive, the older stream of pickles that most OPUS-MT models on the Hugging
Face hub have, and safetensors. The pickles are read by an unpickler that knows nothing but dictionaries and
tensors; anything else that a file asks for is refused before it is looked up.
"""

from __future__ import annotations

import io
import json
import math
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.errors import ModelError
from align.models.archive import open_archive

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]
    Storages = Callable[[str, str], Array]

MAX_PICKLE = 32 * 1024**2
"""Bytes read for the pickled part; that of a model with 258 tensors has 51,773."""
_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_STORAGE_TYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
}
_SAFE_TYPES = {
    "F32": "<f4",
    "F64": "<f8",
    "F16": "<f2",
    "BF16": "bfloat16",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U8": "<u1",
    "BOOL": "?",
}


@dataclass(frozen=True)
class _Tensor:
    """A tensor as a pickle describes it: a strided view of a storage that is read later."""

    kind: str
    storage: str
    numel: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_weights(path: Path) -> dict[str, Array]:
    """Return all tensors of a weights file by name; bfloat16 comes as float32.

    Args:
        path: a file in PyTorch's or safetensors' format; large arrays stay mapped to it where they can.

    Raises:
        ModelError: if it is in no known format, is damaged, or its pickle wants more than tensors.
    """
    if path.suffix == ".safetensors":
        return _read_safetensors(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", file=path) from error
    if head[:2] == b"PK":
        return _read_torch_zip(path)
    return _read_torch_stream(path)


def _damaged(path: Path, why: object) -> ModelError:
    return ModelError(f"is not a readable weights file: {why}", file=path, remedy="get the file again")


class _Unpickler(pickle._Unpickler):
    """Loads dictionaries of tensors, and nothing else.

    The base is the interpreter's own Python version: in the C version a hostile memo index can ask for any
    amount of memory.
    """

    def __init__(self, stream: io.BytesIO, path: Path) -> None:
        super().__init__(stream, encoding="utf-8")
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch" and name in _STORAGE_TYPES:
            return _STORAGE_TYPES[name]
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _rebuild_parameter
        raise ModelError(
            f"refused: its pickle asks for {module}.{name}, which no tensor needs",
            file=self._path,
            remedy="do not use this file",
        )

    def persistent_load(self, pid: Any) -> tuple[str, str, int]:
        if not (isinstance(pid, tuple) and len(pid) in (5, 6) and pid[0] == "storage"):
            raise ValueError("unknown kind of storage")
        kind, key, numel = pid[1], pid[2], pid[4]
        if kind not in _STORAGE_TYPES.values() or not isinstance(key, str) or not _size(numel):
            raise ValueError("unknown kind of storage")
        if len(pid) == 6 and pid[5] is not None:
            raise ValueError("a storage that is a view of another")
        return kind, key, numel


def _size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40


def _rebuild_tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
    """Stand-in for torch's function of this name; checks that the view lies within its storage."""
    kind, key, numel = storage
    if not (isinstance(shape, tuple) and isinstance(strides, tuple) and len(shape) == len(strides)):
        raise ValueError("a tensor without shape")
    if not all(map(_size, (offset, *shape, *strides))) or len(shape) > 8:
        raise ValueError("a tensor of an odd shape")
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if math.prod(shape) > numel or (math.prod(shape) and last >= numel):
        raise ValueError("a tensor larger than its storage")
    return _Tensor(kind, key, numel, offset, shape, strides)


def _rebuild_parameter(data: Any, *_: Any) -> Any:
    return data


def _load(stream: io.BytesIO, path: Path) -> Any:
    """Unpickle one object; every kind of damage becomes one error."""
    try:
        return _Unpickler(stream, path).load()
    except ModelError:
        raise
    except Exception as error:
        # A damaged pickle can raise nearly anything.
        raise _damaged(path, error or type(error).__name__) from error


def _read_torch_zip(path: Path) -> dict[str, Array]:
    """Read PyTorch's archive: NAME/data.pkl and one member for each storage, NAME/data/KEY."""
    with open_archive(path) as archive:
        members = {member.filename: member for member in archive.infolist()}
        index = next((name for name in members if name.endswith("/data.pkl") or name == "data.pkl"), None)
        if index is None:
            raise _damaged(path, "it has no data.pkl")
        if members[index].file_size > MAX_PICKLE:
            raise _damaged(path, "its data.pkl is far too large")
        root = index.removesuffix("data.pkl")
        try:
            if root + "byteorder" in members and archive.read(root + "byteorder") != b"little":
                raise _damaged(path, "its numbers are big-endian")
            tensors = _load(io.BytesIO(archive.read(index)), path)
            return _resolve(tensors, path, lambda key, kind: _array(archive.read(f"{root}data/{key}"), kind))
        except ModelError:
            raise
        except Exception as error:  # zlib, lzma and zipfile have no common base
            raise _damaged(path, error) from error


def _read_torch_stream(path: Path) -> dict[str, Array]:
    """Read the format before PyTorch 1.6: five pickles, then every storage behind its length."""
    import numpy as np

    with path.open("rb") as stream:
        head = io.BytesIO(stream.read(MAX_PICKLE))
    if not head.getbuffer() or _load(head, path) != _MAGIC or _load(head, path) != _PROTOCOL:
        raise _damaged(path, "neither PyTorch's format nor safetensors")
    system = _load(head, path)
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise _damaged(path, "its numbers are big-endian")
    tensors = _load(head, path)
    keys = _load(head, path)
    kinds = {t.storage: (t.kind, t.numel) for t in _tensors(tensors, path).values()}
    if not isinstance(keys, list) or not set(kinds) <= set(map(str, keys)):
        raise _damaged(path, "storages are missing")
    data = np.memmap(path, np.uint8, "r")
    at, found = head.tell(), {}
    for key in keys:
        length = int.from_bytes(data[at : at + 8].tobytes(), "little", signed=True)
        kind, numel = kinds.get(key, ("<f4", length))
        end = at + 8 + _width(kind) * length
        if length != numel or length < 0 or end > len(data):
            raise _damaged(path, "it is cut off, or a storage has another length than its tensors")
        found[key] = data[at + 8 : end]
        at = end
    return _resolve(tensors, path, lambda key, kind: _array(found[key], kind))


def _width(kind: str) -> int:
    """Return the bytes of one number."""
    import numpy as np

    return 2 if kind == "bfloat16" else int(np.dtype(kind).itemsize)


def _array(data: Any, kind: str) -> Array:
    """Return bytes as an array of numbers."""
    import numpy as np

    if kind == "bfloat16":
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
    return np.frombuffer(data, kind)


def _tensors(loaded: Any, path: Path) -> dict[str, _Tensor]:
    """Check that what a pickle held is a dictionary of tensors."""
    if not isinstance(loaded, dict) or not loaded:
        raise _damaged(path, "it holds no dictionary of tensors")
    for name, tensor in loaded.items():
        if not isinstance(name, str) or not isinstance(tensor, _Tensor):
            raise _damaged(path, f"{str(name)[:80]!r} is no tensor")
    return loaded


def _resolve(loaded: Any, path: Path, storages: Storages) -> dict[str, Array]:
    """Return arrays for the tensors of a pickle; storages that several share are read once."""
    from numpy.lib.stride_tricks import as_strided

    cache: dict[str, Array] = {}
    arrays: dict[str, Array] = {}
    for name, tensor in _tensors(loaded, path).items():
        if tensor.storage not in cache:
            try:
                cache[tensor.storage] = storages(tensor.storage, tensor.kind)
            except ValueError as error:
                raise _damaged(path, error) from error
        storage = cache[tensor.storage]
        if len(storage) < tensor.numel:
            raise _damaged(path, f"the numbers of {name!r} are cut off")
        steps = [step * storage.itemsize for step in tensor.strides]
        arrays[name] = as_strided(storage[tensor.offset :], tensor.shape, steps, writeable=False)
    return arrays


def _read_safetensors(path: Path) -> dict[str, Array]:
    """Read the safetensors format: length of the header, header in JSON, numbers."""
    import numpy as np

    try:
        data = np.memmap(path, np.uint8, "r")
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", file=path) from error
    except ValueError as error:
        raise _damaged(path, error) from error
    try:
        length = int.from_bytes(data[:8].tobytes(), "little")
        if length > min(MAX_PICKLE, len(data) - 8):
            raise ValueError("its header is cut off")
        header = json.loads(data[8 : 8 + length].tobytes())
        numbers = data[8 + length :]
        return {
            name: _safe_tensor(name, entry, numbers)
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from error


def _safe_tensor(name: str, entry: dict[str, Any], numbers: Array) -> Array:
    """Return one tensor of a safetensors file."""
    kind = _SAFE_TYPES[entry["dtype"]]
    shape = entry["shape"]
    start, end = entry["data_offsets"]
    if not all(map(_size, (start, end, *shape))) or not start <= end <= len(numbers):
        raise ValueError(f"the numbers of {name!r} are cut off")
    if math.prod(shape) * _width(kind) != end - start:
        raise ValueError(f"shape and length of {name!r} do not agree")
    return _array(numbers[start:end], kind).reshape(shape)
