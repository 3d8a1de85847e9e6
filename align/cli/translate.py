"""`align translate`."""

from __future__ import annotations

import click

from align.cli.options import encoding_option, header_option, quiet_option, teller


@click.command(short_help="Translate text sentence by sentence into a bitext.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("-o", "--output", metavar="OUT", help="Output file. It appears only when it is whole.")
@click.option("--from", "source", default="nl", show_default=True, metavar="LANG", help="Source language.")
@click.option("--to", "target", default="en", show_default=True, metavar="LANG", help="Target language.")
@click.option(
    "--model",
    metavar="NAME|DIR",
    help="An installed model, or a folder. Without it: the best one for the pair.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["tsv", "jsonl", "text"]),
    help="Output format. Without it: by the suffix of OUT; TSV on standard output.",
)
@click.option(
    "--beam-size", type=click.IntRange(min=1), metavar="N", help="Hypotheses kept in search. [default: 4]"
)
@click.option("--fast", is_flag=True, help="Greedy search, the same as --beam-size 1: about twice as fast.")
@click.option(
    "--batch-tokens", type=click.IntRange(min=1), metavar="N",
    help="Source tokens in a batch: less takes less memory, and may change a word. [default: 512]",
)  # fmt: skip
@click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", help="Processor threads. [default: all cores]"
)
@click.option("--links", is_flag=True, help="Add word links, from the model's alignment head.")
@click.option(
    "--glossary", metavar="TSV",
    help="Terms to translate your way: lines of a source term, a tab and a target term.",
)  # fmt: skip
@header_option
@click.option(
    "--resume", is_flag=True, help="Go on with a job that was stopped; needs -o and the same settings."
)
@encoding_option
@quiet_option
def translate(
    files: tuple[str, ...], output: str | None, source: str, target: str, model: str | None,
    format_: str | None, beam_size: int | None, fast: bool, batch_tokens: int | None, threads: int | None,
    links: bool, glossary: str | None, header: bool, resume: bool, encoding: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Translate text sentence by sentence into a bitext.

    Reads FILEs, or the .txt files of folders; "-" or no FILE at all is standard input. Several files become
    one bitext; its `doc` column says which file a row is from.

    \b
    Examples:
      align translate article.txt                      TSV on standard output
      align translate article.txt -o article.tsv
      align translate news/ -o news.jsonl --links
      cat article.txt | align translate --format text  the English text alone
      align translate brief.txt --from fr --to en --model opus-mt-fr-en
      align translate manual.txt --glossary terms.tsv  terms translated your way
      align translate big.txt -o big.tsv --resume      go on after Ctrl-C

    \b
    The columns of the TSV:
      doc par bead             document, paragraph, and 1-1
      src_start src_end        span of the source in the input, in characters
      tgt_start tgt_end        span of the target in the text of --format text
      source target            tab, newline, return, backslash: \\t \\n \\r \\\\
      score                    mean natural-log probability per target token
      flags                    repetition truncated copied empty length term
      links                    with --links: word links i-j

    A glossary is UTF-8: a source term, a tab and a target term a line; lines that
    begin with # are left out. Of several lines for a term the first is wanted,
    the others are accepted. Terms are whole words, as they are written: give
    plurals lines of their own. One in small letters is found in capitals, too. A
    model that takes hints is told the terms; rows that lack one are flagged.

    Nothing is downloaded: see `align models pull` for more models.
    """
    from align.errors import UsageError
    from align.translate.engine import BATCH_TOKENS, BEAM_SIZE
    from align.translate.job import Files, Settings, translate_files

    if fast and beam_size not in (None, 1):
        raise UsageError("--fast is greedy search", remedy="leave out --fast or --beam-size")
    settings = Settings(
        source=source, target=target, model=model, beam_size=1 if fast else beam_size or BEAM_SIZE,
        batch_tokens=batch_tokens or BATCH_TOKENS, threads=threads, links=links,
        glossary=glossary,
    )  # fmt: skip
    where = Files(files, output, format_, encoding, header, resume)
    translate_files(where, settings, teller(quiet), progress=not quiet)
