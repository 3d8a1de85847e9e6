"""Separable verbs: a finite verb and the particle at the end of its clause."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.translate.separable import GAP, Separable, is_separable

ENTRIES = {
    "blijft … aan": "stays on",
    "blijven … aan": "stay on",
    "stelt … voor": "proposes",
    "stelt … zich … voor": "imagines",
    "sluit … zich … aan": "joins",
    "sluiten … zich … aan": "join",
    "komt … weg": "gets away",
    "gaat … weg": "leaves",
    "staat … op": "gets up",
    "houdt … van": "deducts",
}
WORD = re.compile(r"[^\W\d_]+")


def found(text: str) -> list[tuple[str, ...]]:
    """The verb, what goes with it, and the translation."""
    spans = [m.span() for m in WORD.finditer(text)]
    words = [text[begin:end] for begin, end in spans]
    hits = Separable(ENTRIES.items()).found(text, spans)
    return [(words[at], *(words[i] for i in hit.others), hit.target) for at, hit in sorted(hits.items())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("De minister blijft nog een jaar aan.", [("blijft", "aan", "stays on")]),
        ("De minister blijft aan", [("blijft", "aan", "stays on")]),
        ("Blijft hij aan?", [("Blijft", "aan", "Stays on")]),
        ("Zij blijft langer aan als voorzitter.", [("blijft", "aan", "stays on")]),
        ("Zij blijft aan - tot maandag", [("blijft", "aan", "stays on")]),
        ("Ze zei langer aan te blijven.", [("blijven", "aan", "stay on")]),
        ("Hij stelt 1.200,50 euro voor om te kopen.", [("stelt", "voor", "proposes")]),
        ("Hij stelt zich iets voor.", [("stelt", "zich", "voor", "imagines")]),
        ("Het land sluit zich aan bij de unie.", [("sluit", "zich", "aan", "joins")]),
        ("om zich bij hen aan te sluiten", [("sluiten", "zich", "aan", "join")]),
        ("zich inzetten om aan te blijven", [("blijven", "aan", "stay on")]),
        ("Hij vreest zich te vergissen door aan te blijven", [("blijven", "aan", "stay on")]),
        ("om zich aan te sluiten en aan te sluiten", [("sluiten", "zich", "aan", "join")]),
        ("Hij komt en gaat weg.", [("gaat", "weg", "leaves")]),
        (
            "Zij blijft aan, hij stelt haar voor.",
            [("blijft", "aan", "stays on"), ("stelt", "voor", "proposes")],
        ),
    ],
)  # fmt: skip
def test_verb_and_particle_are_one(text: str, expected: list[tuple[str, ...]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Zij blijft aan de macht.",  # a preposition
        "Zij blijft, en wij hebben er niets aan.",
        "Daar staat hij op.",  # of a pronominal adverb
        "Waar staat hij op?",
        "Hij staat er goed op.",
        "Zij staat al in 2008 op 3 fronten.",  # a figure goes on with the clause
        "Er staat op 3",
        "Hij staat van op afstand.",
        "De man die stelt dat zij voor is.",  # another clause
        "Hij blijft zich inzetten, ook aan.",
        "Zij blijft zich aan.",  # a reflexive verb that the lexicon has not
        "Hij werkt aan",
        "aan",
        "",
    ],
)
def test_other_uses_of_the_particle_are_left(text: str) -> None:
    assert found(text) == []


def test_a_verb_that_its_particle_begins_is_found() -> None:
    verbs = Separable(ENTRIES.items())
    assert verbs.united("aanblijft") == "stays on"
    assert verbs.united("aansluit") is None  # reflexive
    assert verbs.united("aan" * 50_000) is None


@pytest.mark.parametrize(
    ("entry", "sound"),
    [
        ("blijft … aan", True),
        ("sluit … zich … aan", True),
        ("blijft …", False),
        ("… aan", False),
        ("a … b … c", False),
        ("blijft …aan", False),
    ],
)
def test_entries_have_a_verb_and_a_particle(entry: str, sound: bool) -> None:
    assert is_separable(entry) == sound


def test_a_name_is_no_verb() -> None:
    assert found("Wij zien Jan Blijft aan.") == []


@given(st.lists(st.sampled_from([*" .,-'()3\n", " ", " ", "zich", "te", "er", "dat", "Blijft", *(
    word for entry in ENTRIES for word in entry.split(f" {GAP} "))]), max_size=30).map(" ".join))  # fmt: skip
def test_what_is_found_is_an_entry_in_the_order_of_the_text(text: str) -> None:
    hits = found(text)
    spans = [m.span() for m in WORD.finditer(text)]
    used = [n for h in Separable(ENTRIES.items()).found(text, spans).values() for n in (h.verb, *h.others)]
    assert len(used) == len(set(used))
    for verb, *others, target in hits:
        assert target.lower() in ENTRIES.values()
        assert verb.lower() in {entry.split(f" {GAP} ")[0] for entry in ENTRIES}
        assert others[-1] in {entry.split(f" {GAP} ")[-1] for entry in ENTRIES}
