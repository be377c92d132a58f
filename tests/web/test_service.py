"""The dashboard as a service: what the service manager hears of it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.service import Service
from web.pulse import answers, keep_pulse

PATIENCE_S = 20.0


@contextmanager
def service_manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.settimeout(PATIENCE_S)
        yield door, str(tmp_path / "notify")


def test_it_is_ready_when_it_listens_and_alive_while_it_answers(tmp_path: Path) -> None:
    with service_manager(tmp_path) as (door, address):
        environment = os.environ | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "40000"}
        command = [sys.executable, "-m", "web", "--database", str(tmp_path / "medius.db"), "--port", "0"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                says = door.recv(4096).decode()
                assert says.startswith("STATUS=dashboard on http://127.0.0.1:")
                port = int(says.rpartition(":")[2])
                assert door.recv(4096) == b"READY=1"
                assert answers("127.0.0.1", port, PATIENCE_S)
                assert [door.recv(4096) for _ in range(3)] == [b"WATCHDOG=1"] * 3
                process.send_signal(signal.SIGTERM)
                heard = b"WATCHDOG=1"
                while heard == b"WATCHDOG=1":
                    heard = door.recv(4096)
                assert heard == b"STOPPING=1"
                assert process.wait(PATIENCE_S) == 0
            finally:
                process.kill()


def test_a_dashboard_that_listens_and_does_not_answer_is_not_alive(tmp_path: Path) -> None:
    with service_manager(tmp_path) as (door, address), socket.create_server(("127.0.0.1", 0)) as deaf:
        door.setblocking(False)
        pauses = iter([True, True, False])
        keep_pulse(Service(address, 0.04), *deaf.getsockname(), lambda _seconds: next(pauses))
        try:
            heard = door.recv(4096)
        except BlockingIOError:
            heard = b""
        assert heard == b""


def test_nobody_watches_and_nobody_is_asked() -> None:
    keep_pulse(Service(), "192.0.2.1", 1, lambda _seconds: True)
