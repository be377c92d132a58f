import itertools
import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from monitor.control import UnitBusyError
from monitor.store.recorder import Recorder
from monitor.vocabulary import Cue, CueKind, LampState, Side, Stance
from tests.web import demo
from tests.web.markup import Page, check_fragment, check_page
from web import Config, create_app
from web.feed import Feed, Live
from web.saying import SILENT_S, STARTING_S
from web.source import Source
from web.streams import Streams, stream

KEPT_TO = 0.0006
"""The store rounds to a thousandth."""
CONFIG = Config("unused", poll_s=0.2, beat_s=2.0, stream_s=20.0)


class Unit:
    """A unit that records, and the feed of a dashboard beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = demo.DemoClock(demo.FIRST_DAY)
        self.recorder = Recorder(path, self.clock)
        self.feed = Feed(Source(str(path)), 0.1, self.clock)
        self.steps = demo.story(600.0, random.Random(5))
        self.frames = 0

    def begin(self, state: LampState = LampState.MEASURING, reason: str = "") -> str:
        self.steps = demo.story(600.0, random.Random(5))
        session_id = self.recorder.open_session(demo.start_of("camera 0"))
        self.recorder.state(state, reason)
        self.recorder.flush()
        return session_id

    def run(self, stances: int) -> list[Stance]:
        """Record so many steps; time passes."""
        taken = [stance for stance, _ in itertools.islice(self.steps, stances)]
        for stance in taken:
            self.recorder.stance(stance)
        self.frames += 11 * stances
        self.clock.passed_s += demo.STEP_S * stances
        self.recorder.progress(self.frames, 0, 29.9, 166.0, {}, None)
        self.recorder.flush()
        return taken

    def look(self) -> Live:
        self.clock.passed_s += 0.2
        return self.feed.live()


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    made = Unit(tmp_path / "medius.db")
    yield made
    made.recorder.close()


def values(live: Live) -> list[float | None]:
    return [side.shown.exact for side in live.sides]


def mean_of_last_ten(stances: list[Stance], side: Side) -> float:
    drops = [s.measures["pelvic_drop_deg"].value for s in stances if s.side is side][-10:]
    return sum(d for d in drops if d is not None) / len(drops)


def test_left_and_right_are_the_means_of_the_last_ten_stances(unit: Unit) -> None:
    unit.begin()
    taken = unit.run(60)
    live = unit.look()
    assert [s.side for s in live.sides] == [Side.LEFT, Side.RIGHT]
    assert values(live) == pytest.approx(
        [mean_of_last_ten(taken, side) for side in (Side.LEFT, Side.RIGHT)], abs=KEPT_TO
    )
    assert all(s.shown.plus_minus.startswith("± ") for s in live.sides)


def test_a_new_stance_changes_the_value(unit: Unit) -> None:
    unit.begin()
    taken = unit.run(40)
    before = unit.look()
    taken += unit.run(1)
    after = unit.look()
    assert values(after)[0] == pytest.approx(mean_of_last_ten(taken, Side.LEFT), abs=KEPT_TO)
    assert values(after)[0] != values(before)[0]
    assert values(after)[1] == values(before)[1]


def test_too_few_stances_give_a_reason_and_no_number(unit: Unit) -> None:
    unit.begin()
    assert [s.shown.reason for s in unit.look().sides] == ["0 of 5 stances so far"] * 2
    unit.run(6)
    assert [s.shown.reason for s in unit.look().sides] == ["3 of 5 stances so far"] * 2
    assert values(unit.look()) == [None, None]


def test_withheld_stances_give_their_own_reason(unit: Unit) -> None:
    unit.begin()
    dice = random.Random(1)
    for index in range(40):
        withheld = "the marked belt was hidden" if index % 2 == 0 else None
        unit.recorder.stance(demo.make_stance(index, dice, withheld=withheld))
    unit.run(0)
    left, right = unit.look().sides
    assert left.shown.reason == "the marked belt was hidden"
    assert right.shown.exact is not None


def test_old_stances_are_not_now(unit: Unit) -> None:
    unit.begin()
    dice = random.Random(1)
    for index in range(40):
        unit.recorder.stance(demo.make_stance(index, dice))
    unit.recorder.stance(demo.make_stance(0, dice, start_s=60.0))
    unit.run(0)
    assert [s.shown.reason for s in unit.look().sides] == ["1 of 5 stances so far", "0 of 5 stances so far"]


@pytest.mark.parametrize(
    ("cue", "lamps", "target"),
    [
        (Cue(9.0, None, CueKind.OFF, "waiting"), ["off", "off"], [None, None]),
        (Cue(9.0, None, CueKind.INSIDE, "inside on both legs"), ["inside", "inside"], [None, None]),
        (Cue(9.0, Side.LEFT, CueKind.OUTSIDE, "left", 8.0, 0.4, 6.0), ["outside", "off"], [40.0, None]),
        (Cue(9.0, Side.RIGHT, CueKind.OUTSIDE, "right", 8.0, 0.4, 6.0), ["off", "outside"], [None, 40.0]),
    ],
)
def test_the_lamps_of_the_page_are_those_of_the_unit(
    unit: Unit, cue: Cue, lamps: list[str], target: list[float | None]
) -> None:
    unit.begin()
    unit.recorder.cue(cue)
    unit.run(30)
    live = unit.look()
    assert [s.lamp.value for s in live.sides] == lamps
    assert [s.target for s in live.sides] == target
    assert cue.reason.capitalize() in live.cue_words
    assert live.cue_words in live.said


@pytest.mark.parametrize("state", [s for s in LampState if s is not LampState.MEASURING])
def test_when_it_does_not_measure_it_says_why_and_shows_no_number(unit: Unit, state: LampState) -> None:
    unit.begin()
    unit.run(30)
    assert None not in values(unit.look())
    unit.recorder.state(state, "two people are in the picture")
    unit.run(0)
    live = unit.look()
    assert values(live) == [None, None]
    assert live.says.detail == "Two people are in the picture."
    assert [s.shown.reason for s in live.sides] == ["two people are in the picture"] * 2
    unit.recorder.state(state, "")
    unit.run(0)
    assert all(s.shown.reason for s in unit.look().sides)


def test_a_unit_that_stops_reporting_is_noticed_and_so_is_its_return(unit: Unit) -> None:
    session_id = unit.begin()
    unit.run(30)
    assert unit.look().says.state == "measuring"
    unit.clock.passed_s += SILENT_S
    live = unit.look()
    assert live.says.state == "silent"
    assert values(live) == [None, None]
    assert [s.lamp_words for s in live.sides] == ["lamp not known"] * 2
    assert live.session is not None
    assert live.session.id == session_id
    assert not unit.feed.is_running(live.session)
    unit.run(1)
    assert unit.look().says.state == "measuring"
    assert unit.feed.is_running(live.session)


def test_a_clock_that_is_set_back_makes_no_dead_unit_alive(unit: Unit) -> None:
    unit.begin()
    unit.clock.at -= timedelta(days=1)
    assert unit.look().says.state == "silent"


def test_a_unit_that_starts_may_be_silent_for_longer(unit: Unit) -> None:
    unit.recorder.flush()
    unit.clock.passed_s += STARTING_S - 1.0
    assert unit.look().says.state == "starting"
    unit.clock.passed_s += 1.0
    assert unit.look().says.state == "silent"


def test_a_session_that_a_unit_left_open_as_it_went_off_is_not_running(unit: Unit) -> None:
    unit.begin()
    unit.recorder.state(LampState.OFF, "")
    unit.recorder.flush()
    live = unit.look()
    assert live.session is not None
    assert not unit.feed.is_running(live.session)


def test_without_a_session_the_unit_has_its_say(unit: Unit) -> None:
    unit.recorder.state(LampState.FAULT, "five pose workers failed within a minute")
    unit.recorder.flush()
    live = unit.look()
    assert (live.says.state, live.sides) == ("fault", ())
    assert live.said == "Fault."
    assert live.says.detail == "Five pose workers failed within a minute."


def test_it_moves_on_to_the_next_session(unit: Unit) -> None:
    first = unit.begin()
    unit.run(30)
    unit.look()
    unit.recorder.close_session()
    unit.recorder.flush()
    ended = unit.look()
    assert (ended.says.state, ended.sides) == ("idle", ())
    assert ended.session is not None
    assert ended.session.id == first
    second = unit.begin()
    live = unit.look()
    assert live.session is not None
    assert live.session.id == second
    assert values(live) == [None, None]


def test_a_dashboard_started_late_needs_only_the_last_stances(unit: Unit) -> None:
    unit.begin()
    taken = unit.run(200)
    assert values(unit.look()) == pytest.approx(
        [mean_of_last_ten(taken, s) for s in (Side.LEFT, Side.RIGHT)], abs=KEPT_TO
    )


def test_many_readers_share_one_look(unit: Unit) -> None:
    unit.begin()
    unit.run(20)
    first = unit.look()
    unit.run(1)
    unit.clock.passed_s -= demo.STEP_S
    assert unit.feed.live() is first
    unit.clock.passed_s += 0.2
    assert unit.feed.live() is not first


def ticks(steps: int, meanwhile: Callable[[int], None] = lambda _: None) -> Callable[[float], bool]:
    done = itertools.count(1)

    def pause(_seconds: float) -> bool:
        number = next(done)
        meanwhile(number)
        return number < steps

    return pause


def test_the_stream_tells_only_news_and_beats_when_there_are_none() -> None:
    news = iter(["a", "a", "b", *["b"] * 30])
    told = list(stream(lambda: next(news), ticks(24), CONFIG))
    assert told[0] == "retry: 1000\n\n"
    assert told[1:3] == ["data: a\n\n", "data: b\n\n"]
    assert told[3:] == ["event: beat\ndata: \n\n"] * 2


def test_the_stream_ends_by_itself_so_that_none_outlives_its_reader() -> None:
    told = list(stream(lambda: "a", lambda _: True, CONFIG))
    assert len(told) == 2 + 9 + 1
    assert told[-1] == "retry: 20\n\n"


def test_the_page_streams_each_new_stance(unit: Unit) -> None:
    app = create_app(Config(str(unit.path), poll_s=0.02, beat_s=10.0))
    app.extensions["medius.feed"] = unit.feed
    streams: Streams = app.extensions["medius.streams"]
    unit.begin()
    taken = unit.run(40)

    def step(number: int) -> None:
        unit.clock.passed_s += 0.2
        if number <= 3:
            taken.extend(unit.run(1))

    pause = ticks(6, step)
    streams.pause = lambda seconds: pause(seconds)  # type: ignore[method-assign]
    with app.test_client().get("/live/events") as response:
        assert response.mimetype == "text/event-stream"
        events = [e for e in response.get_data(as_text=True).split("\n\n") if e.startswith("data: ")]
    panels = [json.loads(e.removeprefix("data: "))["html"] for e in events]
    assert len(panels) == 4
    for panel in panels:
        check_fragment(Page(panel))
    shown = [float(e.attributes["value"]) for e in Page(panels[-1]).all("data")]
    assert shown == pytest.approx([mean_of_last_ten(taken, side) for side in (Side.LEFT, Side.RIGHT)], abs=KEPT_TO)


def test_the_live_page_holds_the_same_panel_without_a_script(unit: Unit) -> None:
    app = create_app(Config(str(unit.path)), unit.clock)
    unit.begin()
    unit.run(40)
    page = check_page(app.test_client().get("/live").text)
    assert len(page.all("data")) == 2
    (refresh,) = page.all("meta", http_equiv="refresh") or page.all("meta", **{"http-equiv": "refresh"})
    assert refresh.within("noscript")
    assert "Measuring" in page.all("main")[0].text


def test_a_unit_that_hangs_holds_no_live_page_up(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked now and then, and by nobody for whom others wait."""
    app = create_app(Config(str(unit.path), control="hung.sock"), unit.clock)
    feed, bulletin, offers = (app.extensions[f"medius.{name}"] for name in ("feed", "bulletin", "offers"))
    asked: list[bool] = []

    def ask(*_: object, **_more: object) -> None:
        asked.append(feed._lock.locked() or bulletin._lock.locked())
        unit.clock.passed_s += 5.0
        raise UnitBusyError("not yet")

    monkeypatch.setattr("web.offers.ask", ask)
    monkeypatch.setattr("web.standing.ask", ask)
    with app.test_request_context("/live/events"):
        shown = feed.live()
        offers.now()
        assert asked == [False, False]
        for offered in ("a session", None):
            bulletin.of(shown, offered)
        offers.now()
    assert len(asked) == 2, "it gave no answer just now"
    app.extensions["medius.source"].close()


def test_more_live_pages_than_threads_are_refused_politely(app: Flask) -> None:
    app.extensions["medius.streams"] = Streams(1)
    app.config["MEDIUS"] = CONFIG
    client = app.test_client()
    first = client.get("/live/events")
    second = client.get("/live/events")
    assert (first.status_code, second.status_code) == (200, 503)
    assert second.headers["Retry-After"] == "5"
    first.close()
    third = client.get("/live/events")
    assert third.status_code == 200
    third.close()


def test_only_asking_for_the_head_of_the_stream_takes_no_place(app: Flask) -> None:
    app.extensions["medius.streams"] = Streams(1)
    for _ in range(3):
        with app.test_client().head("/live/events") as response:
            assert response.status_code == 200


def test_streams_end_when_the_server_stops() -> None:
    streams = Streams(2)
    assert streams.take()
    streams.end()
    assert not streams.pause(60.0)
    assert not streams.take()
