"""BLEU and chrF of an exported model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

SAMPLE = 100  # first lines kept in tests/data for the regression test


def translate(model: Path, lines: Sequence[str], beam: int) -> list[str]:
    """Translations of single sentences as the package makes them: int8, with its hints and guards."""
    from align.models.infer import infer_model
    from align.translate.engine import Translator

    known = replace(infer_model(model), sources=("nl",), targets=("en",))
    return [result.text for result in Translator(known, beam_size=beam).translate(lines)]


def score(hypotheses: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
    """Corpus BLEU and chrF (sacrebleu defaults) with their signatures."""
    from sacrebleu import BLEU, CHRF

    bleu, chrf = BLEU(), CHRF()
    return {
        "bleu": round(bleu.corpus_score(hypotheses, [references]).score, 2),
        "chrf": round(chrf.corpus_score(hypotheses, [references]).score, 2),
        "signatures": [str(bleu.get_signature()), str(chrf.get_signature())],
    }


def evaluate(model: Path, source: Path, reference: Path) -> dict[str, Any]:
    """Scores of all lines at beams 1 and 4, and of the sample at beam 4; written to ``quality.json``."""
    lines = source.read_text(encoding="utf-8").splitlines()
    wanted = reference.read_text(encoding="utf-8").splitlines()
    greedy, beam = translate(model, lines, 1), translate(model, lines, 4)
    figures = {
        "lines": len(lines),
        "greedy": score(greedy, wanted),
        "beam4": score(beam, wanted),
        "sample": {"lines": SAMPLE, **score(beam[:SAMPLE], wanted[:SAMPLE])},
    }
    (model / "quality.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return figures
