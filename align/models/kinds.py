"""The kinds of model folders that can be added: told apart, and looked through for what is missing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.errors import ModelError
from align.models import huggingface
from align.models.archive import only_folder
from align.models.infer import spm_files
from align.models.manifest import WEIGHTS, structure_faults

SMALL_FILE = 1 << 20
"""Bytes up to which a configuration file is read."""


@dataclass(frozen=True)
class Kind:
    """A kind of model folder.

    Attributes:
        name: what people call it.
        fits: tells from a folder's file names whether it is of this kind.
        faults: returns everything that is missing or broken in a folder of this kind.
    """

    name: str
    fits: Callable[[Path], bool]
    faults: Callable[[Path], list[str]]


def detect(folder: Path) -> Kind:
    """Return the kind of a model folder.

    Raises:
        ModelError: if it is none, or is broken; every missing or broken file is named.
    """
    for kind in KINDS:
        if kind.fits(folder):
            faults = kind.faults(folder)
            if faults:
                raise ModelError(f"broken {kind.name}: {'; '.join(faults)}", file=folder)
            return kind
    raise ModelError(
        f"is no model: it has none of {WEIGHTS} (CTranslate2), decoder.yml (OPUS-MT), "
        f"{' or '.join(huggingface.WEIGHT_FILES)} (Hugging Face) and metadata.json (Argos)",
        file=folder,
    )


def missing(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Return a fault for each file that is not there or is empty."""
    faults = []
    for name in names:
        file = folder / name
        if not file.is_file():
            faults.append(f"{name} is missing")
        elif not file.stat().st_size:
            faults.append(f"{name} is empty")
    return faults


def spm_faults(folder: Path) -> list[str]:
    """Return what is wrong with a folder's SentencePiece files."""
    import sentencepiece

    names = tuple(dict.fromkeys(spm_files(folder)))
    faults = missing(folder, names)
    if faults and any(folder.glob("*bpe*")):
        return [f"{', '.join(names)} missing: models with BPE instead of SentencePiece cannot be used"]
    for name in names:
        if (folder / name).is_file() and (folder / name).stat().st_size:
            try:
                sentencepiece.SentencePieceProcessor(model_proto=(folder / name).read_bytes())
            except (RuntimeError, ValueError):
                faults.append(f"{name} is no SentencePiece model")
    return faults


def read_json(file: Path) -> dict[str, Any]:
    """Return a small JSON object.

    Raises:
        ValueError: if it is none.
    """
    if file.stat().st_size > SMALL_FILE:
        raise ValueError("far too large")
    data = json.loads(file.read_text("utf-8"))
    if not isinstance(data, dict):
        raise ValueError("no JSON object")
    return data


def _has_opus(folder: Path) -> bool:
    return (folder / "decoder.yml").is_file() or any(folder.glob("*.npz"))


def read_decoder(folder: Path) -> tuple[str, tuple[str, str]]:
    """Return the names of the weights and of source and target vocabulary that decoder.yml gives.

    Raises:
        ValueError: if decoder.yml is broken or names files outside its folder.
    """
    import yaml

    load: Callable[[str], Any] = yaml.safe_load
    file = folder / "decoder.yml"
    if file.stat().st_size > SMALL_FILE:
        raise ValueError("far too large")
    try:
        data = load(file.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"no YAML ({error})") from error
    found: list[list[str]] = []
    for key in ("models", "vocabs"):
        names = data.get(key) if isinstance(data, dict) else None
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise ValueError(f"it has no list {key!r}")
        for name in names:
            if Path(name).name != name or "\\" in name:
                raise ValueError(f"{name!r} lies outside the folder")
        found.append(names)
    (weights, *_), vocabs = found
    return weights, (vocabs[0], vocabs[-1])


def _opus_faults(folder: Path) -> list[str]:
    """Return the faults of an OPUS-MT release."""
    faults = missing(folder, ("decoder.yml",))
    if not faults:
        try:
            weights, vocabs = read_decoder(folder)
            faults += missing(folder, (weights, *dict.fromkeys(vocabs)))
            faults += _npz_faults(folder / weights)
        except (OSError, ValueError) as error:
            faults.append(f"decoder.yml is broken ({error})")
    return faults + spm_faults(folder)


def _npz_faults(file: Path) -> list[str]:
    """Return what is wrong with a Marian weights file, without reading the numbers."""
    from align.models.archive import check_members

    if not file.is_file() or not file.stat().st_size:
        return []
    try:
        with zipfile.ZipFile(file) as archive:
            check_members(file, archive.infolist())
            if "special:model.yml.npy" not in archive.namelist():
                return [f"{file.name} has no special:model.yml, so it is not Marian's"]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError):
        return [f"{file.name} is no NumPy archive (damaged or cut off)"]
    return []


def _has_huggingface(folder: Path) -> bool:
    return any((folder / name).is_file() for name in huggingface.WEIGHT_FILES) or (
        (folder / "config.json").is_file() and (folder / "vocab.json").is_file()
    )


def _huggingface_faults(folder: Path) -> list[str]:
    """Return the faults of a Hugging Face folder."""
    _, faults = huggingface.read_config(folder)
    faults += huggingface.vocabularies(folder)[1]
    present = [name for name in huggingface.WEIGHT_FILES if (folder / name).is_file()]
    faults += (
        missing(folder, tuple(present[:1]))
        if present
        else ["pytorch_model.bin or model.safetensors is missing"]
    )
    return faults + spm_faults(folder)


def _has_ctranslate2(folder: Path) -> bool:
    return (folder / WEIGHTS).is_file()


def _ctranslate2_faults(folder: Path) -> list[str]:
    """Return the faults of a CTranslate2 folder."""
    faults = structure_faults(folder, ())
    if (folder / "config.json").is_file():
        try:
            read_json(folder / "config.json")
        except (OSError, ValueError) as error:
            faults.append(f"config.json is broken ({error})")
    return faults + spm_faults(folder)


def argos_model(folder: Path) -> Path:
    """Return the CTranslate2 folder inside an Argos package."""
    return folder / "model"


def _has_argos(folder: Path) -> bool:
    return (folder / "metadata.json").is_file() and argos_model(folder).is_dir()


def _argos_faults(folder: Path) -> list[str]:
    """Return the faults of an Argos package."""
    faults = []
    try:
        metadata = read_json(folder / "metadata.json")
        for key in ("from_code", "to_code"):
            if not isinstance(metadata.get(key), str):
                faults.append(f"metadata.json: {key} is missing")
        if metadata.get("target_prefix"):
            faults.append("metadata.json: packages with a target_prefix cannot be used")
    except (OSError, ValueError) as error:
        faults.append(f"metadata.json is broken ({error})")
    faults += [f"model/{fault}" for fault in structure_faults(argos_model(folder), ())]
    return faults + spm_faults(folder)


OPUS = Kind("OPUS-MT release", _has_opus, _opus_faults)
HUGGING_FACE = Kind("Hugging Face Marian folder", _has_huggingface, _huggingface_faults)
CTRANSLATE2 = Kind("CTranslate2 folder", _has_ctranslate2, _ctranslate2_faults)
ARGOS = Kind("Argos package", _has_argos, _argos_faults)
KINDS = (ARGOS, OPUS, HUGGING_FACE, CTRANSLATE2)


def content_folder(folder: Path) -> Path:
    """Return the folder that holds the model: `folder`, or the only folder in it."""
    return folder if any(kind.fits(folder) for kind in KINDS) else only_folder(folder)
