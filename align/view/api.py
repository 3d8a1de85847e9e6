"""Views of bitexts as Python calls."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from align.errors import InputError, UsageError
from align.formats.files import read_bitext
from align.models.languages import check_language
from align.output import check_output, open_output
from align.view.edition import Edition, File, Item, make_edition
from align.view.lineup import other_texts, reference_texts

_BLOCK = 1 << 20


def open_edition(
    bitext: str | Path,
    *,
    reference: str | Path | None = None,
    against: Sequence[str | Path] = (),
    languages: tuple[str, str] = ("nl", "en"),
    title: str | None = None,
    model: str | None = None,
    date: datetime | None = None,
    encoding: str | None = None,
) -> Edition:
    """Read a bitext and what it is to be compared with.

    Args:
        bitext: its file; "-" is standard input.
        reference: a reference translation: a text, or another bitext of the same source.
        against: other bitexts of the same source.
        languages: codes of the source and target language.
        title, model, date: for the head of the view.
        encoding: encoding of a reference text; None to detect it.

    Raises:
        AlignError: if a file cannot be read, the files do not belong together, or a language is unknown.
    """
    for code in languages:
        check_language(code)
    rows = list(read_bitext(bitext))
    texts = None
    if reference is not None:
        texts = reference_texts(rows, reference, language=languages[1], encoding=encoding)
    others = [(_label(path, against), other_texts(rows, path)) for path in against]
    given = [("bitext", bitext), *([("reference", reference)] if reference is not None else [])]
    given += [("other", path) for path in against]
    files = [File(role, Path(path).name, _sha256(path)) for role, path in given if str(path) != "-"]
    return make_edition(
        rows, reference=texts, others=others, languages=languages, title=title, model=model, date=date,
        files=files,
    )  # fmt: skip


def _label(path: str | Path, paths: Sequence[str | Path]) -> str:
    """Return a short name for a file among others: its stem, or the whole name where that is not unique."""
    stems = [Path(p).stem for p in paths]
    return Path(path).stem if stems.count(Path(path).stem) == 1 else str(path)


def _sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from error
    return digest.hexdigest()


def select(
    edition: Edition, *, worst: int | None = None, flagged: bool = False, grep: str | None = None
) -> list[Item]:
    """Choose rows to look at.

    Args:
        edition: where from.
        worst: only so many, the worst first: by chrF where there is a reference, else by score.
        flagged: only rows with flags.
        grep: only rows of which source or target matches this regular expression, case ignored.

    Raises:
        UsageError: if `grep` is no regular expression.
    """
    items: Iterable[Item] = edition.items
    if flagged:
        items = [item for item in items if item.row.flags]
    if grep is not None:
        try:
            wanted = re.compile(grep, re.IGNORECASE)
        except re.error as error:
            raise UsageError(f"{grep!r} is not a regular expression ({error})") from None
        items = [item for item in items if wanted.search(item.row.source) or wanted.search(item.row.target)]
    if worst is not None:
        items = sorted(items, key=lambda item: item.badness)[:worst]
    return list(items)


def render_html(edition: Edition) -> Iterator[str]:
    """Render a view as a web page: one file, with its style and script, which asks nothing of a network.

    Yields:
        The page, in pieces.
    """
    from align.view.page import render

    return render(edition)


def write_html(edition: Edition, path: str | Path, *, inputs: Iterable[str | Path] = ()) -> None:
    """Write a view as a web page.

    Raises:
        UsageError: if the output is one of the inputs.
        OutputError: if it cannot be written.
    """
    check_output(path, inputs)
    with open_output(path) as stream:
        for piece in render_html(edition):
            stream.write(piece.encode("utf-8", "replace"))
