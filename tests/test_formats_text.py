"""Subtitles and web pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from align.bitext import Row
from align.errors import FormatError, UsageError
from align.formats.convert import document_text, read_rows, write_rows
from tests.format_kit import ARTICLE, pairs, read

# Subtitles

FILM_NL = """1
00:00:01,000 --> 00:00:02,500
Hij zei dat hij

2
00:00:02,600 --> 00:00:04,000
<i>morgen komt.</i>

3
00:00:05,000 --> 00:00:06,000 X1:40
{\\an8}- Echt?
- Ja!

4
00:00:07,000 --> 00:00:08,000

5
00:00:09,000 --> 00:00:10,000
1984

"""


def test_subtitles_make_a_document(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    rows = read(path, "\ufeff" + FILM_NL.replace("\n", "\r\n"))
    text = document_text([path])
    assert text == "Hij zei dat hij\nmorgen komt.\n\n- Echt?\n- Ja!\n\n1984"
    assert [row.par for row in rows] == [1, 1, 2, 3]
    for row in rows:
        assert text[row.src_start : row.src_end] == row.source


def test_cues_stay_with_their_times(tmp_path: Path) -> None:
    film = tmp_path / "film.srt"
    rows = read(film, FILM_NL)
    for row in rows:
        row.target = row.source.upper()
    write_rows(rows, tmp_path / "back.srt", cues=film)
    expected = re.sub("(?m)^[^{<\\d].*$|(?<=>)[^<\n]+(?=<)|(?<=})- .*$", lambda m: m[0].upper(), FILM_NL)
    assert (tmp_path / "back.srt").read_text() == expected
    assert pairs(list(read_rows([film, tmp_path / "back.srt"]))) == pairs(rows)


def test_cues_keep_their_numbers(tmp_path: Path) -> None:
    """Those of the file, which may begin anywhere and have gaps; where it has none they are counted."""
    lines = [
        "7",
        "00:00:01,000 --> 00:00:02,000",
        "Een.",
        "",
        "9",
        "00:00:03,000 --> 00:00:04,000",
        "12 uur",
        "5",
        "",
    ]
    lines += ["00:00:05,000 --> 00:00:06,000", "Twee.", ""]
    file = tmp_path / "a.srt"
    file.write_text("\n".join(lines))
    write_rows([], tmp_path / "out.srt", cues=file)
    heads = [block.split("\n")[0] for block in (tmp_path / "out.srt").read_text().strip().split("\n\n")]
    assert heads == ["7", "9", "3"]


def test_a_sentence_is_shared_among_its_cues(tmp_path: Path) -> None:
    film = tmp_path / "film.srt"
    film.write_text(FILM_NL)
    text = document_text([film])
    rows = [
        Row("film", 1, "1-1", 0, 28, 0, 0, text[:28], "He said that he will come tomorrow."),
        Row("film", 2, "0-1", 28, 28, 0, 0, "", "Added."),
        Row("film", 2, "2-1", 30, 43, 0, 0, text[30:43], "Really? Yes!"),
    ]
    write_rows(rows, tmp_path / "out.srt", cues=film)
    written = (tmp_path / "out.srt").read_text()
    assert "02,500\nHe said that he will\n" in written
    assert "04,000\n<i>come tomorrow. Added.</i>\n" in written
    assert "{\\an8}Really? Yes!\n" in written
    assert re.findall(r"(?m)^.* --> .*$", written) == re.findall(r"(?m)^.* --> .*$", FILM_NL)


def test_subtitles_are_paired_by_time(tmp_path: Path) -> None:
    english = (
        "1\n00:00:01,100 --> 00:00:03,900\nHe said he'd come tomorrow.\n\n"
        "2\n00:00:05,000 --> 00:00:06,000\nReally? Yes!\n\n3\n00:00:20,000 --> 00:00:21,000\nThe end\n"
    )
    (tmp_path / "en.srt").write_text(english)
    rows = read(tmp_path / "nl.srt", FILM_NL, tmp_path / "en.srt")
    assert [row.bead for row in rows] == ["2-1", "1-1", "1-0", "0-1"]
    assert rows[0].source == "Hij zei dat hij\nmorgen komt."


def test_broken_subtitles_are_refused(tmp_path: Path) -> None:
    assert read(tmp_path / "a.srt", "\n\n") == []
    for text in ("Geen ondertitel\n", "WEBVTT\n\n\n" + FILM_NL):
        with pytest.raises(FormatError, match="not a subtitle"):
            read(tmp_path / "a.srt", text)
    film = tmp_path / "film.srt"
    rows = read(film, FILM_NL)
    with pytest.raises(UsageError, match="--cues"):
        write_rows(rows, tmp_path / "b.srt")
    rows[0].target = "a\n00:00:01,000 --> 00:00:02,000\nb"
    with pytest.raises(FormatError, match="line of times"):
        write_rows(rows, tmp_path / "b.srt", cues=film)
    with pytest.raises(FormatError, match="row 1 is not at its place"):
        write_rows(ARTICLE, tmp_path / "b.srt", cues=film)
    assert not (tmp_path / "b.srt").exists()


# Web pages

PAGE = """<!DOCTYPE html><html><head><title>Titel</title><meta charset="{0}"><style>p {{ }}</style>
<script>document.write("<p>nee</p>")</script><body><!-- weg --><h1>De kop</h1>
<p>Eerste   zin &amp; <b>vet</b>&nbsp;woord.
Tweede&#32;zin<br>na de regel.<p>Zonder eind <span hidden>weg <i>ook</i></span>caf\xe9
<ul><li>een<li hidden>weg<li>twee</ul><table><tr><td>cel<td>&lt;script&gt;</table>
<pre>  a\n    b\n\nc</pre><div aria-hidden="true"><div>weg</div>weg</div><p hidden>weg<p>slot<br><br>einde
</body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "x-unknown"])
def test_page(tmp_path: Path, encoding: str) -> None:
    known = "utf-8" if encoding == "x-unknown" else encoding
    path = tmp_path / "page.html"
    rows = read(path, PAGE.format(encoding).encode(known))
    assert [row.source for row in rows] == [
        "De kop", "Eerste zin & vet\xa0woord. Tweede zin\nna de regel.", "Zonder eind café", "een", "twee",
        "cel", "<script>", "a\n    b", "c", "slot", "einde",
    ]  # fmt: skip
    text = document_text([path])
    assert all(text[row.src_start : row.src_end] == row.source and row.bead == "1-0" for row in rows)


def test_any_bytes_are_a_page(tmp_path: Path) -> None:
    for data in (
        b"",
        b"\xff\xfe<\x00p\x00>\x00",
        b"<p>\x81\xe9",
        b"<!DOCTYPE [<p",
        b"<a <b <c>x",
        b"&#xD800;&#0;",
    ):
        read(tmp_path / "a.html", data)
