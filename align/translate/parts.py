"""Parts: the stretches of a sentence that the engine translates one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from align.translate.tokens import Pieces


@dataclass(slots=True)
class Part:
    """A stretch of a sentence that is translated in one go.

    Attributes:
        text: the stretch.
        own: its source pieces.
        first_token: number of the sentence's whitespace token that it begins with.
        tokens: for each source piece the number of its token, from the stretch's first on.
        glue: what stands before its translation.
        copy: whether it is not translated but copied.
        loud: whether it is written in capitals throughout, and translated in small letters.
        left: entries of the glossary that it is not told.
        hypothesis, score, target: the target pieces, their mean log-probability, the translation.
        stale: whether the translation has changed since it got its score.
        flags: what is doubtful about the translation.
        attention: its attention to the source pieces, if links are asked for.
        found: what CTranslate2 returned, with all the hypotheses that were asked for.
    """

    text: str
    own: Pieces
    first_token: int
    tokens: list[int]
    glue: str = ""
    copy: bool = False
    loud: bool = False
    left: tuple[str, ...] = ()
    hypothesis: list[str] = field(default_factory=list)
    score: float = 0.0
    stale: bool = False
    target: str = ""
    flags: tuple[str, ...] = ()
    attention: Any = None
    found: Any = None

    def become(self, other: Part) -> None:
        """Take over another translation of the same stretch."""
        self.own, self.tokens, self.found = other.own, other.tokens, other.found
        self.hypothesis, self.score, self.stale = other.hypothesis, other.score, other.stale
        self.target, self.flags, self.attention = other.target, other.flags, other.attention


def with_names(pieces: Pieces, names: Iterable[str]) -> Pieces:
    """Return pieces with further names."""
    return replace(pieces, names=tuple(dict.fromkeys([*pieces.names, *names])))
