"""Made sentences from a small bilingual grammar: the verbs and phrases of political news in every word order.

Dutch moves its verb: second in a main clause, last in a subordinate one, its prefix at the end. Each made
sentence is correct in both languages, though what it says is chance. Verbs stand in ``verbs.tsv`` (infinitive
with ``+`` after a separable prefix, present, past, past plural, participle, preposition Dutch/English,
English verb, its irregular forms, classes of subject and object), phrases in ``phrases.tsv``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .names import TITLES, Couple, Names
from .pairs import Pair

MADE = "grammar"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Phrase:
    """A noun phrase or adverbial in both languages."""

    nl: str
    en: str
    plural: bool = False


@dataclass(frozen=True)
class Verb:
    """Forms of a verb in both languages; ``prefix`` is the separable part."""

    prefix: str
    infinitive: str
    present: str
    past: str
    past_plural: str
    participle: str
    nl_preposition: str
    en_preposition: str
    english: tuple[str, str, str, str]  # base, third person, past, participle
    subject: str
    object: str


def english_forms(base: str, irregular: str) -> tuple[str, str, str, str]:
    """Base, third person singular, past and participle; regular unless given as ``third/past/participle``."""
    if irregular:
        third, past, participle = irregular.split("/")
        return base, third, past, participle
    head, _, tail = base.partition(" ")
    rest = f" {tail}" if tail else ""
    third = head + ("es" if head.endswith(("s", "sh", "ch", "x")) else "s")
    past = head + ("d" if head.endswith("e") else "ed")
    if head.endswith("y") and head[-2] not in "aeiou":
        third, past = head[:-1] + "ies", head[:-1] + "ied"
    return base, third + rest, past + rest, past + rest


def read_verbs(path: Path = _FOLDER / "verbs.tsv") -> list[Verb]:
    """The verbs; some stand twice, with objects of different classes."""
    verbs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        infinitive, present, past, plural, participle, preposition, english, irregular, kinds = line.split(
            "\t"
        )
        prefix, _, bare = infinitive.rpartition("+")
        nl, _, en = preposition.partition("/")
        forms = english_forms(english, irregular)
        verbs.append(Verb(prefix, bare, present, past, plural, participle, nl, en, forms, kinds[0], kinds[1]))
    return verbs


def read_phrases(path: Path = _FOLDER / "phrases.tsv") -> dict[str, list[Phrase]]:
    """Phrases by class: A actor, P people, T matter, W means, Z when and where, F opening adverb."""
    phrases: dict[str, list[Phrase]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, number, nl, en = line.split("\t")
        phrases.setdefault(kind, []).append(Phrase(nl, en, number == "p"))
    phrases["P"] += [phrase for phrase in phrases["A"] if phrase.plural]
    return phrases


def joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def sentence(nl: str, en: str, stop: str = ".") -> Couple:
    return nl[0].upper() + nl[1:] + stop, en[0].upper() + en[1:] + stop


@dataclass(frozen=True)
class Clause:
    """Subject, verb, object and adverbial of one clause; its methods put them in order."""

    subject: Phrase
    verb: Verb
    object: Phrase
    time: Phrase
    past: bool
    negative: bool

    @property
    def finite(self) -> str:
        verb, plural = self.verb, self.subject.plural
        if self.past:
            return verb.past_plural if plural else verb.past
        return verb.infinitive if plural else verb.present

    @property
    def nl_object(self) -> str:
        return joined(self.verb.nl_preposition, self.object.nl)

    @property
    def no(self) -> str:
        return "niet" if self.negative else ""

    def nl_middle(self) -> str:
        """What stands between the two verb places."""
        if self.verb.nl_preposition:
            return joined(self.time.nl, self.no, self.nl_object)
        return joined(self.nl_object, self.time.nl, self.no)

    def nl_main(self) -> str:
        return joined(self.subject.nl, self.finite, self.nl_middle(), self.verb.prefix)

    def nl_inverted(self) -> str:
        return joined(self.finite, self.subject.nl, self.nl_middle(), self.verb.prefix)

    def nl_subordinate(self) -> str:
        return joined(self.subject.nl, self.nl_middle(), self.verb.prefix + self.finite)

    def en_main(self, time: bool = True) -> str:
        base, third, past, _ = self.verb.english
        if self.negative:
            helper = "did" if self.past else "do" if self.subject.plural else "does"
            verb = f"{helper} not {base}"
        else:
            verb = past if self.past else base if self.subject.plural else third
        return self.en_with(verb, time)

    def en_with(self, verb: str, time: bool = True) -> str:
        tail = self.time.en if time else ""
        return joined(self.subject.en, verb, self.verb.en_preposition, self.object.en, tail)


class Grammar:
    """Draws made pairs."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.verbs, self.phrases = read_verbs(), read_phrases()
        self.patterns: list[Callable[[Clause, random.Random], Couple]] = [
            self.main,
            self.main,
            self.opened,
            self.opened,
            self.timed,
            self.reported,
            self.reported,
            self.perfect,
            self.perfect,
            self.modal,
            self.modal,
            self.passive,
            self.passive,
            self.promised,
            self.quoted,
            self.conditional,
            self.relative,
            self.future,
        ]

    def phrase(self, kind: str, rng: random.Random) -> Phrase:
        """A phrase of a class; actors are sometimes people with a title and a name."""
        if kind in "AP" and rng.random() < 0.3:
            person = self.names.person(rng, "", full=rng.random() < 0.6)
            title = rng.choice(TITLES) if rng.random() < 0.5 else ("", "")
            return Phrase(joined(title[0], person[0]), joined(title[1], person[1]))
        if kind == "A" and rng.random() < 0.15:
            country = rng.choice(self.names.countries)
            if not country[1].endswith("s") and "-" not in country[0]:
                return Phrase(*country)
        if kind == "P" and rng.random() < 0.3:
            kind = "A"
        return rng.choice(self.phrases[kind])

    def clause(self, rng: random.Random) -> Clause:
        verb = rng.choice(self.verbs)
        time = self.phrase("Z", rng) if rng.random() < 0.4 else Phrase("", "")
        subject, thing = self.phrase(verb.subject, rng), self.phrase(verb.object, rng)
        return Clause(subject, verb, thing, time, rng.random() < 0.6, rng.random() < 0.12)

    def draw(self, rng: random.Random) -> Pair:
        """One made pair."""
        nl, en = rng.choice(self.patterns)(self.clause(rng), rng)
        return Pair(nl, en, MADE)

    def main(self, c: Clause, rng: random.Random) -> Couple:
        return sentence(c.nl_main(), c.en_main())

    def opened(self, c: Clause, rng: random.Random) -> Couple:
        first = self.phrase("F", rng)
        comma = "," if rng.random() < 0.8 else ""
        return sentence(f"{first.nl} {c.nl_inverted()}", f"{first.en}{comma} {c.en_main()}")

    def timed(self, c: Clause, rng: random.Random) -> Couple:
        first = self.phrase("Z", rng)
        bare = Clause(c.subject, c.verb, c.object, Phrase("", ""), c.past, c.negative)
        return sentence(f"{first.nl} {bare.nl_inverted()}", f"{first.en}, {bare.en_main()}")

    def reported(self, c: Clause, rng: random.Random) -> Couple:
        speaker = self.phrase("A", rng)
        many = "en" if speaker.plural else ""
        nl, en = rng.choice(
            (
                ("zeiden" if many else "zei", "said"),
                ("benadrukten" if many else "benadrukte", "stressed"),
                ("waarschuwden" if many else "waarschuwde", "warned"),
                ("vreesden" if many else "vreesde", "feared"),
                ("lieten weten" if many else "liet weten", "let it be known"),
                ("ontkenden" if many else "ontkende", "denied"),
                ("vinden" if many else "vindt", "think" if many else "thinks"),
                ("denken" if many else "denkt", "think" if many else "thinks"),
            )
        )
        return sentence(
            f"{speaker.nl} {nl} dat {c.nl_subordinate()}", f"{speaker.en} {en} that {c.en_main()}"
        )

    def perfect(self, c: Clause, rng: random.Random) -> Couple:
        plural, no = c.subject.plural, "not " if c.negative else ""
        timed = c.time.nl and c.past
        has = ("had" if c.past else "have" if plural else "has") + " " + no
        nl_has = ("hadden" if plural else "had") if c.past else ("hebben" if plural else "heeft")
        if not timed:
            c = Clause(c.subject, c.verb, c.object, Phrase("", ""), c.past, c.negative)
        nl = joined(nl_has, c.subject.nl, c.nl_middle(), c.verb.participle)
        straight = joined(c.subject.nl, nl_has, c.nl_middle(), c.verb.participle)
        en = c.en_with(has.strip() + " " + c.verb.english[3])
        if rng.random() < 0.4:
            first = self.phrase("F", rng)
            return sentence(f"{first.nl} {nl}", f"{first.en}, {en}")
        return sentence(straight, en)

    def modal(self, c: Clause, rng: random.Random) -> Couple:
        plural = c.subject.plural
        nl, en, en_no = rng.choice(
            (
                ("willen" if plural else "wil", "want to" if plural else "wants to", ""),
                ("kunnen" if plural else "kan", "can", "cannot"),
                ("moeten" if plural else "moet", "must", ""),
                ("mogen" if plural else "mag", "may", "may not"),
                ("zouden" if plural else "zou", "would", "would not"),
                ("konden" if plural else "kon", "could", "could not"),
                ("zullen" if plural else "zal", "will", "will not"),
            )
        )
        if not en_no:
            c = Clause(c.subject, c.verb, c.object, c.time, c.past, False)
        verb = en_no if c.negative else en
        middle = joined(c.nl_middle(), c.verb.prefix + c.verb.infinitive)
        return sentence(joined(c.subject.nl, nl, middle), c.en_with(f"{verb} {c.verb.english[0]}"))

    def passive(self, c: Clause, rng: random.Random) -> Couple:
        if c.verb.nl_preposition:
            return self.main(c, rng)
        plural, no = c.object.plural, "not " if c.negative else ""
        worden = ("werden" if plural else "werd") if c.past else ("worden" if plural else "wordt")
        be = ("were" if plural else "was") if c.past else ("are" if plural else "is")
        by = rng.random() < 0.6
        nl = joined(c.time.nl, c.no, f"door {c.subject.nl}" if by else "", c.verb.participle)
        en = joined(f"{be} {no}{c.verb.english[3]}", f"by {c.subject.en}" if by else "", c.time.en)
        return sentence(f"{c.object.nl} {worden} {nl}", f"{c.object.en} {en}")

    def promised(self, c: Clause, rng: random.Random) -> Couple:
        nl, en = rng.choice(
            (
                (("weigerden", "weigerde"), "refused"),
                (("beloofden", "beloofde"), "promised"),
                (("besloten", "besloot"), "decided"),
                (("dreigden", "dreigde"), "threatened"),
                (("probeerden", "probeerde"), "tried"),
            )
        )
        who, te = self.phrase("A", rng), joined(c.verb.prefix, "te", c.verb.infinitive)
        told = Clause(who, c.verb, c.object, c.time, True, False)
        return sentence(
            joined(
                who.nl,
                nl[0] if who.plural else nl[1],
                "om" if rng.random() < 0.4 else "",
                told.nl_middle(),
                te,
            ),
            told.en_with(f"{en} to {c.verb.english[0]}"),
        )

    def quoted(self, c: Clause, rng: random.Random) -> Couple:
        speaker = self.phrase("A", rng)
        nl, en = sentence(c.nl_main(), c.en_main(), "")
        if rng.random() < 0.6:
            return f'"{nl}", aldus {speaker.nl}.', f'"{en}," {speaker.en} said.'
        return f'"{nl}", zei {speaker.nl}.', f'"{en}," said {speaker.en}.'

    def conditional(self, c: Clause, rng: random.Random) -> Couple:
        second = self.clause(rng)
        nl, en = rng.choice((("als", "if"), ("omdat", "because"), ("hoewel", "although"), ("nadat", "after")))
        if nl == "als":
            c = Clause(c.subject, c.verb, c.object, c.time, False, c.negative)
            second = Clause(second.subject, second.verb, second.object, second.time, False, second.negative)
        return sentence(
            f"{nl} {c.nl_subordinate()}, {second.nl_inverted()}", f"{en} {c.en_main()}, {second.en_main()}"
        )

    def relative(self, c: Clause, rng: random.Random) -> Couple:
        nl, en, plural = rng.choice(
            (
                ("de man die", "the man who", False),
                ("de vrouw die", "the woman who", False),
                ("het land dat", "the country that", False),
                ("de partij die", "the party that", False),
                ("de landen die", "the countries that", True),
                ("mensen die", "people who", True),
            )
        )
        outer = self.clause(rng)
        inner = Clause(Phrase("", "", plural), c.verb, c.object, c.time, c.past, c.negative)
        who = Phrase(f"{nl} {inner.nl_subordinate()},", f"{en} {inner.en_main()}", plural)
        whole = Clause(who, outer.verb, outer.object, Phrase("", ""), outer.past, outer.negative)
        return sentence(whole.nl_main(), whole.en_main())

    def future(self, c: Clause, rng: random.Random) -> Couple:
        plural = c.subject.plural
        nl = joined(
            c.subject.nl, "gaan" if plural else "gaat", c.nl_middle(), c.verb.prefix + c.verb.infinitive
        )
        no = "not " if c.negative else ""
        return sentence(nl, c.en_with(f"{'are' if plural else 'is'} {no}going to {c.verb.english[0]}"))
