"""The translation engine: one class over CTranslate2.

Sentences stream through in windows that grow; within a window they are deduplicated, split where they are
too long for the model, batched by tokens, checked, and decoded again where the first translation is doubtful.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from align.errors import UsageError
from align.translate import guards
from align.translate.batches import Batches, load_engine, usable_cores
from align.translate.hints import model_tokenizer
from align.translate.links import carried_over, particle_links, token_numbers, tokens_before, word_links
from align.translate.mending import mended
from align.translate.names import lost_names
from align.translate.parts import Part, with_names
from align.translate.surnames import shared_names
from align.translate.times import with_colon
from align.translate.tokens import Pieces, decimal_mark, inside_word, joiner, readable, split_points

if TYPE_CHECKING:
    from align.models.manifest import Model
    from align.translate.glossary import Glossary
    from align.translate.journal import Recorder

BEAM_SIZE = 4
BATCH_TOKENS = 512
"""Source tokens in a batch, padding included; 256 to 4096 in scripts/bench_translate.py --sweep."""

FIRST_WINDOW, LAST_WINDOW = 16, 2048
"""Sentences in the first window, so that a stream's first rows come soon, and in the later ones."""

CACHE_SENTENCES = 20_000
"""Sentences whose translations are kept, because texts repeat themselves."""

PART_LIMIT = 200
"""Most source pieces that are translated at once, however long the model's own limit: OPUS-MT has seen few
longer sentences in training and drops clauses of them."""

NUMBER_HYPOTHESES = 4
NUMBER_MARGIN = 0.7
"""Hypotheses that are looked at where a number was lost, and how much worse one may be (log-probability)."""

_RETRIES: tuple[dict[str, Any], ...] = (
    {"beam_size": 6, "repetition_penalty": 1.2, "no_repeat_ngram_size": 4},
    {"beam_size": 8, "length_penalty": 1.4, "coverage_penalty": 0.2},
)


@dataclass(frozen=True, slots=True)
class Result:
    """The translation of a sentence.

    Attributes:
        text: the translation.
        score: mean natural-log probability per target token, the end token included; at most 0.
        flags: what is doubtful about it, from `align.bitext.FLAGS`.
        links: word links (i, j) over whitespace tokens of source and target; None if not asked for.
    """

    text: str
    score: float
    flags: tuple[str, ...] = ()
    links: tuple[tuple[int, int], ...] | None = None


def window_size(done: int) -> int:
    """Return the size of the window that follows `done` sentences; windows depend on nothing else."""
    return max(FIRST_WINDOW, min(16 * done, LAST_WINDOW))


def _lost(part: Part) -> list[str]:
    """Return the names and the numbers of a part that its translation lacks."""
    return lost_names(part.own.names, part.target) + guards.missing_numbers(part.text, part.target)


