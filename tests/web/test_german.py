"""Every page in German: nothing of it is said in English, and what it says is right."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from monitor.changes import in_words
from monitor.control import Control, RefusedError
from monitor.settings import Settings
from tests.web import demo
from tests.web.conftest import Demo
from tests.web.gym import Gym, claim, get, home_of, post
from tests.web.markup import Page, check_page, said_by
from tests.web.test_catalogue import pairs
from web import Config, create_app
from web.translations.__main__ import read

GERMAN = {"Accept-Language": "de"}
HERE = {"Origin": "http://localhost", **GERMAN}
ENGLISH = re.compile(r"\b(the|and|of|with|from|is|are|this|that|than|nothing|stance|withheld)\b")
AS_IT_CAME = (
    *("no stance on this side", "nobody in the picture", "a loose jacket hides the pelvis"),
    *("the marked belt was hidden", "the pose was lost for a moment"),
)
"""Of the demo's sessions: not the words of any unit."""
LEAST_WORDS = 4


class Unit:
    """Is being set up."""

    def do(self, command: str, _arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        answers: dict[str, Any] = {
            "status": {"setup": True, "keep_days": 730.0, "keep_mb": 1.5, "language": "browser"},
            "settings": {
                "settings": in_words(Settings(target_left_deg=6.5), {"keep_mb": "the variable MEDIUS_KEEP_MB"})
            },
            "change": {"wrong": {"target_left_deg": "It has to be more than 0.", "mains_hz": "This is no number."}},
            "lamps": {"lamps": ["left_amber", "status", "buzzer"], "each_s": 1.5, "simulated": True},
            "keep": {
                "complaint": "Several people were in view: let only the person on the treadmill be in the picture, "
                "and cover mirrors."
            },
            "offer": {},
            "report": {
                "steps": [{"look": "standing still", "seconds": 2.0, "wanted_s": 5.0, "done": False}],
                "findings": [
                    {"name": "height", "verdict": "to be put right", "value": "lens 30 ± 4 cm above the hips"},
                    {"name": "light", "verdict": "good", "value": "brightness 99 of 255, noise 1.5"},
                ],
                "advice": "Lower the camera by 30 cm, to the hips' height.",
            },
        }
        if command not in answers:
            raise RefusedError("No session is open.")
        return answers[command], b""


@pytest.fixture
def client(demo_store: Demo, tmp_path: Path) -> Iterator[FlaskClient]:
    with Control(tmp_path / "monitor.sock", Unit()):
        config = Config(str(demo_store.path), control=str(tmp_path / "monitor.sock"), poll_s=0.01, stream_s=0.01)
        made = create_app(config, demo.DemoClock(demo.FIRST_DAY))
        yield made.test_client()
        made.extensions["medius.source"].close()


def english() -> tuple[dict[str, str], re.Pattern[str]]:
    """Texts by what they are in German where that is another; and their longer pieces, in one pattern."""
    said = {text: german for message in read("de") if message.id for text, german in pairs(message)}
    whole = {text: german for text, german in said.items() if text != german}
    pieces = {
        " ".join(piece.split())
        for text in whole
        for piece in re.split(r"%\(\w+\)s|%%|<[^>]*>", text)
        if len(piece.split()) >= LEAST_WORDS
    }
    return whole, re.compile("|".join(map(re.escape, sorted(pieces))))


WHOLE, PIECES = english()


def check_german(page: Page) -> None:
    for text in said_by(page):
        assert text not in WHOLE, f"{text!r} is English"
        for came in (*AS_IT_CAME, demo.HOSTILE_NAME):
            text = re.sub(re.escape(" ".join(came.split())), "", text, flags=re.IGNORECASE)
        assert not PIECES.search(text), f"{text!r} holds English"
        assert not ENGLISH.search(text), f"{text!r} has words outside the catalogue"


def addresses(app: Flask, session_id: str) -> list[str]:
    """Of everything that can be asked for."""
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **{name: session_id if name == "session_id" else "1" for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
        ]


@pytest.mark.parametrize("kind", ["nobody", "withheld", "recovered", "fault", "no summary", "story"])
def test_no_page_says_anything_in_english(client: FlaskClient, demo_store: Demo, kind: str) -> None:
    checked = 0
    for path in addresses(client.application, demo_store.ids[kind]):
        with client.get(path, headers=GERMAN, follow_redirects=True) as answer:
            if answer.mimetype == "text/html" and answer.status_code != 204:
                check_german(check_page(answer.text, "de"))
                checked += 1
    assert checked > 15


def test_what_the_set_up_page_is_told_is_german(client: FlaskClient) -> None:
    check_german(Page(json.loads(client.get("/setup/report", headers=GERMAN).text)["html"]))


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/settings", {"target_left_deg": "0", "mains_hz": "x"}),
        ("/settings/lamps", {}),
        ("/setup/keep", {}),
        ("/setup/open", {"height_cm": "x"}),
        ("/unit/begin", {}),
        ("/delete-everything", {}),
        ("/claim", {}),
        ("/language", {"to": "xx"}),
        ("/nowhere", {}),
    ],
)
def test_no_answer_to_a_form_is_in_english(client: FlaskClient, path: str, form: dict[str, str]) -> None:
    check_german(check_page(client.post(path, data=form, headers=HERE).text, "de"))


