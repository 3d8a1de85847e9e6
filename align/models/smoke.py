"""One short translation, to see that the parts of a model belong together and run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from align.errors import ModelError
from align.models.manifest import Model, load_model, vocabulary_files

_LEAST_KNOWN = 0.6
"""Share of the SentencePiece pieces that the vocabulary must have. Measured: opus-mt-fr-en's has .9997 of its
own pieces, and .56 of those of a Dutch-English model."""
_FAULT = 3
"""Exit code of the process apart that has found a fault."""
_LONGEST = 600.0
"""Seconds that loading and one sentence may take; opus-mt-fr-en takes 1."""


def smoke_test(model: Model) -> None:
    """Translate one short sentence, to see that a model's parts belong together and run.

    Raises:
        ModelError: if they do not.
    """
    import ctranslate2
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model.path / model.source_spm))
    vocabularies = vocabulary_files(model.path)
    _check_vocabulary(pieces, model.source_spm, vocabularies[0])
    after = sentencepiece.SentencePieceProcessor(model_file=str(model.path / model.target_spm))
    _check_vocabulary(after, model.target_spm, vocabularies[-1])
    tokens = [*model.target_tokens.values()][:1] + pieces.encode("1 2 3.", out_type=str)
    if model.append_source_eos:
        tokens.append("</s>")
    try:
        translator = ctranslate2.Translator(str(model.path), device="cpu", inter_threads=1)
        result = translator.translate_batch([tokens], beam_size=1, max_decoding_length=16)
        after.decode(result[0].hypotheses[0])
    except (RuntimeError, ValueError, IndexError) as error:
        raise ModelError(
            f"does not translate: {error}", file=model.name, remedy="get the model again"
        ) from error


def _check_vocabulary(pieces: object, spm: str, vocabulary: Path) -> None:
    """Raise ModelError if a SentencePiece file cannot belong to a vocabulary."""
    import sentencepiece

    assert isinstance(pieces, sentencepiece.SentencePieceProcessor)
    text = vocabulary.read_text("utf-8", errors="replace")
    try:
        known = set(json.loads(text) if vocabulary.suffix == ".json" else text.splitlines())
    except (ValueError, TypeError) as error:
        raise ModelError(f"is no vocabulary ({error})", file=vocabulary.name) from error
    size = pieces.get_piece_size()
    found = sum(pieces.id_to_piece(i) in known for i in range(size))
    if found < _LEAST_KNOWN * size:
        raise ModelError(
            f"belongs to another model: {found:,} of its {size:,} pieces are in {vocabulary.name}", file=spm
        )


def smoke_test_apart(model: Model) -> None:
    """Do the smoke test in a process of its own.

    CTranslate2 reads a damaged model.bin without looking: 3 of 400 random changes of a few bytes brought the
    process down. Where the file was made by others, that must not be ours.

    Raises:
        ModelError: if the model does not work.
    """
    command = [sys.executable, "-m", "align.models.smoke", str(model.path)]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _fails(model, "it does not come to an end") from error
    if done.returncode == _FAULT:
        cause, file, remedy = json.loads(done.stdout)
        raise ModelError(cause, file=file, remedy=remedy)
    if done.returncode:
        how = signal.Signals(-done.returncode).name if done.returncode < 0 else f"exit code {done.returncode}"
        raise _fails(model, f"it makes CTranslate2 crash ({how})")


def _fails(model: Model, why: object) -> ModelError:
    return ModelError(f"does not translate: {why}", file=model.name, remedy="get the model again")


def main() -> None:
    """Test the folder that the command line names; print a fault as JSON."""
    try:
        smoke_test(load_model(sys.argv[1]))
    except ModelError as error:
        print(json.dumps([error.cause, error.file, error.remedy]))
        sys.exit(_FAULT)


if __name__ == "__main__":
    main()
