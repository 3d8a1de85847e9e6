"""Hard wrapping: telling line breaks that only fill a margin from those that mean something.

In text wrapped at a width W, a line ends because the next word did not fit: its length, a space and the
first word of the next line come to more than W. Lines that are sentences, titles or verses do not do that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

MIN_WIDTH = 34
"""Narrower text is taken for lists or verse."""

MAX_WIDTH = 200
MIN_PAIRS = 4
"""Full lines of lines that text must have to count as wrapped."""

SURE_PAIRS = 30
"""Pairs of lines from which it can be told that text is not wrapped."""

_STOPS = ".!?…。！？।؟۔։።"
_TERMINAL = frozenset(_STOPS + ":;")
_CLOSING = "\"'”’»›)]}“‘«*_」』）"
_OPENING = "\"'“‘”’„‚«»‹›([{¿¡*_`,"
_FIRST_WORD = re.compile(r"\S+")
_IDEOGRAPH = re.compile(r"[⺀-鿿가-힯豈-﫿＀-￯]")
_ITEM = re.compile(
    r"(?:[-–—*+•·‣▪◦●○■□➢✓]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|#{1,6}|\d{1,3}(?:\.\d{1,3})+)\s"
)
_CHANCE = re.compile(r"[-–—]\s+\W*[a-zß-öø-ÿ\d]|\(?\d[\d.]*\)?\s|[A-Z]{1,5}\.\s")
_RULE = re.compile(r"[-–—=_*~#+.·•\s─-╿]{3,}")


_LEADING = re.compile(
    "de|een|van|te|en|of|dat|the|an?|and|or|der|das|den|dem|eine?[nmr]?|von|und|oder|le|les|une?|du|des|et|ou"
    "|el|los|las|y|il|lo|gli|uno|che|uma?|que"
)
"""Articles and little words of several languages, after which a sentence goes on."""

_LEAD = 24
"""Characters that a line has at least which they show to go on."""


@dataclass(slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        start: offset of its first character in the document.
        raw: the line with its white space and its end.
        body: the line without white space at its ends.
        width: its length without what is blank at its end.
    """

    start: int
    raw: str
    body: str = field(init=False)
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.body = self.raw.strip()
        self.width = len(self.raw.rstrip())

    @property
    def indent(self) -> int:
        """Number of blank characters at its beginning."""
        return self.width - len(self.body)

    def ends_sentence(self) -> bool:
        """Tell whether it ends with a stop, a colon or a semicolon, quotation marks and brackets aside."""
        last = self.body[-1]
        if last in _CLOSING:
            last = self.body.rstrip(_CLOSING)[-1:]
        return last in _TERMINAL

    def stops(self) -> bool:
        """Tell whether it ends with a stop."""
        return self.body.rstrip(_CLOSING)[-1:] in tuple(_STOPS)

    def leads_on(self) -> bool:
        """Tell whether it ends with a word after which a sentence goes on."""
        return len(self.body) > _LEAD and _LEADING.fullmatch(self.body.rsplit(None, 1)[-1]) is not None

    def begins_small(self) -> bool:
        """Tell whether its first letter is a small one."""
        first = self.body[0]
        if first in _OPENING:
            first = self.body.lstrip(_OPENING)[:1]
        return first.islower()

    def begins_item(self) -> bool:
        """Tell whether it begins with a bullet, a dash, a number or a sign of Markdown."""
        return self.body[0] in ">|" or _ITEM.match(self.body) is not None

    def is_loose(self) -> bool:
        """Tell whether it stands by itself whatever its length: rules, table rows, timestamps."""
        return "\t" in self.body or "-->" in self.body or _RULE.fullmatch(self.body) is not None


@dataclass(frozen=True, slots=True)
class Margin:
    """What text is wrapped to: its width, and the least `reach` of a line that counts as full."""

    width: int
    least: int


def first_word(line: Line) -> int:
    """Return the length of what would have to fit on the line before."""
    if _IDEOGRAPH.match(line.body):
        return 0
    match = _FIRST_WORD.match(line.body)
    return match.end() if match else 0


def reach(line: Line, after: Line) -> int:
    """Return how long a line would be together with the first word of the next."""
    return line.width + 1 + first_word(after)


def is_open(line: Line, after: Line) -> bool:
    """Tell whether a sentence seems to run on from a line to the next."""
    if not (after.begins_small() or line.leads_on()) or line.ends_sentence():
        return False
    return not (after.begins_item() or line.is_loose() or after.is_loose())


