"""Glossaries: terms translated the user's way."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.bitext import Row
from align.errors import FormatError, InputError, UsageError
from align.formats.files import read_bitext
from align.models.manifest import Model, load_model
from align.translate import engine
from align.translate.engine import Translator
from align.translate.glossary import Glossary, Tally, read_glossary
from align.translate.hints import model_tokenizer
from align.translate.job import Settings, _identity
from align.translate.tokens import MARK
from tests.conftest import ROOT, Run

ENTRIES = {
    "fiets": ["velocipede"],
    "raad": ["council", "board"],
    "raad van toezicht": ["oversight body"],
    "B.V.": ["Ltd"],
    "IT": ["ICT"],
    "議会": ["parliament"],
    ".NET": ["Dotnet"],
    "ijs": ["ice"],
    "foto's": ["pictures"],
    "C": ["see"],
    "€ 100": ["EUR 100"],
    "plan": ["plan"],
    "'s avonds": ["of an evening"],
    "cafe": ["pub"],
    "großartig": ["great"],
}


@pytest.fixture
def glossary() -> Glossary:
    return Glossary(ENTRIES)


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(ROOT / "models" / "opus-mt-nl-en-starter")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Mijn fiets en jouw fiets.", ["fiets", "fiets"]),
        ("Fiets niet op het bietsfietspad, fietser.", ["Fiets"]),
        ("De raad van\u00a0toezicht van de raad", ["raad van\u00a0toezicht", "raad"]),
        ("FIETS, Fiets", ["FIETS", "Fiets"]),
        ("IJs en ijs", ["IJs", "ijs"]),
        ("Bakker B.V.: een IT-bedrijf, IT, it en It", ["B.V.", "IT"]),
        ("fiets's, fiets-app, e-fiets, fiets.nl, fiets- en", ["fiets"]),
        ("‘fiets’ (fiets) “fiets”, fiets…", ["fiets"] * 4),
        ("foto's en foto’s", ["foto's", "foto’s"]),
        ("東京議会の議会", ["議会", "議会"]),
        ("met .NET en.NET of .NETwerk, ASP.NET", [".NET"]),
        ("C is geen C# of C++", ["C"]),
        ("€ 100 of € 1000", ["€ 100"]),
        ("Zo ’s avonds, 's Avonds", ["’s avonds", "'s Avonds"]),
        ("cafe\u0301, cafe", ["cafe"]),
        ("Großartig, großartig", ["Großartig", "großartig"]),
        ("€ 100,50 of € 100, klaar", ["€ 100"]),
        ("", []),
    ],
)
def test_terms_are_whole_words_and_the_longest_counts(
    glossary: Glossary, text: str, terms: list[str]
) -> None:
    assert [text[term.begin : term.end] for term in glossary.terms(text)] == terms


@pytest.mark.parametrize(
    ("source", "target", "missing"),
    [
        ("De raad besluit.", "The Council decides.", []),
        ("De raad besluit.", "The board decides.", []),  # accepted as well
        ("De raad en de Raad", "The senate decides.", ["raad"]),
        ("Mijn fiets", "All velocipedes", []),
        ("Mijn fiets", "A subvelocipede", ["fiets"]),
        ("IT is leuk", "ICTY is fun", ["IT"]),
        ("IT is leuk", "ICTs are fun", []),
        ("een plan", "a planet", ["plan"]),  # another word, no inflected form
        ("een plan", "two plans", []),
        ("raad van toezicht", "the oversight\nbody", []),
        ("B.V.", "a Ltd.", []),
        ("geen", "none", []),
    ],
)
def test_what_a_translation_lacks_is_said(
    glossary: Glossary, source: str, target: str, missing: list[str]
) -> None:
    assert glossary.missing(source, target) == missing


def test_the_term_as_written_goes_before_the_other() -> None:
    glossary = Glossary({"it": "it", "IT": "ICT", "raad": "council", "Raad": "Council of State"})
    assert [term.entry for term in glossary.terms("IT en Raad, it en raad")] == ["IT", "Raad", "it", "raad"]


def test_terms_are_found_among_thousands() -> None:
    many = {f"de x{n}": "x" for n in range(20_000)} | {f"議{chr(0x4E00 + n)}会": "x" for n in range(5000)}
    glossary = Glossary(many)
    for n in range(200):
        assert [term.entry for term in glossary.terms(f"de {n} de x{n} de de 議{chr(0x4E00 + n)}会")] == [
            f"de x{n}",
            f"議{chr(0x4E00 + n)}会",
        ]


def test_one_translation_need_not_be_a_list() -> None:
    glossary = Glossary({"hond": "dog"})
    assert Glossary({" de  hond": ["the  dog "]}).entries == {"de hond": ("the dog",)}
    assert glossary.entries == {"hond": ("dog",)} and repr(glossary) == "Glossary(1 terms)"


@pytest.mark.parametrize("entries", [{"": "x"}, {"x": ""}, {"x": []}, {" ": ["x"]}, {"x": ["y", " "]}])
def test_empty_terms_are_refused(entries: dict[str, str | list[str]]) -> None:
    with pytest.raises(UsageError):
        Glossary(entries)


@given(
    st.dictionaries(
        st.text("ab .-é議", min_size=1).filter(str.strip), st.just(["x"]), min_size=1, max_size=5
    ),
    st.text("ab .-é議A", max_size=40),
)
def test_terms_stand_in_the_text_in_order(entries: dict[str, list[str]], text: str) -> None:
    terms = Glossary(entries).terms(text)
    assert all(a.end <= b.begin for a, b in pairwise(terms))
    for term in terms:
        form = text[term.begin : term.end]
        assert "".join(form.casefold().split()) == "".join(term.entry.casefold().split())


def test_a_glossary_is_read(tmp_path: Path) -> None:
    file = tmp_path / "terms.tsv"
    file.write_bytes("\ufeff# ours\r\nraad \tcouncil\tnoun\r\n\r\nraad\tboard\r\nfiets\tbike\r\n".encode())
    assert read_glossary(file).entries == {"raad": ("council", "board"), "fiets": ("bike",)}
    other = tmp_path / "sheet.tsv"
    other.write_text('Source\tTarget\n"raad ""x"""\tcouncil\n5"\t"\n')
    assert read_glossary(other).entries == {'raad "x"': ("council",), '5"': ('"',)}
    assert read_glossary(file).digest != Glossary(ENTRIES).digest
    assert len(read_glossary(file)) == 2


