"""Large files over HTTP, with the standard library alone: resumed, retried, watched for stalls."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO, Any

from align import __version__
from align.errors import DownloadError, OutputError

MAX_BYTES = 4 * 1024**3
"""Largest file that is downloaded."""
_CHUNK = 1 << 18
_AGENT = f"align/{__version__}"
_RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and, if known, the bytes in all."""


@dataclass(frozen=True)
class Patience:
    """How long a download is tried.

    Attributes:
        attempts: tries in a row that bring nothing before giving up.
        wait: seconds before the second try; doubled each time.
        longest_wait: most seconds between two tries, even if the server asks for more.
        stall: seconds after which a connection that brings fewer than `least` bytes is dropped.
        least: bytes that must come in `stall` seconds.
    """

    attempts: int = 4
    wait: float = 1.0
    longest_wait: float = 60.0
    stall: float = 30.0
    least: int = 16_384


class _AgainError(Exception):
    """The attempt failed in a way that another may not."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass
class _Part:
    """A file that is being downloaded, with what identifies its content on the server."""

    file: Path
    url: str
    validator: str | None = field(default=None)

    @property
    def note(self) -> Path:
        return self.file.with_name(self.file.name + ".json")

    def load(self) -> None:
        """Take up what an earlier run has left; what belongs to another address is deleted."""
        try:
            known = json.loads(self.note.read_text("utf-8"))
            if known["url"] == self.url:
                self.validator = known["validator"]
                return
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.drop()

    def size(self) -> int:
        return self.file.stat().st_size if self.file.exists() else 0

    def start(self, validator: str | None) -> None:
        """Note what the content is known by, before its first byte is written."""
        self.validator = validator
        self.note.write_text(json.dumps({"url": self.url, "validator": validator}), "utf-8")

    def drop(self) -> None:
        """Delete the file and its note."""
        self.file.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        self.validator = None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https only, and never from https to http."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        scheme = newurl.partition(":")[0].lower()
        if scheme != "https" and (scheme != "http" or req.type == "https"):
            raise DownloadError(f"refused: the server leads on to {newurl[:200]!r}", file=req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener that knows http and https, and no other scheme."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
        _Redirects,
    ):
        opener.add_handler(handler())
    return opener


def download(
    url: str, file: Path, *, progress: Progress | None = None, patience: Patience | None = None
) -> bool:
    """Download a file; what an earlier, interrupted download has left is gone on with.

    Args:
        url: its address, http or https.
        file: where to put it. It may be incomplete until this function returns; a note beside it
            (".json") says what it belongs to. Both are for `discard` to remove.
        progress: is told how far it is.
        patience: how long to try.

    Returns:
        Whether part of it had been there before.

    Raises:
        DownloadError: if it cannot be had.
        OutputError: if it cannot be written.
    """
    if not url.lower().startswith(("https://", "http://")):
        raise DownloadError("only http and https addresses can be downloaded", file=url)
    patience = patience or Patience()
    part = _Part(file, url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(file):
            part.load()
            resumed = part.size() > 0
            _attempts(part, progress or (lambda done, total: None), patience)
            return resumed
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", file=file) from error


def discard(file: Path) -> None:
    """Remove what `download` has put at `file`."""
    _Part(file, "").drop()


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Keep other processes from writing the same file; without effect where the system has no flock."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    name = file.with_name(file.name + ".lock")
    with name.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DownloadError("is being downloaded by another process", file=file) from error
        try:
            yield
        finally:
            name.unlink(missing_ok=True)


def _attempts(part: _Part, progress: Progress, patience: Patience) -> None:
    """Try until the file is complete, or as long as patience lasts without a byte gained."""
    failures = 0
    while True:
        before = part.size()
        try:
            return _attempt(part, progress, patience)
        except _AgainError as again:
            failures = 1 if part.size() > before else failures + 1
            if failures >= patience.attempts:
                kept = f"; {part.size():,} bytes are kept" if part.size() else ""
                raise DownloadError(
                    f"the download failed {failures} times: {again}{kept}",
                    file=part.url,
                    remedy="check the connection and run the command again",
                ) from again
            wait = patience.wait * 2 ** (failures - 1) if again.wait is None else again.wait
            time.sleep(min(wait, patience.longest_wait))


def _attempt(part: _Part, progress: Progress, patience: Patience) -> None:
    """Make one request, for what is missing, and write what comes."""
    have = part.size()
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        if part.validator:
            headers["If-Range"] = part.validator
    request = urllib.request.Request(part.url, headers=headers)
    try:
        response = _opener().open(request, timeout=patience.stall)
    except urllib.error.HTTPError as error:
        with error:
            _explain_status(part, error, have)
        return
    except (OSError, http.client.HTTPException) as error:
        raise _broken_off(part, error) from error
    with response:
        have, total = _where(part, response, have)
        _copy(part, response, have, total, progress, patience)


def _broken_off(part: _Part, error: Exception) -> Exception:
    """Return the error for a connection that failed: final for a wrong certificate, else try again."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return DownloadError(f"the server's certificate is not valid: {reason.verify_message}", file=part.url)
    if isinstance(reason, TimeoutError):
        return _AgainError("the server does not answer")
    if isinstance(reason, http.client.IncompleteRead | ConnectionError) and not isinstance(
        reason, ConnectionRefusedError
    ):
        return _AgainError("the connection broke off")
    return _AgainError(getattr(reason, "strerror", None) or str(reason) or type(reason).__name__)


