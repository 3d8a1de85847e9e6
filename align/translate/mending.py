"""Mending: what is put right in a translation where its source leaves no doubt of the right form."""

from __future__ import annotations

from collections.abc import Callable

from align.translate import guards
from align.translate.names import mend_names
from align.translate.parts import Part
from align.translate.symbols import put_back, raise_again
from align.translate.times import mend_times


def mended(part: Part, size: Callable[[str], int], swap: bool, english: bool) -> str:
    """Return the translation of a part with its symbols, numbers, times, words and names put right.

    Args:
        part: the part.
        size: gives the number of target pieces of a word.
        swap: whether the languages differ in which of comma and point marks decimals.
        english: whether the target is English, which counts the hours to twelve.
    """
    stand_ins = [(letter, guards.with_separators(word, swap)) for letter, word in part.own.foreign]
    target = raise_again(part.text, put_back(part.target, stand_ins))
    target = guards.rejoin_numbers(part.text, target, swap)
    target = mend_times(part.text, target) if english else target
    target = guards.mend_numbers(part.text, target, swap)
    target = guards.mend_words(part.text, target, part.own.told)
    target = mend_names(part.text, target, part.own.names, size, part.own.told)
    return guards.close_quotes(part.text, target)
