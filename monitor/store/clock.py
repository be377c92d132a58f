"""The time of a session: what the wall says, what has passed, and whether the wall can be believed."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

TIMESYNC = Path("/run/systemd/timesync")
"""systemd-timesyncd makes this directory, and a file "synchronized" in it after its first answer."""


class Clock(Protocol):
    """Where the recorder takes its time from."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""

    def monotonic_s(self) -> float:
        """Return seconds that never jump."""

    def synchronised(self) -> bool | None:
        """Return whether the wall time was set by a server; None = not known."""


class SystemClock:
    """The computer's own. A Pi 4 has no battery behind its clock: until a server answers, the date is a guess."""

    def __init__(self, timesync: Path = TIMESYNC) -> None:
        self._timesync = timesync

    def now(self) -> datetime:
        """Return the wall time."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return seconds since an arbitrary moment."""
        return time.monotonic()

    def synchronised(self) -> bool | None:
        """Return what systemd-timesyncd says, None where it does not run."""
        return (self._timesync / "synchronized").exists() if self._timesync.is_dir() else None
