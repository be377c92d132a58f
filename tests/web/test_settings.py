"""The owner's page, before the real commands of a real appliance."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.appliance import Appliance
from monitor.camera import Camera
from monitor.commands import Commands
from monitor.control import Control
from monitor.control.pin import owner_of
from monitor.cues.board import open_board
from monitor.pose.weights import Model
from monitor.service import Service
from monitor.settings import CHANGEABLE, Settings, read_settings
from monitor.upkeep.layout import Layout
from monitor.upkeep.update import on_trial
from monitor.vocabulary import LampState
from tests.web.conftest import Demo
from tests.web.markup import Page, check_page
from web import Config, create_app
from web.fields import GROUPS, NAMES
from web.version import version

HERE = {"Host": "localhost", "Origin": "http://localhost"}


class IdleUnit:
    def __init__(self) -> None:
        self.session: str | None = None
        self.state = LampState.READY, ""

    def begin(self) -> None:
        self.session = "s"

    def end(self) -> None:
        self.session = None

    def leave(self) -> None:
        """It is made anew with other settings; here that is nobody's business."""


def _no_camera(_: Settings) -> Camera:
    raise AssertionError


@pytest.fixture
def appliance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Appliance]:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("MEDIUS_KEEP_MB", "1500")
    made = Appliance(read_settings({}), Model.LITE, tmp_path, _no_camera, "none", Service())
    made._unit = IdleUnit()  # type: ignore[assignment]
    with open_board(simulate=True) as made._board:
        yield made


@pytest.fixture
def app(appliance: Appliance, demo_store: Demo, tmp_path: Path) -> Iterator[Flask]:
    with Control(tmp_path / "monitor.sock", Commands(appliance)):
        config = Config(
            str(demo_store.path), control=str(tmp_path / "monitor.sock"), home=str(Layout(tmp_path / "root").home)
        )
        made = create_app(config)
        yield made
        made.extensions["medius.source"].close()


def values(page: Page) -> dict[str, str]:
    """What the form would send."""
    typed = {e.attributes["name"]: e.attributes["value"] for e in page.all("input")}
    chosen = {
        select.attributes["name"]: e.attributes["value"]
        for e in page.all("option")
        if "selected" in e.attributes and (select := e.within("select"))
    }
    return typed | chosen


def test_every_setting_has_its_field() -> None:
    assert sorted(NAMES) == sorted(CHANGEABLE)
    assert all(field.hint for group in GROUPS for field in group.fields)


def test_what_is_typed_is_kept_and_shown(client: FlaskClient, appliance: Appliance) -> None:
    before = values(check_page(client.get("/settings").text))
    assert before["target_left_deg"] == "5"
    form = before | {"target_left_deg": " 6,5 ", "buzzer": "metronome", "metronome_spm": "172", "keep_days": "inf"}
    answer = client.post("/settings", data=form, headers=HERE)
    assert (answer.status_code, answer.location) == (303, "/settings?kept=1")
    page = check_page(client.get(answer.location).text)
    assert "Kept. The unit begins anew with it" in page.source
    assert values(page) == form | {"target_left_deg": "6.5"}
    assert appliance.settings.target_left_deg == 6.5


def test_what_is_set_by_hand_has_no_field_and_says_where_it_is_set(client: FlaskClient, appliance: Appliance) -> None:
    page = check_page(client.get("/settings").text)
    assert "keep_mb" not in values(page)
    assert "Set in the variable MEDIUS_KEEP_MB, and changed there." in page.source
    answer = client.post("/settings", data={"keep_mb": "1"}, headers=HERE)
    assert answer.status_code == 422
    assert appliance.settings.keep_mb == 1500.0


def test_a_wrong_value_is_said_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, appliance: Appliance
) -> None:
    form = {"target_left_deg": 'fi"ve<b>', "target_right_deg": "7", "mains_hz": "60", "metronome_spm": "90"}
    before = appliance.settings
    answer = client.post("/settings", data=form, headers=HERE)
    assert answer.status_code == 422
    page = check_page(answer.text)
    assert form.items() <= values(page).items()
    wrong = {e.attributes["id"]: e for e in page.elements if e.attributes.get("aria-invalid")}
    assert set(wrong) == {"target_left_deg", "metronome_spm"}
    said = {e.attributes["id"]: e.text for e in page.all("p", class_="complaint")}
    assert said["target_left_deg-wrong"] == "This is no number."
    assert said["metronome_spm-wrong"].startswith("A metronome needs steps a minute, 140 to 220")
    assert all(f"{name}-wrong" in e.attributes["aria-describedby"].split() for name, e in wrong.items())
    assert "2 values cannot be used" in page.source
    assert appliance.settings == before


def test_a_value_that_is_none_of_the_choices_stays_chosen(client: FlaskClient) -> None:
    client.post("/settings", data={"keep_days": "100"}, headers=HERE)
    assert values(check_page(client.get("/settings").text))["keep_days"] == "100"


def test_during_a_session_nothing_is_changed_and_what_was_typed_stays(
    client: FlaskClient, appliance: Appliance
) -> None:
    appliance._unit.session = "s"  # type: ignore[union-attr, misc]
    answer = client.post("/settings", data={"target_left_deg": "7"}, headers=HERE)
    assert answer.status_code == 409
    page = check_page(answer.text)
    assert "Nothing was changed. A session is open: end it first." in page.source
    assert values(page)["target_left_deg"] == "7"
    assert client.post("/settings/lamps", headers=HERE).status_code == 409
    assert appliance.settings.target_left_deg == 5.0


