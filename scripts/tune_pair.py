"""Set the weights of `align pair`: prints the table that `align/pair/weights.py` holds.

    pip install scipy
    python -m scripts.tune_pair --textberg DIR --flores DIR [--check] [--only embedding,surface]

A bead's score is a weighted sum of features, and an alignment's the sum of its beads'. The weights maximise
the likelihood of gold alignments among all alignments in a band around them (a semi-Markov conditional random
field: Sarawagi and Cohen, 2004), less `DECAY` / 2 times the sum of their squares. The documents are Text+Berg
dev, each direction counting half, and four Dutch-English ones made from the first 450 lines of FLORES dev
(`system.*.en` as translations), each counting a quarter. --check leaves a third of Text+Berg out in turn and
prints how the rest does on it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.pair.embedding import EmbeddingEvidence, Embeddings
from align.pair.encoder import load_encoder, one_blas_thread
from align.pair.evidence import EMBEDDING, SURFACE, TRANSLATED, TRANSLATION
from align.pair.lexical import LexicalEvidence
from align.pair.scoring import BIASES, BeadScorer, Evidence
from align.pair.search import Band, search
from align.pair.shapes import SHAPES
from scripts.bench_pair import FOREIGN, TUNED, sides
from scripts.pair_data import Aligned, Pair, accuracy, perturb, read_lines, text_berg
from scripts.pair_peers import beads_of

Array = NDArray[np.float64]

SETS = (
    (), (SURFACE,), (TRANSLATION,), (TRANSLATION, SURFACE), (EMBEDDING,), (EMBEDDING, SURFACE),
    (EMBEDDING, TRANSLATION, TRANSLATED), (EMBEDDING, SURFACE, TRANSLATION, TRANSLATED),
)  # fmt: skip
"""The combinations of evidence that `align.pair.evidence` may come up with."""

DECAY = 0.03
"""Of 0.003 to 3, the best likelihood of left-out thirds of Text+Berg."""
SHARES = {"Text+Berg": 0.5, "FLORES": 0.25}
"""How much a document counts; more FLORES costs Text+Berg more than it gains."""
RATES = (0.025, 0.05, 0.1, 0.1)
SYSTEMS = ("bergamot-tiny", "google", "microsoft", "bergamot-base-memory")
CHAPTERS = (3, 4, 6, 8)
"""Lengths of longer stretches that are dropped from each of these documents."""
WIDTH = 44
NEVER = -1e30
_STEPS = (*SHAPES, (1, 0))


def monotone(gold: Sequence[Pair], n: int, m: int) -> list[tuple[int, int]]:
    """Return the bead sizes of an alignment in which every sentence has its place.

    Gold beads with gaps are closed, crossing ones become one bead, and missing sentences stand alone.
    """
    beads: list[list[int]] = []
    for one, two in gold:
        if not one or not two:
            continue
        bead = [one[0], one[-1] + 1, two[0], two[-1] + 1]
        while beads and (beads[-1][1] > bead[0] or beads[-1][3] > bead[2]):
            last = beads.pop()
            bead = [
                min(last[0], bead[0]),
                max(last[1], bead[1]),
                min(last[2], bead[2]),
                max(last[3], bead[3]),
            ]
        beads.append(bead)
    sizes: list[tuple[int, int]] = []
    i = j = 0
    for i0, i1, j0, j1 in [*beads, [n, n, m, m]]:
        sizes += [(1, 0)] * (i0 - i) + [(0, 1)] * (j0 - j)
        if i1 > i0:
            sizes.append((i1 - i0, j1 - j0))
        i, j = i1, j1
    return sizes


class Field:
    """The alignments of a pair of documents, within a band around the gold one, and their features.

    Args:
        document: the documents and their gold alignment.
        evidence: measures of similarity by name.
    """

    def __init__(self, document: Aligned, evidence: Mapping[str, Evidence]) -> None:
        self.document, self.evidence = document, evidence
        self.n, self.m = len(document.source), len(document.target)
        self.sizes = monotone(document.gold, self.n, self.m)
        self._place_band()
        self.scorer = BeadScorer(*sides(document), evidence, {})
        self._fill()
        self._link()
        self._count_gold()

    def _place_band(self) -> None:
        """Lay a band of even width around the gold alignment."""
        centre, i, j = np.zeros(self.n + 1), 0, 0
        for a, b in self.sizes:
            centre[i : i + a + 1] = j
            i, j = i + a, j + b
        centre[self.n] = self.m
        self.width = min(WIDTH, self.m + 1)
        low = np.clip(centre - self.width // 2, 0, self.m + 1 - self.width).astype(np.int64)
        self.low = np.maximum.accumulate(low)
        self.columns = self.low[:, None] + np.arange(self.width)

    def _fill(self) -> None:
        """Compute the features of all beads by the position at which they end."""
        names = [*BIASES, *(f"{e}{size}" for e in self.evidence for size in ("", " size"))]
        names += ["length", "marks", "paragraph", "crossing"]
        self.names = [*names, "null", "null length", "gap"]
        self.values = np.zeros((len(names), len(SHAPES), self.n + 1, self.width), np.float32)
        for name, by_shape in BIASES.items():
            self.values[names.index(name)] = by_shape[:, None, None]
        for i0 in range(0, self.n + 1, 32):
            i1 = min(i0 + 32, self.n + 1)
            j0, j1 = int(self.low[i0]), int(self.low[i1 - 1]) + self.width
            for term in self.scorer.terms(i0, i1, j0, j1):
                block = np.broadcast_to(term.values, (len(SHAPES), i1 - i0, j1 - j0))
                for i in range(i0, i1):
                    row = block[:, i - i0, self.low[i] - j0 : self.low[i] - j0 + self.width]
                    for name, by_shape in term.features.items():
                        self.values[names.index(name), :, i] = row * by_shape[:, None]
        self.null = [np.array([f["null"], f["null length"]], np.float64) for f in self.scorer.null_features]

    def _link(self) -> None:
        """Tell for every position where each step to it begins, and where each step from it ends."""
        outside = (self.n + 1) * self.width
        shape = (len(_STEPS), self.n + 1, self.width)
        self.before, self.after = np.full(shape, outside), np.full(shape, outside)
        for s, (a, b) in enumerate(_STEPS):
            rows = np.arange(a, self.n + 1)
            for table, here, there, step in (
                (self.before, rows, rows - a, -b), (self.after, rows - a, rows, b),
            ):  # fmt: skip
                column = self.columns[here] + step
                place = column - self.low[there][:, None]
                inside = (place >= 0) & (place < self.width) & (column >= 0) & (column <= self.m)
                table[s, here] = np.where(inside, there[:, None] * self.width + place, outside)

    def _count_gold(self) -> None:
        """Add up the features of the gold alignment."""
        self.gold = np.zeros(len(self.names))
        i = j = 0
        before = (1, 1)
        for a, b in self.sizes:
            i, j = i + a, j + b
            if a and b:
                self.gold[:-3] += self.values[:, SHAPES.index((a, b)), i, j - self.low[i]]
            else:
                self.gold[-3:-1] += self.null[0][:, i - 1] if a else self.null[1][:, j - 1]
                self.gold[-1] += (a, b) != before
            before = (a, b)

    def likelihood(self, weights: Array) -> tuple[float, Array]:
        """Return the logarithm of the gold alignment's probability, and its gradient."""
        n, width, gap = self.n, self.width, weights[-1]
        size = (n + 1) * width
        scores = np.tensordot(weights[:-3], self.values, 1).astype(np.float64)
        null = [weights[-3:-1] @ features for features in self.null]
        paid = np.concatenate([[0.0], np.cumsum(null[1])])[self.columns]
        # Logarithms of sums over paths to and from each position, by how the path comes to it: by a bead, or
        # by a source or target sentence that stands alone. The last entry is for positions outside.
        to, back = np.full((3, size + 1), NEVER), np.full((3, size + 1), NEVER)
        reached = np.full(size + 1, NEVER)
        for i in range(n + 1):
            here = slice(i * width, (i + 1) * width)
            above = self.before[-1, i]
            if i:
                to[0, here] = _log_sum(reached[self.before[:-1, i]] + scores[:, i])
                begun = np.logaddexp(to[0, above], to[2, above]) + gap
                to[1, here] = np.logaddexp(begun, to[1, above]) + null[0][i - 1]
            else:
                to[0, here] = np.where(self.columns[0] == 0, 0.0, NEVER)
            begun = np.logaddexp(to[0, here], to[1, here]) - paid[i]
            passed = np.full(width, NEVER)
            passed[1:] = np.logaddexp.accumulate(begun[:-1])
            to[2, here] = passed + paid[i] + gap
            reached[here] = np.logaddexp.reduce(to[:, here])
        onward = np.append(scores.reshape(len(SHAPES), -1), np.full((len(SHAPES), 1), NEVER), axis=1)
        for i in range(n, -1, -1):
            here = slice(i * width, (i + 1) * width)
            after = self.after[:-1, i]
            bead = _log_sum(np.take_along_axis(onward, after, 1) + back[0, after])
            if i == n:
                bead = np.logaddexp(bead, np.where(self.columns[n] == self.m, 0.0, NEVER))
                down = np.full(width, NEVER)
            else:
                down = null[0][i] + back[1, self.after[-1, i]]
            across = np.logaddexp(bead, down + gap) + paid[i]
            over = np.logaddexp.accumulate(across[::-1])[::-1] - paid[i]
            back[2, here] = over
            along = np.full(width, NEVER)
            along[:-1] = over[1:] + paid[i][1:] - paid[i][:-1] + gap
            back[0, here] = np.logaddexp(np.logaddexp(bead, down + gap), along)
            back[1, here] = np.logaddexp(np.logaddexp(bead, down), along)
        total = reached[n * width + self.m - self.low[n]]
        expected = self._expect(scores, null, gap, to, back, reached, total)
        return float(weights @ self.gold - total), self.gold - expected

    def _expect(
        self, scores: Array, null: list[Array], gap: float, to: Array, back: Array, reached: Array,
        total: float,
    ) -> Array:  # fmt: skip
        """Return the features that alignments have on average."""
        shape = (self.n + 1, self.width)
        ends = back[:, :-1].reshape(3, *shape)

        def chance(log: Array) -> Array:
            return np.exp(np.minimum(log - total, 0))

        expected = np.zeros(len(self.names))
        beads = chance(reached[self.before[:-1]] + scores + ends[0])
        expected[:-3] = np.tensordot(self.values, beads, 3)
        above = self.before[-1, 1:]
        begun = chance(np.logaddexp(to[0], to[2])[above] + gap + null[0][:, None] + ends[1, 1:])
        going = chance(to[1][above] + null[0][:, None] + ends[1, 1:])
        expected[-3:-1] = self.null[0] @ (begun + going).sum(axis=1)
        expected[-1] = begun.sum()
        starts = to[:, :-1].reshape(3, *shape)[:, :, :-1]
        column = self.columns[:, :-1]
        last = np.minimum(column, self.m - 1)
        begun = chance(np.logaddexp(starts[0], starts[1]) + gap + null[1][last] + ends[2][:, 1:])
        going = chance(starts[2] + null[1][last] + ends[2][:, 1:])
        by_target = np.zeros(self.m)
        inside = column < self.m
        np.add.at(by_target, last, np.where(inside, begun + going, 0))
        expected[-3:-1] += self.null[1] @ by_target
        expected[-1] += np.where(inside, begun, 0).sum()
        return expected

    def strict(self, weights: Array) -> float:
        """Return the strict F1 of the best alignment."""
        scorer = BeadScorer(
            *sides(self.document), self.evidence, dict(zip(self.names, map(float, weights), strict=True))
        )
        found = search(scorer, Band(self.low, self.low + self.width))
        return accuracy(self.document.gold, beads_of(found)).strict[2]