@pytest.mark.parametrize("path", ["/live/events", "/unit/events"])
def test_what_is_told_to_an_open_page_is_german(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=GERMAN)
    [news] = re.findall(r"^data: (\{.*\})$", answer.text, re.MULTILINE)
    told = json.loads(news)
    check_german(Page(told["html"]))
    check_german(Page(f"<p>{told['said']}</p>"))
    assert answer.headers["Content-Language"] == "de"


def test_a_runner_and_a_phone_read_german(tmp_path: Path) -> None:
    with Gym(tmp_path).runs() as gym:
        ann = gym.phone()
        assert (
            ann.post(
                "/language",
                data={"to": "de"},
                headers={"Origin": "http://medius.local"},
                base_url="http://medius.local",
            ).status_code
            == 303
        )
        for _ in range(4):
            gym.session()
        check_german(check_page(get(ann, "/live").text, "de"))
        get(ann, gym.link())
        check_german(check_page(get(ann, "/claim").text, "de"))
        claim(ann, gym.link(), "Ann")
        home = home_of(ann)
        for path in (home, f"{home}?of=knee_window"):
            page = check_page(get(ann, path).text, "de")
            check_german(page)
            assert "bisher 1 von 3 Läufen" in page.all("main")[0].text
        check_german(check_page(post(ann, f"{home}/phone").text, "de"))
        check_german(check_page(get(ann, "/owner").text, "de"))


def test_what_a_page_says_is_right(client: FlaskClient, demo_store: Demo) -> None:
    text = " ".join(
        check_page(client.get(f"/sessions/{demo_store.ids['story']}", headers=GERMAN).text, "de")
        .all("main")[0]
        .text.split()
    )
    for words in ("Beckenabsenkung, aus Video geschätzt", "Rumpfneigung", "Knie nach innen", "Zum Ausprobieren:"):
        assert words in text
    assert re.search(r"[+−]\d+,\d° ± \d+,\d°", text)
    assert not re.search(r"\d\.\d°", text), "a decimal point"


def test_settings_are_written_with_a_comma_and_taken_with_either(client: FlaskClient) -> None:
    page = check_page(client.get("/settings", headers=GERMAN).text, "de")
    [left] = page.all("input", name="target_left_deg")
    assert left.attributes["value"] == "6,5"
    assert "Das ist keine Zahl." in client.post("/settings", data={}, headers=HERE).text


@pytest.mark.parametrize("file", ["stances.csv", "session.json", "activity.fit"])
def test_files_are_the_same_in_every_language(client: FlaskClient, demo_store: Demo, file: str) -> None:
    path = f"/sessions/{demo_store.ids['story']}/{file}"
    english, german = client.get(path), client.get(path, headers=GERMAN)
    assert english.data == german.data
    assert "Content-Language" not in german.headers
