"""Vecalign ladder: a line ``[0]:[0, 1]:0.25`` for each bead, sentence numbers of both sides from 0.

The last number is a cost, 1 - score; it is left out where there is no score. The sentences are in two files
of their own, one a line (with line breaks written as in `align.formats.moses`), which come with the ladder
and are read together with it: OUT.ladder, OUT.nl, OUT.en. Where a bead has several sentences on a side, its
text is parted at the likeliest places, and read back as sentences joined by a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from align.bitext import Row
from align.errors import AlignError, FormatError
from align.formats.companions import open_all, sides
from align.formats.encoded import bare_lines
from align.formats.moses import escape, unescape
from align.formats.place import Placer
from align.formats.sentences import split_sentences

_LINE = re.compile(r"\[([\d,\s]*)\]\s*:\s*\[([\d,\s]*)\]\s*(?::\s*([-+.\deE]+)\s*)?")


def write(rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the ladder alone; sentences are numbered through all documents."""
    numbers = (0, 0)
    for row in rows:
        numbers = _write_row(row, numbers, stream)


def _write_row(row: Row, numbers: tuple[int, int], stream: BinaryIO) -> tuple[int, int]:
    """Write the line of a row; return the numbers of the sentences that come next."""
    ends = (numbers[0] + row.sizes[0], numbers[1] + row.sizes[1])
    source, target = (list(range(start, end)) for start, end in zip(numbers, ends, strict=True))
    cost = "" if row.score is None else f":{1 - row.score:.6f}"
    stream.write(f"{source}:{target}{cost}\n".encode())
    return ends


def write_files(
    rows: Iterable[Row], out: Path, *, languages: tuple[str, str] = ("nl", "en"), replace: bool = False
) -> None:
    """Write the ladder, and the sentences of both sides beside it.

    Raises:
        OutputError: if a file of sentences exists and `replace` is false, or one cannot be written.
        FormatError: if a bead without sentences has text.
    """
    beside = list(sides(out.with_suffix(""), languages))
    with open_all([out], beside, replace) as (ladder, source, target):
        numbers = (0, 0)
        for row in rows:
            numbers = _write_row(row, numbers, ladder)
            for side, stream in enumerate((source, target)):
                text = (row.source, row.target)[side]
                for start, end in split_sentences(text, row.sizes[side], languages[side]):
                    stream.write((escape(text[start:end]) + "\n").encode())


def read_files(paths: list[Path], *, encoding: str | None = None) -> Iterator[Row]:
    """Read rows from three files: ladder, source sentences and target sentences, one a line.

    Raises:
        FormatError: with file and line, where the ladder is not one, goes back, or names a sentence that is
            not there.
        InputError: where a file is not of its encoding.
    """
    placer = Placer()
    with paths[0].open("rb") as ladder, paths[1].open("rb") as source, paths[2].open("rb") as target:
        texts = (_Sentences(source, paths[1], encoding), _Sentences(target, paths[2], encoding))
        for number, line in bare_lines(ladder, str(paths[0]), encoding):
            if not line.strip():
                continue
            try:
                one, other, score = _parse(line)
                sides = [text.take(ids) for text, ids in zip(texts, (one, other), strict=True)]
            except AlignError as error:
                raise FormatError(error.cause, file=paths[0], line=number, remedy=error.remedy) from None
            yield placer.place(
                paths[1].name, sides[0], sides[1], bead=f"{len(one)}-{len(other)}", score=score
            )


def _parse(line: str) -> tuple[list[int], list[int], float | None]:
    """Return the sentence numbers of both sides and the score of a line."""
    match = _LINE.fullmatch(line.strip())
    try:
        if match is None:
            raise ValueError
        one, other = ([int(n) for n in match[i].replace(",", " ").split()] for i in (1, 2))
        return one, other, None if match[3] is None else round(1 - float(match[3]), 6)
    except ValueError:
        cause = f"not a ladder line: {line[:80]!r}"
        raise FormatError(cause, remedy="it is written [0]:[0, 1]:0.25") from None


class _Sentences:
    """The lines of a file of sentences, taken in order."""

    def __init__(self, stream: BinaryIO, path: Path, encoding: str | None) -> None:
        self._lines = bare_lines(stream, str(path), encoding)
        self._path = path
        self._next = 0

    def take(self, numbers: list[int]) -> str:
        """Return the sentences of these numbers, joined by spaces; those before are passed over."""
        taken: list[str] = []
        for number in numbers:
            if number < self._next or number != numbers[0] + len(taken):
                raise FormatError(f"sentence {number} is out of order", remedy="sort the ladder")
            for index, text in self._lines:
                self._next = index
                if index == number + 1:
                    taken.append(unescape(text))
                    break
            else:
                raise FormatError(f"there is no sentence {number} in {self._path}")
        return " ".join(taken)
