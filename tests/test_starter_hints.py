"""Hints in the starter's training pairs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sentencepiece import SentencePieceProcessor

from align.translate.hints import Hints
from align.translate.lexicon import read_lexicon as read_told
from align.translate.tokens import MARK, Tokenizer
from scripts.starter import hints
from scripts.starter.exchange import idle, missing
from scripts.starter.hints import PARTS_FILE, Hinter, needed, told, told_pieces, write_told
from scripts.starter.pairs import Pair
from scripts.starter.widen import LEXICON_FILE, read_lexicon

STARTER = Path(__file__).parent.parent / "models" / "opus-mt-nl-en-starter"
PAIR = Pair("De arts zag het kraakbeen van Blijlevens", "The doctor saw Blijlevens's torn cartilage", "x")


@dataclass
class Vocabularies:
    """What hints need of the vocabularies, without torch."""

    source: Any
    target: Any
    sources: list[str]
    targets: list[str]


@pytest.fixture(scope="module")
def vocabularies() -> Vocabularies:
    source = SentencePieceProcessor(model_file=str(STARTER / "source.spm"))
    target = SentencePieceProcessor(model_file=str(STARTER / "target.spm"))
    targets = [target.id_to_piece(i) for i in range(target.get_piece_size())]
    sources = [source.id_to_piece(i) for i in range(source.get_piece_size())]
    return Vocabularies(source, target, [*sources, *(MARK + p for p in targets)], ["</s>", "<unk>", *targets])


def hinter(vocabularies: Vocabularies, entries: dict[str, list[str]]) -> Hinter:
    return Hinter(vocabularies, {w: s[:1] for w, s in entries.items()}, entries)  # type: ignore[arg-type]


def tokens(vocabularies: Vocabularies, ids: list[int]) -> list[str]:
    return [vocabularies.sources[i] for i in ids]


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    for chance in ("_EXAMPLES", "_FRAGMENTED", "_WHOLE", "_NAME"):
        monkeypatch.setattr(hints, chance, 1.0)
    monkeypatch.setattr(hints, "_MISLED", 0.0)


def test_words_that_the_english_side_has_become_hints(vocabularies: Vocabularies) -> None:
    make = hinter(vocabularies, {"kraakbeen": ["cartilage"], "arts": ["physician"]})
    ids, _ = make(PAIR, [], random.Random(1))
    pieces = tokens(vocabularies, ids)
    spelt = [MARK + p for p in vocabularies.target.encode("cartilage", out_type=str)]
    name = [MARK + p for p in vocabularies.target.encode("Blijlevens", out_type=str)]
    assert "▁arts" in pieces  # the English side has another word
    assert [p for p in pieces if p.startswith(MARK)] == spelt + (name if " Blijlevens " in PAIR.en else [])


def test_another_sense_or_form_counts(vocabularies: Vocabularies) -> None:
    make = hinter(vocabularies, {"kraakbeen": ["gristle", "cartilages"], "zag": ["saw"]})
    ids, _ = make(PAIR, [], random.Random(1))
    spelt = [MARK + p for p in vocabularies.target.encode("saw cartilages", out_type=str)]
    assert [p for p in tokens(vocabularies, ids) if p.startswith(MARK)] == spelt


def test_links_follow_the_pieces(vocabularies: Vocabularies) -> None:
    pair = Pair("het kraakbeen van hem", "his cartilage", "x")
    before = vocabularies.source.encode(pair.nl, out_type=str)
    last = len(before) - 1
    ids, links = hinter(vocabularies, {"kraakbeen": ["cartilage"]})(
        pair, [(1, 1), (last, 0)], random.Random(1)
    )
    pieces = tokens(vocabularies, ids)
    assert links == [(1, 1), (len(pieces) - 1, 0)]
    assert pieces[-1] == before[-1] and pieces[1].startswith(MARK)


def test_without_a_hint_a_pair_is_encoded_as_ever(vocabularies: Vocabularies) -> None:
    ids, links = hinter(vocabularies, {})(PAIR, [(0, 0)], random.Random(1))
    assert ids == vocabularies.source.encode(PAIR.nl) and links == [(0, 0)]


def test_pieces_that_spell_any_word_come_first(vocabularies: Vocabularies) -> None:
    pieces = told_pieces({"een": ["one"], "kraakbeen": ["cartilage"]}, vocabularies, 10_000)  # type: ignore[arg-type]
    letters = {p for p in vocabularies.targets[2:] if len(p.strip("▁")) <= 1}
    assert set(pieces[: len(letters)]) == letters
    assert {"▁one", *vocabularies.target.encode("cartilage", out_type=str)} <= set(pieces)
    assert len(told_pieces({"een": ["one"]}, vocabularies, 5)) == 5  # type: ignore[arg-type]


def test_the_lexicon_of_the_model_is_sound(tmp_path: Path) -> None:
    write_told(tmp_path / "lexicon.tsv")
    lexicon = read_told(tmp_path / "lexicon.tsv")
    assert lexicon.translation("kraakbeen", first=False) == "cartilage"
    entries = told()
    assert all(0 < len(senses) <= 2 for senses in entries.values())
    assert all(all(senses) for senses in entries.values())
    assert not any(" " in word for word in {**read_lexicon(LEXICON_FILE), **read_lexicon(PARTS_FILE)})


def test_compounds_that_their_parts_translate_are_not_needed() -> None:
    entries = {
        "wereld": ["world"],
        "markt": ["market"],
        "wereldmarkt": ["world market"],
        "leider": ["leader"],
        "wereldmarktleider": ["world market leader"],
        "marktleider": ["champion"],
    }
    assert set(needed(entries)) == {"wereld", "markt", "leider", "wereldmarktleider", "marktleider"}


def test_refused_words_are_left_to_compounds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in (
        ("LEXICON_FILE", "een\tone; a\ntwee\ttwo\n"),
        ("PARTS_FILE", "drie\tthree; triple\n"),
        ("RENAMED_FILE", "Praag\tPrague\n"),
        ("EXPRESSIONS_FILE", "een en al\tall\nin zijn geheel\tas a whole\n"),
        ("SEPARABLE_FILE", "uit+eten\teet\tat\taten\teat out\teats out\tate out\n"),
        ("REFUSED_FILE", "eet … uit\ntwee\neen en al\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(hints, name, tmp_path / name)
    assert told() == {
        "drie": ["three", "triple"], "een": ["one"], "-twee": ["two"], "Praag": ["Prague"],
        "in zijn geheel": ["as a whole"], "uiteet": ["eats out"], "eten … uit": ["eat out"],
        "at … uit": ["ate out"], "aten … uit": ["ate out"],
    }  # fmt: skip


def test_separable_verbs_are_entries_with_a_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "separable.tsv"
    file.write_text(
        "zich aan+sluiten\tsluit\tsloot\tsloten\tjoin\tjoins\tjoined\n"
        "af+nemen\tneemt\tnam\tnamen\tdecrease; remove\tdecreases; removes\tdecreased; removed\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(hints, "SEPARABLE_FILE", file)
    found = hints.separable()
    assert found["sloten … zich … aan"] == [["joined", "join", "joins", "joined"]]
    assert [sense[0] for sense in found["neemt … af"]] == ["decreases", "removes"]
    assert len(found) == 8
    assert told(proved=False)["neemt … af"] == ["decreases"] and "neemt … af" not in told()
    assert told()["afneemt"] == ["decreases"]
    file.write_text("aan+sluiten\tsluit\tsloot\tsloten\tjoin\tjoins; connects\tjoined\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"separable.tsv:1"):
        hints.separable()


def test_a_particle_goes_with_its_verb(vocabularies: Vocabularies) -> None:
    make = hinter(vocabularies, {"blijft … aan": ["stays on"]})
    pair = Pair("Hij blijft langer aan.", "He stays on longer.", "x")
    pieces = vocabularies.source.encode(pair.nl, out_type=str)
    at = pieces.index("▁aan")
    ids, links = make(pair, [(0, 0), (1, 1), (at, 2), (at + 1, 4)], random.Random(1))
    assert tokens(vocabularies, ids) == ["▁Hij", "⇒▁stays", "⇒▁on", "▁langer", "."]
    assert links == [(0, 0), (1, 1), (1, 2), (4, 4)]


def test_a_verb_that_the_english_side_lacks_keeps_its_particle(vocabularies: Vocabularies) -> None:
    make = hinter(vocabularies, {"blijft … aan": ["stays on"]})
    ids, _ = make(Pair("Hij blijft langer aan.", "He is there.", "x"), [], random.Random(1))
    assert tokens(vocabularies, ids) == vocabularies.source.encode("Hij blijft langer aan.", out_type=str)


def test_pieces_that_english_never_has_give_way() -> None:
    pieces = ["▁the", "凤", "▁Дом", "α", "/1996/", "▁2005,", "2005", "👟", "µ", "è", "▁", "-"]
    assert idle(pieces, {}) == {"凤", "▁Дом", "/1996/", "▁2005,", "👟"}
    assert idle(pieces, {"凤": 9, "▁2005,": 1, "👟": 1}) == {"▁Дом", "/1996/"}


def test_pieces_that_hints_lack_are_counted() -> None:
    tokenizer = Tokenizer(STARTER / "source.spm", STARTER / "target.spm")
    spelt = tokenizer.encode_target("cartilage")
    hints_ = Hints(hints.lexicon({"kraakbeen": ["cartilage"]}), spelt[:-1], tokenizer.spellings)
    pairs = [Pair("Het kraakbeen van de knie", "The cartilage of the knee", "x")] * 3
    assert missing(pairs, tokenizer, hints_, spelt[:-1]) == {spelt[-1]: 3}
    assert not missing(pairs, tokenizer, Hints(hints.lexicon({}), spelt, tokenizer.spellings), spelt)
