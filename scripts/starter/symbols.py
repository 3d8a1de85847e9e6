"""Signs and letters that the vocabulary lacks, put on both sides of pairs: the model learns to copy them."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from .pairs import Pair

_NUMBER = re.compile(r"(?<![\w.,:$€£%°-])\d{1,3}(?![\w:%°]|[.,]\d)")
_NAME = re.compile(r"(?<![\w'’-])[A-Z][a-z]{2,}(?![\w'’-])")
_ROUND = re.compile(r"\(([^()]{2,60})\)")
_BEFORE = ("± ", "±", "> ", "< ", "= ", "~", "£ ", "£", "§ ", "#", "× ", "→ ")
_AFTER = ("°", " °C", " °F", "×", " × 2", " = 7", " > 3", "£")
_AROUND = ("[]", "{}", "<>", "__", "@ ", "# ", " ®", " ™", " ©")
_SIGNS = "±×÷→§£°©®<=>~#@"
_LETTERS = {
    "a": "àáâãäåāăą", "c": "çćč", "d": "ďđð", "e": "èêēęě", "g": "ğģ", "i": "ìíîīı", "l": "łļľ", "n": "ñńņň",
    "o": "òóôõöøōő", "r": "řŕ", "s": "śşšș", "t": "ţťțþ", "u": "ùúûüūůű", "y": "ýÿ", "z": "źżž",
}  # fmt: skip
_ENDS = (" [{}]", " [{}]", " ({} °C)", " (± {})", " (= {})", " → {}", " (§ {})", " (£{})")


def _shared(pattern: re.Pattern[str], pair: Pair) -> list[str]:
    """What a pattern finds once on either side, the same on both."""
    sides = pattern.findall(pair.nl), pattern.findall(pair.en)
    return [one for one in sides[0] if sides[0].count(one) == sides[1].count(one) == 1]


def _put(pair: Pair, pattern: re.Pattern[str], old: str, new: str) -> Pair:
    """Put ``new`` where a pattern finds ``old``, on both sides."""
    nl, en = (pattern.sub(lambda m: new if m[0] == old else m[0], text) for text in (pair.nl, pair.en))
    return replace(pair, nl=nl, en=en)


def accented(name: str, rng: random.Random) -> str:
    """Another spelling of a name: one or two of its letters with marks on them."""
    places = [at for at, letter in enumerate(name) if letter.lower() in _LETTERS]
    letters = list(name)
    for at in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        other = rng.choice(_LETTERS[name[at].lower()])
        letters[at] = other if name[at].islower() else other.upper()
    return "".join(letters)


def with_symbol(pair: Pair, rng: random.Random) -> Pair:
    """Put a symbol at a number or name that both sides have, in place of round brackets, or at the end."""
    numbers, names = _shared(_NUMBER, pair), _shared(_NAME, pair)
    if numbers and rng.random() < 0.6:
        old = rng.choice(numbers)
        if rng.random() < 0.3:
            currency, space = rng.choice("$$$€£¥"), rng.choice(("", " "))
            dutch = _put(pair, _NUMBER, old, f"{currency}{space}{old}")
            return replace(_put(pair, _NUMBER, old, f"{currency}{old}"), nl=dutch.nl)
        before = rng.choice(_BEFORE) if rng.random() < 0.7 else rng.choice(_SIGNS) + rng.choice(("", " "))
        new = before + old if rng.random() < 0.6 else old + rng.choice(_AFTER)
        return _put(pair, _NUMBER, old, new)
    if len(_ROUND.findall(pair.nl)) == len(_ROUND.findall(pair.en)) == 1:
        left, right = rng.choice(_AROUND[:2])
        sides = (_ROUND.sub(lambda m: left + m[1] + right, text) for text in (pair.nl, pair.en))
        return replace(pair, **dict(zip(("nl", "en"), sides, strict=True)))
    if names and rng.random() < 0.6:
        old, (left, right) = rng.choice(names), rng.choice(_AROUND)
        if rng.random() < 0.6:
            return _put(pair, _NAME, old, accented(old, rng))
        return _put(pair, _NAME, old, f"{left}{old}{right}".strip())
    if pair.nl[-1:] == pair.en[-1:] == "." and len(pair.nl) > 30:
        tail = rng.choice(_ENDS).format(rng.randint(1, 99))
        return replace(pair, nl=f"{pair.nl[:-1]}{tail}.", en=f"{pair.en[:-1]}{tail}.")
    return pair
