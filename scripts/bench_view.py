"""How fast the web view of a long bitext is made, and how it behaves in a headless Chromium.

    python scripts/bench_view.py [--rows 10000]

Needs chromium and chromedriver (Debian: chromium, chromium-driver) and selenium (the test extra). Times are
in milliseconds and include the layout that follows an action; scrolling goes in steps of a window, the time
of a step being that until the next frame is drawn.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from align.bitext import Row
from align.view.api import write_html
from align.view.edition import make_edition

WORDS = [
    "de", "regering", "zegt", "dat", "een", "nieuwe", "wet", "voor", "het", "onderwijs", "in", "Rotterdam",
    "volgend", "jaar", "niet", "wordt", "ingevoerd", "omdat", "er", "te", "weinig", "geld", "is", "minister",
    "Anna", "stad", "kinderen", "boek", "water", "lucht", "samen", "hebben", "maken", "naar", "over",
]  # fmt: skip

ACTIONS = {
    "filter on": "document.querySelector('[data-filter=low]').click()",
    "filter off": "document.querySelector('[data-filter=low]').click()",
    "search, first": "find('rotterdam anna')",
    "search, again": "find('boek water')",
    "search, cleared": "find('')",
    "sort by score": "sort('s')",
    "back in order": "sort('text')",
    "running text": "document.querySelector('[data-layout=text]').click()",
    "rows": "document.querySelector('[data-layout=rows]').click()",
    "jump to the last row": "document.querySelector('.par:last-child .row').scrollIntoView()",
}

TIMED = """
const done = arguments[0];
const find = (text) => { const box = document.getElementById('search'); box.value = text;
  box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true})); };
const sort = (key) => { const box = document.getElementById('order'); box.value = key;
  box.dispatchEvent(new Event('change')); };
const start = performance.now();
ACTION;
document.body.offsetHeight;
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
"""

SCROLL = """
const done = arguments[0];
const times = [];
let before = performance.now();
window.scrollTo(0, 0);
const step = () => {
  const now = performance.now();
  times.push(now - before);
  before = now;
  if (times.length > 150) { times.sort((a, b) => a - b); done([times[75], times[142], times[150]]); return; }
  window.scrollBy(0, innerHeight);
  requestAnimationFrame(step);
};
requestAnimationFrame(step);
"""


def made_rows(count: int) -> list[Row]:
    """Return rows of 18 words a side, with scores and links, four to a paragraph."""
    chance = random.Random(1)
    rows = []
    for number in range(count):
        source, target = (" ".join(chance.choices(WORDS, k=18)) + "." for _ in range(2))
        links = tuple((i, i) for i in range(18))
        rows.append(
            Row(
                "long.txt", number // 4, "1-1", 0, len(source), 0, len(target), source, target,
                -chance.random(), (), links,
            )
        )  # fmt: skip
    return rows


def browser() -> Any:
    """Return a headless Chromium."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    count = parser.parse_args().rows
    rows = made_rows(count)
    reference = [row.target.replace("wet", "regel") for row in rows]
    driver = browser()
    driver.set_script_timeout(120)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.html"
        for name, texts in (("plain", None), ("with a reference", reference)):
            start = time.perf_counter()
            write_html(make_edition(rows, reference=texts), path)
            made = time.perf_counter() - start
            text = sum(len(row.source.encode()) + len(row.target.encode()) for row in rows)
            print(f"{count:,} rows, {name}: made in {made:.1f} s, {path.stat().st_size / 1e6:.1f} MB of page"
                  f" for {text / 1e6:.1f} MB of text")  # fmt: skip
            driver.get(path.as_uri())
            entry = "performance.getEntriesByType('navigation')[0]"
            print(f"  {'load':22}{driver.execute_script(f'return {entry}.domComplete'):8.0f}")
            for action, script in ACTIONS.items():
                took = driver.execute_async_script(TIMED.replace("ACTION", script))
                print(f"  {action:22}{took:8.0f}")
            median, high, most = driver.execute_async_script(SCROLL)
            print(f"  {'scroll, a frame':22}{median:8.0f} median, {high:.0f} at 95 %, {most:.0f} at most")
    driver.quit()


if __name__ == "__main__":
    main()
