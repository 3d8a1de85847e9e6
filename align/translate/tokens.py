"""A model's own tokens: SentencePiece pieces with offsets, and the splitting of what is too long."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from align.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

Span = tuple[int, int]
Offsets = list[Span]

MARK = "⇒"
"""What a source token begins with that stands for a piece of the target language."""

SPACE = "\u2581"
"""What SentencePiece writes for a space."""

_CLAUSE_ENDS = frozenset(".!?;:…—–。！？；：")
_NO_SPACES = ("zh", "ja", "th", "lo", "my", "km", "bo")
_COMMAS = frozenset(',、，)]»”"')

_SILENT = dict.fromkeys(
    [*range(0x09), *range(0x0E, 0x1C), 0x7F, 0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F),
     *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)  # fmt: skip

_QUOTES = {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛‹›′", "'")}
_MARKS = {
    **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("\u00a0\u2009\u202f", " "),
    "\\": "/", "·": "-", "×": "x", "´": "'", "`": "'",
}  # fmt: skip
"""What is read for quotation marks, and for other marks where a model does not know them.

One character for one, so that offsets hold. OPUS-MT's preprocessing (Moses' normalize-punctuation.perl) made
quotation marks plain before training; models that do know others have seen few of them.
"""


READ = {ord(mark): plain for mark, plain in (_QUOTES | _MARKS).items()}
"""All of them, as `str.translate` takes them."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a text.

    Attributes:
        pieces: the SentencePiece pieces.
        offsets: for each piece, its span in the text, in code points; the spans follow each other.
        unknown: number of pieces that the model does not know.
        told: words that the model is told in several pieces, so that it may misspell them.
        names: names in the text, which it may misspell, too.
        surnames: those among them that other texts nearby may have, too.
        apart: spans of pairs of words of which the second is told with the first: a verb and its particle.
        foreign: letters that stand in for words in other scripts, with these words.
    """

    pieces: list[str]
    offsets: Offsets
    unknown: int = 0
    told: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    apart: tuple[tuple[Span, Span], ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.pieces)


class Tokenizer:
    """Source and target SentencePiece models of one translation model.

    Args:
        source: path of the source `.spm` file.
        target: path of the target `.spm` file; may be the same.

    Raises:
        ModelError: if a file is not a SentencePiece model.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._source = _load(source)
        self._target = self._source if target == source else _load(target)
        self._plain = {ord(mark): plain for mark, plain in _QUOTES.items() if not self._unknown(plain)}
        self._plain |= {ord(mark): plain for mark, plain in _MARKS.items() if self._unknown(mark)}

    def _unknown(self, mark: str) -> bool:
        """Tell whether the source model does not know a character."""
        return self._source.unk_id() in self._source.encode(mark)

    def encode(self, text: str, leave: Collection[str] = (), copy: Collection[str] = ()) -> Pieces:
        """Return the source pieces of a text; quotation marks and unknown marks are read as plain ones.

        Args:
            text: a text.
            leave: terms that are not to be told, where a glossary has them.
            copy: names that are to be told, where a model takes hints.
        """
        mapping = self._source.encode(text.translate(self._plain), return_type="offset_mapping")
        unknown = mapping["ids"].count(self._source.unk_id())
        return Pieces(mapping["pieces"], mapping["offsets"], unknown)

    def has(self, piece: str) -> bool:
        """Tell whether the source model has a piece."""
        return bool(self._source.piece_to_id(piece) != self._source.unk_id())

    def knows(self, word: str) -> bool:
        """Tell whether the source model has a word as one piece."""
        return self.has(SPACE + word)

    def encode_target(self, text: str) -> list[str]:
        """Return the target pieces of a text."""
        pieces: list[str] = self._target.encode(text, out_type=str)
        return pieces

    def size(self, text: str) -> int:
        """Return the number of target pieces of a text."""
        return len(self._target.encode(text))

    def spellings(self, text: str, most: int = 8) -> list[list[str]]:
        """Return the likeliest ways to cut a text into target pieces, likeliest first."""
        cuts: list[list[str]] = self._target.nbest_encode_as_pieces(text, most)
        return cuts

    def decode(self, pieces: Sequence[str]) -> str:
        """Return the text that target pieces spell."""
        text: str = self._target.decode(list(pieces))
        return text

    def decode_offsets(self, pieces: Sequence[str]) -> Pieces:
        """Return target pieces with their spans in the text that `decode` gives."""
        mapping = self._target.decode(list(pieces), return_type="offset_mapping")
        return Pieces(list(pieces), mapping["offsets"])


