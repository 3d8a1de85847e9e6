"""What the XML formats share: safe streamed reading, and text that XML 1.0 cannot carry.

XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF. Where a format has an element
for them that is used; elsewhere they are written as ``_x0001_``, as Office Open XML does (ECMA-376, part 1,
22.9.2.19), and text that looks like such an escape is written with an escaped underscore (``_x005F_x0001_``).
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO
from xml.sax import saxutils

from lxml import etree

from align.errors import FormatError

XML_NS = "http://www.w3.org/XML/1998/namespace"
XML_LANG = f"{{{XML_NS}}}lang"
XML_SPACE = f"{{{XML_NS}}}space"

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODES = r"00[01][0-9A-F]|FFF[EF]"
_LOOKALIKE = re.compile(rf"_(?=x(?:005F_x)*(?:{_CODES})_)")
_POSITION = re.compile(r", line \d+, column \d+$")
_ESCAPED = re.compile(rf"_x({_CODES})_|_x005F_(?=x(?:005F_x)*(?:{_CODES})_)")


def escape(text: str) -> str:
    """Write a text so that XML 1.0 can carry it."""
    if "_x" in text:
        text = _LOOKALIKE.sub("_x005F_", text)
    return UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", text)


def escape_text(text: str) -> str:
    """Write a text as the content of an element."""
    return saxutils.escape(escape(text), {"\r": "&#13;"})


def unescape(text: str) -> str:
    """Undo `escape`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else "_", text)


def put_text(element: Any, text: str, code: Callable[[str], Any]) -> None:
    """Put text into an element, with an element for each character that XML cannot carry.

    Args:
        element: where to put it.
        text: the text.
        code: makes the element that stands for a character.
    """
    parts = UNWRITABLE.split(text)
    element.text = parts[0]
    for found, after in zip(UNWRITABLE.finditer(text), parts[1:], strict=True):
        child = code(found[0])
        child.tail = after
        element.append(child)


def local_name(element: Any) -> str:
    """Return an element's name without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def same_language(one: str, other: str) -> bool:
    """Tell whether two language codes agree, as far as both say: nl and nl-BE, EN_us and en-US."""
    a, b = (code.lower().replace("_", "-").split("-") for code in (one, other))
    return all(x == y for x, y in zip(a, b, strict=False))


def stream_elements(stream: BinaryIO, name: str, tags: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Read an XML file in flat memory.

    Nothing is fetched, no document type is loaded, and a file that declares entities is refused. Elements
    are freed once they have been yielded complete.

    Args:
        stream: the bytes of the file.
        name: what error messages call it.
        tags: local names of the elements wanted; the first is that of the root.

    Yields:
        "start" or "end", and the element.

    Raises:
        FormatError: with file and line, where the file is not well-formed XML or its root is another.
    """
    events = etree.iterparse(
        stream, events=("start", "end"), tag=[f"{{*}}{tag}" for tag in tags], no_network=True,
        load_dtd=False, resolve_entities=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    seen = False
    try:
        for event, element in events:
            if not seen:
                _check_root(element, tags[0], name)
                seen = True
            yield event, element
            if event == "end":
                _free(element)
    except etree.XMLSyntaxError as error:
        cause = _POSITION.sub("", error.msg or "broken off").replace(", use XML_PARSE_HUGE option", "")
        raise FormatError(f"not well-formed XML ({cause})", file=name, line=error.lineno or None) from None
    if not seen:
        raise FormatError(f"holds no <{tags[0]}>", file=name, remedy="is it of this format?")


def _check_root(element: Any, tag: str, name: str) -> None:
    """Refuse another root element and declared entities."""
    root = element.getroottree()
    if local_name(root.getroot()) != tag:
        cause = f"its root is <{local_name(root.getroot())}>, not <{tag}>"
        raise FormatError(cause, file=name, remedy="is it of this format?")
    subset = root.docinfo.internalDTD
    if subset is not None and any(True for _ in subset.iterentities()):
        raise FormatError("declares entities, which are not expanded here", file=name, remedy="remove them")


def _free(element: Any) -> None:
    """Forget an element and what stands before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def entity_text(element: Any) -> str:
    """Return what an entity reference that the file does not declare stands for in HTML.

    Raises:
        FormatError: if HTML does not know it either.
    """
    found = html.entities.html5.get(f"{element.name};")
    if found is None:
        raise FormatError(f"unknown entity &{element.name};", line=element.sourceline)
    return found


def flat_text(element: Any, transparent: frozenset[str], specials: Any = None) -> str:
    """Return the text of an element.

    Args:
        element: the element.
        transparent: local names of the inline elements whose content is text; what other elements hold is
            code of the original document, and is left out.
        specials: a function from an element to the text that it stands for, or None if it is none of these.
    """
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child, etree._Entity):
            parts.append(entity_text(child))
        else:
            special = specials(child) if specials else None
            if special is not None:
                parts.append(special)
            elif local_name(child) in transparent:
                parts.append(flat_text(child, transparent, specials))
        parts.append(child.tail or "")
    return "".join(parts)
