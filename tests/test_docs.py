"""The documents say what the product does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from align.cli.main import COMMANDS, cli
from scripts.make_cli_docs import TARGET, commands, page

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(?:sh|console)?\n(.*?)```", README, re.S)
CALLS = sorted(
    {
        call.strip()
        for block in BLOCKS
        for line in block.replace("\\\n", " ").splitlines()
        for call in re.findall(r"(?:^|&&|\|)\s*(?:\$ )?(?:\.venv/bin/)?(align [a-z][^|&>#]*)", line)
    }
)


def test_every_command_and_option_is_documented() -> None:
    assert TARGET.read_text("utf-8") == page(), "run scripts/make_cli_docs.py"
    for name, _, command in commands():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_summaries_are_the_commands_own(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.get_short_help_str(200) == COMMANDS[name][1]
    assert f"`align {name}" in README


def test_the_readme_calls_commands() -> None:
    assert len(CALLS) >= 5


@pytest.mark.parametrize("call", CALLS)
def test_the_readmes_commands_exist_with_their_options(call: str) -> None:
    _, *arguments = shlex.split(call)
    context = cli.make_context("align", list(arguments), resilient_parsing=False)
    name, command, rest = cli.resolve_command(context, arguments)
    assert command is not None
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context, info_name=name)
        name, command, rest = command.resolve_command(context, rest)
        assert command is not None
    command.make_context(name, list(rest), parent=context)


def test_the_two_set_up_commands_are_marked_and_their_files_exist() -> None:
    for mark in ("main command", "test command"):
        found = re.search(rf"<!-- {mark} -->\n```sh\n(.+)\n```", README)
        assert found, mark
        assert "\n" not in found[1]
        for word in shlex.split(found[1]):
            if word.startswith(("seeds/", "tests/")):
                assert (ROOT / word).exists(), word
