"""Cuts the power in the middle of sessions, again and again: `power_cuts.py ROOT TIMES`, for real_systemd.sh.

A whole system boots, measures the bundled clip and is gone from one moment to the next: its first process is killed,
and with it all others. After the next boot all that was stored has to be there, the session closed, and the newest
stance hardly older at the cut than while all is well. Runs outside of that system, on the standard library.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LOSS_S = 1.0
"""So much may be lost."""
SEEN = 8
"""Stances before the power may go."""
LONGEST_S = 6.0
"""Within so long it goes."""
PATIENCE_S = 60.0
DATABASE = "/var/lib/medius/medius.sqlite"
PYTHON = "/opt/medius/current/.venv/bin/python"
WATCH = "/opt/medius/current/tests/systemd/store_watch.py"
CHECK = f"""
import sqlite3
connection = sqlite3.connect("file:{DATABASE}?mode=ro", uri=True)
print(*connection.execute("PRAGMA integrity_check").fetchone())
"""
Found = dict[str, Any]


def main() -> int:
    """Cut as often as asked, and boot once more."""
    root, times = Path(sys.argv[1]), int(sys.argv[2])
    cut_short: list[str] = []
    stances = look(root)["stances"]
    for boot in range(times + 1):
        with System(root) as system:
            system.measure(stances + SEEN)
            if set(cut_short) & set(system.found["open"]):
                raise SystemExit(f"{cut_short} is open still, after a boot")
            if boot == times:
                break
            time.sleep(random.uniform(0.0, LONGEST_S))
            cut_s = system.cut()
        found = look(root)
        age_s = cut_s - found["ended_s"]
        print(
            f"power cut {boot + 1}: {found['stances']} stances are stored, {system.found['stances']} were seen before; "
            f"the newest is {age_s:.1f} s old, at most {system.oldest_s:.1f} s while all is well",
            flush=True,
        )
        if found["stances"] < system.found["stances"] or age_s > system.oldest_s + LOSS_S:
            raise SystemExit("stances are lost")
        verdict = subprocess.run(inside(root, "-c", CHECK), capture_output=True, text=True, check=True).stdout
        if verdict.strip() != "ok":
            raise SystemExit(f"the database is damaged: {verdict}")
        cut_short, stances = found["open"], found["stances"]
    print(f"{times} power cuts: the database opened, the session was closed and no stance was lost every time")
    return 0


class System:
    """A booted system, and what the dashboard's user finds in its store."""

    def __init__(self, root: Path) -> None:
        self.found: Found = {}
        self.oldest_s = 0.0
        """How old the newest stance has been at most, since two have come."""
        self._system = subprocess.Popen(
            [Path(__file__).with_name("boot.sh"), root],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._watch = subprocess.Popen(
            inside(root, WATCH, DATABASE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def measure(self, stances: int) -> None:
        """Wait for so many stances in all."""
        end_s = time.monotonic() + PATIENCE_S
        while self.found.get("stances", 0) < stances:
            if time.monotonic() > end_s:
                raise SystemExit(f"it does not measure: {self.found}")
            time.sleep(0.05)

    def cut(self) -> float:
        """Kill everything at once. Return when, by the wall clock. Idempotent."""
        self._watch.kill()
        self._listener.join()
        cut_s = time.time()
        if self._system.poll() is None:
            for pid in _first_processes(self._system.pid):
                os.kill(pid, signal.SIGKILL)
            self._system.wait()
        return cut_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()

    def _listen(self) -> None:
        assert self._watch.stdout is not None
        settled = None
        for line in self._watch.stdout:
            self.found = found = json.loads(line)
            settled = found["stances"] + 2 if settled is None and "stances" in found else settled
            if settled is not None and found.get("stances", 0) >= settled:
                self.oldest_s = max(self.oldest_s, found["wall_s"] - found["ended_s"])


def look(root: Path) -> Found:
    """What the dashboard's user finds now."""
    command = inside(root, WATCH, DATABASE)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    found: Found = json.loads(done.stdout.splitlines()[0])
    return found


def inside(root: Path, *arguments: str) -> list[str]:
    """A command that runs Python among the system's files, as the dashboard's user."""
    return ["chroot", "--userspec=medius-web:medius-web", "--groups=medius", str(root), PYTHON, *arguments]


def _first_processes(ancestor: int) -> list[int]:
    """Which of the processes under one are the first of a system of their own."""
    found: list[int] = []
    for thread in Path(f"/proc/{ancestor}/task").iterdir():
        for child in map(int, (thread / "children").read_text().split()):
            numbers = next(line for line in Path(f"/proc/{child}/status").read_text().splitlines() if "NSpid:" in line)
            found += [child] if numbers.split()[2:] == ["1"] else _first_processes(child)
    return found


if __name__ == "__main__":
    sys.exit(main())
