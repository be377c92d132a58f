"""What this computer is, what its processes cost, and what slows it down."""

import os
import platform
from pathlib import Path

from monitor.cues.board import MODEL_PATH

CPUINFO_PATH = Path("/proc/cpuinfo")
THERMAL_PATH = Path("/sys/class/thermal")
PLATFORM_PATH = Path("/sys/devices/platform")
THROTTLED_GLOB = "soc*/soc*firmware/get_throttled"
"""The kernel's raspberrypi firmware driver; read in its source, not tried on a Raspberry Pi."""
THROTTLED_BITS = {
    0: "the supply voltage is too low",
    1: "the processor's frequency is capped",
    2: "the processor is slowed down",
    3: "the temperature limit is reached",
    16: "the supply voltage was too low",
    17: "the processor's frequency was capped",
    18: "the processor was slowed down",
    19: "the temperature limit was reached",
}
"""Raspberry Pi documentation, `vcgencmd get_throttled`; the upper ones are since the start."""


def describe_machine() -> str:
    """Model, cores, memory, system and Python, in one line."""
    name = _text(MODEL_PATH).strip("\0\n") or _processor() or platform.machine()
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{name}, {cores()} cores, {memory_gib:.1f} GiB; {system}, Python {platform.python_version()}"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def temperature_c() -> float | None:
    """The warmest of the system's temperature sensors, °C; None where there is none."""
    readings = (_text(path) for path in THERMAL_PATH.glob("thermal_zone*/temp"))
    return max((int(text) / 1000.0 for text in readings if text.strip().lstrip("-").isdigit()), default=None)


def throttled() -> str | None:
    """What slows a Raspberry Pi down, now or since its start, in words; None on any other computer."""
    texts = [_text(path).strip() for path in PLATFORM_PATH.glob(THROTTLED_GLOB)]
    if not any(texts):
        return None
    bits = int(max(texts), 16)
    return ", ".join(words for bit, words in THROTTLED_BITS.items() if bits >> bit & 1) or "no"


def processor_s(pid: int) -> float:
    """CPU that a process has used with all its threads, seconds, to 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def proportional_bytes(pid: int) -> int:
    """Proportional set size of a process: what it shares with n others counts as an n-th."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    raise OSError(f"the kernel does not tell the memory of process {pid}")


def _processor() -> str:
    lines = _text(CPUINFO_PATH).splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
