"""Bitexts and texts in other encodings than UTF-8."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from align.cli.main import run
from align.errors import AlignError
from align.formats.convert import document_text, write_rows
from align.formats.encoded import as_utf8, lines
from align.formats.files import read_bitext
from align.text.reading import PIECE
from tests.format_kit import ARTICLE, pairs, read

CODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
FILES = {
    "a.txt": "Eén zin.\r\n",
    "a.md": "| source | target |\n|--|--|\n| Eén zin. |  |\n",
    "a.csv": "source;target\r\nEén zin.;\r\n",
    "a.tsv": "a\t1\t1-0\t0\t8\t0\t0\tEén zin.\t\t\t\n",
    "a.srt": "1\n00:00:01,000 --> 00:00:02,000\nEén zin.\n",
    "a.html": "<meta charset=utf-8><p>Eén zin.",
    "a.nl": "Eén zin.\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", [*CODINGS, "cp1252"])
def test_every_text_format_in_every_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    data = FILES[name].encode(encoding)
    more = [tmp_path / "a.en"] if name == "a.nl" else []
    (tmp_path / "a.en").write_bytes(b"\n")
    given = {"encoding": encoding} if encoding == "cp1252" else {}
    assert pairs(read(tmp_path / name, data, *more, **given)) == [("Eén zin.", "")]


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a"])
@pytest.mark.parametrize("encoding", CODINGS[1:])
def test_a_bitext_that_a_spreadsheet_saved(tmp_path: Path, name: str, encoding: str) -> None:
    form = "jsonl" if "jsonl" in name else "csv" if "csv" in name else "tsv"
    write_rows(ARTICLE, tmp_path / name, form)
    text = (tmp_path / name).read_bytes().decode("utf-8-sig")
    (tmp_path / name).write_bytes(text.replace("\n", "\r\n" if form == "tsv" else "\n").encode(encoding))
    assert list(read_bitext(tmp_path / name)) == ARTICLE


def test_an_encoding_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "a.srt"
    film.write_bytes(FILES["a.srt"].encode("cp1252"))
    out = ["-o", str(tmp_path / "a.txt")]
    assert run(["import", str(film), *out]) == 1
    assert "not UTF-8 at byte offset 33 (byte 0xe9); name the encoding with `align" in capsys.readouterr().err
    assert run(["import", str(film), *out, "--encoding", "cp1252"]) == 0
    assert (tmp_path / "a.txt").read_text("utf-8") == "Eén zin.\n"
    table = str(tmp_path / "a.tsv")
    assert run(["import", str(film), "-o", table, "--encoding", "cp1252"]) == 0
    export = ["export", table, "--cues", str(film), "--format", "srt"]
    assert run(export) == 1
    assert "name the encoding with --encoding" in capsys.readouterr().err
    assert run([*export, "--encoding", "cp1252"]) == 0


@pytest.mark.parametrize("name", sorted(set(FILES) - {"a.html", "a.nl"}))
def test_other_bytes_are_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(AlignError, match=r"not UTF-8 .*name the encoding with `align import --encoding`"):
        read(tmp_path / name, FILES[name].encode("cp1252"))
    with pytest.raises(AlignError, match="not UTF-16 at byte offset"):
        read(tmp_path / name, FILES[name].encode("utf-16") + b"\x00")


def test_a_page_is_in_the_encoding_that_is_given(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes("<meta charset=utf-8><p>één".encode("cp1252"))
    assert document_text([tmp_path / "a.html"], encoding="cp1252") == "één"


class Trickle(io.RawIOBase):
    """A pipe that gives one byte at a time, and counts those it gave."""

    def __init__(self, data: bytes) -> None:
        self.data, self.given = data, 0

    def read(self, size: int = -1) -> bytes:
        self.given += 1
        return self.data[self.given - 1 : self.given]


def test_lines_come_as_soon_as_they_are_there() -> None:
    pipe = Trickle("één\ntwee\n".encode("utf-16"))
    got = lines(pipe, "x")  # type: ignore[arg-type]
    assert next(got) == (1, "één\n") and pipe.given <= 12
    assert list(got) == [(2, "twee\n")]


def test_long_lines_and_pieces_fit_together() -> None:
    text = "€uro" * PIECE + "\n" + "\r\n"
    for encoding in CODINGS:
        assert as_utf8(io.BytesIO(text.encode(encoding)), "x").read() == text.encode()
