"""Documents whose references are segmented in another way: paired first, then scored block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from align.bitext import Row
from align.pair.shapes import Bead
from align.score.blocks import Coverage, Node, joints, make_blocks


@dataclass(frozen=True)
class Stream:
    """The sentences of a hypothesis or reference.

    Attributes:
        texts: the sentences, white space folded.
        paragraphs: the number of each one's paragraph; None if they are not known.
    """

    texts: list[str]
    paragraphs: list[int] | None = None


@dataclass(frozen=True)
class Scorable:
    """Streams lined up block by block.

    Attributes:
        systems: for each system, the text of each block.
        references: for each reference, the text of each block.
        sources: the source of each block.
        system_coverage, reference_coverage: how much of each stream is in the blocks.
        source_sentences: numbers of source sentences in the blocks, and of all.
    """

    systems: list[list[str]]
    references: list[list[str]]
    sources: list[str]
    system_coverage: list[Coverage]
    reference_coverage: list[Coverage]
    source_sentences: tuple[int, int]


def line_up_streams(hypotheses: Sequence[str], reference: Stream, language: str) -> Scorable:
    """Line up plain segments with a reference of any segmentation, paragraphs left aside."""
    rows = [Row("-", 1, "1-1", n, n + 1, 0, 0, "", text) for n, text in enumerate(hypotheses)]
    return line_up_documents([rows], [Stream(reference.texts)], language)


def line_up_documents(
    systems: Sequence[Sequence[Row]], references: Sequence[Stream], language: str = "en"
) -> Scorable:
    """Line up bitexts of one source with references of any segmentation.

    Args:
        systems: the rows of each bitext; several must be of the same source documents.
        references: the sentences of each reference.
        language: target language.

    Returns:
        Blocks that have text in every system and reference; where segmentation is equal, a block a row.
    """
    streams = [[" ".join(row.target.split()) for row in rows] for rows in systems]
    groups: list[list[Node]] = []
    for k, reference in enumerate(references, len(systems)):
        for s, rows in enumerate(systems):
            beads = _beads(Stream(streams[s], _paragraphs(rows)), reference, language)
            groups += [
                [*((s, n) for n in range(i0, i1)), *((k, n) for n in range(j0, j1))]
                for i0, i1, j0, j1 in beads
                if i1 > i0 and j1 > j0
            ]
    for s, rows in enumerate(systems[1:], 1):
        groups += [[(0, a), (s, b)] for a, b in joints(systems[0], rows)]
    blocks = make_blocks([*streams, *(r.texts for r in references)], groups)
    count = len(systems)
    first = systems[0]
    sizes = [row.sizes[0] for row in first]
    return Scorable(
        systems=blocks.texts[:count],
        references=blocks.texts[count:],
        sources=[" ".join(" ".join(first[n].source.split()) for n in block[0]) for block in blocks.members],
        system_coverage=blocks.coverage[:count],
        reference_coverage=blocks.coverage[count:],
        source_sentences=(sum(sizes[n] for block in blocks.members for n in block[0]), sum(sizes)),
    )


def _paragraphs(rows: Sequence[Row]) -> list[int]:
    """Number the paragraphs of all documents through."""
    numbers: dict[tuple[str, int], int] = {}
    return [numbers.setdefault((row.doc, row.par), len(numbers)) for row in rows]


def _beads(hypothesis: Stream, reference: Stream, language: str) -> list[Bead]:
    """Pair two texts in the same language; segments of equal number and order are paired one by one."""
    from align.pair.api import pair_texts

    return pair_texts(
        hypothesis.texts, reference.texts, hypothesis.paragraphs, reference.paragraphs, language=language
    )