def test_the_lamps_are_lit_and_named_in_their_order(client: FlaskClient, appliance: Appliance) -> None:
    page = check_page(client.post("/settings/lamps", headers=HERE).text)
    assert [e.text for e in page.all("li")] == [
        "Left lamp, amber",
        "Left lamp, blue",
        "Right lamp, amber",
        "Right lamp, blue",
        "Status lamp",
        "Buzzer",
    ]
    assert "its lamps are simulated" in page.source
    assert appliance._board is not None
    assert appliance._board.lamps.state.left_amber


def test_without_a_unit_that_runs_the_page_says_so_and_still_gives_a_copy(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "monitor.sock").unlink()
    page = check_page(client.get("/settings").text)
    assert "is it running" in page.source
    assert "Download a copy" in page.source
    assert values(page) == {}
    assert client.post("/settings", data={"mains_hz": "60"}, headers=HERE).status_code == 503
    assert client.post("/settings/lamps", headers=HERE).status_code == 503


def test_a_dashboard_without_a_unit_has_nothing_to_set(demo_store: Demo) -> None:
    client = create_app(Config(str(demo_store.path))).test_client()
    assert "belongs to no unit" in check_page(client.get("/settings").text).source
    assert client.post("/settings", headers=HERE).status_code == 503
    assert client.post("/settings/lamps", headers=HERE).status_code == 503


@pytest.mark.parametrize("path", ["/settings", "/settings/lamps", "/backup"])
def test_all_of_it_is_the_owners(demo_store: Demo, tmp_path: Path, path: str) -> None:
    client = create_app(Config(str(demo_store.path), str(tmp_path / "owner"))).test_client()
    for answer in (client.get("/settings"), client.post(path, headers=HERE)):
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/owner")
    assert "Settings" not in client.get("/unit").text
    client.post("/owner", data={"pin": owner_of(tmp_path / "owner").pin}, headers=HERE)
    assert client.get("/settings").status_code == 200
    assert 'href="/settings"' in client.get("/unit").text


def test_a_copy_holds_every_session_and_nothing_of_it_is_left(demo_store: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "owner"
    left = folder / ".copying" / "of-a-killed-one"
    left.mkdir(parents=True)
    mine = folder / "backup-2026-01" / "medius.sqlite"
    mine.parent.mkdir()
    mine.write_bytes(b"the owner's own")
    made = create_app(Config(str(demo_store.path), str(folder)))
    client = made.test_client()
    assert left.exists(), "another dashboard may be at work on it: this one has no port yet"
    client.post("/owner", data={"pin": owner_of(folder).pin}, headers=HERE)
    copy = tmp_path / "copy.sqlite"
    with client.post("/backup", headers=HERE) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/vnd.sqlite3")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=medius-")
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        copy.write_bytes(answer.data)
    with sqlite3.connect(copy) as connection:
        assert {i for (i,) in connection.execute("SELECT id FROM sessions")} == {
            session_id.replace("-", "") for session_id in demo_store.ids.values()
        }
    connection.close()
    assert mine.read_bytes() == b"the owner's own"
    assert {path.name for path in folder.iterdir()} == {"owner.json", ".copying", "backup-2026-01"}
    assert not list((folder / ".copying").iterdir())


def test_a_copy_that_cannot_be_made_is_said(client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=199_000_000))
    full = client.post("/backup", headers=HERE)
    assert full.status_code == 503
    assert "and 199 MB are free" in check_page(full.text).source
    with app.extensions["medius.copying"]:
        assert client.post("/backup", headers=HERE).status_code == 409
    assert client.post("/backup", headers=HERE).status_code == 503


@pytest.mark.parametrize("database", ["nothing.db", "postgresql://nowhere/x", "://"])
def test_where_there_is_nothing_to_copy_it_says_so(tmp_path: Path, database: str) -> None:
    place = database if "://" in database else str(tmp_path / database)
    answer = create_app(Config(place)).test_client().post("/backup", headers=HERE)
    assert answer.status_code == 503
    check_page(answer.text)


def test_the_version_and_how_the_last_update_ended_are_told(client: FlaskClient, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "root")
    home = str(layout.home)
    layout.home.mkdir(parents=True)
    assert (version(home).installed, version(home).update) == ("", "")
    for link in (layout.current, layout.proven):
        link.symlink_to(layout.tree("0.1.0-abc"))
    assert (version(home).installed, version(home).update) == ("0.1.0-abc", "")
    layout.undone.write_text("The update to 0.2.0-def was undone: <it> fails.\n")
    page = check_page(client.get("/settings").text)
    assert "installed as 0.1.0-abc" in page.source
    assert "The update to 0.2.0-def was undone: &lt;it&gt; fails." in page.source
    layout.current.unlink()
    layout.current.symlink_to(layout.tree("0.2.0-def"))
    assert on_trial(layout) == "0.2.0-def"
    assert version(home).update == "0.2.0-def is on trial: if it does not work, 0.1.0-abc runs again."


def test_the_dashboard_looks_for_the_version_where_it_is_installed() -> None:
    assert Config("").home == str(Layout().home)


def test_the_language_that_the_owner_sets_is_that_of_the_pages_at_once(client: FlaskClient) -> None:
    assert 'lang="en"' in client.get("/settings").text
    assert client.post("/settings", data={"language": "de"}, headers=HERE).status_code == 303
    page = check_page(client.get("/settings").text, "de")
    assert values(page)["language"] == "de"
    assert [e.text for e in page.all("option") if e.attributes["value"] in ("browser", "en", "de")] == [
        "Wie der Browser fragt",
        "English",
        "Deutsch",
    ]
    wrong = client.post("/settings", data={"language": "Klingon"}, headers=HERE)
    assert wrong.status_code == 422
    assert "Diese Wahl gibt es nicht." in wrong.text
    client.post("/settings", data={"language": ""}, headers=HERE)
    assert 'lang="en"' in client.get("/settings").text
