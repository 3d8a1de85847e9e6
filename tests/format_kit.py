"""Rows to convert: hostile ones made by hypothesis, and a small document."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from align.bitext import FLAGS, Row
from align.formats.convert import read_rows

HOSTILE = (
    "<script>alert(1)</script>", "a &amp; b", "&#10;", "&amp;#10;", "&amp;amp;#13;", "]]>", "<![CDATA[x]]>",
    "--", "_x0001_", "_x005F_x0001_", "\\n", "\\", "|", "\\|",
    "a | b", "<br>", "&#9;", "=1+1", '"quoted", "twice"', "'", "; ,",
    "\t", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe",
    "\uffff", "\U0001f600", "\U0010ffff", "e\u0301", "\u202e", "\u2067", "\x1b[31m", "\x01", "\x7f", "\xa0",
    "## head", "| a | b |", "[0]:[1]:0.5", "0-0 1-1", "%s %(x)s {0} {{ x }}", "-->", "</seg>", "<ph>x</ph>",
    "U+0001", "&nbsp;", "&unknown;", "٣", "שלום", "日本語",
)  # fmt: skip


def texts(min_size: int = 0) -> st.SearchStrategy[str]:
    """Texts of all characters but lone surrogates, and of what formats mistake for their own."""
    anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    joined = st.lists(st.one_of(st.sampled_from(HOSTILE), anything), max_size=5).map("".join)
    return joined.filter(lambda text: len(text) >= min_size)


@st.composite
def documents(draw: st.DrawFn, shape: str = "any") -> list[Row]:
    """Rows of one to three documents, with spans that fit.

    Args:
        draw: from hypothesis.
        shape: "any"; "plain" for beads that texts alone tell and no offsets to keep.
    """
    rows: list[Row] = []
    names = draw(st.lists(texts(1), min_size=1, max_size=3, unique=True))
    for doc in names:
        par, ends = draw(st.integers(1, 3)), [0, 0]
        for number in range(draw(st.integers(1, 5))):
            new = bool(number) and draw(st.booleans())
            par += draw(st.integers(1, 3)) if new else 0
            beads = ["1-1", "1-0", "0-1"] if shape == "plain" else ["1-1", "2-1", "1-3", "1-0", "0-2"]
            bead = draw(st.sampled_from(beads))
            sides, spans = [], []
            for side, size in enumerate(bead.split("-")):
                text = "" if size == "0" else draw(texts(1))
                gap = draw(st.integers(1, 4)) if ends[side] and text else 0
                start = ends[side] + gap
                ends[side] = start + len(text)
                sides.append(text)
                spans += [start, ends[side]]
            rows.append(
                Row(
                    doc,
                    par,
                    bead,
                    *spans,
                    *sides,
                    score=draw(st.none() | st.integers(-30000, 10000).map(lambda n: n / 10000)),
                    flags=tuple(draw(st.lists(st.sampled_from(FLAGS), unique=True, max_size=2))),
                )
            )
    return rows


def links(rows: list[Row]) -> list[Row]:
    """Give rows word links."""
    for row in rows:
        row.links = tuple((i, i) for i in range(min(len(row.source.split()), len(row.target.split()))))
    return rows


ARTICLE = [
    Row("a.txt", 1, "1-1", 0, 12, 0, 10, "Een kop hier", "A headline", -0.21, ()),
    Row("a.txt", 2, "1-1", 14, 28, 12, 29, "De kat\nslaapt.", "The cat is asleep", -0.5, ("length",)),
    Row("a.txt", 2, "1-0", 29, 40, 29, 29, "Echt waar?!", "", None, ("empty",)),
    Row("a.txt", 3, "2-1", 42, 56, 31, 40, "Ja. Zeker wel.", "Certainly", -0.1, ()),
    Row("b.txt", 1, "1-1", 0, 3, 0, 5, "Dag", "Hello", -1.25, ()),
    Row("b.txt", 1, "0-1", 3, 3, 6, 11, "", "there", None, ()),
]


def pairs(rows: list[Row]) -> list[tuple[str, str]]:
    """Return the texts of rows."""
    return [(row.source, row.target) for row in rows]


def read(path: Path, text: str | bytes, *more: Path, **options: object) -> list[Row]:
    """Write a file and read its rows."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_rows([path, *more], **options))  # type: ignore[arg-type]
