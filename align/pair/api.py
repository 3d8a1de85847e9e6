"""Pairing documents, sentences and texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from align.bitext import Row
from align.pair.document import Segmented, bead_rows, segment_document
from align.pair.shapes import Bead
from align.text.reading import TextDocument

if TYPE_CHECKING:
    from align.pair.evidence import Found, Say
    from align.pair.scoring import Evidence, Side

WEAK = 0.3
"""Similarity below which a bead is flagged `weak`: that of 1 in 200 right beads of Text+Berg dev, and of 39
in 40 wrong ones, with embeddings."""

ALIKE = 0.2
"""Share of the sentences of the shorter document that must be in beads that are not weak; documents with
fewer have nothing in common."""

MOVED, MOVED_GAIN = 3, 0.1
"""Texts of equal length count as segmented in another way if so many beads are out of step, and if they have
so much more in common than the segments one by one, beside twice as much."""


@dataclass(frozen=True)
class Pairing:
    """The beads of two documents.

    Attributes:
        beads: sentences from, up to, of both sides; every sentence is in exactly one bead, in order.
        scores: similarity of each bead, in [0, 1]; 0 where one side is empty.
        evidence: what told which sentences belong together, for people.
        alike: whether the documents have anything in common; true if one is empty.
    """

    beads: list[Bead]
    scores: list[float]
    evidence: str
    alike: bool

    def weak(self) -> list[bool]:
        """Tell of each bead whether it is doubtful."""
        return [
            not self.alike or (i1 > i0 and j1 > j0 and score < WEAK)
            for (i0, i1, j0, j1), score in zip(self.beads, self.scores, strict=True)
        ]

    def lone(self) -> tuple[int, int]:
        """Return the numbers of source and target sentences without counterpart."""
        return (
            sum(i1 - i0 for i0, i1, j0, j1 in self.beads if j1 == j0),
            sum(j1 - j0 for i0, i1, j0, j1 in self.beads if i1 == i0),
        )


def pair_documents(
    source: Segmented | str, target: Segmented | str, *, source_language: str = "nl",
    target_language: str = "en", method: str = "auto", model: str | None = None,
    translation: Sequence[str] | None = None, say: Say | None = None, progress: bool = False,
) -> Iterator[Row]:  # fmt: skip
    """Pair the sentences of a document with those of its translation.

    Args:
        source, target: the documents; strings are segmented as their languages need.
        source_language, target_language: their language codes.
        method: "auto" for all evidence that is there, or "embedding", "mt" or "length".
        model: name or folder of the translation model; None for the best one of the pair.
        translation: a translation of each source sentence, instead of a model's.
        say: is told which evidence is used, and what is missing.
        progress: whether to show on standard error, if that is a terminal, how translation goes on.

    Yields:
        Rows whose spans are in the two documents, from first to last sentence of the bead.

    Raises:
        UsageError: if the method is unknown, or `translation` has not one text a sentence.
        LanguageError: if a language is unknown, or the method is "mt" and no model is there for the pair.
        ModelError: if a model is broken, or the one that was named is not for the pair.
    """
    if isinstance(source, str):
        source = segment_document(TextDocument("-", source), source_language)
    if isinstance(target, str):
        target = segment_document(TextDocument("-", target), target_language)
    pairing = pair_sentences(
        source.side(), target.side(), languages=(source_language, target_language), method=method,
        model=model, translation=translation, say=say, progress=progress,
    )  # fmt: skip
    yield from bead_rows(source, target, pairing.beads, pairing.scores, pairing.weak())


def pair_sentences(
    source: Side, target: Side, *, languages: tuple[str, str], method: str = "auto",
    model: str | None = None, translation: Sequence[str] | None = None, say: Say | None = None,
    progress: bool = False,
) -> Pairing:  # fmt: skip
    """Pair sentences; arguments and errors as of `pair_documents`."""
    from align.pair.evidence import Found, gather
    from align.translate.batches import usable_cores

    tell = say or (lambda message: None)
    found = Found()
    if source.texts and target.texts:
        found = gather(
            source, target, languages=languages, method=method, model=model, translation=translation,
            workers=usable_cores(), say=tell, progress=progress,
        )  # fmt: skip
        tell(f"paired by {found.summary}")
    return find_beads(source, target, found)


def pair_texts(
    hypothesis: Sequence[str], reference: Sequence[str],
    hypothesis_paragraphs: Sequence[int] | None = None, reference_paragraphs: Sequence[int] | None = None,
    *, language: str = "en",
) -> list[Bead]:  # fmt: skip
    """Pair two texts in the same language by what they have in common.

    Texts of equal numbers of segments are paired one to one, unless something else fits much better.

    Args:
        hypothesis, reference: the segments.
        hypothesis_paragraphs, reference_paragraphs: the number of each one's paragraph, if known.
        language: their language code.

    Returns:
        Beads: segments from, up to, of both sides; every segment is in exactly one, in order.
    """
    from align.pair.evidence import TRANSLATION, Found
    from align.pair.lexical import LexicalEvidence
    from align.pair.scoring import Side

    sides = Side(hypothesis, hypothesis_paragraphs), Side(reference, reference_paragraphs)
    evidence = LexicalEvidence(hypothesis, reference)
    pairing = find_beads(*sides, Found({TRANSLATION: evidence}))
    if len(hypothesis) == len(reference) and _equally_segmented(pairing.beads, evidence):
        return [(i, i + 1, i, i + 1) for i in range(len(hypothesis))]
    return pairing.beads


def _equally_segmented(beads: Sequence[Bead], evidence: Evidence) -> bool:
    """Tell whether two texts of equal length go together one by one, though beads found say otherwise.

    A bad translation has its segments paired awry here and there; a text that is segmented in another way has
    whole stretches out of step, where segments one by one have little in common.
    """
    moved = [b for b in beads if b[0] != b[2] and b[1] > b[0] and b[3] > b[2]]
    if len(moved) < MOVED:
        return True
    straight = [(i, i + 1, i, i + 1) for i0, i1, _, _ in moved for i in range(i0, i1)]
    return float(evidence.beads(moved).mean()) < 2 * float(evidence.beads(straight).mean()) + MOVED_GAIN


def find_beads(source: Side, target: Side, found: Found) -> Pairing:
    """Find the best beads for some evidence."""
    from align.pair.band import diagonal_band, find_band
    from align.pair.encoder import one_blas_thread
    from align.pair.scoring import BeadScorer
    from align.pair.search import search
    from align.pair.similarity import similarities
    from align.pair.weights import weights_for

    n, m = len(source.texts), len(target.texts)
    if not n or not m:
        beads = [(i, i + 1, 0, 0) for i in range(n)] + [(0, 0, j, j + 1) for j in range(m)]
        return Pairing(beads, [0.0] * len(beads), found.summary, alike=True)
    with one_blas_thread():
        vectors = found.vectors()
        band = find_band(*vectors) if vectors else diagonal_band(source.lengths(), target.lengths())
        weights = weights_for(found.evidence)
        beads = search(BeadScorer(source, target, found.evidence, weights, band.pairs), band)
        scores = similarities(beads, source, target, found.evidence)
    close = sum(min(i1 - i0, j1 - j0) for (i0, i1, j0, j1), s in zip(beads, scores, strict=True) if s >= WEAK)
    return Pairing(beads, scores, found.summary, alike=close >= ALIKE * min(n, m))
