"""A session's page in markup: the answer first, each finding with its evidence, every chart with its table."""

import random
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.store import Ownership, PhoneKey, Reader, Recorder, digest_of, new_token
from monitor.vocabulary import CURVES, VARIABLES, Side
from tests.web import demo
from tests.web.conftest import Demo
from tests.web.markup import Element, Page
from tests.web.test_pages import KINDS, get
from web import Config, create_app
from web.words import signed

HEAVIEST = 400 * 1024


def page_of(client: FlaskClient, demo_store: Demo, kind: str) -> Page:
    return get(client, f"/sessions/{demo_store.ids[kind]}")


def section(page: Page, heading: str) -> Element:
    (found,) = page.all("section", **{"aria-labelledby": heading})
    return found


def inside(page: Page, element: Element, tag: str) -> list[Element]:
    return [e for e in page.all(tag) if element in e.ancestors]


def test_the_answer_stands_before_what_stands_out_and_that_before_everything_else(
    client: FlaskClient, demo_store: Demo
) -> None:
    page = page_of(client, demo_store, "story")
    headings = [e.attributes.get("id") for e in page.all("h2")]
    assert headings[:3] == ["answer", "findings", "stride"]
    answer = section(page, "answer")
    assert [e.text for e in inside(page, answer, "h3")] == ["Left", "Right", "Knee collapse", "Trunk lean"]
    bars = [e for e in inside(page, answer, "svg") if "range" in e.classes]
    assert len(bars) == 6
    assert all(bar.attributes["aria-hidden"] == "true" for bar in bars)


@pytest.mark.parametrize("kind", KINDS)
def test_each_finding_has_its_picture_and_one_thing_to_try(client: FlaskClient, demo_store: Demo, kind: str) -> None:
    page = page_of(client, demo_store, kind)
    findings = [e for e in page.all("li") if "findings" in e.ancestors[-1].classes]
    assert len(findings) <= 3
    for finding in findings:
        assert len(inside(page, finding, "h3")) == 1
        assert finding.text.count("To try:") == 1
        pictures = [e for e in inside(page, finding, "svg") if "chart" in e.classes]
        assert len(pictures) == (0 if "o pelvis drop this time" in finding.text or kind == "no summary" else 1)
        assert all("table" in picture.attributes["aria-label"] for picture in pictures)


def test_the_story_is_told_as_it_was_made(client: FlaskClient, demo_store: Demo) -> None:
    findings = section(page := page_of(client, demo_store, "story"), "findings")
    assert [e.text for e in inside(page, findings, "h3")] == ["Left: beyond your band of 6.5° for 1 min 7 s"]
    assert "metronome at 175 steps a minute, 5 % above your 167" in findings.text


def test_the_average_stride_is_that_of_the_store(client: FlaskClient, demo_store: Demo, reader: Reader) -> None:
    page = page_of(client, demo_store, "story")
    curves = reader.curves(demo_store.ids["story"])
    assert curves is not None
    stride = section(page, "stride")
    assert len([e for e in inside(page, stride, "svg") if "chart" in e.classes]) == len(CURVES)
    tables = inside(page, stride, "table")
    assert len(tables) == len(CURVES)
    for name, table in zip(CURVES, tables, strict=True):
        cells = [e.text for e in inside(page, table, "td")]
        for index, side in enumerate(Side):
            mean = curves[side][name].mean
            expected = [f"{signed(deg, 1)}°" for deg in mean[::2]]
            assert [cell.split(",")[0] for cell in cells[index::2]][: len(expected)] == expected


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("no summary", "This session has no average stride: none was stored with it."),
        ("withheld", ""),
        ("nobody", "No stride was measured."),
    ],
)
def test_a_session_without_an_average_stride_says_so(
    client: FlaskClient, demo_store: Demo, kind: str, why: str
) -> None:
    stride = section(page_of(client, demo_store, kind), "stride")
    if why:
        assert why in stride.text
    else:
        assert "Knee collapse" in stride.text
        assert "Pelvis drop" not in stride.text


