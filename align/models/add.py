"""Models come and go: added from a folder or an archive, verified, removed."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from align.errors import AlignError, ModelError, OutputError
from align.models import facts, kinds
from align.models.archive import unpack
from align.models.convert import convert
from align.models.infer import infer_model, lexicon_file, needs_source_eos, spm_files
from align.models.manifest import (
    MANIFEST,
    Model,
    load_model,
    read_manifest,
    sha256_of,
    write_manifest,
)
from align.models.smoke import smoke_test, smoke_test_apart
from align.models.store import get_model, model_folders, user_models

_TEMPORARY = ".adding-"
_STALE = 24 * 3600.0
"""Age in seconds after which a temporary folder belongs to a process that was killed."""


def add_model(
    path: str | Path,
    *,
    name: str | None = None,
    source: str | None = None,
    target: str | None = None,
    licence: str | None = None,
    origin: str | None = None,
) -> Model:
    """Convert a model and install it in the user's models folder; nothing is left behind if that fails.

    Args:
        path: an OPUS-MT release, a Hugging Face Marian folder, a CTranslate2 folder with SentencePiece
            files, or an Argos package: a folder, or a zip archive of it.
        name: name to install it under; default: one that its files or its own name show.
        source: language that it reads, where the model does not show it or shows too many.
        target: language that it writes, likewise.
        licence: its licence, where the model does not state it.
        origin: where it came from; default: the name of the file or folder.

    Raises:
        ModelError: if it is no model, is broken or hostile, or one of its name is installed.
        LanguageError: if `source` or `target` is no language code.
        OutputError: if it cannot be written.
    """
    given = Path(path)
    if not given.exists():
        raise ModelError("does not exist", file=given, remedy="name a folder, a .zip or an .argosmodel")
    label = given.resolve().name if given.is_dir() else given.stem
    with _workspace(given) as work:
        folder = given if given.is_dir() else unpack(given, _subfolder(work, "unpacked"))
        folder = kinds.content_folder(folder)
        kind = kinds.detect(folder)
        known = facts.gather(kind, folder, label, name=name, source=source, target=target, licence=licence)
        check_free(known.name)
        stated = _stated(kind, folder)
        made = work / "model"
        converter = convert(kind, folder, made)
        tokens = facts.chosen_tokens(made, known.targets, asked=target is not None)
        model = _describe(made, known, tokens, converter, origin or given.resolve().name)
        if stated:
            model = dataclasses.replace(
                model,
                origin=origin or stated.origin,
                converter=stated.converter,
                max_source_tokens=stated.max_source_tokens,
            )
        write_manifest(model)
        if kind in (kinds.CTRANSLATE2, kinds.ARGOS):
            smoke_test_apart(model)
        else:
            smoke_test(model)
        return _install(made, known.name)


def _stated(kind: kinds.Kind, folder: Path) -> Model | None:
    """Return what a folder's own manifest says, None if it has none.

    Raises:
        ModelError: if the folder's files are not those of the manifest.
    """
    if kind is not kinds.CTRANSLATE2 or not (folder / MANIFEST).is_file():
        return None
    model = load_model(folder)
    faults = hash_faults(folder)
    if faults:
        raise ModelError(f"its manifest does not hold: {'; '.join(faults)}", file=folder)
    return model


@contextlib.contextmanager
def _workspace(given: Path) -> Iterator[Path]:
    """Yield a temporary folder beside the installed models, so that the last step is a mere renaming.

    Errors about files in it name `given`, which was unpacked there, and the file's place in that.
    """
    parent = user_models()
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _clean(parent)
        work = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=parent))
    except OSError as error:
        raise OutputError(
            f"models cannot be installed here: {error.strerror}", file=parent, remedy="set ALIGN_HOME"
        ) from error
    try:
        yield work
    except AlignError as error:
        if error.file is None or not Path(error.file).is_relative_to(work):
            raise
        inside = Path(error.file).relative_to(work).parts[1:]
        raise type(error)(error.cause, file=given.joinpath(*inside), remedy=error.remedy) from error
    except OSError as error:
        if error.filename and not str(error.filename).startswith(str(parent)):
            raise ModelError(f"cannot be read: {error.strerror}", file=error.filename) from error
        raise OutputError(f"the model cannot be written: {error.strerror}", file=parent) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clean(parent: Path) -> None:
    """Delete what killed processes have left."""
    for left in parent.glob(_TEMPORARY + "*"):
        if time.time() - left.stat().st_mtime > _STALE:
            shutil.rmtree(left, ignore_errors=True)


def _subfolder(work: Path, name: str) -> Path:
    folder = work / name
    folder.mkdir()
    return folder


def check_free(name: str) -> None:
    """Raise ModelError if a model of this name is there."""
    for folder, embedded in model_folders():
        if folder.name == name:
            remedy = "give another with --name" + (
                "" if embedded else f", or first `align models remove {name}`"
            )
            raise ModelError(f"a model {name!r} is already installed", remedy=remedy)


def _describe(made: Path, known: facts.Facts, tokens: dict[str, str], converter: str, origin: str) -> Model:
    """Return the description of a converted model."""
    source_spm, target_spm = spm_files(made)
    return Model(
        name=known.name,
        path=made,
        sources=known.sources,
        targets=tuple(tokens) or known.targets,
        licence=known.licence,
        origin=origin,
        converter=converter,
        source_spm=source_spm,
        target_spm=target_spm,
        append_source_eos=needs_source_eos(made),
        target_tokens=tokens,
        lexicon=lexicon_file(made),
    )


def _install(made: Path, name: str) -> Model:
    """Move a finished folder to its place in one step."""
    place = user_models() / name
    try:
        made.rename(place)
    except OSError as error:
        if place.exists():
            raise ModelError(f"a model {name!r} is already installed") from error
        raise
    return load_model(place)


def verify_model(name: str) -> tuple[int, list[str]]:
    """Recompute the hashes of a model's files.

    Returns:
        The number of files in its manifest, and what is wrong: files changed, missing or not in it.

    Raises:
        ModelError: if there is no such model, or it has no manifest.
    """
    folder = _folder(name)
    if not (folder / MANIFEST).is_file():
        raise ModelError(
            "has no manifest to verify it by", file=folder, remedy="add it with `align models add`"
        )
    return len(read_manifest(folder).get("files") or ()), hash_faults(folder)


def hash_faults(folder: Path) -> list[str]:
    """Return which of a folder's files are not as its manifest says.

    Raises:
        ModelError: if the manifest is broken.
    """
    files = read_manifest(folder).get("files")
    if not isinstance(files, dict):
        raise ModelError("lists no files", file=folder / MANIFEST, remedy="add the model again")
    faults = []
    for file, entry in files.items():
        path = folder / file
        if Path(file).name != file:
            faults.append(f"{file}: not a plain file name")
        elif not path.is_file():
            faults.append(f"{file} is missing")
        elif not isinstance(entry, dict) or sha256_of(path) != entry.get("sha256"):
            faults.append(f"{file} has changed")
    extra = sorted(f.name for f in folder.iterdir() if f.name not in files and f.name != MANIFEST)
    return faults + [f"{file} is not in the manifest" for file in extra]


def _folder(name: str) -> Path:
    """Return a model's folder, even of one that is broken."""
    for folder, _ in model_folders():
        if folder.name == name:
            return folder
    return Path(name) if Path(name).is_dir() else get_model(name).path


