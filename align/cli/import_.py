"""`align import`."""

from __future__ import annotations

import click

from align.cli.options import header_option, quiet_option, teller

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
@click.option("--from", "source", metavar="LANG", help="Source language to take from a TMX of several.")
@click.option("--to", "target", metavar="LANG", help="Target language to take from a TMX of several.")
@header_option
@quiet_option
def import_(
    files: tuple[str, ...], output: str | None, format_: str | None, source: str | None,
    target: str | None, header: bool, quiet: bool,
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

    One page, text or subtitle file makes a bitext without targets, or with OUT.txt the text itself.
    """
    from align.errors import UsageError
    from align.formats.convert import document_text, output_format, read_rows, write_rows, write_text

    say = teller(quiet)
    chosen = output_format(output, None, "tsv")
    if (source is None) != (target is None):
        raise UsageError("--from and --to go together", remedy="give both or none")
    if chosen.name == "text":
        write_text(document_text(files, format_), output, inputs=files)
        return
    if chosen.name not in ("tsv", "jsonl"):
        raise UsageError(
            "a bitext is written as .tsv or .jsonl", file=output, remedy="then use `align export`"
        )
    languages = (source, target) if source and target else None
    rows = read_rows(files, format_, languages=languages, notify=say)
    write_rows(rows, output, chosen.name, inputs=files, header_line=header)
