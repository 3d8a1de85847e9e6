"""Make docs/html-view.png: the web view of the seed article, as the shipped model translates it.

    python scripts/make_screenshot.py [--bitext BITEXT.tsv] [--out docs/html-view.png] [--dark]

Needs chromium and chromedriver (Debian: chromium, chromium-driver) and selenium (the test extra). The picture
shows a word under the pointer and its partners.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from align.formats.files import read_bitext
from align.view.api import open_edition, write_html

ROOT = Path(__file__).parent.parent
TITLE = "NAVO stuurt extra troepen naar Oost-Europa"
SIZE = (1280, 960)
LARGEST = 300_000
POINTED_ROW = 2


def browser(dark: bool) -> Any:
    """Return a headless Chromium."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    width, height = SIZE
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return driver


def photograph(page: Path, word: int, out: Path, dark: bool) -> None:
    """Take the picture, the pointer over a word of a row."""
    from selenium.webdriver.common.action_chains import ActionChains

    driver = browser(dark)
    try:
        driver.get(page.as_uri())
        text = f"#r{POINTED_ROW} .src"
        ActionChains(driver).move_to_element(driver.find_element("css selector", text)).perform()
        target = driver.find_elements("css selector", f"{text} .w")[word]
        ActionChains(driver).move_to_element(target).perform()
        driver.save_screenshot(str(out))
    finally:
        driver.quit()


def main() -> None:
    """Translate, view and photograph the seed article."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bitext", type=Path, help="take this bitext instead of translating")
    parser.add_argument("--model", default="opus-mt-nl-en-starter", help="model to translate with")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "html-view.png")
    parser.add_argument("--dark", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bitext = given.bitext or Path(folder) / "article.tsv"
        if given.bitext is None:
            (seed,) = (ROOT / "seeds").glob("*.txt")
            command = [sys.executable, "-m", "align", "translate", str(seed), "-o", str(bitext)]
            subprocess.run([*command, "--links", "--model", given.model, "-q"], check=True)
        row = list(read_bitext(bitext))[POINTED_ROW - 1]
        words = row.source.split()
        linked = [i for i, j in row.links or () if len(words[i]) > 6]
        edition = open_edition(bitext, title=TITLE, model=given.model, date=datetime.now().astimezone())
        write_html(edition, Path(folder) / "view.html")
        given.out.parent.mkdir(exist_ok=True)
        photograph(Path(folder) / "view.html", linked[0] if linked else 0, given.out, given.dark)
    size = given.out.stat().st_size
    print(f"{given.out}: {size:,} bytes")
    if size > LARGEST:
        raise SystemExit(f"the picture is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
