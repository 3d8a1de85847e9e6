"""Surnames: names that look like ordinary words, known by what stands before them.

*Bloem* is a flower and *Visser* a fisherman, but *Michiel Bloem* and *Van Dieren* are people, and *Visser* at
the beginning of a sentence is one, too, where a sentence nearby has *Jan Visser*. The rules are those of
Dutch.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from importlib.resources import files

NEARBY = 40
"""Sentences before and after one that its surnames may be known from."""

_SHORTEST = 3  # letters of a first name
_BEFORE = 60  # code points that are searched for what a surname follows
_LEAD = 20  # code points before that which tell whether it opens a sentence
_STARTS = frozenset(".!?…:\"'“„”‘’«»")
_PARTICLES = re.compile(r"(?<!\w)(?:De|Den|Van|Von|Ten|Ter)(?: (?:[Dd]e[nr]?|[Hh]et|['’‘][Tt]))? $")
_JOINED = re.compile(
    r"(?<!\w)((?:[A-Z]\.)+|[^\W\d_][\w'’-]*) ((?:(?:van|von)(?: (?:de[nr]?|het|['’‘]t))?"
    r"|(?:op|in|uit) (?:de[nr]?|het|['’‘]t)|de[nr]?|te[nr]?|['’‘]t) )$"
)
_POLITE = re.compile("meneer|mevrouw|familie", re.IGNORECASE)
_RULER = re.compile(
    """Adriaan | Albert | Alexander | Andreas | Anna | Benjamin | Catharina | Christiaan | Elisabeth | Ernst
    | Filips | Floris | Frans | Frederik | Godfried | Helena | Hendrik | Hubert | Isabella | Jacoba? | Jan
    | Johan | Johanna | Johannes | Jozef | Karel | Lodewijk | Margaretha | Maria | Martin | Maurits | Otto
    | Paul | Peter | Philip | Robert | Rudolf | Simon | Thomas | Willem""",
    re.VERBOSE,
)
"""Given names of rulers and saints, which have places and epithets after them: *Karel de Stoute*."""
_EPITHET = re.compile(
    r"""Grote | Goede | Kale | Stoute | Stamelaar | Veroveraar | Dikke | Schone | Wijze | Vrome | Lange
    | Korte | Verschrikkelijke | Heilige | Doper | Oude(?:re)? | Jong(?:e|ere) | Zwijger | Leeuwen\w+
    | Eerste | Tweede | Derde""",
    re.VERBOSE,
)
_OLD = re.compile("(?:Van|Von) [Dd]e[nr] ")  # old cases, which live on in names alone
_PARTICLE = re.compile(r"De|Den|Der|Van|Von|Ten|Ter|Het")
_GIVEN = re.compile(r"(?<!\w)([^\W\d_][\w'’-]*) ((?:van )?(?:de[nr]|['’‘]t) |te[nr] )?$")
_RANK = re.compile(
    """president | premier | burgemeester | senator | gouverneur | kanselier | bondskanselier | koning
    | koningin | prins | prinses | graaf | hertog | paus | bisschop | kardinaal | rabbijn | generaal
    | admiraal | kolonel | kapitein | sergeant | rechter | advocaat | professor | dokter | mevrouw
    | meneer | heer | familie | zanger | zangeres | acteur | actrice | schrijver | schrijfster | dichter
    | regisseur | schilder | coach | bondscoach | trainer | spits | doelman | keeper | verdediger
    | middenvelder | aanvoerder | renner | wielrenner | tennisser""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a surname follows; not *minister*, which goes before *Handel* and *Defensie*, too."""
_ADDRESSED = re.compile("voorzitter|minister|staatssecretaris|commissaris|majesteit", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")

Test = Callable[[str], bool]


def opens_sentence(text: str, at: int) -> bool:
    """Tell whether a word begins a sentence, by what stands before it."""
    before = _lead(text, at)
    return not before or before[-1] in _STARTS


def _lead(text: str, at: int) -> str:
    return text[max(0, at - _LEAD) : at].rstrip()


def particle(word: str) -> bool:
    """Tell whether a word is one that surnames begin with."""
    return bool(_PARTICLE.fullmatch(word))


def particles_begin(text: str, begin: int, end: int) -> int:
    """Return where the particles of a surname begin (*De Wever*, *Van 't Hof*); -1 if it has none.

    Not where they open a sentence, a heading or a list (but for *Van der* and *Van den*), nor where another
    word with a capital follows, as in *De Rode Duivels*.

    Args:
        text: the text.
        begin, end: the span of the word with a capital.
    """
    found = _PARTICLES.search(text[max(0, begin - _BEFORE) : begin])
    if not found or (text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()):
        return -1
    first = begin - len(found[0])
    if _OLD.fullmatch(found[0]):
        return first
    lead = _lead(text, first)
    return first if lead and (lead[-1].isalpha() or lead[-1] == ",") else -1


@lru_cache(1)
def given_names() -> frozenset[str]:
    """Return common given names of Dutch and Flemish people."""
    return frozenset(files("align.translate").joinpath("data", "given_names.txt").read_text("utf-8").split())


def joined_particles(text: str, begin: int, word: str, renamed: Test) -> int:
    """Return where the particles in small letters of a surname begin (*Dick van Dieren*); -1 if it has none.

    They follow a given name, initials or a polite word; rulers have places and epithets there instead, and
    words in capitals are no surnames (*Frans van de NOS*).

    Args:
        text: the text.
        begin: where the word with a capital begins.
        word: the word.
        renamed: tells of a name whether it has a translation.
    """
    found = _JOINED.search(text[max(0, begin - _BEFORE) : begin])
    if not found or word.isupper():
        return -1
    given = found[1]
    if _RULER.fullmatch(given) and (renamed(word) or _EPITHET.fullmatch(word)):
        return -1
    person = given.endswith(".") or given in given_names() or _POLITE.fullmatch(given)
    return begin - len(found[2]) if person else -1


def is_surname(text: str, begin: int, word: str, ordinary: Test, renamed: Test) -> bool:
    """Tell whether a word with a capital follows a first name or a rank.

    Args:
        text: the text.
        begin: where the word begins.
        word: the word.
        ordinary: tells of a word with a capital whether it may be an ordinary one.
        renamed: tells of a name whether it has a translation.
    """
    given = _GIVEN.search(text[max(0, begin - _BEFORE) : begin])
    if not given or renamed(word):
        return False
    if _RANK.fullmatch(given[1]):
        return not given[2] and not _RANK.fullmatch(word) and not _ADDRESSED.fullmatch(word)
    if len(given[1]) < _SHORTEST or not given[1][0].isupper() or given[1].isupper():
        return False
    return given[1] in given_names() or (not renamed(given[1]) and not ordinary(given[1]))


def surnames_of(text: str, names: Collection[str], common: Test) -> tuple[str, ...]:
    """Return the names of a text that directly follow another one and are no common words.

    Args:
        text: the text.
        names: the names in it.
        common: tells of a word in lower case whether it is a common one.
    """
    found, before = list[str](), None
    for match in _WORD.finditer(text):
        word = match[0]
        if before and word in names and text[before.end() : match.start()] == " " and before[0] in names:
            found += [] if common(word.lower()) else [word]
        before = match
    return tuple(dict.fromkeys(found))


def shared_names(texts: Sequence[tuple[str, Collection[str]]]) -> list[list[str]]:
    """Return the surnames that open a sentence in each of some texts, known from the texts nearby.

    Args:
        texts: each with the surnames that were found in it, in order.
    """
    places: dict[str, list[int]] = {}
    for number, (_, surnames) in enumerate(texts):
        for name in surnames:
            places.setdefault(name, []).append(number)

    def known(word: str, number: int) -> bool:
        at = places.get(word, [])
        next_one = bisect_left(at, number - NEARBY)
        return next_one < len(at) and at[next_one] <= number + NEARBY

    return [
        [m[0] for m in _WORD.finditer(text) if known(m[0], number) and opens_sentence(text, m.start())]
        for number, (text, _) in enumerate(texts)
    ]
