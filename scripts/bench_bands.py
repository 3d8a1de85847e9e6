"""What the score bands of the views stand for: mean chrF of translations by the model's own score.

    python scripts/bench_bands.py [--model NAME] [--source FILE --reference FILE]

Translates sentences one by one (by default those of tests/data/flores-sample.nl) and prints, for each band of
`align.view.edition` and for each fifth of the sentences, how good they are against the reference.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import mean

from align.models.store import find_model
from align.score.metrics import make_metric
from align.translate.engine import Translator
from align.view.edition import HIGH, LOW, band

DATA = Path(__file__).parent.parent / "tests" / "data"


def main() -> None:
    """Print the bands and the fifths."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="opus-mt-nl-en-starter")
    parser.add_argument("--source", type=Path, default=DATA / "flores-sample.nl")
    parser.add_argument("--reference", type=Path, default=DATA / "flores-sample.en")
    given = parser.parse_args()
    sources = given.source.read_text("utf-8").splitlines()
    references = given.reference.read_text("utf-8").splitlines()
    translator = Translator(find_model("nl", "en", given.model), target="en")
    metric = make_metric("chrf")
    results = list(translator.translate(iter(sources)))
    found = sorted(
        (result.score, metric.sentence_score(result.text, [reference]).score)
        for result, reference in zip(results, references, strict=True)
        if result.score is not None
    )
    print(f"bands: low below {LOW}, high from {HIGH}")
    for name in ("low", "mid", "high"):
        chrfs = [chrf for score, chrf in found if band(score, False) == name]
        print(f"{name:5} {len(chrfs):4} sentences, mean chrF {mean(chrfs) if chrfs else float('nan'):.1f}")
    size = max(len(found) // 5, 1)
    for start in range(0, len(found), size):
        part = found[start : start + size]
        print(f"{part[0][0]:6.2f} to {part[-1][0]:5.2f}  mean chrF {mean(chrf for _, chrf in part):.1f}")


if __name__ == "__main__":
    main()
