"""The report that `align score` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from align.formats.tsv import escape
from align.score.documents import Scorable
from align.score.lineup import Lineup
from align.score.metrics import (
    DEFAULT,
    Comparison,
    MetricScore,
    SegmentScore,
    compare,
    corpus_scores,
    segment_scores,
)


@dataclass(frozen=True)
class Report:
    """Scores of a translation.

    Attributes:
        count: number of segments scored.
        scores: corpus scores.
        segments: segment scores, the worst first; None if not asked for.
        comparisons: the difference to a baseline by paired bootstrap; empty without one.
        scorable: how documents were lined up, where segmentation differs.
    """

    count: int
    scores: list[MetricScore]
    segments: list[SegmentScore] | None = None
    comparisons: list[Comparison] = field(default_factory=list)
    scorable: Scorable | None = None

    def text(self) -> str:
        """Return the report for people: a line a metric, then a TSV of segments."""
        lines = [f"{s.metric}\t{s.score:.2f}\t{s.signature}" for s in self.scores]
        lines += [
            f"{c.metric}\t{c.score - c.baseline:+.2f}\tagainst the baseline's {c.baseline:.2f}, "
            f"p = {c.p_value:.4f}, {c.signature}"
            for c in self.comparisons
        ]
        lines += _coverage_lines(self.scorable)
        if self.segments is not None:
            with_source = any(s.source for s in self.segments)
            head = ["segment", "chrF", *(["source"] if with_source else []), "hypothesis", "reference"]
            lines += ["", "\t".join(head)]
            for s in self.segments:
                texts = [*([s.source] if with_source else []), s.hypothesis, s.reference]
                lines.append("\t".join([str(s.segment), f"{s.chrf:.2f}", *map(escape, texts)]))
        return "\n".join(lines)

    def json(self) -> str:
        """Return the report as JSON; its keys are stable."""
        value: dict[str, Any] = {"segments_scored": self.count, "scores": [asdict(s) for s in self.scores]}
        if self.comparisons:
            value["comparisons"] = [asdict(c) for c in self.comparisons]
        if self.scorable is not None:
            value["coverage"] = _coverage(self.scorable)
        if self.segments is not None:
            value["segments"] = [asdict(s) for s in self.segments]
        return json.dumps(value, ensure_ascii=False, indent=2)


def make_report(
    lineup: Lineup, metrics: Sequence[str] = (), *, segments: bool = False, tokenize: str | None = None
) -> Report:
    """Score what is lined up.

    Args:
        lineup: hypotheses and references.
        metrics: names of metrics; none for BLEU and chrF.
        segments: whether to add the chrF of each segment.
        tokenize: BLEU tokenizer; None for sacrebleu's default.

    Raises:
        ScoreError: if there is nothing to score.
        UsageError: if a metric or tokenizer is unknown.
    """
    scores = corpus_scores(lineup.hypotheses, lineup.references, metrics or DEFAULT, tokenize)
    each = segment_scores(lineup.hypotheses, lineup.references, lineup.sources) if segments else None
    comparisons = []
    if lineup.baseline is not None:
        comparisons = compare(
            lineup.hypotheses, lineup.baseline, lineup.references, metrics or DEFAULT, tokenize
        )
    return Report(len(lineup.hypotheses), scores, each, comparisons, lineup.scorable)


def _coverage(scorable: Scorable) -> dict[str, Any]:
    """Return how much of the documents is in the score, JSON-ready."""
    scored, total = scorable.source_sentences
    return {
        "source_sentences": {"scored": scored, "total": total},
        "hypotheses": [asdict(c) for c in scorable.system_coverage],
        "references": [asdict(c) for c in scorable.reference_coverage],
    }


def _coverage_lines(scorable: Scorable | None) -> list[str]:
    """Say how much of the documents is in the score, for people."""
    if scorable is None:
        return []
    scored, total = scorable.source_sentences
    lines = [f"coverage\t{scored} of {total}\tsource sentences, in {len(scorable.sources)} blocks"]
    systems = ("hypothesis", "baseline")
    streams = list(zip(systems, scorable.system_coverage, strict=False))
    streams += [("reference", c) for c in scorable.reference_coverage]
    for name, c in streams:
        line = f"coverage\t{c.scored} of {c.total}\t{name} tokens"
        if c.left_out:
            more = " …" if len(c.left_out) > 10 else ""
            line += (
                f"; without counterpart: segment {', '.join(map(str, c.left_out[:10]))}{more} of {c.segments}"
            )
        lines.append(line)
    return lines
