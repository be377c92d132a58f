import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.store import Reader, Recorder
from monitor.vocabulary import EngineFigures, LampState
from tests.web import demo
from tests.web.markup import Page, check_fragment, check_page
from web import Config, create_app
from web.saying import SILENT_S
from web.streams import Streams
from web.words import moment


class Unit:
    """A unit that says something, and the dashboard beside it."""

    def __init__(self, path: Path) -> None:
        self.clock = demo.DemoClock(demo.FIRST_DAY)
        self.recorder = Recorder(path, self.clock)
        self.app = create_app(Config(str(path)), self.clock)
        self.client: FlaskClient = self.app.test_client()

    def says(self, state: LampState, reason: str = "", engine: EngineFigures | None = None) -> None:
        self.recorder.state(state, reason)
        if engine is not None:
            self.recorder.engine(engine)
        self.recorder.flush()

    def page(self, path: str = "/unit") -> Page:
        return check_page(self.client.get(path).text)


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    made = Unit(tmp_path / "medius.db")
    yield made
    made.recorder.close()
    made.app.extensions["medius.source"].close()


def text_of(page: Page) -> str:
    return " ".join(page.all("main")[0].text.split())


def figures(page: Page) -> dict[str, str]:
    """Each figure's words by its label; the explanation is left out."""
    heads = {row: e.text for e in page.all("th", scope="row") if (row := e.within("tr"))}
    cells = {row: " ".join(e.text.split()) for e in page.all("td") if (row := e.within("tr"))}
    smalls = {row: e.text for e in page.all("small") if (row := e.within("tr"))}
    assert all(smalls[row] for row in heads)
    return {head.removesuffix(smalls[row]).strip(): cells[row] for row, head in heads.items()}


