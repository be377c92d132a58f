"""Deleting from the dashboard: a page that asks, then the unit, with a real store behind it."""

import random
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.appliance import Appliance
from monitor.camera import Camera
from monitor.commands import Commands
from monitor.control import Control, RefusedError
from monitor.control.pin import owner_of
from monitor.pose.weights import Model
from monitor.service import Service
from monitor.settings import Settings
from monitor.store import Ownership, PhoneKey, Reader, Recorder
from tests.web import demo
from tests.web.markup import check_page
from web import Config, create_app
from web.keeping import NOT_KNOWN, in_words, sentence_of
from web.standing import Standing

HERE = {"Host": "localhost", "Origin": "http://localhost"}


class Unit:
    """The appliance's own answers, over a recorder that runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "medius.sqlite"
        self.clock = demo.DemoClock(demo.FIRST_DAY)
        self.recorder = Recorder(self.path, self.clock)
        self.ids = [self.record() for _ in range(45)]
        settings = Settings(state_dir=folder, keep_days=30.0, keep_mb=float("inf"))
        self.appliance = Appliance(settings, Model.LITE, folder, no_camera, "none", Service())
        self.appliance._recorder = self.recorder
        self._commands = Commands(self.appliance)
        self.asked: list[str] = []

    def record(self) -> str:
        steps = demo.story(8.0, random.Random(1))
        session_id, _ = demo.record(self.recorder, self.clock, demo.start_of("camera 0"), steps, length_s=8.0)
        self.recorder.close_session()
        assert self.recorder.flush()
        return session_id

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        self.asked.append(command)
        return self._commands.do(command, arguments)

    def stored(self) -> set[str]:
        with Reader.open(self.path) as reader:
            return {session.id for session in reader.sessions(limit=1000)}


def no_camera() -> Camera:
    raise AssertionError


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    made = Unit(tmp_path)
    with Control(tmp_path / "monitor.sock", made):
        yield made
    made.recorder.close()


@pytest.fixture
def app(unit: Unit, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(Config(str(unit.path), None, str(tmp_path / "monitor.sock")))
    yield made
    made.extensions["medius.source"].close()


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_session_is_deleted_after_a_page_has_asked(phone: FlaskClient, unit: Unit) -> None:
    gone = unit.ids[7]
    asks = phone.get(f"/sessions/{gone}/delete")
    page = check_page(asks.text)
    assert page.all("form")[0].attributes == {"class": "pager", "method": "post", "action": f"/sessions/{gone}/delete"}
    assert unit.stored() == set(unit.ids)
    answer = phone.post(f"/sessions/{gone}/delete", headers=HERE)
    assert answer.status_code == 200
    check_page(answer.text)
    assert "The session is deleted" in answer.text
    assert unit.stored() == set(unit.ids) - {gone}
    assert phone.get(f"/sessions/{gone}").status_code == 404
    assert phone.post(f"/sessions/{gone}/delete", headers=HERE).status_code == 404


def test_everything_is_deleted_by_who_is_sure(phone: FlaskClient, unit: Unit) -> None:
    assert "This unit keeps 45 sessions." in check_page(phone.get("/delete-everything").text).source
    for said in ({}, {"sure": ""}, {"sure": "no"}):
        answer = phone.post("/delete-everything", data=said, headers=HERE)
        assert answer.status_code == 400
        check_page(answer.text)
        assert "Nothing was deleted." in answer.text
    assert unit.stored() == set(unit.ids)
    assert "delete" not in unit.asked
    answer = phone.post("/delete-everything", data={"sure": "yes"}, headers=HERE)
    assert answer.status_code == 200
    assert "Every session and every diary is deleted" in check_page(answer.text).source
    assert unit.stored() == set()
    assert "There is no session to delete." in check_page(phone.get("/delete-everything").text).source
    assert unit.record() in unit.stored()


def test_diaries_without_a_session_can_be_deleted_too(phone: FlaskClient, unit: Unit) -> None:
    Ownership(unit.recorder).join(PhoneKey(str(uuid.uuid4()), "digest"), unit.clock.now(), "Ann")
    assert "Its coach keeps the diary of 1 runner." in check_page(phone.get("/delete-everything").text).source
    unit.recorder.delete_sessions(unit.ids)
    page = check_page(phone.get("/delete-everything").text)
    assert "every runner's diary" in page.all("main")[0].text
    assert phone.post("/delete-everything", data={"sure": "yes"}, headers=HERE).status_code == 200
    with Reader.open(unit.path) as reader:
        assert reader.diary_count() == 0
    assert "There is no session to delete." in phone.get("/delete-everything").text


def test_the_session_that_runs_and_everything_with_it_stay(phone: FlaskClient, unit: Unit) -> None:
    running = unit.recorder.open_session(demo.start_of("camera 0"))
    unit.recorder.flush()
    assert "It has not ended." in phone.get(f"/sessions/{running}/delete").text
    for path in (f"/sessions/{running}/delete", "/delete-everything"):
        answer = phone.post(path, data={"sure": "yes"}, headers=HERE)
        assert answer.status_code == 409
        check_page(answer.text)
        assert "end it first" in answer.text
    assert unit.stored() == {*unit.ids, running}


def test_without_a_unit_nothing_is_deleted_and_the_page_says_what_to_do(
    phone: FlaskClient, unit: Unit, tmp_path: Path
) -> None:
    (tmp_path / "monitor.sock").unlink()
    kept = unit.ids[0]
    for path, by_hand in (
        (f"/sessions/{kept}/delete", f"medius delete {kept}"),
        ("/delete-everything", "medius delete --everything"),
    ):
        answer = phone.post(path, data={"sure": "yes"}, headers=HERE)
        assert answer.status_code == 503
        check_page(answer.text)
        for words in ("Nothing was deleted", "is it running", "Start the unit", by_hand):
            assert words in answer.text
    assert unit.stored() == set(unit.ids)


def test_a_dashboard_that_commands_no_unit_says_so(unit: Unit) -> None:
    app = create_app(Config(str(unit.path)))
    answer = app.test_client().post(f"/sessions/{unit.ids[0]}/delete", headers=HERE)
    assert answer.status_code == 503
    assert "commands no unit" in answer.text
    assert unit.stored() == set(unit.ids)
    app.extensions["medius.source"].close()


def test_a_unit_that_takes_long_is_not_said_to_have_refused(
    phone: FlaskClient, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(sys.modules["web.deletion"], "PATIENCE_S", 0.1)
    monkeypatch.setattr(unit.appliance, "delete_session", lambda _id: released.wait(60.0))
    answer = phone.post(f"/sessions/{unit.ids[0]}/delete", headers=HERE)
    released.set()
    assert answer.status_code == 503
    assert "It may still do it: look again in a minute." in check_page(answer.text).source


def test_a_form_of_another_page_deletes_nothing(phone: FlaskClient, unit: Unit) -> None:
    for path in (f"/sessions/{unit.ids[0]}/delete", "/delete-everything"):
        for headers in ({"Host": "localhost"}, {"Host": "localhost", "Origin": "http://evil.example"}):
            assert phone.post(path, data={"sure": "yes"}, headers=headers).status_code == 403
    assert unit.stored() == set(unit.ids)


def test_who_has_not_said_the_pin_deletes_nothing(unit: Unit, tmp_path: Path) -> None:
    app = create_app(Config(str(unit.path), str(tmp_path / "owner"), str(tmp_path / "monitor.sock")))
    phone = app.test_client()
    paths = (f"/sessions/{unit.ids[0]}/delete", "/delete-everything")
    for path in paths:
        assert phone.get(path).location.startswith("/owner")
        assert phone.post(path, data={"sure": "yes"}, headers=HERE).location.startswith("/owner")
    assert unit.stored() == set(unit.ids)
    phone.post("/owner", data={"pin": owner_of(tmp_path / "owner").pin}, headers=HERE)
    assert phone.post(paths[0], headers=HERE).status_code == 200
    assert unit.stored() == set(unit.ids[1:])
    app.extensions["medius.source"].close()


@pytest.mark.parametrize("given", [{}, {"session": 3}, {"session": None}, {"everything": "yes"}, {"everything": 1}])
def test_the_unit_deletes_nothing_that_was_not_named(unit: Unit, given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="Say which session"):
        unit.do("delete", given)
    assert unit.stored() == set(unit.ids)


def test_the_page_says_how_long_the_unit_keeps_sessions_and_asks_it_now_and_then(
    phone: FlaskClient, unit: Unit
) -> None:
    for _ in range(3):
        text = " ".join(check_page(phone.get(f"/sessions/{unit.ids[0]}").text).all("main")[0].text.split())
        assert "The unit deletes a session when it is 30 days old; the settings keep_days and keep_mb say so." in text
    assert unit.asked == ["status"]


def test_a_unit_that_does_not_say_leaves_it_open(tmp_path: Path) -> None:
    class Older:
        def do(self, _command: str, _arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
            return {"state": "ready"}, b""

    with Control(tmp_path / "older.sock", Older()):
        status = Standing(str(tmp_path / "older.sock"), demo.DemoClock(demo.FIRST_DAY)).now()
    assert status == {"state": "ready"}
    assert in_words(status) == NOT_KNOWN


@pytest.mark.parametrize(
    ("days", "megabytes", "said"),
    [
        (730.0, 2000.0, "when it is 730 days old, or when all sessions take more than 2000 MB and it is the oldest;"),
        (1.0, None, "deletes a session when it is a day old;"),
        (None, 5.0, "deletes a session when all sessions take more than 5 MB and it is the oldest;"),
        (None, None, "Sessions are kept until somebody deletes them."),
    ],
)
def test_every_limit_is_said(days: float | None, megabytes: float | None, said: str) -> None:
    assert said in sentence_of({"keep_days": days, "keep_mb": megabytes})
    assert said not in NOT_KNOWN
