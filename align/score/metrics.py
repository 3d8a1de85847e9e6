"""BLEU, chrF and TER by sacrebleu (Post 2018, "A Call for Clarity in Reporting BLEU Scores").

All numbers and signatures are sacrebleu's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from align.errors import ScoreError, UsageError

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric
    from sacrebleu.significance import Result

METRICS = ("bleu", "chrf", "ter")
DEFAULT = ("bleu", "chrf")


@dataclass(frozen=True, slots=True)
class MetricScore:
    """A corpus score.

    Attributes:
        metric: sacrebleu's name of the metric, such as "BLEU" or "chrF2".
        score: the score, from 0 to 100 (TER: 0 is best, and it may exceed 100).
        signature: sacrebleu's signature, which makes the score comparable.
        details: sacrebleu's further figures, such as n-gram precisions; may be empty.
    """

    metric: str
    score: float
    signature: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """The score of one segment.

    Attributes:
        segment: its number, from 1.
        chrf: its sentence-level chrF.
        hypothesis, reference, source: the texts; `reference` is the first one, `source` may be empty.
    """

    segment: int
    chrf: float
    hypothesis: str
    reference: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against a baseline, by paired bootstrap resampling (Koehn 2004), as sacrebleu does it.

    Attributes:
        metric: sacrebleu's name of the metric.
        score, baseline: the two corpus scores.
        p_value: probability of a difference as large if the systems were equal.
        signature: sacrebleu's signature, number of samples included.
    """

    metric: str
    score: float
    baseline: float
    p_value: float
    signature: str


def make_metric(
    name: str, references: Sequence[Sequence[str]] | None = None, tokenize: str | None = None
) -> Metric:
    """Return sacrebleu's metric object.

    Args:
        name: one of `METRICS`.
        references: the reference streams, where the metric is to be computed often against the same ones.
        tokenize: BLEU tokenizer, such as "zh"; None for sacrebleu's default, 13a.

    Raises:
        UsageError: if there is no such metric or tokenizer.
        ScoreError: if the tokenizer cannot be used, or sacrebleu would have to download it.
    """
    from sacrebleu.metrics import BLEU, CHRF, TER

    if name not in METRICS:
        raise UsageError(f"unknown metric {name!r}", remedy=f"known: {', '.join(METRICS)}")
    if name == "bleu" and tokenize is not None and tokenize not in BLEU.TOKENIZERS:
        raise UsageError(f"unknown tokenizer {tokenize!r}", remedy=f"known: {', '.join(BLEU.TOKENIZERS)}")
    if name == "bleu" and tokenize is not None:
        _check_downloaded(tokenize)
    options: dict[str, Any] = {"references": references}
    try:
        if name == "bleu":
            return BLEU(tokenize=tokenize, **options)
        return CHRF(**options) if name == "chrf" else TER(**options)
    except (ImportError, OSError, RuntimeError) as error:
        raise ScoreError(f"the tokenizer {tokenize!r} cannot be used: {error}") from error


def _check_downloaded(tokenize: str) -> None:
    """Check that sacrebleu has the model of a tokenizer, which it would download unasked.

    Raises:
        ScoreError: if it has not.
    """
    from sacrebleu.tokenizers.tokenizer_spm import SPM_MODELS
    from sacrebleu.utils import SACREBLEU_DIR

    if tokenize not in SPM_MODELS:
        return
    path = Path(SACREBLEU_DIR, "models", SPM_MODELS[tokenize]["url"].rpartition("/")[2])
    if not path.is_file() or not path.stat().st_size:
        raise ScoreError(
            f"no such file, which the tokenizer {tokenize!r} needs",
            file=path,
            remedy=f"sacrebleu downloads it: `sacrebleu --tokenize {tokenize} REFERENCE -i HYPOTHESIS`",
        )


def corpus_scores(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    metrics: Sequence[str] = DEFAULT,
    tokenize: str | None = None,
) -> list[MetricScore]:
    """Score hypotheses against references.

    Args:
        hypotheses: N segments.
        references: one or more references of N segments each.
        metrics: names from `METRICS`.
        tokenize: BLEU tokenizer; None for sacrebleu's default.

    Raises:
        ScoreError: if there is nothing to score or the numbers of segments differ.
        UsageError: if a metric or tokenizer is unknown.
    """
    _check_sizes(hypotheses, references)
    scores = []
    for name in dict.fromkeys(metrics):
        metric = make_metric(name, tokenize=tokenize)
        score = metric.corpus_score(list(hypotheses), [list(r) for r in references])
        details = getattr(score, "_verbose", "")
        signature = metric.get_signature().format()
        scores.append(MetricScore(score.name, float(score.score), signature, details))
    return scores


def segment_scores(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str] = ()
) -> list[SegmentScore]:
    """Return the chrF of each segment, the worst first.

    Args:
        hypotheses: N segments.
        references: one or more references of N segments each.
        sources: N source segments, or none.

    Raises:
        ScoreError: if there is nothing to score or the numbers of segments differ.
    """
    _check_sizes(hypotheses, references)
    metric = make_metric("chrf")
    found = [
        SegmentScore(
            number,
            float(metric.sentence_score(hypothesis, [r[number - 1] for r in references]).score),
            hypothesis,
            references[0][number - 1],
            sources[number - 1] if sources else "",
        )
        for number, hypothesis in enumerate(hypotheses, 1)
    ]
    return sorted(found, key=lambda s: (s.chrf, s.segment))


def compare(
    hypotheses: Sequence[str],
    baseline: Sequence[str],
    references: Sequence[Sequence[str]],
    metrics: Sequence[str] = DEFAULT,
    tokenize: str | None = None,
    samples: int = 1000,
) -> list[Comparison]:
    """Compare a system with a baseline on the same segments.

    Args:
        hypotheses, baseline: N segments each.
        references: one or more references of N segments each.
        metrics: names from `METRICS`.
        tokenize: BLEU tokenizer; None for sacrebleu's default.
        samples: bootstrap samples.

    Raises:
        ScoreError: if there is nothing to score or the numbers of segments differ.
        UsageError: if a metric or tokenizer is unknown.
    """
    from sacrebleu.significance import PairedTest

    _check_sizes(hypotheses, [baseline, *references])
    streams = [list(r) for r in references]
    objects = {}
    for name in dict.fromkeys(metrics):
        metric = make_metric(name, streams, tokenize)
        objects[metric.corpus_score(list(hypotheses), None).name] = metric
    systems: list[tuple[str, Sequence[str]]] = [("baseline", list(baseline)), ("system", list(hypotheses))]
    test = PairedTest(systems, objects, None, test_type="bs", n_samples=samples)
    signatures, results = test()
    found = []
    for name in objects:
        first, second = cast("list[Result]", results[name])
        p = 1.0 if second.p_value is None else float(second.p_value)
        signature = signatures[name].format()
        found.append(Comparison(name, float(second.score), float(first.score), p, signature))
    return found


def _check_sizes(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    """Check that all streams have the same number of segments, at least one."""
    if not hypotheses:
        raise ScoreError("there is no segment to score")
    for number, reference in enumerate(references, 1):
        if len(reference) != len(hypotheses):
            raise ScoreError(
                f"{len(hypotheses):,} hypotheses but {len(reference):,} segments in reference {number}"
            )
