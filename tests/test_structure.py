"""Paragraphs of documents of many kinds, and the promises that hold for any text."""

from __future__ import annotations

import textwrap
import tracemalloc
from collections.abc import Iterator
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.text.structure import WINDOW, paragraphs

FIRST = (
    "Volgende week dinsdag vergaderen wij over de begroting van het komende jaar. Neem je de stukken mee? Ik "
    "heb de laatste versie nog niet gezien, maar dr. Bakker zegt dat die af is. Het gaat vooral om de kosten "
    "van de verhuizing, die hoger zijn dan gedacht."
)
SECOND = (
    "Kun je ook nagaan of de zaal vrij is? Anders kunnen wij bij ons terecht, daar is op dinsdag altijd "
    "plaats genoeg voor een man of tien, zoals Van den Berg in het gebouw aan de overkant al zei."
)
NEWS = (
    "De NAVO-top van donderdag in het hoofdkwartier in Brussel staat in het teken van de oorlog in Oekraïne. "
    "Verder prees Stoltenberg de moed en vastberadenheid van de Oekraïners."
)

DASHED = [
    "Tegen het einde van de wedstrijd was de stand op het bord in de hal nu 2",
    "- 1, maar in het jaar 1899 of 1900, dat weet niemand nog, ging het om",
    "12. 500 plaatsen.",
]

HEAD = ["Van: Jan Jansen <jan@example.org>", "Aan: Piet de Vries", "Onderwerp: Begroting"]
FOOT = ["Met vriendelijke groet,", "Jan", "-- ", "Jan Jansen", "Kerkstraat 5, Utrecht"]


def wrap(text: str, width: int, **options: str) -> str:
    """Wrap as editors do: words are never broken."""
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False, **options)


def texts(text: str) -> list[str]:
    """Return the paragraphs of a text, every run of white space as one space."""
    return [" ".join(p.text.split()) for p in paragraphs([text])]


def lines(*items: str) -> str:
    """Join lines."""
    return "\n".join(items) + "\n"


