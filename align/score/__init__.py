"""Scores of bitexts and line pairs, by sacrebleu."""
