"""What language a text is in, by its commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from align.models.languages import canonical

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
ENOUGH, _CLEAR = 20, 2.0
"""Common words that a sample must have of a language, and how many times those of the expected one."""


def likely_language(texts: Sequence[str], expected: str, enough: int = ENOUGH) -> str | None:
    """Return the language that texts are in by their common words, if it is clearly not the expected one.

    Only languages whose commonest words are known here are told apart; for others the answer is None.

    Args:
        texts: sentences.
        expected: code of the language that they should be in.
        enough: common words that there must be of the other language.
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
    return best if count >= enough and count > _CLEAR * hits[code] else None
