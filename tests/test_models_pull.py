"""Pulling models: hashes, interruptions, the catalogue."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from align.errors import DownloadError, ModelError
from align.models import pull as pulling
from align.models.add import remove_model
from align.models.catalogue import catalogue, find_entry
from align.models.download import Patience, download
from align.models.pull import hashes_file, part_file, pull_model
from align.models.store import find_model, user_models
from tests.conftest import Run
from tests.http_kit import HASTE, Server, serving
from tests.model_kit import Kit, zipped

Catalogue = Callable[..., None]


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server."""
    with serving() as running:
        yield running


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Write a catalogue with one model, and point the package to it."""

    def write(url: str, sha256: str | None = None) -> None:
        file = tmp_path / "catalogue.toml"
        pin = f'sha256 = "{sha256}"\n' if sha256 else ""
        file.write_text(
            f'[[model]]\nname = "tiny"\ntitle = "A tiny model"\nsources = ["nl"]\ntargets = ["en"]\n'
            f'url = "{url}"\nlicence = "CC-BY-4.0"\n{pin}'
        )
        monkeypatch.setenv("ALIGN_CATALOGUE", str(file))

    return write


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    """A release of a tiny model."""
    return zipped(Kit().release(tmp_path / "release"), tmp_path / "release.zip").read_bytes()


def nothing_left(home: Path) -> bool:
    """Tell whether neither a model nor a download is there."""
    folders = [user_models(), home / "downloads"]
    return not any(folder.exists() and list(folder.iterdir()) for folder in folders)


def test_pull_installs_and_records_the_hash(
    home: Path, server: Server, offer: Catalogue, archive: bytes
) -> None:
    server.data, server.script = archive, ["503", "cut"]
    offer(server.url)
    model = pull_model("tiny", patience=HASTE)
    digest = hashlib.sha256(archive).hexdigest()
    assert (model.name, model.sources, model.targets, model.licence) == (
        "tiny",
        ("nl",),
        ("en",),
        "CC-BY-4.0",
    )
    assert model.origin == f"{server.url} (SHA-256 {digest})"
    assert find_model("nl", "en") == model
    assert not list((home / "downloads").iterdir())
    assert json.loads(hashes_file().read_text())[server.url]["sha256"] == digest
    requests = len(server.requests)
    with pytest.raises(ModelError, match="already installed"):
        pull_model("tiny", patience=HASTE)
    assert len(server.requests) == requests


def test_a_file_that_is_no_longer_the_recorded_one_is_refused(
    home: Path, server: Server, offer: Catalogue, archive: bytes
) -> None:
    server.data = archive
    offer(server.url)
    model = pull_model("tiny", patience=HASTE)
    remove_model(model.name)
    server.data = archive + b"more"
    with pytest.raises(
        DownloadError, match=r"has SHA-256 \w+, but .*trusted-hashes\.json has .* it was deleted"
    ):
        pull_model("tiny", patience=HASTE)
    assert nothing_left(home)
    server.data = archive
    assert pull_model("tiny", patience=HASTE).name == "tiny"


def test_a_wrong_pinned_hash_is_refused(home: Path, server: Server, offer: Catalogue, archive: bytes) -> None:
    server.data = archive
    offer(server.url, "0" * 64)
    with pytest.raises(DownloadError, match="but the catalogue pins 0000"):
        pull_model("tiny", patience=HASTE)
    assert nothing_left(home) and not hashes_file().exists()
    offer(server.url, hashlib.sha256(archive).hexdigest())
    assert pull_model("tiny", patience=HASTE).name == "tiny"
    assert not hashes_file().exists()


def test_a_mixed_up_part_is_downloaded_again(
    home: Path, server: Server, offer: Catalogue, tmp_path: Path
) -> None:
    readme = random.Random(1).randbytes(200_000).hex()
    good = zipped(Kit().release(tmp_path / "large", readme), tmp_path / "large.zip").read_bytes()
    assert len(good) > 150_000
    offer(server.url, hashlib.sha256(good).hexdigest())
    server.data, server.script = good[::-1], ["cut-untagged"]
    with pytest.raises(DownloadError):
        download(server.url, part_file(find_entry("tiny")), patience=Patience(attempts=1, stall=1))
    server.data = good
    assert pull_model("tiny", patience=HASTE).name == "tiny"
    assert ["Range" in request for request in server.requests] == [False, True, False]


@pytest.mark.parametrize("data", [b"<html>Log in</html>", b"PK\x03\x04 cut off"])
def test_what_is_no_model_is_neither_kept_nor_trusted(
    home: Path, server: Server, offer: Catalogue, data: bytes
) -> None:
    server.data = data
    offer(server.url)
    with pytest.raises(ModelError, match="is not a readable zip archive"):
        pull_model("tiny", patience=HASTE)
    assert nothing_left(home) and not hashes_file().exists()


def test_an_interrupted_pull_keeps_the_download_alone(
    home: Path, server: Server, offer: Catalogue, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.data = archive
    offer(server.url)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pulling, "add_model", interrupt)
        with pytest.raises(KeyboardInterrupt):
            pull_model("tiny", patience=HASTE)
    part = part_file(find_entry("tiny"))
    assert part.read_bytes() == archive
    assert not user_models().exists() or not list(user_models().iterdir())
    assert pull_model("tiny", patience=HASTE).name == "tiny"
    assert server.requests[-1]["Range"] == f"bytes={len(archive)}-"


def test_a_broken_record_of_hashes_is_not_passed_over(
    home: Path, server: Server, offer: Catalogue, archive: bytes
) -> None:
    server.data = archive
    offer(server.url)
    for text in ("{", "[]", '{"x": {"sha256": 1}}'):
        hashes_file().write_text(text)
        with pytest.raises(ModelError, match=r"trusted-hashes\.json: .*repair or delete it"):
            pull_model("tiny", patience=HASTE)


def test_the_catalogue_that_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIGN_CATALOGUE", raising=False)
    entries = {entry.name: entry for entry in catalogue()}
    assert {"opus-mt-nl-en", "opus-mt-tc-nl-en", "opus-mt-fr-en", "opus-mt-de-en", "opus-mt-en-nl"} <= set(
        entries
    )
    assert entries["opus-mt-nl-en"].url.endswith("/OPUS-MT-models/nl-en/opus-2019-12-05.zip")
    assert all(entry.url.startswith("https://") and entry.licence for entry in entries.values())
    with pytest.raises(ModelError, match="did you mean opus-mt-nl-en"):
        find_entry("opus-mt-nl-em")


GOOD = '[[model]]\nname = "a"\ntitle = "a"\nlicence = "a"\nsources = ["nl"]\ntargets = ["en"]\n'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = ", "the catalogue cannot be read"), ("x = 1", r"has no \[\[model\]\]"),
        ("[[model]]\nname = 1", "model 1: 'name' is missing or no text; model 1: 'title' is missing"),
        (f'{GOOD}url = "ftp://x"', "not http"), (f'{GOOD}url = "https://x"\nsha256 = "12"', "64 hexadecimal"),
    ],
)  # fmt: skip
def test_broken_catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    file = tmp_path / "catalogue.toml"
    monkeypatch.setenv("ALIGN_CATALOGUE", str(file))
    with pytest.raises(ModelError, match="the catalogue cannot be read"):
        catalogue()
    file.write_text(text)
    with pytest.raises(ModelError, match=fault):
        catalogue()


def test_the_command_line(home: Path, server: Server, offer: Catalogue, archive: bytes, align: Run) -> None:
    server.data = archive
    offer(server.url)
    result = align("models", "list")
    assert result.returncode == 0 and b"tiny" in result.stdout and b"A tiny model" in result.stdout
    result = align("models", "pull", "tiny")
    assert result.returncode == 0 and result.stdout == b""
    told = result.stderr.decode()
    assert f"downloading {server.url} (licence CC-BY-4.0)" in told and "tiny is installed in" in told
    listed = json.loads(align("models", "list", "--json").stdout)
    assert [model["name"] for model in listed["installed"]] == ["tiny", "opus-mt-nl-en-starter"]
    assert listed["installed"][0]["default_for"] == [["nl", "en"]] and listed["available"] == []
    result = align("models", "pull", "tinny")
    assert result.returncode == 1 and result.stderr.decode().count("\n") == 1
    assert b"did you mean tiny?" in result.stderr
    result = align("models", "pull", "-q", "tiny")
    assert result.returncode == 1 and b"already installed" in result.stderr


def test_no_other_command_asks_the_server(home: Path, server: Server, offer: Catalogue, align: Run) -> None:
    offer(server.url)
    for args in (
        ["list"],
        ["info", "opus-mt-nl-en-starter"],
        ["verify", "tiny"],
        ["remove", "tiny"],
        ["add", "tiny"],
    ):
        align("models", *args)
    assert not server.requests
