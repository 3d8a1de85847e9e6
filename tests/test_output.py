"""Outputs are whole or not there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from align.errors import OutputError, UsageError
from align.output import open_output


def test_a_file_appears_only_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    with open_output(out) as stream:
        stream.write(b"abc")
        assert not out.exists()
    assert out.read_bytes() == b"abc"
    assert [p.name for p in tmp_path.iterdir()] == ["out.tsv"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    out.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), open_output(out) as stream:
        stream.write(b"new")
        raise KeyboardInterrupt
    assert out.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.tsv"]


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.tsv", tmp_path / "link.tsv"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    with open_output(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_the_input_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"text")
    with pytest.raises(UsageError, match="also an input"), open_output(file, [file]):
        pass
    assert file.read_bytes() == b"text"


def test_a_missing_folder_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"), open_output(tmp_path / "no" / "a.tsv"):
        pass
    with pytest.raises(OutputError, match="is a folder"), open_output(tmp_path):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"),
        open_output("/dev/full") as stream,
    ):
        stream.write(b"x" * 100_000)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(OutputError, match="not writable"), open_output(tmp_path / "a.tsv"):
            pass
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no /dev/stdout")
def test_the_device_of_standard_output_is_not_replaced(tmp_path: Path) -> None:
    code = (
        "from align.output import open_output\n"
        "print('before', flush=True)\n"
        "with open_output('/dev/stdout') as stream:\n    stream.write(b'during\\n')\n"
        "print('after')"
    )
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text().split() == ["before", "during", "after"]
