"""Builds the Dutch-English starter model; see README.md in this folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """The options of a training."""
    made = argparse.ArgumentParser(prog=program, description=description)
    add = made.add_argument
    add("--data", type=Path, required=True, help="TSV of training pairs: nl, en, source (.gz by suffix)")
    add("--vocabulary", type=Path, required=True, help="vocab.nlen.spm, SentencePiece model for Dutch")
    add("--shortlist", type=Path, required=True, help="lex.50.50.nlen.s2t.bin, ids of the same vocabulary")
    add("--dictionary", type=Path, help="freedict-nld-eng.index beside its .dict.dz")
    add("--keep-out", type=Path, nargs="*", default=[], help="evaluation text that must not be trained on")
    add("--work", type=Path, default=Path.home() / ".cache" / "align-starter", help="base, checkpoint, links")
    add("--minutes", type=float, default=105.0, help="training time, all runs together")
    add("--start-from", type=Path, metavar="MODEL", help="exported starter to go on from, not the base")
    add("--base-decoder", action="store_true", help="with --start-from: the decoder as the base has it")
    add("--blend", type=float, default=1.0, help="share of the trained weights beside --start-from's")
    add("--device", default="auto", help="auto, cpu or cuda")
    add("--out", type=Path, default=Path("models/opus-mt-nl-en-starter"), help="folder of the exported model")
    add("--evaluate", type=Path, nargs=2, metavar=("NL", "EN"), help="score the model on these files")
    add("--export-only", action="store_true", help="export the last checkpoint as it is")
    return made


def main(arguments: list[str]) -> None:
    options = parser("python -m scripts.starter", __doc__).parse_args(arguments)
    from .build import Build

    build = Build(options)
    build.prepare()
    if options.export_only or build.train():
        build.export()


if __name__ == "__main__":
    main(sys.argv[1:])
