"""The commands, run in processes of their own as a user would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from align.bitext import check_rows
from align.formats.files import read_bitext
from align.translate.journal import journal_path
from tests.conftest import Run

HEADER = b"doc\tpar\tbead\tsrc_start\tsrc_end\ttgt_start\ttgt_end\tsource\ttarget\tscore\tflags\n"


def error_of(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line that a failed command says."""
    lines = [x for x in done.stderr.decode().splitlines() if x.startswith("align: error: ")]
    assert len(lines) == 1, done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    return lines[0]


def test_the_seed_article_end_to_end(align: Run, seed: Path, tmp_path: Path) -> None:
    done = align("translate", seed, "-o", "out.tsv", "--fast", "--links")
    assert done.returncode == 0
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"align models pull opus-mt-nl-en" in done.stderr
    rows = list(check_rows(read_bitext(tmp_path / "out.tsv")))
    source = seed.read_text("utf-8")
    align("translate", seed, "-o", "out.txt", "--fast")
    target = (tmp_path / "out.txt").read_text("utf-8")
    assert len(rows) == 28
    assert all(source[r.src_start : r.src_end] == r.source for r in rows)
    assert all(target[r.tgt_start : r.tgt_end] == r.target for r in rows)
    assert (
        "".join(r.source for r in rows).split()
        == "".join(source[a.src_start : a.src_end] for a in rows).split()
    )
    between = [source[a.src_end : b.src_start] for a, b in pairwise(rows)]
    assert all(gap.isspace() for gap in between)
    assert [line == "" for line in source.split("\n")] == [line == "" for line in target.split("\n")]
    assert all(r.bead == "1-1" and r.score is not None and r.score < 0 and r.links for r in rows)


def test_every_way_in_and_out_gives_the_same_rows(align: Run, tmp_path: Path) -> None:
    text = "Dit is een zin. Dit is er nog een.\n\nNa een witregel.\n"
    (tmp_path / "a.txt").write_text(text)
    tsv = align("translate", "-q", "a.txt").stdout
    assert tsv.startswith(HEADER)
    piped = align("translate", "-q", input=text.encode()).stdout
    assert piped.replace(b"\n-\t", b"\na.txt\t") == tsv
    assert align("translate", "-q", "-", "--no-header", input=text.encode()).stdout == piped[len(HEADER) :]
    align("translate", "-q", "a.txt", "-o", "a.jsonl")
    (tmp_path / "a.tsv").write_bytes(tsv)
    assert list(read_bitext(tmp_path / "a.jsonl")) == list(read_bitext(tmp_path / "a.tsv"))
    first = json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])
    assert list(first) == HEADER.decode().split()
    assert isinstance(first["score"], float)
    assert first["flags"] == []


def test_several_files_become_one_bitext(align: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "b.txt").write_text("Een zin.\n")
    (tmp_path / "news" / "a.txt").write_text("Nog een zin. En een derde.\n")
    rows = align("translate", "-q", "--no-header", "news").stdout.decode().splitlines()
    assert [r.split("\t")[0] for r in rows] == ["news/a.txt", "news/a.txt", "news/b.txt"]
    assert rows[2].split("\t")[3:6] == ["0", "8", "0"]
    text = align("translate", "-q", "--format", "text", "news").stdout.decode()
    assert len(text.splitlines()) == 2


