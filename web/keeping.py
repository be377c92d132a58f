"""How long sessions are kept, as the page says it: the unit deletes, and knows."""

import math
import threading
from pathlib import Path
from typing import Any

from monitor.control import RefusedError, UnitUnreachableError, ask
from monitor.store import Clock

KNOWN_S = 60.0
"""So long an answer is believed, or that there is none."""
PATIENCE_S = 1.0
NOT_KNOWN = (
    "How long sessions are kept is a setting of the unit, which cannot be asked now: two years and 2 GB, "
    "unless keep_days and keep_mb say otherwise."
)


class Keeping:
    """Asks the unit now and then. Safe between threads."""

    def __init__(self, control: str | None, clock: Clock) -> None:
        self._control = Path(control) if control else None
        self._clock = clock
        self._lock = threading.Lock()
        self._sentence = NOT_KNOWN
        self._asked_s = -math.inf

    def in_words(self) -> str:
        """How long sessions are kept, in a sentence or two."""
        with self._lock:
            if self._clock.monotonic_s() - self._asked_s > KNOWN_S:
                self._sentence = self._ask()
                self._asked_s = self._clock.monotonic_s()
            return self._sentence

    def _ask(self) -> str:
        if self._control is None:
            return NOT_KNOWN
        try:
            return sentence_of(ask(self._control, "status", patience_s=PATIENCE_S))
        except (RefusedError, UnitUnreachableError, KeyError):  # or a unit of an older version
            return NOT_KNOWN


def sentence_of(status: dict[str, Any]) -> str:
    """What the unit's settings come to; a limit that is not there is null."""
    days, megabytes = status["keep_days"], status["keep_mb"]
    limits = []
    if days is not None:
        limits.append(f"when it is {days:g} days old" if days != 1 else "when it is a day old")
    if megabytes is not None:
        limits.append(f"when all sessions take more than {megabytes:g} MB and it is the oldest")
    if not limits:
        return "Sessions are kept until somebody deletes them."
    return f"The unit deletes a session {', or '.join(limits)}; the settings keep_days and keep_mb say so."
