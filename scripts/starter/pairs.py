"""Reading, filtering and weighting of the Dutch-English training pairs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .spelling import american

# Markup, variables, program text and addresses: nothing a news reader meets.
_CODE = re.compile(r"[{}<>\\|=^~`\[\]_]|&\w+;|https?:|www\.|\$\w|%[a-z(]|(?<!\w)--?\w|\w/\w|@|\(\d\)|::")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"[^\x00-\u024f\u1e00-\u20bf\u2100-\u2122]")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")

AUTHORED = "authored"
LATER = "authored/later"
WORDS = "authored/words"
CLAUSES = "authored/clauses"
BROAD = "authored/broad"
_OWN = {"idiom": LATER, "press": LATER, "wide": LATER, "word": WORDS, "clause": CLAUSES, "broad": BROAD}
"""Beginnings of the project's own files that were written for later trainings."""
LEXICON = "lexicon"
BACK = "back"
"""English of others with Dutch that a model made of it (``backward.py``)."""
BACK_FILE = Path(__file__).parent / "back.tsv.gz"
"""Back-translated sentences of Wikipedia, The World Factbook and WordNet."""


@dataclass(frozen=True)
class Pair:
    """One training pair and the name of its source."""

    nl: str
    en: str
    source: str


# How often a pair of the source is drawn, relative to a Tatoeba pair. Interface strings make up two thirds of
# the pairs and teach little that a news reader needs; running prose teaches most.
WEIGHTS: dict[str, float] = {
    AUTHORED: 3.0,
    LATER: 3.0,
    WORDS: 2.0,
    CLAUSES: 4.0,
    BROAD: 4.0,
    LEXICON: 0.3,
    BACK: 1.5,
    "tatoeba": 1.0,
    "stsb": 1.3,
    "sicknl": 0.3,
    "covid_dashboard": 3.0,
    "nextstrain": 3.0,
    "osguide": 3.0,
    "pguides": 3.0,
    "b3b": 2.0,
    "odh": 2.0,
    "xed": 1.0,
    "qtleap": 0.7,
    "www": 0.7,
    "hedy": 0.5,
    "rpi": 0.5,
    "esco": 0.2,
    "tldr": 0.1,
    "ddtp": 0.4,
    "misc": 0.2,
    "kdepo": 0.2,
    "src/wesnoth": 1.5,
    "src/installation-guide": 0.7,
    "src/libreoffice-help": 0.25,
    "src/libreoffice-ui": 0.05,
    "src/calibre": 0.2,
    "src/apt+dpkg+debconf+shadow": 0.2,
    "debian/fillets": 1.0,
    "debian/handbook": 1.0,
    "debian/aptitudedoc": 0.7,
    "debian/gimphelp": 0.6,
    "debian/gnomehelp": 0.6,
    "debian/kdedoc": 0.3,
    "debian/lilypond": 0.5,
    "debian/mediawiki": 0.25,
    "debian/ui_mo": 0.06,
}
STRINGS = frozenset({"debian/ui_mo", "src/libreoffice-ui", "src/calibre", "debian/mediawiki", "misc/osm"})


def weight(source: str) -> float:
    """Relative sampling weight of a source; ``a/b`` falls back on ``a``. Unknown sources count 0.3."""
    return WEIGHTS.get(source, WEIGHTS.get(source.split("/")[0], 0.3))


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def usable(pair: Pair) -> bool:
    """Whether a pair looks like a translation of natural text.

    Program text, foreign scripts, copies and pairs of very unequal length are turned away; interface strings
    must be sentences besides.
    """
    if _CODE.search(pair.nl) or _CODE.search(pair.en) or _FOREIGN.search(pair.nl + pair.en):
        return False
    left, right = words(pair.nl), words(pair.en)
    if not left or not right or len(left) > 90 or len(right) > 90:
        return False
    if max(len(left), len(right)) > 2 * min(len(left), len(right)) + 3:
        return False
    if len(_LETTER.findall(pair.nl)) < 0.6 * len(pair.nl):
        return False
    if len(left) > 2 and pair.nl.casefold() == pair.en.casefold():
        return False
    if pair.source in STRINGS:
        return len(left) >= 6 and pair.nl[-1] in ".?!" and pair.en[-1] in ".?!"
    return len(left) >= 3 or pair.source in ("tatoeba", LEXICON) or pair.source.startswith(AUTHORED)


def read_pairs(path: Path) -> Iterator[Pair]:
    """Pairs of a TSV file: ``nl``, ``en``, ``source`` (the project's own, if left out); gzip by suffix."""
    own = _OWN.get(path.name.split("-")[0], AUTHORED)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) in (2, 3) and cells[0].strip() and cells[1].strip():
                yield Pair(cells[0].strip(), american(cells[1].strip()), cells[2] if len(cells) == 3 else own)


def gather(paths: Iterable[Path]) -> list[Pair]:
    """Usable pairs of all files, each pair once."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for path in paths:
        for pair in read_pairs(path):
            key = (pair.nl.casefold(), pair.en.casefold())
            if key not in seen and usable(pair):
                seen.add(key)
                kept.append(pair)
    return kept
