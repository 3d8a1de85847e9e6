"""XCES alignments as the OPUS corpora have them: a file of links between sentence ids, and two documents.

OUT.xml holds a `linkGrp` for each document, with a link for each row: ``xtargets`` are the ids of its
sentences, ``certainty`` its score, ``flags`` its flags. OUT.nl.xml and OUT.en.xml hold the sentences, with
ids such as 1.3.17: the 17th sentence of document 1, in its paragraph 3. They keep white space exactly
(``xml:space="preserve"``), so that offsets are read back from where the sentences stand.

Corpora of OPUS are read as well, gzipped or tokenised as they come; their documents are sought in the folder
of the alignment file, by the names in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import quoteattr

from align.bitext import Row
from align.errors import AlignError, FormatError
from align.formats.companions import open_all, sides
from align.formats.place import Gaps, Placer
from align.formats.sentences import split_sentences
from align.formats.xces_documents import Sentences, SidePair
from align.formats.xmlbase import escape, escape_text, local_name, stream_elements, unescape

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_DOCTYPE = '<!DOCTYPE cesAlign PUBLIC "-//CES//DTD XML cesAlign//EN" "">\n'


def write_files(
    rows: Iterable[Row], out: Path, *, languages: tuple[str, str] = ("nl", "en"), replace: bool = False
) -> None:
    """Write the links to `out`, and the documents of both sides beside it.

    Raises:
        OutputError: if a document exists and `replace` is false, or a file cannot be written.
        FormatError: if a bead without sentences has text.
    """
    beside = sides(out.with_suffix(""), languages, ".xml")
    names = " ".join(
        f"{key}={quoteattr(file.name)}" for key, file in zip(("fromDoc", "toDoc"), beside, strict=True)
    )
    with open_all([out], list(beside), replace) as (links, *streams):
        links.write(f'{_DECLARATION}{_DOCTYPE}<cesAlign version="1.0">\n'.encode())
        documents = [
            _DocumentWriter(stream, side == 1, language)
            for side, (stream, language) in enumerate(zip(streams, languages, strict=True))
        ]
        doc: str | None = None
        for number, row in enumerate(rows, 1):
            if row.doc != doc:
                end = "" if doc is None else "</linkGrp>\n"
                links.write(f'{end}<linkGrp targType="s" {names}>\n'.encode())
                doc = row.doc
            links.write(_link(row, number, [document.put(row) for document in documents]).encode())
        links.write(b"</cesAlign>\n" if doc is None else b"</linkGrp>\n</cesAlign>\n")
        for document in documents:
            document.close()


def _link(row: Row, number: int, ids: list[list[str]]) -> str:
    """Return the link of a row."""
    score = "" if row.score is None else f' certainty="{row.score:.4f}"'
    flags = f" flags={quoteattr(escape(','.join(row.flags)))}" if row.flags else ""
    targets = ";".join(" ".join(side) for side in ids)
    return f'<link id="SL{number}" xtargets="{targets}"{score}{flags}/>\n'


class _DocumentWriter:
    """Writes the sentences of one side."""

    def __init__(self, stream: BinaryIO, target: bool, language: str) -> None:
        self._stream, self._language = stream, language
        self._target, self._gaps = target, Gaps(target)
        self._doc: str | None = None
        self._number = self._par = self._sentence = 0
        self._write(f'{_DECLARATION}<document xml:space="preserve" xml:lang={quoteattr(language)}>\n')

    def put(self, row: Row) -> list[str]:
        """Write the sentences of a row and return their ids."""
        if row.doc != self._doc:
            self._end_text()
            self._doc, self._number, self._sentence, self._par = row.doc, self._number + 1, 0, 0
            self._write(f'<text id="{self._number}" n={quoteattr(escape(row.doc))}>')
        text = row.target if self._target else row.source
        before = self._gaps.before(row)
        ids: list[str] = []
        end = 0
        for start, stop in split_sentences(text, row.sizes[self._target], self._language):
            gap = before if not ids else text[end:start]
            ids.append(self._put_sentence(gap, row.par, text[start:stop]))
            end = stop
        return ids

    def _put_sentence(self, gap: str, par: int, text: str) -> str:
        """Write a sentence and the white space before it; return its id."""
        gap = escape_text(gap)
        if self._sentence == 0:
            gap = f'{gap}<p id="{self._number}.{par}">'
        elif par != self._par:
            gap = f'</p>{gap}<p id="{self._number}.{par}">'
        self._par = par
        self._sentence += 1
        name = f"{self._number}.{par}.{self._sentence}"
        self._write(f'{gap}<s id="{name}">{escape_text(text)}</s>')
        return name

    def _write(self, xml: str) -> None:
        self._stream.write(xml.encode())

    def _end_text(self) -> None:
        """End the text that is open."""
        if self._doc is not None:
            self._write("</p></text>\n" if self._sentence else "</text>\n")

    def close(self) -> None:
        """End the document."""
        self._end_text()
        self._write("</document>\n")


def read_files(paths: list[Path]) -> Iterator[Row]:
    """Read rows from an alignment file, and its documents: those given, or those that it names.

    Raises:
        FormatError: with file and line, where a file is not of this format, or names a sentence that is not
            there or out of order.
        InputError: if a document is missing.
    """
    pair = SidePair(paths)
    placer = Placer()
    with ExitStack() as stack:
        stream = stack.enter_context(paths[0].open("rb"))
        opened: tuple[Sentences, Sentences] | None = None
        for event, element in stream_elements(stream, str(paths[0]), ("cesAlign", "linkGrp", "link")):
            kind = local_name(element)
            try:
                if kind == "linkGrp" and event == "start":
                    opened = pair.open(element.get("fromDoc", ""), element.get("toDoc", ""))
                elif kind == "link" and event == "end" and opened is not None:
                    yield _row(element, opened, placer)
            except AlignError as error:
                if error.file is not None:
                    raise
                line = element.sourceline
                raise FormatError(error.cause, file=paths[0], line=line, remedy=error.remedy) from None
        pair.close()


def _row(link: Any, documents: tuple[Sentences, Sentences], placer: Placer) -> Row:
    """Return the row of a link."""
    ids = [side.split() for side in link.get("xtargets", "").split(";")]
    if len(ids) != 2:
        raise FormatError("xtargets should hold two lists of sentence ids, parted by a semicolon")
    try:
        score = float(link.get("certainty")) if link.get("certainty") else None
    except ValueError:
        raise FormatError(f"bad certainty {link.get('certainty')!r}") from None
    source, target = (side.take(names) for side, names in zip(documents, ids, strict=True))
    bead = f"{len(ids[0])}-{len(ids[1])}"
    flags = tuple(f for f in unescape(link.get("flags", "")).split(",") if f)
    known = source if ids[0] else target
    if documents[0].exact and documents[1].exact:
        return Row(
            known.doc, known.par or 1, bead, source.start, source.end, target.start, target.end,
            source.text, target.text, score, flags,
        )  # fmt: skip
    return placer.place(
        known.doc, source.text, target.text, par=known.par, bead=bead, score=score, flags=flags
    )
