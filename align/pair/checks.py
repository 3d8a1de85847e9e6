"""What looks wrong with two documents before they are paired."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from align.models.languages import canonical, language_name

_WORDS = {
    "de": "der die und das ist nicht von mit den dem ein eine auf sich für auch als wird bei nach",
    "en": "the of and to that is was for with are this from have which not by be it as at",
    "es": "el los las y que en una por con para del se su como más pero no es un lo",
    "fr": "le la les des et est une du que dans pour qui pas sur au il ce ne sont avec",
    "it": "il di che è per un della non sono con gli nel una anche alla del più si ha come",
    "nl": "de het een van en niet dat zijn voor met aan ook maar er bij nog uit wordt op te",
    "pl": "i w nie na się z że jest do to jak przez dla od po ale oraz są o tym",
    "pt": "o os as que e do da em um uma não para com dos no na por mais se ao",
}
_LANGUAGE_OF = {word: [k for k, words in _WORDS.items() if word in words.split()]
                for word in " ".join(_WORDS.values()).split()}  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")
_SAMPLE = 400
_ENOUGH, _CLEAR = 20, 2.0
"""Common words that a sample must have of a language, and how many times those of the expected one."""


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


def likely_language(texts: Sequence[str], expected: str) -> str | None:
    """Return the language that texts are in by their common words, if it is clearly not the expected one.

    Only languages whose commonest words are known here are told apart; for others the answer is None.
    """
    code = canonical(expected).partition("-")[0]
    if code not in _WORDS:
        return None
    hits: Counter[str] = Counter()
    step = max(len(texts) // _SAMPLE, 1)
    for text in texts[::step]:
        for word in _LETTERS.findall(text.lower()):
            hits.update(_LANGUAGE_OF.get(word, ()))
    if not hits:
        return None
    best, count = hits.most_common(1)[0]
    return best if count >= _ENOUGH and count > _CLEAR * hits[code] else None
