"""The session that can be claimed now, as the unit tells it."""

import threading
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from monitor.control import RefusedError, UnitUnreachableError, ask
from monitor.store import Clock

ASKED_EVERY_S = 1.0
"""However many pages look, and however long the unit takes."""
PATIENCE_S = 1.0
"""Who asks is kept waiting: a page that others may wait for."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A session that is nobody's yet, and the secret of its link."""

    session_id: str
    token: str


class Offers:
    """Asks the unit now and then; nobody waits while another asks."""

    def __init__(self, control: str | None, clock: Clock) -> None:
        self._control = Path(control) if control else None
        self._clock = clock
        self._asking = threading.Lock()
        self._asked_s: float | None = None
        self._offered: Offered | None = None

    def now(self) -> Offered | None:
        """Return what is offered."""
        if self._control is not None and self._asking.acquire(blocking=False):
            try:
                asked_s = self._asked_s
                if asked_s is None or self._clock.monotonic_s() - asked_s >= ASKED_EVERY_S:
                    self._offered = _ask(self._control)
                    self._asked_s = self._clock.monotonic_s()
            finally:
                self._asking.release()
        return self._offered

    def forget(self) -> None:
        """Ask again when it is next looked at: it was claimed."""
        self._asked_s = None


def offers() -> Offers:
    """Return those of the application at work."""
    found: Offers = current_app.extensions["medius.offers"]
    return found


def _ask(control: Path) -> Offered | None:
    try:
        answer = ask(control, "offer", patience_s=PATIENCE_S)
    except (RefusedError, UnitUnreachableError):
        return None
    return Offered(answer["session"], answer["token"]) if answer else None
