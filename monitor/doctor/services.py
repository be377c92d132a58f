"""The services, the version they run, and the settings they start with."""

import importlib.metadata
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from monitor.doctor.commands import output
from monitor.doctor.finding import Finding, broken, look, ok
from monitor.upkeep.health import SERVICES, Shown, parse
from monitor.upkeep.layout import Layout
from monitor.upkeep.update import on_trial

SHOWN = "Id,LoadState,ActiveState,SubState,NRestarts,ActiveEnterTimestamp,StatusText"
LOG = "sudo journalctl -u medius-monitor -u medius-web -e"


def shown_services() -> list[Shown]:
    """As systemd shows them; none where it does not run."""
    return parse(output("systemctl", "show", "--timestamp=unix", "-p", SHOWN, *SERVICES) or "")


def services(shown: Sequence[Shown]) -> Finding:
    """Whether they run, since when, and how often they had to be started again."""
    installed = [service for service in shown if service.get("LoadState") == "loaded"]
    if not installed:
        return ok("not installed as a unit: sudo ./install makes this computer one")
    words = "; ".join(map(_in_words, installed))
    if any(service["ActiveState"] != "active" for service in installed):
        return broken(words, f"see why: {LOG}")
    if any(int(service["NRestarts"]) for service in installed):
        return look(words, f"see why it was started again: {LOG}")
    return ok(words)


def _in_words(service: Shown) -> str:
    name = service["Id"].removeprefix("medius-").removesuffix(".service")
    if service["ActiveState"] != "active":
        return f"{name} is {service['ActiveState']}"
    since = service["ActiveEnterTimestamp"].removeprefix("@")
    when = f" since {datetime.fromtimestamp(int(since)):%Y-%m-%d %H:%M}" if since.isdecimal() else ""
    says = f" ({service['StatusText']})" if service.get("StatusText") else ""
    return f"{name} runs{when}{says}, started again {service['NRestarts']} times"


def version(layout: Layout) -> str:
    """Of the unit, or else of this program."""
    return layout.name_of(layout.current) or importlib.metadata.version("medius")


def versions(layout: Layout) -> Finding:
    """Of everything that a report of a fault should name."""
    firmware = (output("vcgencmd", "version") or "").partition("\n")[0]
    parts = {
        "Medius": version(layout),
        "Python": platform.python_version(),
        "mediapipe": importlib.metadata.version("mediapipe"),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "kernel": platform.release(),
        "firmware": firmware,
    }
    return ok(", ".join(f"{name} {number}" for name, number in parts.items() if number))


def last_update(layout: Layout) -> Finding:
    """Whether it went well."""
    if name := on_trial(layout):
        return look(f"{name} is on trial", "wait two minutes and look again; else restart the computer")
    try:
        why = layout.undone.read_text(encoding="utf-8").strip()
    except OSError:
        return ok("none was undone")
    return look(why, "mend what it says, or get a newer release, and update again")


def settings(error: str | None, files: Sequence[Path]) -> Finding:
    """Whether they can be read."""
    if error is not None:
        return broken(error, "mend that line; until then no service starts")
    there = [str(path) for path in files if path.exists()]
    return ok(f"from {', '.join(there)}" if there else "no file: everything is as built in")
