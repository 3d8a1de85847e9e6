"""A translation job from files to a file: what `align translate` does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from align.errors import UsageError
from align.formats import by_name
from align.formats.choice import output_format
from align.models.languages import language_name
from align.output import check_output, is_plain, is_stdout, open_output
from align.text.language import likely_language
from align.text.reading import FileDocument, read_documents
from align.translate.engine import BATCH_TOKENS, BEAM_SIZE, Translator
from align.translate.glossary import Glossary, Tally, read_glossary

if TYPE_CHECKING:
    from align.models.manifest import Model
    from align.translate.document import Piece
    from align.translate.journal import Journal

_SAMPLE, _ENOUGH = 100, 12
"""Sentences at the beginning of a document whose language is looked at, and how many common words of another
one are enough."""


@dataclass(frozen=True)
class Settings:
    """Settings of a translation job.

    Attributes:
        source, target: language codes.
        model: name of a model or path of its folder; None for the best one installed.
        beam_size, batch_tokens, threads, links: as of `align.translate.engine.Translator`.
        glossary: path of a glossary, see `align.translate.glossary.read_glossary`.
    """

    source: str = "nl"
    target: str = "en"
    model: str | None = None
    beam_size: int = BEAM_SIZE
    batch_tokens: int = BATCH_TOKENS
    threads: int | None = None
    links: bool = False
    glossary: str | None = None


@dataclass(frozen=True)
class Files:
    """Inputs and output of a job.

    Attributes:
        inputs: files and folders; "-" or none at all is standard input.
        output: output file; None or "-" is standard output.
        format: "tsv", "jsonl" or "text"; None to go by the output's suffix, TSV on standard output.
        encoding: encoding of the inputs; None to detect it.
        header: whether a TSV begins with its header line.
        resume: whether to go on from the journal of a killed job with the same output.
    """

    inputs: tuple[str, ...] = ()
    output: str | None = None
    format: str | None = None
    encoding: str | None = None
    header: bool = True
    resume: bool = False


def translate_files(
    files: Files, settings: Settings, say: Callable[[str], None] | None = None, *, progress: bool = False
) -> int:
    """Translate files into a bitext file, or into standard output.

    Args:
        files: where to read and write.
        settings: how to translate.
        say: called with each message for the user.
        progress: whether to show a progress bar on standard error, if that is a terminal.

    Returns:
        The number of sentences.

    Raises:
        AlignError: whatever keeps the job from being done; no partial output is left then, and the work
            done so far stays in the journal where the output is a file.
    """
    from align.models.store import find_model

    tell = say or (lambda message: None)
    form = output_format(files.output, files.format)
    if files.resume and is_stdout(files.output):
        raise UsageError("--resume needs an output file", remedy="add -o FILE")
    documents = read_documents(files.inputs, files.encoding)
    inputs = [d.name for d in documents]
    check_output(files.output, [*inputs, *([] if settings.glossary is None else [settings.glossary])])
    model = find_model(settings.source, settings.target, settings.model)
    if "-" in inputs and sys.stdin.isatty():
        tell("reading from the terminal; end with Ctrl-D")
    if settings.glossary == "-" and "-" in inputs:
        raise UsageError("standard input cannot be both text and glossary", remedy="name a file")
    glossary = read_glossary(settings.glossary) if settings.glossary is not None else None
    tell(announcement(model))
    if glossary and not model.lexicon:
        tell(f"{model.name} cannot be told terms: rows without them get the flag `term`")
    translator = Translator(
        model, target=settings.target, beam_size=settings.beam_size, batch_tokens=settings.batch_tokens,
        threads=settings.threads, links=settings.links, glossary=glossary,
    )  # fmt: skip
    identity = _identity(settings, model, glossary)
    tally = Tally(glossary) if glossary else None
    with _journal(files, identity, tell) as journal:
        watch = _Progress(progress, tally, settings.source, tell)
        sentences = _write(files, form, documents, translator, settings, journal, watch)
    if tally:
        tell(tally.line())
    return sentences


def announcement(model: Model) -> str:
    """Return the line that says which model runs and, for the one that ships, how to get a better one."""
    line = f"model {model.name} ({model.licence})"
    if model.embedded and model.name.endswith("-starter"):
        official = model.name.removesuffix("-starter")
        line += f", the small one that ships; for the official one: align models pull {official}"
    return line


def _write(
    files: Files, form: str, documents: list[FileDocument], translator: Translator, settings: Settings,
    journal: Journal | None, watch: _Progress,
) -> int:  # fmt: skip
    """Translate and write; return the number of sentences."""
    from align.translate.document import translate_pieces, write_text

    pieces = translate_pieces(documents, translator, source=settings.source, recorder=journal)
    counted = watch(pieces, documents)
    with open_output(files.output, [d.name for d in documents]) as stream:
        if form == "text":
            write_text(counted, stream)
        else:
            rows = (piece.row for piece in counted if piece.row is not None)
            by_name(form).load().write(rows, stream, links=settings.links, header_line=files.header)
    return watch.sentences


class _Progress:
    """Passes pieces on, counts sentences and terms, shows progress, and checks the language of documents."""

    def __init__(self, show: bool, tally: Tally | None, language: str, tell: Callable[[str], None]) -> None:
        self.sentences = 0
        self._show, self._tally = show, tally
        self._language, self._tell = language, tell

    def __call__(self, pieces: Iterator[Piece], documents: list[FileDocument]) -> Iterator[Piece]:
        from tqdm import tqdm

        sizes = [d.length for d in documents]
        sample: list[str] = []
        with tqdm(
            total=None if None in sizes else sum(s for s in sizes if s is not None), unit="char",
            unit_scale=True, delay=2, leave=False, file=sys.stderr, disable=None if self._show else True,
        ) as bar:  # fmt: skip
            for piece in pieces:
                if piece.row is not None:
                    self.sentences += 1
                    bar.update(len(piece.row.source) + len(piece.before))
                    if len(sample) <= _SAMPLE:
                        sample.append(piece.row.source)
                    if self._tally:
                        self._tally.add(piece.row)
                if len(sample) == _SAMPLE or (piece.row is None and len(sample) < _SAMPLE):
                    self._check_language(piece.doc, sample)
                if piece.row is None:
                    sample.clear()
                yield piece

    def _check_language(self, document: str, sentences: Sequence[str]) -> None:
        """Say so if the beginning of a document is in another language than expected."""
        found = likely_language(sentences, self._language, _ENOUGH)
        if found:
            name = "standard input" if document == "-" else document
            looks, wanted = language_name(found), language_name(self._language)
            self._tell(f"warning: {name} looks like {looks}, not {wanted}: name its language with --from")


@contextmanager
def _journal(files: Files, identity: dict[str, Any], tell: Callable[[str], None]) -> Iterator[Journal | None]:
    """Open the journal of a job whose output is a plain file; keep it if the job does not end well."""
    if is_stdout(files.output) or not is_plain(str(files.output)):
        yield None
        return
    from align.translate.journal import Journal

    journal = Journal(str(files.output), identity, resume=files.resume)
    if journal.put_aside:
        tell(f"a stopped job's work was put aside in {journal.put_aside.name}; --resume would have gone on")
    try:
        yield journal
    except BaseException:
        journal.close(done=False)
        kept = journal.recalled + journal.recorded
        if kept:
            tell(f"{kept:,} sentences are kept; to go on, repeat the command with --resume")
        raise
    journal.close(done=True)
    if files.resume and not journal.recalled:
        tell("there was no stopped job to go on with: all was translated")
    elif files.resume:
        tell(f"resumed: {journal.recalled:,} sentences were there, {journal.recorded:,} are new")


def _identity(settings: Settings, model: Model, glossary: Glossary | None) -> dict[str, Any]:
    """Return what decides the results of a job."""
    from align import __version__

    stat = (model.path / "model.bin").stat()
    job = asdict(settings)
    job.pop("threads")
    job["glossary"] = glossary.digest if glossary else None
    return {"align": __version__, **job, "model": model.name, "model_bytes": stat.st_size}
