"""What looks wrong with two documents before they are paired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from align.models.languages import language_name
from align.text.language import likely_language


def suspicions(
    names: tuple[str, str], texts: tuple[Sequence[str], Sequence[str]], languages: tuple[str, str]
) -> Iterator[str]:
    """Yield a line about what looks wrong: an empty side, the same text twice, a wrong language."""
    for name, side in zip(names, texts, strict=True):
        if not side:
            yield f"{name} has no text: every sentence of the other side stands alone"
    if texts[0] and list(texts[0]) == list(texts[1]):
        yield f"{names[0]} and {names[1]} are the same text"
    for name, side, language in zip(names, texts, languages, strict=True):
        found = likely_language(side, language)
        if found:
            yield f"{name} looks like {language_name(found)}, not {language_name(language)}"
