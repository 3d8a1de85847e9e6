"""`align segment`."""

from __future__ import annotations

import click

from align.cli.options import encoding_option, header_option, quiet_option


@click.command(short_help="Split text into sentences, one row a sentence.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--lang", default="nl", show_default=True, metavar="LANG", help="Language of the text.")
@click.option("-o", "--output", metavar="OUT", help="Output file. It appears only when it is whole.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["tsv", "jsonl", "text"]),
    help="Output format. Without it: by the suffix of OUT; TSV on standard output.",
)
@header_option
@encoding_option
@quiet_option
def segment(
    files: tuple[str, ...], lang: str, output: str | None, format_: str | None, header: bool,
    encoding: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Split text into sentences, one row a sentence.

    Reads FILEs, or the .txt files of folders; "-" or no FILE at all is standard input. Blank lines part
    paragraphs, and so do line breaks, unless the text is wrapped by hand at a width.

    \b
    Examples:
      align segment article.txt                        the rows of a bitext without targets
      align segment article.txt --format text          one sentence a line
      cat brief.txt | align segment --lang de -o brief.jsonl

    The columns are those of `align translate`, with the bead 1-0, an empty target and no score. --format text
    writes line breaks inside a sentence as spaces.
    """
    from align.segment.job import segment_files

    segment_files(files, lang, output, format_, encoding=encoding, header=header, progress=not quiet)
