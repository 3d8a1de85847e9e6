"""A Marian transformer (post-norm, swish, sinusoidal positions) in plain torch, lean enough for two cores.

The layout is OPUS-MT's: 6 + 6 layers of width 512, embeddings scaled by the root of the width, source and
target embeddings apart, the target embedding tied to the output layer. Parameters bear the names of the
Hugging Face checkpoint of the base model, so its tensors load without renaming.

Three things make it quick on a processor with bfloat16 instructions: weights and activations in bfloat16 (the
trainer keeps float32 copies), attention written out (torch's fused kernel has a slow backward pass for short
sentences), and dropout masks cut from one pool of random numbers instead of drawn afresh.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; ``sources`` and ``targets`` count vocabulary entries."""

    sources: int
    targets: int
    width: int = 512
    inner: int = 2048
    heads: int = 8
    layers: int = 6
    positions: int = 512


def sinusoids(positions: int, width: int) -> Tensor:
    """Marian's position vectors: sines in the first half, cosines in the second; shape (positions, width).

    As in the Hugging Face port: frequency 10000 ** (-2 i / width).
    """
    half = width // 2
    rate = torch.exp(torch.arange(half) * (-math.log(10000.0) * 2 / width))
    angle = torch.arange(positions)[:, None] * rate[None, :]
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class Dropout:
    """Inverted dropout with masks taken at random offsets from one pool of Bernoulli draws."""

    def __init__(self, rate: float, size: int = 1 << 24) -> None:
        self.rate, self.size = rate, size
        self.pool: Tensor | None = None

    def __call__(self, x: Tensor) -> Tensor:
        if self.rate == 0.0:
            return x
        if x.numel() >= self.size // 2 or x.is_cuda:
            return functional.dropout(x, self.rate)
        if self.pool is None or self.pool.dtype != x.dtype:
            keep = torch.rand(self.size) >= self.rate
            self.pool = (keep / (1 - self.rate)).to(x.dtype)
        start = int(torch.randint(self.size - x.numel(), ()))
        return x * self.pool[start : start + x.numel()].view(x.shape)


