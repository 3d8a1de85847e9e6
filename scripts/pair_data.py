"""Documents with known sentence alignment, and how near another alignment comes to it.

Shared by `bench_pair.py` and `tune_pair.py`. Three sources:

- free translations whose beads are known because they were written so, `tests/data/beads`;
- Text+Berg (Volk et al.; the German–French yearbooks of the Swiss Alpine Club, with Sennrich and Volk's gold
  alignment): `dev.de`, `dev.fr`, `dev.defr` with lines `[0]:[0, 1]`, and old machine translations of either
  side, `mt.de-into-fr.txt` and `mt.fr-into-de.txt`, all one sentence a line;
- documents made from parallel lines, such as FLORES dev: `perturb` merges, drops, inserts and swaps sentences
  and blurs paragraphs at given rates, so that the alignment is known.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Pair = tuple[tuple[int, ...], tuple[int, ...]]

_LADDER = re.compile(r"\[([\d,\s]*)\]\s*:\s*\[([\d,\s]*)\]")


@dataclass
class Aligned:
    """A pair of documents and its gold alignment.

    Attributes:
        name: what it is.
        languages: language codes of source and target.
        source, target: sentences.
        gold: sentence numbers of both sides, from 0, bead by bead.
        translation: a translation of each source sentence, or nothing.
        paragraphs: numbers of the sentences' paragraphs on both sides, if known.
    """

    name: str
    languages: tuple[str, str]
    source: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    gold: list[Pair] = field(default_factory=list)
    translation: list[str] = field(default_factory=list)
    paragraphs: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))


@dataclass(frozen=True)
class Accuracy:
    """Strict and lax precision, recall and F1."""

    strict: tuple[float, float, float]
    lax: tuple[float, float, float]

    def __str__(self) -> str:
        return "  ".join(f"{value:.3f}" for value in (*self.strict, *self.lax))


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file without white space at their ends."""
    return [line.strip() for line in path.read_text("utf-8").removesuffix("\n").split("\n")]


def read_ladder(path: Path) -> list[Pair]:
    """Return the beads of a file with lines ``[0]:[0, 1]`` or ``[0]:[0, 1]:cost``."""
    beads: list[Pair] = []
    for line in read_lines(path):
        match = _LADDER.match(line)
        if match is None:
            raise SystemExit(f"{path}: not a ladder line: {line!r}")
        one, other = (tuple(int(n) for n in match[i].replace(",", " ").split()) for i in (1, 2))
        beads.append((one, other))
    return beads


def text_berg(folder: Path, reverse: bool = False) -> Aligned:
    """Return the Text+Berg development document, German to French or, reversed, French to German."""
    de, fr = read_lines(folder / "dev.de"), read_lines(folder / "dev.fr")
    gold = read_ladder(folder / "dev.defr")
    if reverse:
        turned = [(b, a) for a, b in gold]
        machine = read_lines(folder / "mt.fr-into-de.txt")
        return Aligned("Text+Berg fr-de", ("fr", "de"), fr, de, turned, machine)
    return Aligned("Text+Berg de-fr", ("de", "fr"), de, fr, gold, read_lines(folder / "mt.de-into-fr.txt"))


def read_beads(path: Path) -> Aligned:
    """Return the document of a file with a bead a line: source sentences, a tab, target sentences.

    Sentences are parted by ``‖``; a blank line ends a paragraph on both sides; the name begins with the
    language codes, as in ``de-fr-hutte.tsv``.
    """
    source, target = path.stem.split("-")[:2]
    document, paragraph = Aligned(path.stem, (source, target)), 0
    for line in path.read_text("utf-8").splitlines():
        if not line:
            paragraph += 1
            continue
        one, other = line.split("\t")
        bead = []
        for cell, texts, paragraphs in (
            (one, document.source, document.paragraphs[0]),
            (other, document.target, document.paragraphs[1]),
        ):
            sentences = [text.strip() for text in cell.split("‖") if text.strip()]
            bead.append(tuple(range(len(texts), len(texts) + len(sentences))))
            texts += sentences
            paragraphs += [paragraph] * len(sentences)
        document.gold.append((bead[0], bead[1]))
    return document


