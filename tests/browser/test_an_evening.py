"""An evening with a unit: real processes, the bundled clip before the camera, simulated lamps, phones in the Wi-Fi."""

import csv
import json
import re
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from garmin_fit_sdk import Decoder, Stream
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, CDPSession, Page, expect

from monitor.control.pin import owner_of
from monitor.store import Reader
from tests import qr
from tests.browser.looks import Witness, axe
from tests.browser.phones import phone
from tests.browser.unit import Place, dashboard
from tests.cli.conftest import schema
from tests.cli.units import Unit
from tests.pose.conftest import lite_model

__all__ = ["lite_model", "schema"]  # fixtures here too

SESSION = re.compile(r"/sessions/[0-9a-f-]{36}$")
OWNER = re.compile(r"/owner\?next=")
STANCE = r"^ +\d+\.\d\d s  (left|right) +drop [ +-]"
BEGINS_ANEW = re.compile("wait a moment|The set-up is open")


class Gym:
    """The unit's folder, which outlives its processes, and the phones of an evening."""

    def __init__(self, browser: Browser, folder: Path, weights: Path) -> None:
        self.folder = folder
        self._browser = browser
        self._weights = weights
        self._witnesses: list[Witness] = []
        self.place = Place(folder, 0)

    def phone(self, *, script: bool = True) -> Page:
        """One that has never been here."""
        context = phone(self._browser, self.place, script=script)
        self._witnesses.append(Witness(context, self.place.address))
        return context.new_page()

    def unit(self, command: str, *arguments: str) -> Unit:
        """Start it, by hand in a terminal or as a service."""
        return Unit(self.folder, self._weights, *arguments, columns=100 if command == "run" else None, command=command)

    def sessions(self) -> list[str]:
        """Their ids, the newest first."""
        with Reader.open(self.place.database) as reader:
            return [session.id for session in reader.sessions()]

    def complaints(self) -> list[str]:
        """Of all browsers."""
        return [said for witness in self._witnesses for said in witness.complaints()]


@pytest.fixture
def gym(browser: Browser, tmp_path: Path, lite_model: Path) -> Gym:
    return Gym(browser, tmp_path / "unit", lite_model)


def test_first_start_a_live_session_and_a_phone_that_takes_it_home(gym: Gym) -> None:
    with gym.unit("run", "--host", "0.0.0.0", "--port", "0", "--workers", "1") as unit:
        gym.place = Place(gym.folder, int(unit.wait_for(r"Dashboard: http://\S+:(\d+)")[1]))
        pin = unit.wait_for(r"^Owner's PIN, for all but the live page: ([\d ]+?) *$")[1]

        stranger = gym.phone()
        stranger.goto("/")
        expect(stranger).to_have_url(OWNER)
        live = gym.phone()
        live.goto("/live")
        live.evaluate("window.isTheSamePage = true")
        expect(live.locator(".live-value")).to_have_count(2)
        goes_on(live)
        assert live.evaluate("window.isTheSamePage"), "it goes on without being loaded again"
        assert axe(live) == []

        owner = gym.phone()
        say(owner, pin)
        expect(owner.locator(".badge-running")).to_have_text("running")
        owner.locator(".session-card").click()
        expect(owner.get_by_text("This session is running")).to_be_visible()

        unit.type("\x03")
        link = unit.wait_for(r"^http://\S+\.local:\d+(/c/\S{24})$")[1]
        owner.goto("/live")
        assert shown_code(owner) == f"{gym.place.address}{link}"
        ann = gym.phone(script=False)
        ann.goto(link)
        expect(ann).to_have_url("/claim")
        assert link.removeprefix("/c/") not in ann.content()
        ann.get_by_label("A nickname, if you like").fill("Ann")
        ann.get_by_role("button", name="Keep it on this phone").click()
        expect(ann).to_have_url(SESSION)
        expect(ann.get_by_role("heading", name="Pelvis drop, estimated from video")).to_be_visible()

        ben = gym.phone()
        refused = ben.goto(link)
        assert refused is not None
        assert refused.status == 404, "the first phone has it"
        assert unit.end("\x03") == 0
    assert gym.complaints() == []


