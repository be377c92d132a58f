"""What is asked of every page: accessible, nothing cut off, nothing foreign, all of it by keyboard."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

LOOKS = Path(__file__).with_name("looks.js")
TAGS = "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, off unless asked for
    "resultTypes": ["violations"],
}
WIDTHS = 360, 768, 1440
SCHEMES = "light", "dark"
TARGET_PX, PRIMARY_PX = 24, 44
"""WCAG 2.2 AA for all that can be touched, and our own for what mostly is."""
A4_PX = 710
"""Width of the sheet between its margins."""


class Witness:
    """Notes what a browser complains of, and what it asks of whom."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self._address = address
        self._wrong: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self._wrong.append(f"a script failed: {error.error}"))
        context.on("request", self._asked)

    def complaints(self) -> list[str]:
        """What was wrong since this was asked last."""
        wrong, self._wrong = self._wrong, []
        return wrong

    def _said(self, message: ConsoleMessage) -> None:
        asked_for = message.page is not None and message.location["url"] == message.page.url  # a page that is an error
        if message.type in ("error", "warning") and not asked_for:
            self._wrong.append(f"the console has: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self._address}/", "blob:", "data:")):
            self._wrong.append(f"another host is asked: {request.url}")


def wrong(page: Page, question: str, *values: float) -> list[str]:
    """Answer of `looks.js`."""
    found: list[str] = page.evaluate(f"looks.{question}({', '.join(map(str, values))})")
    return found


def show(page: Page, width: int, scheme: str = "light") -> None:
    """Make the window so wide, light or dark."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def axe(page: Page) -> list[str]:
    """What axe-core finds in what is unfolded; of long tables the beginning."""
    page.evaluate("looks.thin()")
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def keyboard(page: Page) -> list[str]:
    """Go through the page with the tabulator key alone."""
    expected: list[str] = page.evaluate("looks.operable()")
    reached: list[int] = []
    complaints = []
    for _ in range(len(expected) + 20):
        page.keyboard.press("Tab")
        found: dict[str, Any] | None = page.evaluate("looks.focused()")
        if found is None or (reached and found["at"] == 0):
            break
        reached += [found["at"]] * (found["at"] >= 0)
        complaints += [f"has no ring when it is focused: {found['name']}"] * (not found["ringed"])
        complaints += [f"cannot be seen when it is focused: {found['name']}"] * (not found["seen"])
    else:
        complaints.append("the keyboard does not leave the page")
    if reached != list(range(len(expected))):
        complaints.append(f"the keyboard reaches {reached} of {expected}")
    if not expected[0].endswith("Skip to the content"):
        complaints.append("the first is not the way past the navigation")
    return complaints
