"""Speed, peak memory and identity of the exchange formats, each on its own process.

    python scripts/bench_formats.py [--rows 1000000] [--formats tmx,xliff] [--folder DIR]

Writes a made-up bitext of that many rows in each format, reads it back, and compares what comes back with
what went in. Peak memory is that of the process (ru_maxrss), interpreter and libraries included.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from align.bitext import Row
from align.formats.convert import read_rows, write_rows

KEPT = {
    "tsv": "all", "jsonl": "all", "csv": "all", "tmx": "all", "xliff": "all", "xces": "all but links",
    "markdown": "doc par bead source target score flags", "moses": "source target",
    "ladder": "bead source target score",
}  # fmt: skip
PARAGRAPH, DOCUMENT = 5, 50_000


def made_rows(count: int) -> Iterator[Row]:
    """Yield rows of documents of 50,000 sentences, five to a paragraph, with markup among the text."""
    ends = (0, 0)
    par = 0
    for number in range(count):
        place = number % DOCUMENT
        gap = 0 if place == 0 else 2 if place % PARAGRAPH == 0 else 1
        ends, par = ((0, 0), 0) if place == 0 else (ends, par)
        par += place % PARAGRAPH == 0
        source = f"Zin {number} gaat over kosten & baten, <b>samen</b> en „apart”."
        target = f"Sentence {number} is about costs & benefits, <b>together</b> and “apart”."
        starts = (ends[0] + gap, ends[1] + gap)
        ends = (starts[0] + len(source), starts[1] + len(target))
        flags = ("length",) if number % 97 == 0 else ()
        yield Row(
            f"d{number // DOCUMENT}.txt", par, "1-1", starts[0], ends[0], starts[1], ends[1],
            source, target, -(number % 2000) / 1000, flags,
        )  # fmt: skip


def same(form: str, one: Row | None, other: Row | None) -> bool:
    """Tell whether a row came back with all that the format keeps."""
    if one is None or other is None:
        return False
    names = KEPT[form].split()
    if names[0] == "all":
        return one == other
    pairs = ((getattr(one, name), getattr(other, name)) for name in names)
    return all(a == b or (isinstance(a, float) and abs(a - b) < 1e-6) for a, b in pairs)


def measure(form: str, count: int, folder: Path) -> str:
    """Write and read a format; return a line of figures."""
    out = folder / f"bench.{form}"
    start = time.perf_counter()
    write_rows(made_rows(count), out, form, replace=True)
    written = time.perf_counter()
    beside = {"moses": [], "ladder": [out]}.get(form, [out])
    stem = out if form == "moses" else out.with_suffix("")
    pair = (
        [stem.with_name(f"{stem.name}.{code}") for code in ("nl", "en")]
        if form in ("moses", "ladder")
        else []
    )
    differing = sum(
        not same(form, one, other)
        for one, other in zip_longest(made_rows(count), read_rows([*beside, *pair], form))
    )
    read = time.perf_counter()
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = f"{differing} differ" if differing else "identical"
    return (
        f"{form:9} {count:>9,} {count / (written - start):>10,.0f} {count / (read - written):>10,.0f}"
        f" {size:>8,.0f} {peak:>6.0f}  {verdict}: {KEPT[form]}"
    )


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--formats", default=",".join(KEPT))
    parser.add_argument("--folder", type=Path, help="where the files go [default: a temporary folder]")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(measure(given.formats, given.rows, given.folder), flush=True)
        return
    print(f"{'format':9} {'rows':>9} {'written/s':>10} {'read/s':>10} {'MB':>8} {'MiB':>6}  round trip")
    for form in given.formats.split(","):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            command = [sys.executable, __file__, "--child", "--formats", form, "--rows", str(given.rows)]
            subprocess.run([*command, "--folder", folder], check=True)


if __name__ == "__main__":
    main()