def test_an_evening_with_a_unit_that_is_a_service(gym: Gym, schema: Draft202012Validator, tmp_path: Path) -> None:
    gym.folder.mkdir()
    with gym.unit("monitor", "--camera", "demo") as unit:
        with dashboard(gym.folder) as gym.place:
            owner, ann = gym.phone(), gym.phone()
            a_wrong_pin_is_slowed(owner, owner_of(gym.folder).pin)
            a_setting_is_changed_and_the_lamps_are_tried(owner)
            the_camera_is_looked_through(owner)
            first = a_session(owner)
            owner.get_by_role("button", name="End the session").click()
            take_it_home(ann, first)
            take_it_away(ann, schema, tmp_path)
            second = a_session(owner)
            owner.get_by_role("button", name="Mark this moment").click()
            ann.goto("/live")
            asleep = fall_asleep(owner)
            assert gym.complaints() == []
        expect(ann.locator("#lost")).to_be_visible()
        assert axe(ann) == []
        with dashboard(gym.folder, gym.place.port):
            asleep.send("Page.setWebLifecycleState", {"state": "active"})
            for page in (ann, owner):
                expect(page.locator("#lost")).to_be_hidden()
                goes_on(page)
            assert all("net::ERR_" in said for said in gym.complaints()), "it was away"
            the_unit_is_killed(owner, unit)
            with gym.unit("monitor", "--camera", "demo"):
                expect(owner.locator(".live-state")).to_contain_text("Ready")
                assert owner.evaluate("window.isTheSamePage"), "all of it came back by itself"
                ann.goto(shown_code(ann))
                ann.get_by_role("button", name="Keep it on this phone").click()
                expect(ann).to_have_url(f"/sessions/{second}")
                expect(ann.get_by_text("This session was cut off")).to_be_visible()
                two_sessions_and_two_halves_are_compared(ann, first)
                a_second_phone_sees_the_same(gym, ann, [second, first])
                all_of_it_is_deleted(gym, ann, [second, first])
    assert gym.complaints() == []


def say(page: Page, pin: str) -> None:
    """Type a PIN."""
    if urlsplit(page.url).path != "/owner":
        page.goto("/owner")
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Open").click()


def a_wrong_pin_is_slowed(page: Page, pin: str) -> None:
    wrong = "00000000" if pin != "00000000" else "11111111"
    for _ in range(5):
        say(page, wrong)
        expect(page.get_by_role("alert")).to_have_text("That is not the PIN.")
    say(page, pin)
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong PINs. Try again in ")
    assert axe(page) == []
    while urlsplit(page.url).path == "/owner":
        say(page, pin)
    expect(page.get_by_role("heading", name="No session yet")).to_be_visible()


def a_setting_is_changed_and_the_lamps_are_tried(page: Page) -> None:
    page.goto("/live")
    expect(page.locator(".live-state")).to_contain_text("Ready")
    page.goto("/unit")
    page.get_by_role("link", name="Settings").click()
    page.get_by_label("Left, °").fill("65")
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")
    assert axe(page) == []
    page.get_by_label("Left, °").fill("6,5")
    page.get_by_role("button", name="Keep these settings").click()
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    expect(page.get_by_label("Left, °")).to_have_value("6.5")
    insist(page, "/settings", "Try out the lamps")
    expect(page.get_by_role("heading", name="Look at the lamps")).to_be_visible()
    expect(page.get_by_text("its lamps are simulated")).to_be_visible()
    assert axe(page) == []


def the_camera_is_looked_through(page: Page) -> None:
    insist(page, "/setup", "Open the camera")
    page.wait_for_function("() => document.getElementById('picture').naturalWidth > 100")
    expect(page.locator(".setup-advice")).not_to_be_empty()
    assert axe(page) == []
    page.get_by_role("button", name="Close without keeping").click()
    expect(page.get_by_role("button", name="Open the camera")).to_be_visible()


def a_session(page: Page) -> str:
    """Begin one, and stay on the live page until both sides have a value; return its id."""
    insist(page, "/live", "Begin a session")
    expect(page.locator(".live-value")).to_have_count(2)
    here = page.get_by_role("link", name="This session").get_attribute("href")
    assert here is not None
    return here.rpartition("/")[2]


def insist(page: Page, path: str, button: str) -> None:
    """Press it, and again for as long as the unit says that it begins anew."""
    while True:
        page.goto(path)
        page.get_by_role("button", name=button).click()
        if not page.get_by_text(BEGINS_ANEW).count():
            return


