"""Documents of XCES alignments: their sentences, taken in order, in flat memory."""

from __future__ import annotations

import gzip
import re
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from align.errors import FormatError, InputError, UsageError
from align.formats.xmlbase import unescape

_PIECE = 1 << 16
_GZIP = b"\x1f\x8b"
_NUMBER = re.compile(r"(\d+)\D*\Z")


@dataclass(slots=True)
class Stretch:
    """Consecutive sentences of a document: their text, span, paragraph (None: unknown) and document."""

    doc: str
    par: int | None
    start: int
    end: int
    text: str


@dataclass(slots=True)
class _Sentence:
    """A sentence, and the white space before it."""

    name: str
    doc: str
    par: int | None
    before: str
    parts: list[str] = field(default_factory=list)
    words: list[str] | None = None

    def text(self, exact: bool) -> str:
        """Return its text: as it stands, or white space folded."""
        if exact:
            return unescape("".join(self.parts))
        return " ".join(" ".join(self.words or ["".join(self.parts)]).split())


class _Handler:
    """Collects sentences from the events of an XML parser."""

    def __init__(self, doc: str) -> None:
        self.done: deque[_Sentence] = deque()
        self.exact = False
        self._doc = doc
        self._par: int | None = None
        self._pars = 0
        self._gap: list[str] = []
        self._open: _Sentence | None = None
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take a start tag."""
        if self._depth == 0:
            self.exact = attributes.get("xml:space") == "preserve"
        self._depth += 1
        if tag == "text" and "n" in attributes:
            self._doc, self._pars, self._par = unescape(attributes["n"]), 0, None
            self._gap.clear()
        elif tag == "p":
            self._pars += 1
            number = _NUMBER.search(attributes.get("id", "")) if self.exact else None
            self._par = int(number[1]) if number else self._pars
        elif tag == "s":
            before = unescape("".join(self._gap))
            self._open = _Sentence(attributes.get("id", ""), self._doc, self._par, before)
            self._gap.clear()
        elif tag == "w" and self._open is not None:
            self._open.words = [*(self._open.words or []), ""]

    def end(self, tag: str) -> None:
        """Take an end tag."""
        self._depth -= 1
        if tag == "s" and self._open is not None:
            self.done.append(self._open)
            self._open = None

    def data(self, text: str) -> None:
        """Take text."""
        if self._open is None:
            self._gap.append(text)
            if not self.exact:
                self._gap.clear()
        elif self._open.words:
            self._open.words[-1] += text.strip()
        else:
            self._open.parts.append(text)


def _entity(*declaration: Any) -> None:
    """Refuse a declared entity."""
    raise FormatError("declares entities, which are not expanded here", remedy="remove them")


class Sentences:
    """The sentences of a document file, taken by their ids in order.

    Attributes:
        exact: whether the file keeps white space, so that the spans are those of the original document.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream = _open(path)
        self._handler = _Handler(path.name)
        self._source = self._sentences()
        self._ahead = next(self._source, None)
        self._doc: str | None = None
        self._position = 0
        self._last: tuple[str, int | None] = (path.name, None)

    @property
    def exact(self) -> bool:
        return self._handler.exact

    def begin(self) -> None:
        """Begin a group of links: in a file that keeps white space, the next document."""
        self._doc, self._position = None, 0

    def take(self, names: list[str]) -> Stretch:
        """Return the sentences of these ids as one stretch; those before the first are passed over.

        Raises:
            FormatError: if one of them is not there, or is out of order.
        """
        if not names:
            return Stretch(*self._last, self._position, self._position, "")
        texts: list[str] = []
        start = 0
        while len(texts) < len(names):
            sentence = self._ahead
            if sentence is None:
                raise FormatError(f"{self.path.name} has no sentence {names[len(texts)]!r} from here on")
            wanted = sentence.name == names[len(texts)]
            if texts and not wanted:
                raise FormatError(f"sentence {names[len(texts)]!r} does not follow in {self.path.name}")
            before, text = self._step(sentence)
            if wanted:
                if not texts:
                    start = self._position - len(text)
                    texts.append(text)
                else:
                    texts.append((before if self.exact else " ") + text)
                self._last = (sentence.doc, sentence.par)
        joined = "".join(texts)
        return Stretch(*self._last, start, start + len(joined), joined)

    def _step(self, sentence: _Sentence) -> tuple[str, str]:
        """Go past a sentence; return the white space before it and its text."""
        if sentence.doc != self._doc:
            self._doc, self._position = sentence.doc, 0
        text = sentence.text(self.exact)
        self._position += len(sentence.before) + len(text)
        self._ahead = next(self._source, None)
        return sentence.before, text

    def _sentences(self) -> Generator[_Sentence, None, None]:
        """Parse the file piece by piece."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._handler.start
        parser.EndElementHandler = self._handler.end
        parser.CharacterDataHandler = self._handler.data
        parser.EntityDeclHandler = _entity
        try:
            while piece := self._stream.read(_PIECE):
                parser.Parse(piece, False)
                while self._handler.done:
                    yield self._handler.done.popleft()
            parser.Parse(b"", True)
            yield from self._handler.done
        except expat.ExpatError as error:
            cause = f"not well-formed XML ({expat.ErrorString(error.code)})"
            raise FormatError(cause, file=self.path, line=error.lineno) from None
        except FormatError as error:
            raise FormatError(error.cause, file=self.path, remedy=error.remedy) from None
        except (gzip.BadGzipFile, EOFError) as error:
            raise FormatError(f"not a whole gzip file ({error})", file=self.path) from None

    def close(self) -> None:
        """Close the file."""
        self._source.close()
        self._stream.close()


def _open(path: Path) -> BinaryIO:
    """Open a document, unpacking it if it is gzipped.

    Raises:
        InputError: if it is missing or unreadable.
    """
    try:
        stream = path.open("rb")
        packed = stream.read(2) == _GZIP
        stream.seek(0)
    except OSError as error:
        raise InputError(
            f"the document cannot be read: {error.strerror}", file=path,
            remedy="name the two documents after the alignment file",
        ) from None  # fmt: skip
    return gzip.GzipFile(fileobj=stream) if packed else stream  # type: ignore[return-value]


class SidePair:
    """Finds and opens the two documents of each group of links."""

    def __init__(self, paths: list[Path]) -> None:
        self._folder = paths[0].parent
        self._given = paths[1:]
        self._open: dict[int, Sentences] = {}

    def open(self, source: str, target: str) -> tuple[Sentences, Sentences]:
        """Return the sentences of the two documents of a group; those that are open already go on."""
        one, other = (self._side(side, name) for side, name in enumerate((source, target)))
        return one, other

    def _side(self, side: int, name: str) -> Sentences:
        path = self._given[side] if self._given else self._find(name)
        current = self._open.get(side)
        if current is None or current.path != path:
            if current is not None:
                current.close()
            current = self._open[side] = Sentences(path)
        current.begin()
        return current

    def _find(self, name: str) -> Path:
        """Return the path of a document that an alignment names, which must be below its folder."""
        path = Path(name)
        if not name or path.is_absolute() or ".." in path.parts:
            raise UsageError(
                f"the document {name!r} is not below the folder of the alignment",
                remedy="name the two documents after the alignment file",
            )
        found = self._folder / path
        if not found.exists() and found.suffix == ".gz":
            found = found.with_suffix("")
        return found

    def close(self) -> None:
        """Close what is open."""
        for sentences in self._open.values():
            sentences.close()
        self._open.clear()
