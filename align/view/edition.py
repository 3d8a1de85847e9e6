"""What a view shows: the rows of a bitext, and what is known about each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from align.bitext import Row
from align.errors import ScoreError

if TYPE_CHECKING:
    from align.score.metrics import MetricScore

LOW, HIGH = -0.8, -0.5
"""Bounds of doubtful and good model scores, set by scripts/bench_bands.py with the starter model."""

LOW_SIMILARITY, HIGH_SIMILARITY = 0.35, 0.6
LOW_CHRF, HIGH_CHRF = 40.0, 60.0

_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
_RTL_SCRIPTS = frozenset({"arab", "hebr", "thaa", "syrc", "nkoo", "adlm"})
_SENTENCE_END = tuple(".!?…:;,。！？؟۔»")
_CLOSING = "\"'”’»)]"
_HEADING_LENGTH = 100


@dataclass(frozen=True)
class File:
    """A file that went into a view: its role, name and SHA-256 in hexadecimal."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True)
class System:
    """Another translation of the same source.

    Attributes:
        name: what the view calls it.
        targets: its text for each row; "" where it has none.
        scores: its corpus scores, where there is a reference.
    """

    name: str
    targets: Sequence[str]
    scores: Sequence[MetricScore] = ()


@dataclass(frozen=True)
class Reference:
    """A stretch of a reference: its text, and the rows it stands for, from `start` to before `end`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Item:
    """A row and what is known about it.

    Attributes:
        number: its number, from 1.
        row: the row.
        reference: the reference translation, if there is one: that of all the rows it shares it with.
        chrf: the chrF of its target, or those rows' targets, against that.
        shared: numbers of the first and last row that the reference stands for.
        others: what other systems have for it.
        similarity: whether its score is a similarity from 0 to 1, not a log probability.
    """

    number: int
    row: Row
    reference: str | None = None
    chrf: float | None = None
    others: tuple[str, ...] = ()
    similarity: bool = False
    shared: tuple[int, int] = (0, 0)

    @property
    def quality(self) -> float | None:
        """How good the row seems, from 0 to 1: token probability or similarity; None if unknown."""
        return quality(self.row.score, self.similarity)

    @property
    def band(self) -> str:
        """How the model score is to be coloured: low, mid, high, or "" if there is none."""
        return band(self.row.score, self.similarity)

    @property
    def chrf_band(self) -> str:
        """How the chrF is to be coloured."""
        return "" if self.chrf is None else _band(self.chrf, LOW_CHRF, HIGH_CHRF)

    @property
    def badness(self) -> tuple[bool, float]:
        """Sort key that puts the worst rows first: by chrF, else by score; rows without either last."""
        value = self.chrf if self.chrf is not None else self.row.score
        if value is None or math.isnan(value):
            return True, math.inf
        return False, value


@dataclass(frozen=True)
class Edition:
    """A bitext with what is to be shown about it.

    Attributes:
        items: the rows.
        title: its title.
        languages: codes of the source and target language.
        scores: corpus scores, where there is a reference.
        systems: other translations.
        model: what made the translation, as the user calls it.
        date: when the view was made.
        files: what went into it.
    """

    items: Sequence[Item]
    title: str
    languages: tuple[str, str] = ("nl", "en")
    scores: Sequence[MetricScore] = ()
    systems: Sequence[System] = ()
    model: str | None = None
    date: datetime | None = None
    files: Sequence[File] = field(default_factory=tuple)

    @property
    def has_reference(self) -> bool:
        """Whether there is a reference."""
        return any(item.reference is not None for item in self.items)


def make_edition(
    rows: Iterable[Row],
    *,
    reference: Sequence[str] | Sequence[Reference] | None = None,
    others: Sequence[tuple[str, Sequence[str]]] = (),
    languages: tuple[str, str] = ("nl", "en"),
    title: str | None = None,
    model: str | None = None,
    date: datetime | None = None,
    files: Sequence[File] = (),
) -> Edition:
    """Gather what a view shows.

    Args:
        rows: the rows of the bitext.
        reference: a reference translation of each row, or of groups of rows where it is segmented in
            another way; chrF and corpus scores are computed from it.
        others: names of other systems, each with its text for each row.
        languages: codes of the source and target language.
        title: title; by default the name of the document, or how many there are.
        model, date, files: as in `Edition`.

    Raises:
        ScoreError: if a reference or system has not as many texts as there are rows.
    """
    kept = list(rows)
    references = _references(reference, len(kept))
    for name, texts in others:
        if len(texts) != len(kept):
            raise ScoreError(f"{name} has {len(texts):,} texts for {len(kept):,} rows")
    similarity = any(row.score is not None and row.score > 0 for row in kept)
    chrfs, scores, systems = _scored([row.target for row in kept], references, others)
    known = {
        number: (stretch, chrf)
        for stretch, chrf in zip(references, chrfs, strict=True)
        for number in range(stretch.start, stretch.end)
    }
    items = []
    for number, row in enumerate(kept):
        stretch, chrf = known.get(number, (None, None))
        shared = (stretch.start + 1, stretch.end) if stretch else (0, 0)
        theirs = tuple(texts[number] for _, texts in others)
        text = stretch.text if stretch else None
        items.append(Item(number + 1, row, text, chrf, theirs, similarity, shared))
    return Edition(items, title or _title(kept), languages, scores, systems, model, date, tuple(files))


def _references(reference: Sequence[str] | Sequence[Reference] | None, count: int) -> list[Reference]:
    """Return what of a reference stands for which rows."""
    given = list(reference or ())
    plain = [text for text in given if isinstance(text, str)]
    if plain and len(plain) != count:
        raise ScoreError(f"the reference has {len(plain):,} texts for {count:,} rows")
    stretches = [stretch for stretch in given if isinstance(stretch, Reference)]
    return stretches or [Reference(text, number, number + 1) for number, text in enumerate(plain)]


def _scored(
    targets: Sequence[str], references: Sequence[Reference], others: Sequence[tuple[str, Sequence[str]]]
) -> tuple[list[float], list[MetricScore], list[System]]:
    """Return the chrF of each stretch of the reference, the corpus scores, and the systems with theirs."""
    if not references:
        return [], [], [System(name, texts) for name, texts in others]
    from align.score.metrics import corpus_scores, make_metric

    metric = make_metric("chrf")
    flat = [_flat(stretch.text) for stretch in references]

    def stretched(texts: Sequence[str]) -> list[str]:
        return [_flat(" ".join(texts[stretch.start : stretch.end])) for stretch in references]

    hypotheses = stretched(targets)
    chrfs = [float(metric.sentence_score(h, [r]).score) for h, r in zip(hypotheses, flat, strict=True)]
    systems = [System(name, texts, corpus_scores(stretched(texts), [flat])) for name, texts in others]
    return chrfs, corpus_scores(hypotheses, [flat]), systems


def _flat(text: str) -> str:
    """Fold white space, as scoring does."""
    return " ".join(text.split())


def _title(rows: Sequence[Row]) -> str:
    """Return the name of the only document, or how many there are."""
    names = list(dict.fromkeys(row.doc for row in rows))
    if len(names) == 1:
        name = names[0].rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
        return "Standard input" if name in ("", "-") else name
    return f"{len(names):,} documents" if names else "Empty bitext"


def quality(score: float | None, similarity: bool) -> float | None:
    """Return a score as a number from 0 to 1: that of a log probability is the probability."""
    if score is None or math.isnan(score):
        return None
    return min(max(score, 0.0), 1.0) if similarity else math.exp(min(score, 0.0))


def band(score: float | None, similarity: bool) -> str:
    """Return how a row's score is to be coloured: low, mid, high, or "" if there is none."""
    if score is None or math.isnan(score):
        return ""
    return _band(score, LOW_SIMILARITY, HIGH_SIMILARITY) if similarity else _band(score, LOW, HIGH)


