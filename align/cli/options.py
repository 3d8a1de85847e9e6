"""Options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

encoding_option: Decorator = click.option(
    "--encoding",
    metavar="NAME",
    help="Encoding of the input, such as latin-1 or cp1252. [default: UTF-8, or UTF-16 if it looks so]",
)
quiet_option: Decorator = click.option(
    "-q", "--quiet", is_flag=True, help="Print no messages and no progress."
)
header_option: Decorator = click.option(
    "--no-header", "header", flag_value=False, default=True, help="Leave out the header line of a TSV."
)


def teller(quiet: bool) -> Callable[[str], None]:
    """Return what prints messages on standard error, or keeps quiet."""

    def say(message: str) -> None:
        if not quiet:
            sys.stderr.write(f"align: {message}\n")
            sys.stderr.flush()

    return say
