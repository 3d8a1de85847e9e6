"""Downloads from a server on this machine that misbehaves in every way."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.errors import DownloadError, OutputError
from align.models import download as downloads
from align.models.download import Patience, download
from tests.http_kit import DATA, HASTE, TAG, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A running server."""
    with serving() as running:
        yield running


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
