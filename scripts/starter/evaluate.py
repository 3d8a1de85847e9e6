"""BLEU and chrF of an exported model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SAMPLE = 100  # first lines kept in tests/data for the regression test


def translate(model: Path, lines: Sequence[str], beam: int) -> list[str]:
    """Translations of single sentences by a CTranslate2 folder with its SentencePiece models, int8."""
    import ctranslate2
    from sentencepiece import SentencePieceProcessor

    source = SentencePieceProcessor(model_file=str(model / "source.spm"))
    target = SentencePieceProcessor(model_file=str(model / "target.spm"))
    translator = ctranslate2.Translator(str(model), compute_type="int8")
    results = translator.translate_batch(
        source.encode(list(lines), out_type=str), beam_size=beam, max_batch_size=2048, batch_type="tokens"
    )
    return [target.decode(result.hypotheses[0]) for result in results]


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