def _load(path: Path) -> Any:
    """Load a SentencePiece model."""
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise ModelError(
            "not a readable SentencePiece model", file=path, remedy="check it with `align models verify`"
        ) from error


def inside_word(text: str, at: int) -> bool:
    """Tell whether a split at a character falls between two that are not white space."""
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()


def split_points(text: str, pieces: Pieces, limit: int) -> list[int]:
    """Find where to split a sentence so that no part has more than `limit` pieces.

    Parts are of similar length; a split falls after clause punctuation where it can, else after a comma,
    else at a space, and inside a word only if nothing else is there.

    Returns:
        The code point offsets of the parts' beginnings, the first being 0.
    """
    if len(pieces) <= limit:
        return [0]
    points, begin = [0], 0
    while len(pieces) - begin > limit:
        remaining = len(pieces) - begin
        ideal = -(-remaining // -(-remaining // limit))
        cut = _best_cut(text, pieces, begin, ideal, limit)
        points.append(pieces.offsets[cut][0])
        begin = cut
    return points


def _best_cut(text: str, pieces: Pieces, begin: int, ideal: int, limit: int) -> int:
    """Return the number of the piece that begins the next part."""
    best, best_cost = begin + min(ideal, limit), 1e9
    for cut in range(begin + max(1, ideal // 2), begin + limit + 1):
        at = pieces.offsets[cut][0]
        if at <= pieces.offsets[begin][0]:
            continue
        cost = abs(cut - begin - ideal) / limit + _boundary_cost(text, at)
        if cost < best_cost:
            best, best_cost = cut, cost
    return best


def _boundary_cost(text: str, at: int) -> float:
    """Say how bad it is to split before the character at `at`; the piece there may begin with its space."""
    if not text[at : at + 1].isspace():
        return 0.6 if text[at - 1] in _CLAUSE_ENDS and not text[at - 1].isascii() else 4.0
    before = text[at - 1]
    if before in _CLAUSE_ENDS:
        return 0.0
    return 0.3 if before in _COMMAS else 1.0


_FRACTION = re.compile(r"(\d*)([¼½¾])(?!\w)")
_DECIMALS = {"¼": "25", "½": "5", "¾": "75"}


_POINT_LANGUAGES = ("en", "zh", "ja", "ko", "th", "he", "hi", "ms", "sw")


def joiner(language: str) -> str:
    """Return what stands between two sentences of a language: a space, or nothing."""
    return "" if language.split("-")[0].lower() in _NO_SPACES else " "


def capital(text: str) -> str:
    """Return a text with a capital."""
    return text[0].upper() + text[1:]


def decimal_mark(language: str) -> str:
    """Return what a language writes before decimals: a point, or as most do a comma."""
    return "." if language.split("-")[0].lower() in _POINT_LANGUAGES else ","


def readable(text: str, mark: str = ",") -> str:
    """Leave out characters that say nothing and spoil the tokens: soft hyphens, marks of direction, controls.

    Fractions of one character, whose parts few models know, become decimals with the mark. A text in which
    one of the silent characters stands alone between spaces stays as it is, so that word links fit.
    """
    clean = text.translate(_SILENT)
    clean = clean if len(clean.split()) == len(text.split()) else text
    return _FRACTION.sub(lambda m: f"{m[1] or 0}{mark}{_DECIMALS[m[2]]}", clean)
