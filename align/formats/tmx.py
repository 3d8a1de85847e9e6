"""TMX 1.4b, the exchange format of translation memories.

A row is a translation unit. What TMX has no place for stands in properties of the unit: `x-doc`, `x-par`,
`x-bead`, `x-src` and `x-tgt` (the spans), `x-score`, `x-flags`, `x-links`. A side without text (beads 1-0 and
0-1) is left out, so that no tool proposes an empty translation; the bead says so. A character that XML
cannot carry stands in a segment as ``<ph type="x-align-char">U+0001</ph>``.

Memories of other tools are read as well: any encoding that their XML declares, several languages and
variants, inline codes (left out, the text of highlights kept), a document type (never fetched).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from lxml import etree

from align import __version__
from align.bitext import Row, bead_sizes, format_links, parse_links
from align.errors import AlignError, FormatError
from align.formats.place import Placer
from align.formats.xmlbase import (
    XML_LANG,
    escape,
    flat_text,
    local_name,
    put_text,
    same_language,
    stream_elements,
    unescape,
)

_CHAR = "x-align-char"
_TEXT = frozenset({"hi"})
_MOST_CODES = 1000
"""Language codes of a memory that are remembered, so that memory stays flat whatever it holds."""


def write(
    rows: Iterable[Row],
    stream: BinaryIO,
    *,
    languages: tuple[str, str] = ("nl", "en"),
    date: datetime | None = None,
) -> None:
    """Write rows to a binary stream as a translation memory.

    Args:
        rows: the rows.
        stream: where to write.
        languages: codes of the source and target language (BCP 47).
        date: when the memory was made; now if not given.
    """
    stamp = (date or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    head = {
        "creationtool": "align", "creationtoolversion": __version__, "segtype": "sentence",
        "o-tmf": "align bitext", "adminlang": "en", "srclang": languages[0], "datatype": "plaintext",
        "creationdate": stamp,
    }  # fmt: skip
    with etree.xmlfile(stream, encoding="utf-8") as out:
        out.write_declaration()
        with out.element("tmx", {"version": "1.4"}):
            out.write(etree.Element("header", head))
            out.write("\n")
            with out.element("body"):
                out.write("\n")
                for number, row in enumerate(rows, 1):
                    out.write(_unit(row, number, languages))
                    out.write("\n")
    stream.write(b"\n")


def _unit(row: Row, number: int, languages: tuple[str, str]) -> Any:
    """Return the translation unit of a row."""
    unit = etree.Element("tu", {"tuid": str(number)})
    for kind, value in _properties(row):
        etree.SubElement(unit, "prop", {"type": kind}).text = value
    source_left_out = row.bead.startswith("0-") and not row.source and bool(row.target)
    target_left_out = row.bead.endswith("-0") and not row.target and not source_left_out
    for language, text, left_out in zip(
        languages, (row.source, row.target), (source_left_out, target_left_out), strict=True
    ):
        if not left_out:
            variant = etree.SubElement(unit, "tuv", {XML_LANG: language})
            put_text(etree.SubElement(variant, "seg"), text, _code)
    return unit


def _properties(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the properties that say what the segments do not."""
    yield "x-doc", escape(row.doc)
    yield "x-par", str(row.par)
    yield "x-bead", row.bead
    yield "x-src", f"{row.src_start} {row.src_end}"
    yield "x-tgt", f"{row.tgt_start} {row.tgt_end}"
    if row.score is not None:
        yield "x-score", f"{row.score:.4f}"
    if row.flags:
        yield "x-flags", escape(",".join(row.flags))
    if row.links is not None:
        yield "x-links", format_links(row.links)


def _code(character: str) -> Any:
    """Return the code for a character that XML cannot carry."""
    code = etree.Element("ph", {"type": _CHAR})
    code.text = f"U+{ord(character):04X}"
    return code


def read(
    stream: BinaryIO,
    name: str,
    *,
    languages: tuple[str, str] | None = None,
    notify: Callable[[str], None] | None = None,
) -> Iterator[Row]:
    """Read rows from a translation memory.

    Args:
        stream: the bytes of the file.
        name: what error messages and the `doc` column call it.
        languages: the two to take; None for the memory's source language and the first other one.
        notify: called with a message about what was left out.

    Raises:
        FormatError: with file and line, where the file is not TMX, or lacks a language that is to be taken.
    """
    pair = _Pair(languages)
    placer = Placer()
    for event, element in stream_elements(stream, name, ("tmx", "header", "tu")):
        if local_name(element) == "header":
            pair.srclang = element.get("srclang") or ""
        elif event == "end" and local_name(element) == "tu":
            try:
                row = _row(element, name, pair, placer)
            except AlignError as error:
                raise FormatError(error.cause, file=name, line=element.sourceline) from None
            if row is not None:
                yield row
    if languages:
        pair.check(languages, name)
    for message in pair.report():
        if notify:
            notify(f"{name}: {message}")