def _where(part: _Part, response: Any, have: int) -> tuple[int, int | None]:
    """Return from which byte on a response brings the file, and its size if the server says it."""
    validator = response.headers.get("ETag") or response.headers.get("Last-Modified")
    if validator and validator.startswith("W/"):
        validator = None  # a weak tag does not vouch for the bytes
    if response.status == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if not match or int(match.group(1)) != have:
            part.drop()
            raise _AgainError("the server sent another part than asked for")
        total = None if match.group(2) == "*" else int(match.group(2))
    else:
        have = 0
        length = response.headers.get("Content-Length")
        total = int(length) if length and length.isdigit() else None
        part.start(validator)
    if total is not None and total > MAX_BYTES:
        raise DownloadError(f"refused: {total:,} bytes, at most {MAX_BYTES:,} are downloaded", file=part.url)
    return have, total


def _copy(
    part: _Part, response: Any, have: int, total: int | None, progress: Progress, patience: Patience
) -> None:
    """Write a response to the file from byte `have` on; fail if it stalls, ends early or never ends."""
    with part.file.open("r+b" if have else "wb") as out:
        out.seek(have)
        out.truncate()
        since, fresh = time.monotonic(), 0
        progress(have, total)
        while chunk := _read(part, response):
            out.write(chunk)
            have += len(chunk)
            fresh += len(chunk)
            if have > (MAX_BYTES if total is None else total):
                raise DownloadError("refused: the server sends more than it announced", file=part.url)
            progress(have, total)
            if time.monotonic() - since > patience.stall:
                if fresh < patience.least:
                    raise _AgainError("the connection stalls")
                since, fresh = time.monotonic(), 0
    if total is not None and have < total:
        raise _AgainError("the connection broke off")


def _read(part: _Part, response: Any) -> bytes:
    """Return what has come, empty at the end."""
    try:
        chunk: bytes = response.read1(_CHUNK)
        return chunk
    except (OSError, http.client.HTTPException) as error:
        raise _broken_off(part, error) from error


def _explain_status(part: _Part, error: urllib.error.HTTPError, have: int) -> None:
    """Decide what an error status means: complete, try again, or give up."""
    if error.code == 416 and have:
        match = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
        if match and int(match.group(1)) == have:
            return  # everything was there already
        part.drop()
        raise _AgainError("the server has no such part") from error
    if error.code in _RETRY_STATUS:
        asked = error.headers.get("Retry-After", "")
        raise _AgainError(
            f"the server answers {error.code} {error.reason}", float(asked) if asked.isdigit() else None
        )
    if 300 <= error.code < 400:
        raise DownloadError(
            f"refused: the server leads on to {error.headers.get('Location', '')[:200]!r}", file=part.url
        ) from error
    raise DownloadError(
        f"the server answers {error.code} {error.reason}", file=part.url, remedy="is the address still right?"
    ) from error
