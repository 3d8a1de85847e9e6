"""Characters that a model does not know: symbols, small digits, words in other scripts."""

from __future__ import annotations

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.models.manifest import load_model
from align.translate.engine import Translator
from align.translate.hints import model_tokenizer
from align.translate.parts import Part
from align.translate.symbols import Alphabet, put_back, raise_again
from align.translate.tokens import MARK, Pieces, Tokenizer
from scripts.starter.pairs import Pair
from scripts.starter.symbols import with_symbol

STARTER = Path(__file__).parent.parent / "models" / "opus-mt-nl-en-starter"


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator(load_model(STARTER), beam_size=1, links=True)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return model_tokenizer(load_model(STARTER))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Het kostte £ 300 en niet $ 250.", "£"),
        ("Het wordt morgen 30 °C in de schaduw.", "30 °C"),
        ("Artikel 12, § 3, van de wet is geschrapt.", "§"),
        ("Als a = b en b = c, dan is a = c.", "a = c"),
        ("Gebruik {naam} om de gebruiker aan te spreken.", "{"),
        ("Ga naar Instellingen → Algemeen → Taal.", "→"),
        ("De kamer van 20 m² kost 80 euro per nacht.", "20 m²"),
        ("Novak Đoković won van zijn tegenstander.", "Đoković"),
        ("De stad Æbeltoft ligt in Denemarken.", "Æbeltoft"),
        ("De hoek α is groter dan 2πr, als x ≠ y.", "2πr"),
        ("De weerstand is 10 Ω en de dosis 3 µg.", "10 Ω"),
        ("Het bedrijf BV™ verkoopt bier van 5 ‰.", "‰"),
        ("De Russische krant Правда schreef dat gisteren.", "Правда"),
        ("Het Griekse woord λόγος betekent rede.", "λόγος"),
        ("Ongeveer 3/4 van de steden is groen.", "3/4"),
        ("Maak het over op NL91ABNA0417164300 voor 1 mei.", "NL91ABNA0417164300"),
        ("Het bestand heet mijn_bestand.txt en niet anders.", "mijn_bestand.txt"),
        ("In China heet de stad 北京, in Japan niet.", "北京"),
    ],
)
def test_what_the_model_has_no_letters_for_is_kept(translator: Translator, text: str, kept: str) -> None:
    (result,) = translator.translate([text])
    assert kept in result.text and "#" not in result.text


def test_links_of_a_stand_in_are_those_of_its_word(translator: Translator) -> None:
    text = "De krant Комсомольская правда schreef dat gisteren."
    (result,) = translator.translate([text])
    assert "Комсомольская правда" in result.text
    source, target = text.split(), result.text.split()
    assert all(i < len(source) and j < len(target) for i, j in result.links)
    assert any(source[i] == "schreef" and target[j] == "wrote" for i, j in result.links)


def test_a_letter_that_the_text_has_stands_in_for_nothing(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("Het woord λόγος.").foreign == (("Z", "λόγος"),)
    assert tokenizer.encode("Zeus en het woord λόγος.").foreign == (("Y", "λόγος"),)
    assert put_back("The word Z, not Zeus", [("Z", "λόγος")]) == "The word λόγος, not Zeus"
    assert put_back("in Z.", [("Z", r"C:\1_x\g")]) == r"in C:\1_x\g."


def test_a_word_in_small_letters_is_not_copied(tokenizer: Tokenizer) -> None:
    pieces = tokenizer.encode("Botten van twee à drie miljoen jaar oud.").pieces
    assert not any(piece.startswith(MARK) and piece.endswith("à") for piece in pieces)


def test_only_unknown_characters_that_can_be_told_are_told() -> None:
    alphabet = Alphabet({"▁30", "▁", "C", "€", "▁[1]", "[12]"}.__contains__, {*"°=€[]12", "▁°", "▁["})
    pieces = Pieces(["▁30", "▁", "°", "C", "€", "=¤"], [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 8)])
    assert alphabet.symbols(pieces) == [(1, 3, ["⇒▁°"], 3, 4), (5, 6, ["⇒=", "¤"], 6, 8)]
    pieces = Pieces(["▁[1]", "[12]"], [(0, 3), (3, 7)])
    assert [edit[2] for edit in alphabet.symbols(pieces)] == [["⇒▁[", "⇒1", "⇒]"], ["⇒[", "⇒1", "⇒2", "⇒]"]]


def test_a_word_that_shares_a_piece_is_left() -> None:
    alphabet = Alphabet({"▁a", "▁", "!"}.__contains__, {"▁Z"})
    pieces = Pieces(["▁a", "▁", "λόγος!"], [(0, 1), (1, 2), (2, 8)])
    assert alphabet.foreign("a λόγος!", pieces) == ([], [])
    pieces = Pieces(["▁a", "▁", "λόγος", "!"], [(0, 1), (1, 2), (2, 7), (7, 8)])
    assert alphabet.foreign("a λόγος!", pieces) == ([(1, 3, ["⇒▁Z"], 2, 7)], [("Z", "λόγος")])


odd = st.sampled_from(
    ["30", "°C", "±", "λόγος", "Правда", "x²", "=", "[", "]", "zon", "à", "北京", "Łódź", "…", "§"]
)


@given(st.lists(odd, min_size=1, max_size=10).map(" ".join))
def test_offsets_rebuild_the_text(tokenizer: Tokenizer, text: str) -> None:
    offsets = tokenizer.encode(text).offsets
    assert offsets[0][0] == 0
    assert all(a[1] == b[0] for a, b in pairwise(offsets))
    assert "".join(text[a:b] for a, b in offsets) == text


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("20 m² grond", "20 m2 of land", "20 m² of land"),
        ("CO₂ en 10⁶", "CO2 and 106", "CO₂ and 10⁶"),
        ("10⁶ in 106", "106 in 106", "106 in 106"),  # which is which cannot be known
        ("x² = 1,2", "x2.5 = 1.2", "x2.5 = 1.2"),
        ("m²", "m²", "m²"),
    ],
)
def test_small_digits_are_put_back(source: str, target: str, wanted: str) -> None:
    assert raise_again(source, target) == wanted


def test_training_pairs_get_symbols_on_both_sides() -> None:
    pair = Pair(
        "Op 3 mei won Jansen met 12 punten (een record).", "On May 3 Jansen won by 12 points (a record).", ""
    )
    made = {with_symbol(pair, random.Random(seed)) for seed in range(300)}
    strange = [re.findall(r"[^\w\s.()]|[^\x00-\x7f]", text) for one in made for text in (one.nl, one.en)]
    assert len(made) > 50 and pair not in made
    assert all(sorted(nl) == sorted(en) for nl, en in zip(strange[::2], strange[1::2], strict=True))
    plain = Pair("De vrouw is weg", "The woman is gone", "")
    assert with_symbol(plain, random.Random(1)) == plain


def test_a_number_that_got_lost_is_told(translator: Translator) -> None:
    tokenizer = translator._tokenizer
    text = "Het kost € 4,95 of 1.250 euro."
    own = tokenizer.encode(text)
    assert own.foreign == () and tokenizer.encode(text, (), ["4,95"]).foreign == (("Z", "4,95"),)
    part = Part(text, own, 0, [], target="It costs €4 or 1,250 euros.")
    translator._tell_lost([part])
    assert "4.95" in part.target and "1,250" in part.target
