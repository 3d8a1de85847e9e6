"""Names for augmentation: people (Faker), places (CLDR through Babel), Cyrillic names in two spellings."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Couple = tuple[str, str]  # Dutch, English

LATIN_LOCALES = """
    nl_NL nl_BE en_US en_GB en_IN en_NG fr_FR fr_BE de_DE de_AT es_ES es_MX it_IT pt_PT pt_BR pl_PL cs_CZ
    sk_SK hu_HU ro_RO hr_HR sl_SI tr_TR sv_SE no_NO da_DK fi_FI et_EE lv_LV lt_LT id_ID fil_PH yo_NG ig_NG
    az_AZ is_IS
"""
CYRILLIC_LOCALES = ("uk_UA", "ru_RU", "bg_BG")

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґ"
_DUTCH = "a b v g d e jo zj z i j k l m n o p r s t oe f ch ts tsj sj sjtsj  y  e joe ja je i ji g"
_ENGLISH = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya ye i yi g"

# Titles that stand before a name.
TITLES: tuple[Couple, ...] = (
    ("premier", "Prime Minister"),
    ("president", "President"),
    ("minister", "Minister"),
    ("bondskanselier", "Chancellor"),
    ("secretaris-generaal", "Secretary-General"),
    ("burgemeester", "Mayor"),
    ("generaal", "General"),
    ("professor", "Professor"),
    ("dokter", "Doctor"),
    ("oud-president", "former president"),
    ("oud-premier", "former prime minister"),
    ("voorzitter", "chairman"),
    ("partijleider", "party leader"),
    ("trainer", "coach"),
    ("hoogleraar", "professor"),
    ("woordvoerder", "spokesperson"),
    ("senator", "Senator"),
)


def romanise(name: str) -> Couple:
    """A Cyrillic name in Dutch and in English spelling: Шевченко is Sjevtsjenko and Shevchenko."""

    def spell(letters: str) -> str:
        table = dict(zip(_CYRILLIC, letters.split(" "), strict=True))
        written = "".join(table.get(c.lower(), c) for c in name)
        return " ".join(word[:1].upper() + word[1:] for word in written.split(" "))

    return spell(_DUTCH), spell(_ENGLISH)


def latin(text: str) -> bool:
    return all(not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in text)


@dataclass
class Names:
    """Pools of name pairs; ``first`` maps a known given name to its sex (``m``, ``f`` or empty)."""

    given: dict[str, list[Couple]] = field(default_factory=lambda: {"m": [], "f": []})
    family: list[Couple] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)
    countries: list[Couple] = field(default_factory=list)
    cities: list[Couple] = field(default_factory=list)
    words: list[Couple] = field(default_factory=list)
    adjectives: list[Couple] = field(default_factory=list)

    def person(self, rng: random.Random, sex: str, full: bool) -> Couple:
        """A given name, or a full name whose family name may come from another country."""
        first = rng.choice(self.given[sex or rng.choice("mf")])
        if not full:
            return first
        last = rng.choice(self.family)
        return f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"


def people(each: int = 250) -> Names:
    """Names from Faker's locales, the same in every run."""
    from faker import Faker

    names = Names()
    for locale in (*LATIN_LOCALES.split(), *CYRILLIC_LOCALES):
        faker = Faker(locale)
        faker.seed_instance(1)
        for _ in range(each):
            for sex, draw in (("m", faker.first_name_male), ("f", faker.first_name_female)):
                name = draw()
                couple = romanise(name) if locale in CYRILLIC_LOCALES else (name, name)
                if latin(couple[0]):
                    names.given[sex].append(couple)
                    for spelt in couple:
                        names.first[spelt] = sex if names.first.get(spelt, sex) == sex else ""
            last = faker.last_name()
            couple = romanise(last) if locale in CYRILLIC_LOCALES else (last, last)
            if latin(couple[0]):
                names.family.append(couple)
    return names


def places(names: Names) -> None:
    """Add CLDR's countries, cities and other named things in both languages."""
    from babel import Locale

    dutch, english = Locale("nl"), Locale("en")
    for code, name in english.territories.items():
        couple = (dutch.territories.get(code, ""), name.replace("&", "and"))
        if len(code) == 2 and couple[0] and latin("".join(couple)) and "(" not in "".join(couple):
            names.countries.append(couple)
    for zone, entry in dutch.time_zones.items():
        default = zone.split("/")[-1].replace("_", " ")
        couple = (entry.get("city", ""), english.time_zones.get(zone, {}).get("city", default))
        if zone.count("/") == 1 and all(couple):
            names.cities.append(couple)
    kinds: Sequence[tuple[Mapping[str, str], Mapping[str, str]]] = (
        (dutch.languages, english.languages),
        (dutch.territories, english.territories),
    )
    for left, right in kinds:
        shared = [k for k in left if k in right and "(" not in left[k]]
        names.words += [(left[k], right[k].replace("&", "and")) for k in shared]
    for width in ("months", "days"):
        left, right = getattr(dutch, width)["format"]["wide"], getattr(english, width)["format"]["wide"]
        names.words += [(left[k], right[k]) for k in left]


def demonyms(names: Names) -> None:
    """Add countries with their adjectives (both Dutch endings) and inhabitants from ``demonyms.tsv``."""
    for line in Path(__file__).with_name("demonyms.tsv").read_text(encoding="utf-8").splitlines():
        land, country, adjective, english, person, inhabitant = line.split("\t")
        inflected = adjective if adjective.endswith("e") else f"{adjective}e"
        names.words += [(land, country), (adjective, english), (inflected, english), (person, inhabitant)]
        names.adjectives.append((inflected, english))


def load_names() -> Names:
    """All pools."""
    names = people()
    places(names)
    demonyms(names)
    return names
