"""Words that a model does not know are told to it: a lexicon's translation stands in their place.

A model that has the tokens for it (`MARK` and a target piece) reads, in place of the fragments of a rare
word, the pieces of its translation, and fits them into the sentence it writes; names it copies. The method is
code-switching (Song et al. 2019, "Code-Switching for Enhancing NMT with Pre-Specified Translation").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from align.errors import ModelError
from align.translate.separable import GAP, Separable
from align.translate.tokens import Pieces, Tokenizer

if TYPE_CHECKING:
    from align.models.manifest import Model

MARK = "⇒"
"""What a source token begins with that stands for a piece of the target language."""

SENSES = "; "
"""What stands between the translations of an entry."""

PART = "-"
"""What an entry begins with that counts only as a part of compounds."""

WORD_PIECES, NAME_PIECES = 3, 3
"""Fewest pieces of a word that the lexicon is asked for, and of a name that is copied.

Words of two pieces the starter mostly knows: with hints for them, too, the first 300 lines of FLORES-200 dev
lost .4 BLEU by greedy search (scripts/bench_quality.py).
"""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_STARTS = frozenset(".!?…:\"'“„”‘’«»")
_LONGEST = 8  # words of an expression
_LEAST, _MOST = 3, 50  # letters of a part of a compound, and of a compound
_SEAMS = ("", "s", "e", "en", "n", "-")
"""What may join the parts of a Dutch or German compound."""


class Lexicon:
    """Words, expressions and separable verbs with their translations.

    Args:
        entries: translations of each, joined by ``; ``, most usual first; words by falling frequency.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries
        self._ranks = dict(zip(entries, range(len(entries)), strict=True))
        several = [entry for entry in entries if " " in entry]
        self.separable = Separable((entry, self._senses(entry)[0]) for entry in several if GAP in entry)
        self._expressions: dict[str, list[list[str]]] = {}
        for words in (entry.split(" ") for entry in several if GAP not in entry):
            self._expressions.setdefault(words[0], []).append(words)
        for some in self._expressions.values():
            some.sort(key=len, reverse=True)

    def _senses(self, entry: str) -> list[str]:
        """Return the translations of an entry; empty if there is none."""
        said = self._entries.get(entry)
        return said.split(SENSES) if said else []

    def expression(self, words: Sequence[str], *, first: bool) -> tuple[int, str] | None:
        """Return the number of words and the translation of the longest expression that begins a text.

        Args:
            words: the words of the text.
            first: whether they begin the sentence, so that a capital says nothing.
        """
        openings = [words[0], words[0][0].lower() + words[0][1:]] if first else [words[0]]
        for opening in dict.fromkeys(openings):
            for entry in self._expressions.get(opening, ()):
                if entry[1:] == list(words[1 : len(entry)]):
                    said = self._senses(" ".join(entry))[0]
                    return len(entry), said if opening == words[0] else _capital(said)
        return None

    def translation(self, word: str, *, first: bool) -> str | None:
        """Return the translation of a word or a compound, with the word's capital; None if there is none.

        Args:
            word: the word as it stands in its sentence.
            first: whether it begins the sentence, so that a capital says nothing.
        """
        if senses := self._senses(word):
            return senses[0]
        small = word[0].lower() + word[1:]
        if small == word:
            return self._hyphenated(word) or self.compound(word)
        # With a capital it may be a name, which its parts as a compound would garble.
        if first:
            senses = self._senses(small)
            if said := senses[0] if senses else self._hyphenated(small):
                return _capital(said)
        return self._hyphenated(word)

    def _hyphenated(self, word: str) -> str | None:
        """Return the translation of a word with hyphens part by part; names and initials in it stay."""
        if "-" not in word:
            return None
        *others, head = word.split("-")
        said, known = [], False
        for part in (*others, head):
            found = self._part(part, last=part is head)
            text = found[1] if found else None if part[:1].isupper() else self.compound(part)
            if not text and not part[:1].isupper():
                return None
            known = known or bool(text)
            said.append(text or part)
        return " ".join(said) if known else None

    def compound(self, word: str) -> str | None:
        """Return the translation of a compound of two or three known words; None if it is none.

        Of several splits it is that into fewest parts, then that whose rarest part is the most frequent
        (Koehn and Knight 2003, "Empirical Methods for Compound Splitting").
        """
        return (self._split(word) or (0, 0, None))[2] if len(word) <= _MOST else None

    def _split(self, word: str, parts: int = 3) -> tuple[int, int, str] | None:
        """Return, of the best split, the number of parts, the rank of the rarest and their translations."""
        best: tuple[int, int, str] | None = None
        for cut in range(_LEAST, len(word) - _LEAST + 1):
            last = self._part(word[cut:], last=True)
            right = (1, *last) if last else self._split(word[cut:], parts - 1) if parts > 2 else None
            if right is None:
                continue
            for rank, said in self._modifiers(word[:cut]):
                found = right[0] + 1, max(rank, right[1]), f"{said} {right[2]}"
                best = found if best is None or found[:2] < best[:2] else best
        return best

    def _modifiers(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the readings of the first part of a compound, less what joins it to the next."""
        for seam in _SEAMS:
            stem = text[: len(text) - len(seam)]
            if text.endswith(seam) and len(stem) >= _LEAST and (part := self._part(stem, last=False)):
                yield part

    def _part(self, word: str, *, last: bool) -> tuple[int, str] | None:
        """Return rank and translation of a part, in the sense that a part has if it is not the last one."""
        for entry in (PART + word, word):
            if senses := self._senses(entry):
                return self._ranks[entry], senses[0] if last else senses[-1]
        return None


def read_lexicon(path: Path) -> Lexicon:
    """Read a lexicon: lines of ``word<TAB>translation; translation``, words by falling frequency.

    Raises:
        ModelError: if a line is not so; the file and the line are named.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot be read: {error}", file=path, remedy="add the model again") from error
    cells = [line.split("\t") for line in lines]
    for number, cell in enumerate(cells, 1):
        if len(cell) != 2 or not cell[0] or not cell[1]:
            raise ModelError("not a word, a tab and its translations", file=path, line=number)
    return Lexicon(dict(cells))


def _capital(text: str) -> str:
    """Return a text with a capital."""
    return text[0].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Hint:
    """A translation for a stretch of a text.

    Attributes:
        begin, end: the stretch, in code points.
        first, last: the pieces that it consists of, as a range.
        target: its translation.
        copied: whether that is the stretch itself, a name.
        besides: other pieces that it translates with the stretch, as ranges: a verb's particle.
    """

    begin: int
    end: int
    first: int
    last: int
    target: str
    copied: bool = False
    besides: tuple[tuple[int, int], ...] = ()


class Hints:
    """Puts translations in the place of words that a model would have to read from fragments.

    Args:
        lexicon: where translations are looked up.
        known: the target pieces that the model can be told.
        spell: gives the best segmentations of a text into target pieces, best first.
    """

    def __init__(
        self, lexicon: Lexicon, known: Collection[str], spell: Callable[[str], list[list[str]]]
    ) -> None:
        self._lexicon, self._known, self._spell = lexicon, known, lru_cache(1 << 16)(spell)

    def pieces(self, target: str) -> list[str] | None:
        """Return the source tokens that tell the model a text; None if it cannot be told."""
        for spelt in self._spell(target):
            if all(piece in self._known for piece in spelt):
                return [MARK + piece for piece in spelt]
        return None

    def found(
        self, text: str, pieces: Pieces, words: int = WORD_PIECES, names: int = NAME_PIECES
    ) -> list[Hint]:
        """Return the hints for a text.

        Args:
            text: a sentence.
            pieces: its source pieces.
            words, names: fewest pieces of a word and of a name that are looked at.
        """
        begins = {b + text[b : b + 1].isspace(): i for i, (b, e) in enumerate(pieces.offsets) if e > b}
        ends = {e: i + 1 for i, (b, e) in enumerate(pieces.offsets) if e > b}
        matches = list(_WORD.finditer(text))
        verbs = self._separated(text, matches, begins, ends)
        taken = {at for hint in verbs.values() for at, _ in hint.besides}
        hints: list[Hint] = []
        for at, match in enumerate(matches):
            begin = match.start()
            if (hints and begin < hints[-1].end) or begin not in begins or begins[begin] in taken:
                continue
            if begin in verbs:
                hints.append(verbs[begin])
                continue
            ahead = takewhile(lambda m: begins.get(m.start()) not in taken, matches[at : at + _LONGEST])
            opens, run = _opens(text, begin), _run(text, list(ahead))
            expression = self._lexicon.expression([m[0] for m in run], first=opens)
            end = run[expression[0] - 1].end() if expression else match.end()
            if end not in ends:
                continue
            first, last = begins[begin], ends[end]
            if expression:
                hints.append(Hint(begin, end, first, last, expression[1]))
            elif hint := self._word(match, Hint(begin, end, first, last, ""), opens, words, names):
                hints.append(hint)
        return hints

    def _separated(
        self, text: str, matches: Sequence[re.Match[str]], begins: Mapping[int, int], ends: Mapping[int, int]
    ) -> dict[int, Hint]:
        """Return the hints for separable verbs, by where they begin."""
        hints: dict[int, Hint] = {}
        for verb in self._lexicon.separable.found(text, [match.span() for match in matches]).values():
            spans = [matches[number].span() for number in (verb.verb, *verb.others)]
            if all(begin in begins and end in ends for begin, end in spans):
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

    def edits(self, hints: Sequence[Hint]) -> list[tuple[int, int, list[str], int, int]]:
        """Return ranges of pieces, the tokens that replace them and the stretches that these stand for."""
        found = list[tuple[int, int, list[str], int, int]]()
        for hint in hints:
            told = self.pieces(hint.target)
            if told is not None:
                found.append((hint.first, hint.last, told, hint.begin, hint.end))
                found += ((first, last, [], 0, 0) for first, last in hint.besides)
        return sorted(found)

    def applied(self, text: str, pieces: Pieces) -> Pieces:
        """Return the pieces of a text with the hints in the place of what they translate."""
        return self.spliced(pieces, self.found(text, pieces))

    def spliced(self, pieces: Pieces, hints: Sequence[Hint]) -> Pieces:
        """Return pieces with hints put in; the hint's pieces share its stretch of the text."""
        tokens, offsets, at = list[str](), list[tuple[int, int]](), 0
        for first, last, told, begin, end in self.edits(hints):
            tokens += pieces.pieces[at:first] + told
            offsets += pieces.offsets[at:first]
            edges = [begin + (end - begin) * k // len(told) for k in range(1, len(told) + 1)]
            offsets += zip([pieces.offsets[first][0], *edges], edges, strict=False)
            at = last
        words = dict.fromkeys(word for hint in hints for word in _WORD.findall(hint.target))
        spelt = tuple(word for word in words if len(self.pieces(word) or ()) > 1)
        return Pieces([*tokens, *pieces.pieces[at:]], [*offsets, *pieces.offsets[at:]], pieces.unknown, spelt)


def _run(text: str, matches: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Return the first of some words and those that follow it with nothing but a space between."""
    run = [matches[0]]
    for match in matches[1:]:
        if text[run[-1].end() : match.start()] != " ":
            break
        run.append(match)
    return run


def _opens(text: str, at: int) -> bool:
    """Tell whether a word begins a sentence, by what stands before it."""
    before = text[max(0, at - 20) : at].rstrip()
    return not before or before[-1] in _STARTS


def _name(word: str) -> bool:
    """Tell whether a word looks like a name: a capital and small letters."""
    return word[0].isupper() and any(c.islower() for c in word)


class HintedTokenizer(Tokenizer):
    """A tokenizer that puts hints from a lexicon into the source.

    Args:
        source, target: paths of the SentencePiece models.
        lexicon: path of the lexicon, see `read_lexicon`.
        vocabulary: the model's source tokens.

    Raises:
        ModelError: if a file is not what it should be.
    """

    def __init__(self, source: Path, target: Path, lexicon: Path, vocabulary: Collection[str]) -> None:
        super().__init__(source, target)
        known = {token.removeprefix(MARK) for token in vocabulary if token.startswith(MARK)}
        self._hints = Hints(read_lexicon(lexicon), known, self.spellings)

    def encode(self, text: str) -> Pieces:
        """Return the source pieces of a text, the words that the model does not know as hints."""
        return self._hints.applied(text, super().encode(text))


def model_tokenizer(model: Model) -> Tokenizer:
    """Return the tokenizer of a model, with hints if it has a lexicon."""
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
    return HintedTokenizer(source, target, model.path / model.lexicon, vocabulary)
