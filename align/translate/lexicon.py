"""Lexicons: translations of words, compounds, expressions and separable verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from align.errors import ModelError
from align.translate.separable import GAP, Separable, is_separable
from align.translate.tokens import capital

SENSES = "; "
"""What stands between the translations of an entry."""

PART = "-"
"""What an entry begins with that counts only as a part of compounds."""

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
            self._expressions.setdefault(" ".join(words[:2]), []).append(words)
        for some in self._expressions.values():
            some.sort(key=len, reverse=True)

    def has(self, word: str) -> bool:
        """Tell whether a word is an entry, on its own or as a part of compounds."""
        return word in self._entries or PART + word in self._entries

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
            for entry in self._expressions.get(" ".join([opening, *words[1:2]]), ()):
                if entry[2:] == list(words[2 : len(entry)]):
                    said = self._senses(" ".join(entry))[0]
                    return len(entry), said if opening == words[0] else capital(said)
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
            return self._hyphenated(word) or self.separable.united(word) or self.compound(word)
        # With a capital it may be a name, which its parts as a compound would garble.
        if first:
            senses = self._senses(small)
            if said := senses[0] if senses else self._hyphenated(small):
                return capital(said)
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
        if GAP in cell[0] and not is_separable(cell[0]):
            raise ModelError("not a verb, a gap and its particle", file=path, line=number)
    return Lexicon(dict(cells))
