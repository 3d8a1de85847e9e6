"""Glossaries: how the user wants terms to be translated."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from typing import TYPE_CHECKING
from unicodedata import category

from align.errors import FormatError, InputError, UsageError
from align.formats.files import open_input
from align.text.reading import decode
from align.translate.tokens import readable

if TYPE_CHECKING:
    from align.bitext import Row

_TOKEN = re.compile(r"\w+|[^\w\s]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that set no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_BEFORE = re.compile(r"(?:\w[-'’.@]|\d,|[\w#@])\Z")
_AFTER = re.compile(r"[-'’.@]\w|,\d|[\w#+]")
"""What, right before or after it, makes a term a part of a longer word or number."""
_ENDINGS = {3: r"(?:e?s)?", 4: r"(?:e?[sn]|e)?"}
_ENDING = r"\w{0,3}"
"""What may follow a translation in an inflected form, by its length up to four letters, and else."""
_CACHED = 1024  # texts whose terms are kept: each is looked at several times
_SHOWN = 8  # terms that a message names


@dataclass(frozen=True, slots=True)
class Term:
    """A term in a text.

    Attributes:
        begin, end: where it stands, in code points.
        entry: the term as the glossary has it.
        targets: its translations, the wanted one first.
    """

    begin: int
    end: int
    entry: str
    targets: tuple[str, ...]


class Glossary:
    """Terms with their translations.

    A term is found where its words stand as whole words. One in small letters is found in capitals, too; one
    with a capital only as it is, or all in capitals. Of two terms that begin in one place the
    longer one counts.

    Args:
        entries: the translation of each term, or several: the first is wanted, the others are accepted.

    Raises:
        UsageError: if a term or a translation is empty.
    """

    def __init__(self, entries: Mapping[str, str | Sequence[str]]) -> None:
        self.entries = {
            " ".join(term.split()): tuple(
                " ".join(x.split()) for x in ([targets] if isinstance(targets, str) else targets)
            )
            for term, targets in entries.items()
        }
        if not all(term and targets and all(targets) for term, targets in self.entries.items()):
            raise UsageError("a glossary's terms and translations cannot be empty")
        self._by_tokens: dict[tuple[str, ...], list[tuple[list[str], str]]] = {}
        unspaced = []
        for term in sorted(self.entries, key=len, reverse=True):
            if _UNSPACED.search(term):
                unspaced.append(re.escape(term))
            else:
                tokens = _TOKEN.findall(term)
                self._by_tokens.setdefault(tuple(map(_key, tokens[:2])), []).append((tokens, term))
        self._unspaced = re.compile("|".join(unspaced)) if unspaced else None
        self.terms = lru_cache(_CACHED)(self._terms)

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"Glossary({len(self)} terms)"

    @property
    def digest(self) -> str:
        """A short hash of what the glossary says."""
        return hashlib.sha256(repr(sorted(self.entries.items())).encode()).hexdigest()[:16]

    def _terms(self, text: str) -> list[Term]:
        """Return the terms of a text, in order; none overlaps another."""
        found: list[Term] = []
        ordered = sorted(
            self._candidates(text),
            key=lambda term: (term.begin, -term.end, text[term.begin : term.end] != term.entry),
        )
        for term in ordered:
            if not found or term.begin >= found[-1].end:
                found.append(term)
        return found

    def _candidates(self, text: str) -> Iterator[Term]:
        """Yield the places of all terms."""
        tokens = list(_TOKEN.finditer(text))
        keys = [_key(token[0]) for token in tokens]
        for at, token in enumerate(tokens):
            for first in {(keys[at],), tuple(keys[at : at + 2])}:
                for wanted, term in self._by_tokens.get(first, ()):
                    run = tokens[at : at + len(wanted)]
                    begin, end = token.start(), run[-1].end()
                    if _same([m[0] for m in run], wanted) and _whole(text, begin, end):
                        yield Term(begin, end, term, self.entries[term])
        for match in self._unspaced.finditer(text) if self._unspaced else ():
            yield Term(*match.span(), match[0], self.entries[match[0]])

    def missing(self, source: str, target: str) -> list[str]:
        """Return the entries found in a source text whose translation has none of their translations.

        Letter case does not matter, and a translation may have the ending of an inflected word.
        """
        folded = " ".join(target.casefold().split())
        entries = dict.fromkeys(term.entry for term in self.terms(source))
        return [e for e in entries if not any(_rendered(t.casefold(), folded) for t in self.entries[e])]


class Tally:
    """Counts the rows in which terms occur and lack their translation.

    Args:
        glossary: the terms.
    """

    def __init__(self, glossary: Glossary) -> None:
        self.rows, self.lacking = 0, 0
        self.missed: Counter[str] = Counter()
        self._glossary = glossary

    def add(self, row: Row) -> None:
        """Count a row."""
        source = readable(row.source)
        self.rows += bool(self._glossary.terms(source))
        if missing := self._glossary.missing(source, row.target):
            self.lacking += 1
            self.missed.update(missing)

    def line(self) -> str:
        """Return what a user wants to know at the end."""
        if not self.rows:
            return "no term of the glossary occurs; a term is found as it is written, other forms are others"
        line = f"terms of the glossary in {self.rows:,} sentences"
        if not self.lacking:
            return f"{line}, all translated as wanted"
        some = ", ".join(term for term, _ in self.missed.most_common(_SHOWN))
        more = ", …" if len(self.missed) > _SHOWN else ""
        return f"{line}; {self.lacking:,} of them lack one (flag `term`): {some}{more}"


def _key(token: str) -> str:
    """Return what tokens are looked up by."""
    return "'" if token == "’" else token.casefold()


def _same(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Tell whether words are those of a term, going by letter case where the term has capitals."""
    if list(words) == list(wanted):
        return True
    if list(map(_key, words)) != list(map(_key, wanted)):
        return False
    return all(word == word.lower() for word in wanted) or all(word == word.upper() for word in words)


