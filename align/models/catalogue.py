"""The catalogue: models that can be downloaded, and where they are."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.errors import ModelError
from align.models.store import embedded_models

VARIABLE = "ALIGN_CATALOGUE"
"""Environment variable that names another catalogue file."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A model that can be downloaded.

    Attributes:
        name: name by which it is pulled and installed.
        title: what it is, for people.
        sources: language codes that it reads.
        targets: language codes that it writes.
        url: address of its archive, http or https.
        licence: its licence.
        sha256: the archive's SHA-256 where it is known, else None.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    url: str
    licence: str
    sha256: str | None = None


def catalogue_file() -> Path:
    """Return the catalogue's file: $ALIGN_CATALOGUE, else the one that comes with the package."""
    given = os.environ.get(VARIABLE)
    return Path(given) if given else embedded_models() / "catalogue.toml"


def catalogue() -> list[Entry]:
    """Return all models that can be downloaded, in the catalogue's order.

    Raises:
        ModelError: if the catalogue is missing or broken.
    """
    file = catalogue_file()
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"the catalogue cannot be read: {error}", file=file) from error
    rows = data.get("model")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ModelError("the catalogue has no [[model]] tables", file=file)
    faults = [f"model {number}: {fault}" for number, row in enumerate(rows, 1) for fault in _faults(row)]
    if faults:
        raise ModelError(f"the catalogue is broken: {'; '.join(faults)}", file=file)
    return [
        Entry(
            name=row["name"],
            title=row["title"],
            sources=tuple(row["sources"]),
            targets=tuple(row["targets"]),
            url=row["url"],
            licence=row["licence"],
            sha256=row.get("sha256"),
        )
        for row in rows
    ]


def _faults(row: dict[str, Any]) -> list[str]:
    """Return what is wrong with one table of the catalogue."""
    faults = [
        f"{key!r} is missing or no text"
        for key in ("name", "title", "url", "licence")
        if not isinstance(row.get(key), str)
    ]
    for key in ("sources", "targets"):
        codes = row.get(key)
        if not isinstance(codes, list) or not codes or not all(isinstance(code, str) for code in codes):
            faults.append(f"{key!r} is missing or no list of language codes")
    if not str(row.get("url", "")).startswith(("https://", "http://")):
        faults.append("'url' is not http or https")
    sha256 = row.get("sha256")
    if sha256 is not None and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        faults.append("'sha256' is not 64 hexadecimal digits in lower case")
    return faults


def find_entry(name: str) -> Entry:
    """Return a model of the catalogue by its name.

    Raises:
        ModelError: if it has none of this name; the message lists near names.
    """
    entries = {entry.name: entry for entry in catalogue()}
    if name in entries:
        return entries[name]
    close = difflib.get_close_matches(name, entries, 3, 0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"it has {', '.join(entries) or 'none'}"
    raise ModelError(f"no model {name!r} is in the catalogue", remedy=hint)
