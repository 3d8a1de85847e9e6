"""What a model is: the facts that its manifest keeps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from align.errors import ModelError
from align.models.languages import best_match
from align.output import open_output

MANIFEST = "manifest.json"
FORMAT = 1
"""Version of the manifest's layout."""
MAX_SOURCE_TOKENS = 512
"""Length that OPUS-MT models were trained on; longer input is out of their experience."""
WEIGHTS = "model.bin"
PAPERS = ("README", "LICENSE", "LICENCE", "NOTICE")
"""Beginnings of the names of files that a model runs without; a change of them is for `verify` to tell."""


@dataclass(frozen=True)
class Model:
    """A model that can translate: a CTranslate2 folder with its SentencePiece files.

    Attributes:
        name: name by which users select it.
        path: its folder.
        sources: language codes (BCP-47) that it reads.
        targets: language codes that it writes.
        licence: licence of the weights, "unknown" where nothing says it.
        origin: where it came from: an address, a file name, or a description.
        converter: the program and version that made the folder.
        source_spm: SentencePiece file of the source, relative to `path`.
        target_spm: that of the target; may be the same file.
        append_source_eos: whether the caller must end the source with "</s>".
        target_tokens: for multi-target models, target language to ">>xxx<<" token; else empty.
        max_source_tokens: longest input that the model handles well, in pieces.
        lexicon: file of translations of words that it does not know, "" if it takes none.
        embedded: whether it came with the package.
    """

    name: str
    path: Path
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    licence: str
    origin: str
    converter: str
    source_spm: str
    target_spm: str
    append_source_eos: bool = False
    target_tokens: dict[str, str] = field(default_factory=dict)
    max_source_tokens: int = MAX_SOURCE_TOKENS
    lexicon: str = ""
    embedded: bool = False

    def translates(self, source: str, target: str) -> bool:
        """Tell whether the model is for this pair; codes are compared as languages.

        Raises:
            ValueError: if one of them is not a language code.
        """
        return best_match(source, self.sources) is not None and best_match(target, self.targets) is not None

    def target_token(self, target: str) -> str | None:
        """Return the token to put before a source for this target language, None if it needs none.

        Raises:
            ValueError: if `target` is not a language code.
        """
        match = best_match(target, self.target_tokens)
        return None if match is None else self.target_tokens[match]


def load_model(path: str | Path, *, embedded: bool = False) -> Model:
    """Read a model folder: by its manifest, else by what its files show.

    Args:
        path: a CTranslate2 folder with SentencePiece files.
        embedded: whether it came with the package.

    Raises:
        ModelError: if the folder is no model or is broken; all faults are named in one line.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ModelError("is not a model folder", file=folder, remedy="see `align models list`")
    if (folder / MANIFEST).is_file():
        return _from_manifest(folder, embedded)
    from align.models.infer import infer_model

    model = infer_model(folder, embedded=embedded)
    _check(folder, structure_faults(folder, (model.source_spm, model.target_spm)))
    return model


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a model folder's manifest as it stands in the file.

    Raises:
        ModelError: if it is missing or is not a JSON object.
    """
    file = folder / MANIFEST
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ModelError("has no manifest.json", file=folder) from error
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot be read as JSON: {error}", file=file, remedy="add the model again"
        ) from error
    if not isinstance(data, dict):
        raise ModelError("is not a JSON object", file=file, remedy="add the model again")
    return data


def _from_manifest(folder: Path, embedded: bool) -> Model:
    """Build a model from its manifest; fail with all faults of the folder."""
    data = read_manifest(folder)
    faults = [] if data.get("format") == FORMAT else [f"{MANIFEST}: format is not {FORMAT}"]
    for key, kind in _FIELDS.items():
        if not _is(data.get(key), kind):
            faults.append(f"{MANIFEST}: {key!r} is missing or not {_SAYS[kind]}")
    if not faults and not all(isinstance(token, str) for token in data["target_tokens"].values()):
        faults.append(f"{MANIFEST}: 'target_tokens' does not give texts")
    lexicon = data.get("lexicon", "")
    if not faults and lexicon not in ("", *data["files"]):
        faults.append(f"{MANIFEST}: 'lexicon' is not one of its files")
    _check(folder, faults)
    for name, entry in data["files"].items():
        if name.startswith(PAPERS):
            continue
        size = entry.get("bytes") if isinstance(entry, dict) else None
        faults += _file_faults(folder, name, size)
    listed = set(data["files"])
    faults += structure_faults(folder, (data["source_spm"], data["target_spm"]), skip=listed)
    _check(folder, faults)
    facts: dict[str, Any] = {
        key: tuple(data[key]) if kind is list else data[key] for key, kind in _FIELDS.items()
    }
    del facts["files"]
    return Model(**facts, lexicon=lexicon, path=folder, embedded=embedded)


