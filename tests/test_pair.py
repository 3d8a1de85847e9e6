"""Pairing documents and texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext import Row, check_rows
from align.errors import UsageError
from align.pair import encoder
from align.pair.api import WEAK, pair_documents, pair_sentences, pair_texts
from align.pair.document import Segmented, segment_document
from align.pair.pivot import pair_bitexts
from align.pair.scoring import Side
from align.pair.shapes import Bead
from align.text.reading import TextDocument
from scripts.bench_pair import beads_of
from scripts.pair_data import accuracy, perturb, read_ladder, read_lines

DATA = Path(__file__).parent / "data"
STORY = (DATA / "pair" / "boek.nl.txt").read_text("utf-8"), (DATA / "pair" / "book.en.txt").read_text("utf-8")
GOLD = read_ladder(DATA / "pair" / "gold.ladder")
FLORES = read_lines(DATA / "flores-sample.nl"), read_lines(DATA / "flores-sample.en")
needs_encoder = pytest.mark.skipif(not encoder.available(), reason="needs the extra `embedding`")


def ladder(rows: list[Row]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the sentence numbers of rows."""
    spans = []
    i = j = 0
    for row in rows:
        a, b = row.sizes
        spans.append((i, i + a, j, j + b))
        i, j = i + a, j + b
    return beads_of(spans)


def assert_faithful(rows: list[Row], source: str, target: str) -> None:
    """Check that rows hold both documents, with nothing but white space left out."""
    list(check_rows(rows))
    for text, spans in (
        (source, [(r.src_start, r.src_end, r.source) for r in rows]),
        (target, [(r.tgt_start, r.tgt_end, r.target) for r in rows]),
    ):
        at = 0
        for start, end, piece in spans:
            assert text[start:end] == piece
            assert not text[at:start].strip()
            at = end
        assert not text[at:].strip()
    for row in rows:
        a, b = row.sizes
        assert row.score is not None
        assert 0 <= row.score <= 1
        assert bool(a) == bool(row.source)
        assert bool(b) == bool(row.target)
        assert a + b >= 1


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("method", "least"),
    [
        pytest.param("auto", 0.95, marks=needs_encoder),
        pytest.param("embedding", 0.95, marks=needs_encoder),
        ("mt", 0.85),
        ("length", 0.7),
    ],
)
def test_the_story_is_paired(method: str, least: float) -> None:
    said: list[str] = []
    rows = list(pair_documents(*STORY, method=method, say=said.append))
    assert_faithful(rows, *STORY)
    assert accuracy(GOLD, ladder(rows)).strict[2] >= least
    assert [line.startswith("paired by ") for line in said] == [True]
    assert {r.bead for r in rows} >= {"1-1", "2-1", "1-2", "0-1"}


@needs_encoder
@pytest.mark.parametrize(("rate", "least"), [(0.0, 1.0), (0.025, 0.97), (0.1, 0.9)])
def test_perturbed_documents_are_paired(rate: float, least: float) -> None:
    scores = []
    for seed in (1, 2):
        made = perturb(
            *FLORES,
            rate=rate,
            seed=seed,
            name="",
            languages=("nl", "en"),
            foreign=range(90, 100),
            lines=range(90),
        )
        pairing = pair_sentences(
            Side(made.source, made.paragraphs[0]), Side(made.target, made.paragraphs[1]),
            languages=("nl", "en"), method="embedding",
        )  # fmt: skip
        scores.append(accuracy(made.gold, beads_of(pairing.beads)).strict[2])
    assert sum(scores) / 2 >= least


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.text(max_size=120), st.booleans())
def test_every_sentence_is_in_one_bead(source: str, target: str, lines: bool) -> None:
    texts = source.replace("\0", ""), target.replace("\0", "")
    left, right = (segment_document(TextDocument("-", t), "nl", lines=lines) for t in texts)
    rows = list(pair_documents(left, right, source_language="nl", target_language="fr", method="length"))
    assert_faithful(rows, *texts)
    assert sum(r.sizes[0] for r in rows) == len(left.spans)
    assert sum(r.sizes[1] for r in rows) == len(right.spans)


