"""Gives a starter that takes hints more of their tokens, for target pieces that it never writes.

The base's English pieces hold Chinese characters and numbers of resolutions. Without them there is room for
pieces that words and names are told in; see README.md in this folder.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from align.models.infer import LEXICON
from align.translate.hints import Hints
from align.translate.tokens import MARK, Tokenizer

from .hints import lexicon, told, told_pieces, write_told
from .pairs import Pair, gather, weight
from .widen import widened

_PROSE = 0.3  # least sampling weight of the sources that count
_MET = 5  # occurrences from which a piece in another script stays


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.exchange", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="exported starter that takes hints")
    add("--base", type=Path, required=True, help="folder of the base model, base-fr-en of the work folder")
    add("--data", type=Path, nargs="+", required=True, help="TSV files of training pairs")
    add("--size", type=int, default=5800, help="hint tokens to add")
    add("--every", type=int, default=4, help="of how many pairs one is looked at for missing pieces")
    add("--out", type=Path, required=True, help="folder of the new model; train on with --start-from")
    return parser.parse_args(arguments)


def foreign(piece: str) -> bool:
    """Whether a piece has letters of another script than Latin or Greek."""
    names = (unicodedata.name(char, "") for char in piece if char.isalpha())
    return any(not name.startswith(("LATIN", "GREEK", "MICRO", "FEMININE", "MASCULINE")) for name in names)


def idle(pieces: Iterable[str], counts: Mapping[str, int]) -> set[str]:
    """Pieces that the pairs' English hardly has: of other scripts, pictures, digits with other signs."""

    def goes(piece: str) -> bool:
        text = piece.strip("▁")
        if foreign(piece):
            return counts.get(piece, 0) < _MET
        mixed = any(c.isdigit() for c in text) and not text.isdigit()
        pictures = bool(text) and all(unicodedata.category(c) in ("So", "Mn", "Cn", "Sk") for c in text)
        return (mixed or pictures) and not counts.get(piece, 0)

    return {piece for piece in pieces if goes(piece)}


def missing(
    pairs: Iterable[Pair], tokenizer: Tokenizer, hints: Hints, known: Collection[str]
) -> Counter[str]:
    """How often hints for the pairs' Dutch side cannot be told for want of each target piece."""
    found: Counter[str] = Counter()
    for pair in pairs:
        for hint in hints.found(pair.nl, tokenizer.encode(pair.nl)):
            if hints.pieces(hint.target) is None:
                found.update(set(tokenizer.encode_target(hint.target)).difference(known))
    return found


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    import torch

    from .carry import told_vectors
    from .embed import load_vocabularies
    from .export import export
    from .model import Marian, Shape
    from .warm import hint_tokens, reopen

    spm, base = options.model / "source.spm", options.base
    old = hint_tokens(options.model)
    before = load_vocabularies(spm, base, old, options.model / "target.spm")
    pairs = gather(options.data)
    counts = Counter(piece for pair in pairs for piece in before.target.encode(pair.en, out_type=str))
    drop = idle(before.targets[2:], counts)
    options.out.mkdir(parents=True, exist_ok=True)
    target = options.out / "target.spm"
    target.write_bytes(widened((options.model / "target.spm").read_bytes(), drop, ()))
    tokenizer = Tokenizer(spm, target)
    known = {token.removeprefix(MARK) for token in old} - drop
    entries = told()
    hints = Hints(lexicon(entries), known, tokenizer.spellings)
    prose = [pair for pair in pairs if weight(pair.source) >= _PROSE][:: options.every]
    wanted = missing(prose, tokenizer, hints, known)
    to = {piece: i for i, piece in enumerate(before.targets)}
    more = [p for p in told_pieces(entries, before, len(before.targets)) if p not in known and p not in drop]
    first = [piece for piece, _ in wanted.most_common() if piece in to]
    added = list(dict.fromkeys([*first, *more]))[: options.size]
    kept = [token for token in old if token.removeprefix(MARK) in known]
    after = load_vocabularies(spm, base, [*kept, *(MARK + piece for piece in added)], target)
    state = {name: tensor.detach() for name, tensor in reopen(options.model, before).state_dict().items()}
    at = {piece: i for i, piece in enumerate(before.sources)}
    taught = [(at[token], to[token.removeprefix(MARK)]) for token in old]
    source, english = state["encoder.embed_tokens.weight"], state["decoder.embed_tokens.weight"]
    rows = told_vectors(source, english, taught, [to[piece] for piece in added])
    stay = torch.tensor([at[token] for token in after.sources[: len(after.sources) - len(added)]])
    state["encoder.embed_tokens.weight"] = torch.cat([source[stay], rows])
    remain = torch.tensor([to[piece] for piece in after.targets])
    state["decoder.embed_tokens.weight"], state["bias"] = english[remain], state["bias"][remain]
    model = Marian(Shape(len(after.sources), len(after.targets)))
    model.load_state_dict(state, strict=True)
    files = {"source.spm": spm, "target.spm": target}
    export(dict(model.named_parameters()), model.bias, after, files, options.out)
    write_told(options.out / LEXICON)
    print(f"{len(drop)} target pieces dropped, {len(added)} hint tokens added, {len(first)} for words met")


if __name__ == "__main__":
    main(sys.argv[1:])
