"""Files of other tools, broken files, and validity."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from align.bitext import Row
from align.errors import AlignError, FormatError
from align.formats.convert import read_rows, write_rows
from tests.format_kit import ARTICLE, documents, pairs, read

DATA = Path(__file__).parent / "data" / "formats"
NS = "{urn:oasis:names:tc:xliff:document:2.0}"


def tmx(body: str, head: str = 'srclang="nl"', prolog: str = "") -> str:
    """Return a memory."""
    return f'<?xml version="1.0"?>{prolog}<tmx version="1.4"><header {head}/><body>{body}</body></tmx>'


def unit(**variants: str) -> str:
    """Return a unit with a variant for each language."""
    inner = "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in variants.items())
    return f"<tu>{inner}</tu>"


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
