"""The view as a web page: one template, its style and script, and what it may show of hostile text.

The page asks nothing of a network: a content security policy allows only its own style and script, by hash.
Text is escaped; characters that would act on the display are shown by name.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from align import __version__
from align.bitext import Row, format_links
from align.view.edition import Edition, Item, direction, paragraphs
from align.view.marks import active_characters, differences, long_name
from align.view.plot import plots

if TYPE_CHECKING:
    from jinja2 import Template

_SCRIPTS = ("rows.js", "words.js", "layout.js")
_CHUNK = 1 << 16


LEAF_ROWS = 40
"""Rows that a browser lays out together; by scripts/bench_view.py, a frame of scrolling 10,000 rows takes
17 ms (median), against 105 ms where each row is laid out by itself."""


@dataclass(frozen=True)
class _Block:
    """A paragraph, or a part of a long one: how it is shown, and its rows."""

    style: str
    items: list[Item]

    @property
    def heading(self) -> bool:
        """Whether it is a heading."""
        return self.style == "heading"


@dataclass(frozen=True)
class _Section:
    """A document of the edition: its name, and leaves of paragraphs."""

    name: str
    leaves: list[list[_Block]]
    paragraphs: int


@dataclass(frozen=True)
class _Counts:
    """How many rows or paragraphs there are of a kind."""

    paragraphs: int
    flagged: int
    low: int
    beads: int
    scored: int
    links: int


def render(edition: Edition) -> Iterator[str]:
    """Render an edition; see `align.view.api.render_html`."""
    style, script = _asset("page.css"), _script()
    sections = [
        _section(name, group) for name, group in groupby(edition.items, key=lambda item: item.row.doc)
    ]
    counts = _count(edition, sections)
    stream = _template().stream(
        edition=edition, sections=sections, counts=counts, plots=plots(edition), version=__version__,
        style=Markup(style), script=Markup(script), policy=_policy(style, script),
        attributes=[_attributes(language) for language in edition.languages],
        show=show, plain=plain, marked=marked, number=_number, compared=_compared,
        targets=partial(_targets, edition), differs=partial(_differs, edition),
        links=_links, link_note=_link_note(counts), score_note=_score_note(edition),
    )  # fmt: skip
    stream.enable_buffering(256)
    return iter(stream)


def _section(name: str, items: Iterable[Item]) -> _Section:
    """Lay out a document: paragraphs in leaves, long ones in parts."""
    leaves: list[list[_Block]] = [[]]
    count = rows = 0
    for heading, group in paragraphs(items):
        count += 1
        for start in range(0, len(group), LEAF_ROWS):
            part = group[start : start + LEAF_ROWS]
            if rows and rows + len(part) > LEAF_ROWS:
                leaves.append([])
                rows = 0
            leaves[-1].append(_Block("heading" if heading else "on" if start else "", part))
            rows += len(part)
    return _Section(name, leaves, count)


def _count(edition: Edition, sections: Sequence[_Section]) -> _Counts:
    """Count what the page has controls for."""
    items = edition.items
    return _Counts(
        paragraphs=sum(section.paragraphs for section in sections),
        flagged=sum(bool(item.row.flags) for item in items),
        low=sum(item.band == "low" for item in items),
        beads=sum(item.row.bead != "1-1" for item in items),
        scored=sum(item.row.score is not None for item in items),
        links=sum(bool(item.row.links) for item in items),
    )


@cache
def _asset(name: str) -> str:
    """Return a file of the package."""
    return resources.files("align.view").joinpath("assets", name).read_text("utf-8")


@cache
def _script() -> str:
    """Return the page's script."""
    body = "".join(_asset(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{body}}})();\n'


@cache
def _template() -> Template:
    """Return the page's template, which escapes all that is not marked as safe."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.from_string(_asset("page.html.j2"))


def _policy(style: str, script: str) -> str:
    """Return the content security policy: nothing but this style, this script and an empty icon."""
    style_hash, script_hash = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)
    )
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _attributes(language: str) -> Markup:
    """Return the language and, where it is right to left, direction attributes of a text."""
    rtl = Markup(' dir="rtl"') if direction(language) == "rtl" else ""
    return Markup(' lang="{}"{}').format(language, rtl)


def show(text: str) -> Markup:
    """Return a text as HTML in which nothing acts: escaped, control characters and overrides by name."""
    parts = [
        escape(stretch)
        if name is None
        else Markup('<span class="ctl" title="{}">{}</span>').format(long_name(stretch), name)
        for stretch, name in active_characters(text)
    ]
    return Markup("").join(parts)


def plain(text: str) -> str:
    """Return a text for places that hold no elements."""
    return "".join(stretch if name is None else name for stretch, name in active_characters(text))


def marked(text: str, other: str) -> Markup:
    """Return a text as HTML, with the words marked that another text lacks."""
    if not text:
        return Markup('<span class="none">—</span>')
    parts = [
        Markup("<mark>{}</mark>").format(show(stretch)) if lacking else show(stretch)
        for stretch, lacking in differences(text, other)
    ]
    return Markup("").join(parts)


def _compared(item: Item) -> str | None:
    """Return the text that a row's target is compared with: the reference, else the only other system."""
    if item.reference is not None:
        return item.reference
    return item.others[0] if len(item.others) == 1 else None


def _targets(edition: Edition, item: Item) -> str:
    """Return the targets of the rows that a row shares its reference with."""
    first, last = item.shared
    return " ".join(other.row.target for other in edition.items[first - 1 : last])


def _differs(edition: Edition, item: Item) -> bool:
    """Tell whether a row's target differs from the reference, or from another system's."""
    if item.reference is not None:
        return item.reference.split() != _targets(edition, item).split()
    return any(text.split() != item.row.target.split() for text in item.others)


def _number(value: float) -> str:
    """Write a score with a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def _links(row: Row) -> str:
    """Write the word links of a row."""
    return format_links(row.links or ())


def _link_note(counts: _Counts) -> str:
    """Say where the word links come from."""
    if counts.links:
        return "Word links are those of the bitext; hover over a word to see them."
    return "The bitext has no word links: those shown are guessed from likeness and co-occurrence."


def _score_note(edition: Edition) -> str:
    """Say what the scores of rows are."""
    if any(item.similarity for item in edition.items[:1]):
        return "Scores are similarities of source and target, from 0 to 1."
    return "Scores are mean log probabilities of the target's tokens; bars show the probability."