def test_a_page_looks_once_at_what_the_unit_says(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    unit.says(LampState.FAULT, "no picture")
    looked: list[Reader] = []
    look = Reader.unit
    monkeypatch.setattr(Reader, "unit", lambda reader: (looked.append(reader), look(reader))[1])
    assert "The unit has a fault. No picture." in text_of(unit.page("/help"))
    assert len(looked) == 1


def test_it_says_what_the_unit_does_and_since_when(unit: Unit) -> None:
    unit.says(LampState.CANNOT_SEE, "no picture from the camera")
    since = unit.clock.now()
    unit.clock.passed_s += 3600.0
    unit.says(LampState.CANNOT_SEE, "no picture from the camera")
    page = unit.page()
    assert "Cannot see you No picture from the camera." in text_of(page)
    times = [e.attributes["datetime"] for e in page.all("time")]
    assert times == [t.isoformat() for t in (since, unit.clock.now(), since)]


def test_every_figure_of_the_engine_is_there(unit: Unit) -> None:
    unit.says(LampState.MEASURING, engine=demo.make_engine())
    assert figures(unit.page()) == {
        "Frame rate": "29.8 a second",
        "Frames": "53,820",
        "Dropped frames": "179 (0.3 %)",
        "Inference time": "median: 41.2 ms 95 %: 46.7 ms 99 %: 71.3 ms",
        "Age of a result": "median: 52.3 ms 95 %: 88.1 ms 99 %: 119 ms",
        "Camera clock": "the camera's clock jumped ahead: 2 ×",
        "Pose network": "lite",
        "Memory of the workers": "184 MB 176 MB",
        "Restarted workers": "1",
        "Last failure": "It was killed by signal 9.",
        "Network of the workers": "An empty network namespace.",
        "Temperature": "61 °C",
        "Slowed down": "the supply voltage was too low",
    }


def test_what_is_not_known_is_said_or_left_out(unit: Unit) -> None:
    bare = EngineFigures("full", "the process was started without a network", 0, 0, None, None, None, 0, None, ())
    unit.says(LampState.STARTING, engine=bare)
    assert figures(unit.page()) == {
        "Frame rate": "not known yet",
        "Frames": "0",
        "Dropped frames": "0",
        "Inference time": "not known yet",
        "Age of a result": "not known yet",
        "Camera clock": "no fault",
        "Pose network": "full",
        "Memory of the workers": "not known yet",
        "Restarted workers": "0",
        "Network of the workers": "The process was started without a network.",
    }


def test_before_the_first_frame_there_are_no_figures(unit: Unit) -> None:
    unit.recorder.flush()
    assert "no figures before the first frame" in text_of(unit.page())


def test_a_dead_unit_is_not_said_to_measure(unit: Unit) -> None:
    unit.says(LampState.MEASURING, engine=demo.make_engine())
    last = unit.clock.now()
    unit.clock.passed_s += SILENT_S + 0.1
    page = unit.page()
    assert page.all("strong")[0].text == "No word from the unit"
    said = dict(zip((e.text for e in page.all("dt")), (e.text for e in page.all("dd")), strict=True))
    assert said["Last state"] == "Measuring"
    assert said["Last heard of"] == moment(last)
    assert page.all("h2")[0].text == "The engine, as last reported"


def test_a_unit_that_was_switched_off_is_off_and_not_lost(unit: Unit) -> None:
    unit.says(LampState.MEASURING, engine=demo.make_engine())
    unit.recorder.close()
    unit.clock.passed_s += 86400.0
    page = unit.page()
    assert page.all("strong")[0].text == "Off"
    assert figures(page)["Frames"] == "53,820"


PAGES = ["/", "/sessions/{}", "/sessions/{}/stances"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shows_the_fault_without_a_session_open(unit: Unit, path: str) -> None:
    session_id = unit.recorder.open_session(demo.start_of("camera 0"))
    unit.recorder.close_session()
    unit.says(LampState.FAULT, demo.FAULT)
    (banner,) = unit.page(path.format(session_id)).all("p", role="alert")
    assert banner.text.startswith("The unit has a fault. The pose workers failed 5 times within a minute: ")


@pytest.mark.parametrize("path", ["/live", "/unit"])
def test_the_pages_that_go_on_by_themselves_show_the_fault_in_their_panel(unit: Unit, path: str) -> None:
    unit.says(LampState.FAULT, demo.FAULT)
    page = unit.page(path)
    panel = page.all("div", id="live")[0]
    assert "The pose workers failed 5 times within a minute" in panel.text
    assert page.source.count("The pose workers failed") == 1


def test_there_is_no_banner_without_a_fault_of_now(unit: Unit) -> None:
    unit.says(LampState.CANNOT_SEE, "no picture from the camera")
    assert unit.page("/").all("p", role="alert") == []
    unit.says(LampState.FAULT, demo.FAULT)
    assert len(unit.page("/").all("p", role="alert")) == 1
    unit.clock.passed_s += SILENT_S + 0.1
    assert unit.page("/").all("p", role="alert") == []
    unit.says(LampState.READY)
    assert unit.page("/").all("p", role="alert") == []


def test_a_stranger_is_not_told_of_the_fault(unit: Unit) -> None:
    unit.says(LampState.FAULT, demo.FAULT)
    assert "pose workers" not in unit.client.get("/", headers={"Host": "evil.example"}).text


def test_hostile_words_are_only_text(unit: Unit) -> None:
    name = demo.HOSTILE_NAME
    engine = replace(demo.make_engine(), model=name, isolation=name, last_failure=name, clock_faults={name: 1})
    unit.says(LampState.FAULT, name, engine)
    for path in ("/", "/unit"):
        page = unit.page(path)
        assert name in page.all("main")[0].text
        assert "<script>alert" not in page.source


def test_without_a_script_the_browser_loads_it_again(unit: Unit) -> None:
    (refresh,) = unit.page().all("meta", **{"http-equiv": "refresh"})
    assert refresh.within("noscript")


def test_its_stream_tells_a_change_and_a_silence(unit: Unit) -> None:
    unit.says(LampState.READY, "step on")
    streams: Streams = unit.app.extensions["medius.streams"]

    def die() -> None:
        unit.clock.passed_s += 60.0

    meanwhile = iter([lambda: unit.says(LampState.FAULT, demo.FAULT), lambda: None, die])

    def pause(_seconds: float) -> bool:
        step = next(meanwhile, None)
        if step is not None:
            step()
        return step is not None

    streams.pause = pause  # type: ignore[method-assign]
    with unit.client.get("/unit/events") as response:
        assert response.mimetype == "text/event-stream"
        events = [e for e in response.get_data(as_text=True).split("\n\n") if e.startswith("data: {")]
    told = [json.loads(e.removeprefix("data: ")) for e in events]
    assert [t["said"].split(".")[0] for t in told] == ["Ready", "Fault", "No word from the unit"]
    for panel in told:
        check_fragment(Page(panel["html"]))
