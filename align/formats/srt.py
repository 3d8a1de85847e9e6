"""SubRip subtitles.

A subtitle file is read as a document: the texts of its cues, one on a line after the other, with a blank line
where a cue ends a sentence. Styling that holds for all of a cue is set aside, other styling is dropped. Two
files (the two languages) are paired by time.

Times are not part of a bitext. Written back, targets go into the cues of the file that the sources came from
(`cues`): a row that covers several cues is shared among them by length, at word boundaries. The styling
that holds for all of a cue is written around its text, each tag with the one that closes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import BinaryIO

from align.bitext import Row
from align.errors import FormatError, UsageError
from align.formats.encoded import OPTION
from align.formats.files import open_input

_TIME = r"(\d+):(\d\d?):(\d\d?)[,.](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t].*)?")
_TAGS = re.compile(r"(</?(?:[biu]|font)(?:\s[^<>]*)?>|\{\\[^{}]*\})", re.IGNORECASE)
_FINAL = re.compile(r"""[.!?…。！？♪]["'”’»)\]]*\Z""")
_OVERLAP = 0.5
"""Share of the shorter of two cues that must be common for them to belong together."""


@dataclass(slots=True)
class Cue:
    """A subtitle: timing line, times in milliseconds, styling around its text, place in the document.

    Attributes:
        before: tags that hold for all of its text.
        after: those that close them.
        dropped: whether other styling was dropped.
        number: its number in the file; empty if it has none.
    """

    timing: str
    begin: int
    finish: int
    before: str
    after: str
    dropped: bool
    number: str = ""
    par: int = 0
    start: int = 0
    end: int = 0


def read_cues(
    stream: BinaryIO, name: str, encoding: str | None = None, option: str = OPTION
) -> tuple[list[Cue], str]:
    """Read a subtitle file.

    Args:
        stream: its bytes.
        name: what error messages call it.
        encoding: its encoding; None to detect it.
        option: what names the encoding.

    Returns:
        Its cues in order, and the document that their texts make.

    Raises:
        FormatError: with file and line, where it is not a subtitle file.
        InputError: if it is not text.
    """
    from align.text.reading import decode

    text = "".join(decode(stream, encoding, name, option))
    cues: list[Cue] = []
    parts: list[str] = []
    length, ended = 0, True
    for number, timing, lines in _blocks([line.removesuffix("\r") for line in text.split("\n")], name):
        styled = "\n".join(lines)
        begin, finish = _times(timing)
        cue = Cue(timing.strip(), begin, finish, *_styling(styled), number)
        body = _TAGS.sub("", styled).strip()
        gap = "" if length == 0 or not body else "\n\n" if ended else "\n"
        cue.par = (cues[-1].par if cues else 0) + (ended and bool(body))
        cue.start = length + len(gap)
        cue.end = length = cue.start + len(body)
        if body:
            ended = bool(_FINAL.search(body))
        parts += [gap, body]
        cues.append(cue)
    return cues, "".join(parts)


def _styling(styled: str) -> tuple[str, str, bool]:
    """Return the tags that hold for all of a text, those that close them, and whether it has other styling.

    A tag that nothing closes holds to the end; one in braces does so too, and after the text is kept there.
    """
    opened: list[str] = []
    trailing: list[str] = []
    styles: list[list[str]] = []
    for number, part in enumerate(_TAGS.split(styled)):
        if number % 2 == 0:
            if part.strip():
                styles.append(opened[:])
                trailing.clear()
        elif part.startswith("</"):
            _close(opened, part)
        else:
            opened.append(part)
            trailing += [part] * part.startswith("{")
    if not styles:
        return "", "", False
    common = reduce(and_, map(Counter, styles))
    held = []
    for tag in styles[0]:
        if common[tag]:
            common[tag] -= 1
            held.append(tag)
    closing = [f"</{_name(tag)}>" for tag in reversed(held) if tag.startswith("<")]
    return "".join(held), "".join(closing + trailing), any(len(style) > len(held) for style in styles)


