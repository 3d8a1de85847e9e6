"""Hints: translations that stand in the place of words a model does not know."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import ModelError
from align.models.infer import LEXICON, infer_model
from align.models.manifest import load_model, write_manifest
from align.translate.hints import HintedTokenizer, Hints, model_tokenizer
from align.translate.lexicon import SENSES, Lexicon, read_lexicon
from align.translate.links import particle_links, token_numbers
from align.translate.tokens import MARK, Pieces, Tokenizer

STARTER = Path(__file__).parent.parent / "models" / "opus-mt-nl-en-starter"
ENTRIES = {
    "verkiezing": ["election"],
    "ronde": ["round"],
    "wereld": ["world"],
    "markt": ["market"],
    "leider": ["leader"],
    "wereldmarkt": ["global market"],
    "hoofd": ["head", "main"],
    "kraakbeen": ["cartilage"],
    "Praag": ["Prague"],
    "bakker": ["baker"],
    "-zaal": ["hall"],
    "leidt … terug": ["returns"],
    "leidt": ["leads"],
    "terug": ["back"],
    "in het teken": ["as a sign"],
    "in het teken van": ["devoted to"],
    "Raad van State": ["Council of State"],
}


def cut(text: str, size: int = 3) -> Pieces:
    """Pieces as SentencePiece gives them: a word's first piece takes the space before it."""
    pieces: list[str] = []
    offsets: list[tuple[int, int]] = []
    for word in re.finditer(r"[\w'’-]+|[^\w\s]", text):
        for i in range(word.start(), word.end(), size):
            end = min(i + size, word.end())
            pieces.append(("▁" if i == 0 or text[i - 1] == " " else "") + text[i:end])
            offsets.append((offsets[-1][1] if offsets else 0, end))
    return Pieces(pieces, offsets)


@pytest.fixture
def lexicon() -> Lexicon:
    return Lexicon({word: SENSES.join(senses) for word, senses in ENTRIES.items()})


@pytest.fixture(scope="module")
def plain() -> Tokenizer:
    return Tokenizer(STARTER / "source.spm", STARTER / "target.spm")


@pytest.fixture(scope="module")
def tokenizer(plain: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> HintedTokenizer:
    file = tmp_path_factory.mktemp("lexicon") / LEXICON
    file.write_text("".join(f"{w}\t{'; '.join(s)}\n" for w, s in ENTRIES.items()), encoding="utf-8")
    pieces = {p for s in ENTRIES.values() for p in plain.encode_target(s[0])} | set("▁abcdefghijklmnopqrs")
    known = [MARK + piece for piece in sorted(pieces)]
    return HintedTokenizer(STARTER / "source.spm", STARTER / "target.spm", file, ["▁de", *known])


def test_a_word_has_its_usual_translation(lexicon: Lexicon) -> None:
    assert lexicon.translation("kraakbeen", first=False) == "cartilage"
    assert lexicon.translation("hoofd", first=False) == "head"
    assert lexicon.translation("onbekend", first=False) is None


def test_a_verb_and_its_particle_in_one_word_are_no_compound(lexicon: Lexicon) -> None:
    assert lexicon.translation("terugleidt", first=False) == "returns"


def test_a_capital_says_nothing_at_the_start_of_a_sentence(lexicon: Lexicon) -> None:
    assert lexicon.translation("Kraakbeen", first=True) == "Cartilage"
    assert lexicon.translation("Bakker", first=False) is None  # a family name
    assert lexicon.translation("Praag", first=False) == "Prague"
    assert lexicon.translation("KRAAKBEEN", first=True) is None


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("verkiezingsronde", "election round"),  # joined by an s
        ("wereldmarktleider", "global market leader"),  # fewest parts
        ("hoofdverkiezingsronde", "main election round"),  # the sense that a part has
        ("hoofd-bakker", "main baker"),
        ("bakkerszaal", "baker hall"),
        ("zaal", None),  # known to the model
        ("verkiezingsrond", None),
        ("rondes", None),
    ],
)
def test_compounds_are_translated_by_their_parts(lexicon: Lexicon, word: str, said: str | None) -> None:
    assert lexicon.translation(word, first=False) == said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("EU-leider", "EU leader"),
        ("Hubble-verkiezingsronde", "Hubble election round"),
        ("Praag-bakker", "Prague baker"),
        ("Jan-Peter", None),  # a name
        ("wereld-onzin", None),
        ("A-", None),
    ],
)
def test_names_and_initials_stay_in_words_with_hyphens(lexicon: Lexicon, word: str, said: str | None) -> None:
    assert lexicon.translation(word, first=False) == said
    assert lexicon.translation(word, first=True) == said


def test_a_word_of_any_length_is_looked_up_at_once(lexicon: Lexicon) -> None:
    assert lexicon.translation("wereldmarkt" * 5000, first=False) is None
    assert lexicon.translation("wereld-" * 5000 + "markt", first=False)


def test_a_word_with_a_capital_may_be_a_name_and_is_not_split(lexicon: Lexicon) -> None:
    assert lexicon.translation("Verkiezingsronde", first=True) is None
    assert lexicon.translation("Verkiezingsronde", first=False) is None