SAMPLES = {
    "wrapped sentence": (
        "De kat zat op de\nmat en sliep. De hond\nblafte hard.",
        ["De kat zat op de mat en sliep. De hond blafte hard."],
    ),
    "wrapped before a name": (
        "Ik sprak met\nJan Jansen over\nhet weer.",
        ["Ik sprak met Jan Jansen over het weer."],
    ),
    "wrapped before an initial": (
        "Ik sprak met minister\nB. De Wever over\nhet weer.",
        ["Ik sprak met minister B. De Wever over het weer."],
    ),
    "one line a paragraph": (lines(FIRST, SECOND), [FIRST, SECOND]),
    "blank lines": (f"{FIRST}\n\n\n \t \n{SECOND}\n\n", [FIRST, SECOND]),
    "word list": (lines("appel", "banaan", "peer", "rode kool"), ["appel", "banaan", "peer", "rode kool"]),
    "one sentence a line": (
        lines("Hij komt.", "Zij gaat niet.", "het is laat", "Wie weet?"),
        ["Hij komt.", "Zij gaat niet.", "het is laat", "Wie weet?"],
    ),
    "headline above text": (
        lines("NAVO stuurt extra troepen", NEWS, "Stoltenberg blijft langer aan", NEWS),
        ["NAVO stuurt extra troepen", NEWS, "Stoltenberg blijft langer aan", NEWS],
    ),
    "headline above wrapped text": (
        lines("NAVO stuurt extra troepen", wrap(NEWS, 72), "Stoltenberg blijft langer aan", wrap(NEWS, 72)),
        ["NAVO stuurt extra troepen", NEWS, "Stoltenberg blijft langer aan", NEWS],
    ),
    "address": (
        lines("Jan Jansen", "Kerkstraat 5", "1234 AB Utrecht"),
        ["Jan Jansen", "Kerkstraat 5", "1234 AB Utrecht"],
    ),
    "verse": (
        lines("de zee is wijd", "en het land is laag", "de wind waait", "over het water"),
        ["de zee is wijd", "en het land is laag", "de wind waait", "over het water"],
    ),
    "subtitles": (
        lines("1", "00:00:01,000 --> 00:00:03,000", "- Kom je mee?", "- Nee, ik blijf.", "", "2",
              "00:00:04,000 --> 00:00:05,000", "Jammer."),
        ["1", "00:00:01,000 --> 00:00:03,000", "- Kom je mee?", "- Nee, ik blijf.", "2",
         "00:00:04,000 --> 00:00:05,000", "Jammer."],
    ),
    "interface strings": (
        lines("Bestand openen…", "Opslaan als", "niet gevonden", "%d bestanden gekopieerd", "Annuleren"),
        ["Bestand openen…", "Opslaan als", "niet gevonden", "%d bestanden gekopieerd", "Annuleren"],
    ),
    "bullets": (
        lines("Neem mee:", "- melk", "- brood en", "  boter", "* kaas", "1. Eerst dit.", "2. Dan dat."),
        ["Neem mee:", "- melk", "- brood en boter", "* kaas", "1. Eerst dit.", "2. Dan dat."],
    ),
    "markdown": (
        lines("# Titel", "Een zin die hier begint en", "hier eindigt.", "", "Onder", "-----",
              "| a | b |", "> citaat"),
        ["# Titel", "Een zin die hier begint en hier eindigt.", "Onder", "-----", "| a | b |", "> citaat"],
    ),
    "e-mail": (
        lines(*HEAD, "", "Beste Piet,", "", wrap(FIRST, 72), "", wrap(SECOND, 72), "",
              wrap("- " + SECOND, 72, subsequent_indent="  "), "- rondvraag", "", *FOOT),
        [*HEAD, "Beste Piet,", FIRST, SECOND, "- " + SECOND, "- rondvraag", *(line.strip() for line in FOOT)],
    ),
    "book": (
        lines("HOOFDSTUK I", "", "Hoe het begon", "", wrap(FIRST, 65), '"Waarom?" vroeg zij.',
              wrap(SECOND, 65), "", "***", "", wrap(NEWS, 65)),
        ["HOOFDSTUK I", "Hoe het begon", FIRST, '"Waarom?" vroeg zij.', SECOND, "***", NEWS],
    ),
    "book with indented paragraphs": (
        lines(*(wrap(t, 65, initial_indent="  ") for t in (FIRST, SECOND, "Ja, zei hij.", NEWS))),
        [FIRST, SECOND, "Ja, zei hij.", NEWS],
    ),
    "dash and number at the margin": (
        lines(wrap(FIRST, 72), wrap(SECOND, 72), *DASHED),
        [FIRST, SECOND, " ".join(DASHED)],
    ),
    "line ends": ("een\r\ntwee\rdrie\x85vier\u2028vijf\fzes\u2029zeven",
                  ["een", "twee", "drie", "vier", "vijf", "zes", "zeven"]),
    "form feed within a sentence": ("De kat zat op\fde mat.", ["De kat zat op", "de mat."]),
    "empty": ("", []),
    "blank": (" \n\t\r\n\u2029 ", []),
    "no final newline": ("een\n\ntwee", ["een", "twee"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SAMPLES.values(), ids=SAMPLES)
def test_samples(text: str, expected: list[str]) -> None:
    assert texts(text) == expected
    assert texts(text.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100])
def test_wrapped_at_any_width(width: int) -> None:
    document = "\n\n".join(wrap(t, width) for t in (FIRST, SECOND, NEWS))
    assert texts(document) == [FIRST, SECOND, NEWS]


def test_a_line_that_ends_with_an_article_goes_on() -> None:
    letter = [
        "Naar aanleiding van uw brief van 12 maart over de",
        "€ 50 die u ons nog schuldig bent, delen wij u mee dat",
        "Van den Berg het bedrag heeft ontvangen.",
    ]
    greeting = ["Met vriendelijke groet,", "J. de Vries"]
    assert texts("\n\n".join(map("\n".join, (letter, greeting)))) == [" ".join(letter), *greeting]
    verses = ["De wind speelt met het riet en met een", "Vogel die in de verte naar de", "Zon vliegt"]
    assert texts("\n".join(verses)) == verses  # no stop


def test_many_sentences_a_line_each() -> None:
    sentences = [f"Dit is zin {i} van heel veel{' woorden' * (i % 9)}." for i in range(100_000)]
    assert texts("\n".join(sentences)) == sentences


CHARACTERS = st.one_of(
    st.text(),
    st.text(alphabet="aB. -\n\r\t\f\x85\u2028\u2029\x1c\x1f\ufeff\u200b1)\"'"),
    st.lists(st.sampled_from([FIRST, "De kat", "en sliep.", "- ", "\n", "\r\n", "\n\n", " "])).map("".join),
)


@given(CHARACTERS, st.lists(st.integers(0, 200)))
@settings(max_examples=400)
def test_any_text_in_any_pieces(text: str, cuts: list[int]) -> None:
    found = list(paragraphs([text]))
    last = 0
    for paragraph in found:
        assert text[paragraph.start : paragraph.end] == paragraph.text
        assert paragraph.text == paragraph.text.strip() != ""
        assert not text[last : paragraph.start].strip()
        last = paragraph.end
    assert not text[last:].strip()
    at = sorted({0, len(text), *(c for c in cuts if c <= len(text))})
    pieces = [text[a:b] for a, b in pairwise(at)]
    assert list(paragraphs([*pieces, ""])) == found
    assert list(paragraphs(text)) == found


def endless() -> Iterator[str]:
    """Yield wrapped lines without a blank one or a stop."""
    while True:
        yield "een regel die bijna tot aan de kantlijn komt en waarna het gewoon verder gaat zonder\n"


def test_text_without_end_streams_in_flat_memory() -> None:
    tracemalloc.start()
    found = list(islice((len(p.text) for p in paragraphs(islice(endless(), 50_000))), 10))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 10
    assert max(found) < 8 * WINDOW
    assert peak < 8_000_000
