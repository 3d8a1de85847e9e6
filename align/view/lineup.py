"""Other translations, lined up with the rows of a bitext."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from align.bitext import Row
from align.errors import ScoreError
from align.formats import by_suffix
from align.formats.files import read_bitext
from align.view.edition import Reference


def reference_texts(
    rows: Sequence[Row], path: str | Path, *, language: str = "en", encoding: str | None = None
) -> list[str] | list[Reference]:
    """Return the reference translation of each row, or of groups of rows.

    Args:
        rows: the rows of the bitext.
        path: the reference: another bitext of the same source, whose targets are taken, or a text with a
            line for each row, or with as many sentences, or else any text: its sentences are then paired with
            the targets.
        language: its language, for finding its sentences.
        encoding: encoding of a text; None to detect it.

    Raises:
        ScoreError: if the reference is empty, or nothing in it can be paired.
        InputError, FormatError: if the file cannot be read.
    """
    form = by_suffix(path)
    if form is not None and form.name in ("tsv", "jsonl"):
        return other_texts(rows, path)
    from align.segment.api import segment_rows
    from align.text.reading import TextDocument, read_text

    text = read_text(path, encoding)
    lines = [" ".join(line.split()) for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    if not lines:
        raise ScoreError("the reference is empty", file=path)
    if len(lines) == len(rows):
        return lines
    sentences = list(segment_rows([TextDocument("-", text)], language))
    found = [" ".join(sentence.source.split()) for sentence in sentences]
    if len(found) == len(rows):
        return found
    return _paired(rows, found, [sentence.par for sentence in sentences], language, path)


def _paired(
    rows: Sequence[Row], sentences: Sequence[str], pars: Sequence[int], language: str, path: str | Path
) -> list[Reference]:
    """Pair the targets of rows with the sentences of a reference."""
    from align.pair.api import pair_texts

    numbers: dict[tuple[str, int], int] = {}
    ours = [numbers.setdefault((row.doc, row.par), len(numbers)) for row in rows]
    targets = [" ".join(row.target.split()) for row in rows]
    beads = pair_texts(targets, sentences, ours, pars, language=language)
    found = [Reference(" ".join(sentences[c:d]), a, b) for a, b, c, d in beads if b > a and d > c]
    if not found:
        raise ScoreError(
            f"none of its {len(sentences):,} sentences can be paired with the {len(rows):,} rows", file=path
        )
    return found


def other_texts(rows: Sequence[Row], path: str | Path) -> list[str]:
    """Return what another bitext of the same source has for each row.

    Rows are matched by the span of their source, so that the two need not be segmented alike: a row of the
    other bitext goes to the row that holds the middle of its source. Where the documents are named
    otherwise, they are matched by order.

    Raises:
        ScoreError: if the source of the other bitext is another text.
        InputError, FormatError: if the file cannot be read.
    """
    others = [list(group) for _, group in groupby(read_bitext(path), key=lambda row: row.doc)]
    ours = [list(group) for _, group in groupby(rows, key=lambda row: row.doc)]
    if len(others) != len(ours):
        raise ScoreError(f"has {len(others)} documents, but the bitext has {len(ours)}", file=path)
    texts: list[str] = []
    for mine, theirs in zip(ours, others, strict=True):
        texts += _matched(mine, theirs, path)
    return texts


def _matched(ours: Sequence[Row], theirs: Sequence[Row], path: str | Path) -> list[str]:
    """Return the texts of one document."""
    if [row.source for row in ours] == [row.source for row in theirs]:
        return [row.target for row in theirs]
    starts = [row.src_start for row in ours]
    parts: list[list[str]] = [[] for _ in ours]
    for row in theirs:
        middle = (row.src_start + row.src_end) // 2
        place = max(bisect_right(starts, middle) - 1, 0)
        mine = ours[place]
        if _differ(row, mine):
            raise ScoreError(
                f"its source is another text: {row.source[:40]!r} where the bitext has {mine.source[:40]!r}",
                file=path,
                remedy="compare translations of the same source",
            )
        parts[place].append(row.target)
    return [" ".join(filter(None, part)) for part in parts]


def _differ(one: Row, other: Row) -> bool:
    """Tell whether two rows disagree on the source text where their spans overlap."""
    start, end = max(one.src_start, other.src_start), min(one.src_end, other.src_end)
    if start >= end:
        return False
    ours = one.source[start - one.src_start : end - one.src_start]
    return ours != other.source[start - other.src_start : end - other.src_start]