WORDS = st.lists(
    st.sampled_from(["de", "kat", "zat", "een", "mat", "en", "1984", "Rome", "niets"]), min_size=1, max_size=6
)
SENTENCES = st.lists(WORDS.map(lambda words: " ".join(words) + "."), max_size=12)


@settings(max_examples=40, deadline=None)
@given(SENTENCES, SENTENCES)
def test_every_sentence_is_in_one_bead_with_evidence(source: list[str], target: list[str]) -> None:
    pairing = pair_sentences(
        Side(source), Side(target), languages=("nl", "fr"), method="mt", translation=source
    )
    i = j = 0
    for (i0, i1, j0, j1), score in zip(pairing.beads, pairing.scores, strict=True):
        assert (i0, j0) == (i, j)
        assert 0 <= score <= 1
        assert max(i1 - i0, j1 - j0) <= 6
        assert 1 <= i1 - i0 + j1 - j0 <= 7
        i, j = i1, j1
    assert (i, j) == (len(source), len(target))


def test_lines_are_kept_as_sentences() -> None:
    text = "Een. Twee.\r\n\r\n  drie \u2028 vier\nvijf"
    found = segment_document(TextDocument("-", text), "nl", lines=True)
    assert [text[a:b] for a, b in found.spans] == ["Een. Twee.", "drie \u2028 vier", "vijf"]
    assert list(found.paragraphs) == [1, 2, 2]


def test_paragraph_numbers_are_the_sources_or_the_targets() -> None:
    rows = list(pair_documents("Een.\n\nTwee is dit.", "", source_language="nl"))
    assert [(r.par, r.bead, r.score, r.flags) for r in rows] == [(1, "1-0", 0.0, ()), (2, "1-0", 0.0, ())]
    rows = list(pair_documents("", "One.\n\nThis is two.", source_language="nl"))
    assert [(r.par, r.bead, r.src_start, r.src_end) for r in rows] == [(1, "0-1", 0, 0), (2, "0-1", 0, 0)]
    assert list(pair_documents("", "")) == []


@needs_encoder
def test_documents_that_have_nothing_in_common() -> None:
    half = len(FLORES[0]) // 2
    pairing = pair_sentences(
        Side(FLORES[0][:half]), Side(FLORES[1][half:]), languages=("nl", "en"), method="embedding"
    )
    assert not pairing.alike
    assert all(pairing.weak())
    pairing = pair_sentences(
        Side(FLORES[0][:half]), Side(FLORES[1][:half]), languages=("nl", "en"), method="embedding"
    )
    assert pairing.alike
    assert min(pairing.scores) > WEAK
    assert not any(pairing.weak())
    assert pairing.lone() == (0, 0)


@needs_encoder
@pytest.mark.parametrize("line", [0, 17, 40, 59])
def test_one_sentence_is_found_among_many(line: int) -> None:
    many = [*FLORES[1][:60], *(f"{t} {n}" for n in range(20) for t in FLORES[1][61:])]
    pairing = pair_sentences(Side([FLORES[0][line]]), Side(many), languages=("nl", "en"), method="embedding")
    assert (0, 1, line, line + 1) in pairing.beads
    assert len(pairing.beads) == len(many)


@needs_encoder
@pytest.mark.parametrize("method", ["embedding", "mt"])
def test_a_passage_is_found_in_a_longer_text(method: str) -> None:
    passage = range(33, 45)
    pairing = pair_sentences(
        Side(FLORES[0]), Side([FLORES[1][n] for n in passage]), languages=("nl", "en"), method=method,
        translation=FLORES[1] if method == "mt" else None,
    )  # fmt: skip
    right = {(n, n + 1, k, k + 1) for k, n in enumerate(passage)}
    assert len(right & set(pairing.beads)) >= len(passage) - 1