def remove_model(name: str) -> Path:
    """Remove a model that the user installed.

    Returns:
        The folder that it was in.

    Raises:
        ModelError: if there is none of this name, or it came with the package.
        OutputError: if it cannot be removed.
    """
    found = {folder.name: (folder, embedded) for folder, embedded in reversed(list(model_folders()))}
    if name not in found:
        if not Path(name).is_dir():
            get_model(name)  # raises the error with near names
        raise ModelError(f"{name!r} is not in {user_models()}", remedy="only installed models can be removed")
    folder, embedded = found[name]
    if embedded:
        raise ModelError(
            f"{name} came with the package and cannot be removed",
            remedy="an installed model is preferred to it",
        )
    try:
        if folder.is_symlink():
            folder.unlink()
            return folder
        doomed = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder.parent))
        folder.rename(doomed / folder.name)
        shutil.rmtree(doomed)
    except OSError as error:
        raise OutputError(f"cannot be removed: {error.strerror}", file=folder) from error
    return folder


def describe_folder(folder: str | Path, *, licence: str, origin: str, converter: str) -> Model:
    """Write the manifest of a CTranslate2 folder where it stands, as for a model that comes with the package.

    Args:
        folder: the folder; its name is the model's, and shows the languages.
        licence: licence of the weights.
        origin: where they came from.
        converter: the program and version that made the folder.

    Raises:
        ModelError: if the model is broken or its languages are not shown.
    """
    place = Path(folder).resolve()
    kind = kinds.detect(place)
    model = dataclasses.replace(infer_model(place), licence=licence, origin=origin, converter=converter)
    if kind is not kinds.CTRANSLATE2 or not model.sources or not model.targets:
        raise ModelError("is no CTranslate2 folder whose name shows its languages", file=place)
    smoke_test(model)
    write_manifest(model)
    return load_model(place)
