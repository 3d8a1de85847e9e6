"""Learn which words of a language are written small within a sentence, for `align/segment/data`.

    python scripts/learn_segment.py nl PAIRS.tsv.gz [--column 1] [--sources tatoeba stsb/ …]

PAIRS has tab-separated columns of sentences, gzipped or not; the last names the source of each line, and
--sources keeps those that begin so. This is Punkt's orthographic evidence: a word counts if it was seen at
least --small times in lower case and at least --first times at the beginning of a sentence with a capital,
and has a capital in at most --share of its other occurrences. The words go into the key "common" of the
language's JSON file, the most frequent beginnings first; the lists of abbreviations in it are kept by hand.
--abbreviations prints what looks like one, for whoever keeps them.

The words that ship were learned from some 200,000 Dutch-English pairs with these sources: tatoeba stsb sicknl
src/libreoffice-help kdepo debian/kdedoc qtleap covid www debian/handbook src/installation debian/gimp
debian/gnome b3b pguides xed odh ddtp src/apt hedy rpi debian/aptitude nextstrain.
"""

from __future__ import annotations

import argparse
import gzip
import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

DATA = Path(__file__).parent.parent / "align" / "segment" / "data"
EDGES = "\"'‘’“”«»()[]{},;:!?…"
ENDS = ".!?…:\"'”’)»"


def sentences(path: Path, column: int, sources: list[str]) -> Iterator[str]:
    """Yield the sentences of a column."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if not sources or fields[-1].startswith(tuple(sources)):
                yield fields[column - 1]


class Words:
    """How often words are written small, with a capital, at the beginning, and before a full stop."""

    def __init__(self) -> None:
        self.small: Counter[str] = Counter()
        self.capital: Counter[str] = Counter()
        self.first: Counter[str] = Counter()
        self.plain: Counter[str] = Counter()
        self.stopped: Counter[str] = Counter()

    def count(self, sentence: str) -> None:
        """Count the words of a sentence, or of several on a line."""
        begins = True
        tokens = sentence.split()
        for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
            core = token.strip(EDGES)
            word = core.rstrip(".")
            if word[:1].isalpha():
                where = self.first if begins else self.capital if word[0].isupper() else self.small
                where[word.lower()] += not begins or word[0].isupper()
                inside = after.lstrip(EDGES)[:1]
                stop = core.endswith(".") and (inside.islower() or inside.isdigit() or token.endswith(","))
                (self.stopped if stop else self.plain)[word.lower()] += 1
            begins = token[-1] in ENDS

    def common(self, small: int, first: int, share: float) -> list[str]:
        """Return the words that are usually written small, the most frequent beginnings first."""
        return [
            word
            for word, count in sorted(self.first.items(), key=lambda item: (-item[1], item[0]))
            if count >= first and self.small[word] >= small and self.capital[word] <= share * self.small[word]
        ]

    def abbreviations(self) -> Iterable[str]:
        """Yield words that mostly have a full stop within sentences, the most frequent first."""
        for word, count in self.stopped.most_common():
            if count > 1 and count > self.plain[word]:
                yield word


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("language")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--column", type=int, default=1)
    parser.add_argument("--sources", nargs="*", default=[])
    parser.add_argument("--small", type=int, default=15)
    parser.add_argument("--first", type=int, default=2)
    parser.add_argument("--share", type=float, default=0.06)
    parser.add_argument("--abbreviations", action="store_true")
    options = parser.parse_args()
    words = Words()
    for sentence in sentences(options.pairs, options.column, options.sources):
        words.count(sentence)
    if options.abbreviations:
        print(*words.abbreviations())
        return
    path = DATA / f"{options.language}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    listed = set(" ".join(line for key in ("never", "maybe", "end") for line in data[key]).split())
    found = words.common(options.small, options.first, options.share)
    common = " ".join(word for word in found if word not in listed)
    data["common"] = textwrap.wrap(common, 110, break_on_hyphens=False, break_long_words=False)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