def perturb(
    source: Sequence[str], target: Sequence[str], *, rate: float, seed: int, name: str,
    languages: tuple[str, str], foreign: Sequence[int], lines: Iterable[int],
    translation: Sequence[str] = (), blur: float = 0.2, chapters: Sequence[int] = (),
) -> Aligned:  # fmt: skip
    """Make a pair of documents whose sentences do not go one by one.

    Args:
        source, target: parallel lines.
        rate: share of lines at which something of each of four kinds begins: two or (one time in four) three
            neighbours are merged on one side; a sentence is dropped from one side; a foreign one is inserted
            on one side; two neighbours are swapped on the target side, which makes a 2-2 bead.
        seed: of the random numbers.
        name: what to call the result.
        languages: language codes of source and target.
        foreign: numbers of the lines that are inserted.
        lines: numbers of the lines that the documents are made of.
        translation: translations of the source lines.
        blur: share of paragraph ends that are left out, on either side by itself; a quarter as many of the
            other sentences get one. Paragraphs have 1 to 6 sentences.
        chapters: lengths of stretches that are dropped, from the source and the target in turn.
    """
    rng = random.Random(seed)
    made = _Maker(source, target, translation, Aligned(name, languages))
    rest = list(lines)
    left = 0
    starts = sorted(rng.sample(rest, len(chapters)), reverse=True)
    dropped = list(enumerate(chapters))
    while rest:
        if starts and rest[0] >= starts[-1]:
            starts.pop()
            which, length = dropped.pop()
            for line in rest[:length]:
                made.lone(line, which % 2 == 0)
            del rest[:length]
            continue
        if left <= 0:
            made.paragraph += 1
            left = rng.randint(1, 6)
        kind = rng.random() / rate if rate else 9.0
        taken = 1
        if kind < 1 and len(rest) > 1:
            taken = min(len(rest), 2 if rng.random() < 0.75 else 3)
            apart, joined = [[n] for n in rest[:taken]], [rest[:taken]]
            made.bead(*((apart, joined) if rng.random() < 0.5 else (joined, apart)))
        elif 1 <= kind < 2:
            made.lone(rest[0], rng.random() < 0.5)
        elif 2 <= kind < 3:
            made.lone(rng.choice(foreign), rng.random() < 0.5)
            made.bead([[rest[0]]], [[rest[0]]])
        elif 3 <= kind < 4 and len(rest) > 1:
            taken = 2
            made.bead([[rest[0]], [rest[1]]], [[rest[1]], [rest[0]]])
        else:
            made.bead([[rest[0]]], [[rest[0]]])
        del rest[:taken]
        left -= taken
    made.out.paragraphs = (
        _blurred(made.out.paragraphs[0], blur, rng), _blurred(made.out.paragraphs[1], blur, rng),
    )  # fmt: skip
    return made.out


@dataclass
class _Maker:
    """Puts documents together bead by bead."""

    source: Sequence[str]
    target: Sequence[str]
    translation: Sequence[str]
    out: Aligned
    paragraph: int = 0

    def bead(self, source: list[list[int]], target: list[list[int]]) -> None:
        """Add a bead: sentences as groups of lines that are merged, for both sides."""
        out = self.out
        i, j = len(out.source), len(out.target)
        out.gold.append((tuple(range(i, i + len(source))), tuple(range(j, j + len(target)))))
        out.source += [" ".join(self.source[n] for n in group) for group in source]
        out.target += [" ".join(self.target[n] for n in group) for group in target]
        if self.translation:
            out.translation += [" ".join(self.translation[n] for n in group) for group in source]
        out.paragraphs[0].extend(self.paragraph for _ in source)
        out.paragraphs[1].extend(self.paragraph for _ in target)

    def lone(self, line: int, on_source: bool) -> None:
        """Add a sentence to one side only."""
        self.bead([[line]] if on_source else [], [] if on_source else [[line]])


def _blurred(paragraphs: list[int], blur: float, rng: random.Random) -> list[int]:
    """Number paragraphs anew, with some ends left out and some added."""
    out: list[int] = []
    number = 0
    for here, before in zip(paragraphs, [None, *paragraphs], strict=False):
        ends = before is not None and here != before
        number += (rng.random() >= blur) if ends else (before is not None and rng.random() < blur / 4)
        out.append(number)
    return out


def accuracy(gold: Sequence[Pair], found: Sequence[Pair]) -> Accuracy:
    """Measure an alignment as Vecalign's `score.py` does, beads with an empty side left out on both hands.

    A bead is strictly right if it is a bead of the other alignment, and laxly right if one of its pairs of
    sentences is in a bead there. Precision is the share of right beads among those found, recall among gold.
    """
    full = [[bead for bead in beads if bead[0] and bead[1]] for beads in (gold, found)]
    precision = _right(full[1], full[0])
    recall = _right(full[0], full[1])
    scores = [(p, r, 2 * p * r / (p + r) if p + r else 0.0) for p, r in zip(precision, recall, strict=True)]
    return Accuracy(scores[0], scores[1])


def _right(beads: Sequence[Pair], other: Sequence[Pair]) -> tuple[float, float]:
    """Return the shares of beads that are strictly and laxly right by another alignment."""
    exact = set(other)
    pairs = {(i, j) for one, two in other for i in one for j in two}
    strict = sum(bead in exact for bead in beads)
    lax = sum(any((i, j) in pairs for i in one for j in two) for one, two in beads)
    return strict / max(len(beads), 1), lax / max(len(beads), 1)