def test_an_empty_file_gives_an_empty_bitext(align: Run, tmp_path: Path) -> None:
    for content in (b"", b"\n \n\n", b"\xef\xbb\xbf"):
        (tmp_path / "empty.txt").write_bytes(content)
        done = align("translate", "empty.txt", "-o", "out.tsv")
        assert done.returncode == 0
        assert (tmp_path / "out.tsv").read_bytes() == HEADER
        assert align("translate", "-q", "empty.txt", "--format", "jsonl").stdout == b""
        done = align("segment", "empty.txt")
        assert (done.returncode, done.stdout) == (0, HEADER)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["translate", "nope.txt"], 1, "nope.txt: no such file"),
        (["translate", "latin.txt"], 1, "latin.txt: not UTF-8 at byte offset 3 (byte 0xe9)"),
        (["translate", "nul.txt"], 1, "nul.txt: holds a NUL character near byte offset 3"),
        (["translate", "a.txt", "-o", "a.txt"], 2, "a.txt: the output is also an input"),
        (["translate", "a.txt", "-o", "no/out.tsv"], 1, "does not exist"),
        (["translate", "a.txt", "-o", "."], 2, "the suffix tells no output format"),
        (["translate", "a.txt", "-o", "out.xyz"], 2, "the suffix tells no output format"),
        (["translate", "a.txt", "--from", "xx-nope!"], 1, "xx-nope!"),
        (["translate", "a.txt", "--from", "fi"], 1, "fi"),
        (["translate", "a.txt", "--model", "opus-mt-nl-en-startr"], 1, "opus-mt-nl-en-starter"),
        (["translate", "a.txt", "--model", "folder"], 1, "folder"),
        (["translate", "a.txt", "--encoding", "latin-x"], 2, "unknown encoding 'latin-x'"),
        (["translate", "a.txt", "a.txt"], 2, "a.txt: is named twice"),
        (["translate", "a.txt", "--resume"], 2, "--resume needs an output file"),
        (["translate", "a.txt", "--fast", "--beam-size", "3"], 2, "--fast is greedy search"),
        (["translate", "a.txt", "--beam-size", "0"], 2, "--beam-size"),
        (["translate", "folder"], 1, "folder: the folder holds no .txt file"),
        (["tranlsate", "a.txt"], 2, "did you mean 'translate'?"),
        (["score", "a.tsv", "--reference", "a.txt"], 1, "a.tsv: no such file"),
        (["score", "--reference", "a.txt"], 2, "give either a BITEXT or --hypothesis"),
        (["score", "--hypothesis", "a.txt", "--reference", "a.txt"], 2, "is given in two roles"),
        (["score", "--hypothesis", "a.txt", "--reference", "two.txt"], 1, "two.txt:2: this line has no"),
        (["score", "--hypothesis", "a.txt", "--reference", "empty.txt"], 1, "the reference is empty"),
    ],
)  # fmt: skip
def test_mistakes_get_one_clear_line(
    align: Run, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "a.txt").write_text("Een zin.\n")
    (tmp_path / "two.txt").write_text("Een zin.\nTwee.\n")
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "latin.txt").write_bytes("caf\xe9 is open.\n".encode("latin-1"))
    (tmp_path / "nul.txt").write_bytes(b"een\0 zin met tekst en zo")
    (tmp_path / "folder").mkdir()
    before = sorted(p.name for p in tmp_path.iterdir())
    done = align(*arguments)
    assert message in error_of(done)
    assert done.returncode == code
    assert done.stdout == b""
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_document_in_another_language_is_said(align: Run, tmp_path: Path) -> None:
    german = "Die Regierung hat nicht mit der Stadt und auch nicht mit dem Land gesprochen. " * 3
    (tmp_path / "de.txt").write_text(german)
    (tmp_path / "nl.txt").write_text(
        "De regering heeft niet met de stad en ook niet met het land gesproken. " * 101
    )
    done = align("translate", "de.txt", "nl.txt", "--fast", "-o", "out.tsv")
    assert done.stderr.decode().count("warning: ") == 1 and done.returncode == 0
    assert (
        "warning: de.txt looks like German, not Dutch: name its language with --from" in done.stderr.decode()
    )
    assert not align("translate", "de.txt", "-q", "--fast", "-o", "out.tsv").stderr


def test_an_encoding_may_be_given_and_utf16_is_seen(align: Run, tmp_path: Path) -> None:
    text = "Het café is open."
    (tmp_path / "a.txt").write_bytes(text.encode("latin-1"))
    (tmp_path / "b.txt").write_bytes(text.encode("utf-16"))
    for arguments in (["a.txt", "--encoding", "latin-1"], ["b.txt"]):
        row = align("segment", "-q", "--no-header", *arguments).stdout.decode().split("\t")
        assert row[3:8] == ["0", "17", "0", "0", text]


def test_debug_shows_the_traceback(align: Run) -> None:
    done = align("--debug", "translate", "nope.txt")
    assert done.returncode == 1
    assert b"Traceback" in done.stderr


