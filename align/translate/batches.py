"""Batches: sentences of similar length together, a few batches in flight at a time.

CTranslate2 can sort and batch a long list by itself, but then a call lasts as long as the list, and nothing
can interrupt it. Here each batch is a call of its own, and the wait for it is one that Ctrl-C ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from align.errors import ModelError

AHEAD = 1
"""Batches that wait while each thread has one: no thread stands idle, and Ctrl-C has little to wait for."""

SHARES = 4
"""Batches that a short list is shared out to, so that no thread stands idle.

Not the number of threads: numbers are rounded by what stands beside them in a batch, so that batches which
went by the machine would make a translation depend on it.
"""

PATIENCE = 0.002
"""Seconds between looks at a batch in flight."""


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def length_limit(longest: int) -> int:
    """Return how many target tokens are allowed for a batch whose longest source has `longest`."""
    return min(1024, 32 + 3 * longest)


class Batches:
    """Hands sentences to a CTranslate2 translator in batches.

    Args:
        engine: a `ctranslate2.Translator`.
        threads: batches that it works on at the same time.
        batch_tokens: source tokens in a batch, padding included.
    """

    def __init__(self, engine: Any, threads: int, batch_tokens: int) -> None:
        self._engine, self._threads, self._batch_tokens = engine, threads, batch_tokens

    def translate(self, sources: Sequence[Sequence[str]], **options: Any) -> list[tuple[Any, bool]]:
        """Translate token lists.

        Args:
            sources: the tokens of each sentence.
            options: options of `ctranslate2.Translator.translate_batch`.

        Returns:
            For each sentence, CTranslate2's result and whether it was cut at the length limit.
        """
        found: list[Any] = [None] * len(sources)
        flying: list[tuple[list[int], int, list[Any]]] = []
        for numbers in self._pack([len(s) for s in sources]):
            if len(flying) >= self._threads + AHEAD:
                _land(flying, found)
            limit = length_limit(len(sources[numbers[0]]))
            futures = self._engine.translate_batch(
                [sources[n] for n in numbers], asynchronous=True, max_input_length=0,
                max_decoding_length=limit, **options,
            )  # fmt: skip
            flying.append((numbers, limit, futures))
        while flying:
            _land(flying, found)
        return found

    def _pack(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield the numbers of the sentences of each batch, the longest sentence first."""
        budget = min(self._batch_tokens, -(-sum(lengths) // SHARES))
        batch: list[int] = []
        for number in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
            if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
                yield batch
                batch = []
            batch.append(number)
        if batch:
            yield batch


def _land(flying: list[tuple[list[int], int, list[Any]]], found: list[Any]) -> None:
    """Wait until a batch in flight is done, whichever is first, and take its results."""
    while not (done := [batch for batch in flying if batch[2][-1].done()]):
        time.sleep(PATIENCE)
    for batch in done:
        flying.remove(batch)
        numbers, limit, futures = batch
        for number, future in zip(numbers, futures, strict=True):
            result = future.result()
            found[number] = (result, len(result.hypotheses[0]) >= limit)


def load_engine(path: Path, threads: int) -> Any:
    """Load a CTranslate2 model in int8, or in what the processor can do.

    One batch a thread was 1.4 times as fast as all threads on one batch in scripts/bench_translate.py.

    Raises:
        ModelError: if it cannot be loaded.
    """
    import ctranslate2

    ctranslate2.set_log_level(40)
    supported = ctranslate2.get_supported_compute_types("cpu")
    try:
        return ctranslate2.Translator(
            str(path), device="cpu", compute_type="int8" if "int8" in supported else "auto",
            inter_threads=threads, intra_threads=1,
        )  # fmt: skip
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"cannot be loaded: {error}", file=path, remedy="check it with `align models verify`"
        ) from error
