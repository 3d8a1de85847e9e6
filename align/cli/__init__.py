"""The command line: commands parse, call the public API and print; they hold no logic."""

from __future__ import annotations

from align.cli.main import cli, main

__all__ = ["cli", "main"]
