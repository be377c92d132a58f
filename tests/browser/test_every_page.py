"""Each page that the dashboard's map of addresses has, as the owner and as a runner sees it."""

import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from monitor.store import Recorder
from monitor.vocabulary import LampState
from tests.browser.looks import A4_PX, PRIMARY_PX, SCHEMES, TARGET_PX, WIDTHS, Witness, axe, keyboard, show, wrong
from tests.browser.pages import pages
from tests.browser.phones import owners, phone, runners
from tests.browser.unit import Place, Shown, dashboard, resting_unit
from tests.web import demo

ZOOMED = 320, 640
"""A window of 1280 px at 400 and at 200 %."""
FOLLOWING = "/live", "/unit"
"""They go on by themselves."""
Look = Callable[[Page], list[str]]


@dataclass(frozen=True)
class Scene:
    place: Place
    shown: Shown
    recorder: Recorder
    owner: BrowserContext
    runner: BrowserContext

    def complaints(self, look: Look) -> dict[str, list[str]]:
        """What is wrong with which page."""
        home = f"/runners/{self.shown.runner}"
        own = home, f"{home}/coach", f"{home}/exercises", f"{home}/plan", f"/sessions/{self.shown.sessions['own']}"
        of_owner = visited(self.owner, self.place, pages(self.place, self.shown), look)
        return of_owner | visited(self.runner, self.place, own, look)


def visited(context: BrowserContext, place: Place, paths: Iterable[str], look: Look) -> dict[str, list[str]]:
    """What is wrong with which page; the console and what is asked of the network count."""
    witness, found = Witness(context, place.address), {}
    page = context.new_page()
    for path in paths:
        page.goto(path)
        page.evaluate("looks.openAll()")
        if said := look(page) + witness.complaints():
            found[path] = said
    page.close()
    return found


@pytest.fixture(scope="module")
def scene(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("unit")
    with resting_unit(folder) as (shown, recorder), dashboard(folder) as place:
        yield Scene(place, shown, recorder, owners(browser, place), runners(browser, place, shown.key))


def looked_at() -> Look:
    """Look at three widths, one light and one dark by turns, the other way round at the next page."""
    turn = itertools.count()

    def look(page: Page) -> list[str]:
        found = wrong(page, "charts")
        for width, scheme in zip(
            WIDTHS, itertools.islice(itertools.cycle(SCHEMES), next(turn) % 2, None), strict=False
        ):
            show(page, width, scheme)
            found += wrong(page, "sticksOut") + wrong(page, "cutOff") + wrong(page, "scrollsSideways")
            found += wrong(page, "tooSmall", TARGET_PX, PRIMARY_PX) if width == min(WIDTHS) else []
            found += [f"at {width} px, {scheme}: {said}" for said in axe(page)]
        return found

    return look


def test_every_page_can_be_used_by_everyone(scene: Scene) -> None:
    assert scene.complaints(looked_at()) == {}


def test_every_page_by_keyboard_alone(scene: Scene) -> None:
    assert scene.complaints(keyboard) == {}


def test_every_page_zoomed_and_with_the_text_spaced_out(scene: Scene) -> None:
    def look(page: Page) -> list[str]:
        found = []
        for spacing, width in itertools.product(("packAgain", "spaceOut"), ZOOMED):
            page.evaluate(f"looks.{spacing}()")
            show(page, width)
            found += [f"{spacing}: {said}" for said in wrong(page, "sticksOut") + wrong(page, "cutOff")]
        return found

    assert scene.complaints(look) == {}


def test_nothing_moves_for_who_does_not_want_it(scene: Scene) -> None:
    def look(page: Page) -> list[str]:
        page.emulate_media(reduced_motion="reduce")
        return wrong(page, "moves")

    assert scene.complaints(look) == {}


def test_every_page_prints(scene: Scene) -> None:
    def look(page: Page) -> list[str]:
        page.emulate_media(media="print")
        show(page, A4_PX)
        found = wrong(page, "sticksOut") + wrong(page, "printed")
        return found if page.pdf(format="A4").startswith(b"%PDF") else [*found, "cannot be printed"]

    assert scene.complaints(look) == {}


def test_every_page_says_the_same_without_a_script(browser: Browser, scene: Scene) -> None:
    plain = phone(browser, scene.place, script=False)
    plain.add_cookies(scene.owner.cookies())  # type: ignore[arg-type]
    without = plain.new_page()

    def look(page: Page) -> list[str]:
        without.goto(page.url)
        without.evaluate("looks.openAll()")
        here, there = (shown.evaluate("looks.text()") for shown in (page, without))
        return [] if here == there else [f"says {there!r} and not {here!r}"]

    assert visited(scene.owner, scene.place, pages(scene.place, scene.shown), look) == {}
    without.goto("/live")
    assert without.locator("noscript meta[http-equiv=refresh]").count() == 1


def test_pages_while_somebody_runs_and_after_a_fault(scene: Scene) -> None:
    session = scene.recorder.open_session(demo.start_of("camera 0"))
    scene.recorder.state(LampState.MEASURING, "")
    for stance, cue in itertools.islice(demo.story(40.0, random.Random(3)), 80):
        scene.recorder.stance(stance)
        if cue:
            scene.recorder.cue(cue)
    assert scene.recorder.flush()
    look = looked_at()
    assert visited(scene.owner, scene.place, ("/", *FOLLOWING, f"/sessions/{session}"), look) == {}
    scene.recorder.close_session()
    scene.recorder.state(LampState.FAULT, demo.FAULT)
    assert scene.recorder.flush()
    assert visited(scene.owner, scene.place, ("/", *FOLLOWING), look) == {}
    scene.recorder.state(LampState.READY, "")


def test_pages_of_a_unit_that_never_ran(browser: Browser, tmp_path: Path) -> None:
    with dashboard(tmp_path) as place:
        owner = owners(browser, place)
        assert visited(owner, place, ("/", *FOLLOWING, "/settings", "/setup", "/help"), looked_at()) == {}
