"""Sentences: where those of a paragraph begin and end."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from align.segment.rules import Splitter


def split_sentences(text: str, lang: str) -> list[tuple[int, int]]:
    """Find the sentences of one paragraph.

    Args:
        text: the paragraph; line breaks inside it count as spaces.
        lang: code of its language, such as "nl". One that nothing is known of gets cautious rules.

    Returns:
        Spans (start, end) of the sentences, in order and without white space at their ends; what lies
        outside of them is white space.
    """
    return _splitter(lang).split(text)


@lru_cache
def _splitter(lang: str) -> Splitter:
    from align.segment.profile import profile
    from align.segment.rules import Splitter

    return Splitter(profile(lang))


def model_text(source: str) -> str:
    """Return what a translation model is given to read: every run of white space as one space."""
    return " ".join(source.split())
