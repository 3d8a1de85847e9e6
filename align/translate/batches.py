"""Batches: sentences of similar length together, a few batches in flight at a time.

CTranslate2 can sort and batch a long list by itself, but then a call lasts as long as the list, and nothing
can interrupt it. Here each batch is a call of its own, and the wait for it is one that Ctrl-C ends.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

IN_FLIGHT = 3
"""Batches a thread that are handed over ahead: enough that no thread waits for Python."""

PATIENCE = 0.002
"""Seconds between looks at a batch in flight."""


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
        waiting: deque[tuple[list[int], int, list[Any]]] = deque()

        def collect() -> None:
            numbers, limit, futures = waiting.popleft()
            while not futures[-1].done():
                time.sleep(PATIENCE)
            for number, future in zip(numbers, futures, strict=True):
                result = future.result()
                found[number] = (result, len(result.hypotheses[0]) >= limit)

        for numbers in self._pack([len(s) for s in sources]):
            if len(waiting) >= IN_FLIGHT * self._threads:
                collect()
            limit = length_limit(len(sources[numbers[0]]))
            futures = self._engine.translate_batch(
                [sources[n] for n in numbers], asynchronous=True, max_input_length=0,
                max_decoding_length=limit, **options,
            )  # fmt: skip
            waiting.append((numbers, limit, futures))
        while waiting:
            collect()
        return found

    def _pack(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield the numbers of the sentences of each batch, the longest sentence first."""
        # A short list is shared out, so that no thread stands idle.
        budget = min(self._batch_tokens, -(-sum(lengths) // self._threads))
        batch: list[int] = []
        for number in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
            if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
                yield batch
                batch = []
            batch.append(number)
        if batch:
            yield batch
