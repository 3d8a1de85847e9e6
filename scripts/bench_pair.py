"""Measure sentence alignment: accuracy, time of each stage, and growth with the length of documents.

    python scripts/bench_pair.py --beads tests/data/beads --textberg DIR --flores DIR \\
        [--long 1000,10000,100000] [--seeds 3]

- documents with free translations, written for this purpose by someone who knew nothing of the aligner;
- Text+Berg dev in both directions, with its old machine translations as the translation;
- Dutch-English documents that `scripts.pair_data.perturb` makes of lines 451 to 900 of FLORES dev (`nl`,
  `en`; the first 450 set the weights, the last 97 are what is inserted), translated by the installed model,
  at two rates: 10% of the lines touched in all, and 10% by each kind of change (40% in all); and at the lower
  rate with six longer stretches dropped;
- with --long, documents of so many lines that repeat FLORES with other changes each time, translations given.

Strict and lax scores leave beads with an empty side out. The aligners of `scripts.pair_peers` run on the same
sentences. Times are processor seconds per 1,000 source sentences, on one thread; what the encoder does on all
cores is told by the clock.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from align.pair.api import pair_sentences
from align.pair.band import diagonal_band, find_band
from align.pair.encoder import load_encoder, one_blas_thread
from align.pair.evidence import Found, gather
from align.pair.scoring import BeadScorer, Side
from align.pair.search import search
from align.pair.similarity import similarities
from align.pair.weights import weights_for
from align.translate.batches import usable_cores
from scripts.pair_data import Accuracy, Aligned, Pair, accuracy, perturb, read_beads, read_lines, text_berg
from scripts.pair_peers import beads_of, peers

METHODS = ("auto", "embedding", "mt", "length")
TUNED, MADE, FOREIGN = range(450), range(450, 900), range(900, 997)
RATES = {"10% in all": 0.025, "10% of each kind": 0.1}
CHAPTERS = (3, 5, 8, 12, 20, 30)
HEADER = f"{'document':34} {'method':12} {'strict P/R/F1':21}  {'lax P/R/F1':21}"


def sides(document: Aligned) -> tuple[Side, Side]:
    """Return the two sides of a document."""
    one, other = document.paragraphs
    return Side(document.source, one or None), Side(document.target, other or None)


def ours(method: str) -> Callable[[Aligned], list[Pair]]:
    """Return the aligner of a method."""

    def run(document: Aligned) -> list[Pair]:
        translation = document.translation if method in ("auto", "mt") else None
        found = pair_sentences(
            *sides(document), languages=document.languages, method=method, translation=translation
        )
        return beads_of(found.beads)

    return run


def mean(scores: Sequence[Accuracy]) -> Accuracy:
    """Return the mean of scores."""
    strict, lax = (
        [sum(getattr(s, name)[k] for s in scores) / len(scores) for k in range(3)]
        for name in ("strict", "lax")
    )
    return Accuracy((strict[0], strict[1], strict[2]), (lax[0], lax[1], lax[2]))


def report(name: str, documents: Sequence[Aligned], methods: Sequence[str] = METHODS) -> None:
    """Print the scores of every aligner, as means over some documents."""
    aligners = {**{method: ours(method) for method in methods}, **peers()}
    for method, run in aligners.items():
        print(f"{name:34} {method:12} {mean([accuracy(d.gold, run(d)) for d in documents])}", flush=True)


def flores(
    folder: Path, rate: float, seed: int, translation: Sequence[str], lines: range = MADE,
    chapters: Sequence[int] = (),
) -> Aligned:  # fmt: skip
    """Return a perturbed Dutch-English document."""
    return perturb(
        read_lines(folder / "nl"), read_lines(folder / "en"), rate=rate, seed=seed, name="FLORES nl-en",
        languages=("nl", "en"), foreign=FOREIGN, lines=lines, translation=translation,
        chapters=chapters,
    )  # fmt: skip


def translate(lines: Sequence[str]) -> list[str]:
    """Translate Dutch lines with the installed model, greedily."""
    from align.models.store import find_model
    from align.translate.engine import Translator

    model = find_model("nl", "en")
    begin = time.process_time()
    texts = [result.text for result in Translator(model, beam_size=1).translate(lines)]
    spent = (time.process_time() - begin) / len(lines) * 1000
    print(f"translation by {model.name}, greedy: {spent:.1f} s per 1,000 sentences\n")
    return texts


@contextmanager
def stage(times: dict[str, float], name: str) -> Iterator[None]:
    """Add the processor time of a block to a stage."""
    begin = time.process_time()
    yield
    times[name] = times.get(name, 0.0) + time.process_time() - begin


@contextmanager
def watched(times: dict[str, float]) -> Iterator[None]:
    """Take the time of vectors of sentences and joins, which the search asks for as it goes on."""
    from align.pair.chunks import Chunks

    original = Chunks.compute

    def timed(self: Chunks, begin: int, end: int) -> object:
        with stage(times, "joins"):
            return original(self, begin, end)

    Chunks.compute = timed  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Chunks.compute = original  # type: ignore[method-assign]


def stages(document: Aligned, method: str) -> dict[str, float]:
    """Return the processor time of each stage, in seconds per 1,000 source sentences."""
    times: dict[str, float] = {}
    source, target = sides(document)
    found = Found()
    with one_blas_thread(), watched(times):
        with stage(times, "encoding"):
            translation = document.translation if method in ("auto", "mt") else None
            if method != "length":
                found = gather(
                    source, target, languages=document.languages, method=method, translation=translation
                )
            vectors = found.vectors()
        with stage(times, "band"):
            band = find_band(*vectors) if vectors else diagonal_band(source.lengths(), target.lengths())
        scorer = BeadScorer(source, target, found.evidence, weights_for(found.evidence), band.pairs)
        joins = times.pop("joins", 0.0)
        with stage(times, "search"):
            beads = search(scorer, band)
        times["search"] -= times.get("joins", 0.0)
        with stage(times, "scores"):
            similarities(beads, source, target, found.evidence)
        times["joins"] = times.get("joins", 0.0) + joins
    return {name: spent / len(document.source) * 1000 for name, spent in times.items()}


def encoding_speed(texts: Sequence[str]) -> float:
    """Return how many sentences a second the encoder embeds on all cores, the best of three rounds."""
    encoder, workers = load_encoder(), usable_cores()
    encoder.sums(texts[:100], workers)
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        encoder.sums(texts, workers)
        best = min(best, time.perf_counter() - begin)
    return len(texts) / best


def long_document(folder: Path, lines: int, translation: Sequence[str]) -> Aligned:
    """Return a document of about so many lines that goes round FLORES, changed in another way each time."""
    whole = Aligned("FLORES, over and over", ("nl", "en"))
    for seed in range(1 + lines // 900):
        part = flores(folder, RATES["10% in all"], seed, translation, range(min(lines - 900 * seed, 900)))
        i, j = len(whole.source), len(whole.target)
        whole.gold += [(tuple(n + i for n in a), tuple(n + j for n in b)) for a, b in part.gold]
        whole.source += part.source
        whole.target += part.target
        whole.translation += part.translation
    return whole


def growth(folder: Path, sizes: Sequence[int], translation: Sequence[str]) -> None:
    """Print times and memory for longer and longer documents, the longest last."""
    print(f"\n{'lines':>8} {'method':12} seconds per 1,000 lines; highest memory so far")
    for lines in sizes:
        document = long_document(folder, lines, translation)
        for method in ("length", "mt", "embedding"):
            times = stages(document, method)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            shown = "  ".join(f"{name} {spent:.3f}" for name, spent in times.items())
            print(f"{lines:8} {method:12} {shown}  {memory:.0f} MB", flush=True)


def free(folder: Path) -> None:
    """Print scores of free translations: of each document, and the mean."""
    documents = [read_beads(path) for path in sorted(folder.glob("*.tsv"))]
    for document in documents:
        report(document.name, [document], ("embedding", "length"))
    report(f"mean of {len(documents)}", documents, ("embedding", "length"))
    dutch = [document for document in documents if document.languages == ("nl", "en")]
    for document in dutch:
        document.translation = translate(document.source)
    report(f"mean of {len(dutch)}, nl-en", dutch, ("auto", "mt"))


def main() -> None:
    """Run the benchmarks that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--beads", type=Path, help="folder with files that read_beads reads")
    parser.add_argument("--textberg", type=Path, help="folder with dev.de, dev.fr, dev.defr and mt.*.txt")
    parser.add_argument("--flores", type=Path, help="folder with the parallel lines nl and en")
    parser.add_argument("--seeds", type=int, default=3, help="documents of each rate")
    parser.add_argument("--long", default="", help="lengths to time, in lines, with commas")
    options = parser.parse_args()
    print(HEADER)
    if options.beads:
        free(options.beads)
    if options.textberg:
        for reverse in (False, True):
            document = text_berg(options.textberg, reverse)
            report(document.name, [document])
    if options.flores:
        translation = translate(read_lines(options.flores / "nl"))
        for name, rate in RATES.items():
            documents = [
                flores(options.flores, rate, 1000 + seed, translation) for seed in range(options.seeds)
            ]
            report(f"FLORES nl-en, {name}", documents)
        documents = [
            flores(options.flores, RATES["10% in all"], 2000 + seed, translation, chapters=CHAPTERS)
            for seed in range(options.seeds)
        ]
        report("FLORES nl-en, stretches dropped", documents)
        document = flores(options.flores, RATES["10% in all"], 1000, translation, range(900))
        print("\nprocessor seconds per 1,000 source sentences")
        for method in METHODS:
            times = stages(document, method)
            print(f"{method:12}", "  ".join(f"{name} {spent:.3f}" for name, spent in times.items()))
        speed = encoding_speed(read_lines(options.flores / "nl"))
        print(f"encoder: {speed:.0f} sentences a second on {usable_cores()} cores")
        if options.long:
            growth(options.flores, [int(n) for n in options.long.split(",")], translation)


if __name__ == "__main__":
    main()
