"""Models from the catalogue: downloaded, checked, added."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from align.errors import DownloadError, ModelError
from align.models.add import add_model, check_free
from align.models.catalogue import Entry, find_entry
from align.models.download import Patience, Progress, discard, download
from align.models.manifest import Model, sha256_of
from align.models.store import home
from align.output import open_output


def hashes_file() -> Path:
    """Return the file that records the hash of every address downloaded so far."""
    return home() / "trusted-hashes.json"


def pull_model(name: str, *, progress: Progress | None = None, patience: Patience | None = None) -> Model:
    """Download a model of the catalogue and add it.

    The archive must have the SHA-256 that the catalogue pins, else the one that was recorded when its
    address was first downloaded; where there is neither it is recorded once the model works.

    Args:
        name: its name in the catalogue.
        progress: is told how far the download is.
        patience: how long to try.

    Raises:
        ModelError: if the catalogue has no such model, one is installed, or the archive is no good.
        DownloadError: if it cannot be downloaded, or is not the file that it should be.
        OutputError: if it cannot be written.
    """
    entry = find_entry(name)
    check_free(entry.name)
    file = part_file(entry)
    resumed = download(entry.url, file, progress=progress, patience=patience)
    digest = sha256_of(file)
    expected, by = _expected(entry)
    if expected not in (None, digest) and resumed:
        discard(file)  # the earlier part may have been of another version
        download(entry.url, file, progress=progress, patience=patience)
        digest = sha256_of(file)
    if expected not in (None, digest):
        discard(file)
        raise DownloadError(f"has SHA-256 {digest}, but {by} {expected}; it was deleted", file=entry.url)
    try:
        model = add_model(
            file,
            name=entry.name,
            source=entry.sources[0] if len(entry.sources) == 1 else None,
            target=entry.targets[0] if len(entry.targets) == 1 else None,
            licence=entry.licence,
            origin=f"{entry.url} (SHA-256 {digest})",
        )
    except ModelError:
        discard(file)
        raise
    if expected is None:
        _record(entry.url, digest, file.stat().st_size)
    discard(file)
    return model


def part_file(entry: Entry) -> Path:
    """Return where a model's archive is kept until it is added."""
    return home() / "downloads" / f"{entry.name}-{hashlib.sha256(entry.url.encode()).hexdigest()[:12]}.part"


def _recorded() -> dict[str, Any]:
    """Return the recorded hashes by address.

    Raises:
        ModelError: if the record is broken; it is not passed over, as it guards against exchanged files.
    """
    file = hashes_file()
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot be read: {error}", file=file, remedy="repair or delete it") from error
    if not isinstance(data, dict) or not all(
        isinstance(entry, dict) and isinstance(entry.get("sha256"), str) for entry in data.values()
    ):
        raise ModelError("is not a record of hashes", file=file, remedy="repair or delete it")
    return data


def _expected(entry: Entry) -> tuple[str | None, str]:
    """Return the hash that an archive must have, None if any, and in words who says so."""
    if entry.sha256:
        return entry.sha256, "the catalogue pins"
    known = _recorded().get(entry.url)
    if known:
        return known["sha256"], f"{hashes_file()} has from the first download"
    return None, ""


def _record(url: str, digest: str, size: int) -> None:
    """Record the hash of an address that was downloaded for the first time."""
    known = _recorded()
    known[url] = {"sha256": digest, "bytes": size, "recorded": datetime.now(UTC).date().isoformat()}
    with open_output(hashes_file()) as stream:
        stream.write((json.dumps(known, indent=2, sort_keys=True) + "\n").encode())