@pytest.mark.parametrize("line", ["een", "een\t", "\tone", "een\ta\tone"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / LEXICON
    file.write_text(f"twee\ttwo; pair\n{line}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lexicon\.tsv:2.*a word, a tab and its translations"):
        read_lexicon(file)


def test_a_gap_without_a_particle_is_named(tmp_path: Path) -> None:
    file = tmp_path / LEXICON
    file.write_text("blijft … aan\tstays on\ntja …\twell\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lexicon\.tsv:2.*particle"):
        read_lexicon(file)


def test_a_particle_is_told_and_linked_with_its_verb(plain: Tokenizer, tmp_path: Path) -> None:
    file = tmp_path / LEXICON
    file.write_text("blijft … aan\tstays on\n", encoding="utf-8")
    known = [MARK + piece for piece in plain.encode_target("stays on")]
    tokenizer = HintedTokenizer(STARTER / "source.spm", STARTER / "target.spm", file, known)
    text = "Hij blijft langer aan als voorzitter."
    pieces = tokenizer.encode(text)
    assert [p for p in pieces.pieces if p.startswith(MARK)] == known and "▁aan" not in pieces.pieces
    ((verb, particle),) = pieces.apart
    assert text[slice(*verb)].strip() == "blijft" and text[slice(*particle)].strip() == "aan"
    assert particle_links({(1, 1), (1, 2), (2, 3)}, text, pieces.apart) == {(3, 1), (3, 2)}


def test_a_lexicon_in_latin_1_is_an_error(tmp_path: Path) -> None:
    (tmp_path / LEXICON).write_bytes("één\tone\n".encode("latin-1"))
    with pytest.raises(ModelError, match="cannot be read"):
        read_lexicon(tmp_path / LEXICON)


def test_only_words_in_fragments_get_hints(tokenizer: HintedTokenizer) -> None:
    told = [p.removeprefix(MARK) for p in tokenizer.encode("De man heeft kraakbeen.").pieces if MARK in p]
    assert tokenizer.decode(told) == "cartilage"
    assert not any(MARK in piece for piece in tokenizer.encode("De man is hier.").pieces)


def test_names_are_copied_and_first_words_are_not(lexicon: Lexicon) -> None:
    hints = Hints(lexicon, ["▁"], lambda text: [[text]])
    text = 'Zwarteband zag (Blijlevens) en IJZERWINKEL: "Zwarteband'
    found = hints.found(text, cut(text))
    assert [(text[h.begin : h.end], h.target, h.copied) for h in found] == [
        ("Blijlevens", "Blijlevens", True)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("het staat in het teken van Praag", [("in het teken van", "devoted to"), ("Praag", "Prague")]),
        ("In het teken stond hij", [("In het teken", "As a sign")]),
        ("de In het teken", []),
        ("in het, teken van", []),
        ("in het  teken", []),
        ("de Raad van State zei", [("Raad van State", "Council of State")]),
        ("de raad van state zei", []),
    ],
)
def test_expressions_are_found_where_their_words_stand_together(
    lexicon: Lexicon, text: str, found: list[tuple[str, str]]
) -> None:
    hints = Hints(lexicon, [], lambda text: [])
    assert [(text[h.begin : h.end], h.target) for h in hints.found(text, cut(text, 2))] == found


def test_what_the_model_cannot_be_told_stays(lexicon: Lexicon) -> None:
    hints = Hints(lexicon, ["▁cart"], lambda text: [["▁cart", "ilage"], ["▁c", "art", "ilage"]])
    text = "het kraakbeen"
    assert hints.spliced(cut(text), hints.found(text, cut(text))) == cut(text)


def test_the_first_spelling_that_can_be_told_is_taken(lexicon: Lexicon) -> None:
    hints = Hints(lexicon, ["▁car", "til", "age"], lambda text: [["▁cartilage"], ["▁car", "til", "age"]])
    text = "het kraakbeen is"
    told = hints.spliced(cut(text), hints.found(text, cut(text)))
    assert told.pieces == ["▁het", f"{MARK}▁car", f"{MARK}til", f"{MARK}age", "▁is"]
    assert token_numbers(text, told.offsets) == [0, 1, 1, 1, 2]


words = st.sampled_from(
    ["het", "kraakbeen", "Verkiezingsronde", "Praag,", "wereldmarktleider.", '"bakker"', "1990"]
)


@given(st.lists(words, min_size=1, max_size=12).map(" ".join))
def test_offsets_follow_each_other_and_rebuild_the_text(tokenizer: HintedTokenizer, text: str) -> None:
    pieces = tokenizer.encode(text)
    assert pieces.offsets[0][0] == 0
    assert all(a[1] == b[0] for a, b in zip(pieces.offsets, pieces.offsets[1:], strict=False))
    assert "".join(text[a:b] for a, b in pieces.offsets) == text


def test_the_manifest_names_the_lexicon(tmp_path: Path) -> None:
    for name in ("model.bin", "source.spm", "target.spm", "shared_vocabulary.json", LEXICON):
        (tmp_path / name).write_text("een\tone\n")
    facts = {"name": "a-nl-en", "sources": ("nl",), "targets": ("en",), "path": tmp_path}
    model = dataclasses.replace(infer_model(tmp_path), **facts)
    assert model.lexicon == LEXICON
    write_manifest(model)
    assert load_model(tmp_path) == model
    write_manifest(dataclasses.replace(model, lexicon="other.tsv"))
    with pytest.raises(ModelError, match="'lexicon' is not one of its files"):
        load_model(tmp_path)


def test_a_model_without_lexicon_has_a_plain_tokenizer() -> None:
    model = dataclasses.replace(infer_model(STARTER), lexicon="")
    assert type(model_tokenizer(model)) is Tokenizer
