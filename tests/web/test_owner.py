"""What another computer sees, and what it has to say for the rest."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.control import Control, RefusedError
from monitor.control.pin import Owner, file_in, owner_of, renew
from tests.web.conftest import Demo
from tests.web.markup import check_page
from web import Config, create_app

HERE = {"Host": "localhost", "Origin": "http://localhost"}


@dataclass
class HandClock:
    at_s: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return self.at_s

    def synchronised(self) -> bool | None:
        return True


class Asked:
    def __init__(self) -> None:
        self.commands: list[tuple[str, Mapping[str, Any]]] = []

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        if command not in ("offer", "status"):  # which pages ask by themselves
            self.commands.append((command, dict(arguments)))
        if command == "end":
            raise RefusedError("No session is open.")
        return {}, b""


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def owned(demo_store: Demo, tmp_path: Path, asked: Asked, clock: HandClock) -> Iterator[Flask]:
    with Control(tmp_path / "monitor.sock", asked) as _:
        config = Config(str(demo_store.path), str(tmp_path / "owner"), str(tmp_path / "monitor.sock"))
        made = create_app(config, clock)
        yield made
        made.extensions["medius.source"].close()


@pytest.fixture
def phone(owned: Flask) -> FlaskClient:
    return owned.test_client()


@pytest.fixture
def pin(tmp_path: Path) -> str:
    return owner_of(tmp_path / "owner").pin


def say(phone: FlaskClient, pin: str, **more: str) -> Any:
    return phone.post("/owner", data={"pin": pin, **more}, headers=HERE)


def test_another_computer_sees_the_live_page_and_the_unit_and_nothing_of_a_session(
    phone: FlaskClient, demo_store: Demo
) -> None:
    for path in ("/live", "/unit", "/owner"):
        assert phone.get(path).status_code == 200
    for path in ("/", *(f"/sessions/{i}" for i in demo_store.ids.values()), "/sessions/none"):
        answer = phone.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/owner")
        assert not any(i in answer.text.replace(path, "") for i in demo_store.ids.values())


def test_the_pin_opens_what_was_asked_for(phone: FlaskClient, pin: str, demo_store: Demo) -> None:
    wanted = f"/sessions/{next(iter(demo_store.ids.values()))}"
    asks = phone.get(phone.get(wanted).location)
    check_page(asks.text)
    assert f'value="{wanted}"' in asks.text
    let_in = say(phone, f"{pin[:4]} {pin[4:]}", next=wanted)
    assert (let_in.status_code, let_in.location) == (303, wanted)
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert phone.get(wanted).status_code == 200
    assert phone.post("/owner/leave", headers=HERE).status_code == 303
    assert phone.get(wanted).status_code == 303


@pytest.mark.parametrize("wrong", ["", "00000000", "1", "é" * 8, "0" * 9000])
def test_another_pin_opens_nothing(phone: FlaskClient, pin: str, wrong: str) -> None:
    answer = say(phone, wrong if wrong != pin else "11111111")
    assert answer.status_code == 403
    check_page(answer.text)
    assert pin not in answer.text
    assert phone.get("/").status_code == 303


def test_who_guesses_is_slowed_and_the_owner_waits_no_longer_than_a_moment(
    phone: FlaskClient, pin: str, clock: HandClock
) -> None:
    for _ in range(5):
        assert say(phone, "wrong").status_code == 403
    slowed = say(phone, pin)
    assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "7")
    tries = 0
    for _ in range(600):
        clock.at_s += 0.1
        tries += say(phone, "wrong").status_code == 403
    assert tries <= 10
    clock.at_s += 6.0
    assert say(phone, pin).status_code == 303


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "", "/a\nb", "/\r"]
)
def test_nobody_is_sent_elsewhere(phone: FlaskClient, pin: str, elsewhere: str) -> None:
    assert say(phone, pin, next=elsewhere).location == "/"


@pytest.mark.parametrize(
    ("referer", "there"),
    [
        ("http://localhost/unit?x=1", "/unit?x=1"),
        ("http://localhost/unit/begin", "/"),
        (None, "/"),
        ("http://evil.example/unit", "/"),
        ("http://localhost", "/"),
    ],
)
def test_who_sent_a_form_without_the_pin_is_led_to_a_page_that_can_be_shown(
    phone: FlaskClient, pin: str, referer: str | None, there: str
) -> None:
    refused = phone.post("/unit/begin", headers=HERE | ({"Referer": referer} if referer else {}))
    asks = phone.get(refused.location)
    wanted = next(e for e in check_page(asks.text).all("input") if e.attributes["name"] == "next")
    let_in = say(phone, pin, next=wanted.attributes["value"])
    assert (let_in.status_code, let_in.location) == (303, there)
    assert phone.get(let_in.location).status_code == 200


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost:81", "file://localhost"])
def test_a_form_of_another_page_does_nothing(phone: FlaskClient, pin: str, asked: Asked, origin: str | None) -> None:
    say(phone, pin)
    headers = {"Host": HERE["Host"]} | ({} if origin is None else {"Origin": origin})
    answer = phone.post("/unit/begin", headers=headers)
    assert answer.status_code == 403
    check_page(answer.text)
    assert asked.commands == []


def test_another_pin_ends_what_was_opened_with_the_old_one(phone: FlaskClient, pin: str, tmp_path: Path) -> None:
    say(phone, pin)
    assert phone.get("/").status_code == 200
    renewed = renew(tmp_path / "owner")
    assert renewed.pin != pin
    assert phone.get("/").status_code == 303
    assert say(phone, pin).status_code == 403
    assert say(phone, renewed.pin).status_code == 303


def test_the_file_is_read_again_only_when_it_is_another(
    phone: FlaskClient, pin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(phone, pin)
    read: list[Path] = []
    monkeypatch.setattr(sys.modules["web.owner"], "owner_of", lambda folder: (read.append(folder), owner_of(folder))[1])
    for _ in range(3):
        assert phone.get("/").status_code == 200
    assert read == []
    renew(tmp_path / "owner")
    for _ in range(3):
        assert phone.get("/").status_code == 303
    assert len(read) == 1
    file_in(tmp_path / "owner").unlink()
    assert phone.get("/").status_code == 303
    assert file_in(tmp_path / "owner").exists()


@pytest.mark.parametrize("forged", ["eyJvd25lciI6dHJ1ZX0.x.y", "", "medius"])
def test_a_forged_cookie_opens_nothing(phone: FlaskClient, forged: str) -> None:
    phone.set_cookie("medius", forged, domain="localhost")
    assert phone.get("/").status_code == 303


def test_the_owner_commands_the_unit(phone: FlaskClient, pin: str, asked: Asked) -> None:
    assert phone.post("/unit/begin", headers=HERE).location.startswith("/owner")
    assert asked.commands == []
    say(phone, pin)
    page = phone.get("/unit").text
    check_page(page)
    assert "Begin a session" in page
    for command in ("begin", "mute", "unmute"):
        assert phone.post(f"/unit/{command}", headers=HERE).location == "/unit"
    assert asked.commands == [("begin", {}), ("mute", {"on": True}), ("mute", {"on": False})]
    assert "End the session" in phone.get("/live").text
    assert phone.post("/unit/begin?then=live.page", headers=HERE).location == "/live"
    refused = phone.post("/unit/end", headers=HERE)
    assert refused.status_code == 409
    assert "No session is open." in refused.text
    assert phone.post("/unit/preview", headers=HERE).status_code == 404


def test_a_unit_that_does_not_run_is_said(phone: FlaskClient, pin: str, tmp_path: Path) -> None:
    say(phone, pin)
    (tmp_path / "monitor.sock").unlink()
    answer = phone.post("/unit/begin", headers=HERE)
    assert answer.status_code == 503
    assert "is it running" in answer.text


def test_a_dashboard_of_this_computer_asks_nobody_and_commands_nobody(client: FlaskClient) -> None:
    assert say(client, "1", next="/live").location == "/live"
    assert client.post("/owner/leave", headers=HERE).location == "/live"
    assert client.get("/").status_code == 200
    assert "Begin a session" not in client.get("/unit").text
    assert client.post("/unit/begin", headers=HERE).status_code == 503


def test_the_pin_is_kept_for_the_owner_s_eyes_and_made_anew_when_its_file_is_spoilt(tmp_path: Path) -> None:
    first = owner_of(tmp_path)
    assert owner_of(tmp_path) == first
    assert file_in(tmp_path).stat().st_mode & 0o777 == 0o600
    assert (len(first.pin), first.pin.isdecimal()) == (8, True)
    file_in(tmp_path).write_bytes(b"")
    second = owner_of(tmp_path)
    assert second != first
    assert isinstance(second, Owner)


def test_pins_are_drawn_and_not_all_alike() -> None:
    assert len({Owner.new().pin for _ in range(50)}) == 50
    assert len({Owner.new().secret for _ in range(50)}) == 50
