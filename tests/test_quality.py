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
    import ctranslate2
    from sacrebleu import BLEU
    from sentencepiece import SentencePieceProcessor

    recorded = json.loads((MODEL / "quality.json").read_text(encoding="utf-8"))["sample"]
    source = (DATA / "flores-sample.nl").read_text(encoding="utf-8").splitlines()
    reference = (DATA / "flores-sample.en").read_text(encoding="utf-8").splitlines()
    assert len(source) == len(reference) == recorded["lines"]

    left = SentencePieceProcessor(model_file=str(MODEL / "source.spm"))
    right = SentencePieceProcessor(model_file=str(MODEL / "target.spm"))
    translator = ctranslate2.Translator(str(MODEL), compute_type="int8")
    pieces = left.encode(source, out_type=str)
    results = translator.translate_batch(pieces, beam_size=4, max_batch_size=2048, batch_type="tokens")
    hypotheses = [right.decode(result.hypotheses[0]) for result in results]

    assert BLEU().corpus_score(hypotheses, [reference]).score >= recorded["bleu"] - TOLERANCE