def test_how_it_went_leads_to_the_stances_of_each_part(client: FlaskClient, demo_store: Demo, reader: Reader) -> None:
    session_id = demo_store.ids["long"]
    page = get(client, f"/sessions/{session_id}")
    drift = section(page, "drift")
    links = [e for e in inside(page, drift, "a") if e.within("table")]
    assert [link.text for link in links] == [f"{minute}:00" for minute in range(30)]
    rows = get(client, links[7].attributes["href"]).all("tr")
    first = next(row for row in rows if row.within("tbody"))
    stance = next(r.stance for r in reader.stances(session_id) if r.stance.contact_s >= 91_234.5 + 420.0)
    assert first.text.split()[0] == str(next(r.seq for r in reader.stances(session_id) if r.stance == stance))


def test_left_is_set_against_right_in_every_variable(client: FlaskClient, demo_store: Demo) -> None:
    page = page_of(client, demo_store, "story")
    sides = section(page, "sides")
    rows = [e for e in inside(page, sides, "tr") if e.within("tbody")]
    assert len(rows) == len(VARIABLES)
    assert {inside(page, row, "td")[-1].text for row in rows} <= {"yes", "no"}
    withheld = section(page_of(client, demo_store, "withheld"), "sides")
    assert withheld.text.count("withheld: a loose jacket hides the pelvis") == 3


def test_ten_thousand_stances_weigh_little(tmp_path: Path) -> None:
    clock = demo.DemoClock(demo.FIRST_DAY)
    with Recorder(tmp_path / "m.db", clock) as recorder:
        steps = demo.story(3770.0, random.Random(4))
        session_id, stances = demo.record(recorder, clock, demo.start_of("camera 0"), steps, length_s=3770.0)
        recorder.close_session()
    client = create_app(Config(str(tmp_path / "m.db"))).test_client()
    page = get(client, f"/sessions/{session_id}")
    assert len(stances) > 10_000
    static = {e.attributes["href"] for e in page.all("link")}
    static |= {e.attributes["src"] for tag in ("img", "script") for e in page.all(tag)}
    weight = len(page.source.encode())
    for path in static:
        with client.get(path) as response:
            weight += len(response.data)
    assert weight < HEAVIEST


@pytest.fixture
def of_a_runner(tmp_path: Path) -> tuple[FlaskClient, list[str]]:
    """Five sessions of one runner; the last one's left side drops 4 degrees more."""
    clock, dice = demo.DemoClock(demo.FIRST_DAY), random.Random(8)
    ids = []
    with Recorder(tmp_path / "m.db", clock) as recorder:
        ownership, phone = Ownership(recorder), PhoneKey("00000000-0000-4000-8000-000000000001", digest_of("secret"))
        for number in range(5):
            more = [0.0, 0.3, -0.2, 0.1, 4.0][number]
            steps = [demo.make_stance(i, dice, extra=0.0 if i % 2 else more) for i in range(300)]
            session_id, _ = demo.record(
                recorder, clock, demo.start_of("camera 0"), ((step, None) for step in steps), length_s=110.0
            )
            recorder.close_session()
            token = new_token()
            assert recorder.flush()
            assert ownership.offer(session_id, digest_of(token), clock.now(), clock.at.replace(year=2030))
            runner = None
            if ids:
                with Reader.open(tmp_path / "m.db") as reader:
                    row = reader.phone(phone.id)
                    runner = row and row.runner.id
            ownership.accept(digest_of(token), clock.now(), runner_id=runner, phone=phone, nickname="")
            ids.append(session_id)
            clock.passed_s += 86_400.0
    return create_app(Config(str(tmp_path / "m.db"))).test_client(), ids


def test_a_session_is_set_against_the_runners_baseline(of_a_runner: tuple[FlaskClient, list[str]]) -> None:
    client, ids = of_a_runner
    early, alike, other = (get(client, f"/sessions/{ids[number]}") for number in (1, 3, 4))
    assert section(early, "answer").text.count("Against your baseline: 1 of 3 sessions so far.") == 2
    assert section(alike, "answer").text.count("within the measurement's error") == 2
    assert "stands out by more than the measurement" in section(alike, "findings").text
    left, right = other.all("article")
    assert "against your baseline: beyond the measurement's error" in left.text
    assert "against your baseline: within the" in right.text
    assert "more drop than your baseline" in inside(other, section(other, "findings"), "h3")[0].text


def test_a_session_that_is_nobodys_has_no_baseline(client: FlaskClient, demo_store: Demo) -> None:
    assert "baseline" not in section(page_of(client, demo_store, "story"), "answer").text
