"""The dashboard's proof that it works: it asks itself for a small file, as a browser would."""

import http.client
from collections.abc import Callable

from monitor.service import BEATS_A_WATCHDOG, Service

ASKED_FOR = "/static/icon.svg"


def keep_pulse(service: Service, host: str, port: int, pause: Callable[[float], bool]) -> None:
    """Tell a service manager that watches, as long as the dashboard answers, that it does.

    pause: waits so many seconds; False when the server stops.
    """
    if service.watchdog_s is None:
        return
    pause_s = service.watchdog_s / BEATS_A_WATCHDOG
    while pause(pause_s):
        if answers(host, port, pause_s):
            service.alive()


def answers(host: str, port: int, patience_s: float) -> bool:
    """Whether the dashboard that listens there answers."""
    line = http.client.HTTPConnection(host, port, timeout=patience_s)
    try:
        line.request("GET", ASKED_FOR)
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
