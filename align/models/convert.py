"""Model folders of other kinds made into CTranslate2's, in int8."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from align.errors import AlignError, ModelError
from align.models import huggingface, kinds
from align.models.infer import LEXICON, spm_files
from align.models.manifest import PAPERS, WEIGHTS, vocabulary_files


def convert(kind: kinds.Kind, folder: Path, out: Path) -> str:
    """Make a CTranslate2 folder with SentencePiece files, README and licence of a model folder.

    Args:
        kind: what kind of folder it is; it has no faults.
        folder: the model's folder.
        out: the folder to make; it must not exist.

    Returns:
        Name and version of the converter.

    Raises:
        ModelError: if the model cannot be converted.
    """
    import ctranslate2

    if kind in (kinds.CTRANSLATE2, kinds.ARGOS):
        converter = f"none: {kind.name} taken as it is"
        _copy_ctranslate2(kinds.argos_model(folder) if kind is kinds.ARGOS else folder, out)
    else:
        converter = f"ctranslate2 {ctranslate2.__version__} MarianConverter, int8"
        with tempfile.TemporaryDirectory(prefix="marian-", dir=out.parent) as scratch:
            _convert_marian(kind, folder, out, Path(scratch))
    for name in dict.fromkeys(spm_files(folder)):
        shutil.copyfile(folder / name, out / name)
    for file in folder.iterdir():
        if file.name.startswith(PAPERS) and file.is_file() and file.stat().st_size <= kinds.SMALL_FILE:
            shutil.copyfile(file, out / file.name)
    return converter


def _copy_ctranslate2(folder: Path, out: Path) -> None:
    """Copy the files that CTranslate2 reads."""
    out.mkdir()
    for file in (folder / WEIGHTS, folder / "config.json", folder / LEXICON, *vocabulary_files(folder)):
        if file.is_file():
            shutil.copyfile(file, out / file.name)


def _convert_marian(kind: kinds.Kind, folder: Path, out: Path, scratch: Path) -> None:
    """Convert a release, or a Hugging Face folder that is made into one first."""
    from ctranslate2.converters import MarianConverter

    release = folder
    if kind is kinds.HUGGING_FACE:
        huggingface.write_release(folder, scratch)
        release = scratch
    weights, vocabs = kinds.read_decoder(release)
    try:
        converter = MarianConverter(
            str(release / weights), [str(_yaml_vocabulary(release / name, scratch)) for name in vocabs]
        )
        converter.convert(str(out), quantization="int8")
    except (AlignError, OSError):
        raise
    except Exception as error:  # a damaged model makes the converter fail in any way
        raise _unconvertible(folder, error) from error


def _unconvertible(folder: Path, error: Exception) -> ModelError:
    """Return one error for all the ways in which the converter fails."""
    what = f"it has no {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
    return ModelError(f"cannot be converted: {what[:500]}", file=folder, remedy="get the model again")


def _yaml_vocabulary(file: Path, scratch: Path) -> Path:
    """Return a vocabulary in the YAML form that the converter reads, made if it is a plain list of tokens."""
    if file.suffix in (".yml", ".yaml"):
        return file
    tokens = [line.split("\t")[0] for line in file.read_text("utf-8").splitlines()]
    made = scratch / f"{file.name}.yml"
    huggingface.write_vocabulary(made, tokens)
    return made
