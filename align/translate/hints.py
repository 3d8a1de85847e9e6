"""Words that a model does not know are told to it: a lexicon's translation stands in their place.

A model that has the tokens for it (`MARK` and a target piece) reads, in place of the fragments of a rare
word, the pieces of its translation, and fits them into the sentence it writes; names it copies. The method is
code-switching (Song et al. 2019, "Code-Switching for Enhancing NMT with Pre-Specified Translation").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from align.errors import ModelError
from align.translate.lexicon import Lexicon, read_lexicon
from align.translate.names import names_of
from align.translate.surnames import opens_sentence, surnames_of
from align.translate.symbols import Alphabet, Edit
from align.translate.tokens import MARK, SPACE, Pieces, Tokenizer, capital

if TYPE_CHECKING:
    from align.models.manifest import Model
    from align.translate.glossary import Glossary

WORD_PIECES, NAME_PIECES = 2, 3
"""Fewest pieces of a word that the lexicon is asked for, and of a name that is copied.

The starter of the fifth training, greedy, on the first 300 lines of FLORES-200 dev: 24.59 BLEU and 56.30 chrF
with words of two pieces, 24.32 and 55.99 from three on (24.53 and 56.31 with names of two, too).
"""

SPARE_PIECES = 3
"""How many more pieces than its likeliest spelling has a translation may be told in, if that is not known.

