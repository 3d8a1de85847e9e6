"""Measure sentence segmentation against Universal Dependencies treebanks, next to other libraries.

    python scripts/bench_segment.py FILE.conllu… [--errors 20] [--speed]

A treebank's language is what its file name begins with (`nl_alpino-ud-dev.conllu`: Dutch). Two settings:

- stream: 100 consecutive sentences (`# text`) joined by single spaces, without any paragraph breaks;
- paragraph: the same sentences with a blank line wherever the treebank begins a document or paragraph
  (`# newdoc`, `# newpar`; where it has neither, by the `….p.N.` in its sentence ids).

A sentence counts as found if a predicted span has exactly its two ends. Precision is found / predicted,
recall is found / gold, and F1 their harmonic mean, over all of a file. Every library sees the same text;
strings that it returns are put back into place by their non-blank characters. Those that are not installed
are left out: `pip install nupunkt sentencex syntok pysbd blingfire sentence-splitter`.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

Span = tuple[int, int]
Splitter = Callable[[str], list[Span]]

BLOCK = 100
"""Sentences in a stream."""

_PARAGRAPH_ID = re.compile(r"(.+\.p\.\d+)\.s\.")


@dataclass(frozen=True)
class Sentence:
    """A gold sentence; `opens` tells whether it begins a paragraph."""

    text: str
    opens: bool


def read_treebank(path: Path) -> list[Sentence]:
    """Return the sentences of a CoNLL-U file, with their paragraph breaks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = any(line.startswith(("# newpar", "# newdoc")) for line in lines)
    sentences: list[Sentence] = []
    opens, before = True, ""
    for line in lines:
        if line.startswith(("# newpar", "# newdoc")):
            opens = True
        elif line.startswith("# sent_id = ") and not marked:
            match = _PARAGRAPH_ID.match(line)
            here = match[1] if match else line
            opens, before = opens or here != before, here
        elif line.startswith("# text = "):
            sentences.append(Sentence(" ".join(line[9:].split()), opens))
            opens = False
    return sentences


def blocks(sentences: Sequence[Sentence], paragraphs: bool) -> Iterator[tuple[str, list[Span]]]:
    """Yield texts of up to `BLOCK` sentences and the spans of these."""
    for first in range(0, len(sentences), BLOCK):
        text, spans = "", []
        for sentence in sentences[first : first + BLOCK]:
            if text:
                text += "\n\n" if paragraphs and sentence.opens else " "
            spans.append((len(text), len(text) + len(sentence.text)))
            text += sentence.text
        yield text, spans


def place(text: str, pieces: Iterable[str]) -> list[Span]:
    """Return where pieces of a text stand in it, whatever was done to their white space."""
    solid = [i for i, c in enumerate(text) if not c.isspace()]
    spans, at = [], 0
    for piece in pieces:
        size = sum(not c.isspace() for c in piece)
        if size:
            spans.append((solid[at], solid[min(at + size, len(solid)) - 1] + 1))
            at = min(at + size, len(solid) - 1)
    return spans


def by_paragraph(splitter: Callable[[str], Iterable[str]]) -> Splitter:
    """Give a library that knows no paragraphs one block at a time."""

    def split(text: str) -> list[Span]:
        return place(text, [s for block in text.split("\n\n") for s in splitter(block)])

    return split


def libraries(lang: str) -> dict[str, Splitter]:
    """Return what is installed: names with versions, and functions from a text to spans."""
    found: dict[str, Splitter] = {}
    for name, make in _MAKERS.items():
        try:
            splitter = make(lang)
        except ImportError:
            continue
        found[name if " " in name or name == "align" else f"{name} {version(name)}"] = splitter
    return found


def _align(lang: str) -> Splitter:
    from align.segment import split_sentences
    from align.text.structure import paragraphs

    def split(text: str) -> list[Span]:
        return [
            (p.start + start, p.start + end)
            for p in paragraphs([text])
            for start, end in split_sentences(p.text, lang)
        ]

    return split


def _nupunkt(lang: str) -> Splitter:
    import nupunkt

    return by_paragraph(nupunkt.sent_tokenize)


