import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from monitor.store import Calibration, Reader, SystemClock, database
from monitor.store.recorder import Recorder
from monitor.vocabulary import VARIABLES, Side
from tests.web import demo
from tests.web.conftest import Demo
from tests.web.markup import Element, Page, check_no_foreign_address, check_page
from web import Config, create_app

KINDS = (
    "nobody",
    "landmarks",
    "withheld",
    "recovered",
    "fault",
    "no summary",
    "single",
    "hostile",
    "long",
    "story",
)


def get(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path)
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return check_page(response.text)


def values(elements: list[Element]) -> list[float]:
    return [float(e.attributes["value"]) for e in elements if e.tag == "data"]


def test_demo_has_the_kinds_that_are_tested(demo_store: Demo) -> None:
    assert set(demo_store.ids) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["", "/stances"])
def test_every_kind_of_session_has_sound_pages(client: FlaskClient, demo_store: Demo, kind: str, page: str) -> None:
    shown = get(client, f"/sessions/{demo_store.ids[kind]}{page}")
    check_no_foreign_address(
        shown.source, str(escape(demo.HOSTILE_NAME)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    )


@pytest.mark.parametrize(
    "path", ["/", "/live", "/unit", "/nowhere", "/sessions/nowhere", "/sessions/", "/static/nothing.css"]
)
def test_every_other_page_is_sound(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == (200 if path in ("/", "/live", "/unit") else 404)
    check_page(response.text)


@pytest.mark.parametrize("path", ["/", "/live", "/unit"])
def test_the_navigation_says_where_one_is(client: FlaskClient, path: str) -> None:
    page = get(client, path)
    links = [e for e in page.all("a") if e.within("nav")]
    assert [e.attributes["href"] for e in links] == ["/", "/live", "/coach", "/unit"]
    assert [e.attributes["href"] for e in links if "aria-current" in e.attributes] == [path]


def test_the_list_shows_every_session_newest_first_with_its_stored_means(
    client: FlaskClient, demo_store: Demo, reader: Reader
) -> None:
    page = get(client, "/")
    cards = [e for e in page.all("a") if "session-card" in e.classes]
    assert [c.attributes["href"].rsplit("/", 1)[1] for c in cards] == list(reversed(demo_store.ids.values()))
    expected = [
        [s.mean for side in Side if (s := row.summary[side]["pelvic_drop_deg"]).mean is not None] if row.summary else []
        for row in reader.sessions()
    ]
    assert [values([e for e in page.elements if card in e.ancestors]) for card in cards] == expected


def test_the_list_and_the_page_say_how_a_session_ended(client: FlaskClient, demo_store: Demo) -> None:
    cards = [e for e in get(client, "/").all("a") if "session-card" in e.classes]
    badges = {e.attributes["href"].rsplit("/", 1)[1]: "" for e in cards}
    for badge in (e for e in get(client, "/").all("span") if "badge" in e.classes):
        card = badge.within("a")
        assert card is not None
        badges[card.attributes["href"].rsplit("/", 1)[1]] = badge.text
    unusual = {demo_store.ids["recovered"]: "cut off", demo_store.ids["fault"]: "ended by a fault"}
    assert badges == dict.fromkeys(demo_store.ids.values(), "") | unusual
    page = get(client, f"/sessions/{demo_store.ids['fault']}")
    assert "The unit had a fault and ended this session." in page.all("main")[0].text


def test_the_list_goes_on_with_older_sessions(tmp_path: Path) -> None:
    path = tmp_path / "many.db"
    clock = demo.DemoClock(demo.FIRST_DAY)
    ids = []
    with Recorder(path, clock) as recorder:
        for _ in range(65):
            ids.append(recorder.open_session(demo.start_of("camera 0")))
            recorder.close_session()
            clock.passed_s += 3600.0
    client = create_app(Config(str(path))).test_client()
    seen, path_of_page, pages = [], "/", 0
    while path_of_page:
        page = get(client, path_of_page)
        seen += [e.attributes["href"].rsplit("/", 1)[1] for e in page.all("a") if "session-card" in e.classes]
        path_of_page = next((e.attributes["href"] for e in page.all("a") if e.text == "Older sessions"), "")
        pages += 1
    assert seen == ids[::-1]
    assert pages == 3


@pytest.mark.parametrize("before", ["x", "'; drop table sessions; --", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_list_before_nothing_known_is_no_fault(client: FlaskClient, before: str) -> None:
    assert client.get("/", query_string={"before": before}).status_code == 200


@pytest.mark.parametrize("kind", ["story", "long", "landmarks", "withheld", "single", "recovered", "hostile"])
def test_the_table_of_variables_equals_the_store(
    client: FlaskClient, demo_store: Demo, reader: Reader, kind: str
) -> None:
    page = get(client, f"/sessions/{demo_store.ids[kind]}")
    session = reader.session(demo_store.ids[kind])
    assert session is not None
    assert session.summary is not None
    for variable in VARIABLES:
        (body,) = page.all("tbody", id=variable.name)
        cells = [e for e in page.all("td") if body in e.ancestors]
        assert len(cells) == 2
        for side, cell in zip(Side, cells, strict=True):
            stored = session.summary[side][variable.name]
            shown = values([e for e in page.elements if cell in e.ancestors])
            if stored.mean is None:
                assert shown == [stored.n]
                assert f"withheld: {stored.reason}" in " ".join(cell.text.split())
            else:
                assert shown == [stored.mean, stored.n]
                assert "±" in cell.text


def test_the_answer_is_the_first_thing_and_left_stands_left(
    client: FlaskClient, demo_store: Demo, reader: Reader
) -> None:
    page = get(client, f"/sessions/{demo_store.ids['story']}")
    session = reader.session(demo_store.ids["story"])
    assert session is not None
    assert session.summary is not None
    drops = [session.summary[side]["pelvic_drop_deg"].mean for side in (Side.LEFT, Side.RIGHT)]
    assert values(page.elements)[:2] == drops
    assert "estimated from video" in page.all("h2")[0].text
    articles = page.all("article")
    assert [a.text.split()[0] for a in articles] == ["Left", "Right"]
    assert all("95 % interval" in a.text and "±" in a.text and "n = " in a.text for a in articles)


def test_every_stance_equals_the_store(client: FlaskClient, demo_store: Demo, reader: Reader) -> None:
    session_id = demo_store.ids["story"]
    rows = reader.stances(session_id)
    shown: list[Element] = []
    pages: list[Page] = []
    path = f"/sessions/{session_id}/stances"
    while path:
        page = get(client, path)
        pages.append(page)
        shown += [e for e in page.all("tr") if e.within("tbody")]
        path = next((e.attributes["href"] for e in page.all("a") if e.text == "The next ones"), "")
    assert len(pages) == 3
    assert len(shown) == len(rows) == 636
    cells = {id(row): [e for p in pages for e in p.elements if row in e.ancestors] for row in shown[:80]}
    for element, row in zip(shown[:80], rows[:80], strict=True):
        expected = [m.value for v in VARIABLES if (m := row.stance.measures[v.name]).value is not None]
        assert values(cells[id(element)]) == expected
        texts = [e.text for e in cells[id(element)] if e.tag in ("th", "td")]
        assert texts[:2] == [str(row.seq), row.stance.side.value]
        assert len(texts) == 5 + len(VARIABLES)
        for variable, text in zip(VARIABLES, texts[4:-1], strict=True):
            measure = row.stance.measures[variable.name]
            assert text.strip() == f"withheld: {measure.reason}" if measure.value is None else "±" in text


@pytest.mark.parametrize("after", ["-5", "999999999999999999999999", "x", "636"])
def test_stances_after_nothing_are_no_fault(client: FlaskClient, demo_store: Demo, after: str) -> None:
    path = f"/sessions/{demo_store.ids['story']}/stances?after={after}"
    assert client.get(path).status_code == 200


def test_a_hostile_name_is_only_text(client: FlaskClient, demo_store: Demo) -> None:
    for path in ("/", f"/sessions/{demo_store.ids['hostile']}", f"/sessions/{demo_store.ids['hostile']}/stances"):
        page = get(client, path)
        assert demo.HOSTILE_NAME in page.all("main")[0].text
        assert "<script>alert" not in page.source
        assert "49" not in page.all("h1")[0].text


def test_a_withheld_answer_gives_its_reason_and_no_number(client: FlaskClient, demo_store: Demo) -> None:
    page = get(client, f"/sessions/{demo_store.ids['withheld']}")
    for article in page.all("article"):
        assert "withheld: a loose jacket hides the pelvis" in article.text
        assert "0" not in article.text


def test_landmarks_alone_are_said_to_be_poor(client: FlaskClient, demo_store: Demo) -> None:
    text = get(client, f"/sessions/{demo_store.ids['landmarks']}").all("main")[0].text
    assert "the body points of the pose network alone" in text
    assert "follow the pelvis poorly" in text


def test_the_chart_marks_cues_and_names_what_is_missing(client: FlaskClient, demo_store: Demo) -> None:
    page = get(client, f"/sessions/{demo_store.ids['story']}")
    text = " ".join(page.all("main")[0].text.split())
    assert "Left lamp on once" in text
    assert "The marked belt was hidden (" in text
    assert "No stance was recognised: " in text
    assert len([e for e in page.all("svg") if "cue-mark" in e.classes]) == 1


def test_no_forbidden_word_is_used(client: FlaskClient, demo_store: Demo) -> None:
    for path in ("/", "/live", "/unit", *(f"/sessions/{i}" for i in demo_store.ids.values())):
        text = client.get(path).text.lower()
        for word in ("diagnos", "abnormal", "normal ", "weakness", "treats", "prevents", "risk score", "safe to run"):
            assert word not in text, (path, word)
        assert "a training aid, not a medical device" in text


def test_before_the_first_session_the_pages_say_how_to_start(tmp_path: Path) -> None:
    path = tmp_path / "none yet" / "medius.db"
    client = create_app(Config(str(path))).test_client()
    assert get(client, "/").all("h1")[0].text == "No session yet"
    assert "medius run" in get(client, "/").source
    assert "medius run" in get(client, "/live").source
    assert "No word from the unit yet" in get(client, "/unit").source
    get(client, "/sessions/x", status=404)
    assert not path.parent.exists()


def test_the_store_may_appear_and_be_replaced_while_the_pages_are_served(tmp_path: Path) -> None:
    path, other = tmp_path / "medius.db", tmp_path / "other.db"
    client = create_app(Config(str(path))).test_client()
    assert "No session yet" in client.get("/").text
    for target, name in ((path, "the first"), (other, "the second")):
        with Recorder(target, demo.DemoClock(demo.FIRST_DAY)) as recorder:
            recorder.open_session(demo.start_of(name))
    assert "the first" in client.get("/").text
    other.replace(path)
    assert "the second" in client.get("/").text


def test_a_damaged_store_is_said_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "medius.db"
    path.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    client = create_app(Config(str(path))).test_client()
    assert "is damaged or is not a database" in get(client, "/", status=503).source
    assert "is damaged or is not a database" in get(client, "/live").source
    assert "is damaged or is not a database" in get(client, "/unit").source


def test_a_locked_store_is_said_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "medius.db"
    with Recorder(path, demo.DemoClock(demo.FIRST_DAY)):
        pass
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    client = create_app(Config(str(path))).test_client()
    assert "is held by another program" in get(client, "/", status=503).source
    holder.close()
    assert get(client, "/").all("h1")[0].text == "No session yet"


def test_a_fault_of_ours_is_a_plain_page_without_the_traceback(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Reader, "sessions", broken)
    response = app.test_client().get("/")
    assert response.status_code == 500
    check_page(response.text)
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_says_what_the_drop_is_counted_from(tmp_path: Path, client: FlaskClient, demo_store: Demo) -> None:
    assert "counted from level" in get(client, f"/sessions/{demo_store.ids['story']}").source
    path = tmp_path / "medius.sqlite"
    with Recorder(path, SystemClock()) as recorder:
        session_id = recorder.open_session(demo.start_of("a runner", origin_s=100.0))
        recorder.calibration(Calibration(165.0, "standing, belt", -1.3, 0.1))
        recorder.close_session()
    text = get(create_app(Config(str(path))).test_client(), f"/sessions/{session_id}").source
    assert "counted from the runner standing still at 1:05" in text
    assert "−1.3 ± 0.2°" in text
