"""The report that `align score` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from align.formats.tsv import escape
from align.score.lineup import Lineup
from align.score.metrics import DEFAULT, MetricScore, SegmentScore, corpus_scores, segment_scores


@dataclass(frozen=True)
class Report:
    """Scores of a translation.

    Attributes:
        count: number of segments scored.
        scores: corpus scores.
        segments: segment scores, the worst first; None if not asked for.
    """

    count: int
    scores: list[MetricScore]
    segments: list[SegmentScore] | None = None

    def text(self) -> str:
        """Return the report for people: a line a metric, then a TSV of segments."""
        lines = [f"{s.metric}\t{s.score:.2f}\t{s.signature}" for s in self.scores]
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
    return Report(len(lineup.hypotheses), scores, each)
