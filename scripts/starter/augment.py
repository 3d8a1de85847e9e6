"""Changes that keep a pair a translation: names, places, numbers, dates swapped on both sides; noise."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from .names import TITLES, Couple, Names
from .pairs import LEXICON, Pair
from .symbols import with_symbol

DAYS: tuple[Couple, ...] = tuple(
    zip(
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MONTHS: tuple[Couple, ...] = (
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
)
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\w’'-]*[a-zß-ÿ]\b")
_NUMBER = re.compile(r"(?<![\w.,:-])\d+(?:[.,]\d+)*(?![\w:-]|[.,]\d)")
_QUOTES = (("“", "”"), ("„", "”"), ("‘", "’"), ("'", "'"), ("«", "»"))


def once(word: str, text: str) -> bool:
    """Whether a word stands exactly once in a text, as a whole word."""
    return len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", text)) == 1


def exchange(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


def swap(pair: Pair, old: Couple, new: Couple) -> Pair:
    return replace(pair, nl=exchange(pair.nl, old[0], new[0]), en=exchange(pair.en, old[1], new[1]))


@dataclass
class Augmenter:
    """Applies each change with its own chance; a pair nothing applies to stays the same object."""

    names: Names
    name_chance: float = 0.5
    place_chance: float = 0.3
    number_chance: float = 0.3
    date_chance: float = 0.3
    quote_chance: float = 0.25
    stop_chance: float = 0.05
    symbol_chance: float = 0.03

    def __call__(self, pair: Pair, rng: random.Random) -> Pair:
        if pair.source == LEXICON:
            return pair
        if rng.random() < self.name_chance:
            pair = self.people(pair, rng)
        if rng.random() < self.place_chance:
            pair = self.places(pair, rng)
        if rng.random() < self.number_chance:
            pair = self.numbers(pair, rng)
        for list_ in (DAYS, MONTHS):
            if rng.random() < self.date_chance:
                pair = self.dates(pair, list_, rng)
        if rng.random() < self.symbol_chance:
            pair = with_symbol(pair, rng)
        return self.noise(pair, rng)

    def people(self, pair: Pair, rng: random.Random) -> Pair:
        """Exchange people whose given name stands once on both sides, family name and all."""
        for name in dict.fromkeys(_CAPITAL.findall(pair.en)):
            sex = self.names.first.get(name)
            if sex is None or not once(name, pair.nl) or not once(name, pair.en):
                continue
            tail = re.search(rf"(?<!\w){re.escape(name)} ([A-ZÀ-Þ][\w’'-]*[a-zß-ÿ])\b", pair.en)
            old = tail.group(0) if tail and tail.group(0) in pair.nl else name
            if tail and old == name:
                continue
            new = self.names.person(rng, sex, full=old != name or rng.random() < 0.5)
            if old == name and " " in new[0] and rng.random() < 0.3:
                new = self.titled(new, pair.nl.startswith(old), pair.en.startswith(old), rng)
            pair = swap(pair, (old, old), new)
        return pair

    def titled(self, person: Couple, first_nl: bool, first_en: bool, rng: random.Random) -> Couple:
        nl, en = rng.choice(TITLES)
        nl = nl.capitalize() if first_nl else nl
        return f"{nl} {person[0]}", f"{en[:1].upper() + en[1:] if first_en else en} {person[1]}"

    def places(self, pair: Pair, rng: random.Random) -> Pair:
        """Exchange one country or city by another of its kind."""
        for pool in (self.names.countries, self.names.cities, self.names.adjectives):
            for old in self._places_in(pair, pool):
                new = rng.choice(pool)
                plural = any(name.endswith("s") or name.startswith("United") for name in (old[1], new[1]))
                if not plural and not once(new[0], pair.nl):
                    return swap(pair, old, new)
        return pair

    @staticmethod
    def _places_in(pair: Pair, pool: list[Couple]) -> list[Couple]:
        found = [couple for couple in pool if couple[1] in pair.en and couple[0] in pair.nl]
        return [c for c in found if once(c[0], pair.nl) and once(c[1], pair.en) and "-" not in c[0]]

    def numbers(self, pair: Pair, rng: random.Random) -> Pair:
        """Exchange numbers of two digits and more that agree, decimal comma against decimal point."""
        for dutch in dict.fromkeys(_NUMBER.findall(pair.nl)):
            english = dutch.translate(str.maketrans(",.", ".,"))
            if len(dutch) < 2 or not once(dutch, pair.nl) or not once(english, pair.en):
                continue
            if re.fullmatch(r"(1[89]|20)\d\d", dutch):
                new = str(rng.randint(1850, 2035))
            else:
                digits = [rng.choice("0123456789") if c.isdigit() else c for c in dutch]
                digits[0] = rng.choice("123456789") if dutch[0] != "0" else "0"
                new = "".join(digits)
            pair = swap(pair, (dutch, english), (new, new.translate(str.maketrans(",.", ".,"))))
        return pair

    def dates(self, pair: Pair, choices: tuple[Couple, ...], rng: random.Random) -> Pair:
        """Exchange a day or month that stands once on both sides."""
        present = [c for c in choices if once(c[0], pair.nl) and once(c[1], pair.en)]
        if len(present) != 1:
            return pair
        return swap(pair, present[0], rng.choice(choices))

    def noise(self, pair: Pair, rng: random.Random) -> Pair:
        """Other quotation marks on the Dutch side; now and then no full stop on both, as in headlines."""
        if pair.nl.count('"') == 2 and pair.en.count('"') == 2 and rng.random() < self.quote_chance:
            left, right = rng.choice(_QUOTES)
            before, inside, after = pair.nl.split('"')
            pair = replace(pair, nl=f"{before}{left}{inside}{right}{after}")
        if pair.nl.endswith(".") and pair.en.endswith(".") and rng.random() < self.stop_chance:
            pair = replace(pair, nl=pair.nl[:-1], en=pair.en[:-1])
        return pair
