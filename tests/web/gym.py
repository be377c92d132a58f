"""A unit without a camera: the real recorder, claims, socket and dashboard, by a clock that stands still until told."""

import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from monitor.claims import Claims
from monitor.commands import listening
from monitor.control.pin import owner_of
from monitor.handover import OneSession
from monitor.settings import Settings
from monitor.store import Reader, Recorder
from monitor.turns import Turns
from tests.web import demo
from tests.web.demo import DemoClock
from web import Config, create_app

HERE = {"Host": "medius.local", "Origin": "http://medius.local"}


@dataclass
class Gym:
    folder: Path
    clock: DemoClock = field(default_factory=lambda: DemoClock(demo.FIRST_DAY))
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    sources: dict[str, str] = field(default_factory=dict)
    """By a session's id: a name that stands on every page about it."""

    @contextmanager
    def runs(self) -> Iterator["Gym"]:
        """Start unit and dashboard; they may be started again afterwards."""
        with ExitStack() as stack:
            self.recorder = stack.enter_context(Recorder(self.database, self.clock))
            self.reader = stack.enter_context(Reader.open(self.database))
            self.claims = stack.enter_context(closing(Claims(self.recorder, self.clock)))
            self.turns = stack.enter_context(closing(Turns(self.recorder, clock=self.clock)))
            self.by_hand = OneSession(self.recorder, self.claims, self.turns, Settings(state_dir=self.folder))
            stack.enter_context(listening(self.socket, self.by_hand))
            self.app: Flask = create_app(
                Config(str(self.database), str(self.folder / "owner"), str(self.socket)), self.clock
            )
            stack.callback(self.app.extensions["medius.source"].close)
            yield self

    @property
    def database(self) -> Path:
        return self.folder / "medius.db"

    @property
    def socket(self) -> Path:
        return self.folder / "monitor.sock"

    def session(self, length_s: float = 40.0, extra: float = 0.0) -> str:
        """Record a session; return its id."""
        source = f"source-{self.dice.getrandbits(60):015x}"
        steps = ((demo.make_stance(i, self.dice, extra=extra), None) for i in range(int(length_s / demo.STEP_S)))
        session_id, _ = demo.record(self.recorder, self.clock, demo.start_of(source), steps, length_s=length_s)
        self.recorder.close_session()
        assert self.recorder.flush()
        self.clock.passed_s += 5.0
        self.sources[session_id] = source
        return session_id

    def begin(self) -> None:
        """Let the next session run."""
        self.recorder.open_session(demo.start_of("the next"))
        assert self.recorder.flush()

    def link(self) -> str:
        """The path behind the QR code that is shown now."""
        offer = self.claims.offer()
        assert offer is not None
        return f"/c/{offer.token}"

    def phone(self) -> FlaskClient:
        return self.app.test_client()

    def owner(self) -> FlaskClient:
        client = self.phone()
        post(client, "/owner", pin=owner_of(self.folder / "owner").pin)
        return client

    def later(self, time: timedelta) -> None:
        self.clock.passed_s += time.total_seconds()


def get(client: FlaskClient, path: str) -> Any:
    return client.get(path, headers={"Host": HERE["Host"]}, base_url="http://medius.local")


def post(client: FlaskClient, path: str, **data: str) -> Any:
    return client.post(path, data=data, headers=HERE, base_url="http://medius.local")


def claim(client: FlaskClient, link: str, nickname: str = "") -> Any:
    """Scan and say yes."""
    scanned = get(client, link)
    assert (scanned.status_code, scanned.location) == (303, "/claim"), scanned.text
    return post(client, "/claim", nickname=nickname)


def home_of(client: FlaskClient) -> str:
    """The page of the runner whose phone it is."""
    answer = get(client, "/")
    assert answer.status_code == 303
    assert re.fullmatch(r"/runners/[0-9a-f-]{36}", answer.location), answer.location
    return str(answer.location)
