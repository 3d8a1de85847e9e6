"""Word links from the attention of a model's alignment head.

OPUS-MT's `transformer-align` models were trained with one guided head (Garg et al. 2019, "Jointly Learning to
Align and Translate with Transformer Models"); CTranslate2 returns its attention.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from align.translate.tokens import Offsets, Span

MIN_ATTENTION = 0.2
"""Attention below which a target piece has no link."""


def token_numbers(text: str, offsets: Offsets) -> list[int]:
    """Return, for each piece, the number of the whitespace token of `text` that it lies in, or -1."""
    starts, inside = [], False
    number = -1
    for char in text:
        if char.isspace():
            inside = False
        elif not inside:
            inside, number = True, number + 1
        starts.append(number if inside else -1)
    return [max(starts[a:b], default=-1) for a, b in offsets]


def word_links(
    attention: Sequence[Sequence[float]], source_tokens: Sequence[int], target_tokens: Sequence[int]
) -> set[tuple[int, int]]:
    """Return the word links (source token, target token) that attention shows.

    Args:
        attention: for each target piece, its weights over the source pieces.
        source_tokens, target_tokens: for each piece, the number of its token, or -1.
    """
    mass: dict[int, dict[int, float]] = {}
    pieces: dict[int, int] = {}
    for weights, target in zip(attention, target_tokens, strict=False):
        if target < 0:
            continue
        pieces[target] = pieces.get(target, 0) + 1
        row = mass.setdefault(target, {})
        for weight, source in zip(weights, source_tokens, strict=False):
            if source >= 0:
                row[source] = row.get(source, 0.0) + weight
    links = set()
    for target, row in mass.items():
        if not row:
            continue
        top = max(row.values())
        # A word may be linked to several: those that hold at least half of the strongest one's attention.
        links |= {(s, target) for s, w in row.items() if w >= top / 2 and w / pieces[target] >= MIN_ATTENTION}
    return links


def particle_links(
    links: Collection[tuple[int, int]], text: str, apart: Sequence[tuple[Span, Span]]
) -> set[tuple[int, int]]:
    """Return the links of words that are told with another: those of that one.

    Args:
        links: word links (source token, target token).
        text: the source.
        apart: spans of such pairs, the linked word first.
    """
    pairs = [token_numbers(text, list(pair)) for pair in apart]
    return {(other, target) for verb, other in pairs for source, target in links if source == verb}


def carried_over(
    old: Sequence[str], new: Sequence[str], attention: Sequence[Sequence[float]]
) -> list[Sequence[float]]:
    """Return the attention of a changed target: each new piece has that of the piece it stands for."""
    rows: list[Sequence[float]] = []
    for _, i0, i1, j0, j1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        rows += [attention[min(i0 + k, max(i1 - 1, 0), len(attention) - 1)] for k in range(j1 - j0)]
    return rows


def tokens_before(symbols: str) -> int:
    """Return the number of the whitespace token that follows leading symbols, or that they are part of."""
    return len(symbols.split()) - (1 if symbols and not symbols[-1].isspace() else 0)
