"""What is known of a language: its abbreviations, and the words that are written small inside a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Profile:
    """What decides about the full stops of a language. Words are in lower case, without their last stop.

    Attributes:
        never: abbreviations after which no sentence ends ("prof", "o.a").
        number: words that are abbreviations before a number only ("art", "nr").
        maybe: abbreviations after which a sentence ends if a word of `common` follows with a capital.
        end: abbreviations after which a sentence ends before any capital ("enz").
        common: words that are written small within a sentence, so that a capital shows that one begins.
        starters: the little words among them, which are part of no name ("het", "maar"); they count after
            initials and acronyms.
        particles: words that begin surnames ("de", "van"), so that they show nothing after an initial.
        calendar: days and months that have a capital within a sentence.
        ordinals: whether a number with a full stop can be an ordinal ("3. Mai").
    """

    never: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    end: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    calendar: frozenset[str] = frozenset()
    ordinals: bool = False
    abbreviations: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "abbreviations", self.never | self.maybe | self.end)


@lru_cache
def profile(lang: str) -> Profile:
    """Return what is known of a language; languages without a file of their own share the default.

    Args:
        lang: its code; "nl", "nld" and "nl-BE" are all Dutch.
    """
    code = lang.lower().replace("_", "-").partition("-")[0]
    if not (_DATA / f"{code}.json").is_file():
        code = _canonical(code)
    return _load(code if (_DATA / f"{code}.json").is_file() else "default")


def _canonical(code: str) -> str:
    from align.models.languages import canonical

    try:
        return canonical(code).partition("-")[0]
    except ValueError:
        return "default"


@lru_cache
def _load(code: str) -> Profile:
    data: dict[str, Any] = json.loads((_DATA / f"{code}.json").read_text(encoding="utf-8"))
    words = {k: frozenset(" ".join(v).split()) for k, v in data.items() if isinstance(v, list)}
    words["common"] |= words["starters"]
    return Profile(**words, ordinals=data["ordinals"])
