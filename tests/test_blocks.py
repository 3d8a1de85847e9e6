"""Blocks of segments that are scored together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from align.bitext import Row
from align.score.blocks import make_blocks, overlaps


def rows(doc: str, *ends: int) -> list[Row]:
    starts = [0, *ends[:-1]]
    return [Row(doc, 1, "1-1", a, b, 0, 0, "x" * (b - a), "") for a, b in zip(starts, ends, strict=True)]


def test_equal_segmentation_gives_a_block_a_segment() -> None:
    streams = [["a b", "c"], ["A B", "C"]]
    blocks = make_blocks(streams, [[(0, 0), (1, 0)], [(0, 1), (1, 1)]])
    assert blocks.texts == streams
    assert [(c.scored, c.total, c.left_out) for c in blocks.coverage] == [(3, 3, ()), (3, 3, ())]


def test_merged_and_dropped_segments() -> None:
    streams = [["a", "b", "c", "d"], ["A B", "D", "E"]]
    blocks = make_blocks(streams, [[(0, 0), (0, 1), (1, 0)], [(0, 3), (1, 1)]])
    assert blocks.texts == [["a b", "d"], ["A B", "D"]]
    assert blocks.coverage[0].left_out == (3,)
    assert blocks.coverage[1].left_out == (3,)
    assert (blocks.coverage[1].scored, blocks.coverage[1].total) == (3, 4)


def test_two_systems_are_joined_by_their_source() -> None:
    first, second = rows("d", 4, 9, 15), rows("d", 9, 12, 15)
    assert overlaps(first, second) == [(0, 0), (1, 0), (2, 1), (2, 2)]
    assert overlaps(first, rows("e", 9)) == []


SEGMENTS = st.lists(st.text("ab ", min_size=1, max_size=5), min_size=1, max_size=12)


@given(st.lists(SEGMENTS, min_size=2, max_size=3), st.data())
def test_no_segment_is_in_two_blocks_and_none_is_lost(streams: list[list[str]], data: st.DataObject) -> None:
    nodes = st.sampled_from([(s, n) for s, some in enumerate(streams) for n in range(len(some))])
    groups = data.draw(st.lists(st.lists(nodes, min_size=2, max_size=4), max_size=10))
    blocks = make_blocks(streams, groups)
    for stream, segments in enumerate(streams):
        used = [n for block in blocks.members for n in block[stream]]
        assert len(used) == len(set(used))
        left = [n - 1 for n in blocks.coverage[stream].left_out]
        assert sorted(used + left) == list(range(len(segments)))
        assert len(blocks.texts[stream]) == len(blocks.members)
