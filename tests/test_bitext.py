"""The bitext row and its native formats."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.bitext import FLAGS, Row, check_rows, format_links, parse_links
from align.errors import FormatError
from align.formats import jsonl, tsv

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(0, 10**9)
LINKS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300))).map(tuple)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    return Row(
        draw(TEXT.filter(bool)), draw(NUMBER), f"{draw(st.integers(0, 9))}-{draw(st.integers(0, 9))}",
        draw(NUMBER), draw(NUMBER), draw(NUMBER), draw(NUMBER), draw(TEXT), draw(TEXT),
        draw(st.none() | st.integers(-99_999, 0).map(lambda n: n / 10_000)),
        tuple(f for f in FLAGS if draw(st.booleans())), draw(LINKS),
    )  # fmt: skip


@given(st.lists(rows()))
def test_tsv_round_trip_is_the_identity(some: list[Row]) -> None:
    stream = io.BytesIO()
    tsv.write(some, stream, links=True)
    data = stream.getvalue()
    assert data.count(b"\n") == len(some) + 1
    assert b"\r" not in data
    assert list(tsv.read(io.BytesIO(data), "x")) == some
    assert list(tsv.read(io.BytesIO(data.replace(b"\n", b"\r\n")), "x")) == some


@given(st.lists(rows()))
def test_jsonl_round_trip_is_the_identity(some: list[Row]) -> None:
    stream = io.BytesIO()
    jsonl.write(some, stream, links=True)
    assert list(jsonl.read(io.BytesIO(stream.getvalue()), "x")) == some


def test_a_tsv_without_header_is_read() -> None:
    row = Row("a", 1, "1-1", 0, 1, 0, 1, "x", "y")
    stream = io.BytesIO()
    tsv.write([row], stream, header_line=False)
    assert stream.getvalue() == b"a\t1\t1-1\t0\t1\t0\t1\tx\ty\t\t\n"
    assert list(tsv.read(io.BytesIO(stream.getvalue()), "x")) == [row]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"a\tb", "x:2: 2 fields where 11"),
        (b"a\t1\t1-1\t0\tzz\t0\t1\tx\ty\t\t", "x:2: not a number"),
        (b"a\t1\t11\t0\t1\t0\t1\tx\ty\t\t", "x:2: bad bead '11'"),
        (b"a\t1\t1-1\t0\t1\t0\t1\t\\q\ty\t\t", "x:2: unknown escape"),
        (b"a\t1\t1-1\t0\t1\t0\t1\t\xff\ty\t\t", "x:2: not UTF-8 at byte 16"),
        (b"a\t1\t1-1\t0\t1\t0\t1\tx\ty\t\t\t0~1", "x:2: bad word link"),
    ],
)
def test_what_is_no_bitext_is_refused_with_its_line(line: bytes, message: str) -> None:
    data = tsv.header().encode() + b"\n" + line + b"\n"
    with pytest.raises(FormatError, match=message):
        list(tsv.read(io.BytesIO(data), "x"))


@pytest.mark.parametrize(
    ("line", "message"),
    [(b"{", "x:1: not JSON"), (b"[]", "x:1: not a JSON object"), (b"{}", "x:1: the key 'doc' is missing")],
)
def test_what_is_no_jsonl_is_refused_with_its_line(line: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(jsonl.read(io.BytesIO(line + b"\n"), "x"))


@given(LINKS)
def test_links_round_trip(links: tuple[tuple[int, int], ...]) -> None:
    assert parse_links(format_links(links)) == links


def test_rows_that_overlap_or_do_not_fit_are_found() -> None:
    good = [Row("a", 1, "1-1", 0, 1, 0, 1, "x", "y"), Row("a", 1, "1-1", 2, 3, 2, 3, "x", "y")]
    assert list(check_rows(good)) == good
    with pytest.raises(FormatError, match="row 2: the source span 0–1 overlaps"):
        list(check_rows([good[0], good[0]]))
    with pytest.raises(FormatError, match="row 1: the target span 0–2 does not fit"):
        list(check_rows([Row("a", 1, "1-1", 0, 1, 0, 2, "x", "y")]))
