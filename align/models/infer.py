"""A model's facts where no manifest gives them: from its files and its folder's name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from align.errors import ModelError
from align.models.languages import NAMES, canonical, is_language
from align.models.manifest import Model, vocabulary_files

TARGET_TOKEN = re.compile(r">>([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]+)*)<<")
"""The token that tells a multi-target model its target language."""
UNKNOWN = "unknown"
LEXICON = "lexicon.tsv"
"""Name of the file of translations that a model can be told (see `align.translate.lexicon`)."""


def infer_model(folder: Path, *, embedded: bool = False, name: str | None = None) -> Model:
    """Derive a model's facts from its files and its folder's name.

    Languages come from the name's last "xx-yy" and, for multi-target models, from the ">>xxx<<" tokens of
    the vocabulary; they are empty where nothing shows them.

    Raises:
        ModelError: if config.json is broken.
    """
    label = name or (folder.resolve().name if folder.name in ("", "..") else folder.name)
    source, target = languages_of_name(label)
    tokens = target_tokens(folder)
    source_spm, target_spm = spm_files(folder)
    return Model(
        name=label,
        path=folder,
        sources=(source,) if source else (),
        targets=tuple(tokens) or ((target,) if target else ()),
        licence=UNKNOWN,
        origin=UNKNOWN,
        converter=UNKNOWN,
        source_spm=source_spm,
        target_spm=target_spm,
        append_source_eos=needs_source_eos(folder),
        target_tokens=tokens,
        lexicon=lexicon_file(folder),
        embedded=embedded,
    )


def spm_files(folder: Path) -> tuple[str, str]:
    """Return the names of the source's and the target's SentencePiece files, as conventions have them."""
    for source, target in (("source.spm", "target.spm"), ("spm.model",) * 2, ("sentencepiece.model",) * 2):
        if (folder / source).is_file() and (folder / target).is_file():
            return source, target
    return "source.spm", "target.spm"


def lexicon_file(folder: Path) -> str:
    """Return the name of the lexicon of a folder, "" if it has none."""
    return LEXICON if (folder / LEXICON).is_file() else ""


_PAIR = re.compile(
    r"(?<![A-Za-z])([a-z]{2,3}(?:_[A-Z][A-Za-z]+)?)-([a-z]{2,3}(?:_[A-Z][A-Za-z]+)?)(?![A-Za-z])"
)


def languages_of_name(name: str) -> tuple[str | None, str | None]:
    """Return the language pair that a name such as "opus-mt-nl-en" or "translate-nl_en-1_9" shows.

    Many short words are codes of some language: a pair of common languages is preferred ("my-nl-en" is not
    Burmese to Dutch), the last one if there are several.
    """
    text = re.sub(r"(?<![A-Za-z])([a-z]{2,3})_([a-z]{2,3})(?![A-Za-z])", r"\1-\2", name)
    text = re.sub(r"(^|[^A-Za-z])(opus-mt|tc-big|tc-base|tc|opus)(?=-)", r"\1", text)
    pairs: list[tuple[str, str]] = []
    at = 0
    while match := _PAIR.search(text, at):
        source, target = match.groups()
        if is_language(source) and is_language(target):
            pairs.append((canonical(source), canonical(target)))
        at = match.start(2)
    common = [pair for pair in pairs if all(code.partition("-")[0] in NAMES for code in pair)]
    return common[-1] if common else pairs[0] if pairs else (None, None)


def target_tokens(folder: Path) -> dict[str, str]:
    """Return the ">>xxx<<" tokens of a folder's source vocabulary by language code."""
    files = vocabulary_files(folder)
    text = files[0].read_text("utf-8", errors="replace") if files else ""
    return tokens_by_language(match.group(0) for match in TARGET_TOKEN.finditer(text))


def tokens_by_language(tokens: Iterable[str]) -> dict[str, str]:
    """Return ">>xxx<<" tokens by the canonical code of their language; those of no language are left out."""
    found: dict[str, str] = {}
    for token in tokens:
        match = TARGET_TOKEN.fullmatch(token)
        if match:
            try:
                found.setdefault(canonical(match.group(1)), token)
            except ValueError:
                continue
    return found


def needs_source_eos(folder: Path) -> bool:
    """Tell from config.json whether the caller must end the source with "</s>".

    Models that come by way of Hugging Face leave this to the tokenizer, and are known by a decoder that
    starts from "</s>" or "<pad>"; Marian models have "add_source_eos"; OpenNMT's use no such token.

    Raises:
        ModelError: if config.json is broken.
    """
    file = folder / "config.json"
    if not file.is_file():
        return False
    try:
        config = json.loads(file.read_text("utf-8"))
        if config.get("add_source_eos"):
            return False
        return config.get("decoder_start_token") in ("</s>", "<pad>")
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(
            f"cannot be read as JSON: {error}", file=file, remedy="add the model again"
        ) from error