def _band(value: float, low: float, high: float) -> str:
    return "low" if value < low else "high" if value >= high else "mid"


def direction(language: str) -> str:
    """Return the writing direction of a language: "rtl" or "ltr"."""
    parts = language.lower().replace("_", "-").split("-")
    scripts = [part for part in parts[1:] if len(part) == 4]
    rtl = scripts[0] in _RTL_SCRIPTS if scripts else parts[0] in _RTL
    return "rtl" if rtl else "ltr"


def paragraphs(items: Iterable[Item]) -> Iterator[tuple[bool, list[Item]]]:
    """Yield the paragraphs of one document, and whether each is a heading.

    A heading is a short paragraph of one sentence without a full stop, before one that is not so. Where more
    than half of the paragraphs look like that they are list items or verses, and none is a heading.
    """
    groups = [list(group) for _, group in groupby(items, key=lambda item: item.row.par)]
    like = [_looks_like_heading(group) for group in groups]
    believed = sum(like) * 2 <= len(groups)
    for index, group in enumerate(groups):
        followed = index + 1 < len(groups) and not like[index + 1]
        yield believed and like[index] and followed, group


def _looks_like_heading(group: Sequence[Item]) -> bool:
    """Tell whether a paragraph could be a heading."""
    text = group[0].row.source.strip()
    return (
        len(group) == 1
        and 0 < len(text) <= _HEADING_LENGTH
        and not text.rstrip(_CLOSING).endswith(_SENTENCE_END)
        and "\n" not in text
    )