class Attention(nn.Module):
    """Multi-head attention; also returns the first head's scores before the softmax (for word links)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, query: Tensor, memory: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        q = self.split(self.q_proj(query) * (query.size(-1) // self.heads) ** -0.5)
        k, v = self.split(self.k_proj(memory)), self.split(self.v_proj(memory))
        score = torch.matmul(q, k.transpose(2, 3)) + mask
        mixed = torch.matmul(score.softmax(-1), v).transpose(1, 2).reshape(query.shape)
        return self.out_proj(mixed), score[:, 0]


class Layer(nn.Module):
    """One encoder layer, or with ``cross`` one decoder layer."""

    def __init__(self, shape: Shape, cross: bool) -> None:
        super().__init__()
        self.self_attn = Attention(shape.width, shape.heads)
        self.self_attn_layer_norm = nn.LayerNorm(shape.width)
        if cross:
            self.encoder_attn = Attention(shape.width, shape.heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(shape.width)
        self.fc1 = nn.Linear(shape.width, shape.inner)
        self.fc2 = nn.Linear(shape.inner, shape.width)
        self.final_layer_norm = nn.LayerNorm(shape.width)


class Stack(nn.Module):
    """Layers and embedding of one side."""

    def __init__(self, shape: Shape, words: int, cross: bool) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(words, shape.width)
        self.layers = nn.ModuleList(Layer(shape, cross) for _ in range(shape.layers))

    def each(self) -> list[Layer]:
        return [layer for layer in self.layers if isinstance(layer, Layer)]


class Marian(nn.Module):
    """The whole translation model. The first target position sees a zero vector, as in Marian."""

    positions: Tensor
    bias: Tensor

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape, self.drop = shape, Dropout(dropout)
        self.scale = math.sqrt(shape.width)
        self.encoder = Stack(shape, shape.sources, cross=False)
        self.decoder = Stack(shape, shape.targets, cross=True)
        self.register_buffer("bias", torch.zeros(shape.targets))
        self.register_buffer("positions", sinusoids(shape.positions, shape.width), persistent=False)

    def noise(self, x: Tensor) -> Tensor:
        return self.drop(x) if self.training else x

    def feed(self, layer: Layer, x: Tensor) -> Tensor:
        inner: Tensor = layer.fc2(functional.silu(layer.fc1(x)))
        normal: Tensor = layer.final_layer_norm(x + self.noise(inner))
        return normal

    def enter(self, embedded: Tensor) -> Tensor:
        x = (embedded * self.scale + self.positions[: embedded.size(1)]).to(self.bias.dtype)
        return self.noise(x)

    def encode(self, source: Tensor, mask: Tensor) -> Tensor:
        """``source``: ids (batch, length); ``mask``: additive (batch, 1, 1, length)."""
        return self.encode_vectors(self.encoder.embed_tokens(source), mask)

    def encode_vectors(self, embedded: Tensor, mask: Tensor) -> Tensor:
        """As ``encode``, of vectors (batch, length, width)."""
        x = self.enter(embedded)
        for layer in self.encoder.each():
            y, _ = layer.self_attn(x, x, mask)
            x = layer.self_attn_layer_norm(x + self.noise(y))
            x = self.feed(layer, x)
        return x

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """States for predicting ``target`` (batch, length); scores of the last layer's first cross head."""
        length = target.size(1)
        x = self.enter(functional.pad(self.decoder.embed_tokens(target[:, :-1]), (0, 0, 1, 0)))
        future = torch.full((length, length), -1e9, dtype=x.dtype, device=x.device).triu(1)
        score = x
        for layer in self.decoder.each():
            y, _ = layer.self_attn(x, x, future)
            x = layer.self_attn_layer_norm(x + self.noise(y))
            y, score = layer.encoder_attn(x, memory, mask)
            x = layer.encoder_attn_layer_norm(x + self.noise(y))
            x = self.feed(layer, x)
        return x, score

    def forward(self, source: Tensor, mask: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        return self.decode(target, self.encode(source, mask), mask)


class SampledLoss(torch.autograd.Function):
    """Label-smoothed cross-entropy over a candidate list, its gradient computed on the way forward.

    Arguments: states (n, width), candidate vectors (c, width), candidate biases (c), labels (n, -1 = ignore),
    smoothing. Returns the mean loss over the labelled rows; gradients flow to the states and the vectors.
    """

    @staticmethod
    def forward(ctx, states, vectors, bias, labels, smoothing):  # type: ignore[no-untyped-def]
        keep = labels >= 0
        rows = torch.arange(labels.numel(), device=labels.device)
        at = labels.clamp(min=0)
        logits = functional.linear(states, vectors, bias.to(states.dtype))
        top = logits.amax(1, keepdim=True)
        chance = (logits - top).exp_()
        total = chance.sum(1, dtype=torch.float32)
        log_total = total.log() + top.squeeze(1).float()
        hit = log_total - logits[rows, at].float()
        spread = log_total - logits.mean(1, dtype=torch.float32)
        count = keep.sum().clamp(min=1)
        loss = (((1 - smoothing) * hit + smoothing * spread) * keep).sum() / count
        weight = keep / count
        grad = chance.mul_((weight / total).to(chance.dtype)[:, None])
        grad.sub_((weight * (smoothing / vectors.size(0))).to(grad.dtype)[:, None])
        grad[rows, at] -= (weight * (1 - smoothing)).to(grad.dtype)
        to_vectors = grad.t() @ states if ctx.needs_input_grad[1] else None
        ctx.save_for_backward(grad @ vectors, to_vectors)
        return loss

    @staticmethod
    def backward(ctx, scale):  # type: ignore[no-untyped-def]
        to_states, to_vectors = ctx.saved_tensors
        if to_vectors is not None:
            to_vectors = to_vectors * scale.to(to_vectors.dtype)
        return to_states * scale.to(to_states.dtype), to_vectors, None, None, None
