"""Greedy search with the torch network, many sentences at a time: for back-translation on an accelerator."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from .model import Marian

_LONGER = 1.5, 10  # most target pieces: so many times the source's, and so many more


def mask_of(lengths: Tensor, longest: int) -> Tensor:
    """Additive mask (batch, 1, 1, longest) of sources with ``lengths`` (batch,)."""
    beyond = torch.arange(longest, device=lengths.device) >= lengths[:, None]
    return (beyond * -1e9)[:, None, None]


@torch.no_grad()
def greedy(model: Marian, sources: Sequence[Sequence[int]], device: str) -> list[tuple[list[int], float]]:
    """The likeliest next piece, again and again, for each source (ids closed by 0).

    Returns ids without the closing 0, and the mean log-probability per piece; no ids where there was no end.
    """
    model.eval()
    kind = model.bias.dtype
    longest = max(map(len, sources))
    rows = torch.tensor([[*ids, *[0] * (longest - len(ids))] for ids in sources], device=device)
    mask = mask_of(torch.tensor([len(ids) for ids in sources], device=device), longest).to(kind)
    memory = model.encode(rows, mask)
    target = torch.zeros(len(sources), 0, dtype=torch.long, device=device)
    done = torch.zeros(len(sources), dtype=torch.bool, device=device)
    total = torch.zeros(len(sources), device=device)
    for _ in range(int(longest * _LONGER[0]) + _LONGER[1]):
        states, _ = model.decode(functional.pad(target, (0, 1)), memory, mask)
        logits = functional.linear(states[:, -1], model.decoder.embed_tokens.weight, model.bias)
        chance, piece = logits.float().log_softmax(-1).max(-1)
        total += chance * ~done
        target = torch.cat([target, piece.masked_fill(done, 0)[:, None]], 1)
        done |= piece == 0
        if bool(done.all()):
            break
    found = []
    for ids, score in zip(target.tolist(), total.tolist(), strict=True):
        text = ids[: ids.index(0)] if 0 in ids else []
        found.append((text, score / (len(text) + 1)))
    return found
