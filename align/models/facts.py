"""What a model's papers say of it: languages, licence and name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from align.errors import LanguageError, ModelError
from align.models import kinds
from align.models.infer import UNKNOWN, languages_of_name, target_tokens
from align.models.languages import best_match, canonical, near
from align.models.manifest import MANIFEST, read_manifest

_README = 1 << 20
_LANGUAGES = r"^\W*{side}[ _]languages?(?:\(s\))?\s*:\**\s*([^\n]+)$"
_LICENCE_FIELD = re.compile(r"^license:\s*[\"']?([\w.-]+)", re.MULTILINE)
_LICENCES = (
    ("CC-BY-NC-4.0", r"attribution[- ]non-?commercial\w* 4\.0|cc[- ]by[- ]nc[- ]4\.0"),
    ("CC-BY-SA-4.0", r"attribution[- ]share-?alike 4\.0|cc[- ]by[- ]sa[- ]4\.0"),
    ("CC-BY-4.0", r"attribution 4\.0|cc[- ]by[- ]4\.0"),
    ("Apache-2.0", r"apache license,?\s+version 2\.0|apache-2\.0"),
    ("MIT", r"mit license"),
    ("MPL-2.0", r"mozilla public license,?\s+v(?:ersion|\.)? ?2\.0|mpl-2\.0"),
    ("GPL-3.0", r"gnu general public license\s+version 3"),
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")


@dataclass(frozen=True)
class Facts:
    """What the manifest is to say: see `align.models.manifest.Model`."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    licence: str


def gather(
    kind: kinds.Kind,
    folder: Path,
    label: str,
    *,
    name: str | None = None,
    source: str | None = None,
    target: str | None = None,
    licence: str | None = None,
) -> Facts:
    """Return a model's facts: what the caller says, else what its files say, else what its name shows.

    Args:
        kind: what kind of folder it is.
        folder: the model's folder.
        label: name of the file or folder that the user gave, without suffix.
        name: name under which it is to be installed.
        source: language that it reads.
        target: language that it writes.
        licence: its licence.

    Raises:
        ModelError: if the languages are shown nowhere, or the name cannot be one.
        LanguageError: if `source` or `target` is no language code.
    """
    sources, targets = _stated_languages(kind, folder)
    if source is not None:
        sources = (_code(source),)
    if target is not None:
        targets = (_code(target),)
    shown = next((pair for pair in map(languages_of_name, (label, folder.name)) if all(pair)), (None, None))
    sources = sources or tuple(filter(None, shown[:1]))
    targets = targets or tuple(filter(None, shown[1:]))
    if not sources or not targets:
        side = " and ".join(option for option, codes in (("--from", sources), ("--to", targets)) if not codes)
        raise ModelError("does not show its languages", file=label, remedy=f"name them with {side}")
    return Facts(
        name=_name(kind, folder, label, name, sources, targets),
        sources=sources,
        targets=targets,
        licence=licence or _stated_licence(kind, folder),
    )


def chosen_tokens(folder: Path, targets: tuple[str, ...], asked: bool) -> dict[str, str]:
    """Return the ">>xxx<<" tokens of a converted folder for its target languages.

    Args:
        folder: a CTranslate2 folder.
        targets: its target languages as far as they are known; a name may show but a family, such as "gem".
        asked: whether the user named them; else all tokens are taken if none is for these languages.

    Raises:
        ModelError: if the model has such tokens, but none for the languages asked for.
    """
    tokens = target_tokens(folder)
    chosen = {code: tokens[code] for code in tokens if best_match(code, targets)}
    if tokens and not chosen and not asked:
        return tokens
    if tokens and not chosen:
        hints = sorted({hint for target in targets for hint in near(target, tokens)} & set(tokens))
        have = ", ".join(sorted(tokens)[:12]) + (" …" if len(tokens) > 12 else "")
        raise ModelError(
            f"the model writes {have}, not {', '.join(targets)}",
            remedy=f"name one with --to{': ' + ', '.join(hints) if hints else ''}",
        )
    return chosen


