"""XLIFF 2.1, the exchange format of translation tools.

A document is a ``<file id="d1" original="NAME">``, a paragraph a ``<unit id="p3">``, a row a
``<segment id="s17">``, numbered through its document. White space between the segments of a paragraph is an
``<ignorable>``. Flags stand in ``<notes>`` for the translator to see; bead, spans, score, flags and links in
the metadata module, which has a group for each segment. Characters that XML cannot carry are ``<cp>``.

A paragraph of more than `UNIT_ROWS` rows, or one that is broken off and taken up again, goes into several
units (``p3-2``). Files of XLIFF 2.x and 1.2 from other tools are read as well, inline codes left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

from lxml import etree

from align.bitext import Row, bead_sizes, format_links, parse_links
from align.errors import AlignError, FormatError
from align.formats.place import Gaps, Placer
from align.formats.xmlbase import (
    XML_SPACE,
    escape,
    flat_text,
    local_name,
    put_text,
    same_language,
    stream_elements,
    unescape,
)

NS = "urn:oasis:names:tc:xliff:document:2.0"
MDA = "urn:oasis:names:tc:xliff:metadata:2.0"
UNIT_ROWS = 500
"""Rows in a unit at most, so that memory stays flat where a document has no paragraphs."""

_CATEGORY = "align-bitext"
_TEXT = frozenset({"pc", "mrk", "g"})
_LANGUAGES = (("source", "srcLang", "source-language"), ("target", "trgLang", "target-language"))
"""For each side, the attributes that declare its language in XLIFF 2 and 1.2."""


def write(rows: Iterable[Row], stream: BinaryIO, *, languages: tuple[str, str] = ("nl", "en")) -> None:
    """Write rows to a binary stream.

    Args:
        rows: the rows.
        stream: where to write.
        languages: codes of the source and target language (BCP 47).
    """
    namespaces = f"xmlns={quoteattr(NS)} xmlns:mda={quoteattr(MDA)}"
    codes = f"srcLang={quoteattr(languages[0])} trgLang={quoteattr(languages[1])}"
    stream.write(
        f'<?xml version="1.0" encoding="utf-8"?>\n<xliff {namespaces} version="2.1" {codes}>\n'.encode()
    )
    number = 0
    for number, (doc, group) in enumerate(groupby(rows, key=lambda row: row.doc), 1):
        _write_file(stream, number, doc, group)
    if number == 0:  # the standard wants a file, and a unit in it
        _write_file(stream, 1, "-", ())
    stream.write(b"</xliff>\n")


def _write_file(stream: BinaryIO, number: int, doc: str, rows: Iterable[Row]) -> None:
    """Write the file element of a document."""
    stream.write(f'<file id="d{number}" original={quoteattr(escape(doc))}>\n'.encode())
    maker = _UnitMaker()
    for chunk in _chunks(rows):
        stream.write(_serialised(maker.make(chunk)))
    if maker.units == 0:
        stream.write(_serialised(maker.placeholder()))
    stream.write(b"</file>\n")


def _serialised(unit: Any) -> bytes:
    """Return the bytes of a unit, without the namespaces that the root declares."""
    out: bytes = etree.tostring(unit, encoding="utf-8")
    for declaration in (f' xmlns="{NS}"', f' xmlns:mda="{MDA}"'):
        out = out.replace(declaration.encode(), b"", 1)
    return out + b"\n"


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Group rows by paragraph, `UNIT_ROWS` at most."""
    chunk: list[Row] = []
    for row in rows:
        if chunk and (row.par != chunk[0].par or len(chunk) == UNIT_ROWS):
            yield chunk
            chunk = []
        chunk.append(row)
    if chunk:
        yield chunk


class _UnitMaker:
    """Makes the units of a document."""

    def __init__(self) -> None:
        self.units = 0
        self._segments = 0
        self._highest = -1
        self._gaps = (Gaps(target=False), Gaps(target=True))

    def make(self, rows: list[Row]) -> Any:
        """Return the unit of the rows of a paragraph."""
        self.units += 1
        par = rows[0].par
        name = f"p{par}" if par > self._highest else f"p{par}-{self.units}"
        self._highest = max(par, self._highest)
        attributes = {"id": name, XML_SPACE: "preserve"}
        unit = etree.Element(f"{{{NS}}}unit", attributes, nsmap={None: NS, "mda": MDA})
        first = self._segments + 1
        metadata = etree.SubElement(unit, f"{{{MDA}}}metadata")
        for number, row in enumerate(rows, first):
            _put_metadata(metadata, f"s{number}", row)
        _put_notes(unit, rows, first)
        for number, row in enumerate(rows, first):
            source_gap, target_gap = (gaps.before(row) for gaps in self._gaps)
            if number > first and (source_gap or target_gap):
                self._put(unit, "ignorable", f"i{number}", source_gap, target_gap)
            self._put(unit, "segment", f"s{number}", row.source, row.target if _has_target(row) else None)
        self._segments += len(rows)
        return unit

    def placeholder(self) -> Any:
        """Return an empty unit, which a file without rows needs to be valid."""
        unit = etree.Element(f"{{{NS}}}unit", {"id": "p0"}, nsmap={None: NS, "mda": MDA})
        self._put(unit, "segment", "s0", "", None)
        return unit

    @staticmethod
    def _put(unit: Any, kind: str, name: str, source: str, target: str | None) -> None:
        """Add a segment or ignorable to a unit."""
        element = etree.SubElement(unit, f"{{{NS}}}{kind}", {"id": name})
        if kind == "segment" and target:
            element.set("state", "translated")
        put_text(etree.SubElement(element, f"{{{NS}}}source"), source, _code)
        if target is not None:
            put_text(etree.SubElement(element, f"{{{NS}}}target"), target, _code)


