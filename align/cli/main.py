"""The `align` command: finds its subcommands when they are called, and turns errors into one line.

Subcommands are imported only when they run, so that ``align --help`` stays fast.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import click

from align.errors import AlignError

COMMANDS: dict[str, tuple[str, str]] = {
    "segment": ("align.cli.segment:segment", "Split text into sentences, one row a sentence."),
    "translate": ("align.cli.translate:translate", "Translate text sentence by sentence into a bitext."),
    "pair": ("align.cli.pair:pair", "Pair the sentences of a document with those of its translation."),
    "score": ("align.cli.score:score", "Score a translation against a reference."),
    "view": ("align.cli.view:view", "Look at a bitext: in the terminal, or as a web page."),
    "export": ("align.cli.export:export", "Write a bitext in an exchange format."),
    "import": ("align.cli.import_:import_", "Read a bitext from an exchange format."),
    "models": ("align.cli.models:models", "List, download, add, verify and remove models."),
}
"""Name of each subcommand: where it is, and its one-line summary, which a test compares with its own."""

INTERRUPTED = 130
PIPE_CLOSED = 141


class PipeClosedError(Exception):
    """Standard output's reader has gone. Not an OSError, which click answers with exit code 1."""


class LazyGroup(click.Group):
    """A group whose subcommands are imported when they are needed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosedError from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(COMMANDS)}"
            raise click.UsageError(f"no such command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from align import __version__

        click.echo(f"align {__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."
)
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of an error.")
def cli() -> None:
    """Translate documents sentence by sentence, keep the alignment, look at it and score it.

    \b
    Examples:
      align translate article.txt -o article.tsv     Dutch to English, a bilingual TSV
      cat article.txt | align translate --format text
      align score article.tsv --reference article.en.txt
      align models list

    Data goes to standard output, messages to standard error. "-" stands for standard input.
    Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.
    """


def _fail(message: str, code: int) -> int:
    """Print one line on standard error and return the exit code."""
    sys.stderr.write("align: error: " + " ".join(message.split()) + "\n")
    sys.stderr.flush()
    return code


def run(args: list[str] | None = None, leave: Callable[[int], int] = int) -> int:
    """Run the command line and return its exit code.

    Args:
        args: the arguments; default: those of the process.
        leave: called with the exit code when the run is interrupted, while all is as it was then.
    """
    argv = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in argv[: argv.index("--")] if "--" in argv else "--debug" in argv
    argv = [a for a in argv if a != "--debug"] if debug else argv
    _end_cleanly_when_told()
    try:
        result: Any = cli.main(args=argv, prog_name="align", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except (PipeClosedError, BrokenPipeError):
        # The reader has gone: nothing more can be said, and the interpreter must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        return leave(_fail("interrupted", INTERRUPTED))
    except Exception as error:
        if debug:
            raise
        return _explain(error)


def _end_cleanly_when_told() -> None:
    """Make SIGTERM and SIGHUP end the program as Ctrl-C does, so that nothing half-written stays."""

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
            signal.signal(getattr(signal, name), interrupt)


def _explain(error: Exception) -> int:
    """Say in one line what went wrong."""
    if isinstance(error, AlignError):
        return _fail(str(error), error.exit_code)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(error.format_message() + "\n")
        return 2
    if isinstance(error, click.UsageError):
        hint = f"; see `{error.ctx.command_path} --help`" if error.ctx else ""
        return _fail(error.format_message().rstrip(".") + hint, 2)
    if isinstance(error, click.ClickException):
        return _fail(error.format_message(), error.exit_code)
    if isinstance(error, OSError):
        # Files are named by the errors of this package; what is left is the output that has no name.
        where = error.filename or "standard output"
        return _fail(f"{where}: {error.strerror or error}", 1)
    if isinstance(error, MemoryError):
        return _fail("out of memory; try a smaller --batch-tokens", 1)
    return _fail(f"unexpected {type(error).__name__}: {error}; --debug shows the traceback", 1)


def main() -> None:
    """Entry point of the `align` command."""
    # Translations in flight would be waited for when the translator goes, at the latest at a regular exit.
    sys.exit(run(leave=os._exit))
