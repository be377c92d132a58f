"""Whether the services work, as systemd sees it."""

from collections.abc import Mapping, Sequence

SERVICES = ("medius-monitor.service", "medius-web.service")
TRUSTED_AFTER_S = 12.0
"""Longer than the monitor's WatchdogSec: it is fed by frames that were looked at, so they were."""
PROPERTIES = ("Id", "ActiveState", "SubState", "NRestarts", "ActiveEnterTimestampMonotonic", "StatusText")
Shown = Mapping[str, str]
"""A unit's properties."""


def parse(text: str) -> list[Shown]:
    """What `systemctl show` says of several units."""
    blocks = (block.splitlines() for block in text.strip().split("\n\n"))
    return [dict(line.split("=", 1) for line in lines if "=" in line) for lines in blocks]


def complaint(services: Sequence[Shown], now_s: float) -> str | None:
    """Why the services cannot be trusted yet, None when they can; `now_s` is of CLOCK_MONOTONIC."""
    for shown in services:
        name = shown["Id"].removesuffix(".service")
        if shown["ActiveState"] != "active":
            return f"{name} is {shown['ActiveState']} ({shown['SubState']})"
        if now_s - int(shown["ActiveEnterTimestampMonotonic"]) / 1e6 < TRUSTED_AFTER_S:
            return f"{name} did not work for {TRUSTED_AFTER_S:g} s on end"
    return None if services else "systemd knows none of its services"
