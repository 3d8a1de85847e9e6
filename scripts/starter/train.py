"""Training: float32 master weights, a learning rate that falls to zero by the clock, checkpoints, resume."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .feed import Chunk, Padded
from .model import Marian, SampledLoss
from .search import mask_of

_GUIDE = 0.05  # weight of the word-link loss


@dataclass(frozen=True)
class Plan:
    """Settings of a run; rates are AdamW's, ``thaw`` is the elapsed share from which all is trained
    (never, if above 1), ``common`` the number of target pieces that are always in the softmax."""

    minutes: float
    tokens: int = 2000
    chunk: int = 4000
    embedding_rate: float = 1e-3
    rate: float = 3e-4
    thawed_rate: float = 6e-5
    thaw: float = 0.7
    warmup: int = 150
    smoothing: float = 0.05
    dropout: float = 0.1
    common: int = 6000
    checkpoint_minutes: float = 10.0
    device: str = "cpu"
    workers: int = 2


def resumed(minutes: float) -> Plan:
    """The plan for going on from an exported model: gentler rates, smaller batches, so more updates."""
    return Plan(
        minutes=minutes,
        tokens=1200,
        chunk=1500,
        embedding_rate=5e-4,
        rate=2e-4,
        thaw=0.5,
        warmup=60,
    )


def attached(minutes: float) -> Plan:
    """The plan for going on with the decoder as the base has it: larger batches, more smoothing.

    Made for two cores with AMX (1,250 target pieces a second, 3,000 padded ones a batch).
    """
    return Plan(
        minutes=minutes,
        tokens=3000,
        chunk=10_000,
        embedding_rate=5e-4,
        rate=2e-4,
        thaw=2.0,
        smoothing=0.1,
    )


def accelerated(minutes: float, device: str) -> Plan:
    """The plan for a GPU: large batches out of other processes, the whole vocabulary in the softmax.

    The decoder stays as it is but for its attention to the source: with it trained (``thaw`` 0), the loss on
    FLORES dev stayed at 2.18 to 2.23 in 3.3 minutes of an H100, without it came to 2.07 in one.
    """
    return Plan(
        minutes=minutes,
        device=device,
        tokens=16384,
        chunk=8000,
        embedding_rate=8e-4,
        rate=4e-4,
        thawed_rate=1e-4,
        thaw=2.0,
        warmup=200,
        smoothing=0.1,
        dropout=0.15,
        common=1 << 20,
        workers=max(1, (os.cpu_count() or 1) - 2),
    )


def tensors(batch: Padded, device: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Source, additive mask, target and labels (-1 = padding)."""
    arrays = batch.source, batch.lengths, batch.target, batch.labels
    source, lengths, target, labels = (torch.from_numpy(a).to(device).long() for a in arrays)
    return source, mask_of(lengths, source.size(1)), target, labels


def guide_loss(batch: Padded, scores: Tensor) -> Tensor | None:
    """Mean negative log attention of linked target pieces to their source pieces (first head, last layer)."""
    if not len(batch.links):
        return None
    rows, columns, sources = torch.from_numpy(batch.links).to(scores.device).long().unbind(1)
    paid = scores.float().log_softmax(-1)[rows, columns, sources]
    return -paid.mean()


def working_type(device: str) -> torch.dtype:
    """bfloat16 where the device computes in it, else float32: emulated it is several times slower."""
    native = device != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.bfloat16 if native else torch.float32