So 2,238 of the starter's 9,776 expressions (*Dertigjarige Oorlog*) are told that could not be. On the first
300 lines of FLORES-200 dev, beam 4, it makes no difference: 25.20 BLEU without, 25.19 with 3.
"""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LONGEST = 8  # words of an expression
_PIECE = 24  # letters of the longest piece
_MODIFIER, _HEAD = 3, 5  # fewest letters of the parts of what looks like a compound


@dataclass(frozen=True, slots=True)
class Hint:
    """A translation for a stretch of a text.

    Attributes:
        begin, end: the stretch, in code points.
        first, last: the pieces that it consists of, as a range.
        target: its translation.
        copied: whether that is the stretch itself, a name.
        besides: other pieces that it translates with the stretch, as ranges: a verb's particle.
        wanted: whether it must be told: a user's term, or a name that got lost.
    """

    begin: int
    end: int
    first: int
    last: int
    target: str
    copied: bool = False
    besides: tuple[tuple[int, int], ...] = ()
    wanted: bool = False

    @property
    def spare(self) -> float:
        """How many more pieces than usual it may be spelt in; a name none, unless it got lost."""
        return inf if self.wanted else 0 if self.copied else SPARE_PIECES


class Hints:
    """Puts translations in the place of words that a model would have to read from fragments.

    Args:
        lexicon: where translations are looked up.
        known: the target pieces that the model can be told.
        spell: gives the best segmentations of a text into target pieces, best first.
        glossary: terms of the user's, which go before all else.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        known: Collection[str],
        spell: Callable[[str], list[list[str]]],
        glossary: Glossary | None = None,
    ) -> None:
        self._lexicon, self._known, self._spell = lexicon, known, lru_cache(1 << 16)(spell)
        self._glossary = glossary

    def pieces(self, target: str, spare: float = 0) -> list[str] | None:
        """Return the source tokens that tell the model a text; None if it cannot be told.

        Args:
            target: the text.
            spare: how many more pieces than the likeliest spelling has another may have.
        """
        spellings = self._spell(target)
        for spelt in spellings:
            if all(piece in self._known for piece in spelt):
                return [MARK + piece for piece in spelt]
        fewest = self._fewest(target) if spare and spellings else []
        fit = fewest and len(fewest) <= len(spellings[0]) + spare
        return [MARK + piece for piece in fewest] if fit else None

    def _fewest(self, target: str) -> list[str]:
        """Return the fewest pieces that the model can be told and that spell a text; [] if none do."""
        text = SPACE + target.replace(" ", SPACE)
        best: list[list[str] | None] = [[], *[None] * len(text)]
        for end in range(1, len(text) + 1):
            for begin in range(max(0, end - _PIECE), end):
                before, now, piece = best[begin], best[end], text[begin:end]
                if before is None or piece not in self._known:
                    continue
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, piece]
        return best[-1] or []

    def found(
        self,
        text: str,
        pieces: Pieces,
        words: int = WORD_PIECES,
        names: int = NAME_PIECES,
        leave: Collection[str] = (),
        copy: Collection[str] = (),
    ) -> list[Hint]:
        """Return the hints for a text.

        Args:
            text: a sentence.
            pieces: its source pieces.
            words, names: fewest pieces of a word and of a name that are looked at.
            leave: entries of the glossary that are not to be told.
            copy: names that are copied, however few pieces they have.
        """
        begins = {b + text[b : b + 1].isspace(): i for i, (b, e) in enumerate(pieces.offsets) if e > b}
        ends = {e: i + 1 for i, (b, e) in enumerate(pieces.offsets) if e > b}
        matches = list(_WORD.finditer(text))
        terms = self._terms(text, begins, ends, leave)
        taken = {at for term in terms for at in range(term.first, term.last)}
        verbs = self._separated(text, matches, begins, ends, taken)
        taken |= {at for hint in verbs.values() for at, _ in hint.besides}
        hints: list[Hint] = []
        for at, match in enumerate(matches):
            begin = match.start()
            if (hints and begin < hints[-1].end) or begin not in begins or begins[begin] in taken:
                continue
            if begin in verbs:
                hints.append(verbs[begin])
                continue
            ahead = takewhile(lambda m: begins.get(m.start()) not in taken, matches[at : at + _LONGEST])
            opens, run = opens_sentence(text, begin), _run(text, list(ahead))
            expression = self._lexicon.expression([m[0] for m in run], first=opens)
            end = run[expression[0] - 1].end() if expression else match.end()
            if end not in ends:
                continue
            first, last = begins[begin], ends[end]
            if copied := _copied(text, begin, copy, ends):
                last = ends[begin + len(copied)]
                hints.append(Hint(begin, begin + len(copied), first, last, copied, copied=True, wanted=True))
            elif expression:
                hints.append(Hint(begin, end, first, last, expression[1]))
            elif hint := self._word(match, Hint(begin, end, first, last, ""), opens, words, names):
                hints.append(hint)
        return sorted([*terms, *hints], key=lambda hint: hint.begin)

    def _terms(
        self, text: str, begins: Mapping[int, int], ends: Mapping[int, int], leave: Collection[str]
    ) -> list[Hint]:
        """Return the hints for the user's terms, as far as pieces begin and end with them."""
        hints: list[Hint] = []
        for term in self._glossary.terms(text) if self._glossary else ():
            if term.entry in leave or term.begin not in begins or term.end not in ends:
                continue
            target, form = term.targets[0], text[term.begin : term.end]
            if form[0] != term.entry[0] and form != form.upper():
                target = (
                    capital(target) if self.pieces(capital(target)) else target
                )  # few capitals can be told in one piece
            first, last = begins[term.begin], ends[term.end]
            hints.append(Hint(term.begin, term.end, first, last, target, wanted=True))
        return hints

    def _separated(
        self,
        text: str,
        matches: Sequence[re.Match[str]],
        begins: Mapping[int, int],
        ends: Mapping[int, int],
        taken: Collection[int],
    ) -> dict[int, Hint]:
        """Return the hints for separable verbs of which no piece is taken, by where they begin."""
        hints: dict[int, Hint] = {}
        for verb in self._lexicon.separable.found(text, [match.span() for match in matches]).values():
            spans = [matches[number].span() for number in (verb.verb, *verb.others)]
            if all(begins.get(begin, -1) not in {-1, *taken} and end in ends for begin, end in spans):
                (first, last), *besides = ((begins[begin], ends[end]) for begin, end in spans)
                begin, end = spans[0]
                hints[begin] = Hint(begin, end, first, last, verb.target, besides=tuple(besides))
        return hints

    def _word(self, match: re.Match[str], hint: Hint, opens: bool, words: int, names: int) -> Hint | None:
        """Return the hint for one word, None if there is none or the word has too few pieces."""
        word, size = match[0], hint.last - hint.first
        if size >= words and (target := self._lexicon.translation(word, first=opens)):
            return replace(hint, target=target)
        if size >= names and _name(word) and not opens:
            return replace(hint, target=word, copied=True)
        return None

    def edits(self, hints: Sequence[Hint], others: Sequence[Edit] = ()) -> list[Edit]:
        """Return the edits that put in hints, and others outside of them, the first of those that overlap."""
        found = list[Edit]()
        for hint in hints:
            told = self.pieces(hint.target, hint.spare)
            if told is not None:
                found.append((hint.first, hint.last, told, hint.begin, hint.end))
                found += ((first, last, [], 0, 0) for first, last in hint.besides)
        taken = {at for edit in found for at in range(*edit[:2])}
        for edit in others:
            if taken.isdisjoint(range(*edit[:2])):
                found.append(edit)
                taken.update(range(*edit[:2]))
        return sorted(found)

    def spliced(self, pieces: Pieces, hints: Sequence[Hint], others: Sequence[Edit] = ()) -> Pieces:
        """Return pieces with hints and other edits put in; a hint's pieces share its stretch of the text."""
        tokens, offsets, at = list[str](), list[tuple[int, int]](), 0
        for first, last, told, begin, end in self.edits(hints, others):
            tokens += pieces.pieces[at:first] + told
            offsets += pieces.offsets[at:first]
            edges = [begin + (end - begin) * k // len(told) for k in range(1, len(told) + 1)]
            offsets += zip([pieces.offsets[first][0], *edges], edges, strict=False)
            at = last
        words: dict[str, float] = {}
        for hint in hints:
            if self.pieces(hint.target, hint.spare) is not None:
                for word in _WORD.findall(hint.target):
                    words[word] = max(words.get(word, 0), hint.spare)
        spelt = tuple(word for word, spare in words.items() if len(self.pieces(word, spare) or ()) > 1)
        return Pieces([*tokens, *pieces.pieces[at:]], [*offsets, *pieces.offsets[at:]], pieces.unknown, spelt)


def _run(text: str, matches: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Return the first of some words and those that follow it with nothing but a space between."""
    run = [matches[0]]
    for match in matches[1:]:
        if text[run[-1].end() : match.start()] != " ":
            break
        run.append(match)
    return run


def _copied(text: str, begin: int, copy: Collection[str], ends: Collection[int]) -> str:
    """Return the longest of the names that stands at an offset, up to where a piece ends; empty if none."""
    fit = ((n, begin + len(n)) for n in copy if text.startswith(n, begin))
    return max(
        (n for n, end in fit if end in ends and not text[end : end + 1].isalnum()), key=len, default=""
    )


def _name(word: str) -> bool:
    """Tell whether a word looks like a name: a capital and small letters."""
    return word[0].isupper() and any(c.islower() for c in word)


class HintedTokenizer(Tokenizer):
    """A tokenizer that puts hints from a lexicon into the source.

    Args:
        source, target: paths of the SentencePiece models.
        lexicon: path of the lexicon, see `read_lexicon`.
        vocabulary: the model's source tokens.
        glossary: the user's terms.

    Raises:
        ModelError: if a file is not what it should be.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        lexicon: Path,
        vocabulary: Collection[str],
        glossary: Glossary | None = None,
    ) -> None:
        super().__init__(source, target)
        known = {token.removeprefix(MARK) for token in vocabulary if token.startswith(MARK)}
        self._plain = {m: plain for m, plain in self._plain.items() if plain in "\"'" or chr(m) not in known}
        self._lexicon = read_lexicon(lexicon)
        self._hints = Hints(self._lexicon, known, self.spellings, glossary)
        self._alphabet = Alphabet(self.has, known)

    def encode(self, text: str, leave: Collection[str] = (), copy: Collection[str] = ()) -> Pieces:
        """Return the source pieces of a text, terms and the words that the model does not know as hints."""
        plain = super().encode(text)
        hints = self._hints.found(text, plain, leave=leave, copy=copy)
        told = [(hint.begin, hint.end) for hint in hints if not hint.copied]
        apart = tuple((hint.first, first) for hint in hints for first, _ in hint.besides)
        names = names_of(text, plain, self._ordinary, told, self._lexicon.has)
        spans = tuple((plain.offsets[verb], plain.offsets[other]) for verb, other in apart)
        surnames = surnames_of(text, names, self.knows)
        edits, stand_ins = self._alphabet.foreign(text, plain, [word for word in copy if word[0].isdigit()])
        replaced = {at for edit in edits for at in range(*edit[:2])}
        hints = [h for h in hints if not h.copied or replaced.isdisjoint(range(h.first, h.last))]
        spliced = self._hints.spliced(plain, hints, [*edits, *self._alphabet.symbols(plain)])
        return replace(spliced, names=names, surnames=surnames, apart=spans, foreign=tuple(stand_ins))

    def _ordinary(self, word: str) -> bool:
        """Tell whether a word with a capital may be another than a name."""
        small = word[0].lower() + word[1:]
        if self._lexicon.translation(word, first=True) or self._lexicon.compound(small):
            return True
        if small.endswith("se") and self.size(word) > 1:  # an adjective: Partizaanse
            return True
        # A compound ends with a word: Sovjetleger, Covid-virus.
        cuts = range(_MODIFIER, len(small) - _HEAD + 1)
        ends = [small, small.split("-")[-1], *(small[cut:] for cut in cuts)]
        return any(self.knows(end) or self._lexicon.has(end) for end in ends)


def model_tokenizer(model: Model, glossary: Glossary | None = None) -> Tokenizer:
    """Return the tokenizer of a model; if it has a lexicon, one that tells it hints and terms."""
    source, target = model.path / model.source_spm, model.path / model.target_spm
    if not model.lexicon:
        return Tokenizer(source, target)
    from align.models.manifest import vocabulary_files

    file = vocabulary_files(model.path)[0]
    try:
        vocabulary = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot be read as JSON: {error}", file=file, remedy="add the model again"
        ) from error
    return HintedTokenizer(source, target, model.path / model.lexicon, vocabulary, glossary)
