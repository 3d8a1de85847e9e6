"""Gives an exported starter the tokens of hints; see README.md in this folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.hinted", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="exported starter with source.spm")
    add("--base", type=Path, required=True, help="folder of the base model, base-fr-en of the work folder")
    add("--size", type=int, default=9000, help="target pieces that the model can be told")
    add("--out", type=Path, required=True, help="folder of the new model; train on with --start-from")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    import torch

    from align.models.infer import LEXICON
    from align.translate.tokens import MARK

    from .carry import told_vectors
    from .embed import load_vocabularies
    from .export import export
    from .hints import told, told_pieces, write_told
    from .model import Marian, Shape
    from .warm import reopen
    from .widen import SPACE

    lexicon = told()
    spm = options.model / "source.spm"
    target = options.model / "target.spm"
    before = load_vocabularies(spm, options.base, target=target)
    pieces = told_pieces(lexicon, before, options.size)
    after = load_vocabularies(spm, options.base, [MARK + piece for piece in pieces], target)
    model = reopen(options.model, before)
    to = {piece: i for i, piece in enumerate(before.targets)}
    at = {piece: i for i, piece in enumerate(before.sources)}
    taught = [
        (at[SPACE + word], to[SPACE + senses[0]])
        for word, senses in lexicon.items()
        if SPACE + word in at and SPACE + senses[0] in to
    ]
    state = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    rows = told_vectors(
        state["encoder.embed_tokens.weight"], state["decoder.embed_tokens.weight"], taught,
        [to[piece] for piece in pieces],
    )  # fmt: skip
    state["encoder.embed_tokens.weight"] = torch.cat([state["encoder.embed_tokens.weight"], rows])
    wider = Marian(Shape(len(after.sources), len(after.targets)))
    wider.load_state_dict(state, strict=True)
    files = {"source.spm": spm, "target.spm": target}
    export(dict(wider.named_parameters()), wider.bias, after, files, options.out)
    write_told(options.out / LEXICON)
    print(f"{len(taught)} words taught; {len(pieces)} target pieces can be told; {len(after.sources)} tokens")


if __name__ == "__main__":
    main(sys.argv[1:])
