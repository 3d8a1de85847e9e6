"""The page in a real browser: pointer, keys, filters, order, search, layouts; no error and no request."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from align.view.edition import make_edition
from tests.browser_kit import SENTENCES, WORDS, Page, rows

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium that keeps its console and network events."""
    selenium = pytest.importorskip("selenium.webdriver")
    if not CHROMIUM or not DRIVER:
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = selenium.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Page]:
    """The page of the small document, with a reference and another system."""
    found = rows()
    reference = [
        row.target.replace("sleeping", "asleep") or "Café Anna is closed on Mondays." for row in found
    ]
    others = [("other", [row.target.replace("dog", "hound") for row in found])]
    page = Page(chromium, make_edition(found, reference=reference, others=others), tmp_path / "a.html")
    yield page
    page.quiet()


def test_text_is_shown_and_inert(opened: Page) -> None:
    opened.until(1, 2, 3, 4, 5, 6)
    assert opened.texts("#r4 .src") == [SENTENCES[3][0]]
    assert opened.texts("#r4 .ctl") == ["RLO", "␇"] + ["RLO", "␇"] * 2
    assert opened.js("document.querySelectorAll('script, img, iframe, object').length") == 1
    assert opened.js("document.querySelector('.heading .src').textContent") == SENTENCES[0][0]
    assert opened.texts(".heads .lang") == ["NEDERLANDS", "ENGLISH"] or opened.texts(".heads .lang") == [
        "Nederlands", "English",
    ]  # fmt: skip
    # Even a script that gets in somehow does not run.
    added = "Object.assign(document.createElement('script'), {textContent: 'window.bad = 1'})"
    opened.js(f"document.body.append({added})")
    assert opened.js("window.bad") is None
    assert any("Content Security Policy" in entry["message"] for entry in opened.driver.get_log("browser"))


def test_pointer(opened: Page) -> None:
    plain = opened.js("getComputedStyle(document.querySelector('#r2')).backgroundColor")
    opened.hover(opened.all("#r2 .src")[0])
    assert opened.js("getComputedStyle(document.querySelector('#r2')).backgroundColor") != plain
    words = opened.all("#r2 .src .w")
    assert [w.text for w in words] == SENTENCES[1][0].split()
    opened.hover(words[3])
    assert opened.texts(".w.here") == ["Anna"]
    assert opened.texts(".w.there") == ["Anna's"]
    opened.hover(opened.all("#r2 .tgt .w")[4])
    assert opened.texts(".w.there") == ["slaapt"]
    opened.hover(opened.all("h1")[0])
    assert opened.texts(".w.here, .w.there") == []


def test_filters(opened: Page) -> None:
    opened.click("[data-filter=flagged]")
    opened.until(3, 4, 5)
    assert opened.texts("#count") == ["3 of 6 rows"]
    assert [e.is_displayed() for e in opened.all(".par")] == [False, True, True, False]
    opened.click("[data-filter=low]")
    opened.until(3, 4)
    opened.click("[data-filter=flagged]")
    opened.click("[data-filter=low]")
    opened.click("[data-filter=differs]")
    opened.until(2, 5)
    opened.click("[data-filter=bead]")
    opened.until(5)
    opened.press("\ue00c")
    opened.until(1, 2, 3, 4, 5, 6)
    assert opened.texts("#count") == ["6 rows"]


def test_search(opened: Page) -> None:
    box = opened.all("#search")[0]
    for text, expected in (
        ("CAFE anna", [5]),
        ("asleep", [2, 3]),
        ("<script>", [4]),
        ("zzz", []),
        ("שלום", [6]),
    ):
        box.clear()
        box.send_keys(text)
        opened.until(*expected)
    box.clear()
    box.send_keys("dog")
    opened.until(3)
    assert opened.js("CSS.highlights.get('found').size") >= 2
    assert opened.texts("#nothing") == []
    box.send_keys("\ue007")
    assert opened.js("document.activeElement.id") == "r3"


def test_order(opened: Page) -> None:
    select = opened.all("#order")[0]
    for value, expected in (
        ("s", [4, 3, 6, 2, 1, 5]),
        ("c", [5, 2, 1, 3, 4, 6]),
        ("text", [1, 2, 3, 4, 5, 6]),
    ):
        select.find_element("css selector", f"option[value={value}]").click()
        opened.until(*expected)
    assert opened.js("document.querySelector('#r3').parentNode === document.querySelector('#r2').parentNode")
    opened.click("[data-filter=flagged]")
    select.find_element("css selector", "option[value=s]").click()
    opened.until(4, 3, 5)
    opened.press("\ue00c")
    opened.until(4, 3, 6, 2, 1, 5)


def test_keys(opened: Page) -> None:
    def active() -> str:
        return str(opened.js("document.activeElement.id"))

    opened.js("document.activeElement.blur()")
    opened.press("j")
    assert active() == "r1"
    opened.press("j", "\ue015")
    assert active() == "r3"
    opened.press("k")
    assert active() == "r2"
    opened.press("\ue014")
    assert opened.texts(".w.here") == ["De"]
    opened.press("\ue014")
    assert (opened.texts(".w.here"), opened.texts(".w.there")) == (["kat"], ["cat"])
    opened.press("\ue012", "\ue012")
    assert opened.texts(".w.here") == ["uren."]
    opened.press("/")
    assert active() == "search"
    opened.press("dog")
    opened.until(3)
    opened.press("\ue00c")
    opened.until(1, 2, 3, 4, 5, 6)
    opened.press("f")
    opened.until(3, 4, 5)
    opened.press("f", "s")
    assert opened.shown()[0] == 5
    opened.press("s", "?")
    assert opened.all("#help")[0].is_displayed()
    opened.press("\ue00c")
    assert not opened.all("#help")[0].is_displayed()
    assert opened.js("document.querySelectorAll('.row[tabindex=\"0\"]').length") == 1


