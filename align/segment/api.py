"""Documents as rows, one a sentence: the Python side of `align segment`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.bitext import Row
from align.segment import split_sentences
from align.text.reading import Document
from align.text.structure import paragraphs


def segment_rows(documents: Iterable[Document], lang: str) -> Iterator[Row]:
    """Yield a row for each sentence of some documents, in order.

    The rows have the bead "1-0", an empty target and no score; paragraphs count from 1 in each document.

    Args:
        documents: read one after the other, piece by piece.
        lang: code of their language, such as "nl".

    Raises:
        InputError: if a document cannot be read.
    """
    for document in documents:
        for number, paragraph in enumerate(paragraphs(document.chunks()), 1):
            for start, end in split_sentences(paragraph.text, lang):
                yield Row(
                    document.name, number, "1-0", paragraph.start + start, paragraph.start + end, 0, 0,
                    paragraph.text[start:end], "",
                )  # fmt: skip
