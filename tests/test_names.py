"""Names that come out misspelt."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.models.manifest import load_model
from align.translate import engine, mending
from align.translate.hints import model_tokenizer
from align.translate.names import lost_names, mend_names, names_of
from align.translate.parts import Part
from align.translate.surnames import NEARBY, shared_names, surnames_of
from align.translate.tokens import MARK, Pieces, Tokenizer
from tests.conftest import ROOT

WHOLE = {"Brazil", "Olympic", "The", "Mayor"}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return model_tokenizer(load_model(Path(ROOT, "models", "opus-mt-nl-en-starter")))


def mended(source: str, target: str, names: list[str]) -> str:
    return mend_names(source, target, names, lambda word: 1 if word in WHOLE else 2)


@pytest.mark.parametrize(
    ("source", "target", "names", "expected"),
    [
        ("Bij Trafalgar Square", "At Trapalgar Square", ["Trafalgar", "Square"], "At Trafalgar Square"),
        ("Jagr en Lemieux", "Yagr and Lemieux", ["Jagr", "Lemieux"], "Jagr and Lemieux"),
        ("van Jagr", "Yagr's goal", ["Jagr"], "Jagr's goal"),
        ("Brazilië", "The Brazil Mayor", ["Brazilië"], "The Brazil Mayor"),  # the model knows the word
        ("Olympos", "The Olympian", [], "The Olympian"),
        ("Jagr", "a yager", ["Jagr"], "a yager"),  # no name
        ("Jagr komt", "jagr comes", ["Jagr"], "jagr comes"),  # there in other letters
        ("Ali en Alix", "Alix comes", ["Ali", "Alix"], "Alix comes"),  # the other name
        ("COVID-virus", "COVID", ["COVID-virus"], "COVID"),
        ("Rembrandts Nachtwacht", "Rembrandt's Nightwatch", ["Rembrandts"], "Rembrandt's Nightwatch"),
        ("Jagr-stijl", "a Yagr-style", ["Jagr"], "a Jagr-style"),
        ("Nagorno-Karabach", "Nagornu-Karabach", ["Nagorno-Karabach"], "Nagorno-Karabach"),
        ("Kechagioglou", "Kechagiganglou, Ronald", ["Kechagioglou"], "Kechagioglou, Ronald"),
    ],
)
def test_what_looks_like_a_name_of_the_source_becomes_it(
    source: str, target: str, names: list[str], expected: str
) -> None:
    assert mended(source, target, names) == expected


def test_what_the_model_was_told_stays() -> None:
    assert (
        mend_names("Dendermonde", "in Termonde", ["Dendermonde"], lambda word: 2, ["Termonde"])
        == "in Termonde"
    )
    text = "in Dendermonde"
    assert names_of(text, Pieces([], []), lambda word: False, [(3, 14)]) == ()


def test_translation_mends_names(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, ...]] = []

    def mend(source: str, target: str, names: tuple[str, ...], *others: object) -> str:
        seen.append(names)
        return target.replace("Rotterdam", "Roterdam")

    monkeypatch.setattr(mending, "mend_names", mend)
    translator = engine.Translator(load_model(Path(ROOT, "models", "opus-mt-nl-en-starter")), beam_size=1)
    (result,) = translator.translate(["Kechagioglou woont nu in Rotterdam."])
    assert "Kechagioglou" in seen[0] and "Roterdam" in result.text


def test_a_lost_name_is_told(tokenizer: Tokenizer) -> None:
    translator = engine.Translator(
        load_model(Path(ROOT, "models", "opus-mt-nl-en-starter")), beam_size=1, links=True
    )
    text = "Hij woont in Luno."
    own = tokenizer.encode(text)
    assert "Luno" in own.names and not any(MARK in piece for piece in own.pieces)
    part = Part(text, own, 0, [], target="He lives in Laon.")
    translator._tell_lost([part])
    assert any(MARK in piece for piece in part.own.pieces)
    assert "Luno" in part.target and lost_names(["Luno", "Jan"], part.target) == ["Jan"]
    assert len(part.tokens) == len(part.own.pieces) and part.score < 0


def test_a_long_word_is_no_name(tokenizer: Tokenizer) -> None:
    long = "eenwoord" * 6000
    times: dict[str, list[float]] = {"q": [], "Q": []}
    for number in range(3):  # the best of three: a garbage collection of all the tests' objects takes as long
        for letter, taken in times.items():
            begin = time.process_time()
            assert tokenizer.encode(f"Zie {letter}{long}{'x' * number} van Jagr.").names == ("Jagr",)
            taken.append(time.process_time() - begin)
    # The ends of a name are looked up, which takes the square of its length.
    assert min(times["Q"]) < 10 * min(times["q"])


def test_compounds_and_adjectives_with_a_capital_are_no_names(tokenizer: Tokenizer) -> None:
    text = "Zo zag het Sovjetleger de Partizaanse Radio- en COVID-virus bij Auckland."
    assert set(tokenizer.encode(text).names) <= {"Radio", "Auckland"}


def test_names_have_capitals_and_are_no_ordinary_words() -> None:
    text = "Zo zag Jansen in Rotterdam de BBC en Ab. Pietersen ging."
    cut = Pieces(["x"] * 8, [(0, 2), (2, 6), (6, 13), (13, 40), (40, 41), (41, 44), (44, 48), (48, 56)])
    ordinary = {"Zo", "Rotterdam"}.__contains__
    assert names_of(text, cut, ordinary) == ("Jansen", "BBC", "Pietersen")
    whole = Pieces(["x"] * 2, [(0, 40), (40, 56)])
    assert names_of(text, whole, ordinary) == ("Jansen", "BBC")


def test_the_tokenizer_tells_names_from_words(tokenizer: Tokenizer) -> None:
    text = "Minister Kechagioglou van Duitsland zag Jaromir Jagr bij de Aarde en de Verkiezingsronde."
    assert tokenizer.encode(text).names == ("Kechagioglou", "Jaromir", "Jagr")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gisteren zei De Witte tegen Van 't Hof niets.", ["De Witte", "Witte", "Van 't Hof", "Hof"]),
        ("Jeroen Bloem en Rafael van der Boom spraken.", ["Jeroen", "Bloem", "Rafael", "Boom"]),
        ("Toen kwam trainer Visser.", ["Visser"]),
        (
            "Toen kwam minister Visser met Mevrouw de Boer, mevrouw Minister en VVD Boer.",
            ["de Boer", "Boer", "VVD"],
        ),
        ("Toen gaf Geurtsema de Boer van de Witte.", ["Geurtsema"]),  # as well Wilders de Kamer
        (
            "Toen kwam Wout van de Boer en Jeroen de Witte.",
            ["van de Boer", "Boer", "Jeroen", "de Witte", "Witte"],
        ),
        ("Zij zag H.A.M. van 't Hof en Ria op den Boom.", ["van 't Hof", "Hof", "op den Boom", "Boom"]),
        ("Zij zag Dick van Christus en Karel van Christus.", ["van Christus", "Christus"]),
        ("Zij zag Karel de Stoute, Hugo de Stoute en Frans van de NOS.", ["de Stoute", "Stoute", "NOS"]),
        ("Wil de Witte dat? Leen de Boer iets.", []),
        ("Zij zag Kees in Meer, Piet uit Boom en Peter van het bedrijf.", []),
        ("Zij zag Van Der Meer en Van ‘t Hof.", ["Van Der Meer", "Meer", "Van ‘t Hof", "Hof"]),
        ("(De Witte vroeg het) 5 De Boer; De Boer", []),
        ("Van der Meer won; en: Van den Boom. Van de Boer", ["Van der Meer", "Meer", "Van den Boom", "Boom"]),
        ("Lodewijk Van der Meer vertrok.", ["Lodewijk", "Van der Meer", "Meer"]),
        ("De Witte vertrok, en Visser bleef.", []),  # the white one, the fisherman
        ("Zij zag De Rode Duivels, Christus en Jeroen Christus.", ["Jeroen"]),
        ("Het ging – Van Witte tot Zwarte – door.", []),
    ],
)
def test_surnames_are_known_by_what_they_follow(text: str, names: list[str]) -> None:
    words = {"witte", "hof", "bloem", "boom", "visser", "boer", "meer", "de", "van", "rode", "christus"}
    words |= {
        "wil",
        "leen",
        "wout",
        "ria",
        "dick",
        "karel",
        "hugo",
        "kees",
        "piet",
        "peter",
        "frans",
        "stoute",
    }
    words |= {"gisteren", "toen", "zij", "het", "duivels", "zwarte", "minister", "mevrouw"}
    cut = Pieces(["x"] * len(text), [(i, i + 1) for i in range(len(text))])
    found = names_of(text, cut, lambda word: word.lower() in words, (), {"Christus"}.__contains__)
    assert list(found) == names


def test_a_surname_that_opens_a_sentence_is_known_from_another_nearby() -> None:
    found = surnames_of(
        "Erik Dekker en Lodewijk Van Meer, Jan Klein", ["Erik", "Dekker", "Klein", "Meer"], bool
    )
    assert found == ()
    found = surnames_of(
        "Erik Dekker en Jan Klein", ["Erik", "Dekker", "Jan", "Klein"], {"klein"}.__contains__
    )
    assert found == ("Dekker",)
    texts = [("Dekker won. Zo Dekker.", []), ("Erik Dekker won.", found), ("Klein, Dekker", ())]
    assert shared_names(texts) == [["Dekker"], [], []]
    far = [("Erik Dekker", found), *[("Ja.", ())] * NEARBY, ("Dekker won.", ())]
    assert shared_names(far)[-1] == [] and shared_names(far[1:])[-1] == []
    assert shared_names([far[0], *far[2:]])[-1] == ["Dekker"]


def test_translation_keeps_a_name_known_from_another_sentence() -> None:
    translator = engine.Translator(load_model(Path(ROOT, "models", "opus-mt-nl-en-starter")), beam_size=1)
    *_, known = translator.translate(["Gisteren won Jeroen Visser.", "Visser probeerde het opnieuw."])
    assert "Visser" in known.text


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Van Yet Hof came", "Van 't Hof came"),
        ("for Van the the Hof.", "for Van 't Hof."),
        ("Van Bet Hof and Van den Hof", "Van 't Hof and Van den Hof"),
        ("Van Dijk and Hof, Van and Hof", "Van Dijk and Hof, Van and Hof"),
        ("Van, the man of Hof", "Van, the man of Hof"),
    ],
)
def test_particles_between_are_mended(target: str, expected: str) -> None:
    assert mended("Toen kwam Van 't Hof", target, ["Van 't Hof", "Hof"]) == expected


def test_particles_of_another_surname_stay() -> None:
    names = ["Van den Berg", "Van der Berg", "Van Dijk", "Berg", "Dijk"]
    text = "Van den Berg and Van der Berg won"
    assert mended("Van den Berg en Van der Berg wonnen", text, names) == text
    text = "Van den Berg beat Van Dijk Berg"
    assert mended("Van den Berg versloeg Van Dijk en Van der Berg", text, names) == text


def test_surnames_are_copied_as_a_whole(tokenizer: Tokenizer) -> None:
    text = "Gisteren kwam Van 't Klooster met De Witten en De Witte."
    pieces = tokenizer.encode(text, copy=["De Witte", "Van 't Klooster"])
    told = "".join(piece.removeprefix(MARK) for piece in pieces.pieces if piece.startswith(MARK))
    assert told == "▁Van▁'t▁Klooster▁De▁Witte"


@given(st.text("AaBb -'.ë", max_size=30), st.text("AaBb -'.ë", max_size=30))
def test_only_words_of_the_target_change(source: str, target: str) -> None:
    names = [word for word in source.split() if word[:1].isupper() and word.isalpha()]
    after = mended(source, target, names)
    assert len(after.split(" ")) == len(target.split(" "))
    assert mended(source, target, []) == target
