"""The unit as a service: a process of its own on the bundled clip, told by its socket, heard by a service manager."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.appliance import CHANGING_S, SHUTDOWN, Appliance
from monitor.camera import Camera
from monitor.commands import Commands
from monitor.control import RefusedError, UnitUnreachableError, ask, picture
from monitor.cues.board import Press, open_board
from monitor.onlookers import STUCK_S, Heartbeat
from monitor.pose.weights import Model
from monitor.service import Service
from monitor.settings import OWNERS_FILE, Settings
from monitor.store import Reader
from monitor.vocabulary import LampState, Observation
from tests.pose.conftest import lite_model

__all__ = ["lite_model"]  # a fixture here too

PATIENCE_S = 120.0


def wait_for(what: Callable[[], Any]) -> Any:
    """Ask again and again, however slow the computer is."""
    ends_s = time.monotonic() + PATIENCE_S
    while not (found := what()):
        assert time.monotonic() < ends_s, "it never came"
        time.sleep(0.05)
    return found


@dataclass
class Running:
    process: subprocess.Popen[str]
    socket: Path
    state_dir: Path
    manager: socket.socket

    def status(self) -> dict[str, Any]:
        try:
            return ask(self.socket, "status")
        except (UnitUnreachableError, RefusedError):
            assert self.process.poll() is None, self.process.communicate()
            return {}

    def heard(self) -> list[str]:
        messages = []
        self.manager.setblocking(False)
        while True:
            try:
                messages.append(self.manager.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture
def spoilt_setup(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "setup.json").write_text("nonsense")


@pytest.fixture
def running(tmp_path: Path, lite_model: Path) -> Iterator[Running]:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    environment = {
        **os.environ,
        "MEDIUS_STATE_DIR": str(tmp_path / "state"),
        "MEDIUS_RUNTIME_DIR": str(tmp_path / "run"),
        "MEDIUS_CACHE_DIR": str(lite_model.parent),
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "2000000",
    }
    command = [sys.executable, "-P", "-m", "monitor", "monitor", "--camera", "demo"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    with manager, process:
        try:
            yield Running(process, tmp_path / "run" / "monitor.sock", tmp_path / "state", manager)
        finally:
            process.kill()


def stage_of(running: Running) -> dict[str, Any]:
    try:
        return ask(running.socket, "stage")
    except RefusedError:
        return {}


def test_a_control_check_takes_the_units_place_and_gives_it_back(running: Running) -> None:
    wait_for(lambda: running.status().get("state") == "ready")
    runner = str(uuid.uuid4())
    with pytest.raises(RefusedError, match="no control check with these answers"):
        ask(running.socket, "check", open=True, runner=runner, answers={"pain": 0})
    with pytest.raises(RefusedError, match="No control check is on"):
        ask(running.socket, "check", open=False)
    well = {"treadmill_off": True, "hold": True, "pain": 0}
    ask(running.socket, "check", open=True, runner=runner, answers=well)
    assert running.status()["check"] == runner
    seen = wait_for(lambda: (s := stage_of(running)).get("step") in ("practice", "record") and s)
    assert (seen["side"], seen["kept"]) == ("left", False)
    assert running.status()["state"] == LampState.CHECKING
    for command, arguments in (("begin", {}), ("setup", {"open": True})):
        with pytest.raises(RefusedError, match="control check is on: stop it first"):
            ask(running.socket, command, **arguments)
    ask(running.socket, "check", open=False)
    wait_for(lambda: running.status().get("state") == "ready")
    assert running.status()["check"] is None
    running.process.send_signal(signal.SIGTERM)
    _, said = running.process.communicate(timeout=PATIENCE_S)
    assert running.process.returncode == 0, said


def test_a_service_runs_a_session_when_it_is_asked_and_ends_as_it_should(running: Running) -> None:
    status = wait_for(lambda: (s := running.status()).get("state") == "ready" and s)
    assert status["session"] is None
    assert status["reason"] == "press the button to begin a session"
    assert (status["keep_days"], status["keep_mb"]) == (730.0, 2000.0)
    heard = wait_for(running.heard)
    assert "READY=1" in heard
    wait_for(lambda: "WATCHDOG=1" in running.heard())

    ask(running.socket, "begin")
    session = wait_for(lambda: running.status().get("session"))
    with pytest.raises(RefusedError, match="end it first"):
        ask(running.socket, "begin")
    with pytest.raises(RefusedError, match="end it first"):
        ask(running.socket, "setup", open=True)
    for what in ({"session": session}, {"everything": True}):
        with pytest.raises(RefusedError, match="end it first"):
            ask(running.socket, "delete", **what)
    wait_for(lambda: running.status().get("state") == "measuring")
    ask(running.socket, "end")
    wait_for(lambda: running.status().get("session") is None)

    with pytest.raises(RefusedError, match="set-up is closed"):
        picture(running.socket)
    ask(running.socket, "setup", open=True, height_cm=171)
    assert wait_for(lambda: jpeg_of(running)).startswith(b"\xff\xd8")
    assert running.status()["state"] == LampState.SETUP
    with pytest.raises(RefusedError, match="set-up is open"):
        ask(running.socket, "begin")
    report = wait_for(lambda: (r := ask(running.socket, "report"))["findings"] and len(r["findings"]) > 2 and r)
    assert [step["look"] for step in report["steps"]] == ["empty treadmill", "standing still", "walking or running"]
    assert report["advice"]
    kept = wait_for(lambda: kept_by(running))
    assert "complaint" in kept
    wait_for(lambda: running.status().get("state") == "ready")

    assert ask(running.socket, "lamps")["lamps"][0] == "left_amber"
    heard += running.heard()
    assert ask(running.socket, "change", to={"target_left_deg": "7", "mains_hz": "60"}) == {"wrong": {}}
    wait_for(lambda: f"WATCHDOG_USEC={CHANGING_S * 1e6:.0f}" in running.heard())
    wait_for(lambda: running.status().get("state") == "ready")
    assert ask(running.socket, "settings")["settings"]["target_left_deg"]["value"] == "7"
    assert (running.state_dir / OWNERS_FILE).read_text().splitlines()[1:] == ["target_left_deg = 7.0", "mains_hz = 60"]
    with pytest.raises(RefusedError, match="set-up is closed"):
        picture(running.socket)
    assert json.loads((running.state_dir / "setup.json").read_text())["camera"] == "the bundled clip"
    assert "WATCHDOG_USEC=2000000" in heard + running.heard()

    running.process.send_signal(signal.SIGTERM)
    _, said = running.process.communicate(timeout=PATIENCE_S)
    assert running.process.returncode == 0, said
    assert "STOPPING=1" in running.heard()
    assert not running.socket.exists()
    with Reader.open(running.state_dir / "medius.sqlite") as reader:
        (kept,) = reader.sessions()
        assert (kept.id, kept.ended_how, kept.source) == (session, "finished", "the bundled clip")
        assert kept.stance_count > 0


@pytest.mark.usefixtures("spoilt_setup")
def test_a_set_up_that_cannot_be_used_is_said_and_the_unit_runs_all_the_same(request: pytest.FixtureRequest) -> None:
    running: Running = request.getfixturevalue("running")
    wait_for(lambda: running.status().get("state") == "ready")
    with Reader.open(running.state_dir / "medius.sqlite") as reader:
        warning = wait_for(lambda: (said := reader.unit()) and said.engine and said.engine.warning)
    assert "setup.json cannot be read: set the camera up again" in warning


def kept_by(running: Running) -> dict[str, Any]:
    try:
        return ask(running.socket, "keep")
    except RefusedError:
        return {}


def jpeg_of(running: Running) -> bytes:
    try:
        return picture(running.socket)
    except RefusedError:
        return b""


@dataclass
class FakeDisk:
    writing_s: float = 0.0


def test_the_watchdog_is_not_fed_while_the_disk_hangs(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        disk = FakeDisk()
        service = Service(str(tmp_path / "notify"), 0.0)
        heart = Heartbeat(service, disk)  # type: ignore[arg-type]
        seen = Observation(0, 0.0, None, reason="nobody in view")
        heart.observation(seen)
        assert [manager.recv(99) for _ in range(3)] == [b"READY=1", b"WATCHDOG_USEC=0", b"WATCHDOG=1"]
        disk.writing_s = STUCK_S
        heart.observation(seen)
        with pytest.raises(BlockingIOError):
            manager.recv(99)
        disk.writing_s = 0.0
        heart.observation(seen)
        assert manager.recv(99) == b"WATCHDOG=1"


class AskedUnit:
    def __init__(self) -> None:
        self.session: str | None = None
        self.asked: list[str] = []

    def begin(self) -> None:
        self.asked.append("begin")
        self.session = "s"

    def end(self) -> None:
        self.asked.append("end")
        self.session = None

    def stop(self) -> None:
        self.asked.append("stop")


def test_what_the_button_asks(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, runtime_dir=tmp_path)

    def no_camera(_: Settings) -> Camera:
        raise AssertionError

    appliance = Appliance(settings, Model.LITE, tmp_path, no_camera, "none", Service())
    appliance.press(Press.SESSION)  # before anything is there
    appliance.press(Press.MUTE)
    unit = AskedUnit()
    with open_board(simulate=True) as board:
        appliance._unit, appliance._board = unit, board  # type: ignore[assignment]
        for _ in range(3):
            appliance.press(Press.SESSION)
        assert unit.asked == ["begin", "end", "begin"]
        appliance.press(Press.MUTE)
        assert board.lamps.state.muted
        appliance.press(Press.MUTE)
        assert not board.lamps.state.muted
        assert not (tmp_path / SHUTDOWN).exists()
        appliance.press(Press.SHUTDOWN)
        assert (tmp_path / SHUTDOWN).exists()
        assert unit.asked[3:] == ["stop"]


NONSENSE = {"height_cm": 1.7}, {"height_cm": "tall"}, {"lens_deg": True}, {"lens_deg": math.nan}


@pytest.mark.parametrize("given", NONSENSE)
def test_what_is_no_height_and_no_lens_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match=r"is in (cm|degrees), \d+ to \d+"):
        Commands(None).do("setup", {"open": True} | given)  # type: ignore[arg-type]