def _stated_languages(kind: kinds.Kind, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the languages that a model's own files name."""
    if kind is kinds.ARGOS:
        metadata = kinds.read_json(folder / "metadata.json")
        return _codes([metadata["from_code"]]), _codes([metadata["to_code"]])
    if kind is kinds.CTRANSLATE2 and (folder / MANIFEST).is_file():
        manifest = read_manifest(folder)
        return _codes(manifest.get("sources", ())), _codes(manifest.get("targets", ()))
    text = _readme(folder)
    stated = []
    for side in ("source", "target"):
        match = re.search(_LANGUAGES.format(side=side), text, re.MULTILINE | re.IGNORECASE)
        stated.append(_codes(re.findall(r"[A-Za-z]{2,3}(?:[_-][A-Za-z]+)?", match.group(1))) if match else ())
    if kind is kinds.HUGGING_FACE and not all(stated) and (folder / "tokenizer_config.json").is_file():
        try:
            config = kinds.read_json(folder / "tokenizer_config.json")
        except ValueError:
            config = {}
        stated = [
            stated[0] or _codes([config.get("source_lang")]),
            stated[1] or _codes([config.get("target_lang")]),
        ]
    return stated[0], stated[1]


def _codes(codes: Iterable[object]) -> tuple[str, ...]:
    """Return the canonical forms of those that are language codes."""
    found = []
    for code in codes:
        try:
            found.append(canonical(str(code)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def _code(code: str) -> str:
    """Return the canonical form of a code that the user gave."""
    try:
        return canonical(code)
    except ValueError as error:
        hints = near(code)
        hint = f"did you mean {' or '.join(hints)}?" if hints else "give a BCP-47 code such as nl or en"
        raise LanguageError(str(error), remedy=hint) from error


def _readme(folder: Path) -> str:
    """Return the text of a folder's README files."""
    texts = []
    for file in sorted(folder.glob("README*")):
        if file.is_file() and file.stat().st_size <= _README:
            texts.append(file.read_text("utf-8", errors="replace"))
    return "\n".join(texts)


def _stated_licence(kind: kinds.Kind, folder: Path) -> str:
    """Return the licence that a folder's papers state."""
    if kind is kinds.CTRANSLATE2 and (folder / MANIFEST).is_file():
        return str(read_manifest(folder).get("licence") or UNKNOWN)
    readme = _readme(folder)
    field = _LICENCE_FIELD.search(readme)
    if field:
        stated = field.group(1)
        return next((name for name, _ in _LICENCES if name.casefold() == stated.casefold()), stated)
    for file in sorted(folder.glob("LICEN[SC]E*")):
        if file.is_file():
            text = file.read_text("utf-8", errors="replace")[:2000].casefold()
            found = next((name for name, pattern in _LICENCES if re.search(pattern, text)), None)
            if found:
                return found
    return next((n for n, pattern in _LICENCES if re.search(pattern, readme, re.IGNORECASE)), UNKNOWN)


def _name(
    kind: kinds.Kind,
    folder: Path,
    label: str,
    given: str | None,
    sources: tuple[str, ...],
    targets: tuple[str, ...],
) -> str:
    """Return the name for a model: the given one, else one that shows what it is and for which pair."""
    if given is not None:
        if not NAME.fullmatch(given):
            raise ModelError(
                f"{given[:100]!r} cannot be a model's name", remedy="use letters, digits and any of . _ + -"
            )
        return given
    if kind is kinds.CTRANSLATE2 and (folder / MANIFEST).is_file():
        stated = str(read_manifest(folder).get("name"))
        if NAME.fullmatch(stated):
            return stated
    for candidate in () if kind is kinds.ARGOS else (label, folder.name):
        if all(languages_of_name(candidate)) and NAME.fullmatch(candidate):
            bare = re.fullmatch(r"[a-z]{2,3}[-_][a-z]{2,3}", candidate)
            if not (bare and kind is not kinds.CTRANSLATE2):
                return candidate
    family = "argos" if kind is kinds.ARGOS else "model" if kind is kinds.CTRANSLATE2 else "opus-mt"
    source, target = (codes[0] if len(codes) == 1 else "mul" for codes in (sources, targets))
    return f"{family}-{source}-{target}"
