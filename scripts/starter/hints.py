"""Teaches the model to take hints: words of the Dutch side give way to their translations.

In training as at run time (``align.translate.lexicon``) a hint is the pieces of the translation, each a
source token of its own. Here it is put in only where the English side has it, and only now and then, so that
the model reads Dutch with and without.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from align.translate.lexicon import MARK, PART, Hint, Hints, Lexicon
from align.translate.tokens import Pieces

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
REFUSED_FILE = Path(__file__).parent / "refused.txt"
"""Entries that the model does better without; ``prove.py`` finds them."""

Translations = Mapping[str, Sequence[str]]


def told() -> dict[str, Sequence[str]]:
    """The entries that a model is told from: words in their usual sense and as parts, names, expressions.

    Refused words are left to compounds, refused expressions are left out.
    """
    files = LEXICON_FILE, PARTS_FILE, RENAMED_FILE, EXPRESSIONS_FILE
    lexicon, parts, names, expressions = map(read_lexicon, files)
    refused = set(REFUSED_FILE.read_text(encoding="utf-8").splitlines())
    entries = {**parts, **{word: senses[:1] for word, senses in (lexicon | names).items()}, **expressions}
    return {
        PART + entry if entry in refused else entry: senses
        for entry, senses in entries.items()
        if entry not in refused or " " not in entry
    }


def needed(entries: dict[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The entries without the compounds that their parts translate as well."""
    whole = Lexicon(entries)
    spare = {word for word, senses in entries.items() if whole.compound(word) == senses[0]}
    while True:
        kept = Lexicon({word: senses for word, senses in entries.items() if word not in spare})
        missed = {word for word in spare if kept.compound(word) != entries[word][0]}
        if not missed:
            return {word: senses for word, senses in entries.items() if word not in spare}
        spare -= missed


def write_told(path: Path) -> None:
    """Write the lexicon that an exported model takes its hints from."""
    lines = (f"{word}\t{'; '.join(senses)}\n" for word, senses in needed(told()).items())
    path.write_text("".join(lines), encoding="utf-8")


def told_pieces(lexicon: Translations, vocabularies: Vocabularies, size: int) -> list[str]:
    """The ``size`` target pieces that hints need most: all characters, then by use in translations."""
    uses: dict[str, float] = {piece: 1e9 for piece in vocabularies.targets[2:] if len(piece.strip("▁")) <= 1}
    for number, senses in enumerate(lexicon.values()):
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

    def __post_init__(self) -> None:
        spell = self.vocabularies.target.encode
        self.at = {token: i for i, token in enumerate(self.vocabularies.sources)}
        known = {token.removeprefix(MARK) for token in self.at if token.startswith(MARK)}
        self.hints = Hints(
            Lexicon(self.entries), known, lambda text: [spell(text, out_type=str)] if text else []
        )

    def __call__(self, pair: Pair, links: Links, rng: random.Random) -> tuple[list[int], Links]:
        """Source ids of a pair, some words as hints, and the links under their new numbers."""
        mapping = self.vocabularies.source.encode(pair.nl, return_type="offset_mapping")
        pieces = Pieces(mapping["pieces"], mapping["offsets"])
        chosen = self.chosen(pair, pieces, rng) if rng.random() < _EXAMPLES else []
        number = list(range(len(pieces)))
        for hint, told in reversed(chosen):
            shift = len(told) - (hint.last - hint.first)
            number[hint.last :] = [i + shift for i in number[hint.last :]]
            inside = range(hint.first, hint.last)
            number[hint.first : hint.last] = [min(i, hint.first + len(told) - 1) for i in inside]
        spliced = self.hints.spliced(pieces, [hint for hint, _ in chosen])
        ids = [self.at.get(token, 1) for token in spliced.pieces]
        return ids, sorted({(number[i], j) for i, j in links if i < len(number)})

    def chosen(self, pair: Pair, pieces: Pieces, rng: random.Random) -> list[tuple[Hint, list[str]]]:
        """Hints for a pair that its English side bears out, drawn at random, with their tokens."""
        english = [word.lower() for word in words(pair.en)]
        text = f" {' '.join(english)} "
        chosen = []
        for hint in self.hints.found(pair.nl, pieces, words=1, names=1):
            fragments = hint.last - hint.first > 1
            chance = _NAME if hint.copied and fragments else _FRAGMENTED if fragments else _WHOLE
            if rng.random() >= chance:
                continue
            target = self.borne_out(pair.nl[hint.begin : hint.end], hint, text, english, rng)
            told = self.hints.pieces(target) if target else None
            if told:
                chosen.append((Hint(hint.begin, hint.end, hint.first, hint.last, target), told))
        return chosen

    def borne_out(self, word: str, hint: Hint, text: str, english: Sequence[str], rng: random.Random) -> str:
        """The sense of a word that the English side has, in its form there or another; empty if none."""
        small = word if word in self.senses else word.lower()
        senses = [hint.target, *(() if hint.copied else self.senses.get(small, ()))]
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
