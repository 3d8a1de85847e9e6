"""Language codes: one form for the many ways to write a language, and hints for those that are none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from align.errors import LanguageError

_TWO_LETTERS = re.compile(r"[a-z]{2}")
_RETIRED = frozenset({"bh", "in", "iw", "ji", "jw", "mo", "sh"})
"""Two-letter codes that are no longer the canonical ones."""
_NORWEGIAN = frozenset({"nb", "nn", "no"})

NAMES = {
    "af": "Afrikaans", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "eo": "Esperanto",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "fy": "Western Frisian", "ga": "Irish", "gl": "Galician", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "is": "Icelandic",
    "it": "Italian", "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "lb": "Luxembourgish",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "mt": "Maltese",
    "nb": "Norwegian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""English names of common languages, for hints and tables."""


def canonical(code: str) -> str:
    """Return the canonical BCP-47 form of a language code: "nld", "dut" and "NL" are "nl".

    Raises:
        ValueError: if it is not a language code.
    """
    if _TWO_LETTERS.fullmatch(code) and code not in _RETIRED:
        return code  # already canonical; spares the import on the common path
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    try:
        language = Language.get(code.replace("_", "-")).prefer_macrolanguage()
    except LanguageTagError as error:
        raise ValueError(f"{code!r} is not a language code") from error
    if not language.language:
        raise ValueError(f"{code!r} is not a language code")
    return language.to_tag()


def best_match(code: str, known: Iterable[str]) -> str | None:
    """Return the member of `known` that stands for the language `code`, None if there is none.

    An equal tag is preferred to one that shares only the language: "pt-BR" to "pt" for "pt-BR".

    Raises:
        ValueError: if `code` is not a language code.
    """
    wanted = canonical(code)
    same_language = None
    for candidate in known:
        tag = canonical(candidate)
        if tag == wanted:
            return candidate
        if same_language is None and _base(tag) == _base(wanted):
            same_language = candidate
    return same_language


def _base(tag: str) -> str:
    """Return the language subtag, Norwegian's written forms taken as one."""
    base = tag.partition("-")[0]
    return "no" if base in _NORWEGIAN else base


def is_language(code: str) -> bool:
    """Tell whether a code belongs to a language that is registered."""
    from langcodes import tag_is_valid

    try:
        return bool(tag_is_valid(canonical(code)))
    except ValueError:
        return False


def check_language(code: str, known: Collection[str] = ()) -> None:
    """Check that a code is one of a language that is registered, or one of the canonical tags in `known`.

    Raises:
        LanguageError: if it is none; near names are in the remedy.
    """
    try:
        tag = canonical(code)
    except ValueError:
        tag = ""
    if tag and (tag in known or is_language(tag)):
        return
    hints = near(code, known)
    hint = f"did you mean {' or '.join(hints)}?" if hints else "give a BCP-47 code such as nl or en"
    raise LanguageError(f"{code!r} is not a known language code", remedy=hint)


def near(code: str, known: Iterable[str] = ()) -> list[str]:
    """Return up to three codes that a mistyped code or a language's English name may stand for."""
    word = code.strip().casefold()
    names = {name.casefold(): tag for tag, name in NAMES.items()}
    found = [names[hit] for hit in difflib.get_close_matches(word, names, 2, 0.75)]
    found += difflib.get_close_matches(word, sorted({*known, *NAMES}), 3, 0.6)
    return list(dict.fromkeys(found))[:3]


def language_name(code: str) -> str:
    """Return the English name of a language, its code where the name is not known."""
    return NAMES.get(code) or NAMES.get(code.partition("-")[0]) or code