def _log_sum(values: Array) -> Array:
    """Return the logarithms of sums over the first axis."""
    top = values.max(axis=0)
    summed: Array = np.log(np.exp(values - top).sum(axis=0)) + top
    return summed


def fit(fields: Sequence[Field]) -> Array:
    """Return the weights that make gold alignments likeliest."""
    from scipy.optimize import minimize  # type: ignore[import-untyped,unused-ignore]

    shares = [SHARES[f.document.name.split()[0]] for f in fields]

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = DECAY / 2 * float(weights @ weights), DECAY * weights
        for one, share in zip(fields, shares, strict=True):
            value, slope = one.likelihood(weights)
            total, gradient = total - share * value, gradient - share * slope
        return total, gradient

    start = np.zeros(len(fields[0].names))
    result: Any = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    weights: Array = result.x
    return weights


def evidence_for(document: Aligned, names: Iterable[str]) -> dict[str, Evidence]:
    """Return evidence by name."""
    encoder = load_encoder()
    made: dict[str, Evidence] = {}
    for name in names:
        left = document.source if name in (EMBEDDING, SURFACE) else document.translation
        if name in (EMBEDDING, TRANSLATED):
            made[name] = EmbeddingEvidence(Embeddings(left, encoder), Embeddings(document.target, encoder))
        else:
            made[name] = LexicalEvidence(left, document.target)
    return made


