"""Guards: what is flagged, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.translate import guards


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("een twee drie vier vijf zes", "one two three four five six", False),
        ("nee nee nee nee nee", "no no no no no", False),
        ("de kat zat op de mat", "the cat the cat the cat the cat the cat", True),
        ("de kat", "a a a a a a a a", True),
        (
            "een lang verhaal",
            "so it was said that it was said that it was said that it was said that it was",
            True,
        ),
    ],
)
def test_loops_are_found_unless_the_source_has_them(source: str, target: str, expected: bool) -> None:
    assert guards.repeats(source.split(), target.split()) is expected


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_the_longest_run_is_that_of_a_plain_search(tokens: list[str]) -> None:
    best = 1
    for size in range(1, guards.LOOP_LENGTH + 1):
        for start in range(len(tokens)):
            run = 1
            while tokens[start : start + size] == tokens[start + run * size : start + (run + 1) * size]:
                if len(tokens[start : start + size]) < size:
                    break
                run += 1
            best = max(best, run)
    assert guards.longest_run(tokens) == best


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Dit is een gewone zin in het Nederlands.", "Dit is een gewone zin in het Nederlands.", True),
        ("Dit is een gewone zin in het Nederlands.", "This is an ordinary sentence in Dutch.", False),
        ("Jens Stoltenberg, Brussel", "Jens Stoltenberg, Brussel", False),
        ("de film was in de bioscoop", "the film was in the cinema", False),
    ],
)
def test_copies_are_found_but_not_names(source: str, target: str, expected: bool) -> None:
    assert guards.copied(source, target) is expected


def test_flags_come_in_their_order_and_none_where_all_is_well() -> None:
    assert guards.check("Een zin.", "", ["a"] * 9, [], same_language=False) == ("empty",)
    assert guards.check("Een zin.", "A sentence.", ["a"] * 9, list("bcdefgh"), same_language=False) == ()
    loop = guards.check("x y", "z " * 60, ["x"] * 2, ["z"] * 60, same_language=False)
    assert loop == ("repetition", "length")


@pytest.mark.parametrize(
    "text", ["***", "—", "🙂", "https://example.org/a?b=c", "www.nu.nl", "jan@example.nl", ""]
)
def test_what_has_nothing_to_translate_is_copied(text: str) -> None:
    assert guards.verbatim(text)


@pytest.mark.parametrize("text", ["Ja", "2022", "zie www.nu.nl", "a@b c.d", "1.000,50"])
def test_what_has_words_is_not(text: str) -> None:
    assert not guards.verbatim(text)


@given(st.text())
def test_symbols_at_the_ends_are_parted_without_loss(text: str) -> None:
    before, core, after = guards.outer_symbols(text)
    assert before + core + after == text


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        (
            "In 2022 waren er 1.000,50 euro en 12 mensen.",
            "In 2022 there were 1,000.50 euros and 12 people.",
            0,
        ),
        ("In 2022 waren er 12 mensen.", "In 2020 there were 12 people.", 1),
        ("10 en 10", "10", 1),
        ("Er kwamen 3 mensen.", "Three people came.", 0),
        ("2,5 miljoen", "2.5 million", 0),
        ("Het scheelde 0,07 punt en 1,25 euro.", "It was 0.07 points and 1.25 euros.", 0),  # no times
        ("Het scheelde 0,07 punt.", "It was 0.7 points.", 1),
    ],
)
def test_lost_numbers_are_counted(source: str, target: str, lost: int) -> None:
    assert guards.lost_numbers(source, target) == lost


@pytest.mark.parametrize(
    ("source", "target", "mended"),
    [
        ("date 2022-03 NAVO", "date 2020-03 NATO", "date 2022-03 NATO"),
        ("1.250 euro in 2021", "1,520 euros in 2012", "1,250 euros in 2021"),
        ("om 14.00 uur", "at 12", "at 12"),
        ("12 en 345", "34 and 5", "34 and 5"),
        ("12 mensen", "12 people in 2020", "12 people in 2020"),
        ("0,07 punt op 2021", "0.7 points in 2012", "0.07 points in 2021"),
        ("12.500 mensen", "125,00 or 1,250 people", "125,00 or 1,250 people"),
        ("10.500 mensen", "1,500 people", "10,500 people"),
        ("2021 en 1,75", "201 and 1.75", "2021 and 1.75"),
        ("12.500 en 1000", "12,400 and 10", "12,400 and 10"),  # the second is another number
        ("op 12.05.2021", "on 12.5.2021", "on 12.05.2021"),  # no thousands
        ("0,25 procent", "by .25 percent", "by .25 percent"),
        ("Het scheelde 1,25 punt", "It was 1.52 points", "It was 1.25 points"),
        ("Om 14.30 uur waren er 2.000", "At 1430 there were two thousand", "At 1430 there were two thousand"),
        ("Om 14.30 uur waren er 225", "At 2.30 there were 255", "At 2.30 there were 225"),
    ],
)
def test_invented_numbers_are_mended_where_it_is_clear(source: str, target: str, mended: str) -> None:
    assert guards.mend_numbers(source, target, swap=True) == mended


@pytest.mark.parametrize(
    ("source", "target", "swap", "mended"),
    [
        ("Het kost € 1.250,00.", "It costs € 1.25 0.00.", True, "It costs € 1,250.00."),
        ("It costs € 1,250.00.", "It costs € 1,25 0.00.", False, "It costs € 1,250.00."),
        ("Het kost € 1.250,00.", "It costs € 1,250.00.", True, "It costs € 1,250.00."),
        (
            "Er waren 1200 gasten.",
            "There were 12 00 or 12 00 guests.",
            True,
            "There were 12 00 or 12 00 guests.",
        ),
        ("Er waren 12 gasten.", "There were guests.", True, "There were guests."),
    ],
)
def test_numbers_that_fell_apart_are_rejoined(source: str, target: str, swap: bool, mended: str) -> None:
    assert guards.rejoin_numbers(source, target, swap) == mended


@pytest.mark.parametrize(
    ("source", "target", "pointed"),
    [
        ("Het is 12,5 procent.", "It is 12,5 percent.", "It is 12.5 percent."),
        ("Het is 12,5 procent.", "It is 12.5 percent.", "It is 12.5 percent."),
        ("Er waren 1,250 mensen.", "There were 1,250 people.", "There were 1,250 people."),
        ("Er waren 1.250 mensen.", "There were 1,250 people.", "There were 1,250 people."),
        ("De zetten 1,2,3 en 4.", "The moves 1,2,3 and 4.", "The moves 1,2,3 and 4."),
        ("Het kostte 3,75.", "It cost 3,75.", "It cost 3.75."),
    ],
)
def test_decimals_get_the_mark_of_the_target(source: str, target: str, pointed: str) -> None:
    assert guards.point_decimals(source, target) == pointed


def test_symbols_at_the_ends_are_found() -> None:
    assert guards.outer_symbols("• 👍🏽 goed zo 🎉") == ("• 👍🏽 ", "goed zo", " 🎉")
    assert guards.outer_symbols("- goed zo!") == ("", "- goed zo!", "")


@pytest.mark.parametrize(
    ("source", "target", "told", "mended"),
    [
        ("Hij sprak met Dokic.", "He spoke to Darokic.", ["Dokic"], "He spoke to Dokic."),
        ("de auto van Davenport", "Daavenport's car", ["Davenport"], "Davenport's car"),
        ("Atkins is er", "Atkins is there", ["Atkins"], "Atkins is there"),
        ("Blijlevens en Koerts", "Glass and Kooerts", ["Blijlevens", "Koerts"], "Glass and Koerts"),
        ("Jan en Jans zagen Jansen", "Jan saw Jans", ["Jansen"], "Jan saw Jans"),  # both are the source's own
        ("het huis van Tuin", "the tuna house", ["Tuin"], "the tuna house"),
        ("niets", "Nothing", [], "Nothing"),
        ("ten onrechte", "accused unjumpably of", ["unjustly"], "accused unjustly of"),
        ("kruisraketten", "cruise missesiles", ["missiles"], "cruise missiles"),
        ("Kruisraketten", "Missesiles fell", ["missiles"], "Missesiles fell"),
        ("de tempels", "the templar's temple", ["temples"], "the templar's temple"),
        ("verbeterd", "it was improving", ["improved"], "it was improving"),  # another form
        ("Verbeterd", "Improved", ["improved"], "Improved"),
    ],
)
def test_misspelt_words_are_mended(source: str, target: str, told: list[str], mended: str) -> None:
    assert guards.mend_words(source, target, told) == mended


@pytest.mark.parametrize(
    ("source", "target", "mended"),
    [
        ('een "mooi huis"', 'a " beautiful house"', 'a "beautiful house"'),
        ('"ja" en "nee"', '" yes" and " no"', '"yes" and "no"'),
        ('een " mooi" huis', 'a " beautiful" house', 'a " beautiful" house'),
        ('5" breed', '5" wide', '5" wide'),
        ('5" bij 7" breed', '5" by 7" wide', '5" by 7" wide'),
        ("geen", "none", "none"),
    ],
)
def test_no_space_comes_after_an_opening_quotation_mark(source: str, target: str, mended: str) -> None:
    assert guards.close_quotes(source, target) == mended


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("DIT IS EEN TEKST.", "Dit is een tekst."),
        ("[DEUR SLAAT DICHT]", "[Deur slaat dicht]"),
        ("HIJ WOONT IN ROTTERDAM.", "Hij woont in Rotterdam."),
        ("NAVO EN EU", ""),
        ("Dit IS EEN TEKST.", ""),
        ("WIE? NEE", ""),
        ("12 34 56", ""),
    ],
)
def test_texts_in_capitals_are_read_in_small_letters(text: str, small: str) -> None:
    assert guards.shouted(text, {"Rotterdam", "dit"}.__contains__) == small


@pytest.mark.parametrize(
    ("text", "before"),
    [("> Een citaat.", "> "), ("## Kop", "## "), ("> > Twee.", "> > "), ("* * *", ""), ("#1 is", "")],
)
def test_marks_at_the_beginning_of_a_line_stay_out(text: str, before: str) -> None:
    assert guards.outer_symbols(text) == (before, text.removeprefix(before), "")


@pytest.mark.parametrize(
    ("source", "target", "same"),
    [
        ("Max Verstappen won de race in Zandvoort.", "Max Verstappen won the race in Zandvoort.", False),
        (
            "Kees van Dijk, An van den Berg en Jo den Uyl.",
            "Kees van Dijk, An van den Berg and Jo den Uyl.",
            False,
        ),
        ("Dat is de fiets van mijn moeder.", "Dat is de fiets van mijn moeder.", True),
    ],
)
def test_names_and_words_that_are_alike_are_no_copy(source: str, target: str, same: bool) -> None:
    assert guards.copied(source, target) is same


def test_missing_numbers_are_named() -> None:
    source = "Het kost € 4,95 of 1.250 euro, om 12.30 uur, voor 3 man en 45 kinderen."
    assert guards.missing_numbers(source, "It costs €4 or 1,250 euros.") == ["4,95"]
    assert guards.missing_numbers(source, "", least=2) == ["4,95", "1.250", "45"]
