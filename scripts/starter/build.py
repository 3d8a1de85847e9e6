"""The steps of a build, each picking up what an earlier run left in the work folder."""

from __future__ import annotations

import random
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from align.models.infer import LEXICON
from align.translate.tokens import MARK

from .augment import Augmenter
from .batches import Sampler, batched, encode, held_out
from .corpus import Corpus, lexical_evidence, load_corpus
from .embed import Vocabularies, attach, base_decoder, load_vocabularies
from .evaluate import evaluate
from .export import blended, export, load_weights
from .feed import Chunk, Padded, drawn_apart, drawn_here, padded
from .fetch_base import fetch_base
from .grammar import Grammar
from .hints import PARTS_FILE, Hinter, told, write_told
from .leak import Guard, sentences
from .lexical import Links, read_shortlist
from .model import Marian
from .names import Names, load_names
from .pairs import Pair, weight
from .train import Plan, Trainer, accelerated, attached, resumed, run
from .warm import hint_tokens, reopen
from .widen import LEXICON_FILE, read_lexicon


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


@dataclass
class Build:
    """A build with the command line's options."""

    options: Namespace

    @property
    def base(self) -> Path:
        return Path(self.options.work, "base-fr-en")

    @property
    def checkpoint(self) -> Path:
        return Path(self.options.work, "checkpoint.pt")

    @property
    def device(self) -> str:
        wanted: str = self.options.device
        return wanted if wanted != "auto" else "cuda" if torch.cuda.is_available() else "cpu"

    @cached_property
    def vocabularies(self) -> Vocabularies:
        start = self.options.start_from
        return load_vocabularies(self.options.vocabulary, self.base, hint_tokens(start), self.target_spm)

    @property
    def target_spm(self) -> Path:
        """The English SentencePiece model: that of the model which training starts from, else the base's."""
        return Path(self.options.start_from or self.base, "target.spm")

    @cached_property
    def names(self) -> Names:
        return load_names()

    @cached_property
    def corpus(self) -> Corpus:
        keep_out = [*self.options.keep_out, *(self.options.evaluate or ())]
        guard = Guard(sentences(keep_out))
        return load_corpus(self.options.data, self.options.dictionary, self.names.words, guard)

    def common_targets(self) -> Tensor:
        """Target ids, those of most weighted occurrences first."""
        seen = [0.0] * len(self.vocabularies.targets)
        for pair in self.corpus.current()[0]:
            for i in self.vocabularies.encode_target(pair.en):
                seen[i] += weight(pair.source)
        return torch.tensor(seen).argsort(descending=True)

    def watched(self) -> dict[str, list[Padded]]:
        """Texts whose loss is told while training goes on: held-out pairs and what the model is scored on."""
        texts = {"held-out": self.corpus.development()}
        if self.options.evaluate:
            sides = (path.read_text(encoding="utf-8").splitlines() for path in self.options.evaluate)
            texts["evaluation"] = [Pair(nl, en, "") for nl, en in zip(*sides, strict=True)]
        examples = {name: [encode([p], self.vocabularies) for p in pairs] for name, pairs in texts.items()}
        return {
            name: [padded(batch) for batch in batched(coded, 2400, random.Random(1))]
            for name, coded in examples.items()
        }

    @property
    def hinted(self) -> bool:
        """Whether the model can be told translations."""
        return any(token.startswith(MARK) for token in self.vocabularies.sources)

    def hinter(self) -> Hinter | None:
        """What puts hints into training pairs, if the model has tokens for them."""
        if not self.hinted:
            return None
        others = {pair.nl: [pair.en] for pair in self.corpus.lexicon}
        senses = others | read_lexicon(PARTS_FILE) | read_lexicon(LEXICON_FILE)
        return Hinter(self.vocabularies, others | told(proved=False), senses)

    def prepare(self) -> None:
        """Fetch the base model, unless it is there."""
        fetch_base(self.base)

    def export(self) -> None:
        """Convert the checkpoint, and score it where evaluation files are given."""
        options = self.options
        spm = {"source.spm": options.vocabulary, "target.spm": self.target_spm}
        weights, bias = load_weights(self.checkpoint)
        if options.start_from:
            weights = blended(weights, dict(self.start().named_parameters()), options.blend)
        export(weights, bias, self.vocabularies, spm, options.out)
        if self.hinted:
            write_told(options.out / LEXICON)
        say(f"exported to {options.out}")
        if options.evaluate:
            say(str(evaluate(options.out, *options.evaluate)))

    def start(self) -> Marian:
        """The network of ``--start-from``, if asked for with the base's decoder (not its attention)."""
        model = reopen(self.options.start_from, self.vocabularies)
        if self.options.base_decoder:
            model.load_state_dict(base_decoder(self.base, self.vocabularies), strict=False)
        return model

    def train(self) -> bool:
        """Train from the checkpoint if there is one, else from the attached base; False if interrupted."""
        torch.manual_seed(1)
        pairs, _ = self.corpus.current()
        counts, links = lexical_evidence(pairs, self.vocabularies, self.options.work / "links.pickle", say)
        if self.options.start_from:
            model = self.start()
        else:
            model = attach(self.base, self.vocabularies, counts, read_shortlist(self.options.shortlist))
        plan = self.plan()
        chunks = self.chunks(plan, links)
        trainer = Trainer(model, plan, self.common_targets())
        if self.checkpoint.exists():
            trainer.restore(self.checkpoint)
        watched = self.watched()
        say(f"{trainer.watch(watched)} after {trainer.seconds / 60:.1f} minutes")
        run(trainer, chunks, watched, self.checkpoint, say)
        return trainer.share >= 1.0

    def plan(self) -> Plan:
        """Settings by device and start."""
        minutes = self.options.minutes
        if self.device != "cpu":
            return accelerated(minutes, self.device)
        if self.options.start_from:
            return (attached if self.options.base_decoder else resumed)(minutes)
        return Plan(minutes=minutes)

    def chunks(self, plan: Plan, links: Mapping[Pair, Links]) -> Iterator[Chunk]:
        """Examples without end: drawn here, so that changed files are read again, or in other processes."""
        augment, grammar, hinter = Augmenter(self.names), Grammar(self.names), self.hinter()
        sampler: list[Sampler] = []

        def refresh() -> Sampler:
            present, changed = self.corpus.current()
            if changed or not sampler:
                kept = [pair for pair in present if not held_out(pair)]
                say(f"{len(kept)} pairs, {len(self.corpus.authored)} of them the project's own")
                sampler[:] = [Sampler(kept, self.vocabularies, augment, links, grammar.draw, hinter)]
            return sampler[0]

        seed = time.time_ns()  # so that a run which goes on draws anew
        if plan.device != "cpu":
            return drawn_apart(refresh(), plan.tokens, plan.chunk, plan.workers, seed)
        return drawn_here(refresh, plan.tokens, plan.chunk, plan.workers, random.Random(seed))