def _whole(text: str, begin: int, end: int) -> bool:
    """Tell whether a stretch of text is no part of a longer word, as in "school-app" or "foto's"."""
    if _BEFORE.search(text, max(0, begin - 2), begin) or _AFTER.match(text, end):
        return False
    return not category(text[end : end + 1] or " ").startswith("M")


def _rendered(wanted: str, text: str) -> bool:
    """Tell whether a text has a term, both with letter case folded."""
    if _UNSPACED.search(wanted):
        return wanted in text
    last = re.search(r"\w*\Z", wanted)
    size = len(last[0]) if last else 0
    ending = "" if not size else _ENDINGS.get(max(size, 3), _ENDING)
    return re.search(rf"(?<!\w){re.escape(wanted)}{ending}(?!\w)", text) is not None


def _lines(file: str | PathLike[str]) -> Iterator[tuple[str, int, str]]:
    """Yield the name of a glossary's file with the number and the text of each line."""
    with open_input(os.fspath(file)) as (stream, name):
        try:
            text = "".join(decode(stream, None, name))
        except InputError as error:
            raise InputError(error.cause, file=name, remedy="save it as UTF-8") from error
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        yield name, number, line


def _cell(text: str) -> str:
    """Return what a cell holds, out of the quotation marks that a spreadsheet may have put around it."""
    text = " ".join(text.split())
    inner = text[1:-1].replace('""', "")
    quoted = len(text) > 2 and text[0] == text[-1] == '"' and '"' not in inner
    return text[1:-1].replace('""', '"') if quoted else text


def read_glossary(file: str | PathLike[str]) -> Glossary:
    """Read a glossary: lines of a source term, a tab and a target term, in UTF-8; "-" is standard input.

    Further cells are not looked at; neither are blank lines, lines that begin with ``#`` and a first line
    ``source<TAB>target``. Of a term with several lines the first translation is the wanted one, the others
    are accepted.

    Raises:
        InputError: if the file is missing or not text.
        FormatError: if a line is not so, or there is no term at all.
    """
    entries: dict[str, list[str]] = {}
    name = str(file)
    for name, number, line in _lines(file):
        if not line.strip() or line.startswith("#"):
            continue
        source, target = [_cell(cell) for cell in f"{line}\t".split("\t")[:2]]
        if number == 1 and (source.lower(), target.lower()) == ("source", "target"):
            continue
        if not source or not target:
            raise FormatError(
                "not a source term, a tab and a target term",
                file=name, line=number, remedy="put a tab between the two",
            )  # fmt: skip
        entries.setdefault(source, []).append(target)
    if not entries:
        raise FormatError(
            "has no terms", file=name, remedy="write lines of a source term, a tab and a target term"
        )
    return Glossary(entries)
