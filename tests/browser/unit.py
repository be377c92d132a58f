"""A dashboard as a process of its own, and a unit without a camera whose store holds all that pages can show."""

import random
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.appliance import Appliance
from monitor.camera import Camera
from monitor.claims import Claims
from monitor.commands import listening
from monitor.control.pin import owner_of
from monitor.cues.board import open_board
from monitor.pose.weights import Model
from monitor.service import Service
from monitor.settings import Settings, read_settings
from monitor.store import PhoneKey, Reader, Recorder, SystemClock, digest_of, new_token
from monitor.vocabulary import LampState
from tests.browser.chromium import HOST
from tests.web import demo

ALIVE_EVERY_S = 1.0
LENGTH_S = 64.0
"""Of the sessions that are looked at most: enough to be compared in halves, and not more than a page soon takes."""
TRAINED = (
    ("ladder.asked", {"flags": [], "outer_hip": ["left"]}),
    ("ladder.done", {"exercise": "bridge", "leg": "both", "sets": 1, "reps": 5, "seconds": 5, "effort": 4, "pain": 1}),
    ("plan.set", {"weekdays": [0, 2, 5], "minutes": 45, "weeks": 8}),
)
"""What the runner's coach remembers."""


@dataclass(frozen=True)
class Place:
    """Where a dashboard is, and what is in its store."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        """As a phone in the local network knows it."""
        return f"http://{HOST}:{self.port}"

    @property
    def database(self) -> Path:
        """The store."""
        return self.folder / "medius.sqlite"

    @property
    def socket(self) -> Path:
        """The unit's."""
        return self.folder / "monitor.sock"

    @property
    def pin(self) -> str:
        """The owner's."""
        return owner_of(self.folder).pin


@contextmanager
def dashboard(folder: Path, port: int = 0) -> Iterator[Place]:
    """Serve the store of a folder, to every address of this computer."""
    place = Place(folder, port)
    command = [sys.executable, "-m", "web", "--database", str(place.database), "--port", str(port)]
    command += ["--host", "0.0.0.0", "--owner-dir", str(folder), "--control", str(place.socket)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Place(folder, int(process.stdout.readline().rsplit(":", 1)[1]))
        finally:
            process.terminate()


@dataclass(frozen=True)
class Shown:
    """What there is to be looked at."""

    sessions: dict[str, str]
    """By what kind each is."""
    runner: str
    key: str
    """In the cookie of the runner's phone."""
    link: str
    """The secret of the session that has just ended."""


class Resting:
    """The unit's loop between two sessions."""

    session: str | None = None
    state = LampState.READY, ""

    def begin(self) -> None:
        """Nobody runs here."""

    def end(self) -> None:
        """There is nothing to be ended."""

    def leave(self) -> None:
        """For other settings it is made anew; here that is nobody's business."""


@contextmanager
def resting_unit(folder: Path) -> Iterator[tuple[Shown, Recorder]]:
    """Fill the store of a folder, and answer what its dashboard asks."""
    database = folder / "medius.sqlite"
    sessions = demo.fill(database)
    runner, key = _some_weeks(database, sessions)
    with ExitStack() as stack:
        recorder = stack.enter_context(Recorder(database, SystemClock()))
        claims = stack.enter_context(closing(Claims(recorder)))
        unit = Appliance(read_settings({"state_dir": folder}), Model.LITE, folder, _no_camera, "none", Service())
        unit._recorder, unit._claims, unit._unit = recorder, claims, Resting()  # type: ignore[assignment]
        unit._board = stack.enter_context(open_board(simulate=True))
        stack.enter_context(listening(folder / "monitor.sock", unit))
        recorder.state(LampState.READY, "")
        recorder.engine(demo.make_engine())
        stack.enter_context(_alive(recorder))
        for kind, given in TRAINED:
            claims.note(runner, kind, given)
        offer = claims.offer()
        assert offer is not None
        yield Shown(sessions, runner, key, offer.token), recorder


def _some_weeks(database: Path, sessions: dict[str, str]) -> tuple[str, str]:
    """Record a runner's sessions, and one that has just ended and is nobody's; return the runner and a phone's key."""
    dice = random.Random(4)
    phone, secret = str(uuid.uuid4()), new_token()
    runner: str | None = None
    for weeks in (5, 4, 3, 1, 0):
        clock = demo.DemoClock(datetime.now(UTC) - timedelta(weeks=weeks, seconds=LENGTH_S + 10.0))
        with Recorder(database, clock) as recorder, closing(Claims(recorder, clock)) as claims:
            steps = demo.story(LENGTH_S, dice)
            session, _ = demo.record(recorder, clock, demo.start_of("camera 0"), steps, length_s=LENGTH_S)
            claims.mark(session, LENGTH_S / 2.0)
            recorder.close_session()
            assert recorder.flush()
            sessions["own" if weeks else "offered"] = session
            offer = claims.offer()
            assert offer is not None
            if weeks:
                claims.accept(digest_of(offer.token), runner, PhoneKey(phone, digest_of(secret)), "Ann")
        with Reader.open(database) as reader:
            whose = reader.runner_of(sessions["own"])
            assert whose is not None
            runner = whose.id
    assert runner is not None
    return runner, f"{phone}.{secret}"


@contextmanager
def _alive(recorder: Recorder) -> Iterator[None]:
    """Say again and again that the unit runs."""
    ended = threading.Event()

    def say() -> None:
        while not ended.wait(ALIVE_EVERY_S):
            recorder.alive()

    thread = threading.Thread(target=say)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _no_camera(_: Settings) -> Camera:
    raise AssertionError