def test_running_text(opened: Page) -> None:
    opened.click("[data-layout=text]")
    flows = [opened.js("arguments[0].textContent", e) for e in opened.all(".flow .src")]
    assert flows[1].strip() == f"{SENTENCES[1][0]} {SENTENCES[2][0]}"
    opened.until()
    piece = opened.all(".flow .tgt .s[data-row=r2]")[0]
    opened.hover(piece)
    assert [e.get_attribute("data-row") for e in opened.all(".s.lit")] == ["r2", "r2"]
    opened.hover(opened.all(".flow .src .s[data-row=r2] .w")[1])
    assert opened.texts(".w.there") == ["cat"]
    opened.click("[data-filter=flagged]")
    assert {e.get_attribute("data-row") for e in opened.all(".s.out")} == {"r1", "r2", "r6"}
    opened.click("[data-filter=flagged]")
    opened.all(".flow .src .s[data-row=r3]")[0].click()
    assert opened.js("document.activeElement.id") == "r3"
    opened.until(1, 2, 3, 4, 5, 6)
    opened.press("t", "s")
    assert opened.shown()[0] == 5


def test_marks_and_themes(opened: Page) -> None:
    def style(selector: str, name: str) -> str:
        return str(opened.js(f"getComputedStyle(document.querySelector({selector!r})).{name}"))

    assert style("#r2 .tgt mark", "textDecorationLine") == "underline"
    opened.click("#differences")
    assert style("#r2 .tgt mark", "textDecorationLine") == "none"
    light = style("html", "backgroundColor")
    opened.click("#theme")
    dark = style("html", "backgroundColor")
    assert light != dark
    opened.click("#theme")
    assert style("html", "backgroundColor") == light
    opened.size(1200, 900, "dark")
    opened.driver.refresh()
    assert style("html", "backgroundColor") == dark


def test_phone(opened: Page) -> None:
    opened.size(390, 844)
    assert opened.js("document.documentElement.scrollWidth") <= 390
    boxes = [
        opened.js("arguments[0].getBoundingClientRect().top", e)
        for e in opened.all("#r2 .src, #r2 .tgt, #r2 .also")
    ]
    assert boxes == sorted(boxes) and len(set(boxes)) == 3
    opened.click("[data-layout=text]")
    assert opened.js("document.documentElement.scrollWidth") <= 390


def test_direction(opened: Page, tmp_path: Path) -> None:
    page = Page(opened.driver, make_edition(rows(), languages=("he", "en")), tmp_path / "b.html")
    assert page.js("getComputedStyle(document.querySelector('#r6 .src')).direction") == "rtl"
    assert page.js("document.querySelector('#r6 .src').lang") == "he"
    assert page.js("getComputedStyle(document.querySelector('#r6 .tgt')).direction") == "ltr"
    page.quiet()
    opened.url = page.url


def test_link_to_a_row_finds_it(opened: Page) -> None:
    opened.click("[data-filter=flagged]")
    opened.js("location.hash = '#r2'")
    opened.driver.implicitly_wait(2)
    assert opened.all("#r2:focus")
    opened.until(1, 2, 3, 4, 5, 6)
    opened.all(".plot a")[2].click()
    assert opened.all("#r3:focus")


def test_words_are_guessed_without_links(chromium: Any, tmp_path: Path) -> None:
    page = Page(chromium, make_edition(rows(links=False)), tmp_path / "a.html")
    assert page.js("document.getElementById('text').dataset.links") == "guessed"
    page.hover(page.all("#r2 .src")[0])
    page.hover(page.all("#r2 .src .w")[3])
    assert page.texts(".w.there") == ["Anna's"]
    page.hover(page.all("#r2 .src .w")[4])
    assert page.texts(".w.here") == ["slaapt"] and page.texts(".w.there") == []
    names = ["Den Haag", "Rotterdam", "Brussel", "Parijs", "Oslo"]
    found = [
        replace(
            rows()[0],
            par=n,
            source=f"In {name} regent het, zei Rutte.",
            target=f"Rutte said it rains in {name}.",
            links=None,
        )
        for n, name in enumerate(names, 1)
    ]
    page = Page(chromium, make_edition(found), tmp_path / "b.html")
    page.hover(page.all("#r2 .src")[0])
    page.hover(page.all("#r2 .src .w")[1])
    assert page.texts(".w.there") == ["Rotterdam."]
    assert "guessed" in " ".join(page.texts("footer p"))


def test_ten_thousand_rows_stay_usable(chromium: Any, tmp_path: Path) -> None:
    chance = random.Random(1)
    found = []
    for n in range(10_000):
        one, other = (" ".join(chance.choices(WORDS, k=18)) + "." for _ in range(2))
        found.append(
            replace(rows()[1], par=n // 4, source=one, target=other, score=-chance.random(), links=((0, 0),))
        )
    page = Page(chromium, make_edition(found), tmp_path / "a.html")

    def timed(action: str) -> float:
        """Return how long an action and the layout after it take, in milliseconds."""
        after = "document.body.offsetHeight; return performance.now() - start"
        return float(page.js(f"(() => {{ const start = performance.now(); {action}; {after}; }})()"))

    assert page.js("performance.getEntriesByType('navigation')[0].domComplete") < 8000
    for _ in range(2):
        assert timed("document.querySelector('[data-filter=low]').click()") < 1500
    order = "const o = document.querySelector('#order'); o.value = 's'; o.dispatchEvent(new Event('change'))"
    assert timed(order) < 3000
    assert timed("document.querySelector('#r10000').scrollIntoView()") < 1500
    page.hover(page.all("#r10000 .src")[0])
    page.quiet()
