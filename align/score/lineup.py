"""Which hypothesis is scored against which reference, and checks that the files are what they should be."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from align.bitext import Row
from align.errors import ScoreError, UsageError
from align.formats.files import read_bitext
from align.text.reading import TextDocument, read_lines, read_text


@dataclass(frozen=True)
class Lineup:
    """Segments to score, line by line.

    Attributes:
        hypotheses: N segments.
        references: one or more references of N segments each.
        sources: N source segments, or none.
        warnings: what looks suspicious, one line each.
    """

    hypotheses: list[str]
    references: list[list[str]]
    sources: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def line_up_files(
    hypothesis: str, references: Sequence[str], source: str | None = None, encoding: str | None = None
) -> Lineup:
    """Line up files that have one segment a line.

    Raises:
        UsageError: if a file is given in two roles.
        ScoreError: if the numbers of lines differ, a reference is empty or a file is not in its role.
        InputError: if a file cannot be read.
    """
    _distinct([hypothesis, *references, *([source] if source else [])])
    lines = read_lines(hypothesis, encoding)
    sources = read_lines(source, encoding) if source else []
    streams = [read_lines(r, encoding) for r in references]
    for name, stream in zip(references, streams, strict=True):
        _filled(name, stream)
        _same_length(hypothesis, lines, name, stream)
    if source:
        _same_length(hypothesis, lines, source, sources)
    names = (hypothesis, tuple(references))
    return Lineup(lines, streams, sources, _suspicions(names, lines, streams, sources))


def line_up_bitext(
    bitext: str, references: Sequence[str], source: str | None = None, encoding: str | None = None
) -> Lineup:
    """Line up a bitext with references that have the same sentences in the same order.

    A reference is taken line by line if it has as many lines with text as the bitext has rows, and is
    segmented into sentences otherwise.

    Raises:
        UsageError: if a file is given in two roles.
        ScoreError: if the numbers of sentences differ, or a file is not in its role.
        FormatError, InputError: if a file cannot be read.
    """
    _distinct([bitext, *references, *([source] if source else [])])
    rows = list(read_bitext(bitext))
    if not rows:
        raise ScoreError("has no row to score", file=bitext)
    hypotheses, sources = [_flat(r.target) for r in rows], [_flat(r.source) for r in rows]
    if source:
        _check_source(bitext, rows, source, encoding)
    streams = [_reference_sentences(bitext, rows, name, encoding) for name in references]
    names = (bitext, tuple(references))
    return Lineup(hypotheses, streams, sources, _suspicions(names, hypotheses, streams, sources))


def _reference_sentences(bitext: str, rows: Sequence[Row], name: str, encoding: str | None) -> list[str]:
    """Return the sentences of a reference, as many as the bitext has rows."""
    text = read_text(name, encoding)
    lines = [_flat(line) for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    _filled(name, lines)
    if len(lines) == len(rows):
        return lines
    sentences = segment_text(text)
    if len(sentences) != len(rows):
        raise ScoreError(
            f"has {len(sentences):,} sentences on {len(lines):,} lines, but {bitext} has {len(rows):,} rows",
            file=name,
            remedy="give a reference with one line for each row",
        )
    return sentences


def segment_text(text: str, language: str = "en") -> list[str]:
    """Return the sentences of a text, white space folded."""
    from align.segment import model_text
    from align.segment.api import segment_rows

    return [model_text(row.source) for row in segment_rows([TextDocument("-", text)], language)]


def _flat(text: str) -> str:
    """Fold white space."""
    return " ".join(text.split())


def _distinct(files: Sequence[str]) -> None:
    """Check that no file has two roles."""
    seen: set[str] = set()
    for name in files:
        key = name if name == "-" else os.path.realpath(name)
        if key in seen:
            raise UsageError("is given in two roles", file=name, remedy="name each file once")
        seen.add(key)


def _filled(name: str, lines: Sequence[str]) -> None:
    """Check that a reference has text."""
    if not any(line.strip() for line in lines):
        raise ScoreError("the reference is empty", file=name)


def _same_length(hypothesis: str, lines: Sequence[str], name: str, stream: Sequence[str]) -> None:
    """Check that two files have as many lines."""
    if len(lines) == len(stream):
        return
    longer = hypothesis if len(lines) > len(stream) else name
    first = min(len(lines), len(stream)) + 1
    raise ScoreError(
        f"this line has no partner: {hypothesis} has {len(lines):,} lines, {name} {len(stream):,}",
        file=longer,
        line=first,
        remedy="give files with one segment a line, in the same order",
    )


def _check_source(bitext: str, rows: Sequence[Row], source: str, encoding: str | None) -> None:
    """Check that a bitext was made from this source."""
    text = "".join(read_text(source, encoding).split())
    position = 0
    for number, row in enumerate(rows, 1):
        found = text.find("".join(row.source.split()), position)
        if found < 0:
            raise ScoreError(f"the source of row {number} is not in {source}", file=bitext)
        position = found


def _suspicions(
    names: tuple[str, tuple[str, ...]],
    hypotheses: Sequence[str],
    streams: Sequence[Sequence[str]],
    sources: Sequence[str],
) -> list[str]:
    """Say what looks as if files were swapped or the same.

    Raises:
        ScoreError: if a reference or the hypotheses are the source text.
    """
    hypothesis, references = names
    warnings = []
    for name, stream in zip(references, streams, strict=True):
        if (line := _mostly_same(stream, sources)) is not None:
            raise ScoreError(
                "the reference is the source text", file=name, line=line, remedy="are files swapped?"
            )
        if len(stream) > 1 and list(hypotheses) == list(stream):
            warnings.append(
                f"{hypothesis}:1: every segment is the same as in {name}: a score of 100 is suspicious"
            )
    if (line := _mostly_same(hypotheses, sources)) is not None:
        warnings.append(f"{hypothesis}:{line}: the hypotheses are mostly the source text, untranslated")
    return warnings


def _mostly_same(lines: Sequence[str], sources: Sequence[str]) -> int | None:
    """Return the first line that is the source's, if most are and there are some; else None."""
    same = [n for n, (a, b) in enumerate(zip(lines, sources, strict=False), 1) if a.strip() and a == b]
    return same[0] if len(same) > 1 and len(same) > len(lines) / 2 else None
