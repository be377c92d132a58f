"""Each page that the dashboard's map of addresses has, as the owner and as a runner sees it."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from monitor.store import Recorder
from monitor.vocabulary import LampState
from tests.browser.chromium import as_owner, as_runner
from tests.browser.looks import A4_PX, PRIMARY_PX, TARGET_PX, Witness, axe, keyboard, open_page, wrong
from tests.browser.pages import pages
from tests.browser.unit import Place, Shown, dashboard, resting_unit
from tests.web import demo

SIGHTS = (360, "light"), (768, "dark"), (1440, "light"), (360, "dark")
ZOOMED = 320, 640, 1440
"""A window of 1280 px at 400 and at 200 %, and one of a desktop."""


@dataclass(frozen=True)
class Scene:
    place: Place
    shown: Shown
    recorder: Recorder
    owner: Page
    runner: Page

    def pages(self) -> Iterator[tuple[Page, str]]:
        """Each page, and in which browser it is looked at."""
        for path in pages(self.place, self.shown):
            yield self.owner, path
        for path in ("/", f"/sessions/{self.shown.sessions['own']}"):
            yield self.runner, path


@pytest.fixture(scope="module")
def scene(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("unit")
    with resting_unit(folder) as (shown, recorder), dashboard(folder) as place:
        yield Scene(place, shown, recorder, as_owner(browser, place), as_runner(browser, place, shown.key))
