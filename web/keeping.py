"""How long sessions are kept, as the page says it: the unit deletes, and knows."""

import math
import threading
from pathlib import Path
from typing import Any

from monitor.control import RefusedError, UnitUnreachableError, ask
from monitor.store import Clock
from web.language import N_, _
from web.words import plain

KNOWN_S = 60.0
"""So long an answer is believed, or that there is none."""
PATIENCE_S = 1.0
NOT_KNOWN = N_(
    "How long sessions are kept is a setting of the unit, which cannot be asked now: two years and 2 GB, "
    "unless keep_days and keep_mb say otherwise."
)


class Keeping:
    """Asks the unit now and then. Safe between threads."""

    def __init__(self, control: str | None, clock: Clock) -> None:
        self._control = Path(control) if control else None
        self._clock = clock
        self._lock = threading.Lock()
        self._status: dict[str, Any] | None = None
        self._asked_s = -math.inf

    def in_words(self) -> str:
        """How long sessions are kept, in a sentence or two."""
        with self._lock:
            if self._clock.monotonic_s() - self._asked_s > KNOWN_S:
                self._status = self._ask()
                self._asked_s = self._clock.monotonic_s()
            status = self._status
        known = status is not None and {"keep_days", "keep_mb"} <= status.keys()  # not of a unit of an older version
        return sentence_of(status) if status is not None and known else _(NOT_KNOWN)

    def _ask(self) -> dict[str, Any] | None:
        if self._control is None:
            return None
        try:
            return ask(self._control, "status", patience_s=PATIENCE_S)
        except (RefusedError, UnitUnreachableError):
            return None


def sentence_of(status: dict[str, Any]) -> str:
    """What the unit's settings come to; a limit that is not there is null."""
    days, megabytes = status["keep_days"], status["keep_mb"]
    limits = []
    if days is not None:
        limits.append(_("when it is a day old") if days == 1 else _("when it is %(n)s days old", n=plain(days)))
    if megabytes is not None:
        limits.append(_("when all sessions take more than %(n)s MB and it is the oldest", n=plain(megabytes)))
    if not limits:
        return _("Sessions are kept until somebody deletes them.")
    return _(
        "The unit deletes a session %(when)s; the settings keep_days and keep_mb say so.", when=_(", or ").join(limits)
    )
