"""`align export`."""

from __future__ import annotations

import click

from align.cli.options import quiet_option, teller

WRITABLE = (
    "tmx", "xliff", "csv", "jsonl", "tsv", "moses", "pharaoh", "ladder", "xces", "text", "markdown", "srt",
)  # fmt: skip


@click.command(short_help="Write a bitext in an exchange format.")
@click.argument("bitext")
@click.option("-o", "--output", metavar="OUT", help="Output file. It appears only when it is whole.")
@click.option(
    "--format", "format_", type=click.Choice(WRITABLE),
    help="Output format. Without it: by the suffix of OUT.",
)  # fmt: skip
@click.option("--from", "source", metavar="LANG", help="Language of the source. [default: nl]")
@click.option("--to", "target", metavar="LANG", help="Language of the target. [default: en]")
@click.option("--cues", metavar="FILE", help="For srt: the subtitles that the bitext was made from.")
@click.option(
    "--encoding", metavar="NAME",
    help="Encoding of the subtitles, such as cp1252. [default: UTF-8, or UTF-16 if it looks so]",
)  # fmt: skip
@click.option("--replace", is_flag=True, help="Replace files that come beside OUT, such as OUT.nl, too.")
@quiet_option
def export(
    bitext: str, output: str | None, format_: str | None, source: str | None, target: str | None,
    cues: str | None, encoding: str | None, replace: bool, quiet: bool,
) -> None:  # fmt: skip
    """Write a bitext in an exchange format.

    BITEXT is a TSV, JSONL or any other single file that `align import` reads; "-" is standard input.

    \b
    Examples:
      align export article.tsv -o article.tmx                 for OmegaT, Trados, memoQ
      align export article.tsv -o article.xlf --from nl --to en
      align export article.tsv --format moses -o article      article.nl and article.en
      align export article.tsv --format text > article.en.txt
      align export film.tsv --cues film.nl.srt -o film.en.srt

    \b
    Formats and suffixes:
      tmx       .tmx       TMX 1.4b; score, flags and offsets are properties. A side without
                           text is left out of its unit; a property keeps the bead
      xliff     .xlf       XLIFF 2.1: file/unit/segment are document/paragraph/row
      csv       .csv       for spreadsheets
      jsonl     .jsonl     one object a row
      moses                OUT.nl and OUT.en, one segment a line
      pharaoh   .pharaoh   word links i-j, one line a row
      ladder    .ladder    Vecalign's [0]:[0, 1]:cost, with OUT.nl and OUT.en
      xces      .xml       links of sentence ids as OPUS has them, with OUT.nl.xml, OUT.en.xml
      text      .txt       the target document
      markdown  .md        a table for each document
      srt       .srt       subtitles; each row goes to the cues that its source came from
    """
    from align.errors import UsageError
    from align.formats.convert import output_format, write_rows
    from align.formats.files import read_bitext
    from align.text.reading import check_encoding

    say = teller(quiet)
    if encoding is not None:
        check_encoding(encoding)
        if cues is None:
            raise UsageError("--encoding is that of --cues", remedy="`align import` has one for bitexts")
    chosen = output_format(output, format_)
    languages = (source or "nl", target or "en")
    if "languages" in chosen.options and source is None and target is None:
        say("languages: nl to en; name others with --from and --to")
    inputs = [name for name in (bitext, cues) if name]
    write_rows(
        read_bitext(bitext),
        output,
        chosen.name,
        inputs=inputs,
        languages=languages,
        cues=cues,
        encoding=encoding,
        notify=say,
        replace=replace,
    )
