"""Models as tables for people and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.errors import ModelError
from align.models.catalogue import Entry, catalogue
from align.models.manifest import MANIFEST, Model, as_data, read_manifest
from align.models.store import broken, default_pairs, get_model, installed, pairs_text


@dataclass(frozen=True)
class Overview:
    """All models.

    Attributes:
        installed: usable models, each with the pairs for which it is the default.
        broken: folders that cannot be used, each with what is wrong.
        available: models of the catalogue that are not installed.
    """

    installed: list[tuple[Model, list[tuple[str, str]]]]
    broken: list[tuple[str, ModelError]]
    available: list[Entry]

    def json(self) -> str:
        """Return the overview as JSON; keys are only ever added."""
        data: dict[str, Any] = {
            "installed": [
                {
                    "name": model.name,
                    "path": str(model.path),
                    "sources": model.sources,
                    "targets": model.targets,
                    "default_for": pairs,
                    "embedded": model.embedded,
                    "licence": model.licence,
                    "origin": model.origin,
                    "converter": model.converter,
                    "bytes": _bytes(model.path),
                }
                for model, pairs in self.installed
            ],
            "broken": [{"name": name, "fault": str(error)} for name, error in self.broken],
            "available": [
                {
                    "name": entry.name,
                    "title": entry.title,
                    "sources": entry.sources,
                    "targets": entry.targets,
                    "licence": entry.licence,
                    "url": entry.url,
                }
                for entry in self.available
            ],
        }
        return json.dumps(data, ensure_ascii=False, indent=2)

    def text(self) -> str:
        """Return the overview as tables."""
        rows = [("MODEL", "LANGUAGES", "DEFAULT", "SIZE", "LICENCE", "WHERE")]
        for model, pairs in self.installed:
            where = "embedded" if model.embedded else "installed"
            size = f"{_bytes(model.path) / 1e6:.0f} MB"
            rows.append((model.name, pairs_text(model), _defaults(pairs), size, model.licence, where))
        parts = [_table(rows)] if self.installed else ["No model is installed."]
        if self.broken:
            parts.append("Broken:\n" + "\n".join(f"  {name}: {error.cause}" for name, error in self.broken))
        if self.available:
            offered = [("AVAILABLE", "LANGUAGES", "LICENCE", "WHAT")] + [
                (e.name, f"{','.join(e.sources)} to {','.join(e.targets)}", e.licence, e.title)
                for e in self.available
            ]
            parts.append(_table(offered) + "\n\nInstall one with `align models pull NAME`.")
        return "\n\n".join(parts)


def overview() -> Overview:
    """Return all models: installed, broken and available.

    Raises:
        ModelError: if the catalogue is broken.
    """
    models = installed()
    there = {model.name for model in models}
    return Overview(
        installed=[(model, default_pairs(model, models)) for model in models],
        broken=broken(),
        available=[entry for entry in catalogue() if entry.name not in there],
    )


def manifest_text(name: str) -> str:
    """Return a model's manifest as JSON, or what its files show where it has none.

    Raises:
        ModelError: if there is no such model, or it is broken.
    """
    model = get_model(name)
    data = read_manifest(model.path) if (model.path / MANIFEST).is_file() else as_data(model)
    return json.dumps(data, ensure_ascii=False, indent=2)


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())


def _defaults(pairs: list[tuple[str, str]]) -> str:
    """Return pairs for people: at most three."""
    shown = ", ".join(f"{source} to {target}" for source, target in pairs[:3])
    return f"{shown} and {len(pairs) - 3} more" if len(pairs) > 3 else shown or "-"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows in columns as wide as their content."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