def _has_target(row: Row) -> bool:
    """Tell whether a row has a target, though it may be an empty one."""
    return bool(row.target) or not row.bead.endswith("-0")


def _put_metadata(parent: Any, segment: str, row: Row) -> None:
    """Add what is known of a segment."""
    group = etree.SubElement(parent, f"{{{MDA}}}metaGroup", {"id": segment, "category": _CATEGORY})
    values = {
        "bead": row.bead,
        "src": f"{row.src_start} {row.src_end}",
        "tgt": f"{row.tgt_start} {row.tgt_end}",
        "score": None if row.score is None else f"{row.score:.4f}",
        "flags": escape(",".join(row.flags)) or None,
        "links": None if row.links is None else format_links(row.links),
    }
    for kind, value in values.items():
        if value is not None:
            etree.SubElement(group, f"{{{MDA}}}meta", {"type": kind}).text = value


def _put_notes(unit: Any, rows: list[Row], first: int) -> None:
    """Add a note for each row with flags."""
    flagged = [(number, row) for number, row in enumerate(rows, first) if row.flags]
    if not flagged:
        return
    notes = etree.SubElement(unit, f"{{{NS}}}notes")
    for number, row in flagged:
        attributes = {"id": f"n{number}", "appliesTo": "target", "category": "flags"}
        note = etree.SubElement(notes, f"{{{NS}}}note", attributes)
        note.text = escape(f"s{number}: {', '.join(row.flags)}")


def _code(character: str) -> Any:
    """Return the element for a character that XML cannot carry."""
    return etree.Element(f"{{{NS}}}cp", {"hex": f"{ord(character):04X}"})


def read(stream: BinaryIO, name: str, *, languages: tuple[str, str] | None = None) -> Iterator[Row]:
    """Read rows from a binary stream.

    Args:
        stream: the bytes of the file.
        name: what error messages and the `doc` column call it.
        languages: those that it should be in; None for any.

    Raises:
        FormatError: with file and line, where the file is not XLIFF, or not in the languages.
    """
    reader = _Reader(name)
    for event, element in stream_elements(stream, name, ("xliff", "file", "unit", "trans-unit")):
        kind = local_name(element)
        try:
            if languages and event == "start" and kind in ("xliff", "file"):
                _check_languages(element, languages)
            if kind == "file" and event == "start":
                reader.doc = unescape(element.get("original") or element.get("id") or name)
                reader.files += 1
            elif event == "end" and kind in ("unit", "trans-unit"):
                yield from reader.unit(element)
        except AlignError as error:
            line = error.line or element.sourceline
            raise FormatError(error.cause, file=name, line=line, remedy=error.remedy) from None


def _check_languages(element: Any, languages: tuple[str, str]) -> None:
    """Check that the languages that an element declares, if any, are the wanted ones.

    Raises:
        FormatError: if not.
    """
    for (side, *keys), wanted in zip(_LANGUAGES, languages, strict=True):
        for code in filter(None, map(element.get, keys)):
            if not same_language(code, wanted):
                cause = f"its {side} language is {code}, not {wanted}"
                raise FormatError(cause, remedy="correct --from and --to, or leave them out")


class _Reader:
    """Turns units into rows."""

    def __init__(self, name: str) -> None:
        self.doc = name
        self.files = 0
        self._placer = Placer()
        self._par = 0

    def unit(self, unit: Any) -> Iterator[Row]:
        """Yield the rows of a unit."""
        known = {
            group.get("id"): _metadata(group)
            for group in unit.iterfind(f"{{{MDA}}}metadata/{{{MDA}}}metaGroup")
            if group.get("category") == _CATEGORY
        }
        self._par += 1
        segments = [unit] if local_name(unit) == "trans-unit" else unit.iterchildren("{*}segment")
        for segment in segments:
            source, target = (
                _text(next(segment.iterchildren(f"{{*}}{side}"), None)) for side in ("source", "target")
            )
            props = known.get(segment.get("id"))
            if props is not None:
                yield _described(self.doc, unit.get("id") or "", source, target, props)
            elif source or target:
                yield self._placer.place(self.doc, source, target, par=self._par)


def _metadata(group: Any) -> dict[str, str]:
    """Return what is known of a segment."""
    return {meta.get("type"): meta.text or "" for meta in group.iterchildren(f"{{{MDA}}}meta")}


def _text(element: Any) -> str:
    """Return the text of a source or target; "" if there is none."""
    return "" if element is None else flat_text(element, _TEXT, _character)


def _character(element: Any) -> str | None:
    """Return the character that a <cp> stands for."""
    if local_name(element) != "cp":
        return None
    try:
        return chr(int(element.get("hex", ""), 16))
    except (ValueError, OverflowError):
        raise FormatError("bad character code") from None


def _described(doc: str, unit: str, source: str, target: str, props: dict[str, str]) -> Row:
    """Return the row of a segment that has metadata of ours."""
    try:
        spans = [int(n) for key in ("src", "tgt") for n in props[key].split()]
        src_start, src_end, tgt_start, tgt_end = spans
        score = float(props["score"]) if "score" in props else None
        par = int(unit.removeprefix("p").split("-")[0])
        bead_sizes(props["bead"])
    except (KeyError, ValueError):
        raise FormatError("the metadata of a segment are not as they should be") from None
    return Row(
        doc, par, props["bead"], src_start, src_end, tgt_start, tgt_end, source, target, score,
        tuple(f for f in unescape(props.get("flags", "")).split(",") if f),
        parse_links(props["links"]) if "links" in props else None,
    )  # fmt: skip