def thirds(document: Aligned) -> list[Aligned]:
    """Cut a document in three at places where a bead ends on both sides."""
    cuts = [(0, 0)]
    i = j = 0
    for a, b in monotone(document.gold, len(document.source), len(document.target)):
        if len(cuts) < 3 and i >= len(document.source) * len(cuts) / 3:
            cuts.append((i, j))
        i, j = i + a, j + b
    cuts.append((i, j))
    parts = []
    for (i0, j0), (i1, j1) in pairwise(cuts):
        gold = [
            (tuple(n - i0 for n in one), tuple(n - j0 for n in two))
            for one, two in document.gold
            if all(i0 <= n < i1 for n in one) and all(j0 <= n < j1 for n in two)
        ]
        parts.append(
            replace(
                document,
                source=document.source[i0:i1],
                target=document.target[j0:j1],
                gold=gold,
                translation=document.translation[i0:i1],
            )
        )
    return parts


def flores_documents(folder: Path) -> list[Aligned]:
    """Return the perturbed documents."""
    source, target = read_lines(folder / "nl"), read_lines(folder / "en")
    return [
        perturb(
            source,
            target,
            rate=rate,
            seed=seed,
            name="FLORES",
            languages=("nl", "en"),
            foreign=FOREIGN,
            lines=TUNED,
            translation=read_lines(folder / f"system.{system}.en"),
            chapters=CHAPTERS,
        )
        for seed, (rate, system) in enumerate(zip(RATES, SYSTEMS, strict=True))
    ]


