"""A server on this machine that misbehaves as it is told."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from align.models.download import Patience

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


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Yield a running server."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.over.set()
        running.shutdown()
