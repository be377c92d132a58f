"""What the unit is set to, as far as pages depend on it: asked over its socket now and then, and remembered."""

import math
import threading
from pathlib import Path
from typing import Any

from monitor.control import RefusedError, UnitUnreachableError, ask
from monitor.store import Clock

KNOWN_S = 60.0
"""So long an answer is believed."""
AGAIN_S = 5.0
"""So long after none it is asked again: it may have been starting."""
PATIENCE_S = 1.0


class Standing:
    """Asks the unit; nobody waits while another asks. Safe between threads."""

    def __init__(self, control: str | None, clock: Clock) -> None:
        self._control = Path(control) if control else None
        self._clock = clock
        self._asking = threading.Lock()
        self._status: dict[str, Any] | None = None
        self._next_s = -math.inf
        self._language = ""

    def now(self) -> dict[str, Any] | None:
        """Return its answer; None while it gives none."""
        if self._control is not None and self._asking.acquire(blocking=False):
            try:
                if self._clock.monotonic_s() >= self._next_s:
                    self._status = _ask(self._control)
                    self._next_s = self._clock.monotonic_s() + (KNOWN_S if self._status else AGAIN_S)
                    if self._status is not None:
                        self._language = str(self._status.get("language", ""))
            finally:
                self._asking.release()
        return self._status

    def language(self) -> str:
        """The pages' language as the owner set it, also while the unit is away; "browser" where browsers choose."""
        self.now()
        return self._language

    def set_language(self, language: str) -> None:
        """The owner has just chosen it, and the unit starts anew."""
        self._language = language


def _ask(control: Path) -> dict[str, Any] | None:
    try:
        return ask(control, "status", patience_s=PATIENCE_S)
    except (RefusedError, UnitUnreachableError):
        return None