def find_margin(blocks: Sequence[Sequence[Line]]) -> tuple[Margin | None, bool]:
    """Find out whether text is hard-wrapped.

    Args:
        blocks: lines without blank ones between them.

    Returns:
        What the text is wrapped to, None if it is not wrapped; and whether there were lines enough to tell.
    """
    pairs = [
        (line, after)
        for block in blocks
        for line, after in pairwise(block)
        if line.width <= MAX_WIDTH
        and not after.begins_item()
        and not line.is_loose()
        and not after.is_loose()
    ]
    if len(pairs) < MIN_PAIRS:
        return None, False
    # A pair speaks for all widths from that of its line up to just below its reach.
    change = [0] * (MAX_WIDTH + 2)
    for line, after in pairs:
        change[max(line.width, MIN_WIDTH)] += 1
        change[min(max(reach(line, after), MIN_WIDTH), MAX_WIDTH + 1)] -= 1
    counts, total = [], 0
    for step in change:
        total += step
        counts.append(total)
    width = max(range(MIN_WIDTH, MAX_WIDTH + 1), key=counts.__getitem__)
    full = [(line, after) for line, after in pairs if reach(line, after) > width >= line.width]
    running = sum(not line.ends_sentence() and not after.body[0].isupper() for line, after in full)
    # Short lines end paragraphs or are addresses and headings: they tell nothing.
    share = len(full) / max(1, sum(2 * line.width > width for line, _ in pairs))
    if len(full) < MIN_PAIRS or running < len(full) * (0.2 if share > 0.85 else 0.4) or share < 0.5:
        return None, len(pairs) >= SURE_PAIRS
    # Text filled evenly rather than greedily, as by fmt(1), has shorter lines.
    return Margin(width, width if share > 0.9 else width - width // 8), True


def in_item(first: Line, after: Line) -> bool:
    """Tell whether a line goes on with a list item, indented below its text."""
    return first.begins_item() and after.indent >= first.indent + 2 and not after.begins_item()


def wrapped(first: Line, line: Line, after: Line, margin: Margin) -> bool:
    """Tell whether, in hard-wrapped text, the break between two lines only fills the margin.

    Args:
        first: the line that the paragraph of `line` began with.
    """
    if line.is_loose() or after.is_loose():
        return False
    length = reach(line, after)
    full, ends = length > margin.least, line.ends_sentence()
    if after.begins_item():
        # A dash, a number or an initial can come to stand first by chance.
        return full and not ends and not first.begins_item() and _CHANCE.match(after.body) is not None
    if after.indent > line.indent + 1:
        return not ends and (full or in_item(first, after))
    if not full:
        return is_open(line, after) and length > 0.6 * margin.width
    if ends and length <= margin.width:
        return False
    return not line.body.isupper() or after.body.isupper()


def runs_on(block: Sequence[Line]) -> list[bool]:
    """Tell for each line break of a block, in text that is not hard-wrapped, whether it is in a sentence.

    It is if the lines around it make a sentence only together: they begin like one, run on in small letters
    and end with a stop, and such breaks are at least half of those in the block. List items run on below
    their text.
    """
    opened = [is_open(line, after) for line, after in pairwise(block)]
    if not any(opened):
        return opened
    plain = sum(not (b.is_loose() or a.is_loose() or a.begins_item()) for b, a in pairwise(block))
    often, widest = 2 * sum(opened) >= plain, max(line.width for line in block)
    linked = []
    first = 0
    for last, line in enumerate(block):
        after = block[last + 1] if last < len(opened) else None
        if after and (
            (opened[last] and (often or in_item(block[first], after)))
            or (often and _filled(line, after, widest))
        ):
            linked.append(True)
        else:
            if not in_item(block[first], line) and (block[first].begins_small() or not line.stops()):
                linked[first:] = [False] * (last - first)
            linked.append(False)
            first = last + 1
    return linked[:-1]


def _filled(line: Line, after: Line, widest: int) -> bool:
    """Tell whether a line may have been broken before a capital because it was full."""
    if line.ends_sentence() or line.is_loose() or after.is_loose() or line.body.isupper():
        return False
    item = after.begins_item() and _CHANCE.match(after.body) is None
    return not item and reach(line, after) > widest
