"""Whole documents: segments in, bitext rows and the target text out, with offsets into both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import tee
from typing import TYPE_CHECKING, BinaryIO

from align.bitext import Row
from align.segment import model_text
from align.segment.api import segment_rows
from align.text.reading import Document
from align.translate.engine import Result, Translator
from align.translate.tokens import joiner

if TYPE_CHECKING:
    from align.translate.journal import Recorder


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a target document: white space, then a row's target; `row` is None at a document's end."""

    doc: str
    before: str
    row: Row | None


class _Gaps:
    """A document that remembers its text from the last sentence on."""

    def __init__(self, document: Document) -> None:
        self.name = document.name
        self._document = document
        self._base, self._text = 0, ""

    def chunks(self) -> Iterator[str]:
        """Yield the document's text."""
        for chunk in self._document.chunks():
            self._text += chunk
            yield chunk

    def take(self, start: int | None, end: int | None) -> str:
        """Return the text between the last end and `start`, and forget all before `end`."""
        if start is None or end is None:
            gap, self._text = self._text, ""
            return gap
        gap = self._text[: start - self._base]
        self._text = self._text[end - self._base :]
        self._base = end
        return gap


def _segments(documents: Iterable[Document], language: str) -> Iterator[tuple[str, Row | None, str]]:
    """Yield the segments of documents and the white space before each; None at a document's end."""
    for document in documents:
        gaps = _Gaps(document)
        for row in segment_rows([gaps], language):
            yield document.name, row, gaps.take(row.src_start, row.src_end)
        yield document.name, None, gaps.take(None, None)


def _texts(segments: Iterable[tuple[str, Row | None, str]]) -> Iterator[str]:
    """Yield what the model is to read."""
    return (model_text(row.source) for _, row, _ in segments if row is not None)


def translate_pieces(
    documents: Iterable[Document], translator: Translator, *, source: str, recorder: Recorder | None = None
) -> Iterator[Piece]:
    """Translate documents sentence by sentence.

    The target document keeps the white space of the source between paragraphs and at both ends; between the
    sentences of a paragraph it has one space (none in languages that write none).

    Args:
        documents: what to translate.
        translator: the engine.
        source: source language, for segmentation.
        recorder: keeps finished windows (see `align.translate.journal`).

    Yields:
        The pieces of the target documents, in order.

    Raises:
        InputError: if a document cannot be read.
    """
    segments, ahead = tee(_segments(documents, source))
    results = translator.translate(_texts(ahead), recorder)
    glue = joiner(translator.target)
    par, position = 0, 0
    for doc, row, gap in segments:
        if row is None:
            par = position = 0
            yield Piece(doc, gap, None)
            continue
        before = glue if row.par == par else gap
        par, result = row.par, next(results)
        position += len(before)
        yield Piece(doc, before, _translated(row, result, position))
        position += len(result.text)


def _translated(row: Row, result: Result, position: int) -> Row:
    """Return a segment's row with its translation, which begins at `position`."""
    row.bead, row.tgt_start, row.tgt_end = "1-1", position, position + len(result.text)
    row.target, row.score, row.flags, row.links = result.text, result.score, result.flags, result.links
    return row


def translate_documents(
    documents: Iterable[Document], translator: Translator, *, source: str, recorder: Recorder | None = None
) -> Iterator[Row]:
    """Translate documents into the rows of a bitext; arguments and errors as of `translate_pieces`."""
    pieces = translate_pieces(documents, translator, source=source, recorder=recorder)
    return (piece.row for piece in pieces if piece.row is not None)


def write_text(pieces: Iterable[Piece], stream: BinaryIO) -> None:
    """Write target documents as plain text, one after the other.

    Where a document does not end in a line break, one is put before the next document.
    """
    doc, last = None, "\n"
    for piece in pieces:
        if piece.doc != doc:
            if doc is not None and not last.endswith("\n"):
                stream.write(b"\n")
            doc = piece.doc
        text = piece.before + (piece.row.target if piece.row else "")
        if text:
            last = text
            stream.write(text.encode())
