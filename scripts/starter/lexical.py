"""Lexical evidence for attaching Dutch: eflomal links, the piece shortlist, and a FreeDict dictionary."""

from __future__ import annotations

import gzip
import math
import re
import struct
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

Counts = dict[int, Counter[int]]
Links = list[tuple[int, int]]

_MAGIC_FIELDS = 6
_COMMON = 600  # candidates listed for more pieces than this are noise


def read_shortlist(path: Path) -> list[list[int]]:
    """Candidate target pieces for each source piece, from a marian-format lexical shortlist.

    Layout: six uint64 (magic, checksum, first, best, offsets, ids), offsets as uint64, ids as uint32.
    Raises ``ValueError`` if the file is shorter than its header says.
    """
    raw = path.read_bytes()
    _, _, _, _, offsets_size, ids_size = struct.unpack_from(f"<{_MAGIC_FIELDS}Q", raw)
    at = 8 * _MAGIC_FIELDS
    if len(raw) < at + 8 * offsets_size + 4 * ids_size:
        raise ValueError(f"{path}: truncated shortlist")
    offsets = struct.unpack_from(f"<{offsets_size}Q", raw, at)
    ids = struct.unpack_from(f"<{ids_size}I", raw, at + 8 * offsets_size)
    return [list(ids[a:b]) for a, b in pairwise(offsets)]


def shortlist_weights(shortlist: Sequence[Sequence[int]]) -> list[dict[int, float]]:
    """Candidates of each piece with their specificity: 1 / log(2 + pieces that list them); noise left out."""
    listed = Counter(candidate for row in shortlist for candidate in row)
    return [{c: 1 / math.log(2 + listed[c]) for c in row if listed[c] <= _COMMON} for row in shortlist]


def align_pieces(pairs: Sequence[tuple[list[int], list[int]]]) -> list[Links]:
    """eflomal links of piece sequences, intersection of both directions."""
    from eflomal import Aligner

    with tempfile.TemporaryDirectory() as scratch:
        forward, reverse = Path(scratch, "fwd"), Path(scratch, "rev")
        left = [" ".join(map(str, a)) for a, _ in pairs]
        right = [" ".join(map(str, b)) for _, b in pairs]
        Aligner(n_samplers=2, rel_iterations=0.6).align(
            left, right, links_filename_fwd=str(forward), links_filename_rev=str(reverse)
        )
        return [
            sorted(read_links(a) & read_links(b))
            for a, b in zip(forward.read_text().splitlines(), reverse.read_text().splitlines(), strict=True)
        ]


def read_links(line: str) -> set[tuple[int, int]]:
    """Pharaoh-format links, ``0-0 1-2``."""
    return {(int(a), int(b)) for a, b in (link.split("-") for link in line.split())}


def count_links(pairs: Iterable[tuple[list[int], list[int]]], links: Iterable[Links]) -> Counts:
    """How often each source id is linked to each target id."""
    counts: Counts = defaultdict(Counter)
    for (left, right), found in zip(pairs, links, strict=True):
        for i, j in found:
            counts[left[i]][right[j]] += 1
    return counts


_SENSE = re.compile(r"^\d+\.\s*")


def read_dictionary(index: Path, known: set[str]) -> list[tuple[str, str]]:
    """Single-word entries of a dictd dictionary (``.index`` by ``.dict.dz``), Dutch and first translation.

    Multi-word translations lost their spaces in this file, so the first one in ``known`` is taken.
    """
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    with gzip.open(index.with_suffix(".dict.dz")) as stream:
        body = stream.read()

    def number(code: str) -> int:
        value = 0
        for letter in code:
            value = value * 64 + digits.index(letter)
        return value

    entries = []
    for line in index.read_text(encoding="utf-8").splitlines():
        word, start, size = line.split("\t")
        if word.startswith("00") or " " in word.strip():
            continue
        text = body[number(start) : number(start) + number(size)].decode("utf-8").splitlines()
        dutch = text[0].split(" /")[0].strip().replace("ĳ", "ij").replace("Ĳ", "IJ")
        listed = [english for sense in text[1:] for english in _SENSE.sub("", sense).split(", ")]
        entries += [(dutch, english) for english in listed if english in known][:1]
    return entries
