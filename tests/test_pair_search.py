"""The search for the best beads, and the band that it looks in."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from align.pair.band import diagonal_band, find_band, full_band
from align.pair.search import Band, search
from align.pair.shapes import SHAPES, Bead


class RandomScorer:
    """Scores at random, the same for the same bead."""

    def __init__(self, n: int, m: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.source_null, self.target_null = rng.normal(-1, 1, n), rng.normal(-1, 1, m)
        self.gap = float(rng.choice([0.0, -1.0, -4.0]))
        self.scores = rng.normal(-1, 2, (len(SHAPES), n + 1, m + 1)).astype(np.float32)

    def block(self, i0: int, i1: int, j0: int, j1: int) -> NDArray[np.float32]:
        return self.scores[:, i0:i1, j0:j1]

    def worth(self, beads: list[Bead]) -> float:
        """Return the score of an alignment."""
        total, before = 0.0, (1, 1)
        for i0, i1, j0, j1 in beads:
            size = i1 - i0, j1 - j0
            if 0 in size:
                total += self.source_null[i0] if size[0] else self.target_null[j0]
                total += self.gap if size != before else 0.0
            else:
                total += float(self.scores[SHAPES.index(size), i1, j1])
            before = size
        return total

    def best(self) -> float:
        """Return the best score there is, by plain recursion."""

        @cache
        def best(i: int, j: int, last: int) -> float:
            """Score up to a position; `last` is 0 after a bead, 1 and 2 after a lone sentence of a side."""
            if last == 1:
                return (
                    max(
                        (best(i - 1, j, k) + self.source_null[i - 1] + self.gap * (k != 1) for k in range(3)),
                        default=-1e9,
                    )
                    if i
                    else -1e9
                )
            if last == 2:
                return (
                    max(best(i, j - 1, k) + self.target_null[j - 1] + self.gap * (k != 2) for k in range(3))
                    if j
                    else -1e9
                )
            found = [0.0] if i == j == 0 else [-1e9]
            found += [
                max(best(i - a, j - b, k) for k in range(3)) + float(self.scores[s, i, j])
                for s, (a, b) in enumerate(SHAPES)
                if a <= i and b <= j
            ]
            return max(found)

        return max(best(len(self.source_null), len(self.target_null), k) for k in range(3))


def covers(beads: list[Bead], n: int, m: int) -> bool:
    """Tell whether every sentence of both sides is in exactly one bead of an allowed shape, in order."""
    i = j = 0
    for i0, i1, j0, j1 in beads:
        if (i0, j0) != (i, j) or (i1 - i0, j1 - j0) not in (*SHAPES, (1, 0), (0, 1)):
            return False
        i, j = i1, j1
    return (i, j) == (n, m)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 10**6))
def test_search_finds_the_best_alignment(n: int, m: int, seed: int) -> None:
    scorer = RandomScorer(n, m, seed)
    beads = search(scorer, full_band(n, m))
    assert covers(beads, n, m)
    assert scorer.worth(beads) == pytest.approx(scorer.best())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 120), st.integers(1, 120), st.integers(0, 10**6))
def test_search_keeps_every_sentence_in_any_band(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    band = diagonal_band(rng.uniform(1, 200, n).astype(np.float32), rng.uniform(1, 200, m).astype(np.float32))
    assert_sound(band, n, m)
    assert covers(search(RandomScorer(n, m, seed), band), n, m)
    vectors = rng.normal(size=(n + m, 16)).astype(np.float32)
    band = find_band(vectors[:n], vectors[n:])
    assert_sound(band, n, m)
    assert covers(search(RandomScorer(n, m, seed), band), n, m)


def assert_sound(band: Band, n: int, m: int) -> None:
    """Check that a band leads from corner to corner."""
    assert len(band.low) == len(band.high) == n + 1
    assert band.low[0] == 0
    assert band.high[-1] == m + 1
    assert (band.low < band.high).all()
    assert (np.diff(band.low) >= 0).all()
    assert (np.diff(band.high) >= 0).all()
    assert (band.low[1:] < band.high[:-1]).all()


def test_beads_are_bounded() -> None:
    assert max(a for a, _ in SHAPES) == max(b for _, b in SHAPES) == 6
    assert max(a + b for a, b in SHAPES) == 7
    assert len(SHAPES) == 21


def translated(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return vectors of sentences, and noisy ones of their translations."""
    source = rng.normal(size=(n, 64)).astype(np.float32)
    return source, source + rng.normal(0, 0.8, source.shape).astype(np.float32)


def assert_covered(band: Band, pairs: list[tuple[int, int]]) -> None:
    """Check that pairs of sentences that belong together are in the band."""
    inside = [
        band.low[i] <= j < band.high[i] and band.low[i + 1] <= j + 1 < band.high[i + 1] for i, j in pairs
    ]
    assert np.mean(inside) > 0.995


def test_the_band_turns_corners_where_chapters_are_missing() -> None:
    rng = np.random.default_rng(1)
    source, target = translated(rng, 5000)
    foreign = rng.normal(size=(700, 64)).astype(np.float32)
    kept = [i for i in range(5000) if not 1000 <= i < 1900 and rng.random() > 0.05]
    changed = np.concatenate([target[kept][:2500], foreign, target[kept][2500:]])
    band = find_band(source, changed)
    assert_sound(band, 5000, len(changed))
    assert_covered(band, [(i, k + 700 * (k >= 2500)) for k, i in enumerate(kept)])
    assert (band.high - band.low).mean() < 40


def test_the_band_of_a_text_that_repeats_itself_stays_on_the_diagonal() -> None:
    rng = np.random.default_rng(2)
    source, target = translated(rng, 450)
    pairs, kept = [], []
    for i in range(450 * 12):
        if rng.random() > 0.03:
            pairs.append((i, len(kept)))
            kept.append(i % 450)
    assert_covered(find_band(np.tile(source, (12, 1)), target[kept]), pairs)


def test_time_and_band_grow_with_length_only() -> None:
    rng = np.random.default_rng(3)
    spent = []
    for n in (4_000, 16_000):
        source, target = translated(rng, n)
        begin = time.process_time()
        band = find_band(source, target)
        spent.append((time.process_time() - begin) / n)
        assert int((band.high - band.low).sum()) < 30 * n
    assert spent[1] < 3 * spent[0]


def test_one_sentence_against_thousands() -> None:
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(10_000, 32)).astype(np.float32)
    band = find_band(vectors[5000:5001], vectors)
    assert covers(search(RandomScorer(1, 300, 5), find_band(vectors[:1], vectors[:300])), 1, 300)
    assert_sound(band, 1, 10_000)
    assert_sound(find_band(vectors, vectors[:1]), 10_000, 1)
