"""The view in the terminal: source and target side by side, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.text import Text

from align.view.edition import Edition, Item, direction
from align.view.marks import active_characters, differences

MIN_WIDTH = 40
"""Narrowest layout, in columns."""

_STYLES = {"low": "red", "mid": "yellow", "high": "green", "": "dim"}
_RULE = " │ "


@dataclass(frozen=True)
class _Widths:
    """Columns of a row: number, both texts, score."""

    number: int
    text: int
    score: int

    @classmethod
    def fit(cls, width: int, rows: int, with_chrf: bool) -> _Widths:
        """Share a width among the columns."""
        number, score = max(len(str(rows)), 2), 12 if with_chrf else 6
        rest = max(width, MIN_WIDTH) - number - score - 1 - len(_RULE) - 1
        return cls(number, max(rest // 2, 8), score)


def render_terminal(
    edition: Edition, *, width: int = 80, colour: bool = False, items: Iterable[Item] | None = None
) -> Iterator[str]:
    """Lay rows out in two columns that wrap by words.

    Args:
        edition: what to show.
        width: width of the terminal, in columns.
        colour: whether to colour and mark with ANSI escapes.
        items: the rows to show, in this order; all of them by default.

    Yields:
        Lines, without line ends; no line is longer than the width (of 40 or more).
    """
    console = Console(
        width=max(width, MIN_WIDTH), force_terminal=colour, color_system="standard" if colour else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    printer = _Printer(edition, console, _Widths.fit(width, len(edition.items), edition.has_reference))
    for line in printer.lines(edition.items if items is None else items):
        with console.capture() as captured:
            console.print(line, end="", no_wrap=True, overflow="crop", crop=True)
        yield captured.get().rstrip() if not colour else captured.get()


class _Printer:
    """Turns rows into styled lines."""

    def __init__(self, edition: Edition, console: Console, widths: _Widths) -> None:
        self._edition, self._console, self._widths = edition, console, widths
        self._sides = [direction(language) for language in edition.languages]

    def lines(self, items: Iterable[Item]) -> Iterator[Text]:
        """Yield the lines of the whole view."""
        for line in self._head():
            yield from line.wrap(self._console, self._console.width)
        several = len({item.row.doc for item in self._edition.items}) > 1
        for doc, group in groupby(items, key=lambda item: item.row.doc):
            if several:
                yield Text()
                yield _safe(doc, "bold")
            par: int | None = None
            for item in group:
                if item.row.par != par:
                    yield Text()
                    par = item.row.par
                yield from self._row(item)

    def _head(self) -> Iterator[Text]:
        """Yield title, scores and systems."""
        yield _safe(self._edition.title, "bold")
        if self._edition.model:
            yield _safe(f"model {self._edition.model}", "dim")
        for score in self._edition.scores:
            yield Text.assemble(
                (f"{score.metric} {score.score:.1f}", "bold"), (f"  {score.signature}", "dim")
            )
        for system in self._edition.systems:
            found = "  ".join(f"{score.metric} {score.score:.1f}" for score in system.scores)
            yield _safe(f"also {system.name}  {found}".rstrip(), "dim")

    def _row(self, item: Item) -> Iterator[Text]:
        """Yield the lines of a row, then those of its reference and of other systems."""
        row, widths = item.row, self._widths
        source = self._wrapped(_safe(row.source) if row.source else Text("—", "dim"), 0)
        target = self._wrapped(_safe(row.target) if row.target else Text("—", "dim"), 1)
        for label, text in self._compared(item):
            target += self._wrapped(Text.assemble((f"{label} ", "dim italic"), text), 1)
        notes = self._notes(item)
        if row.flags:
            target.append(_safe("⚑ " + ", ".join(row.flags), "bold red"))
        count = max(len(source), len(target), len(notes))
        for index in range(count):
            number = "" if index else str(item.number)
            line = Text.assemble((number.rjust(widths.number), "dim"), " ")
            line.append_text(_padded(source, index, widths.text))
            line.append(_RULE, "dim")
            line.append_text(_padded(target, index, widths.text))
            if index < len(notes):
                line.append(" ")
                line.append_text(notes[index])
            yield line

    def _compared(self, item: Item) -> Iterator[tuple[str, Text]]:
        """Yield the reference and the other systems, with the words that the target lacks marked."""
        if item.reference is not None and item.number == item.shared[1]:
            first, last = item.shared
            targets = " ".join(other.row.target for other in self._edition.items[first - 1 : last])
            label = "ref" if first == last else f"ref {first}–{last}"
            yield label, _marked(item.reference, targets, "underline cyan")
        for system, text in zip(self._edition.systems, item.others, strict=True):
            yield _safe(system.name).plain, _marked(text, item.row.target, "underline magenta")

    def _notes(self, item: Item) -> list[Text]:
        """Return what stands right of a row: its scores, and its bead unless it is 1-1."""
        row = item.row
        score = Text(f"{'' if row.score is None else f'{row.score:.2f}':>6}", _STYLES[item.band])
        if item.chrf is not None:
            score.append(f" {item.chrf:5.1f}", _STYLES[item.chrf_band])
        return [score, *([Text(f"{row.bead:>6}", "bold")] if row.bead != "1-1" else [])]

    def _wrapped(self, text: Text, side: int) -> list[Text]:
        """Wrap a text by words to its column."""
        lines = list(text.wrap(self._console, self._widths.text, tab_size=4))
        if self._sides[side] == "rtl":
            for line in lines:
                line.rstrip()
                line.pad_left(max(self._widths.text - line.cell_len, 0))
        return lines


def _padded(lines: list[Text], index: int, width: int) -> Text:
    """Return a line of a column, filled to its width."""
    line = lines[index].copy() if index < len(lines) else Text()
    line.truncate(width, pad=True)
    return line


def _safe(text: str, style: str = "") -> Text:
    """Return a text in which nothing acts on the terminal; line breaks become spaces."""
    out = _stretch(" ".join(text.split()))
    out.style = style
    return out


def _marked(text: str, other: str, style: str) -> Text:
    """Return a text with the words marked that another one lacks."""
    out = Text()
    for stretch, lacking in differences(" ".join(text.split()), other):
        part = _stretch(stretch)
        if lacking:
            part.stylize(style)
        out.append_text(part)
    return out


def _stretch(text: str) -> Text:
    """Return a stretch of a text, its white space kept, in which nothing acts on the terminal."""
    out = Text()
    for stretch, name in active_characters(text, lines=True):
        out.append(stretch if name is None else f"‹{name}›", "reverse" if name else None)
    return out
