"""The views: what they show, what they do with hostile text, and the command."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from rich.cells import cell_len
from rich.text import Text

from align.bitext import Row
from align.cli.main import run
from align.errors import ScoreError, UsageError
from align.formats.convert import write_rows
from align.score.lineup import line_up_bitext, segment_text
from align.score.report import make_report
from align.view.api import open_edition, render_html, select, write_html
from align.view.edition import Reference, direction, make_edition, paragraphs
from align.view.marks import active_characters, differences
from align.view.page import show
from align.view.plot import MAX_BARS, plots
from align.view.terminal import render_terminal
from tests.format_kit import ARTICLE, documents, texts

PAIR = Path(__file__).parent / "data" / "pair"
REFERENCE = ["A heading", "The cat sleeps", "Really?!", "Certainly.", "Hello", "there"]
OTHERS = [("B", ["A headline", "A cat is asleep", "", "Surely", "Hi", "there"])]


def page(rows: list[Row], **options: object) -> str:
    """Return a page."""
    return "".join(render_html(make_edition(rows, **options)))  # type: ignore[arg-type]


def parsed(html: str) -> etree._Element:
    """Return the tree of a page."""
    return etree.fromstring(html, etree.HTMLParser(encoding="utf-8"))  # type: ignore[arg-type]


def found(html: str, path: str) -> list[str]:
    """Return the texts of elements."""
    return ["".join(e.itertext()) for e in parsed(html).xpath(path)]


# The page


def test_page_shows_the_rows() -> None:
    html = page(
        ARTICLE, reference=REFERENCE, others=OTHERS, model="starter", date=datetime(2026, 5, 4, tzinfo=UTC)
    )
    assert found(html, "//p[contains(@class,'src')]") == [r.source or "—" for r in ARTICLE]
    assert found(html, "//p[contains(@class,'tgt')]") == [r.target or "—" for r in ARTICLE]
    assert found(html, "//p[@class='ref']") == [f"Reference {text}" for text in REFERENCE]
    assert found(html, "//span[@class='flag']") == ["length", "empty"]
    assert found(html, "//section[@class='doc']/h2") == ["a.txt", "b.txt"]
    assert found(html, "//h1") == ["2 documents"]
    assert {"BLEU", "chrF2", "Model", "Date"} <= set(found(html, "//dt"))
    assert "4 May 2026" in found(html, "//time")
    assert "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp" in html
    assert [b.get("lang") for b in parsed(html).xpath("//div[@id='r1']/p")] == ["nl", "en"]
    assert not parsed(html).xpath("//*[@style or @onclick or @onload]")


def test_differences_are_marked_by_word() -> None:
    html = page(ARTICLE, reference=REFERENCE, others=OTHERS)
    assert found(html, "//div[@id='r2']/p[contains(@class,'tgt')]/mark") == ["is asleep"]
    assert found(html, "//div[@id='r2']//p[@class='ref']/mark") == ["sleeps"]
    assert found(html, "//div[@id='r2']//p[@class='alt']/mark") == ["A"]
    between = page(ARTICLE, others=OTHERS)
    assert found(between, "//div[@id='r2']/p[contains(@class,'tgt')]/mark") == ["The"]


def test_small_and_without_a_network() -> None:
    html = page([])
    assert len(html.encode()) < 60_000
    assert not re.findall(r"(?:src|href|action|url)\s*[=(]\s*[\"']?\s*(?:https?:)?//", html)
    policy = parsed(html).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@settings(max_examples=30, deadline=None)
@given(documents(), texts(), texts())
def test_hostile_text_stays_text(rows: list[Row], title: str, model: str) -> None:
    reference = [row.source for row in rows]
    html = page(rows, reference=reference, others=[(title, reference)], title=title, model=model)
    clean = page([replace(row, doc="d", source="x", target="y") for row in rows[:1]])
    assert html.count("<script") == clean.count("<script") == 1
    assert html.count("<style") == 1 and "\u202e" not in html
    shown = found(html.replace("\x00", ""), "//p[contains(@class,'src')]")
    assert len(shown) == len(rows)


@given(texts())
def test_shown_text_is_complete(text: str) -> None:
    html = str(show(text))
    assert not re.search("[\x00-\x08\x0e-\x1f\u202d\u202e]", html)
    assert "".join(stretch for stretch, _ in active_characters(text)) == text
    assert "".join(stretch for stretch, _ in active_characters(text, lines=True)) == text


def test_headings() -> None:
    texts = [
        "Een kop",
        "Een zin.",
        "Nog een zin.",
        "Weer een kop",
        "Een zin. En nog een.",
        "Het slot zonder punt",
    ]
    rows = [Row("d", n, "1-1", 0, len(t), 0, len(t), t, t) for n, t in enumerate(texts, 1)]
    flags = [flag for flag, _ in paragraphs(make_edition(rows).items)]
    assert flags == [True, False, False, True, False, False]
    verses = [replace(row, source=row.source.rstrip(".")) for row in rows]
    assert not any(flag for flag, _ in paragraphs(make_edition(verses).items))


def test_directions() -> None:
    assert [direction(code) for code in ("nl", "ar", "he-IL", "az-Arab", "ur-Latn", "fa_IR")] == [
        "ltr", "rtl", "rtl", "rtl", "ltr", "rtl",
    ]  # fmt: skip
    html = page(ARTICLE, languages=("he", "ar"))
    assert set(parsed(html).xpath("//div[@class='row']/p/@dir")) == {"rtl"}


def test_plot_of_a_long_text() -> None:
    rows = [replace(ARTICLE[0], score=-0.1 - (n == 500)) for n in range(1000)]
    (plot,) = plots(make_edition(rows))
    assert len(plot.bars) == MAX_BARS
    assert "501" in {str(bar.number) for bar in plot.bars if bar.band == "low"}
    assert plots(make_edition(rows[:2])) == []


def test_similarity_is_not_a_probability() -> None:
    edition = make_edition([replace(ARTICLE[0], score=0.8), replace(ARTICLE[1], score=0.0)])
    assert [item.quality for item in edition.items] == [0.8, 0.0]
    assert [item.band for item in edition.items] == ["high", "low"]


@given(texts(), texts())
def test_differences_make_up_the_text(one: str, other: str) -> None:
    assert "".join(stretch for stretch, _ in differences(one, other)) == one
    assert not any(lacking for _, lacking in differences(one, one))


def test_texts_that_are_too_long_to_compare() -> None:
    assert differences("a " * 2000, "b " * 2000) == [("a " * 2000, False)]


# The terminal


@settings(max_examples=50, deadline=None)
@given(documents(), st.integers(40, 120), st.booleans())
def test_lines_fit_the_width(rows: list[Row], width: int, colour: bool) -> None:
    edition = make_edition(rows, reference=[row.target for row in rows], languages=("nl", "he"))
    for line in render_terminal(edition, width=width, colour=colour):
        plain = Text.from_ansi(line).plain if colour else line
        assert cell_len(plain) <= width
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", plain)
        assert colour or "\x1b" not in line


def test_columns_wrap_by_words() -> None:
    lines = list(render_terminal(make_edition(ARTICLE), width=44))
    shown = "\n".join(lines)
    at = lines.index(" 2 De kat slaapt.  │ The cat is       -0.50")
    assert lines[at + 1] == " " * 19 + "│ asleep"
    assert "⚑ length" in shown and "2-1" in shown and "a.txt" in lines


def test_colours_and_marks() -> None:
    edition = make_edition(ARTICLE, reference=REFERENCE, others=OTHERS)
    shown = "\n".join(render_terminal(edition, width=100, colour=True))
    assert "\x1b[32m" in shown and "\x1b[31m" in shown and "\x1b[1;31m⚑ length" in shown
    assert "\x1b[4;36msleeps" in shown and "\x1b[4;35mA" in shown


# Choosing, lining up, and the command


@pytest.fixture
def bitext(tmp_path: Path) -> Path:
    path = tmp_path / "a.tsv"
    write_rows(ARTICLE, path)
    return path


def numbers(edition_items: list[object]) -> list[int]:
    return [item.number for item in edition_items]  # type: ignore[attr-defined]


def test_choosing() -> None:
    edition = make_edition(ARTICLE)
    assert numbers(select(edition, worst=2)) == [5, 2]
    assert numbers(select(edition, flagged=True)) == [2, 3]
    assert numbers(select(edition, grep="KAT|hello")) == [2, 5]
    assert numbers(select(edition, grep="a", flagged=True, worst=1)) == [2]
    assert numbers(select(make_edition(ARTICLE, reference=REFERENCE), worst=1)) == [3]
    with pytest.raises(UsageError, match="not a regular expression"):
        select(edition, grep="(")


def test_references(bitext: Path, tmp_path: Path) -> None:
    text = tmp_path / "ref.txt"
    text.write_text("\n\n".join(REFERENCE))
    assert [item.reference for item in open_edition(bitext, reference=text).items] == REFERENCE
    other = tmp_path / "b.tsv"
    write_rows([replace(row, target=row.target.upper()) for row in ARTICLE], other)
    edition = open_edition(bitext, reference=other, against=[other])
    assert edition.items[1].reference == "THE CAT IS ASLEEP" and edition.systems[0].name == "b"
    assert [file.role for file in edition.files] == ["bitext", "reference", "other"]
    assert edition.files[0].sha256 == hashlib.sha256(bitext.read_bytes()).hexdigest()
    text.write_text("\n")
    with pytest.raises(ScoreError, match="the reference is empty"):
        open_edition(bitext, reference=text)


def test_a_reference_for_several_rows() -> None:
    reference = [
        Reference("A heading", 0, 1),
        Reference("The cat sleeps. Really?!", 1, 3),
        Reference("Hello", 4, 5),
    ]
    edition = make_edition(ARTICLE, reference=reference)
    assert [item.reference for item in edition.items] == [
        "A heading", "The cat sleeps. Really?!", "The cat sleeps. Really?!", None, "Hello", None,
    ]  # fmt: skip
    assert edition.items[1].chrf == edition.items[2].chrf
    html = "".join(render_html(edition))
    labels = ["Reference", "Reference to 2–3", "Reference"]
    assert found(html, "//p[@class='ref']/span[@class='label']") == labels
    assert "ref 2–3 The cat" in "\n".join(render_terminal(edition, width=100))


def test_a_reference_of_another_segmentation(bitext: Path, tmp_path: Path) -> None:
    pytest.importorskip("align.pair.api")
    text = tmp_path / "ref.txt"
    text.write_text("A headline\n\nThe cat is asleep.\n\nCertainly. Hello there.\n")
    edition = open_edition(bitext, reference=text)
    assert edition.items[1].reference is not None and "asleep" in edition.items[1].reference
    assert edition.scores[0].metric == "BLEU"


def test_another_segmentation_is_matched_by_source(bitext: Path, tmp_path: Path) -> None:
    merged = [
        Row("a", 1, "1-1", 0, 12, 0, 1, "Een kop hier", "H"),
        Row("a", 2, "2-1", 14, 40, 2, 5, "De kat\nslaapt. Echt waar?!", "C R"),
        Row("a", 3, "1-1", 42, 45, 6, 7, "Ja.", "Y"),
        Row("a", 3, "1-1", 46, 56, 8, 9, "Zeker wel.", "S"),
        Row("b", 1, "1-1", 0, 3, 0, 1, "Dag", "D"),
    ]
    other = tmp_path / "b.tsv"
    write_rows(merged, other)
    edition = open_edition(bitext, against=[other])
    assert [item.others[0] for item in edition.items] == ["H", "C R", "", "Y S", "D", ""]
    write_rows([replace(row, source=row.source.swapcase()) for row in merged], other)
    with pytest.raises(ScoreError, match="its source is another text"):
        open_edition(bitext, against=[other])


def test_command(bitext: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["view", str(bitext), "--width", "60"]) == 0
    out, err = capsys.readouterr()
    assert "Een kop hier" in out and "\x1b" not in out and not err
    assert run(["view", str(bitext), "--worst", "1"]) == 0
    assert "Hello" in capsys.readouterr().out
    html = tmp_path / "a.html"
    assert run(["view", str(bitext), "--html", str(html), "--model", "M", "--title", "T", "--flagged"]) == 0
    assert "has its own filters" in capsys.readouterr().err
    assert '<h1 dir="auto">T</h1>' in html.read_text()
    for arguments, code in ((["view", "none.tsv"], 1), (["view", str(bitext), "--html", str(bitext)], 2)):
        assert run(arguments) == code
        assert capsys.readouterr().err.count("\n") == 1


def test_empty_bitext(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_rows([], tmp_path / "a.tsv")
    assert run(["view", str(tmp_path / "a.tsv")]) == 0
    write_html(open_edition(tmp_path / "a.tsv"), tmp_path / "a.html")
    assert "The bitext is empty." in (tmp_path / "a.html").read_text()


def test_a_reference_lines_up_as_for_scoring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bitext, book = tmp_path / "boek.tsv", PAIR / "book.en.txt"
    assert run(["translate", "-q", "--fast", str(PAIR / "boek.nl.txt"), "-o", str(bitext)]) == 0
    edition = open_edition(bitext, reference=book)
    assert len(edition.items) == len(segment_text(book.read_text("utf-8"))) == 34
    bus = next(item for item in edition.items if "de bus nemen" in item.row.source)
    assert bus.reference is not None and "take the bus" in bus.reference
    assert edition.scores == make_report(line_up_bitext(str(bitext), [str(book)])).scores


def test_a_bitext_of_merged_beads_as_reference(bitext: Path, tmp_path: Path) -> None:
    merged = [
        Row("a", 1, "1-1", 0, 12, 0, 1, "Een kop hier", "H"),
        Row("a", 2, "2-1", 14, 40, 2, 5, "De kat\nslaapt. Echt waar?!", "C R"),
        Row("a", 3, "0-1", 40, 40, 6, 7, "", "Added."),
        Row("a", 3, "1-1", 42, 45, 8, 9, "Ja.", "Y"),
        Row("a", 3, "1-1", 46, 56, 10, 11, "Zeker wel.", "S"),
        Row("b", 1, "1-0", 0, 3, 0, 0, "Dag", ""),
    ]
    other = tmp_path / "b.tsv"
    write_rows(merged, other)
    edition = open_edition(bitext, reference=other)
    assert [item.reference for item in edition.items] == ["H", "C R", "C R", "Y S", None, None]
    assert [item.shared for item in edition.items][1:4] == [(2, 3), (2, 3), (4, 4)]
    assert edition.items[1].chrf == edition.items[2].chrf
    assert edition.items[4].chrf is None
    write_rows([replace(row, target="") for row in merged], other)
    with pytest.raises(ScoreError, match="the reference is empty"):
        open_edition(bitext, reference=other)


def test_an_unknown_language_is_refused(bitext: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--from", "--to"):
        assert run(["view", str(bitext), option, "xx"]) == 1
        assert capsys.readouterr().err == (
            "align: error: 'xx' is not a known language code; give a BCP-47 code such as nl or en\n"
        )
