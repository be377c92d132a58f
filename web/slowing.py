"""What one address may ask for a few times at once, and then only now and then."""

import threading

from monitor.store import Clock

AT_ONCE = 5
"""A family, or a gym's own tablet [ours]."""
EACH_S = 120.0
"""Then one address fills no store within a day [ours]."""


class Slowing:
    """Counts by address. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._paid_until_s: dict[str, float] = {}
        """By address: `EACH_S` for each that was asked for, from when it began; those of the past are let go of."""

    def wait_s(self, address: str) -> float:
        """Count one more and return 0, or return in how many seconds it may be asked for."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            self._paid_until_s = {who: until_s for who, until_s in self._paid_until_s.items() if until_s > now_s}
            until_s = self._paid_until_s.get(address, now_s)
            wait_s = max(0.0, until_s - now_s - (AT_ONCE - 1) * EACH_S)
            if wait_s == 0.0:
                self._paid_until_s[address] = until_s + EACH_S
            return wait_s
