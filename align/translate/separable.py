"""Separable verbs: the finite verb of a Dutch clause and the particle at its end are one word.

In "De minister *blijft* nog een jaar *aan*" the two stand apart, and each alone means another thing. A
lexicon's entry for them has a gap: ``blijft … aan``, and ``sluit … zich … aan`` for a reflexive verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from align.translate.tokens import capital

GAP = "…"
"""What stands, in an entry, for the words between a verb and its particle."""

SELF = "zich"
_FARTHEST = 24  # words from particle to verb
_BREAK = re.compile(r"[;:!?…()\[\]\"'“”„‘’«»–—\n]|[.,](?!\d)|(?<!\S)-\s")
_CLAUSE = frozenset(
    {"dat", "die", "doordat", "hoewel", "maar", "nadat", "omdat", "tenzij", "terwijl", "voordat", "want",
     "wat", "wie", "zodat"}
)  # fmt: skip
"""Words that begin a clause of their own."""
_AFTER = frozenset(
    {"aan", "achter", "als", "bij", "binnen", "boven", "dan", "dat", "door", "en", "gedurende", "hoe",
     "hoewel", "in", "langs", "maar", "met", "mits", "na", "naar", "naast", "nadat", "of", "om", "omdat",
     "onder", "op", "over", "rond", "sinds", "tegen", "tenzij", "terwijl", "tijdens", "toen", "tot",
     "totdat", "tussen", "uit", "van", "vanaf", "vanuit", "vanwege", "volgens", "voor", "voordat", "waar",
     "waardoor", "wanneer", "want", "wat", "wegens", "zoals", "zodat", "zodra", "zonder"}
)  # fmt: skip
"""Words that may follow a particle: those that begin what Dutch puts behind the end of the clause."""
_BEFORE = frozenset({"tot", "van", "vanaf"})
_PRONOMINAL = frozenset({"daar", "er", "hier", "waar"})
"""Words that a preposition may have left behind: in "daar staat hij op" *op* is no particle."""


@dataclass(frozen=True, slots=True)
class Separated:
    """A verb apart from its particle.

    Attributes:
        verb: number of the word that the translation stands for.
        others: numbers of the words that belong to it, in order.
        target: the translation.
    """

    verb: int
    others: tuple[int, ...]
    target: str


def is_separable(entry: str) -> bool:
    """Tell whether an entry is that of a verb with its gaps: verb, perhaps ``zich``, particle."""
    verb, *others = entry.split(f" {GAP} ")
    plain = all(word and GAP not in word for word in (verb, *others))
    return plain and len(others) > 0 and others[:-1] in ([], [SELF])


class Separable:
    """Finds separable verbs by the entries of a lexicon.

    Args:
        entries: pairs of an entry with gaps and its translation.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._targets: dict[tuple[str, str, bool], str] = {}
        for entry, target in entries:
            verb, *middle, particle = entry.split(f" {GAP} ")
            self._targets[verb, particle, SELF in middle] = target
        self._particles = frozenset(particle for _, particle, _ in self._targets)
        self._longest = max(map(len, self._particles), default=0)

    def found(self, text: str, spans: Sequence[tuple[int, int]]) -> Mapping[int, Separated]:
        """Return the separable verbs of a text by the number of their verb.

        Args:
            text: a text.
            spans: begin and end of its words.
        """
        words = [text[begin:end] for begin, end in spans]
        if self._particles.isdisjoint(words):
            return {}
        nexts = [*(begin for begin, _ in spans[1:]), len(text)]
        between = [text[end:begin] for (_, end), begin in zip(spans, nexts, strict=True)]
        breaks = [bool(_BREAK.search(some)) for some in between[:-1]] + [True]
        at_end = [
            bool(_BREAK.match(some.lstrip())) if some.strip() else after is None or after in _AFTER
            for some, after in zip(between, [*words[1:], None], strict=True)
        ]
        hits = (
            self._finite(words, breaks, at) if at_end[at] else self._infinitive(words, breaks, at)
            for at, word in enumerate(words)
            if word in self._particles
        )
        found: dict[int, Separated] = {}
        taken: set[int] = set()
        for hit in hits:
            if hit and taken.isdisjoint((hit.verb, *hit.others)):
                found[hit.verb] = hit
                taken.update((hit.verb, *hit.others))
        return found

    def united(self, word: str) -> str | None:
        """Return the translation of a verb that its particle begins, as in a subordinate clause."""
        for cut in range(2, min(self._longest, len(word) - 2) + 1):
            particle = word[:cut]
            if particle in self._particles and (target := self._targets.get((word[cut:], particle, False))):
                return target
        return None

    def _infinitive(self, words: Sequence[str], breaks: Sequence[bool], at: int) -> Separated | None:
        """Return the verb of ``aan te blijven`` whose particle is the word ``at``, if it is one."""
        if breaks[at] or words[at + 1] != "te" or breaks[at + 1]:
            return None
        reflexive = None
        for i in range(at - 1, max(-1, at - 8), -1):
            if breaks[i] or words[i] in _CLAUSE or words[i] in ("te", "om"):
                break
            if words[i] == SELF:
                reflexive = i
                break
        target = self._targets.get((words[at + 2], words[at], reflexive is not None))
        others = (at,) if reflexive is None else (reflexive, at)
        return Separated(at + 2, others, target) if target else None

    def _finite(self, words: Sequence[str], breaks: Sequence[bool], at: int) -> Separated | None:
        """Return the nearest verb before the word ``at`` whose particle that is, if it is one."""
        reflexive = None
        for i in range(at - 1, max(-1, at - _FARTHEST), -1):
            word = words[i]
            if breaks[i] or word in _CLAUSE or word in _PRONOMINAL or (i == at - 1 and word in _BEFORE):
                return None
            if word == SELF:
                reflexive = i
                continue
            opens = i == 0 or breaks[i - 1]
            small = word.lower() if opens else word
            if target := self._targets.get((small, words[at], reflexive is not None)):
                if i and not opens and words[i - 1].lower() in _PRONOMINAL:
                    return None
                others = (at,) if reflexive is None else (reflexive, at)
                return Separated(i, others, target if small == word else capital(target))
        return None
