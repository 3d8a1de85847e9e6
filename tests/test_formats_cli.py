"""`align export` and `align import`: what they write, refuse and leave alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from align.bitext import Row
from align.cli.main import run
from align.errors import FormatError, OutputError
from align.formats import FORMATS
from align.formats.convert import write_rows
from align.formats.files import read_bitext
from tests.format_kit import ARTICLE

# The command line


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run `align` and return exit code, output and messages."""
    code = run([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def test_export_and_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bitext = tmp_path / "a.tsv"
    write_rows(ARTICLE, bitext)
    for name in ("a.tmx", "a.xlf", "a.csv", "a.jsonl", "a.xml"):
        assert command(capsys, "export", bitext, "-o", tmp_path / name, "-q") == (0, "", "")
        assert command(capsys, "import", tmp_path / name, "-o", tmp_path / "b.tsv", "-q") == (0, "", "")
        assert (tmp_path / "b.tsv").read_bytes() == bitext.read_bytes()
    code, out, err = command(capsys, "export", bitext, "--format", "tmx")
    assert code == 0 and out.startswith("<?xml") and "nl to en" in err
    assert command(capsys, "export", bitext, "-o", tmp_path / "a", "--format", "moses", "-q")[0] == 0
    code, out, _ = command(capsys, "import", tmp_path / "a.nl", tmp_path / "a.en")
    assert code == 0 and out.count("\n") == len(ARTICLE) + 1


def test_page_to_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_text("<h1>Kop</h1><p>Zin &eacute;&eacute;n.<p>Twee")
    assert command(capsys, "import", tmp_path / "a.html", "-o", tmp_path / "a.txt")[0] == 0
    assert (tmp_path / "a.txt").read_text() == "Kop\n\nZin één.\n\nTwee\n"
    code, out, _ = command(capsys, "import", tmp_path / "a.html")
    assert code == 0 and "1-0\t0\t3\t0\t0\tKop" in out


def test_files_beside_the_output_are_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(ARTICLE, tmp_path / "a.tsv")
    (tmp_path / "a.nl").write_text("original")
    export = ("export", tmp_path / "a.tsv", "-o", tmp_path / "a", "--format", "moses", "-q")
    code, _, err = command(capsys, *export)
    assert code == 1 and "a.nl: exists already" in err
    assert (tmp_path / "a.nl").read_text() == "original" and not (tmp_path / "a.en").exists()
    assert command(capsys, *export, "--replace")[0] == 0
    assert (tmp_path / "a.nl").read_text() != "original"


@pytest.mark.parametrize(
    ("arguments", "code", "cause"),
    [
        ("export a.tsv -o a.odt", 2, "the suffix tells no format; add --format (tsv"),
        ("export a.tsv", 2, "xces, moses, pharaoh, ladder, srt)"),
        ("export a.tsv -o a.html", 2, "html cannot be written"),
        ("export a.tsv --format moses", 2, "moses is several files"),
        ("export a.tsv -o a.tsv", 2, "the output is also an input"),
        ("export a.tsv -o b.tmx --from nl --to nl", 2, "both languages are 'nl'"),
        ("export a.tsv -o b.tmx --from <nl>", 2, "not a language code"),
        ("export none.tsv -o b.tmx", 1, "none.tsv: no such file"),
        ("export a.tsv --cues none.srt -o b.srt", 1, "none.srt: no such file; check the path"),
        (
            "export a.tsv --encoding cp1252 -o b.csv",
            2,
            "--encoding is that of --cues; `align import` has one",
        ),
        ("export a.tsv --cues . --format srt", 1, ".: cannot be read: Is a directory"),
        ("export a.tsv -o no/b.tmx", 1, "does not exist"),
        ("import a.odt", 2, "add --format (tsv, jsonl, text, csv, markdown, tmx, xliff, xces, srt, html)"),
        ("import a.tsv -o b.odt", 2, "b.odt: a bitext is written as .tsv or .jsonl; name OUT so"),
        ("import a.tsv -o b.html", 2, "b.html: a bitext is written as .tsv or .jsonl; name OUT so"),
        ("import a.tsv b.tsv", 2, "tsv is read from 1 file, not 2"),
        ("import a.tsv --from nl --to nl", 2, "both languages are 'nl'"),
        ("import none.tmx", 1, "none.tmx: no such file"),
        ("import none.html -o b.txt", 1, "none.html: no such file; check the path"),
        ("import a.tsv -o a.tmx", 2, "then use `align export`"),
        ("import a.tsv --from nl", 2, "--from and --to go together"),
        ("import a.tsv -o a.txt", 2, "only one page or subtitle file"),
        ("import a.tsv --encoding latin1x", 2, "unknown encoding"),
        (
            "import a.tmx --encoding cp1252",
            2,
            "tmx files say their encoding themselves; leave out --encoding",
        ),
    ],
)
def test_wrong_calls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    arguments: str, code: int, cause: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    write_rows(ARTICLE, "a.tsv")
    (tmp_path / "a.odt").write_text("x")
    (tmp_path / "b.tsv").write_text("x")
    before = sorted(tmp_path.iterdir())
    got, out, err = command(capsys, *arguments.split(), "-q")
    assert (got, out) == (code, "")
    assert cause in err and err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_half_characters_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "doc": "d", "par": 1, "bead": "1-1", "src_start": 0, "src_end": 1, "tgt_start": 0, "tgt_end": 1,
        "source": "\ud800", "target": "x", "score": None, "flags": [],
    }  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    for name in sorted(set(FORMATS) - {"html", "srt", "moses"}):
        code, _, err = command(
            capsys, "export", tmp_path / "a.jsonl", "-o", tmp_path / "out", "--format", name, "-q"
        )
        assert code == 1 and "row 1: half a surrogate pair, U+D800, stands in its source" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_byte_order_mark_goes_into_files_only(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write_rows(ARTICLE, tmp_path / "a.tsv")
    assert run(["export", str(tmp_path / "a.tsv"), "-o", str(tmp_path / "a.csv")]) == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfdoc,par,")
    for output in ([], ["-o", "-"], ["-o", "/dev/stdout"]):
        assert run(["export", str(tmp_path / "a.tsv"), "--format", "csv", *output]) == 0
        assert capfdbinary.readouterr().out.startswith(b"doc,par,")


def test_languages_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, message in (
        ("a.tmx", "a.tmx: no fr in it; it has en, nl-NL; choose with --from and --to"),
        ("a.xlf", "its source language is nl-NL, not fr; correct --from and --to, or leave them out"),
    ):
        write_rows(ARTICLE, tmp_path / name, languages=("nl-NL", "en"))
        command_line = ("import", tmp_path / name, "-o", tmp_path / "out.tsv", "--to", "en", "--from")
        code, _, err = command(capsys, *command_line, "fr")
        assert code == 1 and message in err and err.count("\n") == 1
        assert not (tmp_path / "out.tsv").exists()
        assert command(capsys, *command_line, "nl") == (0, "", "")
        (tmp_path / "out.tsv").unlink()


def test_styling_inside_a_cue_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n".format
    for styled, shown, told in (
        ("<i>Een lange zin</i>\nover twee regels", "EEN LANGE ZIN\nOVER TWEE REGELS", True),
        ("Een <b>belangrijk</b> bericht.", "EEN BELANGRIJK BERICHT.", True),
        ("<i>Een</I>\n<i>twee</i>", "<i>EEN\nTWEE</i>", False),
        ("<font color=a>Een</font>\n<font color=b>twee</font>", "EEN\nTWEE", True),
        ("{\\an8}<b><i>Een</i> twee</b>", "{\\an8}<b>EEN TWEE</b>", True),
        ("<font color='a'><i>Nooit dicht", "<font color='a'><i>NOOIT DICHT</i></font>", False),
        ("eerder begonnen</i>", "EERDER BEGONNEN", False),
        ("<i></i>", "", False),
    ):
        (tmp_path / "f.srt").write_text(film(styled))
        assert command(capsys, "import", tmp_path / "f.srt", "-o", tmp_path / "f.tsv")[0] == 0
        rows = [replace(row, target=row.source.upper()) for row in read_bitext(tmp_path / "f.tsv")]
        write_rows(rows, tmp_path / "f.tsv")
        export = ("export", tmp_path / "f.tsv", "--cues", tmp_path / "f.srt", "--format", "srt")
        code, out, err = command(capsys, *export)
        assert code == 0 and out.strip() == film(shown).strip()
        assert err == (f"align: {tmp_path / 'f.srt'}: left out styling inside 1 cue\n" if told else "")


def test_several_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    bad = Row("d", 1, "0-1", 0, 1, 0, 1, "a", "b")
    with pytest.raises(FormatError, match="without sentences has text"):
        write_rows([*ARTICLE, bad], tmp_path / "x.xml")
    assert not list(tmp_path.iterdir())
    (tmp_path / "x.nl.xml").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        write_rows(ARTICLE, tmp_path / "x.xml")
