"""Sentences: tables of what splits and what does not, promises for any text, speed and the seed article."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import align.segment
from align.bitext import check_rows
from align.segment import model_text, split_sentences
from align.segment.api import segment_rows
from align.segment.profile import profile
from align.text.reading import TextDocument, read_text
from align.text.structure import paragraphs

DATA = Path(align.segment.__file__).parent / "data"

# "|" stands for a boundary, with or without a space.
DUTCH = [
    "De kat slaapt. | De hond blaft! | Wie weet het? | Niemand…",
    "Er was o.a. Jan bij, met o.a. De Gaulle en enz. ook anderen.",
    "Appels, peren, enz. | Daarna gingen we naar huis.",
    "Het gaat m.b.t. Europa goed, d.w.z. beter dan toen.",
    "Dat kost 3 mln. euro en 2 mld. Amerikaanse dollar.",
    "De omzet steeg tot 3 mln. | De winst daalde.",
    "De zgn. Zwarte Zwanen (geb. 1950) en (geb. Amsterdam, 1951) zwegen.",
    "De heer prof. dr. ir. J. P. Balkenende en mr. drs. P.C. van der Hoeven kwamen.",
    "Minister B. De Wever sprak. | Daarna zei A.F.Th. van der Heijden iets.",
    "Op 3. mei kostte het 1.000,50 euro, zie art. 3 en Nr. 5 op blz. 7.",
    "Zie art. IV van de wet. | De rest volgt.",
    "Dat was in 1990. | In 1991 niet. | 12 mensen kwamen.",
    '"Ik ga", zei hij. | "Waarom?" vroeg zij. | "Daarom!" riep hij.',
    '"Ik ga." | Zij vertrok. | Hij zei: "Ik blijf." | "Goed."',
    "‘Ik ga.’ | „Dat is goed.” | «Ja.» | (Hij bleef.) | Zij ging.",
    ",,Ik ga.'' | Hij ging. | ,,Waarheen?'' vroeg ze.",
    "' s Avonds regent het. | 's Ochtends niet. | 't Is laat.".replace("' s", "'s"),
    "De partij (opgericht in 1990. Zie ook hier) is groot.",
    "Hij kwam (zij niet). | De rest bleef (helaas!) thuis.",
    "Wacht... | Toch niet. | Nou... dan niet.",
    "Kijk op www.example.nl/a.b.html of mail jan.p@example.org. | Dank u.",
    "Open bestand.txt en versie 2.0.1 van node.js. | Klaar.",
    "In de V.S. won hij. | Hij woont in de U.S.A. | Daar is het warm.",
    "De firma Jansen B.V. is failliet. | De curator komt.",
    "In 330 v. Chr. werd de stad gesticht, in 40 v.Chr. verwoest.",
    "1. Eerst dit. | 2. Dan dat. | a. Of dit. | (3.) En zo.",
    "Er zijn drie dingen: brood, melk en kaas; meer niet. | Eerst brood.",
    "Yahoo! en Groen! deden mee. | Dat was (!) nieuw.",
    "hij komt. hij gaat weer weg. | Zij niet.".replace(". hij gaat", ". | hij gaat"),
    "Dat staat er.[1] | En dat ook. [2] | Verder niets.",
    "De ING. | De bank is dicht. | Dr. NEE. | Hij zegt nee.",
    '"Wij gaan naar huis" | De minister zweeg.',
    "Leuk :) | Tot morgen!",
    "Hij zei niets.\u200b | \ufeffZij\u200b ook niet.",
    "Hij zei niets . | Zij ook niet .",
]
OTHERS = [
    ("en", "Mr. Smith met Dr. J. R. Jones at 5 p.m. | They left the U.S. | He stayed with Gen. Powell."),
    ("en", "The U.S. Military moved at 8 a.m. EST, i.e. No. 5, vs. the rest, etc. | Nobody knew."),
    ("en", '"Why?" she asked. | "I am." | He said no. | "Stop!" he said. | "Now." | It was 3.5 percent.'),
    ("en", "Well... I think so. | But... no."),
    ("de", "Am 3. Mai und am 4. Juni kam der 2. Weltkrieg, d. h. z. B. Hunde, usw. | Das war alles."),
    ("de", "»Ich gehe.« | Er ging. | „Gut.“ | Dr. Müller kam."),
    (
        "fr",
        "M. Dupont et Mme. Durand (cf. p. 5) sont là. | « Quoi ? » demanda-t-il. | « Viens ! » | Il partit.",
    ),
    ("es", "El Sr. García y la Dra. López viven en EE.UU. | ¿Qué? | ¡No! | Dijo que no. | Luego salió."),
    ("it", "Il dott. Rossi e l'ing. Bianchi. | C'è ecc. | Non so."),
    ("pt", "O Sr. Silva e a Dra. Costa. | Não sei. | Disse que sim."),
    ("ja", "今日は。|明日も！|「行くよ。」と言った。|そして帰った。"),
    ("zh", "你好。|他说：“走吧！”|我们走。|真的？！|好"),
    ("hi", "यह एक वाक्य है। | यह दूसरा है।"),
    ("ar", "هل أنت بخير؟ | نعم. | شكرا."),
    ("ar", "هل أنت بخير؟\u200f | نعم.\u200f | شكرا."),
    ("hy", "Սա առաջինն է։ | Սա երկրորդն է։"),
    ("am", "ይህ አንድ ነው። | ይህ ሁለት ነው።"),
    ("ko", "밥을 먹었다. | 그것은 내 것. | 끝."),
    ("xx", "Dit is niets. | Dat ook niet. | Prof. Jansen wel."),
]


def check(text: str, lang: str) -> None:
    """Compare with what the bars say."""
    expected = [part.strip() for part in text.split("|")]
    plain = text.replace(" | ", " ").replace("|", "")
    assert [plain[a:b] for a, b in split_sentences(plain, lang)] == expected


@pytest.mark.parametrize("text", DUTCH)
def test_dutch(text: str) -> None:
    check(text, "nl")


@pytest.mark.parametrize(("lang", "text"), OTHERS)
def test_other_languages(lang: str, text: str) -> None:
    check(text, lang)


@pytest.mark.parametrize("lang", ["nl", "nld", "dut", "NL", "nl-BE", "nl_NL"])
def test_codes_of_one_language(lang: str) -> None:
    check("De zgn. Partij, m.b.t. Europa. | Goed.", lang)


def test_seed_has_28_sentences_two_of_them_headlines(seed: Path) -> None:
    rows = list(segment_rows([TextDocument("seed", read_text(seed))], "nl"))
    text = read_text(seed)
    assert len(rows) == 28
    assert all(text[r.src_start : r.src_end] == r.source for r in check_rows(rows))
    headlines = [
        "NAVO stuurt extra troepen naar Oost-Europa",
        "Stoltenberg blijft langer aan als NAVO-topman",
    ]
    assert [r.source for r in rows if not r.source.endswith((".", '."'))] == headlines
    assert rows[0].source.startswith("date 2022-03 NAVO-lidstaten")
    assert rows[-1].source.startswith("Die bijeenkomsten")
    assert {(r.bead, r.target, r.tgt_start, r.tgt_end, r.score) for r in rows} == {("1-0", "", 0, 0, None)}
    assert sorted({r.par for r in rows}) == list(range(1, 14))


def test_rows_of_several_documents() -> None:
    documents = [
        TextDocument("a", " Een. Twee.\n\nDrie."),
        TextDocument("b", ""),
        TextDocument("c", "De kat\nslaapt."),
    ]
    rows = [(r.doc, r.par, r.src_start, r.src_end, r.source) for r in segment_rows(documents, "nl")]
    assert rows == [
        ("a", 1, 1, 5, "Een."),
        ("a", 1, 6, 11, "Twee."),
        ("a", 2, 13, 18, "Drie."),
        ("c", 1, 0, 14, "De kat\nslaapt."),
    ]


def test_model_text() -> None:
    assert model_text(" De kat\r\n  zat\u2028op\x1fde\xa0mat.\n") == "De kat zat op de mat."


PIECES = st.lists(
    st.sampled_from(
        [". ", "! ", "? ", "… ", '" ', ' "', "'' ", ",,", " (", ") ", "[1] ", "o.a.", "A", "Het ", "de ", "3",
         ":) ", "。", "」", " . . .", "\n", "\x1c", "\ufeff", "\u200b", "\u202f", "» ", "http://a.b ",
         "'s A", "- ", "१।"]
    )
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), PIECES), st.sampled_from(["nl", "en", "de", "ja", "xx"]))
@settings(max_examples=600)
@example(". Het", "nl")
@example('Het is het " . ', "nl")
def test_nothing_is_lost(text: str, lang: str) -> None:
    last = 0
    for start, end in split_sentences(text, lang):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        # Never within a word.
        assert (
            start in (0, last)
            or text[start - 1].isspace()
            or text[start - 1] in ".!?…。।\"'」»)]\u200b\ufeff"
        )
        assert not (start and text[start - 1].isalnum() and text[start].isalnum())
        last = end
    assert not text[last:].strip()


@given(st.one_of(st.text(), PIECES))
def test_nothing_is_lost_over_paragraphs(text: str) -> None:
    kept = "".join(
        p.text[a:b] for p in paragraphs([text]) for a, b in split_sentences(p.text, "nl")
    )  # fmt: skip
    assert "".join(kept.split()) == "".join(text.split())


HOSTILE = {
    "no punctuation": "woord " * 170_000,
    "one word": "a" * 1_000_000,
    "stops": "." * 1_000_000,
    "spaced stops": ". " * 500_000,
    "marks": "! " * 500_000,
    "abbreviations": "o.a. " * 200_000,
    "quotes": '" . ' * 250_000,
    "loose quotes": 'x. " ' * 200_000,
    "brackets": "(a. B " * 170_000,
    "open brackets": "(" * 1_000_000,
    "stops and brackets": ".( " * 330_000,
    "blanks": ". " + " " * 1_000_000 + "A",
    "initials": "A.B." * 250_000,
    "numbers": "1. " * 330_000,
    "commas": ",," * 500_000,
    "low quotes": ",,a " * 250_000,
    "emoticons": ":) " * 330_000,
    "dashes": "- " * 500_000,
}


def seconds(text: str) -> float:
    """The processor time that a text takes, the better of two runs."""
    times = []
    for _ in range(2):
        begin = time.process_time()
        split_sentences(text, "nl")
        times.append(time.process_time() - begin)
    return max(min(times), 0.005)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(text: str) -> None:
    # Eight times the text: about 8 times as long if linear, 64 times if quadratic.
    assert seconds(text[: len(text) // 2]) / seconds(text[: len(text) // 16]) < 28


def test_import_is_light() -> None:
    code = (
        "import sys; from align.segment import split_sentences; "
        "split_sentences('Een. Twee.', 'nl'); "
        "print(sorted({'numpy', 'langcodes', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("code", sorted(p.stem for p in DATA.glob("*.json")))
def test_lists_of_words(code: str) -> None:
    known = profile(code if code != "default" else "xx")
    kinds = (known.never, known.maybe, known.end)
    assert len(known.abbreviations) == sum(map(len, kinds)), "an abbreviation is of two kinds"
    for word in (*known.abbreviations, *known.number, *known.common, *known.particles, *known.calendar):
        assert word == word.lower().strip(".")
    assert not known.never & known.common