@pytest.mark.parametrize(("text", "line"), [("a\tb\nfiets\n", 2), ("\tb\n", 1), ("a\t \n", 1), ("", None)])
def test_a_faulty_glossary_is_refused(tmp_path: Path, text: str, line: int | None) -> None:
    file = tmp_path / "terms.tsv"
    file.write_text(text)
    with pytest.raises(FormatError) as refused:
        read_glossary(file)
    assert refused.value.line == line and refused.value.file == str(file)
    with pytest.raises(InputError):
        read_glossary(tmp_path / "none.tsv")


def test_the_model_is_told_terms_and_uses_them(model: Model, glossary: Glossary) -> None:
    tokenizer = model_tokenizer(model, glossary)
    pieces = tokenizer.encode("De fiets van de raad van toezicht is oud.").pieces
    told = [piece.removeprefix(MARK) for piece in pieces if piece.startswith(MARK)]
    assert "".join(told).replace("▁", " ").split() == ["velocipede", "oversight", "body"]
    assert not any(p.startswith(MARK) for p in tokenizer.encode("De fiets is oud.", ["fiets"]).pieces)
    text = "De raad van toezicht is oud."
    (plain,) = Translator(model, beam_size=1).translate([text])
    (result,) = Translator(model, beam_size=1, glossary=glossary, links=True).translate([text])
    assert "oversight body" not in plain.text and "term" not in plain.flags
    assert "oversight body" in result.text and "term" not in result.flags
    assert result.links


