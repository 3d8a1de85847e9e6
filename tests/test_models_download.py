"""Pulling models from a server on this machine that misbehaves in every way."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from align.errors import DownloadError, ModelError, OutputError
from align.models import download as downloads
from align.models import pull as pulling
from align.models.add import remove_model
from align.models.catalogue import catalogue, find_entry
from align.models.download import Patience, download
from align.models.pull import hashes_file, part_file, pull_model
from align.models.store import find_model, user_models
from tests.conftest import Run
from tests.model_kit import Kit, zipped

DATA = bytes(i * 7 % 256 for i in range(300_000))
HASTE = Patience(attempts=4, wait=0.01, longest_wait=0.05, stall=0.3, least=1000)
TAG = '"one"'


class Server(ThreadingHTTPServer):
    """Answers each request as the next item of `script` says, and by "ok" when that is used up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.data, self.tag = DATA, TAG
        self.script: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.zip"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        self.server.requests.append(dict(self.headers))
        act = self.server.script.pop(0) if self.server.script else "ok"
        if act.isdigit():
            self.send_response(int(act))
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act.startswith("to "):
            self.send_response(302)
            self.send_header("Location", act[3:])
            self.end_headers()
        elif act == "drop":
            self.connection.shutdown(socket.SHUT_RDWR)
        elif act == "silent":
            self.server.over.wait(5)
        else:
            self.send_data(act)

    def send_data(self, act: str) -> None:
        data, start = self.server.data, 0
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        current = self.headers.get("If-Range") in (None, self.server.tag)
        if match and current and "norange" not in act:
            start = int(match.group(1))
            if start >= len(data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(data)}")
                self.end_headers()
                return
            self.send_response(206)
            first = start + 1 if act == "shifted" else start
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        if act != "endless":
            self.send_header("Content-Length", str(len(data) - start))
        if "untagged" not in act:
            self.send_header("ETag", self.server.tag)
        self.end_headers()
        body = data[start:]
        if "cut" in act:
            self.wfile.write(body[:100_000])
        elif act == "stall":
            self.wfile.write(body[:100_000])
            self.wfile.flush()
            self.server.over.wait(5)
        elif act == "drip":
            for byte in body[:40]:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.02)
        elif act == "endless":
            for _ in itertools.count():
                self.wfile.write(body)
        else:
            self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.over.set()
        running.shutdown()


Catalogue = Callable[..., None]


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


def fetch(server: Server, folder: Path, *script: str, patience: Patience = HASTE) -> bytes:
    server.script = list(script)
    download(server.url, folder / "got.part", patience=patience)
    return (folder / "got.part").read_bytes()


@pytest.mark.parametrize(
    "script",
    [
        ["ok"], ["503"], ["503", "503", "429"], ["500", "502", "504"], ["drop"], ["drop", "cut"], ["cut"],
        ["cut", "cut"], ["cut", "norange"], ["cut", "503", "cut"], ["stall"], ["stall", "stall"], ["silent"],
        ["drip", "ok"], ["cut-norange", "ok"], ["cut", "shifted"], ["cut-untagged", "ok"],
        ["norange-untagged"], ["408", "drop", "425", "cut"],
    ],
)  # fmt: skip
def test_every_mishap_is_survived(server: Server, tmp_path: Path, script: list[str]) -> None:
    assert fetch(server, tmp_path, *script) == DATA


def test_only_the_missing_part_is_asked_for(server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    server.script = ["cut"]
    download(
        server.url,
        tmp_path / "got.part",
        patience=HASTE,
        progress=lambda done, total: told.append((done, total)),
    )
    first, second = server.requests
    assert "Range" not in first
    assert second["Range"] == "bytes=100000-" and second["If-Range"] == TAG
    assert told[0] == (0, len(DATA)) and told[-1] == (len(DATA), len(DATA))
    assert sorted(told) == told


def test_a_later_run_goes_on_and_a_complete_file_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"failed 1 times.*100,000 bytes are kept; check the connection"):
        fetch(server, tmp_path, "cut", patience=Patience(attempts=1, stall=1))
    assert fetch(server, tmp_path) == DATA
    assert server.requests[-1]["Range"] == "bytes=100000-"
    assert fetch(server, tmp_path) == DATA
    assert server.requests[-1]["Range"] == f"bytes={len(DATA)}-"


def test_a_file_that_changed_meanwhile_is_sent_anew(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError):
        fetch(server, tmp_path, "cut", patience=Patience(attempts=1, stall=1))
    server.data, server.tag = DATA[::-1], '"two"'
    assert fetch(server, tmp_path) == DATA[::-1]


def test_what_belongs_to_another_address_is_not_gone_on_with(server: Server, tmp_path: Path) -> None:
    (tmp_path / "got.part").write_bytes(b"x" * 1000)
    assert fetch(server, tmp_path) == DATA
    assert "Range" not in server.requests[0]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (["404"], "answers 404 Not Found; is the address still right"),
        (["403"], "answers 403"),
        (["503"] * 9, "failed 4 times: the server answers 503"),
        (["silent"] * 9, "failed 4 times: the server does not answer"),
        (["drop"] * 9, "failed 4 times: the connection broke off"),
        (["to ftp://127.0.0.1/x"], "refused: the server leads on to 'ftp://"),
        (["to file:///etc/passwd"], "refused: the server leads on to 'file://"),
        (["to data:text/plain,x"], "refused: the server leads on to 'data:"),
        (["to /again"] * 30, "refused: the server leads on to"),
    ],
)
def test_failures_are_one_line(server: Server, tmp_path: Path, script: list[str], message: str) -> None:
    with pytest.raises(DownloadError, match=message) as caught:
        fetch(server, tmp_path, *script)
    assert "\n" not in str(caught.value) and server.url in str(caught.value)


def test_redirects_within_http_are_followed(server: Server, tmp_path: Path) -> None:
    assert fetch(server, tmp_path, "to /elsewhere.zip", "cut") == DATA


def test_only_http_addresses(tmp_path: Path) -> None:
    for url in ("file:///etc/passwd", "ftp://example.org/x", "/etc/passwd", ""):
        with pytest.raises(DownloadError, match="only http and https"):
            download(url, tmp_path / "x")


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(DownloadError, match=r"failed 4 times: Connection refused"):
        download(f"http://127.0.0.1:{port}/x", tmp_path / "x", patience=HASTE)


def test_a_server_that_never_ends_is_stopped(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MAX_BYTES", 10_000_000)
    with pytest.raises(DownloadError, match="sends more than it announced"):
        fetch(server, tmp_path, "endless")
    monkeypatch.setattr(downloads, "MAX_BYTES", 1000)
    with pytest.raises(DownloadError, match="refused: 300,000 bytes, at most 1,000"):
        fetch(server, tmp_path / "b", "ok")


def test_no_place_to_write(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        download(server.url, tmp_path / "file" / "x", patience=HASTE)


def test_one_process_at_a_time(server: Server, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    server.script = ["stall", "stall"]
    slow = threading.Thread(target=fetch, args=(server, tmp_path, "stall"))
    slow.start()
    while not server.requests:
        time.sleep(0.01)
    with pytest.raises(DownloadError, match="is being downloaded by another process"):
        download(server.url, tmp_path / "got.part", patience=HASTE)
    slow.join()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["got.part", "got.part.json"]


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