def check(names: Sequence[str], berg: Sequence[Aligned], made: Sequence[Field]) -> None:
    """Print how weights do on thirds of Text+Berg that they were not set on."""
    parts = [[Field(part, evidence_for(part, names)) for part in thirds(document)] for document in berg]
    strict, likelihood = [], 0.0
    for k in range(3):
        weights = fit([*(p[n] for p in parts for n in range(3) if n != k), *made])
        strict += [p[k].strict(weights) for p in parts]
        likelihood += sum(p[k].likelihood(weights)[0] for p in parts) / 2
    print(f"# {', '.join(names)}: left out, strict F1 {np.mean(strict):.3f}, log-likelihood {likelihood:.1f}")


def main() -> None:
    """Set the weights of every combination of evidence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--textberg", type=Path, required=True)
    parser.add_argument("--flores", type=Path, required=True)
    parser.add_argument("--check", action="store_true", help="also measure on what was left out")
    parser.add_argument("--only", help="one combination of evidence, with commas")
    options = parser.parse_args()
    berg = [text_berg(options.textberg), text_berg(options.textberg, reverse=True)]
    sets = SETS if options.only is None else [tuple(name for name in options.only.split(",") if name)]
    for names in sets:
        with one_blas_thread():
            made = [Field(d, evidence_for(d, names)) for d in flores_documents(options.flores)]
            if options.check:
                check(names, berg, made)
            fields = [*(Field(d, evidence_for(d, names)) for d in berg), *made]
            weights = fit(fields)
        print("#", ", ".join(names), "strict", " ".join(f"{f.strict(weights):.3f}" for f in fields))
        shown = ", ".join(f'"{n}": {w:.2f}' for n, w in zip(fields[0].names, weights, strict=True))
        print(f"frozenset({{{', '.join(map(repr, names))}}}): {{{shown}}},", flush=True)


if __name__ == "__main__":
    main()
