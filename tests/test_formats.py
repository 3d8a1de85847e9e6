"""What goes into a format comes back: text, order and beads, and what else it can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from align.bitext import Row
from align.formats import markdown, moses, xmlbase
from align.formats.convert import read_rows, write_rows
from align.formats.sentences import split_sentences
from tests.format_kit import ARTICLE, documents, links, texts

RELAXED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """Spare the disk: thousands of small files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("align.output.os.fsync", lambda handle: None)
        yield


EXACT = ("tsv", "jsonl", "csv", "tmx", "xliff")


def trip(rows: list[Row], form: str, files: tuple[str, ...] = (), back: tuple[str, ...] = ()) -> list[Row]:
    """Write rows and read them back; `back` names the files that are read."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"out.{form}"
        assert write_rows(iter(rows), out, form) == len(rows)
        assert sorted(p.name for p in Path(folder).iterdir()) == sorted(files or (out.name,))
        return list(read_rows([Path(folder) / name for name in back or (out.name,)], form))


def said(rows: list[Row], *names: str) -> list[tuple[object, ...]]:
    """Return these attributes of rows."""
    return [tuple(getattr(row, name) for name in names) for row in rows]


@pytest.mark.parametrize("form", EXACT)
@RELAXED
@given(documents(), st.booleans())
def test_all_of_a_row(form: str, rows: list[Row], linked: bool) -> None:
    rows = links(rows) if linked else rows
    assert trip(rows, form) == rows


@pytest.mark.parametrize("form", [*EXACT, "markdown"])
def test_no_rows(form: str) -> None:
    assert trip([], form) == []


@RELAXED
@given(documents())
def test_xces(rows: list[Row]) -> None:
    files = ("out.xces", "out.nl.xml", "out.en.xml")
    assert trip(rows, "xces", files) == rows
    assert trip(rows, "xces", files, files) == rows


@RELAXED
@given(documents())
def test_markdown(rows: list[Row]) -> None:
    names = ("doc", "par", "bead", "source", "target", "score", "flags")
    assert said(trip(rows, "markdown"), *names) == said(rows, *names)


@RELAXED
@given(documents("plain"))
def test_moses(rows: list[Row]) -> None:
    pair = ("out.moses.nl", "out.moses.en")
    names = ("bead", "source", "target")
    assert said(trip(rows, "moses", pair, pair), *names) == said(rows, *names)


@RELAXED
@given(documents("plain").map(links))
def test_pharaoh_with_moses(rows: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("x.pharaoh", "x.nl", "x.en")]
        write_rows(rows, paths[0])
        write_rows(rows, paths[0].with_suffix(""), "moses")
        names = ("bead", "source", "target", "links")
        assert said(list(read_rows(paths)), *names) == said(rows, *names)


@RELAXED
@given(documents())
def test_ladder(rows: list[Row]) -> None:
    files = ("out.ladder", "out.nl", "out.en")
    back = trip(rows, "ladder", files, files)
    assert said(back, "bead") == said(rows, "bead")
    for one, other in zip(back, rows, strict=True):
        assert one.source.split() == other.source.split()
        assert one.target.split() == other.target.split()
        assert (one.score is None) == (other.score is None)
        assert one.score is None or abs(one.score - other.score) < 1e-6
        for size, ours, theirs in zip(
            other.sizes, (one.source, one.target), (other.source, other.target), strict=True
        ):
            assert size > 1 or ours == theirs


@RELAXED
@given(documents())
def test_target_text(rows: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        for doc in {row.doc for row in rows}:
            ours = [row for row in rows if row.doc == doc]
            out = Path(folder) / "out.txt"
            write_rows(ours, out)
            text = out.read_bytes().decode()
            for row in ours:
                assert text[row.tgt_start : row.tgt_end] == row.target


def test_target_text_keeps_paragraphs(tmp_path: Path) -> None:
    write_rows(ARTICLE, tmp_path / "out.txt")
    text = "A headline\n\nThe cat is asleep\n\nCertainly\nHello there\n"
    assert (tmp_path / "out.txt").read_text() == text


def test_edited_target_moves_what_follows(tmp_path: Path) -> None:
    rows = [replace(ARTICLE[0], target="Headline, edited"), *ARTICLE[1:4]]
    write_rows(rows, tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text() == "Headline, edited\n\nThe cat is asleep\n\nCertainly\n"


@given(texts())
def test_escapes(text: str) -> None:
    assert xmlbase.unescape(xmlbase.escape(text)) == text
    assert not xmlbase.UNWRITABLE.search(xmlbase.escape(text))
    assert moses.unescape(moses.escape(text)) == text
    assert not set("\n\r") & set(moses.escape(text))
    assert markdown.unescape(markdown.escape(text)) == text
    assert not set("\n\r") & set(markdown.escape(text))


@settings(deadline=None)
@given(texts())
def test_markdown_shows_the_text_as_it_is(text: str) -> None:
    parser = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    # HTML has no way to show control characters, nor line breaks other than as elements.
    text = re.sub("[\x00-\x08\x0a-\x1f\x7f-\x9f\ufffe\uffff\u2028\u2029\ufeff]", "", text)
    shown = parser.render(f"| a | b |\n|---|---|\n| {markdown.escape(text)} | y |\n")
    assert etree.HTML(shown).xpath("string(//td)") == text


@given(texts(), st.integers(1, 6))
def test_sentences_cover_their_text(text: str, count: int) -> None:
    spans = split_sentences(text, count)
    assert len(spans) == count
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start and not text[end:start].strip()


@given(texts(), st.integers(2, 4))
def test_segmented_sentences_cover_their_text(text: str, count: int) -> None:
    spans = split_sentences("Ja. " + text, count, "nl")
    assert len(spans) == count and spans[-1][1] == len(text) + 4
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start and not ("Ja. " + text)[end:start].strip()


def test_sentences_are_found() -> None:
    text = "Hij zei: „Ja!” Dat was\nalles. Toen ging hij (laat.) naar huis."
    assert [text[a:b] for a, b in split_sentences(text, 3)] == [
        "Hij zei: „Ja!”", "Dat was\nalles.", "Toen ging hij (laat.) naar huis.",
    ]  # fmt: skip
