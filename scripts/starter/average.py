"""Averages weights that were trained from the same start (model soups, Wortsman 2022) and exports them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.average", description=__doc__)
    add = parser.add_argument
    add("checkpoints", nargs="+", metavar="CHECKPOINT=SHARE", help="checkpoint.pt of a work folder")
    add("--like", type=Path, required=True, metavar="MODEL", help="exported starter of the same vocabularies")
    add("--base", type=Path, required=True, help="folder of the base model, base-fr-en of the work folder")
    add("--out", type=Path, required=True, help="folder of the new model")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    import torch

    from align.models.infer import LEXICON

    from .embed import load_vocabularies
    from .export import export, load_weights
    from .hints import write_told
    from .warm import hint_tokens

    shares = [
        (Path(path), float(share)) for path, _, share in (c.rpartition("=") for c in options.checkpoints)
    ]
    whole = sum(share for _, share in shares)
    loaded = [(load_weights(path), share / whole) for path, share in shares]
    (first, bias), _ = loaded[0]
    weights = {name: torch.stack([share * one[name] for (one, _), share in loaded]).sum(0) for name in first}
    spm = {name: options.like / name for name in ("source.spm", "target.spm")}
    vocabularies = load_vocabularies(
        spm["source.spm"], options.base, hint_tokens(options.like), spm["target.spm"]
    )
    export(weights, bias, vocabularies, spm, options.out)
    write_told(options.out / LEXICON)
    print(f"{len(shares)} checkpoints averaged: {options.out}")


if __name__ == "__main__":
    main(sys.argv[1:])
