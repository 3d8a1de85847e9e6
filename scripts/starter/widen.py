"""A wider source vocabulary: frequent Dutch words of the lexicon become pieces, unused English ones go.

A word that the model does not understand from its fragments starts, as one piece, with the meaning of its
translation (``carry.py``). SentencePiece cuts a unigram model's text by the sum of the pieces' scores, so
a piece added with a score above that of its fragments is used wherever the word stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .pairs import Pair, weight

LEXICON_FILE = Path(__file__).parent / "lexicon.tsv"
SPACE = "▁"
"""With what SentencePiece begins the first piece of a word."""
_SCORE = -13.0  # of added pieces; the rarest trained ones have -13.9
_MARGIN = 0.5  # by which an added piece beats its fragments at least
_MET = 10  # occurrences from which a word may get a capitalised piece
_PROSE = 0.3  # least sampling weight of the sources in which words are counted
_FIRST_WORD = re.compile(r"^\W*([A-ZÀ-Þ][a-zß-ÿ]+(?:-[a-zß-ÿ]+)*)(?!\w)")
_CAPITAL = re.compile(r"(?<!\w)[A-ZÀ-Þ][a-zß-ÿ]+(?:-[a-zß-ÿ]+)*(?!\w)")


def read_lexicon(path: Path) -> dict[str, list[str]]:
    """Translations of each Dutch word form, most usual first; words by falling frequency.

    Lines are ``form<TAB>translation; translation``. Raises ``ValueError`` on another number of cells.
    """
    lexicon: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) != 2 or not all(cells):
            raise ValueError(f"{path}:{number}: not two cells")
        lexicon[cells[0]] = cells[1].split("; ")
    return lexicon


def sentence_starts(pairs: Iterable[Pair], least: int = 2) -> list[str]:
    """Capitalised words that mostly begin a sentence, in running prose, commonest first."""
    first: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for pair in pairs:
        if weight(pair.source) >= _PROSE:
            first.update(_FIRST_WORD.findall(pair.nl))
            anywhere.update(_CAPITAL.findall(pair.nl))
    return [word for word, n in first.most_common() if n >= least and 2 * n > anywhere[word]]


def capitals(counts: Mapping[str, int], names: Collection[str]) -> list[str]:
    """Well-met words with a capital, as at the start of a sentence; family names are left out."""
    met = [piece for piece, n in counts.items() if n >= _MET and piece[:1] == SPACE and len(piece) > 3]
    words = [piece[1:].capitalize() for piece in met if piece.islower() and piece[1].isalpha()]
    return [word for word in words if word not in names]


def unused(pieces: Sequence[str], counts: Mapping[str, int], lexicon: Mapping[str, Any]) -> set[str]:
    """Pieces of the other language of the vocabulary: lower-case or with a lower-case twin, not met in Dutch.

    Capitalised pieces without a twin stay: they are names, which the base model copies.
    """
    known = set(pieces)

    def goes(piece: str) -> bool:
        word = piece.removeprefix(SPACE)
        if len(word) < 2 or not word[0].isalpha() or word in lexicon or word.lower() in lexicon:
            return False
        if word[0].isupper():
            return counts.get(piece, 0) == 0 and SPACE + word.lower() in known and piece != word
        return counts.get(piece, 0) < (3 if piece != word else 1)

    return {piece for piece in pieces if goes(piece)}


def widened(model: bytes, drop: set[str], words: Iterable[str]) -> bytes:
    """A SentencePiece unigram model without the pieces ``drop`` and with the whole words ``words``."""
    from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model)
    kept = [piece for piece in proto.pieces if piece.piece not in drop]
    del proto.pieces[:]
    proto.pieces.extend(kept)
    scores = {piece.piece: piece.score for piece in kept}
    lowest = min(scores.values())
    smaller = SentencePieceProcessor(model_proto=proto.SerializeToString())
    for word in words:
        if SPACE + word not in scores:
            parts = sum(scores.get(part, lowest - 10) for part in smaller.encode_as_pieces(word))
            score = max(_SCORE, parts + _MARGIN)
            proto.pieces.add(piece=SPACE + word, score=score)
            scores[SPACE + word] = score
    proto.trainer_spec.vocab_size = len(proto.pieces)
    return bytes(proto.SerializeToString())