def take_it_home(page: Page, session: str) -> None:
    """Claim it on the phone that shows the page."""
    page.goto("/live")
    page.get_by_role("button", name="Keep it on this phone").click()
    assert axe(page) == []
    page.get_by_label("A nickname, if you like").fill("Ann")
    page.get_by_role("button", name="Keep it on this phone").click()
    expect(page).to_have_url(f"/sessions/{session}")


def take_it_away(page: Page, schema: Draft202012Validator, folder: Path) -> None:
    expect(page.get_by_text("steps a minute").first).to_be_visible()
    files = {}
    for name in ("CSV", "JSON", "FIT"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        files[name] = folder / download.value.suggested_filename
        download.value.save_as(files[name])
    with files["CSV"].open(newline="", encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert "pelvic_drop [deg]" in rows[0]
    document = json.loads(files["JSON"].read_text())
    schema.validate(document)
    assert len(document["stances"]) == len(rows) >= 10
    messages, errors = Decoder(Stream.from_byte_array(bytearray(files["FIT"].read_bytes()))).read()
    assert errors == []
    assert len(messages["session_mesgs"]) == 1
    page.get_by_role("link", name="Report to print").click()
    expect(page.get_by_text("it fits on one sheet")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def fall_asleep(page: Page) -> CDPSession:
    """Freeze a page on its phone, as a phone that is put away does."""
    page.evaluate("window.isTheSamePage = true")
    asleep = page.context.new_cdp_session(page)
    asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    return asleep


def goes_on(page: Page) -> None:
    """Wait until the panel is another."""
    before = page.locator("#live").inner_text()
    page.wait_for_function("before => document.getElementById('live').innerText !== before", arg=before)


def the_unit_is_killed(page: Page, unit: Unit) -> None:
    assert unit.end(signal.SIGKILL) == -signal.SIGKILL
    expect(page.locator(".live-state")).to_contain_text("No word from the unit")
    assert axe(page) == []


def shown_code(page: Page) -> str:
    """The address behind the code that the page shows."""
    drawn = page.get_by_role("img", name="QR code of the link to the session that has just ended")
    svg: str = drawn.evaluate("async image => (await fetch(image.src)).text()")
    return qr.of_svg(svg)


def two_sessions_and_two_halves_are_compared(page: Page, earlier: str) -> None:
    page.get_by_role("link", name="Compare with another session").click()
    expect(page.get_by_label("compared with")).to_have_value(earlier)
    drop = page.locator(".comparison tbody").first
    expect(drop.locator("td:last-child data")).to_have_count(2)
    page.get_by_role("link", name="Back to the session").click()
    page.get_by_role("link", name="Before and after a moment").click()
    page.get_by_role("link", name="Marked at ").click()
    expect(page.locator(".comparison tbody")).to_have_count(8)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Before and after ")
    page.get_by_role("link", name="Medius").click()


def a_second_phone_sees_the_same(gym: Gym, ann: Page, sessions: list[str]) -> None:
    """And nobody else's."""
    theirs = [f"/sessions/{session}" for session in sessions]
    seen = [link.get_attribute("href") for link in ann.locator(".history tbody th > a").all()]
    assert seen == theirs
    home = ann.url
    ann.get_by_role("button", name="Show it on a second phone").click()
    assert axe(ann) == []
    link = urlsplit(qr.of_svg(ann.locator(".qr").inner_html())).path
    tablet = gym.phone(script=False)
    tablet.goto(link)
    tablet.get_by_role("button", name="See them here").click()
    expect(tablet).to_have_url(home)
    stranger = gym.phone()
    for path in (*theirs, urlsplit(home).path):
        stranger.goto(path)
        expect(stranger).to_have_url(OWNER)


def all_of_it_is_deleted(gym: Gym, ann: Page, sessions: list[str]) -> None:
    """One session first, then the runner with what is left."""
    newest, other = sessions
    ann.goto(f"/sessions/{newest}")
    ann.get_by_role("link", name="Delete this session").click()
    ann.get_by_role("button", name="Delete this session").click()
    expect(ann.get_by_role("heading", name="The session is deleted")).to_be_visible()
    assert axe(ann) == []
    assert gym.sessions() == [other]
    ann.get_by_role("link", name="To the sessions").click()
    ann.get_by_text("Delete everything of mine").click()
    ann.get_by_role("button", name="Delete for good").click()
    expect(ann).to_have_url("/live")
    assert gym.sessions() == []
    ann.goto("/")
    expect(ann).to_have_url(OWNER)
