"""What the checks under a real systemd are made of: units, the store as the dashboard's user sees it, a report."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MONITOR, WEB, SAFE, TARGET = "medius-monitor.service", "medius-web.service", "medius-safe.service", "medius.target"
STATE = Path("/var/lib/medius")
DATABASE = STATE / "medius.sqlite"
RUNTIME = Path("/run/medius")
PATIENCE_S = 60.0
LOOK_S = 0.05


class Report:
    """Prints what was found, and counts what was missed."""

    def __init__(self) -> None:
        self.checked = self.missed = 0

    def check(self, what: str, reached: bool, found: object = None) -> None:
        """Something that must be so."""
        self.checked += 1
        self.missed += not reached
        print("reached" if reached else "MISSED ", what, "" if found is None else f"({found})", flush=True)

    def figure(self, what: str, value_s: float | None, most_s: float) -> None:
        """A time that must come, and not be longer."""
        found = "never" if value_s is None else f"{value_s:.1f} s"
        self.check(what, value_s is not None and value_s <= most_s, f"{found}, at most {most_s:g} s")


class Watch:
    """The store as the dashboard's user finds it, ten times a second."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.systemd.store_watch", str(DATABASE)],
            user="medius-web",
            group="medius-web",
            extra_groups=["medius"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.latest: dict[str, Any] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        until(lambda: self.latest)

    def next(self) -> dict[str, Any]:
        """What is found from now on."""
        now_s = time.monotonic()
        until(lambda: self.latest["at_s"] > now_s)
        return self.latest

    def stance_after(self, after_s: float) -> float | None:
        """Wait for a new stance in the store; how long after a moment that is past it was there, None = never."""
        before = self.next().get("stances", 0)
        found = until(lambda: self.latest.get("stances", 0) > before)
        return self.latest["at_s"] - after_s if found else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.latest = json.loads(line)


def until(come: Callable[[], object], patience_s: float = PATIENCE_S) -> bool:
    """Wait for something; False when it does not come."""
    end_s = time.monotonic() + patience_s
    while not come():
        if time.monotonic() > end_s:
            return False
        time.sleep(LOOK_S)
    return True


def seconds_until(come: Callable[[], object], since_s: float) -> float | None:
    """Wait for something; how long after `since_s` it came, None when it does not."""
    return time.monotonic() - since_s if until(come) else None


def said(*command: str) -> str:
    """What a command prints; it must succeed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def show(unit: str, name: str) -> str:
    """A property of a unit."""
    return said("systemctl", "show", "--property", name, "--value", unit)


def main_process(unit: str) -> int:
    """Process id of a service."""
    return int(show(unit, "MainPID"))


def pose_workers() -> list[int]:
    """Process ids of the pose workers."""
    control_group = Path(f"/sys/fs/cgroup{show(MONITOR, 'ControlGroup')}/cgroup.procs")
    processes = [int(line) for line in control_group.read_text().split()]
    return [pid for pid in processes if b"monitor.pose.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def user_of(pid: int) -> str:
    """Who a process runs as."""
    return Path(f"/proc/{pid}").owner()


def interfaces(pid: int) -> list[str]:
    """The network interfaces that a process sees."""
    return [line.split(":")[0].strip() for line in Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]]


def owner_and_mode(path: Path) -> str:
    """Whose a file is, and who may do what with it."""
    return f"{path.owner()}:{path.group()} {path.stat().st_mode & 0o777:o}"


def log_of(unit: str, *options: str) -> str:
    """What a unit has logged since the system booted."""
    return said("journalctl", "--unit", unit, "--output", "cat", "--no-pager", *options)


@contextmanager
def changed(unit: str, lines: str) -> Iterator[None]:
    """A unit with other settings."""
    path = Path(f"/run/systemd/system/{unit}.d/test.conf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lines)
    said("systemctl", "daemon-reload")
    try:
        yield
    finally:
        path.unlink()
        said("systemctl", "daemon-reload")