def _nupunkt_taught(lang: str) -> Splitter:
    import nupunkt

    from align.segment.profile import profile

    tokenizer = nupunkt.PunktSentenceTokenizer(nupunkt.PunktParameters())
    known = profile(lang)
    tokenizer.add_abbreviations(sorted(known.abbreviations))
    for word in known.starters:
        tokenizer.parameters.add_sent_starter(word)
    return by_paragraph(tokenizer.tokenize)


def _sentencex(lang: str) -> Splitter:
    from sentencex import segment

    return by_paragraph(lambda text: segment(lang, text))


def _syntok(lang: str) -> Splitter:
    from syntok import segmenter

    def split(text: str) -> list[str]:
        return [
            "".join(t.spacing + t.value for t in sentence)
            for paragraph in segmenter.process(text)
            for sentence in paragraph
        ]

    return by_paragraph(split)


def _pysbd(lang: str) -> Splitter:
    import pysbd

    return by_paragraph(pysbd.Segmenter(language=lang, clean=False).segment)


def _blingfire(lang: str) -> Splitter:
    from blingfire import text_to_sentences

    return by_paragraph(lambda text: text_to_sentences(text).split("\n"))


def _sentence_splitter(lang: str) -> Splitter:
    from sentence_splitter import SentenceSplitter

    return by_paragraph(SentenceSplitter(language=lang).split)


_MAKERS: dict[str, Callable[[str], Splitter]] = {
    "align": _align,
    "nupunkt": _nupunkt,
    "nupunkt with our lists": _nupunkt_taught,
    "sentencex": _sentencex,
    "syntok": _syntok,
    "pysbd": _pysbd,
    "blingfire": _blingfire,
    "sentence-splitter": _sentence_splitter,
}


@dataclass
class Counts:
    """Sentences found, predicted and in the treebank."""

    found: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.found / max(self.predicted + self.gold, 1)


def measure(sentences: Sequence[Sentence], splitter: Splitter, paragraphs: bool, errors: int) -> Counts:
    """Count over a treebank, and print the first so many predicted spans that are wrong."""
    counts = Counts()
    for text, gold in blocks(sentences, paragraphs):
        predicted = splitter(text)
        right = set(gold)
        counts.found += len(right.intersection(predicted))
        counts.predicted += len(predicted)
        counts.gold += len(gold)
        for end in sorted({e for _, e in predicted} ^ {e for _, e in gold}):
            if errors > 0:
                errors -= 1
                kind = "missed" if end in {e for _, e in gold} else "wrong "
                print(f"  {kind} {text[max(end - 50, 0) : end]!r} | {text[end : end + 40]!r}")
    return counts


def speed(splitter: Splitter, sentences: Sequence[Sentence]) -> float:
    """Return sentences a second over the paragraphs of a treebank, repeated to 100,000 sentences."""
    texts = [text for text, _ in blocks(sentences, True)]
    rounds = max(1, 100_000 // len(sentences))
    start = time.perf_counter()
    for number in range(rounds):
        for text in texts:
            splitter(f"{text} {number}")
        if time.perf_counter() - start > 20:
            break
    return (number + 1) * len(sentences) / (time.perf_counter() - start)


def main() -> None:
    """Print a table for each treebank."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="CoNLL-U files, or folders of them")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N errors of align")
    parser.add_argument("--speed", action="store_true", help="measure sentences a second as well")
    parser.add_argument("--only", metavar="NAME", help="measure only this library")
    options = parser.parse_args()
    files = [f for p in options.files for f in (sorted(p.glob("*.conllu")) if p.is_dir() else [p])]
    for path in files:
        lang = path.name.split("_")[0]
        sentences = read_treebank(path)
        print(f"{path.name}: {len(sentences)} sentences, {sum(s.opens for s in sentences)} paragraphs")
        for name, splitter in libraries(lang).items():
            if options.only and not name.startswith(options.only):
                continue
            errors = options.errors if name == "align" else 0
            stream, blocked = (measure(sentences, splitter, p, errors).f1 for p in (False, True))
            rate = f"  {speed(splitter, sentences):>9,.0f} sentences/s" if options.speed else ""
            print(f"  {name:26} stream F1 {stream:.4f}  paragraph F1 {blocked:.4f}{rate}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
