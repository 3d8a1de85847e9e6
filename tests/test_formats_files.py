"""Files of other tools, broken files, validity, and conversion on the command line."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from align.bitext import Row
from align.cli.main import run
from align.errors import AlignError, FormatError, OutputError, UsageError
from align.formats import FORMATS
from align.formats.convert import document_text, read_rows, write_rows
from tests.format_kit import ARTICLE, documents

DATA = Path(__file__).parent / "data" / "formats"
NS = "{urn:oasis:names:tc:xliff:document:2.0}"


def pairs(rows: list[Row]) -> list[tuple[str, str]]:
    """Return the texts of rows."""
    return [(row.source, row.target) for row in rows]


def tmx(body: str, head: str = 'srclang="nl"', prolog: str = "") -> str:
    """Return a memory."""
    return f'<?xml version="1.0"?>{prolog}<tmx version="1.4"><header {head}/><body>{body}</body></tmx>'


def unit(**variants: str) -> str:
    """Return a unit with a variant for each language."""
    inner = "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in variants.items())
    return f"<tu>{inner}</tu>"


def read(path: Path, text: str | bytes, *more: Path, **options: object) -> list[Row]:
    """Write a file and read its rows."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_rows([path, *more], **options))  # type: ignore[arg-type]


# TMX


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_tmx_is_valid(tmp_path: Path, rows: list[Row]) -> None:
    write_rows(rows, tmp_path / "x.tmx", date=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    tree = etree.parse(tmp_path / "x.tmx")
    dtd = etree.DTD(str(DATA / "tmx14.dtd"))
    assert dtd.validate(tree), dtd.error_log
    assert tree.find("header").get("creationdate") == "20260102T030405Z"


def test_tmx_of_other_tools(tmp_path: Path) -> None:
    body = (
        unit(
            NL="Een <bpt i='1'>&lt;b></bpt><hi>vet</hi><ept i='1'>&lt;/b></ept> woord<ph/>",
            EN_US="A bold word",
        )
        + "<tu><tuv lang='nl-BE'><seg>oud</seg></tuv><tuv lang='en'><seg>old</seg></tuv>"
        + "<tuv lang='en'><seg>aged</seg></tuv></tu>"
        + unit(nl="twee", de="zwei", en="two")
        + unit(de="nur", en="only")
        + unit(nl="a&nbsp;b", en="<![CDATA[<c>]]>")
    )
    prolog = '<!DOCTYPE tmx SYSTEM "http://127.0.0.1:9/tmx14.dtd">'
    told: list[str] = []
    rows = read(tmp_path / "a.tmx", tmx(body, prolog=prolog), notify=told.append)
    assert pairs(rows) == [
        ("Een vet woord", "A bold word"),
        ("oud", "old"),
        ("twee", "two"),
        ("a\xa0b", "<c>"),
    ]
    assert "took nl and EN_US; also there: de" in told[0] and "left out 1 unit" in told[1]
    assert [row.par for row in rows] == [1, 2, 3, 4]
    assert (rows[1].src_start, rows[1].src_end, rows[1].bead) == (14, 17, "1-1")
    german = list(read_rows([tmp_path / "a.tmx"], languages=("en", "de")))
    assert pairs(german) == [("two", "zwei"), ("only", "nur")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_tmx_encodings(tmp_path: Path, encoding: str) -> None:
    text = tmx(unit(nl="reëel", en="café")).replace("?>", f' encoding="{encoding.removesuffix("-sig")}"?>', 1)
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    assert pairs(read(tmp_path / "a.tmx", mark + text.encode(encoding))) == [("reëel", "café")]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("prolog", "text", "cause"),
    [
        (f'<!DOCTYPE tmx [<!ENTITY l0 "ha">{LAUGHS}]>', "&l11;", "declares entities"),
        ('<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", "declares entities"),
        ('<!DOCTYPE tmx [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>', "x", "declares entities"),
        ("", "&nothing;", "not well-formed XML"),
        ('<!DOCTYPE tmx SYSTEM "x">', "&nothing;", "unknown entity"),
        ("", "\x01", "not well-formed XML"),
        ("", "<a>" * 300, "depth"),
        ("", "</seg>", "not well-formed XML"),
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, prolog: str, text: str, cause: str) -> None:
    with pytest.raises(FormatError, match=cause) as caught:
        read(tmp_path / "a.tmx", tmx(unit(nl=text, en="x"), prolog=prolog))
    assert caught.value.file == str(tmp_path / "a.tmx")


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name, text in (("a.tmx", "<html/>"), ("b.tmx", ""), ("c.xlf", "<tmx/>"), ("d.xml", "<tmx/>")):
        with pytest.raises(FormatError):
            read(tmp_path / name, text)


def test_broken_properties_are_refused(tmp_path: Path) -> None:
    props = "<prop type='x-bead'>1-1</prop><prop type='x-src'>0</prop>"
    with pytest.raises(FormatError, match="property"):
        read(tmp_path / "a.tmx", tmx(unit(nl="a", en="b").replace("<tu>", f"<tu>{props}")))


# XLIFF


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents())
def test_xliff_is_valid(tmp_path: Path, rows: list[Row]) -> None:
    write_rows(rows, tmp_path / "x.xlf")
    tree = etree.parse(tmp_path / "x.xlf")
    schema = etree.RelaxNG(etree.parse(DATA / "xliff21.rng"))
    assert schema.validate(tree), schema.error_log
    files = tree.findall(f"{NS}file")
    assert len({f.get("id") for f in files}) == len(files)
    for file in files:
        units = [u.get("id") for u in file.iter(f"{NS}unit")]
        assert len(set(units)) == len(units)
        segments = [s.get("id") for s in file.iter(f"{NS}segment")]
        assert segments == [f"s{n}" for n in range(1, len(segments) + 1)]


def test_no_rows_make_a_valid_xliff(tmp_path: Path) -> None:
    write_rows([], tmp_path / "x.xlf")
    assert etree.RelaxNG(etree.parse(DATA / "xliff21.rng")).validate(etree.parse(tmp_path / "x.xlf"))


def test_xliff_names_document_paragraph_and_row(tmp_path: Path) -> None:
    write_rows(ARTICLE, tmp_path / "x.xlf", languages=("nl", "en-GB"))
    tree = etree.parse(tmp_path / "x.xlf")
    assert tree.getroot().get("trgLang") == "en-GB"
    file = tree.find(f"{NS}file")
    assert (file.get("id"), file.get("original")) == ("d1", "a.txt")
    assert [u.get("id") for u in file] == ["p1", "p2", "p3"]
    assert [n.text for n in file.iter(f"{NS}note")] == ["s2: length", "s3: empty"]
    gaps = [i.findtext(f"{NS}source") for i in file.iter(f"{NS}ignorable")]
    assert gaps == [" "]


def test_xliff_of_other_tools(tmp_path: Path) -> None:
    new = (
        f'<xliff xmlns="{NS[1:-1]}" version="2.0" srcLang="nl" trgLang="en"><file id="f" original="a.docx">'
        '<group id="g"><unit id="u1"><segment><source>Een <pc id="1">vet</pc> <ph id="2"/>woord</source>'
        '<target>A <mrk id="3" type="term">bold</mrk> word</target></segment>'
        "<ignorable><source> </source></ignorable>"
        "<segment><source>Twee</source></segment></unit><unit id='u2'><segment><source/></segment></unit>"
        "<unit id='u3'><segment><source>Drie<cp hex='0007'/></source><target>Three</target></segment></unit>"
        "</group></file></xliff>"
    )
    with pytest.raises(FormatError, match="metadata of a segment"):
        write_rows(ARTICLE, tmp_path / "ours.xlf")
        read(tmp_path / "ours.xlf", (tmp_path / "ours.xlf").read_text().replace(' id="p1"', "", 1))
    rows = read(tmp_path / "a.xlf", new)
    assert pairs(rows) == [("Een vet woord", "A bold word"), ("Twee", ""), ("Drie\x07", "Three")]
    assert [(row.doc, row.par, row.bead) for row in rows] == [
        ("a.docx", 1, "1-1"), ("a.docx", 1, "1-0"), ("a.docx", 3, "1-1"),
    ]  # fmt: skip
    old = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="b" '
        'source-language="nl" target-language="en" datatype="plaintext"><body><trans-unit id="1"><source>Een '
        '<g id="1">vet</g><x id="2"/></source><target>A bold</target></trans-unit></body></file></xliff>'
    )
    assert pairs(read(tmp_path / "b.xlf", old)) == [("Een vet", "A bold")]


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


# Corpora


def test_opus_corpus(tmp_path: Path) -> None:
    (tmp_path / "nl").mkdir()
    (tmp_path / "en").mkdir()
    with gzip.open(tmp_path / "nl" / "a.xml.gz", "wb") as packed:
        packed.write(
            b"<?xml version='1.0'?><document><p><s id='1'>\n <w id='1.1'>Ja</w>\n <w id='1.2'>.</w>\n</s>\n"
            b"<s id='2'>overgeslagen</s></p><p id='9'><s id='3'>Twee</s><s id='4'>drie</s></p></document>"
        )
    (tmp_path / "en" / "a.xml").write_text("<text><s id='s1'>Yes.</s>\n<s id='s2'>Two three</s></text>")
    links = (
        "<cesAlign><linkGrp fromDoc='nl/a.xml.gz' toDoc='en/a.xml.gz'><link xtargets='1;s1' certainty='0.5'/>"
        "<link xtargets='3 4;s2'/></linkGrp></cesAlign>"
    )
    rows = read(tmp_path / "nl-en.xml", links)
    assert pairs(rows) == [("Ja .", "Yes."), ("Twee drie", "Two three")]
    assert [(row.bead, row.par, row.score) for row in rows] == [("1-1", 1, 0.5), ("2-1", 2, None)]
    for change, cause in (
        (("3 4;", "3 5;"), "does not follow"),
        (("3 4;", "9;"), "has no sentence '9'"),
        (("nl/a", "../a"), "not below"),
        (("nl/a", "nl/b"), "cannot be read"),
        (("1;s1", "1 s1"), "two lists"),
    ):
        with pytest.raises(AlignError, match=cause):
            read(tmp_path / "bad.xml", links.replace(*change))


def test_lines_without_partner(tmp_path: Path) -> None:
    (tmp_path / "x.en").write_text("one\ntwo\n")
    with pytest.raises(FormatError, match=r"x\.en:2: this line has no partner"):
        read(tmp_path / "x.nl", "een\n", tmp_path / "x.en")
    with pytest.raises(FormatError, match=r"x\.nl:1: not UTF-8 at byte 1"):
        read(tmp_path / "x.nl", b"a\xff\n", tmp_path / "x.en")


def test_ladder_of_other_tools(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("een\ntwee\ndrie\nvier\n")
    (tmp_path / "t").write_text("one\ntwo and three\n")
    texts = (tmp_path / "s", tmp_path / "t")
    rows = read(tmp_path / "x.ladder", "[0]:[0]:0.100000\n\n[1,2]:[1]\n[3]:[]:0.0\n", *texts)
    assert [(r.source, r.target, r.bead, r.score) for r in rows] == [
        ("een", "one", "1-1", 0.9), ("twee drie", "two and three", "2-1", None), ("vier", "", "1-0", 1.0),
    ]  # fmt: skip
    for text, cause in (
        ("[1]:[1]\n[0]:[]", ":2: sentence 0 is out of order"),
        ("[9]:[0]", "no sentence 9"),
        ("x", ":1: not"),
    ):
        with pytest.raises(FormatError, match=cause):
            read(tmp_path / "x.ladder", text, *texts)


def test_tables_of_other_tools(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'target;id;source\r\n"one;\n1";7;een\r\n')
    assert pairs(rows) == [("een", "one;\n1")]
    head = "# Kop\n\ntekst | tekst\n\n| Nederlands | Engels |\n|---|:--|\n"
    table = head + "| a \\| b | c<br>d &#9; |\n|e|f|\n\nna\n"
    assert pairs(read(tmp_path / "a.md", table)) == [("a | b", "c\nd \t"), ("e", "f")]
    for name, text, cause in (
        ("b.csv", "a,b\n1,2\n", r"b\.csv:1: no column source"),
        ("b.csv", "source,target\na\n", r"b\.csv:2: the number of fields"),
        ("b.csv", 'source,target\n"a,b\n', r"b\.csv:\d: not CSV"),
        ("b.md", "| source | target | score |\n|--|--|--|\n| a | b | x |\n", r"b\.md:3: not a number"),
        ("b.md", "| source | target |\n|--|--|\n| a |\n", r"b\.md:3: 1 cells"),
    ):
        with pytest.raises(FormatError, match=cause):
            read(tmp_path / name, text)


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
        ("export a.tsv -o a.odt", 2, "the suffix tells no format; add --format"),
        ("export a.tsv -o a.html", 2, "html cannot be written"),
        ("export a.tsv --format moses", 2, "moses is several files"),
        ("export a.tsv -o a.tsv", 2, "the output is also an input"),
        ("export a.tsv -o b.tmx --from nl --to nl", 2, "both languages are 'nl'"),
        ("export a.tsv -o b.tmx --from <nl>", 2, "not a language code"),
        ("export none.tsv -o b.tmx", 1, "none.tsv: no such file"),
        ("export a.tsv -o no/b.tmx", 1, "does not exist"),
        ("import a.odt", 2, "the suffix tells no format"),
        ("import a.tsv b.tsv", 2, "tsv is read from 1 files, not 2"),
        ("import none.tmx", 1, "none.tmx: no such file"),
        ("import a.tsv -o a.tmx", 2, "then use `align export`"),
        ("import a.tsv --from nl", 2, "--from and --to go together"),
        ("import a.tsv -o a.txt", 2, "only one page or subtitle file"),
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


def test_several_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    bad = Row("d", 1, "0-1", 0, 1, 0, 1, "a", "b")
    with pytest.raises(FormatError, match="without sentences has text"):
        write_rows([*ARTICLE, bad], tmp_path / "x.xml")
    assert not list(tmp_path.iterdir())
    (tmp_path / "x.nl.xml").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        write_rows(ARTICLE, tmp_path / "x.xml")
