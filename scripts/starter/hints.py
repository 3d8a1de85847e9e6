"""Teaches the model to take hints: words of the Dutch side give way to their translations.

In training as at run time (``align.translate.hints``) a hint is the pieces of the translation, each a
source token of its own. Here it is put in only where the English side has it, and only now and then, so that
the model reads Dutch with and without.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from align.translate.hints import Hint, Hints
from align.translate.lexicon import PART, SENSES, Lexicon
from align.translate.separable import GAP, SELF
from align.translate.symbols import Alphabet, Edit
from align.translate.tokens import MARK, SPACE, Pieces

from .lexical import Links
from .pairs import Pair, words
from .widen import LEXICON_FILE, read_lexicon

if TYPE_CHECKING:
    from .embed import Vocabularies

_EXAMPLES = 0.8  # share of examples that may get hints
_FRAGMENTED, _WHOLE, _NAME = 0.7, 0.12, 0.6  # chances of a word in fragments, of another one, and of a name
_MISLED = 0.1  # share of hints that give the usual sense where the sentence has another
_STEM = 4  # letters that an inflected form must share with its hint

PARTS_FILE = Path(__file__).parent / "parts.tsv"
"""Common words, with the sense that they have as parts of compounds last."""
EXPRESSIONS_FILE = Path(__file__).parent / "expressions.tsv"
"""Expressions of several words that mean another thing than their words."""
RENAMED_FILE = Path(__file__).parent / "renamed.tsv"
"""Names that Dutch spells otherwise than English, and words made from them."""
SEPARABLE_FILE = Path(__file__).parent / "separable.tsv"
"""Separable verbs: prefix and infinitive, present, past, past plural; English base, third person and past,
each with as many senses. Stems are not among them: they look like nouns (*deel … uit*)."""
REFUSED_FILE = Path(__file__).parent / "refused.txt"
"""Entries that the model does better without; ``prove.py`` finds them."""

Translations = Mapping[str, Sequence[str]]


def separable() -> dict[str, list[list[str]]]:
    """The forms of each separable verb as entries with a gap, with their English forms by sense.

    Of each sense the form that translates the entry comes first. Raises ``ValueError`` on a faulty line.
    """
    found: dict[str, list[list[str]]] = {}
    for number, line in enumerate(SEPARABLE_FILE.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        english = [cell.split(SENSES) for cell in cells[4:]]
        if len(cells) != 7 or len({len(senses) for senses in english}) != 1 or "+" not in cells[0]:
            raise ValueError(f"{SEPARABLE_FILE}:{number}: not seven cells with as many senses")
        particle, infinitive = cells[0].split("+")
        reflexive = particle.startswith(f"{SELF} ")
        rest = [SELF, particle.removeprefix(f"{SELF} ")] if reflexive else [particle]
        for verb, form in zip((infinitive, *cells[1:4]), (0, 1, 2, 2), strict=True):
            forms = [[sense[form], *sense] for sense in zip(*english, strict=True)]
            found.setdefault(f" {GAP} ".join([verb, *rest]), forms)
    return found


def told(*, proved: bool = True) -> dict[str, Sequence[str]]:
    """The entries that a model is told from: words in their usual sense and as parts, names, expressions,
    separable verbs.

    Refused words are left to compounds, refused expressions are left out. Refused verbs and those of several
    senses are told where they stand as one word only. With ``proved`` false, as for training, all are there.
    """
    files = LEXICON_FILE, PARTS_FILE, RENAMED_FILE, EXPRESSIONS_FILE
    usual, parts, names, expressions = map(read_lexicon, files)
    refused = set(REFUSED_FILE.read_text(encoding="utf-8").splitlines()) if proved else set()
    words = {word: senses[:1] for word, senses in (usual | names).items()}
    apart, united = dict[str, Sequence[str]](), dict[str, Sequence[str]]()
    for entry, senses in separable().items():
        if not proved or (len(senses) == 1 and entry not in refused):
            apart[entry] = senses[0][:1]
        elif SELF not in entry:
            verb, particle = entry.split(f" {GAP} ")
            united[particle + verb] = senses[0][:1]
    entries = {**parts, **united, **words, **expressions, **apart}
    return {
        PART + entry if entry in refused else entry: senses
        for entry, senses in entries.items()
        if entry not in refused or " " not in entry
    }


def lexicon(entries: Translations) -> Lexicon:
    """A lexicon that looks entries up."""
    return Lexicon({word: SENSES.join(senses) for word, senses in entries.items()})


def needed(entries: dict[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The entries without the compounds that their parts translate as well, and verbs that stand apart."""

    def derived(known: Lexicon, word: str) -> str | None:
        return known.separable.united(word) or known.compound(word)

    whole = lexicon(entries)
    spare = {word for word, senses in entries.items() if derived(whole, word) == senses[0]}
    while True:
        kept = lexicon({word: senses for word, senses in entries.items() if word not in spare})
        missed = {word for word in spare if derived(kept, word) != entries[word][0]}
        if not missed:
            return {word: senses for word, senses in entries.items() if word not in spare}
        spare -= missed


