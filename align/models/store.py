"""Where models are, and which one translates a pair."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from align.errors import AlignError, LanguageError, ModelError
from align.models.languages import best_match, canonical, check_language
from align.models.manifest import MANIFEST, WEIGHTS, Model, load_model

if TYPE_CHECKING:
    from align.models.catalogue import Entry

_PACKAGE = Path(__file__).resolve().parents[1]


def home() -> Path:
    """Return the folder for the user's models: $ALIGN_HOME, else the platform's data folder."""
    given = os.environ.get("ALIGN_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("align", appauthor=False))


def user_models() -> Path:
    """Return the folder in which the user's models are installed; it may not exist yet."""
    return home() / "models"


def embedded_models() -> Path:
    """Return the folder of the models that come with the package: a wheel's own, else the checkout's."""
    wheel = _PACKAGE / "data" / "models"
    return wheel if wheel.is_dir() else _PACKAGE.parent / "models"


def model_folders() -> Iterator[tuple[Path, bool]]:
    """Yield every folder that holds a model and whether it is an embedded one, the user's first, by name."""
    for parent, embedded in ((user_models(), False), (embedded_models(), True)):
        if not parent.is_dir():
            continue
        for folder in sorted(parent.iterdir()):
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            if (folder / WEIGHTS).exists() or (folder / MANIFEST).exists():
                yield folder, embedded


def installed() -> list[Model]:
    """Return all usable models, the user's before the embedded ones; broken ones are in `broken`."""
    models: dict[str, Model] = {}
    for folder, embedded in model_folders():
        try:
            model = load_model(folder, embedded=embedded)
        except ModelError:
            continue
        models.setdefault(model.name, model)
    return list(models.values())


def broken() -> list[tuple[str, ModelError]]:
    """Return name and fault of every model folder that cannot be used."""
    faults: list[tuple[str, ModelError]] = []
    for folder, embedded in model_folders():
        try:
            load_model(folder, embedded=embedded)
        except ModelError as error:
            faults.append((folder.name, error))
    return faults


def find_model(source: str, target: str, name: str | None = None) -> Model:
    """Return the model to translate from `source` to `target`.

    Args:
        source: language code of the source.
        target: language code of the target.
        name: name of an installed model or path of a model folder; None chooses: an installed model before
            an embedded one, official OPUS-MT models before others.

    Raises:
        LanguageError: if a code is no language, or no model is there for the pair.
        ModelError: if the named model is missing, broken or not for the pair.
    """
    models = installed()
    for code in (source, target):
        check_language(code, {tag for model in models for tag in (*model.sources, *model.targets)})
    if name is not None:
        return _for_pair(get_model(name), source, target)
    best = _best(models, source, target)
    if best is None:
        raise _no_model(source, target, models)
    return best


def default_pairs(model: Model, models: list[Model]) -> list[tuple[str, str]]:
    """Return the pairs for which a model is taken among `models` where none is named."""
    return [
        (source, target)
        for source in model.sources
        for target in model.targets
        if source != target and _best(models, source, target) is model
    ]


def get_model(name: str) -> Model:
    """Return an installed model by its name, or the model of a folder by its path.

    Raises:
        ModelError: if there is none, or it is broken.
    """
    for folder, embedded in model_folders():
        if folder.name == name:
            return load_model(folder, embedded=embedded)
    for model in installed():
        if model.name == name:
            return model
    if name and Path(name).is_dir():
        return load_model(name)
    names = [model.name for model in installed()]
    if any(entry.name == name for entry in _offered()):
        raise ModelError(f"no model {name!r} is installed", remedy=f"run `align models pull {name}`")
    close = difflib.get_close_matches(name, names, 3, 0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"installed: {', '.join(names) or 'none'}"
    raise ModelError(f"no model {name!r} is installed, and it is no folder", remedy=hint)


def _for_pair(model: Model, source: str, target: str) -> Model:
    """Return a model that the user named, or fail where it is known not to be for the pair.

    A bare folder may not show its languages: then the user's word is taken for them.
    """
    known = replace(model, sources=model.sources or (source,), targets=model.targets or (target,))
    if known.translates(source, target):
        return known
    raise ModelError(
        f"the model {model.name} translates {pairs_text(model)}, not {source} to {target}",
        remedy="name another with --model, or change --from and --to",
    )


def _best(models: list[Model], source: str, target: str) -> Model | None:
    """Return the model that is taken for a pair, None if none is for it."""
    fitting = [model for model in models if model.translates(source, target)]
    return min(fitting, key=lambda model: _rank(model, source, target), default=None)


def _rank(model: Model, source: str, target: str) -> tuple[bool, bool, bool, bool, str]:
    """Sort key by which the default model of a pair is the smallest."""
    official = f"opus-mt-{canonical(source)}-{canonical(target)}"
    return (
        model.embedded,
        model.name != official,
        not model.name.startswith("opus-mt-"),
        bool(model.target_tokens),
        model.name,
    )


def _no_model(source: str, target: str, models: list[Model]) -> AlignError:
    """Return the error for a pair that no installed model translates."""
    have = ", ".join(f"{model.name} ({pairs_text(model)})" for model in models) or "none"
    faults = "".join(f"; {name} is broken" for name, _ in broken())
    offered = [e.name for e in _offered() if best_match(source, e.sources) and best_match(target, e.targets)]
    remedy = f"run `align models pull {offered[0]}`" if offered else "see `align models add --help`"
    return LanguageError(
        f"no installed model translates {source} to {target}; installed: {have}{faults}", remedy=remedy
    )


def _offered() -> list[Entry]:
    """Return the catalogue for a hint; a broken one gives none."""
    from align.models.catalogue import catalogue

    try:
        return catalogue()
    except ModelError:
        return []


def pairs_text(model: Model) -> str:
    """Return a model's languages for people: "nl to en", at most six on a side."""

    def side(codes: tuple[str, ...]) -> str:
        return ",".join(codes[:6]) + ("…" if len(codes) > 6 else "") if codes else "?"

    return f"{side(model.sources)} to {side(model.targets)}"
