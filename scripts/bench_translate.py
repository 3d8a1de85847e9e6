"""Speed of the translation engine as a ratio to bare CTranslate2, cold start and peak memory.

    python scripts/bench_translate.py SENTENCES.txt [--model NAME|DIR] [--limit 300] [--sweep]

SENTENCES has one sentence a line. Both sides translate the same sentences with the same beam, batches and
threads, in turns, the best of --rounds rounds; ours includes tokens, checks, second tries and rows. --sweep
compares batch sizes instead. Also timed, in processes of their own: `align --help`, and `align translate` of
one sentence with its peak memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from align.models.store import find_model
from align.translate.engine import BATCH_TOKENS, BEAM_SIZE, Translator, usable_cores
from align.translate.hints import model_tokenizer


def bare(model: Any, tokens: list[list[str]], beam: int, batch: int) -> tuple[float, int]:
    """Translate with CTranslate2 alone; return seconds and target tokens."""
    import ctranslate2

    engine = ctranslate2.Translator(
        str(model.path), device="cpu", compute_type="int8", inter_threads=usable_cores(), intra_threads=1
    )
    engine.translate_batch(tokens[:2], beam_size=beam)
    begin = time.perf_counter()
    results = engine.translate_batch(
        tokens, beam_size=beam, max_batch_size=batch, batch_type="tokens", return_scores=True
    )
    return time.perf_counter() - begin, sum(len(r.hypotheses[0]) for r in results)


def ours(model: Any, sentences: list[str], beam: int, batch: int) -> float:
    """Translate with our engine; return seconds."""
    translator = Translator(model, beam_size=beam, batch_tokens=batch)
    list(translator.translate(["Warm."]))
    begin = time.perf_counter()
    list(translator.translate(sentences))
    return time.perf_counter() - begin


PEAK = """
import re, sys
from align.cli.main import run
code = run(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)
"""


def process(*args: str, text: str = "") -> tuple[float, float]:
    """Run `align` in a process of its own; return seconds and, on Linux, its peak memory in MB."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *args], input=text.encode(), capture_output=True, check=True
    )
    return time.perf_counter() - begin, int(done.stderr.split()[-1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--from", dest="source", default="nl")
    parser.add_argument("--to", dest="target", default="en")
    parser.add_argument("--model")
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--beam-size", type=int, default=BEAM_SIZE)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sweep", action="store_true")
    args = parser.parse_args()
    model = find_model(args.source, args.target, args.model)
    sentences = list(dict.fromkeys(args.sentences.read_text("utf-8").splitlines()))[: args.limit]
    tokenizer = model_tokenizer(model)
    end = ["</s>"] if model.append_source_eos else []
    tokens = [[*tokenizer.encode(s).pieces, *end] for s in sentences]
    for batch in (256, 512, 1024, 2048, 4096) if args.sweep else (BATCH_TOKENS,):
        runs = [
            (ours(model, sentences, args.beam_size, batch), *bare(model, tokens, args.beam_size, batch))
            for _ in range(args.rounds)
        ]
        mine, theirs = min(r[0] for r in runs), min(r[1] for r in runs)
        print(
            f"batch {batch}: {len(sentences)} sentences, beam {args.beam_size}: ours {runs[0][2] / mine:.0f} "
            f"tokens/s, bare translate_batch {runs[0][2] / theirs:.0f}, ratio {theirs / mine:.3f}"
        )
    for name, command, text in (
        ("align --help", ["--help"], ""),
        ("align translate, one sentence", ["translate", "-q"], "De kat slaapt op de mat.\n"),
        ("align translate, all sentences", ["translate", "-q"], "\n".join(sentences) + "\n"),
    ):
        runs2 = [process(*command, text=text) for _ in range(args.rounds)]
        print(f"{name}: {min(r[0] for r in runs2):.2f} s, peak {max(r[1] for r in runs2):.0f} MB")


if __name__ == "__main__":
    main()
