"""Scores along the document, as the bars of a small plot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from align.view.edition import Edition

WIDTH, HEIGHT = 1000.0, 52.0
MAX_BARS = 320
"""Bars at most; a longer document shows the lowest row of each stretch."""


@dataclass(frozen=True)
class Bar:
    """A bar: the row it leads to, what it says, its box in the units of the plot, and its colour."""

    number: int
    label: str
    x: str
    y: str
    width: str
    height: str
    band: str


@dataclass(frozen=True)
class Plot:
    """A strip of bars along the document."""

    bars: list[Bar]
    caption: str
    summary: str
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class _Point:
    """A row's value from 0 to 1, as it is written, and how it is coloured."""

    number: int
    value: float
    written: str
    band: str


def plots(edition: Edition) -> list[Plot]:
    """Return the plots of an edition: of the rows' scores, and of their chrF where there is a reference."""
    name = "Similarity" if any(item.similarity for item in edition.items[:1]) else "Model score"
    scores = [
        _Point(item.number, item.quality, f"{item.row.score:.2f}", item.band)
        for item in edition.items
        if item.quality is not None
    ]
    chrfs = [
        _Point(item.number, item.chrf / 100, f"{item.chrf:.1f}", item.chrf_band)
        for item in edition.items
        if item.chrf is not None
    ]
    count = len(edition.items)
    return [_plot(n, points, count) for n, points in ((name, scores), ("chrF", chrfs)) if len(points) > 2]


def _plot(name: str, points: list[_Point], count: int) -> Plot:
    """Return the plot of a value that some of the rows have."""
    each = "sentence" if count <= MAX_BARS else f"lowest of {-(-count // MAX_BARS)} sentences"
    low = sum(point.band == "low" for point in points)
    caption = f"{name} along the text, one bar for each {each}" + (f"; {low:,} low" if low else "")
    mean = sum(point.value for point in points) / len(points)
    bars = list(_bars(name, points, count, min(count, MAX_BARS)))
    return Plot(bars, caption, f"{caption}. Mean {mean:.2f} of 1.")


def _bars(name: str, points: list[_Point], count: int, stretches: int) -> Iterator[Bar]:
    """Yield the lowest bar of each stretch of the document."""
    lowest: dict[int, _Point] = {}
    for point in points:
        place = (point.number - 1) * stretches // count
        if place not in lowest or point.value < lowest[place].value:
            lowest[place] = point
    width = WIDTH / stretches
    bar = min(width * 0.8, 24.0)
    for place, point in lowest.items():
        height = max(HEIGHT * point.value, 1.5)
        label = f"{point.number}: {name} {point.written}"
        left = place * width + (width - bar) / 2
        yield Bar(
            point.number, label, f"{left:.1f}", f"{HEIGHT - height:.1f}", f"{bar:.2f}", f"{height:.1f}",
            point.band,
        )  # fmt: skip
