"""Glossaries: how the user wants terms to be translated."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

from align.errors import FormatError, InputError
from align.formats.files import open_input
from align.text.reading import decode

_WORD = re.compile(r"\w+")
_UNSPACED = "\u0e00"
"""The first code point of the scripts that set no spaces between words: Thai, Lao, Chinese, Japanese, …"""
_SHORT = 3  # letters up to which a term counts only as a whole word


@dataclass(frozen=True, slots=True)
class Term:
    """A term in a text.

    Attributes:
        begin, end: where it stands, in code points.
        targets: its translations, the wanted one first.
    """

    begin: int
    end: int
    targets: tuple[str, ...]


class Glossary:
    """Terms with their translations.

    A term stands for itself and for itself with a capital; of two terms in one place the longer one counts.

    Args:
        entries: the translations of each term, the wanted one first; the others are accepted.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        self.entries = {term: tuple(targets) for term, targets in entries.items()}
        self._by_word: dict[str, list[str]] = {}
        self._unspaced: list[str] = []
        forms: dict[str, tuple[str, ...]] = {}
        for term, targets in self.entries.items():
            forms[term] = targets
            forms.setdefault(_capital(term), tuple(_capital(target) for target in targets))
        self._forms = forms
        for form in sorted(forms, key=len, reverse=True):
            word = _WORD.search(form)
            if word is None or form >= _UNSPACED:
                self._unspaced.append(form)
            else:
                self._by_word.setdefault(word[0], []).append(form)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def wanted(self) -> frozenset[str]:
        """The translations that are asked for, with and without a capital."""
        return frozenset(targets[0] for targets in self._forms.values())

    @property
    def digest(self) -> str:
        """A short hash of what the glossary says."""
        return hashlib.sha256(repr(sorted(self.entries.items())).encode()).hexdigest()[:16]

    def terms(self, text: str) -> list[Term]:
        """Return the terms of a text, in order; none overlaps another."""
        found: list[Term] = []
        for begin, form in sorted(self._candidates(text), key=lambda one: (one[0], -len(one[1]))):
            if not found or begin >= found[-1].end:
                found.append(Term(begin, begin + len(form), self._forms[form]))
        return found

    def _candidates(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the places of all terms."""
        for match in _WORD.finditer(text):
            for form in self._by_word.get(match[0], ()):
                begin = match.start() - form.index(match[0])
                if begin >= 0 and text.startswith(form, begin) and _whole(text, begin, begin + len(form)):
                    yield begin, form
        for form in self._unspaced:
            begin = text.find(form)
            while begin >= 0:
                yield begin, form
                begin = text.find(form, begin + 1)

    def missing(self, source: str, target: str) -> list[str]:
        """Return the terms of a source text that its translation renders by none of their translations.

        Letter case does not matter, and a translation may go on with letters, as an inflected word does.
        """
        folded = " ".join(target.casefold().split())
        return [
            source[term.begin : term.end]
            for term in self.terms(source)
            if not any(_rendered(wanted.casefold(), folded) for wanted in term.targets)
        ]


def _whole(text: str, begin: int, end: int) -> bool:
    """Tell whether a stretch of text neither begins nor ends inside a word."""
    return not (
        (begin and text[begin - 1 : begin + 1].isalnum())
        or (end < len(text) and text[end - 1 : end + 1].isalnum())
    )


def _rendered(wanted: str, text: str) -> bool:
    """Tell whether a text has a term, both with letter case folded."""
    if wanted >= _UNSPACED:
        return wanted in text
    after = r"(?!\w)" if len(wanted) <= _SHORT else ""
    return re.search(rf"(?<!\w){re.escape(wanted)}{after}", text) is not None


def _capital(text: str) -> str:
    """Return a text with a capital."""
    return text[0].upper() + text[1:]


def _lines(file: str | PathLike[str]) -> list[str]:
    """Return the lines of a glossary."""
    with open_input(os.fspath(file)) as (stream, name):
        try:
            text = "".join(decode(stream, None, name))
        except InputError as error:
            raise InputError(error.cause, file=name, remedy="save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_glossary(file: str | PathLike[str]) -> Glossary:
    """Read a glossary: lines of a source term, a tab and a target term.

    Further cells are not looked at; neither are blank lines and lines that begin with ``#``. Of a term with
    several lines the first translation is the wanted one, the others are accepted.

    Raises:
        InputError: if the file is missing or not text.
        FormatError: if a line is not so, or there is no term at all.
    """
    entries: dict[str, list[str]] = {}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.startswith("#"):
            continue
        source, target, *_ = [" ".join(cell.split()) for cell in line.split("\t")] + [""]
        if not source or not target:
            raise FormatError("not a source term, a tab and a target term", file=file, line=number)
        entries.setdefault(source, []).append(target)
    if not entries:
        raise FormatError(
            "has no terms", file=file, remedy="write lines of a source term, a tab and a target term"
        )
    return Glossary(entries)
