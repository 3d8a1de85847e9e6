"""`align view`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from align.cli.options import encoding_option, quiet_option, teller

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from align.view.edition import Edition, Item


@click.command(short_help="Look at a bitext: in the terminal, or as a web page.")
@click.argument("bitext")
@click.option(
    "--reference", metavar="R", help="Reference translation: a text, or a bitext of the same source."
)
@click.option(
    "--against", multiple=True, metavar="OTHER",
    help="Another bitext of the same source, to compare with; may be given several times.",
)  # fmt: skip
@click.option(
    "--html", "html_file", metavar="OUT.html", help="Write a web page instead: one file, no network."
)
@click.option("--worst", type=click.IntRange(min=1), metavar="N", help="Only the N worst rows, worst first.")
@click.option("--flagged", is_flag=True, help="Only rows with flags.")
@click.option("--grep", metavar="REGEX", help="Only rows whose source or target matches; case is ignored.")
@click.option("--from", "source", default="nl", show_default=True, metavar="LANG", help="Source language.")
@click.option("--to", "target", default="en", show_default=True, metavar="LANG", help="Target language.")
@click.option("--model", metavar="LABEL", help="What made the translation, for the head of the view.")
@click.option("--title", metavar="TEXT", help="Title of the view. [default: the document's name]")
@click.option("--width", type=click.IntRange(min=40), metavar="N", help="Width. [default: the terminal's]")
@click.option("--no-pager", is_flag=True, help="Do not page a long view on a terminal.")
@encoding_option
@quiet_option
def view(
    bitext: str, reference: str | None, against: tuple[str, ...], html_file: str | None, worst: int | None,
    flagged: bool, grep: str | None, source: str, target: str, model: str | None, title: str | None,
    width: int | None, no_pager: bool, encoding: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Look at a bitext: in the terminal, or as a web page.

    Source and target stand side by side, with scores and flags. With a reference each row has its chrF, and
    the words that differ are marked.

    \b
    Examples:
      align view article.tsv
      align view article.tsv --worst 10
      align view article.tsv --flagged --grep NAVO
      align view article.tsv --reference article.en.txt --against other.tsv
      align view article.tsv --html article.html --model opus-mt-nl-en

    Paged on a terminal if it is long (see PAGER); plain text where output is piped. The web page is one file
    that works offline: hover over a sentence or word for its partner, filter, search and sort.
    """
    from align.formats.convert import check_languages
    from align.view.api import open_edition, select, write_html

    check_languages(source, target)
    edition = open_edition(
        bitext, reference=reference, against=against, languages=(source, target), title=title, model=model,
        date=datetime.now().astimezone(), encoding=encoding,
    )  # fmt: skip
    if html_file is not None:
        if worst or flagged or grep:
            teller(quiet)("--worst, --flagged and --grep are for the terminal: the page has its own filters")
        inputs = [bitext, *([reference] if reference else []), *against]
        write_html(edition, html_file, inputs=inputs)
        return
    _show(edition, select(edition, worst=worst, flagged=flagged, grep=grep), width, paged=not no_pager)


def _show(edition: Edition, items: Sequence[Item], width: int | None, *, paged: bool) -> None:
    """Print a view, paged if it is longer than the terminal."""
    import os
    import shutil
    import sys

    from align.view.terminal import render_terminal

    terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size((80, 24))
    colour = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    if not items:
        click.echo("No row matches.", err=True)
        return
    lines = render_terminal(edition, width=width or size.columns, colour=colour, items=items)
    if terminal and paged:
        lines, long = _peek(lines, size.lines - 1)
        if long:
            # None lets click tell the pager to show colours.
            click.echo_via_pager((line + "\n" for line in lines), color=None if colour else False)
            return
    for line in lines:
        click.echo(line, color=colour)


def _peek(lines: Iterator[str], count: int) -> tuple[Iterator[str], bool]:
    """Return the same lines, and whether there are more of them than a number."""
    from itertools import chain, islice

    first = list(islice(lines, count))
    following = next(lines, None)
    if following is None:
        return iter(first), False
    return chain(first, [following], lines), True
