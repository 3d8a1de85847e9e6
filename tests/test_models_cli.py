"""`align models` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Run
from tests.model_kit import Kit, zipped

STARTER = "opus-mt-nl-en-starter"


def test_from_archive_to_removal(home: Path, tmp_path: Path, align: Run) -> None:
    file = zipped(Kit().release(tmp_path / "release"), tmp_path / "opus-mt-nl-en.zip")
    added = align("models", "add", file)
    assert (added.returncode, added.stdout) == (0, b"")
    told = added.stderr.decode().splitlines()
    assert told[0] == f"align: opus-mt-nl-en (nl to en) is installed in {home / 'models' / 'opus-mt-nl-en'}"
    assert "does not state its licence" in told[1]
    table = align("models", "list").stdout.decode().splitlines()
    assert table[0].split() == ["MODEL", "LANGUAGES", "DEFAULT", "SIZE", "LICENCE", "WHERE"]
    assert table[1].split()[:7] == ["opus-mt-nl-en", "nl", "to", "en", "nl", "to", "en"]
    assert table[2].split()[0] == STARTER and " - " in table[2] and table[2].endswith("embedded")
    info = json.loads(align("models", "info", "opus-mt-nl-en").stdout)
    assert info["origin"] == "opus-mt-nl-en.zip" and len(info["files"]["model.bin"]["sha256"]) == 64
    assert align("models", "verify", "opus-mt-nl-en").returncode == 0
    (home / "models" / "opus-mt-nl-en" / "config.json").write_text("{}")
    verified = align("models", "verify", "opus-mt-nl-en")
    assert verified.returncode == 1
    assert verified.stderr.decode() == (
        "align: error: opus-mt-nl-en: config.json has changed; remove the model and add it again\n"
    )
    assert "Broken:\n  opus-mt-nl-en: " in align("models", "list").stdout.decode()
    removed = align("models", "remove", "opus-mt-nl-en", "-q")
    assert (removed.returncode, removed.stdout, removed.stderr) == (0, b"", b"")
    assert not list((home / "models").iterdir())


def test_a_model_without_manifest_is_described(home: Path, tmp_path: Path, align: Run) -> None:
    folder = Kit().ctranslate2(tmp_path / "mine-nl-en")
    info = json.loads(align("models", "info", folder).stdout)
    assert (info["name"], info["sources"], info["licence"]) == ("mine-nl-en", ["nl"], "unknown")
    verified = align("models", "verify", folder)
    assert verified.returncode == 1 and b"has no manifest" in verified.stderr


def test_errors_are_one_line(home: Path, tmp_path: Path, align: Run) -> None:
    (tmp_path / "text.zip").write_text("no archive")
    for args, message in (
        (["add", "nowhere"], "nowhere: does not exist"),
        (["add", "text.zip"], "text.zip: is not a readable zip archive"),
        (["remove", STARTER], "came with the package"),
        (["info", "nothing"], "no model 'nothing' is installed"),
        (["pull", "nothing"], "no model 'nothing' is in the catalogue"),
    ):
        result = align("models", *args)
        assert result.returncode == 1, args
        assert message in result.stderr.decode() and result.stderr.count(b"\n") == 1
    assert align("models", "add").returncode == 2