class Translator:
    """Translates sentences with one model.

    Args:
        model: the model, from `align.models.store.find_model`.
        target: target language; needed where the model has several.
        beam_size: hypotheses kept in search; 1 is greedy search.
        batch_tokens: source tokens in a batch.
        threads: processor threads, at most one a core; None for all cores.
        links: whether to compute word links.
        glossary: terms that the model is told, if it takes hints; where one is missed the result is flagged.

    Raises:
        ModelError: if the model cannot be loaded.
        UsageError: if a number is out of range or the model lacks the target language.
    """

    def __init__(
        self,
        model: Model,
        *,
        target: str | None = None,
        beam_size: int = BEAM_SIZE,
        batch_tokens: int = BATCH_TOKENS,
        threads: int | None = None,
        links: bool = False,
        glossary: Glossary | None = None,
    ) -> None:
        if beam_size < 1 or batch_tokens < 1 or (threads is not None and threads < 1):
            raise UsageError("beam size, batch tokens and threads must be at least 1")
        self.model, self.beam_size, self.batch_tokens, self.links = model, beam_size, batch_tokens, links
        self.target = target or model.targets[0]
        self._prefix = self._target_prefix()
        self._suffix = ["</s>"] if model.append_source_eos else []
        self._tokenizer = model_tokenizer(model, glossary)
        self._glossary = glossary
        # More threads than cores only take memory: each has a batch of its own.
        workers = min(threads or usable_cores(), usable_cores())
        self._engine = load_engine(model.path, workers)
        self._batches = Batches(self._engine, workers, batch_tokens)
        self._limit = max(8, min(model.max_source_tokens - len(self._prefix) - 1, PART_LIMIT))
        self._spaced = all(joiner(language) for language in model.sources)
        self._decimals = decimal_mark(model.sources[0]), decimal_mark(self.target)
        self._same_language = model.sources == (self.target,)
        self._cache: OrderedDict[str, Result] = OrderedDict()

    def _target_prefix(self) -> list[str]:
        """Return the token that names the target language, if the model has several."""
        if not self.model.target_tokens:
            return []
        token = self.model.target_token(self.target)
        if token is None:
            known = ", ".join(sorted(self.model.target_tokens))
            raise UsageError(f"{self.model.name} does not write {self.target!r}", remedy=f"known: {known}")
        return [token]

    def translate(self, texts: Iterable[str], recorder: Recorder | None = None) -> Iterator[Result]:
        """Translate sentences, in order; memory does not grow with their number.

        Args:
            texts: sentences, without line breaks.
            recorder: where finished windows are kept and taken from.
        """
        source, done = iter(texts), 0
        while window := list(islice(source, window_size(done))):
            results = recorder.recall(window) if recorder else None
            if results is None:
                results = self._window(window)
                if recorder:
                    recorder.record(window, results)
            else:
                self._remember(zip(window, results, strict=True))
            done += len(window)
            yield from results

    def _remember(self, pairs: Iterable[tuple[str, Result]]) -> None:
        """Keep results of short sentences, the latest ones."""
        for text, result in pairs:
            if len(text) <= 300:
                self._cache[text] = result
                self._cache.move_to_end(text)
        while len(self._cache) > CACHE_SENTENCES:
            self._cache.popitem(last=False)

    def _window(self, texts: Sequence[str]) -> list[Result]:
        """Translate a window of sentences."""
        new = [t for t in dict.fromkeys(texts) if t not in self._cache]
        parts = {text: self._parts(text) for text in new}
        todo = [p for some in parts.values() for p in some if not p.copy]
        shared = shared_names([(p.text, p.own.surnames) for p in todo])
        for part, names in zip(todo, shared, strict=True):
            part.own = with_names(part.own, names)
        self._decode(todo, {})
        self._leave_terms(todo)
        self._retry([p for p in todo if p.flags])
        self._mend(todo)
        self._tell_lost([p for p in todo if _lost(p)])
        lost = [p for p in todo if guards.lost_numbers(p.text, p.target, least=3)]
        self._keep_numbers(lost)
        self._mend(lost)
        self._rescore([p for some in parts.values() for p in some if p.stale])
        fresh = {text: self._join(text, some) for text, some in parts.items()}
        results = [fresh[t] if t in fresh else self._cache[t] for t in texts]
        self._remember(zip(texts, results, strict=True))  # as where they are recalled
        return results

    def _parts(self, text: str) -> list[Part]:
        """Split a sentence into what the model can take at once."""
        before, text, _ = guards.outer_symbols(text)
        text = with_colon(readable(text, self._decimals[0]))
        loud = guards.shouted(text, self._tokenizer.knows)
        text = loud or text
        verbatim = guards.verbatim(text)
        pieces = self._tokenizer.encode(text)
        points = sorted({*split_points(text, pieces, self._limit), *guards.address_points(text)})
        parts, first = [], tokens_before(before)
        for begin, end in zip(points, [*points[1:], len(text)], strict=True):
            stretch = text[begin:end].strip()
            if not stretch:
                continue
            own: Pieces = pieces if len(points) == 1 else self._tokenizer.encode(stretch)
            tokens = token_numbers(stretch, own.offsets) if self.links else []
            # A word that had to be cut is data; and some scripts are none that the model can read.
            cut = self._spaced and (inside_word(text, begin), inside_word(text, end))
            glue = "" if cut and cut[0] else joiner(self.target)
            alone = verbatim or guards.verbatim(stretch)
            part = Part(stretch, own, first, tokens, glue, alone, bool(loud))
            if not alone and ((cut and any(cut)) or own.unknown * 2 >= len(own)):
                part.copy, part.flags = True, ("copied",)
            if part.copy:
                part.target, part.hypothesis = stretch, self._tokenizer.encode_target(stretch)
                part.stale = True
            parts.append(part)
            # The next part may begin inside this one's last token.
            first += len(stretch.split()) - inside_word(text, end)
        return parts

    def _decode(self, parts: Sequence[Part], changes: dict[str, Any]) -> None:
        """Translate parts with the usual settings, or with changed ones, and check what comes out."""
        if not parts:
            return
        # The runners-up cost nothing, but for their attention: a search of this width finds them anyway.
        kept = 1 if self.links or changes else self.beam_size
        options = {"beam_size": self.beam_size, "num_hypotheses": kept, **self._options(), **changes}
        results = self._batches.translate([self._source(p) for p in parts], **options)
        for part, (result, cut) in zip(parts, results, strict=True):
            self._take(part, result, 0, cut)
            part.found = None if cut else result

    def _encode(self, part: Part, left: Collection[str], copy: Collection[str] = ()) -> Pieces:
        """Return the pieces of a part with other hints, and the names that it is known to have."""
        return with_names(self._tokenizer.encode(part.text, left, copy), part.own.names)

    def _options(self) -> dict[str, Any]:
        """Return the options that all decoding has."""
        return {"return_scores": True, "return_attention": self.links, "disable_unk": True}

    def _take(self, part: Part, result: Any, rank: int, cut: bool) -> None:
        """Make a hypothesis the translation of a part, and check it."""
        part.hypothesis = result.hypotheses[rank]
        part.score, part.stale = min(result.scores[rank], 0.0), False
        part.attention = result.attention[rank] if self.links else None
        part.target = self._tokenizer.decode(part.hypothesis).strip()
        if self._decimals == (",", "."):
            part.target = guards.point_decimals(part.text, part.target)
        part.flags = self._flags(part, cut)

    def _source(self, part: Part) -> list[str]:
        """Return the tokens that the model reads."""
        return [*self._prefix, *part.own.pieces, *self._suffix]

    def _flags(self, part: Part, cut: bool) -> tuple[str, ...]:
        """Check the translation of a part."""
        flags = guards.check(
            part.text, part.target, part.own.pieces, part.hypothesis, same_language=self._same_language
        )
        return guards.ordered({*flags, "truncated"}) if cut else flags

    def _retry(self, doubtful: Sequence[Part]) -> None:
        """Decode doubtful parts again with other settings and keep what is better."""
        for changes in _RETRIES:
            again = [p for p in doubtful if p.flags]
            trial = [replace(p, copy=False, flags=()) for p in again]
            self._decode(trial, changes)
            self._rescore(trial)
            for part, other in zip(again, trial, strict=True):
                if (len(other.flags), -other.score) < (len(part.flags), -part.score):
                    part.become(other)

    def _leave_terms(self, parts: Sequence[Part]) -> None:
        """Translate again, without telling it, where a term was told and came out as something else."""
        while parts and self._glossary:
            again = []
            for part in parts:
                target = guards.mend_words(part.text, part.target, part.own.told)
                left = tuple(sorted({*part.left, *self._glossary.missing(part.text, target)}))
                own = self._encode(part, left) if left != part.left else None
                if own and own.pieces != part.own.pieces:
                    part.own, part.left = own, left
                    part.tokens = token_numbers(part.text, own.offsets) if self.links else []
                    again.append(part)
            self._decode(again, {})
            parts = again

    def _tell_lost(self, parts: Sequence[Part]) -> None:
        """Translate again, told to copy them, where names or numbers got lost; keep what has more of them."""
        trial = []
        for part in parts:
            own = self._encode(part, part.left, _lost(part))
            tokens = token_numbers(part.text, own.offsets) if self.links else []
            if own.pieces != part.own.pieces:
                trial.append((part, replace(part, own=own, tokens=tokens, flags=())))
        self._decode([other for _, other in trial], {})
        self._mend([other for _, other in trial])
        for part, other in trial:
            lost = [len(_lost(replace(p, own=part.own))) for p in (part, other)]
            if lost[1] < lost[0] and len(other.flags) <= len(part.flags):
                part.become(other)

    def _keep_numbers(self, parts: Sequence[Part]) -> None:
        """Where a number is still lost or changed, take the best hypothesis that has more of the numbers."""
        self._rescore([p for p in parts if p.stale])
        width = max(NUMBER_HYPOTHESES, self.beam_size)
        again = [p for p in parts if p.found and len(p.found.hypotheses) < NUMBER_HYPOTHESES]
        sources = [self._source(p) for p in again]
        results = self._batches.translate(sources, **self._options(), beam_size=width, num_hypotheses=width)
        for part, (result, cut) in zip(again, results, strict=True):
            part.found = None if cut else result
        for part in parts:
            for rank in range(len(part.found.hypotheses) if part.found else 0):
                other = replace(part, flags=())
                self._take(other, part.found, rank, cut=False)
                lost = [guards.lost_numbers(p.text, p.target) for p in (part, other)]
                close = other.score > part.score - NUMBER_MARGIN
                if lost[1] < lost[0] and close and len(other.flags) <= len(part.flags):
                    part.become(other)

    def _mend(self, parts: Sequence[Part]) -> None:
        """Put right what fell apart, got lost or was invented, where the right form is clear."""
        swap = self._decimals[0] != self._decimals[1]
        english = self.target.split("-")[0].lower() in ("en", "eng")
        for part in parts:
            target = mended(part, self._tokenizer.size, swap, english)
            if target == part.target:
                continue
            before, after = (
                self._glossary.missing(part.text, t) if self._glossary else () for t in (part.target, target)
            )
            if len(after) > len(before):
                continue
            pieces = self._tokenizer.encode_target(target)
            if part.attention is not None:
                part.attention = carried_over(part.hypothesis, pieces, part.attention)
            part.target, part.hypothesis, part.stale = target, pieces, True

    def _rescore(self, parts: Sequence[Part]) -> None:
        """Replace scores by the plain model's, where text was mended or the search was penalised."""
        if not parts:
            return
        scored = self._engine.score_batch(
            [self._source(p) for p in parts], [p.hypothesis for p in parts],
            max_batch_size=self.batch_tokens, batch_type="tokens", max_input_length=0,
        )  # fmt: skip
        for part, result in zip(parts, scored, strict=True):
            part.score = min(sum(result.log_probs) / max(len(result.log_probs), 1), 0.0)
            part.stale = False

    def _join(self, text: str, parts: Sequence[Part]) -> Result:
        """Put the translations of a sentence's parts together."""
        before, _, after = guards.outer_symbols(text)
        texts = [p.glue + (p.target.upper() if p.loud else p.target) for p in parts if p.target]
        target = before + "".join(texts).lstrip() + after
        weight = sum(len(p.hypothesis) + 1 for p in parts)
        score = sum(p.score * (len(p.hypothesis) + 1) for p in parts) / max(weight, 1)
        flags = {f for p in parts for f in p.flags if f != "empty" or not target.strip()}
        if self._glossary and self._glossary.missing(readable(text), target):
            flags.add("term")
        return Result(target, score, guards.ordered(flags), self._links(text, parts) if self.links else None)

    def _links(self, text: str, parts: Sequence[Part]) -> tuple[tuple[int, int], ...]:
        """Return the word links of a sentence."""
        links: set[tuple[int, int]] = set()
        if all(p.copy for p in parts):
            return tuple((i, i) for i in range(len(text.split())))
        begin = first = tokens_before(guards.outer_symbols(text)[0])
        for part in parts:
            if not part.target:
                continue
            if first > begin and not part.glue:
                first -= 1  # the part goes on with the last token
            if part.copy:
                links |= {(t + part.first_token, t + first) for t in part.tokens if t >= 0}
                first += len(part.target.split())
                continue
            # The decoded text may begin with a space, which `target` has not.
            decoded = self._tokenizer.decode_offsets(part.hypothesis)
            numbers = token_numbers(self._tokenizer.decode(part.hypothesis), decoded.offsets)
            attention = [row[len(self._prefix) :] for row in part.attention]
            found = word_links(attention, part.tokens, numbers)
            found |= particle_links(found, part.text, part.own.apart)
            links |= {(s + part.first_token, t + first) for s, t in found}
            first += len(part.target.split())
        return tuple(sorted(links))
