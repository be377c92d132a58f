"""What the unit says of itself every few seconds and need not outlive a power cut: a small file, never waited for.

Two frames (see `monitor.store.frames`) under the journal's token: when the unit was last heard of, and at `FIGURES_AT`
the figures of its engine and the progress of its session. The moment is a few bytes, the figures some five hundred, and
are told more seldom.
"""

import json
import os
import struct
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.store.codec import Values
from monitor.store.errors import explain_os
from monitor.store.frames import frame, unframe
from monitor.store.pending import Pending

FIGURES_AT = 64
LOOKS = 3
"""A reader may come while a frame is being written, which is over at once."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = struct.Struct("<q")
"""Microseconds since the epoch."""


class Live:
    """The writer's end. Not safe between threads."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = live_path(database)
        self._figures: Values = {}

    def tell(self, token: int, unit_values: Values, session_id: str | None, progress: Values) -> None:
        """Say what is new. Raises `StoreUnreachableError`."""
        news = {name: values for name, values in unit_values.items() if name != "updated_at"}
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                if news or progress:
                    self._figures |= {"unit": self._figures.get("unit", {}) | news, "session": session_id}
                    self._figures["progress"] = self._figures.get("progress", {}) | progress
                    os.pwrite(descriptor, frame(_squeezed(self._figures), token), FIGURES_AT)
                if "updated_at" in unit_values:
                    moment = (unit_values["updated_at"] - _EPOCH) // timedelta(microseconds=1)
                    os.pwrite(descriptor, frame(_MOMENT.pack(moment), token), 0)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise explain_os(error, self._database) from error

    def restart(self) -> None:
        """Begin anew: what it holds is in the database."""
        self._figures = {}

    def erase(self) -> None:
        """Take the file away; where that cannot be done it stays."""
        self.restart()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def live_pending(database: Path, token: int) -> Pending:
    """Return what is said there under a token. Raises `StoreUnreachableError`."""
    path = live_path(database)
    moment = figures = None
    for _ in range(LOOKS):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return Pending()
        except OSError as error:
            raise explain_os(error, database) from error
        moment = moment or unframe(data, 0, token)
        figures = figures or unframe(data, FIGURES_AT, token)
        if moment and figures:
            break
    said: dict[str, Any] = json.loads(zlib.decompress(figures)) if figures else {}
    heard = {"updated_at": _EPOCH + timedelta(microseconds=_MOMENT.unpack(moment)[0])} if moment else {}
    return Pending(said.get("session"), unit=said.get("unit", {}) | heard, progress=said.get("progress", {}))


def live_path(database: Path) -> Path:
    """Return where this file of a database is."""
    return database.with_name(f"{database.name}.live")


def _squeezed(figures: Values) -> bytes:
    return zlib.compress(json.dumps(figures, ensure_ascii=False, separators=(",", ":")).encode(), 9)
