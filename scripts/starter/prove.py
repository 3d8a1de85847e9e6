"""Puts the lexicon's hints to the proof on the training pairs; see README.md in this folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from align.translate.hints import Hint, Hints
from align.translate.separable import GAP
from align.translate.tokens import MARK, Pieces, Tokenizer

from .batches import held_out
from .hints import REFUSED_FILE, lexicon, separable
from .hints import told as told_entries
from .pairs import Pair, gather, weight

_PROSE = 0.3  # least sampling weight of the sources that count
_MET = 5  # occurrences from which the model may know a word or an expression
_EACH, _EACH_LONG = 2, 3  # pairs for each entry, of several words
_NEVER = 1 << 30  # pieces
_MANY = 2048  # examples that are scored at once


@dataclass(frozen=True)
class Proof:
    """One hint in one pair: the source tokens without and with it, and the target's."""

    entry: str
    kind: str
    without: list[str]
    told: list[str]
    target: list[str]


def entry_of(text: str, pieces: Pieces, hint: Hint, known: set[str]) -> str:
    """The lexicon's entry that a hint comes from; empty for names and compounds."""
    spans = [pieces.offsets[first:last] for first, last in hint.besides]
    besides = [text[span[0][0] : span[-1][1]].strip() for span in spans]
    entry = f" {GAP} ".join([text[hint.begin : hint.end], *besides])
    entry = entry if entry in known else entry[0].lower() + entry[1:]
    return entry if entry in known and not hint.copied else ""


def kind_of(hint: Hint, entry: str) -> str:
    """What a hint is, with the number of pieces that it replaces."""
    size = min(hint.last - hint.first, 4)
    if hint.besides:
        return "separable verb"
    if " " in entry:
        return "expression"
    return f"{'name' if hint.copied else 'word' if entry else 'compound'}, {size} pieces"


def proofs(
    pairs: Iterable[Pair], tokenizer: Tokenizer, hints: Hints, known: set[str], several: bool
) -> Iterator[Proof]:
    """Some pairs for each well-met entry, and every hint of the pairs that were kept out of training;
    ``several`` looks at entries of several words only, at rare ones, too."""
    waiting: dict[str, list[Proof]] = defaultdict(list)
    met: Counter[str] = Counter()
    for pair in pairs:
        kept = held_out(pair)
        plain = tokenizer.encode(pair.nl)
        for hint in hints.found(pair.nl, plain, *((_NEVER, _NEVER) if several else (2, 1))):
            entry = entry_of(pair.nl, plain, hint, known)
            met[entry] += 1
            if not kept and (not entry or len(waiting[entry]) >= (_EACH_LONG if several else _EACH)):
                continue
            told = hints.spliced(plain, [hint]).pieces
            if told != plain.pieces:
                kind = kind_of(hint, entry) if kept else ""
                proof = Proof(entry, kind, plain.pieces, told, tokenizer.encode_target(pair.en))
                if kept:
                    yield proof
                else:
                    waiting[entry].append(proof)
    for entry, some in waiting.items():
        if several or met[entry] >= _MET:
            yield from some


def gains(translator: Any, some: Sequence[Proof]) -> list[float]:
    """By how much each hint raises the log-probability of the English side."""
    sources = [p.without for p in some] + [p.told for p in some]
    scored = translator.score_batch(
        sources, [p.target for p in some] * 2, max_batch_size=2048, batch_type="tokens"
    )
    sums = [sum(result.log_probs) for result in scored]
    return [told - plain for plain, told in zip(sums, sums[len(some) :], strict=False)]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.prove", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="exported starter that takes hints")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="TSV files of training pairs")
    parser.add_argument("--several", action="store_true", help="entries of several words only")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    import ctranslate2

    folder = options.model
    tokenizer = Tokenizer(folder / "source.spm", folder / "target.spm")
    tokens = json.loads((folder / "source_vocabulary.json").read_text(encoding="utf-8"))
    told = {token.removeprefix(MARK) for token in tokens if token.startswith(MARK)}
    verbs = separable()
    entries = {entry: s for entry, s in told_entries(proved=False).items() if len(verbs.get(entry, "x")) == 1}
    hints = Hints(lexicon(entries), told, tokenizer.spellings)
    translator = ctranslate2.Translator(str(folder), compute_type="int8", inter_threads=2, intra_threads=1)
    pairs = [pair for pair in gather(options.data) if weight(pair.source) >= _PROSE]
    waiting = list(proofs(pairs, tokenizer, hints, set(entries), options.several))
    print(f"{len(waiting)} proofs", flush=True)
    by_entry: dict[str, list[float]] = defaultdict(list)
    by_kind: dict[str, list[float]] = defaultdict(list)
    for at in range(0, len(waiting), _MANY):
        some = waiting[at : at + _MANY]
        for proof, gain in zip(some, gains(translator, some), strict=True):
            by_entry[proof.entry].append(gain)
            by_kind[proof.kind].append(gain)
        print(f"{min(at + _MANY, len(waiting))} of {len(waiting)}", file=sys.stderr, flush=True)
    for kind, values in sorted(by_kind.items()):
        better = sum(v > 0 for v in values) / len(values)
        mean = sum(values) / len(values)
        print(f"{kind or 'trained pairs'}: {len(values)}, {mean:+.2f} nats, {better:.0%} better")
    before = REFUSED_FILE.read_text(encoding="utf-8").splitlines()
    fresh = {entry for entry, values in by_entry.items() if entry and sum(values) < 0}
    refused = sorted(fresh | {entry for entry in before if entry not in by_entry})
    REFUSED_FILE.write_text("".join(f"{entry}\n" for entry in refused), encoding="utf-8")
    print(f"{len(by_entry)} entries proved, {len(refused)} refused")


if __name__ == "__main__":
    main(sys.argv[1:])
