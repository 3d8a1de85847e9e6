"""The shipped model must not get worse: BLEU on a FLORES sample against the recorded figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "models" / "opus-mt-nl-en-starter"
DATA = Path(__file__).parent / "data"

TOLERANCE = 0.5  # BLEU


@pytest.mark.skipif(not (MODEL / "quality.json").exists(), reason="the model is not in the tree")
def test_sample_bleu_holds() -> None:
    from sacrebleu import BLEU

    from align.models.manifest import load_model
    from align.translate.engine import Translator

    recorded = json.loads((MODEL / "quality.json").read_text(encoding="utf-8"))["sample"]
    source = (DATA / "flores-sample.nl").read_text(encoding="utf-8").splitlines()
    reference = (DATA / "flores-sample.en").read_text(encoding="utf-8").splitlines()
    assert len(source) == len(reference) == recorded["lines"]

    translator = Translator(load_model(MODEL))
    hypotheses = [result.text for result in translator.translate(source)]

    assert BLEU().corpus_score(hypotheses, [reference]).score >= recorded["bleu"] - TOLERANCE
