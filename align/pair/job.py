"""Pairing from files to a file: what `align pair` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from align.bitext import Row
from align.errors import InputError, UsageError
from align.output import check_output, open_output

FORMATS = ("tsv", "jsonl", "ladder")


@dataclass(frozen=True)
class Settings:
    """Settings of a pairing.

    Attributes:
        source, target: language codes.
        method: "auto", "embedding", "mt" or "length".
        model: name or folder of the translation model; None for the best one of the pair.
        lines: whether each line is a sentence.
        pivot: whether the inputs are bitexts, to be paired by their targets.
        strict: whether documents without anything in common are an error.
    """

    source: str = "nl"
    target: str = "en"
    method: str = "auto"
    model: str | None = None
    lines: bool = False
    pivot: bool = False
    strict: bool = False


def pair_files(
    source: str, target: str, output: str | None = None, format: str | None = None,
    settings: Settings = Settings(), *, encoding: str | None = None, header: bool = True,
    say: Callable[[str], None] = lambda message: None, progress: bool = False,
) -> None:  # fmt: skip
    """Pair the sentences of two files and write a row for each bead.

    Args:
        source, target: the files; one of them may be "-" for standard input.
        output: output file; None or "-" is standard output.
        format: one of `FORMATS`; None to go by the output's suffix.
        settings: how to pair.
        encoding: encoding of the files; None to detect it.
        header: whether a TSV begins with its header line.
        say: is told which evidence is used, and what is missing or suspicious.
        progress: whether to show a progress bar on standard error, if that is a terminal.

    Raises:
        AlignError: if an input cannot be read, the settings do not fit, the output cannot be written or,
            with `strict`, the documents have nothing in common.
    """
    from align.formats import by_name
    from align.formats.choice import output_format

    form = output_format(output, format, FORMATS)
    check_output(output, [source, target])
    rows = (
        _pivoted(source, target)
        if settings.pivot
        else _paired(source, target, settings, encoding, say, progress)
    )
    _judge(rows, (source, target), settings.strict, say)
    options = {"header_line": header} if form != "ladder" else {}
    with open_output(output, [source, target]) as stream:
        by_name(form).load().write(rows, stream, **options)


def _pivoted(source: str, target: str) -> list[Row]:
    """Pair two bitexts."""
    from align.formats.files import read_bitext
    from align.pair.pivot import pair_bitexts

    _two(source, target)
    bitexts = [list(read_bitext(name)) for name in (source, target)]
    for name, rows in zip((source, target), bitexts, strict=True):
        if rows and not any(row.target for row in rows):
            raise UsageError("is no bitext with targets", file=name, remedy="--pivot pairs bitexts")
    return list(pair_bitexts(*bitexts))


def _paired(
    source: str, target: str, settings: Settings, encoding: str | None,
    say: Callable[[str], None], progress: bool,
) -> list[Row]:  # fmt: skip
    """Pair two documents."""
    from align.pair.api import pair_documents
    from align.pair.checks import suspicions
    from align.pair.document import segment_document
    from align.text.reading import read_documents

    documents = read_documents([source, target], encoding)
    if len(documents) != 2:
        raise UsageError("give two files, not folders", remedy="name the files themselves")
    languages = settings.source, settings.target
    left, right = (
        segment_document(document, language, lines=settings.lines)
        for document, language in zip(documents, languages, strict=True)
    )
    for line in suspicions((left.name, right.name), (left.texts(), right.texts()), languages):
        say(f"warning: {line}")
    rows = pair_documents(
        left, right, source_language=languages[0], target_language=languages[1], method=settings.method,
        model=settings.model, say=say, progress=progress,
    )  # fmt: skip
    return list(rows)


def _two(source: str, target: str) -> None:
    """Check that two inputs are not the same file."""
    if source == target:
        raise UsageError("is named twice", file=source, remedy="name each input once")


def _judge(rows: list[Row], names: tuple[str, str], strict: bool, say: Callable[[str], None]) -> None:
    """Say what came out, and fail if it is nothing and that is not allowed.

    Raises:
        InputError: with `strict`, if no two sentences go together.
    """
    paired = [r for r in rows if min(r.sizes) > 0]
    weak = sum("weak" in r.flags for r in paired)
    lone = [sum(r.sizes[side] for r in rows if not r.sizes[1 - side]) for side in (0, 1)]
    say(f"{len(paired)} beads, {weak} of them weak; alone: {lone[0]} source and {lone[1]} target sentences")
    if len(paired) > weak or not rows:
        return
    empty = [name for name, other in zip(names, lone[::-1], strict=True) if other and len(rows) == other]
    fault = "has no text" if empty else f"has nothing in common with {names[0]}"
    if strict:
        raise InputError(fault, file=empty[0] if empty else names[1])
    if not empty:
        say(f"warning: {names[1]} {fault}: every bead is weak")