def _close(opened: list[str], closing: str) -> None:
    """Remove from the open tags the last one that a closing tag closes, if there is one."""
    for index in reversed(range(len(opened))):
        if _name(opened[index]).lower() == _name(closing).lower():
            del opened[index]
            return


def _name(tag: str) -> str:
    """Return the name of a tag."""
    return tag.strip("</>").split()[0]


def read_text(stream: BinaryIO, name: str, *, encoding: str | None = None) -> str:
    """Return the document that the texts of the cues make.

    Raises:
        FormatError, InputError: as `read_cues` does.
    """
    return read_cues(stream, name, encoding)[1]


def _blocks(lines: list[str], name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the number, the timing line and the text lines of each cue."""
    heads = [number for number, line in enumerate(lines) if _TIMING.fullmatch(line)]
    before = lines[: max(heads[0] - 1, 0)] if heads else lines
    for number, line in enumerate(before, 1):
        if line.strip():
            raise FormatError(
                "not a subtitle: a number and times such as 00:00:01,000 --> 00:00:02,000 were expected",
                file=name, line=number,
            )  # fmt: skip
    for head, after in zip(heads, [*heads[1:], None], strict=False):
        body = lines[head + 1 : after]
        if after and body and body[-1].strip().isdigit() and (len(body) == 1 or not body[-2].strip()):
            body = body[:-1]  # the number of the next cue
        given = lines[head - 1].strip() if head else ""
        apart = head < 2 or not lines[head - 2].strip() or head - 2 in heads
        yield given if apart and given.isdigit() else "", lines[head], body


def _times(timing: str) -> tuple[int, int]:
    """Return the times of a timing line in milliseconds."""
    found = _TIMING.fullmatch(timing)
    assert found is not None
    one, other = (
        ((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(f.ljust(3, "0"))
        for h, m, s, f in (found.groups()[:4], found.groups()[4:8])
    )
    return one, other


def read(stream: BinaryIO, name: str, *, encoding: str | None = None) -> Iterator[Row]:
    """Read the cues of a subtitle file as rows without target.

    Raises:
        FormatError, InputError: as `read_cues` does.
    """
    cues, text = read_cues(stream, name, encoding)
    for cue in cues:
        if cue.end > cue.start:
            yield Row(name, cue.par, "1-0", cue.start, cue.end, 0, 0, text[cue.start : cue.end], "")


def read_files(paths: list[Path], *, encoding: str | None = None) -> Iterator[Row]:
    """Read two subtitle files as a bitext, cues paired by time.

    Raises:
        FormatError, InputError: as `read_cues` does.
    """
    with paths[0].open("rb") as one, paths[1].open("rb") as other:
        sources, source = read_cues(one, str(paths[0]), encoding)
        targets, target = read_cues(other, str(paths[1]), encoding)
    ends = [0, 0]
    shown = ([cue for cue in side if cue.end > cue.start] for side in (sources, targets))
    for ours, theirs in _groups(*shown):
        spans = []
        for side, group in enumerate((ours, theirs)):
            spans.append((group[0].start, group[-1].end) if group else (ends[side], ends[side]))
            ends[side] = spans[side][1]
        (a, b), (c, d) = spans
        par = (ours or theirs)[0].par
        yield Row(paths[0].name, par, f"{len(ours)}-{len(theirs)}", a, b, c, d, source[a:b], target[c:d])


def _groups(sources: list[Cue], targets: list[Cue]) -> Iterator[tuple[list[Cue], list[Cue]]]:
    """Put cues together that are shown at the same time."""
    i = j = 0
    while i < len(sources) or j < len(targets):
        ours, theirs = sources[i : i + 1], targets[j : j + 1]
        if not (ours and theirs) or not _together(ours[0], theirs[0]):
            first = not theirs or (bool(ours) and ours[0].begin <= theirs[0].begin)
            i, j = (i + 1, j) if first else (i, j + 1)
            yield (ours, []) if first else ([], theirs)
            continue
        i, j = i + 1, j + 1
        while True:
            if i < len(sources) and _together(sources[i], theirs[-1]):
                ours.append(sources[i])
                i += 1
            elif j < len(targets) and _together(ours[-1], targets[j]):
                theirs.append(targets[j])
                j += 1
            else:
                break
        yield ours, theirs


def _together(one: Cue, other: Cue) -> bool:
    """Tell whether two cues are shown at the same time, for the most part of the shorter one."""
    common = min(one.finish, other.finish) - max(one.begin, other.begin)
    shorter = min(one.finish - one.begin, other.finish - other.begin)
    return common > _OVERLAP * max(shorter, 0)


def write(
    rows: Iterable[Row],
    stream: BinaryIO,
    *,
    cues: str | Path | None = None,
    encoding: str | None = None,
    notify: Callable[[str], None] | None = None,
) -> None:
    """Write the targets of rows into the cues that their sources came from.

    Args:
        rows: rows of one document.
        stream: where to write.
        cues: the subtitle file that the sources were read from.
        encoding: its encoding; None to detect it.
        notify: called with a message about styling that was left out.

    Raises:
        UsageError: if `cues` is not given.
        InputError: if that file is missing, unreadable or not text.
        FormatError: if a source is not at its place in `cues`, or a target would pass for a timing line.
    """
    if cues is None:
        raise UsageError("subtitles need the file that the bitext came from", remedy="add --cues FILE.srt")
    with open_input(cues) as (given, name):
        known, text = read_cues(given, name, encoding, "--encoding")
    for number, (cue, body) in enumerate(zip(known, _filled(rows, known, text, cues), strict=True), 1):
        shown = f"{cue.before}{body}{cue.after}\n" if cue.before + body + cue.after else ""
        stream.write(f"{cue.number or number}\n{cue.timing}\n{shown}\n".encode())
    dropped = sum(cue.dropped for cue in known)
    if dropped and notify:
        notify(f"{name}: left out styling inside {dropped:,} {'cue' if dropped == 1 else 'cues'}")


def _filled(rows: Iterable[Row], known: list[Cue], text: str, name: str | Path) -> list[str]:
    """Return the texts of the cues."""
    texts = [""] * len(known)
    current = last = 0
    for number, row in enumerate(rows, 1):
        _check(row, number, text, name)
        while row.source and current + 1 < len(known) and known[current].end <= row.src_start:
            current += 1
        # A target without source stays with the row before.
        shares = _shared(row, known, current) if row.source else [(last, row.target)]
        for last, part in shares:
            if texts[last] and part:
                texts[last] += "\n" if "\n" in text[known[last].start : row.src_start] else " "
            texts[last] += part
    return texts


def _check(row: Row, number: int, text: str, name: str | Path) -> None:
    """Check that a row belongs to the subtitles, and does not break them."""
    if text[row.src_start : row.src_end] != row.source or not text:
        raise FormatError(
            f"the source of row {number} is not at its place in the subtitles", file=name,
            remedy="name the file that the bitext was made from",
        )  # fmt: skip
    if any(_TIMING.fullmatch(line) for line in row.target.split("\n")):
        raise FormatError(f"the target of row {number} holds a line of times, which would make a new cue")


def _shared(row: Row, cues: list[Cue], first: int) -> list[tuple[int, str]]:
    """Share the target of a row among the cues that its source covers, the first of which is given."""
    covered = []
    for index in range(first, len(cues)):
        if cues[index].start >= row.src_end:
            break
        width = min(cues[index].end, row.src_end) - max(cues[index].start, row.src_start)
        if width > 0:
            covered.append((index, width))
    total = sum(width for _, width in covered)
    shares, start, done = [], 0, 0
    for index, width in covered[:-1]:
        done += width
        end = max(_word_end(row.target, len(row.target) * done // total), start)
        shares.append((index, row.target[start:end].strip()))
        start = end
    return [*shares, (covered[-1][0], row.target[start:].strip() if shares else row.target)]


def _word_end(text: str, near: int) -> int:
    """Return the word boundary that is nearest to a place in a text."""
    ends = [m.start() for m in re.finditer(r"\s+|\Z", text)]
    return min(ends, key=lambda end: abs(end - near))
