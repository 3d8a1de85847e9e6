"""A small document and an open page, for tests of the view in a browser."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from align.bitext import Row
from align.view.api import write_html
from align.view.edition import Edition

SENTENCES = [
    ("Een kop zonder punt", "A heading without a stop", "0-0 1-1 2-2 3-4"),
    ("De kat van Anna slaapt al uren.", "Anna's cat has been sleeping for hours.", "1-1 3-0 4-4 6-6"),
    ("Ook de hond slaapt.", "The dog is asleep too.", "0-4 1-0 2-1 3-3"),
    (
        "<script>alert(1)</script> & javascript:alert(2)",
        "<img src=x onerror=alert(3)> \u202egnp.exe \x07",
        "",
    ),
    ("Café Anna is op maandag dicht.", "", ""),
    ("שלום עולם", "Hello world", "0-0 1-1"),
]

SCORES = (-0.2, -0.3, -0.9, -1.5, None, -0.4)
FLAGS: tuple[tuple[str, ...], ...] = ((), (), ("length",), ("copied",), ("empty",), ())
PARS = (1, 2, 2, 3, 3, 4)
WORDS = [
    "de",
    "kat",
    "hond",
    "van",
    "Anna",
    "slaapt",
    "loopt",
    "naar",
    "huis",
    "in",
    "Rotterdam",
    "weer",
    "regen",
]


def rows(links: bool = True) -> list[Row]:
    """Return a small document with something of everything."""
    made, source, target = [], 0, 0
    for number, (one, other, link) in enumerate(SENTENCES):
        pairs = tuple((int(a), int(b)) for a, b in (pair.split("-") for pair in link.split()))
        made.append(
            Row(
                "d.txt",
                PARS[number],
                "1-1" if other else "1-0",
                source,
                source + len(one),
                target,
                target + len(other),
                one,
                other,
                SCORES[number],
                FLAGS[number],
                pairs if links else None,
            )
        )
        source, target = source + len(one) + 1, target + len(other) + 1
    return made


class Page:
    """A view that is open in the browser."""

    def __init__(self, driver: Any, edition: Edition, path: Path) -> None:
        write_html(edition, path)
        self.driver, self.url = driver, path.as_uri()
        for log in ("browser", "performance"):
            driver.get_log(log)
        self.size(1200, 900)
        driver.get(self.url)

    def size(self, width: int, height: int, scheme: str = "light") -> None:
        """Set the size of the window and the colour scheme."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def js(self, script: str, *arguments: object) -> Any:
        """Run a script and return its value."""
        return self.driver.execute_script(f"return {script}", *arguments)

    def all(self, selector: str) -> list[Any]:
        """Return elements."""
        return list(self.driver.find_elements("css selector", selector))

    def texts(self, selector: str) -> list[str]:
        """Return the texts of the elements that are shown."""
        return [e.text for e in self.all(selector) if e.is_displayed()]

    def shown(self) -> list[int]:
        """Return the numbers of the rows that are shown, in order."""
        return [int(e.get_attribute("id")[1:]) for e in self.all(".row") if e.is_displayed()]

    def until(self, *numbers: int) -> None:
        """Wait until just these rows are shown, in this order."""
        end = time.monotonic() + 3
        while self.shown() != list(numbers) and time.monotonic() < end:
            time.sleep(0.02)
        assert self.shown() == list(numbers)

    def click(self, selector: str) -> None:
        """Click on an element."""
        self.all(selector)[0].click()

    def hover(self, element: Any) -> None:
        """Move the pointer over an element."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).move_to_element(element).perform()

    def press(self, *keys: str) -> None:
        """Press keys."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def quiet(self) -> None:
        """Assert that nothing was said on the console and nothing asked of a network."""
        assert self.driver.get_log("browser") == []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                assert url.partition("#")[0] == self.url or url.startswith("data:"), url
