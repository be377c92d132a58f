"""The pins of lamps, buzzer and button: there, allowed, free or held."""

import contextlib
import fcntl
import grp
import importlib.util
import os
import pwd
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from monitor.cues.pins import Pins
from monitor.doctor.finding import Finding, broken, look, ok

GET_CHIP_INFO, GET_LINE_INFO = 0x8044B401, 0xC100B405
"""Of the kernel's <linux/gpio.h>: GPIO_GET_CHIPINFO_IOCTL and GPIO_V2_GET_LINEINFO_IOCTL."""
CHIP_INFO = struct.Struct("=32s32sI")
LINE_INFO = struct.Struct("=32s32sIIQ160s16s")
USED = 1


@dataclass(frozen=True, slots=True)
class Access:
    """What a user may do with the pins."""

    has_lgpio: bool
    chip: bool
    """Whether the kernel offers the pins of a Raspberry Pi, and they may be opened."""
    in_group: bool | None
    """Whether the services' user is in the group gpio; None without that user."""
    held: Mapping[int, str]
    """Pins that a program holds, by BCM number, and as what."""


def pins(wanted: Pins, access: Access | None) -> Finding:
    """Whether the pins can be used; `access` is None on any other computer than a Raspberry Pi."""
    if access is None:
        return ok("none: not a Raspberry Pi, lamps are simulated")
    if not access.has_lgpio:
        return broken("lgpio is not there", "sudo apt install python3-lgpio, then sudo ./install again")
    if access.in_group is False:
        return broken("the user medius is not in the group gpio", "sudo usermod -aG gpio medius, then restart")
    if not access.chip:
        return look("you may not see them", "ask again with sudo")
    numbers = {number: name.replace("_", " ") for name, number in asdict(wanted).items() if number is not None}
    held = {number: access.held[number] for number in numbers if number in access.held}
    strangers = {number: who for number, who in held.items() if who != "lg"}
    if strangers:
        number, who = next(iter(strangers.items()))
        return broken(
            f"BCM {number} ({numbers[number]}) is held by {who or 'another program'}",
            "end that program, or take its line out of /boot/firmware/config.txt",
        )
    return ok(f"{len(numbers)} fitted, {'held by Medius' if held else 'all free'}")


def read_access(devices: Path = Path("/dev")) -> Access:
    """As it is on this Raspberry Pi."""
    held = None
    for device in sorted(devices.glob("gpiochip*")):
        with contextlib.suppress(OSError):
            held = held if held is not None else _held_lines(device)
    return Access(importlib.util.find_spec("lgpio") is not None, held is not None, _in_group(), held or {})


def _held_lines(device: Path) -> dict[int, str] | None:
    """The lines in use of a chip and who uses them; None unless it is a Raspberry Pi's header. Raises OSError."""
    with device.open("rb", buffering=0) as chip:
        _, label, count = CHIP_INFO.unpack(fcntl.ioctl(chip, GET_CHIP_INFO, bytes(CHIP_INFO.size)))
        if not label.startswith(b"pinctrl-"):
            return None
        return dict(_used(chip.fileno(), count))


def _used(chip: int, count: int) -> Iterator[tuple[int, str]]:
    for number in range(min(count, 28)):
        asked = LINE_INFO.pack(b"", b"", number, 0, 0, b"", b"")
        _, consumer, _, _, flags, _, _ = LINE_INFO.unpack(fcntl.ioctl(chip, GET_LINE_INFO, asked))
        if flags & USED:
            yield number, consumer.rstrip(b"\0").decode(errors="replace")


def _in_group() -> bool | None:
    try:
        user, gpio = pwd.getpwnam("medius"), grp.getgrnam("gpio")
    except KeyError:
        return None
    return gpio.gr_gid in os.getgrouplist(user.pw_name, user.pw_gid)
