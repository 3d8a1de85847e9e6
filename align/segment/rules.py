"""Sentence boundaries by rules in the manner of Punkt (Kiss and Strunk, 2006).

A full stop ends a sentence unless the word before it is an abbreviation, an initial or an ordinal; where
an abbreviation may end a sentence, the next word decides: a capital on a word that is usually written small
shows a beginning. The words come from `align.segment.profile`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from align.segment.profile import Profile

_STOPS = ".!?…‥"
_FULL = "。！？｡।॥۔؟։።፧፨။។៕᠃᠉‼⁇⁈⁉"
# Joiners and marks of direction: they are no white space, and stay with the word or stop before them.
_MARKS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_CLOSERS = "\"'”’»›)]}“‘«‹」』】〕》〉）］｝*_´`" + _MARKS
_OPENERS = "\"'“‘”’„‚«‹»›([{<「『【〔《〈（［｛¿¡*_`´-–—―•·‣▪" + _MARKS

# Whole runs are matched, whatever follows, so that no text takes more than one pass.
_CANDIDATE = re.compile(
    rf"[{_STOPS}{_FULL}][{_STOPS}{_FULL}{re.escape(_CLOSERS)}]*+(?:[ \xa0\u202f]\.(?!\w))*+"
    r"|(?<!\S)[:;=]-?[)(DP]+(?!\S)"
)
_NEXT = re.compile(rf"\s*+(?:(?:,,|[{re.escape(_OPENERS)}])[ \xa0\u202f]?)*+")
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_QUOTATION = re.compile(
    r"(?:,,(?P<a>(?:(?!'').)*)''|\"(?P<b>[^\"]*)\"|„(?P<c>[^“”\"„]*)[“”\"]|“(?P<d>[^“”]*)”|«(?P<e>[^«»]*)»)(?=\s)",
    re.S,
)
_NOTE = re.compile(r"[ \xa0\u202f]?\[(?:\d{1,3}|\.{2,3}|…)\](?!\S)")
_LOOSE_QUOTE = re.compile(r"[ \xa0\u202f](\"|''|»|”)(?=\s)")
_SOLID = re.compile(r"[^\W_]")
_SPACE = re.compile(r"\s*")
_ELISION = re.compile(r"[^\W\d_]{1,5}['’](?=[^\W\d_]{2})")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,4}\.-?)+[^\W\d_]{1,4}")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_]|[ivxIVX]{1,5}|[Pp]\.?[Ss])\.[)\]]?")
_ROMAN = re.compile(r"[IVXLC]+")
_VOWELLESS = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ][b-df-hj-np-tv-xz]{0,3}")
_SMALL_WORD = re.compile(r"[snktmr]\s+(?=\w)")
_CLOSED = frozenset(",;:.!?%)]}/=|&、，；：")
_WORD_REACH = 40
_BRACKET_REACH = 300
_QUOTE_REACH = 5000


@dataclass(slots=True)
class _Next:
    """What follows a stop: where its first word begins, that word, and how it is written."""

    at: int
    word: str
    kind: str  # "lower", "upper", "digit" or "other"


class Splitter:
    """Finds the sentences of paragraphs in one language."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def split(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of the sentences of a paragraph, as `align.segment.split_sentences` does."""
        spans: list[tuple[int, int]] = []
        start = _skip(text, 0)
        solid = _solid(text, start)
        for match in _CANDIDATE.finditer(text):
            if match.start() < solid:
                continue
            end = self._boundary(text, start, match)
            if end is not None:
                spans.extend(self._unquoted(text, start, end))
                start = _skip(text, end)
                solid = _solid(text, start)
        stop = len(text.rstrip())
        if start < stop:
            if spans and solid == len(text):
                spans[-1] = (spans[-1][0], stop)
            else:
                spans.extend(self._unquoted(text, start, stop))
        return spans

    def _boundary(self, text: str, start: int, match: re.Match[str]) -> int | None:
        """Return where the sentence ends that begins at `start`, if it does at this run of stops."""
        stop, end = match.span()
        note = _NOTE.match(text, end) or _LOOSE_QUOTE.match(text, end)
        if note and (note[0][-1] != '"' or text.count('"', max(0, end - _QUOTE_REACH), end) % 2):
            end = note.end()
        if end == len(text):
            return None
        if not text[end].isspace():
            # Only the stops of scripts without spaces end a sentence before a letter. In Japanese a
            # quotation goes on with a particle: 「…。」と言った。
            last = match[0].rstrip(_CLOSERS)[-1]
            quoted = match[0][-1] != last and "ぁ" <= text[end] <= "ん"
            return end if last in _FULL and not quoted and text[end] not in _CLOSED else None
        follow = self._follow(text, end)
        if follow is None or not self._ends(text, start, stop, end, follow):
            return None
        return None if _in_brackets(text, start, end) else end

    def _follow(self, text: str, end: int) -> _Next | None:
        """Look at what follows a stop; None if nothing does that could begin a sentence."""
        found = _NEXT.match(text, end)
        at = found.end() if found else end
        if at == len(text):
            return None
        char, match = text[at], _WORD.match(text, at)
        word = match[0] if match else ""
        if char.islower():
            small = _SMALL_WORD.match(text, at) if text[at - 1] in "'’‘`" else None
            if (small and text[small.end()].isupper()) or any(c.isupper() for c in word):
                return _Next(at, "", "upper")
            return _Next(at, word, "lower")
        if char.isupper() or char.istitle():
            return _Next(at, word, "upper")
        if char.isdigit():
            return _Next(at, "", "digit")
        return None if char in _CLOSED else _Next(at, "", "other")

    def _ends(self, text: str, start: int, stop: int, end: int, follow: _Next) -> bool:
        """Tell whether a sentence ends at a run of stops."""
        run = text[stop:end].rstrip()
        if run[0] in ":;=":
            return follow.kind == "upper"
        if run[-1] in ")]}" and text[stop - 1 : stop] in ("(", "[", "{"):
            return run[0] in ".…" and follow.kind == "upper" and self._begins(follow.word)
        if follow.kind == "lower":
            return self._casual(text, start, stop, end, follow.word)
        if "!" in run or "?" in run or any(c in _FULL for c in run):
            return True
        if run[0] in "…‥" or run.startswith(("..", ". .")):
            return follow.kind == "upper" and follow.word not in ("I", "I'm", "I’m", "I'll", "I'd", "I've")
        if _ENUMERATOR.fullmatch(text, start, end):
            return False
        return self._full_stop(self._last_word(text, start, stop), follow)

    def _casual(self, text: str, start: int, stop: int, end: int, after: str) -> bool:
        """Tell whether a sentence ends before a small letter, where an author does without capitals."""
        run = text[stop:end]
        if (len(run) > 1 and run[0] == ".") or any(c in _CLOSERS for c in run):
            return False
        if after.startswith(("http", "www")):
            return True
        known, word = self._profile, self._last_word(text, start, stop)
        low = word.lower()
        if low in known.abbreviations or low in known.number or _VOWELLESS.fullmatch(word) or "." in word:
            return False
        if low in known.common:
            return True
        # Short words may be abbreviations that are not listed; the lengths were set on UD English EWT.
        if text[start].islower() and len(word) > 3:
            return True
        ordinary = run == "?" or (len(word) > 4 if run[0] == "." else word.islower())
        return ordinary and after in known.common

    def _last_word(self, text: str, start: int, stop: int) -> str:
        """Return the word before a full stop, without what opens before it; abbreviations closed up."""
        before = text[max(start, stop - _WORD_REACH) : stop]
        if not before or before[-1].isspace():
            return ""
        words = before.split()
        word = _ELISION.sub("", words.pop().lstrip(_OPENERS + ","), count=1)
        joined = word
        while words and len(words[-1]) < 5 and words[-1][-1] == ".":
            joined = words.pop().lstrip(_OPENERS) + joined
            if joined.lower() in self._profile.abbreviations:
                word = joined
        return word

    def _full_stop(self, word: str, follow: _Next) -> bool:
        """Tell whether the full stop after `word` ends a sentence."""
        known, low = self._profile, word.lower()
        acronym = word.isupper() and "." not in word and len(word) > 1 and not follow.word[1:].isupper()
        short = (len(word) == 1 and low != word.upper()) or bool(_VOWELLESS.fullmatch(word))
        dotted = bool(_DOTTED.fullmatch(word))
        listed = low in known.abbreviations and not acronym
        if follow.kind != "upper":
            return not (listed or short or dotted or low in known.number)
        if low in known.number and (_ROMAN.fullmatch(follow.word) or len(follow.word) == 1):
            return False
        if listed and low in known.never:
            return False
        if listed and low in known.end and not (dotted and word[0].isupper()):
            other = follow.word.isupper() and 1 < len(follow.word) < 5
            return not other and follow.word.lower() not in known.calendar
        begins = self._begins(follow.word)
        if (short or dotted) and word[0].isupper():
            # "U.S. Military", "J. De Wit": only little words tell.
            next_word = follow.word.lower()
            return begins and next_word in known.starters and (listed or next_word not in known.particles)
        if listed or short or dotted:
            return begins
        if known.ordinals and ((word.isdecimal() and len(word) < 3) or _ROMAN.fullmatch(word)):
            return begins
        return True

    def _begins(self, word: str) -> bool:
        """Tell whether the capital of a word shows that it begins a sentence."""
        return word[1:].islower() | (len(word) == 1) and word.lower() in self._profile.common

    def _unquoted(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Cut off a quotation without a stop that a new sentence follows: ``"Ik ga" De man vertrok.``"""
        quotation = _QUOTATION.match(text, start, end)
        if quotation is None:
            return [(start, end)]
        inside = quotation[quotation.lastgroup or 0].split()
        follow = self._follow(text, quotation.end())
        if len(inside) < 3 or not inside[-1][-1].isalnum() or follow is None or follow.at >= end:
            return [(start, end)]
        if not self._begins(follow.word) or follow.kind != "upper":
            return [(start, end)]
        return [(start, quotation.end()), (_skip(text, quotation.end()), end)]


def _skip(text: str, at: int) -> int:
    """Return where the white space that begins at `at` ends."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _solid(text: str, at: int) -> int:
    """Return where the next letter or digit is; the length of the text if there is none."""
    match = _SOLID.search(text, at)
    return match.start() if match else len(text)


def _in_brackets(text: str, start: int, end: int) -> bool:
    """Tell whether a stop is in a parenthesis that the sentence goes on after."""
    opened = text.rfind("(", max(start + 1, end - _BRACKET_REACH), end)
    if opened < 0 or text.find(")", opened, end) >= 0:
        return False
    closed = text.find(")", end, end + _BRACKET_REACH)
    if closed < 0 or text.find("(", end, closed) >= 0:
        return False
    at = _skip(text, closed + 1)
    after = text[at : at + 1]
    return after.islower() or after in (",", ";", ":")
