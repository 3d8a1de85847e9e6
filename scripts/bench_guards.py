"""How often the guards flag translations that people made: the false alarms.

    python scripts/bench_guards.py PAIRS.tsv[.gz] [--model models/opus-mt-nl-en-starter]

PAIRS has columns source, target and, if it likes, a name of the corpus. Prints, for each guard, the share of
pairs that it flags, and some examples.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter, defaultdict
from pathlib import Path

from align.models.manifest import load_model
from align.translate import guards
from align.translate.hints import model_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--model", type=Path, default=Path("models/opus-mt-nl-en-starter"))
    parser.add_argument("--corpus", action="append", help="only pairs of this corpus; may be repeated")
    parser.add_argument("--limit", type=int, default=200_000)
    args = parser.parse_args()
    model = load_model(args.model)
    tokenizer = model_tokenizer(model)
    flags: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    total = 0
    opener = gzip.open if args.pairs.suffix == ".gz" else open
    with opener(args.pairs, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            source, target, *rest = line.rstrip("\n").split("\t")
            if args.corpus and (not rest or rest[0] not in args.corpus):
                continue
            total += 1
            pieces = tokenizer.encode(source).pieces, tokenizer.encode_target(target)
            for flag in guards.check(source, target, *pieces, same_language=False):
                flags[flag] += 1
                examples[flag].append(f"{source[:90]} ||| {target[:90]}")
            if total >= args.limit:
                break
    print(f"{total:,} pairs")
    for flag, count in flags.most_common():
        print(f"{flag}: {count:,} ({count / max(total, 1):.4%})")
        for example in examples[flag][:: max(1, count // 8)][:8]:
            print("   ", example)


if __name__ == "__main__":
    main()
