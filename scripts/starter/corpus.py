"""The training corpus: every source read, evaluation text kept out, word links computed once and kept."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .batches import held_out
from .embed import Vocabularies
from .leak import Guard
from .lexical import Counts, Links, align_pieces, count_links, read_dictionary
from .names import Couple
from .pairs import AUTHORED, BACK_FILE, LEXICON, Pair, gather, words
from .widen import LEXICON_FILE, read_lexicon

AUTHORED_FOLDER = Path(__file__).parent / "data"


def unseen(folder: Path, guard: Guard) -> list[Pair]:
    """The project's own pairs (every TSV file of a folder), without evaluation text."""
    return guard.clean(gather(sorted(folder.glob("*.tsv"))))


@dataclass
class Corpus:
    """Pairs by origin; the project's own are re-read when their files change."""

    collected: list[Pair]
    lexicon: list[Pair]
    guard: Guard
    folder: Path = AUTHORED_FOLDER
    authored: list[Pair] = field(default_factory=list)
    _stamp: tuple[float, ...] = ()

    def current(self) -> tuple[list[Pair], bool]:
        """All pairs, and whether they changed since the last call."""
        stamp = tuple(path.stat().st_mtime for path in sorted(self.folder.glob("*.tsv")))
        changed = stamp != self._stamp
        if changed:
            self._stamp, self.authored = stamp, unseen(self.folder, self.guard)
        return self.authored + self.collected + self.lexicon, changed

    def development(self, size: int = 240) -> list[Pair]:
        """Held-out pairs of the project's own text and of news headlines, for watching the loss."""
        news = [p for p in self.authored + self.collected if p.source in (AUTHORED, "stsb/stsb")]
        return [p for p in news if held_out(p)][:size]


def load_corpus(data: Path, dictionary: Path | None, extra: Sequence[Couple], guard: Guard) -> Corpus:
    """Read the pairs file, the dictionary (if given) and word pairs; drops what ``guard`` knows."""
    collected = guard.clean(gather([data, BACK_FILE]))
    known = {word for pair in collected for word in words(pair.en)}
    entries = list(extra) + (read_dictionary(dictionary, known) if dictionary else [])
    entries += [(nl, en) for nl, senses in read_lexicon(LEXICON_FILE).items() for en in senses[:1]]
    lexicon = [Pair(nl, en, LEXICON) for nl, en in dict.fromkeys(entries) if nl and en]
    corpus = Corpus(collected, lexicon, guard)
    corpus.current()
    return corpus


def lexical_evidence(
    pairs: Sequence[Pair], vocabularies: Vocabularies, cache: Path, say: Callable[[str], None]
) -> tuple[Counts, dict[Pair, Links]]:
    """Link counts and the links of each pair, by eflomal; kept in ``cache`` for later runs."""
    if not cache.exists():
        say(f"linking words of {len(pairs)} pairs")
        encoded = [(vocabularies.encode_source(p.nl), vocabularies.encode_target(p.en)) for p in pairs]
        links = align_pieces(encoded)
        found = dict(count_links(encoded, links)), dict(zip(pairs, links, strict=True))
        cache.write_bytes(pickle.dumps(found))
    counts, known = pickle.loads(cache.read_bytes())
    return counts, known