class _Pair:
    """The two languages that are taken from a memory."""

    def __init__(self, languages: tuple[str, str] | None) -> None:
        self.chosen = languages
        self.srclang = ""
        self.codes: set[str] = set()
        self.left_out = 0

    def settle(self, present: list[str]) -> tuple[str, str] | None:
        """Choose the languages by the first unit that has two, and remember all that are there."""
        if len(self.codes) < _MOST_CODES:
            self.codes.update(filter(None, present))
        if self.chosen is None:
            source = (
                self.srclang if any(same_language(self.srclang, p) for p in present) else (present or [""])[0]
            )
            others = [p for p in present if not same_language(source, p)]
            if others:
                self.chosen = (source, others[0])
        return self.chosen

    def check(self, languages: tuple[str, str], name: str) -> None:
        """Check that languages are among those that were there, if any were.

        Raises:
            FormatError: if one is not.
        """
        missing = [want for want in languages if not any(same_language(want, code) for code in self.codes)]
        if self.codes and missing:
            cause = f"no {' and no '.join(missing)} in it; it has {_listed(self.codes)}"
            raise FormatError(cause, file=name, remedy="choose with --from and --to")

    def report(self) -> Iterator[str]:
        """Yield what the user should know."""
        chosen = self.chosen or ()
        others = [code for code in self.codes if not any(same_language(c, code) for c in chosen)]
        if chosen and others:
            taken = " and ".join(chosen)
            yield f"took {taken}; also there: {_listed(others)} (choose with --from, --to)"
        if self.left_out:
            yield f"left out {self.left_out:,} units without text in both languages"


def _listed(codes: Iterable[str]) -> str:
    """List languages, ten at most."""
    return ", ".join(sorted(codes)[:10])


def _row(unit: Any, name: str, pair: _Pair, placer: Placer) -> Row | None:
    """Return the row of a unit, or None if it has no text in the languages."""
    props = {
        prop.get("type"): prop.text or ""
        for prop in unit
        if local_name(prop) == "prop" and prop.get("type", "").startswith("x-")
    }
    variants = [(v.get(XML_LANG) or v.get("lang") or "", v) for v in unit.iterchildren("{*}tuv")]
    ours = "x-bead" in props and "x-src" in props
    chosen = pair.settle([code for code, _ in variants])
    texts: list[str | None] = [None, None]
    for code, variant in variants:
        side = next((i for i in (0, 1) if chosen and same_language(chosen[i], code)), None)
        if side is None:
            side = _lone_side(props) if chosen is None and ours else None
        if side is not None and texts[side] is None:
            texts[side] = _segment(variant)
    if texts == [None, None] or (not ours and None in texts):
        pair.left_out += 1
        return None
    source, target = (text or "" for text in texts)
    return _placed(name, source, target, props if ours else {}, placer)


def _lone_side(props: dict[str, str]) -> int:
    """Return the side of a unit's only variant, where no unit has told the languages yet."""
    return 1 if props["x-bead"].startswith("0-") else 0


def _placed(name: str, source: str, target: str, props: dict[str, str], placer: Placer) -> Row:
    """Return the row of two texts, with what the properties say of it."""
    if not props:
        return placer.place(name, source, target)
    bead_sizes(props["x-bead"])
    try:
        spans = [int(n) for key in ("x-src", "x-tgt") for n in props[key].split()]
        score = float(props["x-score"]) if "x-score" in props else None
        par = int(props["x-par"])
        src_start, src_end, tgt_start, tgt_end = spans
    except (KeyError, ValueError):
        raise FormatError("a property of the unit is not as it should be") from None
    return Row(
        unescape(props.get("x-doc", name)), par, props["x-bead"], src_start, src_end, tgt_start, tgt_end,
        source, target, score, tuple(f for f in unescape(props.get("x-flags", "")).split(",") if f),
        parse_links(props["x-links"]) if "x-links" in props else None,
    )  # fmt: skip


def _segment(variant: Any) -> str:
    """Return the text of a variant's segment."""
    segment = next(variant.iterchildren("{*}seg"), None)
    return "" if segment is None else flat_text(segment, _TEXT, _character)


def _character(element: Any) -> str | None:
    """Return the character that a code of ours stands for."""
    if element.get("type") != _CHAR:
        return None
    try:
        return chr(int((element.text or "").removeprefix("U+"), 16))
    except (ValueError, OverflowError):
        raise FormatError("bad character code") from None
