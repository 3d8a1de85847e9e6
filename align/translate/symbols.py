"""What a source vocabulary has no letters for: symbols are told, what else is strange has a stand-in.

A model reads characters that it does not know as one and the same token, and writes another or none. One that
takes hints is told symbols (*°*, *£*, *=*) as they are. For a word with others (*≈*) or in another script
(*Правда*) it is told a letter, as a name to be copied, and the word takes its place in the translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from unicodedata import name, normalize

from align.translate.tokens import MARK, READ, SPACE, Pieces, Span

Edit = tuple[int, int, list[str], int, int]
"""A range of pieces, the tokens that replace it and the stretch of the text that these stand for."""

_RELIABLE = frozenset("°£§±×÷→©®«»")
"""Symbols outside ASCII that the starter copies when told; it takes others (≈, ↔) for one another."""

_TOKEN = re.compile(r"\S+")
_ENDS = ".,;:!?€$£()[]{}\"'“”„‘’«»…"
_FOOTNOTE = re.compile(rf"{SPACE}?\[\d+\]")
"""A piece of some vocabularies, which few models have met often enough to copy it."""

_DATA = re.compile(
    r"\d+/\d+|1:\d[\d.]*|(?=\D*\d)(?=[^A-Z]*[A-Z])[A-Z\d-]{10,}|\w+_\w+(?:\.\w+)?"
    r"|[\w-]+\.(?:txt|pdf|docx?|xlsx?|odt|csv|tsv|json|xml|html?|md|py|js|jpe?g|png|gif|svg|zip|exe|srt)"
)
"""Fractions, scales, codes and names of files, which are copied."""

_LETTERS = "ZYXWVQTSRPNMLKJHGFDCB"
"""Stand-ins, those that texts have least first; no vowels, which are words."""


@dataclass(frozen=True)
class Alphabet:
    """What a model can read and be told.

    Attributes:
        known: tells whether it knows a source piece.
        told: the target pieces that it can be told.
    """

    known: Callable[[str], bool]
    told: Collection[str]

    def symbols(self, pieces: Pieces) -> list[Edit]:
        """Return edits that tell the characters that the model does not know, and footnote marks (*[1]*).

        Not the characters of a word in small letters (*twee à drie*), which has a translation.

        Args:
            pieces: source pieces; the unknown ones are runs of characters.
        """
        found = list[Edit]()
        for at, piece in enumerate(pieces.pieces):
            if self.known(piece) and not _FOOTNOTE.fullmatch(piece):
                continue
            text = piece.removeprefix(SPACE)
            tokens = [MARK + c if c in self.told else c for c in text]
            alone = at > 0 and pieces.pieces[at - 1] == SPACE
            if (alone or text != piece) and SPACE + text[0] in self.told:
                tokens[0] = MARK + SPACE + text[0]
            if tokens != [*text] and not (alone and piece.islower()):
                first = at - (alone and tokens[0].startswith(MARK + SPACE))
                found.append((first, at + 1, tokens, *pieces.offsets[at]))
        return found

    def foreign(
        self, text: str, pieces: Pieces, others: Collection[str] = ()
    ) -> tuple[list[Edit], list[tuple[str, str]]]:
        """Return edits that put letters in the place of words that cannot be read; the letters and words.

        Args:
            text: a sentence.
            pieces: its source pieces.
            others: words that are treated so, too.
        """
        free = iter([c for c in _LETTERS if SPACE + c in self.told and c not in text])
        edits, stand_ins = list[Edit](), list[tuple[str, str]]()
        for begin, end in self._unreadable(text, pieces, others):
            first, last = _within(pieces, begin, end)
            whole = pieces.offsets[last][1] == end and not text[pieces.offsets[first][0] : begin].strip()
            letter = next(free, None) if whole else None
            if letter:
                first -= first > 0 and pieces.pieces[first - 1] == SPACE
                edits.append((first, last + 1, [MARK + SPACE + letter], begin, end))
                stand_ins.append((letter, text[begin:end]))
        return edits, stand_ins

    def _unreadable(self, text: str, pieces: Pieces, others: Collection[str]) -> list[Span]:
        """Return the spans of words that cannot be read or are data; those next to each other are one."""
        spans = list[Span]()
        for match in _TOKEN.finditer(text):
            word = match[0]
            begin = match.start() + len(word) - len(word.lstrip(_ENDS))
            end = match.start() + len(word.rstrip(_ENDS))
            word = text[begin:end]
            data = _DATA.fullmatch(word) or word in others
            if not word or not (data or "|" in word or not word.isascii()):
                continue
            marks = {c for c in normalize("NFKC", word.translate(READ)) if not self._read(c)}
            if marks and all(name(c, "").startswith("LATIN") for c in marks):
                first, last = _within(pieces, begin, end)
                if word.islower() or all(map(self.known, pieces.pieces[first : last + 1])):
                    continue
            if not marks and not data:
                continue
            if spans and text[spans[-1][1] : begin] == " ":
                begin = spans.pop()[0]
            spans.append((begin, end))
        return spans

    def _read(self, char: str) -> bool:
        """Tell whether the model reads a character, or copies it when told."""
        if char.isspace() or self.known(char) or self.known(SPACE + char) or char in _RELIABLE:
            return True
        return char.isascii() and char in self.told


def _within(pieces: Pieces, begin: int, end: int) -> tuple[int, int]:
    """Return the numbers of the first and the last piece of a stretch of the text."""
    inside = [at for at, (b, e) in enumerate(pieces.offsets) if b < end and e > begin]
    return inside[0], inside[-1]


def put_back(target: str, stand_ins: Collection[tuple[str, str]]) -> str:
    """Put words in other scripts in the place of the letters that stand in for them."""
    for letter, word in stand_ins:
        target = re.sub(rf"(?<!\w){letter}(?!\w)", word.replace("\\", r"\\"), target)
    return target


_RAISED = re.compile(r"\w*[⁰¹²³⁴-⁹₀-₉™℠]\w*")


def raise_again(source: str, target: str) -> str:
    """Put back the small digits of the source, which SentencePiece reads as others: *m²*, *CO₂*, *10⁶*."""
    for token in dict.fromkeys(_RAISED.findall(source)):
        plain = rf"(?<![\w.,]){re.escape(normalize('NFKC', token))}(?!\w|[.,]\d)"
        kept = rf"(?<!\w){re.escape(token)}(?!\w)"
        if not re.search(kept, target) and not re.search(plain, source):
            target = re.sub(plain, token, target)
    return target
