"""Sentences: where those of a paragraph begin and end."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\Wa-z])|(?<=[。！？])(?=\S)")


def split_sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Find the sentences of one paragraph.

    Args:
        text: the paragraph; line breaks inside it count as spaces.
        lang: code of its language, such as "nl".

    Returns:
        Spans (start, end) of the sentences, in order and without white space at their ends; what lies
        outside of them is white space.
    """
    spans, start = [], 0
    for end in [m.end() for m in _END.finditer(text)] + [len(text)]:
        body = text[start:end].strip()
        if body:
            first = text.index(body, start)
            spans.append((first, first + len(body)))
        start = end
    return spans


def model_text(source: str) -> str:
    """Return what a translation model is given to read: every run of white space as one space."""
    return " ".join(source.split())
