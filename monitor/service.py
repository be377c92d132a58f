"""What the unit tells the service manager that started it: that it is ready, what it does, that it still works.

The protocol is systemd's (sd_notify(3), sd_watchdog_enabled(3)): lines of NAME=VALUE in one datagram to the socket that
the variable NOTIFY_SOCKET names. Started by hand there is no such socket, and nothing is said.
"""

import math
import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Self

BEATS_A_WATCHDOG = 4
"""So often within the watchdog's time it is told that all is well: a lost message or two do not matter [ours]."""
PATIENCE_S = 1.0
"""So long a message waits that must arrive; the others are dropped by a service manager that does not listen [ours]."""


class Service:
    """This process as a service.

    :param address: of the manager's socket: a path, or @NAME for one without a file; None for no manager.
    :param watchdog_s: without word for so long the manager ends this process; None for no watchdog.
    :param clock: seconds, monotonic.
    """

    def __init__(
        self,
        address: str | None = None,
        watchdog_s: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.watchdog_s = watchdog_s
        self._address = address
        self._clock = clock
        self._told_s = -math.inf
        self._says = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The service that systemd's variables describe. What is meant for another process does not count."""
        address = environment.get("NOTIFY_SOCKET", "")
        limit_us, whose = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        watched = limit_us.isdecimal() and int(limit_us) > 0 and whose in ("", str(os.getpid()))
        return cls(address if address[:1] in ("/", "@") else None, int(limit_us) / 1e6 if watched else None)

    def ready(self) -> None:
        """The unit is open for work: what waits for it may start, and the watchdog counts from now."""
        self._tell("READY=1", PATIENCE_S)

    def status(self, text: str) -> None:
        """What it does now, in one line for `systemctl status`. Cheap while nothing changes."""
        line = " ".join(text.split())
        if line != self._says and self._tell(f"STATUS={line}"):
            self._says = line

    def alive(self) -> None:
        """It works: call it for every frame that was looked at, and for nothing else. Cheap however often."""
        if self.watchdog_s is None:
            return
        now_s = self._clock()
        if now_s - self._told_s >= self.watchdog_s / BEATS_A_WATCHDOG and self._tell("WATCHDOG=1"):
            self._told_s = now_s

    def watch_every(self, seconds: float | None) -> None:
        """Let the watchdog wait for so long from now on; None: as without one, nothing is said."""
        if self.watchdog_s is not None and seconds is not None:
            self._tell(f"WATCHDOG_USEC={round(seconds * 1e6)}", PATIENCE_S)

    def stopping(self) -> None:
        """It is on its way out."""
        self._tell("STOPPING=1", PATIENCE_S)

    def _tell(self, message: str, patience_s: float = 0.0) -> bool:
        """Send; False when it did not arrive, which a measurement must survive."""
        if self._address is None:
            return True
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
                door.settimeout(patience_s)
                door.sendto(message.encode(), address)
        except OSError:
            return False
        return True
