"""Other translations, lined up with the rows of a bitext."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from align.bitext import Row
from align.errors import ScoreError
from align.formats import by_suffix
from align.formats.files import read_bitext
from align.score.blocks import joints
from align.score.checks import same_source
from align.score.documents import Stream
from align.score.lineup import in_order, read_reference
from align.view.edition import Reference


def reference_texts(
    rows: Sequence[Row], path: str | Path, *, language: str = "en", encoding: str | None = None
) -> list[str] | list[Reference]:
    """Return the reference translation of each row, or of groups of rows.

    Args:
        rows: the rows of the bitext.
        path: the reference: another bitext of the same source, whose targets are taken, or a text with a
            line for each row, or with as many sentences that are the same ones, or else any text: its
            sentences are then paired with the targets, as they are for scoring.
        language: its language, for finding its sentences.
        encoding: encoding of a text; None to detect it.

    Raises:
        ScoreError: if the reference is empty, its source is another text, or nothing in it can be paired.
        InputError, FormatError: if the file cannot be read.
    """
    form = by_suffix(path)
    if form is not None and form.name in ("tsv", "jsonl"):
        return _grouped(rows, path)
    stream = read_reference(str(path), encoding, language, len(rows))
    targets = [" ".join(row.target.split()) for row in rows]
    if in_order(targets, stream, language):
        return stream.texts
    return _paired(rows, targets, stream, language, path)


def _paired(
    rows: Sequence[Row], targets: Sequence[str], stream: Stream, language: str, path: str | Path
) -> list[Reference]:
    """Pair the targets of rows with the sentences of a reference."""
    from align.pair.api import pair_texts

    numbers: dict[tuple[str, int], int] = {}
    ours = [numbers.setdefault((row.doc, row.par), len(numbers)) for row in rows]
    beads = pair_texts(targets, stream.texts, ours, stream.paragraphs, language=language)
    found = [Reference(" ".join(stream.texts[c:d]), a, b) for a, b, c, d in beads if b > a and d > c]
    if not found:
        raise ScoreError(
            f"none of its {len(stream.texts):,} sentences can be paired with the {len(rows):,} rows",
            file=path,
        )
    return found


def _grouped(rows: Sequence[Row], path: str | Path) -> list[Reference]:
    """Return what another bitext of the same source has for groups of rows, each the least that fits.

    Rows for which it has no text are left out.
    """
    others = same_source(rows, list(read_bitext(path)), path)
    beads: list[tuple[int, int, int, int]] = []
    for a, b in joints(rows, others):
        if beads and (a < beads[-1][1] or b < beads[-1][3]):
            start, _, first, _ = beads.pop()
            beads.append((start, a + 1, first, b + 1))
        else:
            beads.append((a, a + 1, b, b + 1))
    texts = [" ".join(" ".join(row.target for row in others[c:d]).split()) for _, _, c, d in beads]
    found = [Reference(text, a, b) for text, (a, b, _, _) in zip(texts, beads, strict=True) if text]
    if rows and not found:
        raise ScoreError("the reference is empty", file=path)
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
    others = same_source(rows, list(read_bitext(path)), path)
    pairs = zip(groupby(rows, key=lambda row: row.doc), groupby(others, key=lambda row: row.doc), strict=True)
    return [text for (_, mine), (_, theirs) in pairs for text in _matched(list(mine), list(theirs))]


def _matched(ours: Sequence[Row], theirs: Sequence[Row]) -> list[str]:
    """Return the texts of one document."""
    if [row.source for row in ours] == [row.source for row in theirs]:
        return [row.target for row in theirs]
    starts = [row.src_start for row in ours]
    parts: list[list[str]] = [[] for _ in ours]
    for row in theirs:
        middle = (row.src_start + row.src_end) // 2
        parts[max(bisect_right(starts, middle) - 1, 0)].append(row.target)
    return [" ".join(filter(None, part)) for part in parts]