def write_told(path: Path) -> None:
    """Write the lexicon that an exported model takes its hints from."""
    lines = (f"{word}\t{'; '.join(senses)}\n" for word, senses in needed(told()).items())
    path.write_text("".join(lines), encoding="utf-8")


def told_pieces(entries: Translations, vocabularies: Vocabularies, size: int) -> list[str]:
    """The ``size`` target pieces that hints need most: all characters, then by use in translations."""
    uses: dict[str, float] = {piece: 1e9 for piece in vocabularies.targets[2:] if len(piece.strip("▁")) <= 1}
    for number, senses in enumerate(entries.values()):
        for piece in vocabularies.target.encode(senses[0], out_type=str):
            # Frequent words count more; pieces that spell any word count by their many uses.
            uses[piece] = uses.get(piece, 0.0) + 1 / (1 + number / 5000)
    known = set(vocabularies.targets)
    ordered = sorted((p for p in uses if p in known), key=lambda p: -uses[p])
    return ordered[:size]


@dataclass
class Hinter:
    """Puts hints into training pairs; ``entries`` are what hints are taken from, ``senses`` all that words
    may mean."""

    vocabularies: Vocabularies
    entries: Translations
    senses: Translations
    hints: Hints = field(init=False)
    forms: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        spell = self.vocabularies.target.encode
        self.at = {token: i for i, token in enumerate(self.vocabularies.sources)}
        self.told = {token.removeprefix(MARK) for token in self.at if token.startswith(MARK)}
        self.hints = Hints(
            lexicon(self.entries), self.told, lambda text: [spell(text, out_type=str)] if text else []
        )
        self.forms = {}
        for senses in separable().values():
            self.forms.setdefault(senses[0][0], []).extend(form for sense in senses for form in sense)

    def __call__(self, pair: Pair, links: Links, rng: random.Random) -> tuple[list[int], Links]:
        """Source ids of a pair, some words as hints, and the links under their new numbers."""
        mapping = self.vocabularies.source.encode(pair.nl, return_type="offset_mapping")
        pieces = Pieces(mapping["pieces"], mapping["offsets"])
        chosen = self.chosen(pair, pieces, rng) if rng.random() < _EXAMPLES else []
        number: list[int] = list(range(len(pieces)))
        others = self.symbols(pair, pieces)
        edits = self.hints.edits(chosen, others)
        for first, last, told, _, _ in reversed(edits):
            shift = len(told) - (last - first)
            number[last:] = [i + shift for i in number[last:]]
            number[first:last] = [min(i, first + max(0, len(told) - 1)) for i in number[first:last]]
        for hint in chosen:
            for first, last in hint.besides:  # what a particle is linked to, its verb says now
                number[first:last] = [number[hint.first]] * (last - first)
        spliced = self.hints.spliced(pieces, chosen, others)
        ids = [self.at.get(token, 1) for token in spliced.pieces]
        return ids, sorted({(number[i], j) for i, j in links if i < len(number)})

    def symbols(self, pair: Pair, pieces: Pieces) -> list[Edit]:
        """Symbols that the Dutch vocabulary lacks and the English side has."""
        edits = Alphabet(self.at.__contains__, self.told).symbols(pieces)
        return [edit for edit in edits if all(token.lstrip(MARK + SPACE) in pair.en for token in edit[2])]

    def chosen(self, pair: Pair, pieces: Pieces, rng: random.Random) -> list[Hint]:
        """Hints for a pair that its English side bears out, drawn at random."""
        english = [word.lower() for word in words(pair.en)]
        text = f" {' '.join(english)} "
        chosen = []
        for hint in self.hints.found(pair.nl, pieces, words=1, names=1):
            fragments = hint.last - hint.first > 1 or bool(hint.besides)
            chance = _NAME if hint.copied and fragments else _FRAGMENTED if fragments else _WHOLE
            if rng.random() >= chance:
                continue
            target = self.borne_out(pair.nl[hint.begin : hint.end], hint, text, english, rng)
            if target and self.hints.pieces(target):
                chosen.append(replace(hint, target=target))
        return chosen

    def borne_out(self, word: str, hint: Hint, text: str, english: Sequence[str], rng: random.Random) -> str:
        """The sense of a word that the English side has, in its form there or another; empty if none."""
        small = word if word in self.senses else word.lower()
        others = self.forms.get(hint.target.lower(), ()) if hint.besides else self.senses.get(small, ())
        senses = [hint.target, *(() if hint.copied else others)]
        for sense in senses:
            lower = sense.lower()
            stem = lower[: max(_STEM, len(lower) - 3)]
            inflected = len(lower) > _STEM and any(one.startswith(stem) for one in english)
            if f" {lower} " in text or (inflected and not hint.copied):
                if rng.random() < _MISLED:
                    return hint.target
                capital = hint.target[0].isupper() and sense[0].islower()
                return sense[0].upper() + sense[1:] if capital else sense
        return ""