def test_a_term_that_comes_out_as_something_else_is_not_told(model: Model) -> None:
    text = "Het huis staat bij de zee."
    glossary = Glossary({"huis": "qxzvw 12.3jkq", "zee": "sea"})
    less = Glossary({"zee": "sea"})
    (plain,) = Translator(model, beam_size=1, glossary=less).translate([text])
    (result,) = Translator(model, beam_size=1, glossary=glossary, links=True).translate([text])
    assert result.flags == ("term",) and "sea" in result.text
    assert result.text == plain.text and result.links


def test_a_glossary_of_other_terms_changes_nothing(model: Model) -> None:
    texts = ["Het kwintet speelt vanavond.", "De onverlaat ontvluchtte de zeventiende-eeuwse gevangenis."]
    other = Glossary({"zzz": ["quintet", "villain"], "yyy": "seventeenth-century"})
    plain = list(Translator(model, beam_size=1).translate(texts))
    assert list(Translator(model, beam_size=1, glossary=other).translate(texts)) == plain


def test_a_model_without_hints_is_flagged_where_a_term_is_missed(model: Model, glossary: Glossary) -> None:
    plain = dataclasses.replace(model, lexicon=None)
    results = list(
        Translator(plain, beam_size=1, glossary=glossary).translate(["Mijn fiets is oud.", "Hij is oud."])
    )
    assert [result.flags for result in results] == [("term",), ()]


def test_numbers_of_a_term_are_not_mended_away(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    glossary = Glossary({"norm 1010": "standard 6036"})
    translator = Translator(model, beam_size=1, glossary=glossary)
    monkeypatch.setattr(
        engine.guards, "mend_numbers", lambda source, target, swap: target.replace("6036", "1010")
    )
    for (result,) in [list(translator.translate(["Dit is norm 1010."]))]:
        assert ("term" in result.flags) == ("standard 6036" not in result.text)
        assert "term" not in result.flags or "6036" not in result.text


def test_another_glossary_is_another_job(model: Model) -> None:
    jobs = [
        _identity(Settings(glossary="g.tsv"), model, glossary)
        for glossary in (None, Glossary({"a": "b"}), Glossary({"a": "c"}))
    ]
    assert len({repr(job) for job in jobs}) == 3


def test_a_silent_character_in_a_term_does_not_matter() -> None:
    tally = Tally(Glossary({"fiets": "bike"}))
    tally.add(Row("a", 1, "1-1", 0, 7, 0, 4, "fi\u00adets", "bike"))
    assert (tally.rows, tally.lacking) == (1, 0)
    tally.add(Row("a", 1, "1-1", 8, 13, 5, 8, "fiets", "car"))
    assert tally.line() == "terms of the glossary in 2 sentences; 1 of them lack one (flag `term`): fiets"


def test_the_command_takes_a_glossary(align: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("De raad van toezicht komt morgen bijeen. Het regent.")
    (tmp_path / "terms.tsv").write_text("raad van toezicht\toversight body\nregent\tdrizzles\n")
    done = align("translate", "a.txt", "--fast", "--glossary", "terms.tsv", "-o", "a.tsv")
    assert done.returncode == 0, done.stderr
    assert b"terms of the glossary in 2 sentences" in done.stderr
    rows = list(read_bitext(tmp_path / "a.tsv"))
    assert "oversight body" in rows[0].target
    assert [("term" in row.flags) == ("drizzles" not in row.target) for row in rows[1:]] == [True]
    again = align("translate", "a.txt", "--fast", "--glossary", "terms.tsv", "-o", "terms.tsv")
    assert again.returncode == 2 and b"also an input" in again.stderr
    unset = align("translate", "a.txt", "--glossary", "")
    assert unset.returncode == 1 and not unset.stdout
    stdin = align("translate", "--glossary", "-", input=b"a\tb\n")
    assert stdin.returncode == 2 and b"standard input" in stdin.stderr
    (tmp_path / "bad.tsv").write_text("raad\n")
    bad = align("translate", "a.txt", "--glossary", "bad.tsv")
    assert bad.returncode == 1 and b"bad.tsv:1: not a source term" in bad.stderr and not bad.stdout
