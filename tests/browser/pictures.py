"""`python -m tests.browser.pictures FOLDER`: every page, at three widths, light and dark, to be looked at."""

import itertools
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.chromium import HOST, chromium
from tests.browser.pages import pages
from tests.browser.unit import Place, Shown, dashboard, resting_unit

WIDTHS = 360, 768, 1440
SCHEMES = "light", "dark"


def as_owner(browser: Browser, place: Place) -> Page:
    """A page of a browser in which the PIN was typed."""
    page = browser.new_context(base_url=place.address).new_page()
    page.goto("/owner")
    page.get_by_label("PIN").fill(place.pin)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("/")
    return page


def as_runner(browser: Browser, place: Place, shown: Shown) -> Page:
    """A page of the phone that has claimed sessions."""
    context = browser.new_context(base_url=place.address)
    context.add_cookies([{"name": "medius_runner", "value": shown.key, "domain": HOST, "path": "/"}])
    return context.new_page()


def take(page: Page, paths: Iterable[str], shown: Shown, folder: Path) -> None:
    """Draw whole pages, as long as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {shown.link: "link", shown.runner: "runner"} | {session: kind for kind, session in shown.sessions.items()}
    for path in paths:
        page.goto(path)
        called = "-".join(names.get(part, part) for part in path.strip("/").split("/")) or "index"
        for width, scheme in itertools.product(WIDTHS, SCHEMES):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{called}-{width}-{scheme}.png", full_page=True)


def main(folder: Path) -> None:
    """Make them all."""
    with (
        tempfile.TemporaryDirectory() as state,
        resting_unit(Path(state)) as (shown, _),
        dashboard(Path(state)) as place,
        chromium() as browser,
    ):
        take(as_owner(browser, place), pages(place, shown), shown, folder / "owner")
        own = f"/runners/{shown.runner}", f"/sessions/{shown.sessions['own']}"
        take(as_runner(browser, place, shown), own, shown, folder / "runner")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
