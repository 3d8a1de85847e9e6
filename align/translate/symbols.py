"""What a source vocabulary has no letters for: symbols are told, words in other scripts have stand-ins.

A model reads characters that it does not know as one and the same token, and writes another or none. One that
takes hints is told symbols (*°*, *£*, *=*) as they are. For a word in another script (*Правда*) it is told a
letter, as a name to be copied, and the word takes its place in the translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from string import ascii_uppercase
from unicodedata import normalize

from align.translate.tokens import MARK, SPACE, Pieces

Edit = tuple[int, int, list[str], int, int]
"""A range of pieces, the tokens that replace it and the stretch of the text that these stand for."""

_SCRIPTS = (
    "\u0370-\u1cff\u1f00-\u1fff\u2de0-\u2dff\u3005-\u3007\u3040-\u31ff\u3400-\u9fff\ua000-\ua6ff"
    "\ua800-\uab2f\uabc0-\ud7ff\uf900-\ufaff\ufb13-\ufdff\ufe70-\ufefc"
)
"""Letters of other than Latin script, and the marks between them."""
_FOREIGN = re.compile(rf"(?<!\w)[{_SCRIPTS}]{{2,}}(?:[ ’'-]+[{_SCRIPTS}]+)*(?!\w)")
_LETTERS = ascii_uppercase[::-1]
"""Stand-ins, those that texts have least first."""

Known = Callable[[str], bool]


def symbols(pieces: Pieces, known: Known, told: Collection[str]) -> list[Edit]:
    """Return edits that tell a model the characters that it does not know.

    Not those of a word in small letters (*twee à drie*), which has a translation.

    Args:
        pieces: source pieces; the unknown ones are runs of characters.
        known: tells whether the model knows a piece.
        told: the target pieces that it can be told.
    """
    found = list[Edit]()
    for at, piece in enumerate(pieces.pieces):
        tokens = [MARK + c if c in told else c for c in piece]
        spaced = at > 0 and pieces.pieces[at - 1] == SPACE
        if spaced and SPACE + piece[0] in told:
            tokens[0] = MARK + SPACE + piece[0]
        if tokens != [*piece] and not known(piece) and not (spaced and piece.islower()):
            first = at - tokens[0].startswith(MARK + SPACE)
            found.append((first, at + 1, tokens, *pieces.offsets[at]))
    return found


def foreign(text: str, pieces: Pieces, told: Collection[str]) -> tuple[list[Edit], list[tuple[str, str]]]:
    """Return edits that put letters in the place of words in other scripts, and these letters and words.

    Args:
        text: a sentence.
        pieces: its source pieces.
        told: the target pieces that the model can be told.
    """
    free = iter([c for c in _LETTERS if SPACE + c in told and c not in text])
    edits, stand_ins = list[Edit](), list[tuple[str, str]]()
    for match in _FOREIGN.finditer(text):
        begin, end = match.span()
        inside = [at for at, (b, e) in enumerate(pieces.offsets) if b < end and e > begin]
        first, last = inside[0], inside[-1]
        whole = pieces.offsets[last][1] == end and not text[pieces.offsets[first][0] : begin].strip()
        letter = next(free, None) if whole else None
        if letter:
            first -= first > 0 and pieces.pieces[first - 1] == SPACE
            edits.append((first, last + 1, [MARK + SPACE + letter], begin, end))
            stand_ins.append((letter, match[0]))
    return edits, stand_ins


def put_back(target: str, stand_ins: Collection[tuple[str, str]]) -> str:
    """Put words in other scripts in the place of the letters that stand in for them."""
    for letter, word in stand_ins:
        target = re.sub(rf"(?<!\w){letter}(?!\w)", word, target)
    return target


_RAISED = re.compile(r"\w*[⁰¹²³⁴-⁹₀-₉]\w*")


def raise_again(source: str, target: str) -> str:
    """Put back the small digits of the source, which SentencePiece reads as others: *m²*, *CO₂*, *10⁶*."""
    for token in dict.fromkeys(_RAISED.findall(source)):
        plain = rf"(?<![\w.,]){re.escape(normalize('NFKC', token))}(?!\w|[.,]\d)"
        if token not in target and not re.search(plain, source):
            target = re.sub(plain, token, target)
    return target
