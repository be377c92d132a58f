"""How the unit is found: its name, its addresses, its dashboard."""

import json
import socket
import urllib.request
from collections.abc import Sequence

from monitor.doctor.commands import output
from monitor.doctor.finding import Finding, broken, look, ok

PORT = 8420
"""Of a unit's dashboard, as its service and its announcement have it."""
DEFAULT_NAME = "raspberrypi"
ANSWERS_WITHIN_S = 5.0


def addresses() -> list[str]:
    """This computer's IPv4 addresses in its networks."""
    told = output("ip", "-json", "-4", "address", "show", "scope", "global", "up")
    interfaces = json.loads(told) if told else []
    return [str(info["local"]) for interface in interfaces for info in interface.get("addr_info", ())]


def name() -> str:
    """What this computer is called in the network."""
    return f"{socket.gethostname().partition('.')[0]}.local"


def url(host: str, port: int) -> str:
    """Where a browser finds the dashboard."""
    return f"http://{host}:{port}"


def network(host: str, found: Sequence[str], announces: bool | None) -> Finding:
    """Whether a phone can find it; `announces` is None where no unit is installed."""
    if not found:
        return look(f"{host}, no address", "connect a network cable, or a Wi-Fi with: sudo nmtui")
    words = f"{host}, {', '.join(found)}"
    if announces is False:
        return look(f"{words}; the name is not announced", "sudo systemctl restart avahi-daemon")
    if announces and host.startswith(f"{DEFAULT_NAME}."):
        return look(words, "give it a name of its own, if there are several: sudo raspi-config nonint do_hostname NAME")
    return ok(words)


def dashboard(port: int, says: str | None, installed: bool) -> Finding:
    """Whether it answers; `says` is what is wrong."""
    if says is None:
        return ok(f"answers on port {port}")
    if not installed:
        return ok("does not run")
    return broken(f"does not answer on port {port} ({says})", "see why: sudo journalctl -u medius-web -e")


def ask_dashboard(port: int) -> str | None:
    """Ask it on this computer for a page: what is wrong, None for nothing."""
    try:
        with urllib.request.urlopen(url("127.0.0.1", port), timeout=ANSWERS_WITHIN_S) as answer:
            answer.read(1)
    except OSError as error:
        return str(getattr(error, "reason", error))
    return None


def is_announced() -> bool:
    """Whether the name is."""
    return (output("systemctl", "is-active", "avahi-daemon.service") or "").strip() == "active"
