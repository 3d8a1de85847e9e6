"""Fixtures that several test modules share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "000_3cf356fec1d2879c.txt"

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def seed() -> Path:
    """The seed article."""
    return SEED


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, so that the user's own models play no part."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("ALIGN_HOME", str(folder))
    return folder


@pytest.fixture
def align(home: Path, tmp_path: Path) -> Run:
    """Run the `align` command in a process of its own, in an empty folder."""

    def run(*args: str | Path, input: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "align", *map(str, args)]
        return subprocess.run(
            command, input=input, capture_output=True, cwd=tmp_path, timeout=120, check=False
        )

    return run
