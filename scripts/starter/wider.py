"""Gives an exported starter a wider source vocabulary; see README.md in this folder."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.wider", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="exported starter with source.spm")
    add("--base", type=Path, required=True, help="folder of the base model, base-fr-en of the work folder")
    add("--data", type=Path, nargs="+", required=True, help="TSV files of training pairs")
    add("--dictionary", type=Path, required=True, help="freedict-nld-eng.index beside its .dict.dz")
    add("--out", type=Path, required=True, help="folder of the wider model; train on with --start-from")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    from .carry import Carrier, carry
    from .choose import choose
    from .embed import load_vocabularies
    from .export import export
    from .lexical import read_dictionary
    from .names import load_names
    from .pairs import gather
    from .warm import reopen
    from .widen import LEXICON_FILE, SPACE, capitals, read_lexicon, sentence_starts, unused, widened

    lexicon, pairs = read_lexicon(LEXICON_FILE), gather(options.data)
    target = options.model / "target.spm"
    before = load_vocabularies(options.model / "source.spm", options.base, target=target)
    counts = Counter(i for pair in pairs for i in before.encode_source(pair.nl))
    english = {piece.strip(SPACE) for piece in before.targets}
    known = {word: [english_word] for word, english_word in read_dictionary(options.dictionary, english)}
    model = reopen(options.model, before)
    carrier = Carrier(
        model.encoder.embed_tokens.weight.detach(),
        model.decoder.embed_tokens.weight.detach(),
        before,
        [counts[i] for i in range(len(before.sources))],
        known | lexicon,
    )
    choice = choose(model, carrier, list(lexicon))
    lower = {piece[1:] for piece in before.sources if piece.startswith(SPACE)} | lexicon.keys()
    met = {p: counts[i] for p, i in carrier.at.items()}
    family = {name for couple in load_names().family for name in couple}
    first = [word for word in sentence_starts(pairs) if word.lower() in lower]
    starts = dict.fromkeys(w for w in [*first, *capitals(met, family)] if SPACE + w not in carrier.at)
    drop = unused(before.sources, met, lexicon)
    options.out.mkdir(parents=True, exist_ok=True)
    spm = options.out / "source.spm"
    spm.write_bytes(widened((options.model / "source.spm").read_bytes(), drop, [*starts, *choice.added]))
    after = load_vocabularies(spm, options.base, target=target)
    wider = carry(model, carrier, after, set(choice.anew))
    files = {"source.spm": spm, "target.spm": target}
    export(dict(wider.named_parameters()), wider.bias, after, files, options.out)
    print(
        f"{len(before.sources)} pieces, {len(drop)} dropped, {len(starts)} sentence starts and "
        f"{len(choice.added)} words added, {len(choice.anew)} vectors anew: {len(after.sources)} pieces"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
