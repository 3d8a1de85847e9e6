"""`align score`."""

from __future__ import annotations

import click

from align.cli.options import encoding_option, quiet_option, teller


@click.command(short_help="Score a translation against a reference.")
@click.argument("bitext", required=False, metavar="[BITEXT]")
@click.option("--hypothesis", metavar="H", help="Instead of a bitext: a file with one segment a line.")
@click.option(
    "--reference", "references", multiple=True, required=True, metavar="R",
    help="Reference translation; may be given several times.",
)  # fmt: skip
@click.option("--source", metavar="S", help="Source text: checked against, and shown with --segments.")
@click.option(
    "--baseline", metavar="OTHER", help="Another bitext of the same source: adds a paired bootstrap test."
)
@click.option("--to", "target", default="en", show_default=True, metavar="LANG", help="Target language.")
@click.option(
    "-m", "--metric", "metrics", multiple=True, type=click.Choice(["bleu", "chrf", "ter"]),
    help="Metric; may be given several times. [default: bleu and chrf]",
)  # fmt: skip
@click.option("--tokenize", metavar="NAME", help="sacrebleu's BLEU tokenizer, such as zh, ja-mecab or none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--segments", is_flag=True, help="Add the chrF of each segment, the worst first.")
@encoding_option
@quiet_option
def score(
    bitext: str | None, hypothesis: str | None, references: tuple[str, ...], source: str | None,
    baseline: str | None, target: str,
    metrics: tuple[str, ...], tokenize: str | None, as_json: bool, segments: bool, encoding: str | None,
    quiet: bool,
) -> None:  # fmt: skip
    """Score a translation against a reference.

    The translation is a bitext (as `align translate` writes it; "-" is standard input) or, with
    --hypothesis, a file with one segment a line. Numbers and signatures are sacrebleu's.

    \b
    Examples:
      align score article.tsv --reference article.en.txt
      align score --hypothesis out.en --reference ref.en -m bleu -m chrf -m ter
      align score article.tsv --reference article.en.txt --segments | head
      align score article.tsv --reference article.en.txt --json
      align score article.tsv --reference article.en.txt --baseline other.tsv

    The reference of a bitext may be segmented in any way. If it has as many lines as the bitext has rows, or
    as many sentences and they are the same ones, they are scored in order; else its sentences are paired
    first, what is connected is scored together, and lines of coverage say how much is in the score.
    """
    from align.errors import UsageError
    from align.models.languages import check_language
    from align.score.lineup import line_up_bitext, line_up_files
    from align.score.report import make_report

    if (bitext is None) == (hypothesis is None):
        raise UsageError("give either a BITEXT or --hypothesis", remedy="see `align score --help`")
    check_language(target)
    if hypothesis is not None and baseline is not None:
        raise UsageError("--baseline compares bitexts", remedy="give a BITEXT instead of --hypothesis")
    if hypothesis is not None:
        lineup = line_up_files(hypothesis, references, source, encoding)
    else:
        lineup = line_up_bitext(str(bitext), references, source, encoding, baseline=baseline, language=target)
    say = teller(quiet)
    for warning in lineup.warnings:
        say(f"warning: {warning}")
    report = make_report(lineup, metrics, segments=segments, tokenize=tokenize)
    click.echo(report.json() if as_json else report.text())
