"""Which language a page is in, and that it says so."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.control import Control
from monitor.store import Recorder
from monitor.vocabulary import LampState
from tests.web import demo
from tests.web.markup import check_page
from web import Config, create_app, words
from web.language import _, languages, ngettext, spoken
from web.standing import AGAIN_S, KNOWN_S, Standing

HERE = {"Origin": "http://localhost"}


class Unit:
    """Says which language its owner has chosen."""

    def __init__(self, language: str | None) -> None:
        self.language = language
        self.asked = 0

    def do(self, _command: str, _arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        self.asked += 1
        return {} if self.language is None else {"language": self.language}, b""


def said_in(client: FlaskClient, accept: str | None = None, path: str = "/help") -> str:
    """The language that a page says it is in, everywhere it does."""
    answer = client.get(path, headers={} if accept is None else {"Accept-Language": accept})
    code = answer.headers["Content-Language"]
    check_page(answer.text, code)
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
    assert ("Was gemessen wird" in answer.text, "What is measured" in answer.text) == (code == "de", code == "en")
    return code


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,de;q=0.5,en;q=0.1", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr, ja", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("\x00;;q=,,-", "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(client: FlaskClient, accept: str, code: str) -> None:
    assert said_in(client, accept) == code


def test_a_phone_keeps_the_language_it_has_chosen(client: FlaskClient) -> None:
    page = check_page(client.get("/help").text)
    buttons = {e.attributes["value"]: e for e in page.all("button", name="to")}
    assert [(code, button.text, button.attributes["lang"]) for code, button in buttons.items()] == [
        ("en", "English", "en"),
        ("de", "Deutsch", "de"),
    ]
    assert "aria-current" in buttons["en"].attributes
    answer = client.post("/language", data={"to": "de"}, headers=HERE | {"Referer": "http://localhost/help?x=1"})
    assert (answer.status_code, answer.location) == (303, "/help?x=1")
    assert all(word in answer.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Strict"))
    assert said_in(client, "en") == "de"
    client.post("/language", data={"to": "en"}, headers=HERE)
    assert said_in(client, "de") == "en"


@pytest.mark.parametrize("referer", ["", "http://elsewhere/help", "http://localhost//elsewhere/", "nonsense"])
def test_nobody_is_led_elsewhere_by_it(client: FlaskClient, referer: str) -> None:
    answer = client.post("/language", data={"to": "de"}, headers=HERE | {"Referer": referer})
    assert answer.location == "/live"


def test_on_the_answer_to_a_form_it_leads_to_a_page_that_there_is(client: FlaskClient) -> None:
    for path, location in (("/unit/begin", "/live"), ("/nowhere", "/live"), ("/begin", "/begin"), ("/", "/")):
        answer = client.post("/language", data={"to": "de"}, headers=HERE | {"Referer": f"http://localhost{path}"})
        assert answer.location == location


@pytest.mark.parametrize("wanted", ["", "xx", "../de", "DE"])
def test_what_is_no_language_is_not_kept(client: FlaskClient, wanted: str) -> None:
    answer = client.post("/language", data={"to": wanted}, headers=HERE)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (400, False)
    client.set_cookie("medius_language", wanted)
    assert said_in(client, "de") == "de"


@pytest.mark.parametrize(
    ("language", "code"), [("de", "de"), ("en", "en"), ("browser", "de"), ("xx", "de"), (None, "de")]
)
def test_the_owners_language_goes_before_the_browsers_and_the_phones_before_it(
    tmp_path: Path, language: str | None, code: str
) -> None:
    with Control(tmp_path / "monitor.sock", Unit(language)):
        client = create_app(Config(str(tmp_path / "m.db"), control=str(tmp_path / "monitor.sock"))).test_client()
        assert said_in(client, "de") == code
        client.set_cookie("medius_language", "en")
        assert said_in(client, "de") == "en"


def test_the_unit_is_asked_now_and_then_and_its_language_outlasts_it(tmp_path: Path) -> None:
    clock, unit = demo.DemoClock(demo.FIRST_DAY), Unit("de")
    standing = Standing(str(tmp_path / "monitor.sock"), clock)
    assert (standing.now(), standing.language()) == (None, "")
    with Control(tmp_path / "monitor.sock", unit):
        assert standing.language() == "", "it was asked just now"
        clock.passed_s += AGAIN_S
        assert standing.language() == "de"
        unit.language = "en"
        assert (standing.language(), unit.asked) == ("de", 1)
        clock.passed_s += KNOWN_S
        assert (standing.language(), unit.asked) == ("en", 2)
    clock.passed_s += KNOWN_S
    assert (standing.now(), standing.language()) == (None, "en")
    standing.set_language("de")
    assert standing.language() == "de"


def test_files_and_figures_for_programs_say_no_language(client: FlaskClient) -> None:
    for path in ("/static/medius.css", "/healthz", "/metrics"):
        with client.get(path, headers={"Accept-Language": "de"}) as answer:
            assert "Content-Language" not in answer.headers
    assert client.get("/healthz").text == client.get("/healthz", headers={"Accept-Language": "de"}).text


def test_two_phones_that_look_at_once_read_their_own_language(tmp_path: Path) -> None:
    """What is made once for many is made once for each language."""
    clock = demo.DemoClock(demo.FIRST_DAY)
    with Recorder(tmp_path / "m.db", clock) as recorder:
        recorder.state(LampState.CANNOT_SEE, "nobody in view")
        assert recorder.flush()
        app = create_app(Config(str(tmp_path / "m.db"), poll_s=0.01, stream_s=0.01), clock)
        for path in ("/live/events", "/unit/events", "/live", "/unit"):
            said = {
                accept: app.test_client().get(path, headers={"Accept-Language": accept}).text
                for accept in ("en", "de", "en", "de")
            }
            assert "Nobody in view." in said["en"]
            assert "Niemand im Bild." in said["de"]
            assert "Nobody" not in said["de"]
        app.extensions["medius.source"].close()


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [(0, "0 stances", "0 Standphasen"), (1, "1 stance", "1 Standphase"), (5120, "5,120 stances", "5.120 Standphasen")],
)
def test_what_is_counted_has_the_form_of_its_number(app: Flask, number: int, english: str, german: str) -> None:
    said = {}
    for code in ("en", "de"):
        with app.test_request_context(headers={"Accept-Language": code}):
            said[code] = words.count(number, "stance")
            assert ngettext("%(num)s stance", "%(num)s stances", number) == said[code]
    assert said == {"en": english, "de": german}


def test_numbers_and_dates_are_written_as_the_language_does(app: Flask) -> None:
    at = datetime(2025, 3, 4, 12, 5, tzinfo=UTC)

    def said() -> list[str]:
        return [
            words.signed(-1234.56, 1),
            words.unsigned(0.01, 1),
            words.number(1234567.0),
            words.plain(1.5),
            words.stopwatch(187.4),
            words.milliseconds(0.0095),
            words.written("6.5"),
            words.written("0.1.0"),
            words.day(at),
            words.moment(at).partition(",")[0],
        ]

    assert said() == [
        *(
            "−1234.6",
            "under 0.1",
            "1,234,567",
            "1.5",
            "3:07.4",
            "9.5\u00a0ms",
            "6.5",
            "0.1.0",
            "4 Mar",
            "Tue 4 Mar 2025",
        ),
    ]
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert said()[:9] == [
            *("−1234,6", "unter 0,1", "1.234.567", "1,5", "3:07,4", "9,5\u00a0ms", "6,5", "0.1.0", "4. März"),
        ]
        assert words.moment(at).startswith("Di., 4. März 2025, ")


def test_outside_a_page_english_is_spoken(app: Flask) -> None:
    assert spoken() is languages()["en"]
    with app.app_context():
        assert _("95 % interval") == "95 % interval"
        assert _("%(n)s of %(all)s s", n=1, all="<b>") == "1 of <b> s"


def test_what_a_text_is_filled_with_is_escaped(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        template = (
            '{{ _("All sessions of %(name)s", name=who) }} {% trans link=who %}To empty the unit: '
            '<a href="{{ link }}">delete everything</a>.{% endtrans %}'
        )
        made = app.jinja_env.from_string(template).render(who='<i>"&')
    assert made == (
        'Alle Läufe von &lt;i&gt;&#34;&amp; Um das Gerät zu leeren: <a href="&lt;i&gt;&#34;&amp;">alles löschen</a>.'
    )
