"""Differences between two texts by word, and characters that must not act on a display."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb"
_ACTIVE = re.compile(f"[{_CONTROLS}\u202d\u202e]")
_ACTIVE_IN_LINES = re.compile(f"[{_CONTROLS}\u202a-\u202e\u2066-\u2069]")
_MAX_CELLS = 1_000_000
"""Longest comparison (tokens times tokens): beyond it texts are shown without marks."""

_NAMES = {
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
}  # fmt: skip


def differences(text: str, other: str) -> list[tuple[str, bool]]:
    """Part a text into stretches, and say of each whether another text lacks it.

    Tokens are words and punctuation marks, compared as by `difflib`. White space between two tokens that
    are both lacking is lacking too.

    Args:
        text: the text to mark.
        other: the text to compare it with.

    Returns:
        Stretches in order, which joined make up `text`.
    """
    spans = [m.span() for m in _TOKEN.finditer(text)]
    theirs = _TOKEN.findall(other)
    if not spans or len(spans) * len(theirs) > _MAX_CELLS:
        return [(text, False)] if text else []
    ours = [text[a:b] for a, b in spans]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    kept = [False] * len(ours)
    for start, _, size in matcher.get_matching_blocks():
        kept[start : start + size] = [True] * size
    return list(_stretches(text, spans, kept))


def _stretches(text: str, spans: list[tuple[int, int]], kept: list[bool]) -> Iterator[tuple[str, bool]]:
    """Yield stretches of a text by which of its tokens are kept."""
    start, lacking, last = 0, False, 0
    for (begin, end), keep in zip(spans, kept, strict=True):
        if keep == lacking:
            cut = last if lacking else begin
            if cut > start:
                yield text[start:cut], lacking
            start, lacking = cut, not keep
        last = end
    if lacking and last > start:
        yield text[start:last], True
        start, lacking = last, False
    if start < len(text):
        yield text[start:], lacking


def active_characters(text: str, *, lines: bool = False) -> Iterator[tuple[str, str | None]]:
    """Part a text at characters that would act on a display: control characters, bidirectional overrides.

    Args:
        text: the text.
        lines: whether other text follows on the same line, which embeddings and isolates would reach too.

    Yields:
        A stretch and None, or such a character and a short name for it.
    """
    start = 0
    for found in (_ACTIVE_IN_LINES if lines else _ACTIVE).finditer(text):
        if found.start() > start:
            yield text[start : found.start()], None
        yield found[0], character_name(found[0])
        start = found.end()
    if start < len(text):
        yield text[start:], None


def character_name(character: str) -> str:
    """Return a short visible name of a control character."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return _NAMES.get(character) or ("␡" if code == 0x7F else f"U+{code:04X}")


def long_name(character: str) -> str:
    """Return the code point and Unicode name of a character."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
