"""align: translate documents sentence by sentence, keep the alignment, look at it and score it.

The names below are the Python interface; each is imported when it is first used.

    >>> import align
    >>> translator = align.Translator(align.find_model("nl", "en"))
    >>> document = align.TextDocument("a", "Dit is een zin.")
    >>> [row.target for row in align.translate_documents([document], translator, source="nl")]
    ['This is a sentence.']
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "AlignError": "align.errors",
    "Row": "align.bitext",
    "check_rows": "align.bitext",
    "TextDocument": "align.text.reading",
    "read_documents": "align.text.reading",
    "segment_rows": "align.segment.api",
    "split_sentences": "align.segment",
    "find_model": "align.models.store",
    "load_model": "align.models.manifest",
    "Translator": "align.translate.engine",
    "Glossary": "align.translate.glossary",
    "read_glossary": "align.translate.glossary",
    "translate_documents": "align.translate.document",
    "translate_files": "align.translate.job",
    "read_bitext": "align.formats.files",
    "pair_documents": "align.pair.api",
    "open_edition": "align.view.api",
    "write_html": "align.view.api",
    "corpus_scores": "align.score.metrics",
    "segment_scores": "align.score.metrics",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
