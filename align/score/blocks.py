"""Blocks: what is scored against what when segmentation differs.

Segments of several streams (hypotheses, references) are joined where a bead or a common stretch of the source
connects them; each connected block that has text in every stream is one segment to score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from align.bitext import Row

Node = tuple[int, int]
"""A segment: number of its stream, and its number in that stream."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a stream is in the score.

    Attributes:
        scored, total: numbers of whitespace tokens.
        left_out: numbers of the segments that are not in the score, from 1.
        segments: number of all segments.
    """

    scored: int
    total: int
    left_out: tuple[int, ...]
    segments: int


@dataclass(frozen=True)
class Blocks:
    """Streams cut into blocks that can be scored line by line.

    Attributes:
        texts: for each stream, the text of each block.
        members: for each block, for each stream, the numbers of its segments, from 0.
        coverage: for each stream, how much of it is in blocks.
    """

    texts: list[list[str]]
    members: list[list[list[int]]]
    coverage: list[Coverage]


class _Sets:
    """Disjoint sets of segments."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}

    def find(self, node: Node) -> Node:
        """Return the representative of a segment's set."""
        parent = self._parent.setdefault(node, node)
        while parent != self._parent[parent]:
            self._parent[node] = self._parent[parent]
            node, parent = parent, self._parent[parent]
        return parent

    def join(self, nodes: Sequence[Node]) -> None:
        """Put segments into one set."""
        for node in nodes[1:]:
            self._parent[self.find(node)] = self.find(nodes[0])


def make_blocks(streams: Sequence[Sequence[str]], groups: Iterable[Sequence[Node]]) -> Blocks:
    """Cut streams into blocks.

    Args:
        streams: the segments of each stream, in order.
        groups: segments that belong together, such as the two sides of a bead.

    Returns:
        The blocks that have a segment in every stream, in the order of the first stream.
    """
    sets = _Sets()
    for group in groups:
        sets.join(group)
    found: dict[Node, list[list[int]]] = defaultdict(lambda: [[] for _ in streams])
    for stream, segments in enumerate(streams):
        for number in range(len(segments)):
            found[sets.find((stream, number))][stream].append(number)
    members = sorted((m for m in found.values() if all(m)), key=lambda m: m[0][0])
    texts = [
        [" ".join(t for n in block[stream] if (t := segments[n])) for block in members]
        for stream, segments in enumerate(streams)
    ]
    coverage = [
        _covered(segments, {n for block in members for n in block[stream]})
        for stream, segments in enumerate(streams)
    ]
    return Blocks(texts, members, coverage)


def _covered(segments: Sequence[str], scored: set[int]) -> Coverage:
    """Count what is in the score."""
    sizes = [len(s.split()) for s in segments]
    left_out = tuple(n + 1 for n in range(len(segments)) if n not in scored)
    return Coverage(sum(sizes[n] for n in scored), sum(sizes), left_out, len(segments))


def same_segments(first: Sequence[Row], second: Sequence[Row]) -> bool:
    """Tell whether two bitexts have the same source, row by row."""
    return [row.source for row in first] == [row.source for row in second]


def joints(first: Sequence[Row], second: Sequence[Row]) -> list[tuple[int, int]]:
    """Return the pairs of rows of two bitexts of one source that have some of it in common, in order."""
    if same_segments(first, second):
        return [(number, number) for number in range(len(first))]
    return overlaps(first, second)


def overlaps(first: Sequence[Row], second: Sequence[Row]) -> list[tuple[int, int]]:
    """Return the pairs of rows of two bitexts whose source spans share characters.

    Rows of the same document are in order in both.
    """
    found: list[tuple[int, int]] = []
    by_doc: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(second):
        by_doc[row.doc].append(number)
    position: dict[str, int] = defaultdict(int)
    for number, row in enumerate(first):
        others, at = by_doc.get(row.doc, []), position[row.doc]
        while at < len(others) and second[others[at]].src_end <= row.src_start:
            at += 1
        position[row.doc] = at
        while at < len(others) and second[others[at]].src_start < row.src_end:
            found.append((number, others[at]))
            at += 1
    return found
