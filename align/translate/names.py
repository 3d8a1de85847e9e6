"""Names: what a model misspells of them is put right from the source.

A small model spells rare names wrongly (*Trapalgar Square*, *Yagr*). A name of the source that is not in the
target, and a capitalised word of the target that the source does not have, are the same where they look
alike, unless the word of the target is one that the model knows as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from align.translate.tokens import Pieces

LIKENESS = 0.5
"""Least likeness of a name and what it came out as, as `difflib.SequenceMatcher` has it.

On the first 300 lines of FLORES-200 dev, beam 4, the starter of the fourth training has 24.33 BLEU without,
24.86 at .6, 24.92 at .5 and 24.93 at .4; at .5 it put 47 words right and made one wrong.
"""

_NAME = re.compile(r"[^\W\d_](?:\w|-(?=\w)|['’](?!s\b)(?=\w))*")
_PART = re.compile(r"[^\W\d_](?:\w|['’](?!s\b)(?=\w))*")
_SHORTEST, _LONGEST = 3, 50  # letters; what is longer is data
_STARTS = frozenset(".!?…:\"'“„”‘’«»")


def opens_sentence(text: str, at: int) -> bool:
    """Tell whether a word begins a sentence, by what stands before it."""
    before = text[max(0, at - 20) : at].rstrip()
    return not before or before[-1] in _STARTS


def names_of(
    text: str, pieces: Pieces, ordinary: Callable[[str], bool], told: Sequence[tuple[int, int]] = ()
) -> tuple[str, ...]:
    """Return the words of a text that must be names.

    Args:
        text: the text.
        pieces: its source pieces.
        ordinary: tells of a word with a capital whether it may be an ordinary one.
        told: stretches whose translation the model is told.
    """
    found = []
    begins, ends = [begin for begin, _ in pieces.offsets], [end for _, end in pieces.offsets]
    for match in _NAME.finditer(text):
        word = match[0]
        if not _SHORTEST <= len(word) <= _LONGEST or not word[0].isupper():
            continue
        size = bisect_left(begins, match.end()) - bisect_right(ends, match.start())
        if size < 2 and opens_sentence(text, match.start()):
            continue  # one piece: as well an ordinary word
        if not ordinary(word) and not any(b < match.end() and e > match.start() for b, e in told):
            found.append(word)
    return tuple(dict.fromkeys(found))


def lost_names(names: Sequence[str], target: str) -> list[str]:
    """Return the names that a translation does not have."""
    return [n for n in names if not re.search(rf"(?<!\w){re.escape(n)}(?!\w)", target, re.IGNORECASE)]


def mend_names(
    source: str, target: str, names: Sequence[str], size: Callable[[str], int], told: Sequence[str] = ()
) -> str:
    """Put names of the source in the place of what was made of them.

    Args:
        source, target: the texts.
        names: the names of the source.
        size: gives the number of target pieces of a word.
        told: words that the model was told, which are right.
    """
    ours = {*_NAME.findall(source), *_PART.findall(source), *told}
    for name in lost_names(names, target):
        places = [
            (likeness, match)
            for match in (_NAME if "-" in name else _PART).finditer(target)
            if match[0][0].isupper()
            and match[0] not in ours
            and name not in (f"{match[0]}s", f"{match[0]}'s", f"{match[0]}’s")  # a genitive
            and not name.startswith(f"{match[0]}-")
            and (likeness := SequenceMatcher(None, name.lower(), match[0].lower()).ratio()) >= LIKENESS
            and size(match[0]) > 1
        ]
        if places:
            match = max(places, key=lambda place: place[0])[1]
            target = target[: match.start()] + name + target[match.end() :]
    return target
