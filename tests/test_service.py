"""What the service manager hears, on real sockets of both kinds."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service import Service


class Manager:
    """The other end of the socket."""

    def __init__(self, bound: str, address: str) -> None:
        self.address = address
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._door.bind(bound)
        self._door.setblocking(False)

    def heard(self) -> list[str]:
        messages: list[str] = []
        while True:
            try:
                messages.append(self._door.recv(4096).decode())
            except BlockingIOError:
                return messages

    def close(self) -> None:
        self._door.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    if request.param == "path":
        made = Manager(str(tmp_path / "notify"), str(tmp_path / "notify"))
    else:
        made = Manager(f"\0{tmp_path}", f"@{tmp_path}")
    yield made
    made.close()


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_the_life_of_a_service(manager: Manager) -> None:
    service = Service(manager.address, 8.0)
    service.ready()
    service.status("ready: waiting for steps")
    service.alive()
    service.stopping()
    assert manager.heard() == ["READY=1", "STATUS=ready: waiting for steps", "WATCHDOG=1", "STOPPING=1"]


def test_a_status_is_one_line_and_is_told_when_it_changes(manager: Manager) -> None:
    service = Service(manager.address)
    for text in ("a\nREADY=1", "a READY=1", "b", "b", "a"):
        service.status(text)
    assert manager.heard() == ["STATUS=a READY=1", "STATUS=b", "STATUS=a"]


def test_every_frame_may_say_that_all_is_well_and_few_messages_go_out(manager: Manager) -> None:
    clock = Clock()
    service = Service(manager.address, 8.0, clock=clock)
    for _ in range(8 * 60):
        service.alive()
        clock.now_s += 1 / 60
    assert manager.heard() == ["WATCHDOG=1"] * 4


def test_word_goes_out_with_the_first_frame_after_a_silence(manager: Manager) -> None:
    clock = Clock()
    service = Service(manager.address, 8.0, clock=clock)
    service.alive()
    clock.now_s += 7.9
    service.alive()
    assert manager.heard() == ["WATCHDOG=1"] * 2


def test_a_manager_without_a_watchdog_is_told_of_no_frames(manager: Manager) -> None:
    Service(manager.address).alive()
    assert manager.heard() == []


def test_a_manager_that_is_gone_or_does_not_listen_stops_nothing(manager: Manager) -> None:
    service = Service(manager.address, 8.0, clock=iter(float(n * 8) for n in range(5000)).__next__)
    for _ in range(2000):  # more than a socket holds
        service.alive()
    heard = manager.heard()
    assert 0 < len(heard) < 2000
    assert set(heard) == {"WATCHDOG=1"}
    service.alive()
    assert manager.heard() == ["WATCHDOG=1"]
    manager.close()
    service.ready()
    service.alive()
    service.status("measuring")
    service.stopping()


def test_what_was_not_told_is_told_the_next_time(tmp_path: Path) -> None:
    service = Service(str(tmp_path / "later"), 8.0, clock=Clock())
    service.status("starting")
    service.alive()
    manager = Manager(str(tmp_path / "later"), str(tmp_path / "later"))
    service.status("starting")
    service.alive()
    assert manager.heard() == ["STATUS=starting", "WATCHDOG=1"]
    manager.close()


@pytest.mark.parametrize(
    ("environment", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "8000000", "WATCHDOG_PID": str(os.getpid())}, 8.0),
        ({"WATCHDOG_USEC": "8000000"}, 8.0),
        ({"WATCHDOG_USEC": "8000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0", "WATCHDOG_PID": str(os.getpid())}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_environment_describes_the_service(
    manager: Manager, environment: dict[str, str], watchdog_s: float | None
) -> None:
    service = Service.from_environment({"NOTIFY_SOCKET": manager.address} | environment)
    assert service.watchdog_s == watchdog_s
    service.ready()
    assert manager.heard() == ["READY=1"]


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "elsewhere"])
def test_without_a_manager_nothing_is_said(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stranger = Manager("elsewhere", "elsewhere")
    service = Service.from_environment({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"})
    service.ready()
    service.status("measuring")
    service.alive()
    service.stopping()
    assert stranger.heard() == []
    stranger.close()
