"""Times of day: what a model makes of the 24 hours is put right where English counts to twelve twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_UNIT = r"\s?(?:uur\b|u\b|Uhr\b)"
_SOURCE = re.compile(
    rf"(?<![\d.,:])(?:{_CLOCK}(?=\s?(?:tot|en|of|bis|und|oder|-|–|/)\s?{_CLOCK}{_UNIT})|{_CLOCK}(?={_UNIT})"
    r"|(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:]))"
)
_TARGET = re.compile(
    r"(?<![\d.,:$€£])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\.?)(?!\w)"
    r"|(?<![\d.,:])(?P<h>\d{1,2}):(?P<m>[0-5]\d)(?![\d:])(?:\s?(?P<late>[ap]\.?m\.?)(?!\w))?"
    r"|(?<![\d.,:])(?P<clock>\d{1,2}|\d \d) o['’]clock"
    r"|(?<!\w)(?P<word>noon|midnight)(?!\w)",
    re.IGNORECASE,
)


_NONE = 99
"""An hour that no time has."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day; ``half`` is *a* or *p* before or after noon, *?* for either, or empty."""

    hour: int
    minute: int
    half: str = ""

    def fits(self, other: Time) -> bool:
        """Tell whether a time of a text may be this one, of 24 hours."""
        if self.minute != other.minute:
            return False
        if other.half == "?":
            return other.hour % 12 == self.hour % 12 and other.hour != _NONE
        if other.half:
            return other.hour % 12 == self.hour % 12 and (other.half == "p") == (12 <= self.hour < 24)
        return other.hour % 24 == self.hour % 24


def with_colon(text: str) -> str:
    """Write times with a colon, *12:30 uur* for *12.30 uur*: no model takes that for a number."""
    return _SOURCE.sub(lambda match: match[0].replace(".", ":"), text)


def mend_times(source: str, target: str) -> str:
    """Put right the times of an English text, if it has as many as its source, in the same order.

    Args:
        source: a text with times of 24 hours.
        target: its translation.
    """
    parted = (re.split("[.:]", match[0]) for match in _SOURCE.finditer(source))
    wanted = [Time(int(hour), int(minute)) for hour, minute in parted]
    found = list(_TARGET.finditer(target))
    if not wanted or len(wanted) != len(found):
        return target
    for right, match in reversed(list(zip(wanted, found, strict=True))):
        if not right.fits(_read(match)):
            written, rest = _written(right, match), target[match.end() :]
            target = target[: match.start()] + (written.rstrip(".") if rest[:1] == "." else written) + rest
    return target


def _read(match: re.Match[str]) -> Time:
    """Return the time that a target has."""
    if match["word"]:
        return Time(12, 0, "p") if match["word"].lower() == "noon" else Time(12, 0, "a")
    if match["clock"]:  # of twelve; "20 o'clock" is none
        hour = int(match["clock"]) if match["clock"].isdigit() else _NONE
        return Time(hour if 0 < hour <= 12 else _NONE, 0, "?")
    half = (match["half"] or match["late"] or "")[:1].lower()
    return Time(int(match["hour"] or match["h"]), int(match["minute"] or match["m"] or 0), half)


def _written(time: Time, like: re.Match[str]) -> str:
    """Return a time in the form that the wrong one has."""
    half = like["half"] or like["late"]
    if not half and not like["word"] and not like["clock"]:
        return f"{time.hour}:{time.minute:02}"
    late = 12 <= time.hour < 24
    if time.minute == 0 and time.hour % 12 == 0:
        return "noon" if late else "midnight"
    hour = f"{time.hour % 12 or 12}" + (f":{time.minute:02}" if time.minute else "")
    letter = "p" if late else "a"
    return f"{hour} {letter + half[1:] if half else letter + '.m.'}"
