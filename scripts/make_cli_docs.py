"""Write docs/cli.md: the help of every command, as the commands themselves print it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from align.cli.main import COMMANDS, cli

TARGET = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = "# Commands\n\nThis page is made by `scripts/make_cli_docs.py` from the commands' own help.\n"


def commands() -> Iterator[tuple[str, click.Context, click.Command]]:
    """Yield every command with its name and a context, groups before their members."""
    root = click.Context(cli, info_name="align", max_content_width=100, terminal_width=100)
    yield "align", root, cli
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root, terminal_width=100)
        yield f"align {name}", context, command
        if isinstance(command, click.Group):
            for member, sub in sorted(command.commands.items()):
                yield f"align {name} {member}", click.Context(sub, info_name=member, parent=context), sub


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name, context, command in commands():
        context.help_option_names = ["-h", "--help"]
        context.terminal_width = 100
        parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), "utf-8")
