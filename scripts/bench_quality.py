"""BLEU and chrF of an installed model on a pair of files, one segment a line.

    python scripts/bench_quality.py SOURCE REFERENCE [--from nl] [--to en] [--model M] [--beam-size 4 1]

Several beam sizes are compared in one run, with the time each takes relative to the first and sacrebleu's
paired bootstrap of their difference. --output keeps the translations.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from align.models.store import find_model
from align.score.metrics import corpus_scores, make_metric
from align.segment import model_text
from align.text.reading import read_lines
from align.translate.engine import BEAM_SIZE, Translator


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source_file")
    parser.add_argument("reference_file")
    parser.add_argument("--from", dest="source", default="nl")
    parser.add_argument("--to", dest="target", default="en")
    parser.add_argument("--model")
    parser.add_argument("--beam-size", type=int, nargs="+", default=[BEAM_SIZE])
    parser.add_argument("--limit", type=int)
    parser.add_argument("--output", type=Path, help="file for the translations of the first beam size")
    args = parser.parse_args()
    model = find_model(args.source, args.target, args.model)
    sources = [model_text(line) for line in read_lines(args.source_file)][: args.limit]
    references = read_lines(args.reference_file)[: args.limit]
    print(f"model {model.name}, {len(sources)} segments")
    systems, base = [], 0.0
    for beam in args.beam_size:
        translator = Translator(model, target=args.target, beam_size=beam)
        begin = time.perf_counter()
        results = list(translator.translate(sources))
        seconds = time.perf_counter() - begin
        base = base or seconds
        systems.append((f"beam {beam}", [r.text for r in results]))
        flags = sum(bool(r.flags) for r in results)
        print(f"beam {beam}: {seconds / base:.2f} of the first one's time, {flags} segments flagged")
        for score in corpus_scores(systems[-1][1], [references], ("bleu", "chrf")):
            print(f"  {score.metric} {score.score:.2f} {score.signature} {score.details}")
    if args.output:
        args.output.write_text("".join(f"{line}\n" for line in systems[0][1]), "utf-8")
    if len(systems) > 1:
        from sacrebleu.significance import PairedTest

        metric = make_metric("bleu", references=[references])
        _, results2 = PairedTest(systems, {"BLEU": metric}, None, test_type="bs", n_samples=1000)()
        for name, result in zip(results2["System"], results2["BLEU"], strict=True):
            p = "" if result.p_value is None else f", p = {result.p_value:.4f}"
            print(f"  {name}: BLEU {result.score:.2f} (95% interval {result.mean:.2f} ± {result.ci:.2f}){p}")


if __name__ == "__main__":
    main()
