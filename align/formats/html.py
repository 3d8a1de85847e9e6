"""Web pages, read only: their text blocks as rows without target.

The document is the text as a reader sees it: entities decoded, white space folded, blocks (paragraphs,
headings, list items, table cells) parted by a blank line, a `<br>` as a line break, `<pre>` as it stands.
Scripts, styles, the head and what is hidden are left out. Nothing is fetched or run.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import BinaryIO

from align.bitext import Row
from align.errors import InputError

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "optgroup", "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul"
})  # fmt: skip
_SKIPPED = frozenset({
    "audio", "canvas", "datalist", "iframe", "math", "noframes", "noscript", "object", "script",
    "style", "svg", "template", "title", "video"
})  # fmt: skip
_END_OPTIONAL = frozenset({
    "dd", "dt", "li", "optgroup", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"
})  # fmt: skip
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""Encodings that pages name when they mean a wider one."""

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_FOLDED = re.compile(r"[ \t\n\r\f]+")


class _Blocks(HTMLParser):
    """Collects the text blocks of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._parts: list[str] = []
        self._hidden: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden and (tag == "body" or (tag in _BLOCKS and self._hidden[0] in _END_OPTIONAL)):
            self._hidden.clear()
        if self._hidden:
            if tag == self._hidden[0]:
                self._hidden.append(tag)
            return
        if tag in _BLOCKS:
            self._end_block()
            self._pre += tag == "pre"
        names = dict(attrs)
        if tag in _SKIPPED or "hidden" in names or names.get("aria-hidden") == "true":
            if tag not in _VOID:
                self._hidden.append(tag)
        elif tag == "br":
            self._parts.append("\0")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or tag in _BLOCKS:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag == self._hidden[0]:
                self._hidden.pop()
            elif tag in ("body", "html"):
                self._hidden.clear()
            return
        if tag in _BLOCKS:
            self._end_block()
            self._pre = max(self._pre - (tag == "pre"), 0)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            data = data.replace("\0", "\ufffd")
            self._parts.append(data.replace("\r\n", "\n").replace("\n", "\0") if self._pre else data)

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        """End the block that is open, if it has text."""
        text = "".join(self._parts)
        self._parts.clear()
        lines = [line if self._pre else _FOLDED.sub(" ", line).strip(" ") for line in text.split("\0")]
        self.blocks += filter(None, (block.strip() for block in _BLANK.split("\n".join(lines))))


def read_text(stream: BinaryIO, name: str, *, encoding: str | None = None) -> str:
    """Return the text of a page, blocks parted by blank lines.

    Args:
        stream: the bytes of the page.
        name: what error messages call it.
        encoding: its encoding, whatever it declares; None to go by that.

    Raises:
        InputError: if it is not text in its encoding.
    """
    from align.text.reading import decode

    parser = _Blocks()
    parser.feed("".join(decode(stream, encoding, name)) if encoding else _decoded(stream.read(), name))
    parser.close()
    return "\n\n".join(parser.blocks)


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read the blocks of a page as rows without target, each a paragraph; offsets are into `read_text`.

    Raises:
        InputError: if it is not text in its encoding.
    """
    start = 0
    for par, block in enumerate(filter(None, read_text(stream, name, encoding=encoding).split("\n\n")), 1):
        yield Row(name, par, "1-0", start, start + len(block), 0, 0, block, "")
        start += len(block) + 2


def _decoded(data: bytes, name: str) -> str:
    """Decode a page: by its byte order mark, what it declares, as UTF-8, and else as Windows-1252."""
    from align.text.reading import detect_encoding

    found = detect_encoding(data[:4096])
    declared = _CHARSET.search(data[:4096])
    choices = [found] if found != "utf-8" else [declared[1].decode("ascii")] if declared else []
    for choice in [*choices, "utf-8"]:
        try:
            info = codecs.lookup(choice)
            if getattr(info, "_is_text_encoding", True):
                return data.decode(_WIDER.get(info.name, info.name))
        except (LookupError, UnicodeDecodeError):
            continue
    if declared and not declared[1].lower().startswith(b"utf"):
        raise InputError(f"not in the encoding that it declares, {declared[1].decode('ascii')}", file=name)
    return data.decode("cp1252", errors="replace")