def test_a_given_translation_is_used() -> None:
    source = [f"{n}. xqz {n * 7919 % 1000}" for n in range(30)]
    target = [t for n, t in enumerate(FLORES[1][:30]) if n not in (10, 11, 20)]
    said: list[str] = []
    pairing = pair_sentences(
        Side(source), Side(target), languages=("fi", "en"), method="mt", translation=FLORES[1][:30],
        say=said.append,
    )  # fmt: skip
    assert pairing.lone() == (3, 0)
    assert said == ["paired by a given translation, sentence lengths"]
    with pytest.raises(UsageError, match="1 translations for 30 sentences"):
        pair_sentences(Side(source), Side(target), languages=("fi", "en"), translation=["x"])


def straight(n: int) -> list[Bead]:
    """Return the beads of texts that go one by one."""
    return [(i, i + 1, i, i + 1) for i in range(n)]


def test_texts_that_are_segmented_alike_are_paired_one_by_one() -> None:
    english = FLORES[1]
    assert pair_texts(english, english) == straight(100)
    bad = ["" if n % 7 == 0 else " ".join(t.split()[::-3]) for n, t in enumerate(english)]
    assert pair_texts(bad, english) == straight(100)
    assert pair_texts(["no words in common"] * 100, english) == straight(100)
    assert pair_texts([], []) == []
    assert pair_texts(["a"], []) == [(0, 1, 0, 0)]
    assert pair_texts(["a b c"], ["x y z"]) == straight(1)


def test_texts_that_are_segmented_in_another_way_are_not() -> None:
    english = FLORES[1]
    merged = [english[0], f"{english[1]} {english[2]}", *english[3:]]
    beads = pair_texts(merged, english)
    assert beads[:3] == [(0, 1, 0, 1), (1, 2, 1, 3), (2, 3, 3, 4)]
    # As many segments, but out of step in between.
    words = english[60].split()
    halves = [" ".join(words[:9]), " ".join(words[9:])]
    beads = pair_texts([*merged[:59], *halves, *english[61:]], english)
    assert (1, 2, 1, 3) in beads
    assert (59, 61, 60, 61) in beads
    assert sum(i1 - i0 == j1 - j0 == 1 for i0, i1, j0, j1 in beads) == 97


def rows_of(name: str, texts: list[str], targets: list[str]) -> list[Row]:
    """Return a bitext of one sentence a row, two a paragraph."""
    rows, at, there = [], 0, 0
    for n, (text, target) in enumerate(zip(texts, targets, strict=True)):
        spans = at, at + len(text), there, there + len(target)
        rows.append(Row(name, 1 + n // 2, "1-1", *spans, text, target))
        at, there = spans[1] + 1 + n % 2, spans[3] + 1
    return rows


def test_bitexts_are_paired_by_way_of_their_targets() -> None:
    english = FLORES[1][:20]
    one = rows_of("nl", FLORES[0][:20], english)
    other = rows_of("xx", [f"xx{n}" for n in range(19)], [f"{english[0]} {english[1]}", *english[2:]])
    rows = list(pair_bitexts(one, other))
    list(check_rows(rows))
    assert [r.bead for r in rows] == ["2-1", *["1-1"] * 18]
    assert rows[0].source == f"{FLORES[0][0]} {FLORES[0][1]}"
    assert [r.target for r in rows] == [f"xx{n}" for n in range(19)]
    wide = next(pair_bitexts(other, one))
    assert (wide.bead, wide.target) == ("1-2", rows[0].source)
    with pytest.raises(UsageError, match="1 documents in one bitext, 2 in the other"):
        list(pair_bitexts(one, [*other, *rows_of("yy", ["y"], ["y"])]))


def test_a_segmented_document_may_come_from_anywhere() -> None:
    left = Segmented("l", "a b c", [(0, 1), (2, 3), (4, 5)], [1, 1, 1])
    right = Segmented("r", "a bb", [(0, 1), (2, 4)], [1, 1])
    rows = list(pair_documents(left, right, method="length"))
    assert_faithful(rows, left.text, right.text)
    assert {r.doc for r in rows} == {"l"}
