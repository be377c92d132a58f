"""`python -m tests.browser.pictures FOLDER`: every page, at three widths, light and dark, to be looked at.

What axe-core finds at each of them is printed; the tests have it look at each page at three of the six.
"""

import itertools
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.browser.chromium import chromium
from tests.browser.looks import SCHEMES, WIDTHS, axe, show
from tests.browser.pages import pages
from tests.browser.phones import owners, runners
from tests.browser.unit import Shown, dashboard, resting_unit


def take(context: BrowserContext, paths: Iterable[str], shown: Shown, folder: Path) -> None:
    """Draw whole pages, as long as they are."""
    names = {shown.link: "link", shown.runner: "runner"} | {session: kind for kind, session in shown.sessions.items()}
    page = context.new_page()
    for path in paths:
        page.goto(path)
        called = "-".join(names.get(part, part) for part in path.strip("/").split("/")) or "index"
        for width, scheme in itertools.product(WIDTHS, SCHEMES):
            show(page, width, scheme)
            page.screenshot(path=folder / f"{called}-{width}-{scheme}.png", full_page=True)
        page.evaluate("looks.openAll()")
        for width, scheme in itertools.product(WIDTHS, SCHEMES):
            show(page, width, scheme)
            for found in axe(page):
                print(f"{called} at {width} px, {scheme}: {found}")


def main(folder: Path) -> None:
    """Make them all."""
    with (
        tempfile.TemporaryDirectory() as state,
        resting_unit(Path(state)) as (shown, _),
        dashboard(Path(state)) as place,
        chromium() as browser,
    ):
        take(owners(browser, place), pages(place, shown), shown, folder / "owner")
        own = f"/runners/{shown.runner}", f"/sessions/{shown.sessions['own']}"
        take(runners(browser, place, shown.key), own, shown, folder / "runner")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