_FIELDS: dict[str, type] = {
    "name": str,
    "sources": list,
    "targets": list,
    "licence": str,
    "origin": str,
    "converter": str,
    "source_spm": str,
    "target_spm": str,
    "append_source_eos": bool,
    "target_tokens": dict,
    "max_source_tokens": int,
    "files": dict,
}
_SAYS = {
    str: "a text",
    list: "a list of texts",
    bool: "true or false",
    dict: "an object",
    int: "a positive number",
}


def _is(value: object, kind: type) -> bool:
    """Tell whether a manifest value has the type it must have."""
    if kind is list:
        return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return isinstance(value, kind)


def _file_faults(folder: Path, name: str, size: int | None) -> list[str]:
    """Return what is wrong with one file of a model, by name and size."""
    file = folder / name
    if Path(name).name != name:
        return [f"{name}: not a plain file name"]
    if not file.is_file():
        return [f"{name} is missing"]
    actual = file.stat().st_size
    if not actual:
        return [f"{name} is empty"]
    if size is not None and actual != size:
        return [f"{name} has {actual:,} bytes where {size:,} are expected"]
    return []


def structure_faults(
    folder: Path, pieces: tuple[str, ...], skip: set[str] | frozenset[str] = frozenset()
) -> list[str]:
    """Return what a CTranslate2 folder lacks.

    Args:
        folder: the model's folder.
        pieces: its SentencePiece files.
        skip: files that were looked at before.
    """
    faults: list[str] = []
    for name in (WEIGHTS, *dict.fromkeys(pieces)):
        if name not in skip:
            faults += _file_faults(folder, name, None)
    if not vocabulary_files(folder):
        faults.append(
            "the vocabulary (shared_vocabulary.json, or source_ and target_vocabulary.json) is missing"
        )
    return faults


def _check(folder: Path, faults: list[str]) -> None:
    """Raise one error that names every fault."""
    if faults:
        raise ModelError(
            f"broken model folder: {'; '.join(faults)}",
            file=folder,
            remedy="remove the model and add it again",
        )


def vocabulary_files(folder: Path) -> tuple[Path, ...]:
    """Return the vocabulary files of a CTranslate2 folder, source first; empty if it has none."""
    for suffix in (".json", ".txt"):
        shared = folder / f"shared_vocabulary{suffix}"
        if shared.is_file():
            return (shared,)
        both = (folder / f"source_vocabulary{suffix}", folder / f"target_vocabulary{suffix}")
        if all(file.is_file() for file in both):
            return both
    return ()


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def as_data(model: Model) -> dict[str, Any]:
    """Return a model's facts as its manifest has them, without the files."""
    facts = {key: getattr(model, key) for key in _FIELDS if key != "files"}
    if model.lexicon:
        facts["lexicon"] = model.lexicon
    return {"format": FORMAT} | {k: list(v) if isinstance(v, tuple) else v for k, v in facts.items()}


def write_manifest(model: Model) -> Path:
    """Write a model's manifest.json, with size and SHA-256 of every other file of its folder.

    Returns:
        The manifest's path.
    """
    files = sorted(f for f in model.path.iterdir() if f.is_file() and f.name != MANIFEST)
    data = as_data(model)
    data["files"] = {f.name: {"bytes": f.stat().st_size, "sha256": sha256_of(f)} for f in files}
    out = model.path / MANIFEST
    with open_output(out) as stream:
        stream.write((json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    return out