def test_a_closed_pipe_is_quiet(home: Path, seed: Path) -> None:
    command = (
        f'"{sys.executable}" -m align segment -q "{seed}" "{seed}.none" | head -0; echo ${{PIPESTATUS[0]}}'
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert done.stdout.strip() == b"1"
    text = "Een zin die vaak voorkomt. " * 20_000
    command = f'"{sys.executable}" -m align segment -q | head -1; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], input=text.encode(), capture_output=True, check=True)
    assert done.stdout.splitlines()[-1] == b"141"
    assert done.stderr == b""


def test_a_closed_standard_output_is_said(home: Path, seed: Path, tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m align segment -q "{seed}" >&-'
    done = subprocess.run(["bash", "-c", command], capture_output=True)
    assert done.returncode == 1
    assert error_of(done) == "align: error: standard output: is closed; name a file with -o"


def test_ctrl_c_keeps_the_work_and_resume_gives_the_identical_file(
    align: Run, home: Path, tmp_path: Path
) -> None:
    text = "\n".join(f"Op dag {n} ging de minister naar stad nummer {n * 7}." for n in range(400)) + "\n"
    (tmp_path / "a.txt").write_text(text)
    command = ["translate", "a.txt", "-o", "out.tsv", "--fast"]
    # Where the tests run in the background, SIGINT is ignored, and children inherit that.
    child = subprocess.Popen(
        [sys.executable, "-m", "align", *command],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env=os.environ.copy(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    journal = journal_path(tmp_path / "out.tsv")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (journal.exists() and journal.read_bytes().count(b"\n") > 1):
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130, stderr.decode()
    assert b"repeat the command with --resume" in stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", journal.name]
    done = align(*command, "--resume")
    assert done.returncode == 0
    assert b"resumed: " in done.stderr
    resumed = (tmp_path / "out.tsv").read_bytes()
    assert not journal.exists()
    align(*command)
    assert (tmp_path / "out.tsv").read_bytes() == resumed
    assert resumed.count(b"\n") == 401


def test_scores_are_those_of_sacrebleu(align: Run, tmp_path: Path) -> None:
    import sacrebleu

    hypothesis = ["The cat sits on the mat.", "It is raining today in Utrecht."]
    reference = ["The cat sat on the mat.", "Today it rains in Utrecht."]
    (tmp_path / "h.en").write_text("\n".join(hypothesis) + "\n")
    (tmp_path / "r.en").write_text("\n".join(reference) + "\n")
    done = align(
        "score",
        "--hypothesis",
        "h.en",
        "--reference",
        "r.en",
        "--json",
        "-m",
        "bleu",
        "-m",
        "chrf",
        "-m",
        "ter",
    )
    scores = {s["metric"]: s for s in json.loads(done.stdout)["scores"]}
    assert scores["BLEU"]["score"] == sacrebleu.corpus_bleu(hypothesis, [reference]).score
    assert scores["chrF2"]["score"] == sacrebleu.corpus_chrf(hypothesis, [reference]).score
    assert scores["TER"]["score"] == sacrebleu.corpus_ter(hypothesis, [reference]).score
    assert scores["BLEU"]["signature"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    done = align("score", "--hypothesis", "h.en", "--reference", "r.en", "--segments")
    table = done.stdout.decode().split("\n\n")[1].splitlines()
    assert [line.split("\t")[0] for line in table] == ["segment", "2", "1"]


def test_a_bitext_is_scored_by_order(align: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Dit is een huis. Dat is een boom.\n")
    align("translate", "-q", "a.txt", "-o", "a.tsv")
    (tmp_path / "one.txt").write_text("This is a house. That is a tree.\n")
    (tmp_path / "two.txt").write_text("This is a house.\nThat is a tree.\n")
    one = align("score", "-q", "a.tsv", "--reference", "one.txt", "--json")
    two = align("score", "-q", "a.tsv", "--reference", "two.txt", "--json")
    assert one.returncode == 0
    assert one.stdout == two.stdout
    assert json.loads(one.stdout)["segments_scored"] == 2
    done = align("score", "a.tsv", "--reference", "a.txt")
    assert "the reference is the source text" in error_of(done)


def test_a_suspicious_hundred_is_said(align: Run, tmp_path: Path) -> None:
    for name in ("h.en", "r.en"):
        (tmp_path / name).write_text("One line.\nAnother line.\n")
    done = align("score", "--hypothesis", "h.en", "--reference", "r.en")
    assert done.returncode == 0
    assert b"a score of 100 is suspicious" in done.stderr
    assert b"suspicious" not in align("score", "-q", "--hypothesis", "h.en", "--reference", "r.en").stderr


def test_help_does_not_load_what_is_heavy() -> None:
    code = (
        "import sys\nfrom align.cli.main import run\nrun(['--help'])\n"
        "heavy = {'ctranslate2', 'sacrebleu', 'numpy', 'sentencepiece', 'lxml', 'rich', 'tqdm'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_output_is_shown_as_it_comes(home: Path, tmp_path: Path) -> None:
    text = "".join(f"Dit is regel {n} van een lange tekst.\n\n" for n in range(2000))
    child = subprocess.Popen(
        [sys.executable, "-m", "align", "translate", "-q", "--fast"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin and child.stdout
    child.stdin.write(text.encode())
    child.stdin.flush()
    assert child.stdout.readline() == HEADER
    assert b"1" in child.stdout.readline()
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_job_resumes_and_leaves_nothing_behind(align: Run, home: Path, tmp_path: Path) -> None:
    text = "\n".join(f"De burgemeester opende op {n} mei museum nummer {n * 3}." for n in range(120)) + "\n"
    (tmp_path / "a.txt").write_text(text)
    command = ["translate", "-q", "a.txt", "-o", "out.tsv", "--fast"]
    journal = journal_path(tmp_path / "out.tsv")
    for number in (signal.SIGTERM, signal.SIGKILL):
        journal.unlink(missing_ok=True)
        child = subprocess.Popen([sys.executable, "-m", "align", *command], cwd=tmp_path)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (
            journal.exists() and journal.read_bytes().count(b"\n") > 1
        ):
            time.sleep(0.02)
        child.send_signal(number)
        child.wait(timeout=60)
        left = sorted(p.name for p in tmp_path.iterdir())
        assert journal.name in left
        assert len(left) == (2 if number == signal.SIGTERM else 3)
    assert align(*command, "--resume").returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "out.tsv"]
    assert (tmp_path / "out.tsv").read_bytes().count(b"\n") == 121
