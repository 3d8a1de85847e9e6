"""Sentence alignment of a source document with a target document."""
