"""`align import`."""

from __future__ import annotations

import click

from align.cli.options import encoding_option, header_option, quiet_option, teller

READABLE = (
    "tmx", "xliff", "csv", "jsonl", "tsv", "moses", "pharaoh", "ladder", "xces", "text", "markdown", "srt",
    "html",
)  # fmt: skip


@click.command(name="import", short_help="Read a bitext from an exchange format.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", metavar="OUT", help="Output file. It appears only when it is whole.")
@click.option(
    "--format", "format_", type=click.Choice(READABLE), help="Format of FILE. Without it: by its suffix."
)  # fmt: skip
@click.option(
    "--from", "source", metavar="LANG",
    help="Source language to take from a TMX of several; of an XLIFF, the one it must have.",
)  # fmt: skip
@click.option(
    "--to", "target", metavar="LANG",
    help="Target language to take from a TMX of several; of an XLIFF, the one it must have.",
)  # fmt: skip
@encoding_option
@header_option
@quiet_option
def import_(
    files: tuple[str, ...], output: str | None, format_: str | None, source: str | None,
    target: str | None, encoding: str | None, header: bool, quiet: bool,
) -> None:  # fmt: skip
    """Read a bitext from an exchange format.

    Writes a bitext as TSV, or as OUT's suffix says: .tsv or .jsonl. Where the format has no offsets, they are
    those in documents made by joining the sentences: one character apart in a paragraph, two between
    paragraphs; each row is a paragraph of its own where the format has none.

    \b
    Examples:
      align import memory.tmx -o memory.tsv
      align import memory.tmx --from nl-BE --to en -o memory.tsv
      align import corpus.nl corpus.en -o corpus.tsv             a Moses pair
      align import corpus.pharaoh corpus.nl corpus.en -o corpus.tsv
      align import book.ladder book.nl book.en -o book.tsv       sentences, one a line
      align import nl-en.xml -o opus.tsv                         its documents are found
      align import film.nl.srt film.en.srt -o film.tsv           cues paired by time
      align import page.html -o page.txt                         the text, to be translated
      align import film.srt --encoding cp1252 -o film.txt

    One page, text or subtitle file makes a bitext without targets, or with OUT.txt the text itself.
    """
    from align.errors import UsageError
    from align.formats.convert import document_text, read_rows, write_rows, write_text

    say = teller(quiet)
    form = _output_form(output)
    if (source is None) != (target is None):
        raise UsageError("--from and --to go together", remedy="give both or none")
    _check_encoding(encoding, files, format_)
    if form == "text":
        write_text(document_text(files, format_, encoding), output, inputs=files)
        return
    languages = (source, target) if source and target else None
    rows = read_rows(files, format_, languages=languages, encoding=encoding, notify=say)
    write_rows(rows, output, form, inputs=files, header_line=header)


def _output_form(output: str | None) -> str:
    """Return the name of the format that the output is written in: TSV, JSONL or text."""
    from align.errors import UsageError
    from align.formats import by_suffix
    from align.output import is_stdout

    if output is None or is_stdout(output):
        return "tsv"
    found = by_suffix(output)
    if found is None or found.name not in ("tsv", "jsonl", "text"):
        remedy = "then use `align export`" if found and found.written() else "name OUT so"
        raise UsageError("a bitext is written as .tsv or .jsonl", file=output, remedy=remedy)
    return found.name


def _check_encoding(encoding: str | None, files: tuple[str, ...], format_: str | None) -> None:
    """Check that an encoding is known, and is of use for the format of the files."""
    from align.errors import UsageError
    from align.formats.convert import input_format
    from align.text.reading import check_encoding

    if encoding is None:
        return
    check_encoding(encoding)
    chosen = input_format(files, format_)
    if "encoding" not in chosen.read_options:
        cause = f"{chosen.name} files say their encoding themselves"
        raise UsageError(cause, file=files[0], remedy="leave out --encoding")