class Trainer:
    """Holds the network (source embeddings always float32), its master weights and the optimiser.

    On a processor each batch is shared out between ``workers`` threads of one core each: they meet once in a
    step, where torch's own threads meet in every operation and wait for each other on a busy machine.
    """

    def __init__(self, model: Marian, plan: Plan, common: Tensor) -> None:
        self.plan = plan
        self.type = working_type(plan.device)
        self.model = model.to(plan.device).to(self.type)
        self.common = common[: plan.common].to(plan.device)
        self.model.drop.rate = plan.dropout
        self.model.encoder.embed_tokens.float()
        self.names = dict(model.named_parameters())
        self.master = {
            n: p if p.dtype == torch.float32 else p.detach().float() for n, p in self.names.items()
        }
        self.seconds, self.steps = 0.0, 0
        self.pool = ThreadPoolExecutor(plan.workers)
        if plan.device == "cpu":
            torch.set_num_threads(1)
        self.optimizer = self.make_optimizer()

    def load(self, weights: dict[str, Tensor]) -> None:
        """Set parameters from float32 tensors."""
        with torch.no_grad():
            for name, parameter in self.names.items():
                self.master[name].copy_(weights[name])
                parameter.copy_(weights[name])

    def make_optimizer(self) -> torch.optim.AdamW:
        plan, groups = self.plan, {"embedding": [], "attached": [], "thawed": []}  # type: ignore[var-annotated]
        rates = {"embedding": plan.embedding_rate, "attached": plan.rate, "thawed": plan.thawed_rate}
        self.group_of = {}
        for name in self.names:
            kind = "thawed" if name.startswith("decoder") and "encoder_attn" not in name else "attached"
            kind = "embedding" if name == "encoder.embed_tokens.weight" else kind
            groups[kind].append(self.master[name])
            self.group_of[name] = kind
        listed = [{"params": groups[k], "lr": rates[k], "top": rates[k], "kind": k} for k in groups]
        return torch.optim.AdamW(listed, betas=(0.9, 0.98), weight_decay=0.0, fused=True)

    @property
    def share(self) -> float:
        """Elapsed share of the planned time."""
        return min(1.0, self.seconds / 60 / self.plan.minutes)

    def set_rates(self) -> None:
        factor = max(0.0, 1 - self.share) * min(1.0, (self.steps + 1) / self.plan.warmup)
        thawed = self.share >= self.plan.thaw
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * factor
        for name, parameter in self.names.items():
            parameter.requires_grad_(thawed or self.group_of[name] != "thawed")

    def loss(self, batch: Padded, smoothing: float) -> tuple[Tensor, Tensor | None]:
        """Cross-entropy of a batch and its word-link loss."""
        source, mask, target, labels = tensors(batch, self.plan.device)
        states, scores = self.model(source, mask.to(self.type), target)
        table, bias = self.model.decoder.embed_tokens.weight, self.model.bias
        if self.common.numel() < table.size(0):
            words, places = torch.cat([self.common, target.flatten()]).unique(  # type: ignore[no-untyped-call]
                return_inverse=True
            )
            labels = places[self.common.numel() :].where(labels.flatten() >= 0, -1)
            table, bias = table[words], bias[words]
        value: Tensor = SampledLoss.apply(  # type: ignore[no-untyped-call]
            states.flatten(0, 1), table, bias, labels.flatten(), smoothing
        )
        return value, guide_loss(batch, scores)

    def step(self, parts: Sequence[Padded]) -> float:
        """One update by a batch in parts; returns the cross-entropy."""
        self.set_rates()
        self.model.train()
        total = sum(part.tokens for part in parts)
        value = sum(self.pool.map(lambda part: self.gradient(part, total), parts))
        self.update()
        self.steps += 1
        return value

    def update(self) -> None:
        """Move the master weights along the gradients, and copy them into the network."""
        if self.plan.device == "cpu":
            torch.set_num_threads(self.plan.workers)
        with torch.no_grad():
            for name, parameter in self.names.items():
                if parameter.grad is not None and self.master[name] is not parameter:
                    self.master[name].grad = parameter.grad.float()
                    parameter.grad = None
            torch.nn.utils.clip_grad_norm_(list(self.master.values()), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            for name, parameter in self.names.items():
                if self.master[name] is not parameter:
                    parameter.copy_(self.master[name])
        if self.plan.device == "cpu":
            torch.set_num_threads(1)

    def gradient(self, part: Padded, total: int) -> float:
        """Add a part's gradient, weighted by its target pieces; returns its share of the cross-entropy."""
        value, guide = self.loss(part, self.plan.smoothing)
        share = part.tokens / total
        (share * (value if guide is None else value + _GUIDE * guide)).backward()  # type: ignore[no-untyped-call]
        return share * float(value.detach())

    @torch.no_grad()
    def held_out_loss(self, batches: Sequence[Padded]) -> float:
        """Mean cross-entropy per target piece, without dropout or smoothing."""
        self.model.eval()
        losses = [float(self.loss(batch, 0.0)[0]) * batch.tokens for batch in batches]
        return sum(losses) / max(1, sum(batch.tokens for batch in batches))

    def watch(self, watched: Mapping[str, Sequence[Padded]]) -> str:
        """The losses of texts that are not trained on."""
        return ", ".join(f"{name} loss {self.held_out_loss(text):.4f}" for name, text in watched.items())

    def save(self, path: Path) -> None:
        """Write a checkpoint that ``restore`` reads; replaces the file in one step."""
        state = {
            "weights": {n: t.detach() for n, t in self.master.items()},
            "bias": self.model.bias.float(),
            "optimizer": self.optimizer.state_dict(),
            "seconds": self.seconds,
            "steps": self.steps,
        }
        scratch = path.with_suffix(".tmp")
        torch.save(state, scratch)
        scratch.replace(path)

    def restore(self, path: Path) -> None:
        """Continue from a checkpoint."""
        state = torch.load(path, weights_only=True, map_location=self.plan.device)
        self.load(state["weights"])
        self.model.bias.copy_(state["bias"])
        tops = [group["top"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, top in zip(self.optimizer.param_groups, tops, strict=True):
            group["top"] = top
        self.seconds, self.steps = state["seconds"], state["steps"]


def run(
    trainer: Trainer,
    chunks: Iterator[Chunk],
    watched: Mapping[str, Sequence[Padded]],
    checkpoint: Path,
    say: Callable[[str], None] = print,
) -> None:
    """Train until the planned time is up; an interrupt or SIGTERM saves first.

    The losses of ``watched`` are told at each checkpoint.
    """
    plan = trainer.plan
    saved, started = trainer.seconds, time.monotonic()
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: stopped.append(got))
    while trainer.share < 1.0 and not stopped:
        losses, tokens = [], 0
        begun = time.monotonic()
        for parts in next(chunks):
            losses.append(trainer.step(parts))
            tokens += sum(part.tokens for part in parts)
            now = time.monotonic()
            trainer.seconds, started = trainer.seconds + now - started, now
            if trainer.share >= 1.0 or stopped:
                break
        rate = tokens / (time.monotonic() - begun)
        mean = sum(losses) / max(1, len(losses))
        say(f"{trainer.seconds / 60:.1f} min, step {trainer.steps}: loss {mean:.3f}, {rate:.0f} tokens/s")
        if trainer.seconds - saved >= 60 * plan.checkpoint_minutes or trainer.share >= 1.0 or stopped:
            trainer.save(checkpoint)
            saved = trainer.seconds
            if watched and not stopped:
                say(f"{trainer.seconds / 60:.1f} min: {trainer.watch(watched)}")
