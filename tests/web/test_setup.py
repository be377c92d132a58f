"""The set-up on a phone, before a unit that answers as the real one does."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor.control import Control, RefusedError
from tests.web.conftest import Demo
from tests.web.markup import check_page
from web import Config, create_app

HERE = {"Host": "localhost", "Origin": "http://localhost"}
REPORT = {
    "steps": [{"look": "standing still", "seconds": 2.0, "wanted_s": 5.0, "done": False}],
    "findings": [{"name": "height", "verdict": "to be put right", "value": "lens 30 ± 4 cm above the <hips>"}],
    "advice": "Lower the camera by 30 cm, to the hips' height.",
    "complete": False,
}
JPEG = b"\xff\xd8 a picture"


class Unit:
    """Has a set-up that takes a while to open."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.wished = self.is_open = False
        self.complaint = ""

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        if command == "status":
            return {"setup": self.wished}, b""
        if command == "setup":
            self.asked.append((command, dict(arguments)))
            if isinstance(arguments.get("height_cm"), str):
                raise RefusedError("A height is in cm, 100 to 230.")
            self.wished = self.is_open = arguments["open"]
            return {}, b""
        if not self.is_open:
            raise RefusedError("The set-up opens.")
        if command == "keep":
            self.wished = self.is_open = False
        return {"report": REPORT, "keep": {"complaint": self.complaint}, "preview": {}}[command], (
            JPEG if command == "preview" else b""
        )


@pytest.fixture
def unit() -> Unit:
    return Unit()


@pytest.fixture
def phone(demo_store: Demo, tmp_path: Path, unit: Unit) -> Iterator[FlaskClient]:
    with Control(tmp_path / "monitor.sock", unit):
        made = create_app(Config(str(demo_store.path), None, str(tmp_path / "monitor.sock")))
        yield made.test_client()
        made.extensions["medius.source"].close()


def test_a_closed_set_up_offers_to_be_opened_and_shows_no_picture(phone: FlaskClient) -> None:
    page = phone.get("/setup")
    check_page(page.text)
    assert "Open the camera" in page.text
    assert "picture.jpg" not in page.text
    assert json.loads(phone.get("/setup/report").text) == {"open": False, "html": ""}


@pytest.mark.parametrize(
    ("said", "asked"),
    [("178", {"height_cm": 178.0}), ("", {}), (" 171,5 ", {"height_cm": 171.5})],
)
def test_it_is_opened_with_the_height_that_was_said(
    phone: FlaskClient, unit: Unit, said: str, asked: dict[str, float]
) -> None:
    answer = phone.post("/setup/open", data={"height_cm": said}, headers=HERE)
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert unit.asked == [("setup", {"open": True} | asked)]


def test_what_the_unit_refuses_is_said(phone: FlaskClient) -> None:
    answer = phone.post("/setup/open", data={"height_cm": "tall"}, headers=HERE)
    assert answer.status_code == 409
    assert "A height is in cm, 100 to 230." in answer.text
    kept = phone.post("/setup/keep", headers=HERE)
    assert kept.status_code == 409
    check_page(kept.text)


def test_while_it_opens_the_page_waits(phone: FlaskClient, unit: Unit) -> None:
    unit.wished = True
    page = phone.get("/setup").text
    check_page(page)
    assert "a few seconds" in page
    assert phone.get("/setup/picture.jpg").status_code == 204
    assert json.loads(phone.get("/setup/report").text)["open"] is True


def test_an_open_set_up_shows_the_picture_what_was_found_and_the_one_thing_to_do(
    phone: FlaskClient, unit: Unit
) -> None:
    unit.wished = unit.is_open = True
    page = phone.get("/setup").text
    check_page(page)
    for words in ("Lower the camera by 30 cm", "to be put right", "Standing still: 2 of 5 s", "the &lt;hips&gt;"):
        assert words in page
    shown = phone.get("/setup/picture.jpg")
    assert (shown.data, shown.mimetype, shown.headers["Cache-Control"]) == (JPEG, "image/jpeg", "no-store")
    assert "Lower the camera" in json.loads(phone.get("/setup/report").text)["html"]


@pytest.mark.parametrize("complaint", ["", "Several people were in view."])
def test_what_was_found_is_kept(phone: FlaskClient, unit: Unit, complaint: str) -> None:
    unit.wished = unit.is_open = True
    unit.complaint = complaint
    page = phone.post("/setup/keep", headers=HERE)
    check_page(page.text)
    assert page.status_code == 200
    assert ("was not found" in page.text, complaint in page.text) == (bool(complaint), True)
    assert not unit.is_open


def test_it_is_closed_without_keeping(phone: FlaskClient, unit: Unit) -> None:
    unit.wished = unit.is_open = True
    assert phone.post("/setup/close", headers=HERE).location == "/setup"
    assert unit.asked == [("setup", {"open": False})]


def test_without_a_unit_that_runs_the_page_says_so(phone: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "monitor.sock").unlink()
    page = phone.get("/setup")
    assert page.status_code == 503
    assert "is it running" in page.text
    assert phone.get("/setup/picture.jpg").status_code == 204


def test_a_dashboard_that_commands_no_unit_has_no_set_up(client: FlaskClient) -> None:
    assert client.get("/setup").status_code == 503
