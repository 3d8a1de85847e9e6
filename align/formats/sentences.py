"""Sentences within a bead: where to part a text that is known to be several."""

from __future__ import annotations

import re

from align.errors import FormatError

_STRONG = re.compile(r"""[.!?…。！？]["'”’»)\]]*\s+(?=(\S))""")
_WEAK = re.compile(r"\s+")


def split_sentences(text: str, count: int, language: str | None = None) -> list[tuple[int, int]]:
    """Part a text into a known number of sentences.

    The segmenter is asked first. If it finds another number, breaks are sought at white space: after final
    punctuation where there is some, else where the parts come out equally long. Where there is too little
    white space the last sentences are empty.

    Args:
        text: the text, which the sentences and the white space between them make up.
        count: number of sentences.
        language: code of its language, for the segmenter; None to do without.

    Returns:
        The spans of the sentences; the first begins at 0, the last ends with the text.

    Raises:
        FormatError: if there is text but no sentence.
    """
    if count == 0 and text:
        raise FormatError("a bead without sentences has text", remedy="correct its `bead` column")
    if count < 2:
        return [(0, len(text))][:count]
    found = _segmented(text, language) if language else []
    if len(found) == count:
        return [(0 if n == 0 else a, len(text) if n == count - 1 else b) for n, (a, b) in enumerate(found)]
    weak = [m.span() for m in _WEAK.finditer(text) if m.start() > 0 and m.end() < len(text)]
    strong_ends = {m.end() for m in _STRONG.finditer(text) if not m[1].islower()}
    strong = [span for span in weak if span[1] in strong_ends]
    breaks = _nearest(strong, count - 1, len(text))
    if len(breaks) < count - 1:
        rest = [span for span in weak if span not in breaks]
        breaks = sorted(breaks + _nearest(rest, count - 1 - len(breaks), len(text)))
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    empty = [(len(text), len(text))] * (count - len(starts))
    return [*zip(starts, ends, strict=True), *empty]


def _segmented(text: str, language: str) -> list[tuple[int, int]]:
    """Return the sentences that the segmenter finds."""
    from align.segment import split_sentences as find

    return find(text, language)


def _nearest(spans: list[tuple[int, int]], count: int, length: int) -> list[tuple[int, int]]:
    """Choose breaks near those that would make equal parts, in order."""
    if len(spans) <= count:
        return list(spans)
    chosen: list[tuple[int, int]] = []
    first = 0
    for number in range(1, count + 1):
        last = len(spans) - (count - number)
        ideal = number * length / (count + 1)
        best = min(range(first, last), key=lambda i: abs(spans[i][0] - ideal))
        chosen.append(spans[best])
        first = best + 1
    return chosen
