"""Which hypothesis is scored against which reference, and checks that the files are what they should be."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from align.bitext import Row
from align.errors import ScoreError, UsageError
from align.formats.files import read_bitext
from align.score.blocks import same_segments
from align.score.checks import alike, is_source, same_source
from align.score.documents import Scorable, Stream, line_up_documents, line_up_streams
from align.score.metrics import corpus_scores
from align.text.reading import TextDocument, read_lines, read_text


@dataclass(frozen=True)
class Lineup:
    """Segments to score, line by line.

    Attributes:
        hypotheses: N segments.
        references: one or more references of N segments each.
        sources: N source segments, or none.
        warnings: what looks suspicious, one line each.
        baseline: N segments of the system to compare with, if any.
        scorable: how documents were lined up, where segmentation differs.
    """

    hypotheses: list[str]
    references: list[list[str]]
    sources: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    baseline: list[str] | None = None
    scorable: Scorable | None = None


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
    bitext: str,
    references: Sequence[str],
    source: str | None = None,
    encoding: str | None = None,
    *,
    baseline: str | None = None,
    language: str = "en",
) -> Lineup:
    """Line up a bitext with references of the same documents, however they are segmented.

    A reference is taken line by line if it has as many lines with text as the bitext has rows, and sentence
    by sentence if it has as many sentences and they are the same ones. Else its sentences are paired with the
    hypotheses, and what is connected is scored together (see `align.score.documents`).

    Args:
        bitext: the bitext to score.
        references: reference translations, plain texts.
        source: the source text, to check that the bitext is of it.
        encoding: encoding of the plain texts; None to detect it.
        baseline: another bitext of the same source, to compare with.
        language: target language, for segmentation.

    Raises:
        UsageError: if a file is given in two roles.
        ScoreError: if nothing can be paired, a bitext has no translation, the baseline is of another source,
            or a file is not in its role.
        FormatError, InputError: if a file cannot be read.
    """
    _distinct([bitext, *references, *([source] if source else []), *([baseline] if baseline else [])])
    rows = _rows(bitext)
    if source:
        _check_source(bitext, rows, source, encoding)
    systems = [rows, *([same_source(rows, _rows(baseline), baseline)] if baseline else [])]
    streams = [read_reference(name, encoding, language, len(rows)) for name in references]
    for name, stream in zip(references, streams, strict=True):
        if is_source(stream.texts, [row.source for row in rows]):
            raise ScoreError("the reference is the source text", file=name, remedy="are files swapped?")
    lineup = _line_up(systems, streams, language)
    if not lineup.hypotheses:
        raise ScoreError("nothing in it matches the references", file=bitext, remedy="are files swapped?")
    warnings = _suspicions((bitext, tuple(references)), lineup.hypotheses, lineup.references, lineup.sources)
    for name, stream, lined_up in zip(references, streams, lineup.references, strict=True):
        if not alike(lineup.hypotheses, lined_up, min(len(rows), len(stream.texts))):
            warnings.append(f"{name} has nothing in common with {bitext}: the scores mean nothing")
    return replace(lineup, warnings=warnings)


def _line_up(systems: Sequence[Sequence[Row]], streams: Sequence[Stream], language: str) -> Lineup:
    """Line up bitexts of one source with references: in order if all have the same segments, else paired."""
    rows, *others = systems
    hypotheses = [_flat(row.target) for row in rows]
    same_rows = all(same_segments(rows, other) for other in others)
    if same_rows and all(in_order(hypotheses, stream, language) for stream in streams):
        sources = [_flat(row.source) for row in rows]
        baseline = [_flat(row.target) for row in others[0]] if others else None
        return Lineup(hypotheses, [stream.texts for stream in streams], sources, baseline=baseline)
    found = line_up_documents(systems, streams, language)
    other = found.systems[1] if others else None
    return Lineup(found.systems[0], found.references, found.sources, baseline=other, scorable=found)


MERGED_GAIN = 5.0
"""Points of chrF by which pairing must beat the order of the sentences, where both sides have as many."""


def in_order(hypotheses: Sequence[str], stream: Stream, language: str) -> bool:
    """Tell whether a reference has the same segments in the same order.

    Lines are taken at their word. Sentences of equal number may still be others, one merged here and one
    split there: they are, if pairing makes a score much higher.
    """
    if len(stream.texts) != len(hypotheses):
        return False
    if stream.paragraphs is None:
        return True
    found = line_up_streams(hypotheses, stream, language)
    if not found.systems[0]:
        return True
    ordered = corpus_scores(hypotheses, [stream.texts], ["chrf"])[0].score
    paired = corpus_scores(found.systems[0], found.references, ["chrf"])[0].score
    return paired <= ordered + MERGED_GAIN


def _rows(bitext: str) -> list[Row]:
    """Read the rows of a bitext, at least one of which is translated."""
    rows = list(read_bitext(bitext))
    if not rows:
        raise ScoreError("has no row to score", file=bitext)
    if not any(row.target.strip() for row in rows):
        raise ScoreError("every target is empty", file=bitext, remedy="`align translate` makes translations")
    return rows


def read_reference(name: str, encoding: str | None, language: str, rows: int) -> Stream:
    """Return the segments of a reference: its lines if they are as many as the rows, else its sentences.

    Raises:
        ScoreError: if it is empty.
        InputError: if it cannot be read.
    """
    text = read_text(name, encoding)
    lines = [_flat(line) for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    _filled(name, lines)
    return Stream(lines) if len(lines) == rows else _sentences(text, language)


def segment_text(text: str, language: str = "en") -> list[str]:
    """Return the sentences of a text, white space folded."""
    return _sentences(text, language).texts


def _sentences(text: str, language: str) -> Stream:
    """Return the sentences of a text, white space folded, with their paragraphs."""
    from align.segment.api import segment_rows

    rows = list(segment_rows([TextDocument("-", text)], language))
    return Stream([_flat(row.source) for row in rows], [row.par for row in rows])


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
