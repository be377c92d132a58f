"""The camera: there or not, which, and who has it."""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.doctor.commands import output
from monitor.doctor.finding import Finding, broken, look, ok

LISTING_S = 25.0
"""A Raspberry Pi imports picamera2 within some seconds."""


def camera(source: str, cameras: Mapping[str, Any] | None, users: Sequence[str], exists: bool) -> Finding:
    """What the setting names against what there is.

    :param cameras: what `list_cameras` says, None when it says nothing; for a Pi camera only.
    :param users: programs that have a camera open.
    :param exists: whether the device or file of another source is there.
    """
    used = f", used by {', '.join(users)}" if users else ""
    if source == "demo":
        return ok("none: the bundled clip is played")
    if not is_pi(source):
        if exists:
            return ok(f"{source}{used}")
        return broken(f"{source} is not there", "connect it, or change the setting camera")
    if cameras is None:
        return broken("libcamera does not answer", "restart the computer; check the camera's cable")
    if "error" in cameras:
        found, _, advice = str(cameras["error"]).partition(": ")
        return broken(found, advice or "check the camera's cable")
    number = int(source.partition(":")[2] or 0)
    models = [str(entry["Model"]) for entry in cameras["cameras"] if "/usb" not in str(entry.get("Id", ""))]
    if number >= len(models):
        return broken(
            f"there is no Pi camera {source}",
            "switch off, check that the cable sits firmly at both ends, contacts towards the socket's, and switch on",
        )
    others = [user for user in users if user not in ("medius", "python", "python3")]
    if others:
        return look(f"{models[number]}{used}", f"end {others[0]}, which keeps the camera from Medius")
    return ok(f"{models[number]}{used}")


def is_pi(source: str) -> bool:
    """Whether a source is a camera at the Pi's own socket."""
    return re.fullmatch(r"pi(:\d+)?", source) is not None


def list_cameras() -> Mapping[str, Any] | None:
    """What libcamera finds, asked in a process of its own: it may hang, and it is loaded only once in a process."""
    listed = output(sys.executable, "-P", "-m", "monitor.doctor.cameras", patience_s=LISTING_S)
    return None if listed is None else json.loads(listed)


def device_of(source: str) -> Path:
    """The device or file of a source that is not a Pi camera."""
    return Path(f"/dev/video{source.removeprefix('usb:')}") if source.startswith("usb:") else Path(source)


def users_of(prefixes: Iterable[str], processes: Path = Path("/proc")) -> list[str]:
    """The names of the programs that have a device open whose path begins so; of others' programs only root is told."""
    names = set()
    for folder in processes.glob("[0-9]*/fd"):
        try:
            opened = {os.readlink(entry) for entry in folder.iterdir()}  # noqa: PTH115
            if any(path.startswith(tuple(prefixes)) for path in opened):
                names.add((folder.parent / "comm").read_text(encoding="utf-8").strip())
        except OSError:
            continue
    return sorted(names)
