"""Documents as sentences with their places, and beads as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from align.bitext import Row
from align.pair.scoring import Side
from align.pair.shapes import Bead
from align.segment import model_text, split_sentences
from align.text.reading import Document
from align.text.structure import paragraphs

_LINE = re.compile(r"[^\n\r]+")


@dataclass(frozen=True)
class Segmented:
    """A document and its sentences.

    Attributes:
        name: what the `doc` column calls it.
        text: the whole document.
        spans: where its sentences are, in code points, in order.
        paragraphs: the number of each sentence's paragraph, from 1.
    """

    name: str
    text: str
    spans: Sequence[tuple[int, int]]
    paragraphs: Sequence[int]

    def texts(self) -> list[str]:
        """Return the sentences, white space folded."""
        return [model_text(self.text[start:end]) for start, end in self.spans]

    def side(self) -> Side:
        """Return the sentences as they are compared."""
        return Side(self.texts(), self.paragraphs)

    def stretch(self, first: int, last: int, position: int) -> tuple[int, int]:
        """Return the span of sentences from `first` up to `last`; empty at `position` if there are none."""
        return (self.spans[first][0], self.spans[last - 1][1]) if last > first else (position, position)


def segment_document(document: Document, language: str, *, lines: bool = False) -> Segmented:
    """Read a document and find its sentences.

    Args:
        document: the document.
        language: its language code.
        lines: whether each line with text is a sentence; paragraphs then end at blank lines.

    Raises:
        InputError: if it cannot be read.
    """
    text = "".join(document.chunks())
    found = _lines(text) if lines else _sentences(text, language)
    spans, numbers = [], []
    for start, end, paragraph in found:
        spans.append((start, end))
        numbers.append(paragraph)
    return Segmented(document.name, text, spans, numbers)


def _sentences(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Yield the span and paragraph number of each sentence of a text."""
    for number, paragraph in enumerate(paragraphs([text]), 1):
        for start, end in split_sentences(paragraph.text, language):
            yield paragraph.start + start, paragraph.start + end, number


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield the span and paragraph number of each line that is not blank."""
    number, end = 1, 0
    for match in _LINE.finditer(text):
        line = match[0].strip()
        if not line:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        if end and text[end:start].replace("\r\n", "\n").replace("\r", "\n").count("\n") > 1:
            number += 1
        end = start + len(line)
        yield start, end, number


def bead_rows(
    source: Segmented, target: Segmented, beads: Sequence[Bead], scores: Sequence[float], weak: Sequence[bool]
) -> Iterator[Row]:
    """Yield the bitext rows of beads."""
    src_end = tgt_end = 0
    for (i0, i1, j0, j1), score, doubtful in zip(beads, scores, weak, strict=True):
        src_start, src_end = source.stretch(i0, i1, src_end)
        tgt_start, tgt_end = target.stretch(j0, j1, tgt_end)
        yield Row(
            doc=source.name,
            par=source.paragraphs[i0] if i1 > i0 else target.paragraphs[j0],
            bead=f"{i1 - i0}-{j1 - j0}",
            src_start=src_start, src_end=src_end, tgt_start=tgt_start, tgt_end=tgt_end,
            source=source.text[src_start:src_end], target=target.text[tgt_start:tgt_end],
            score=score, flags=("weak",) if doubtful else (),
        )  # fmt: skip
