"""The computer itself: power, heat, memory, disk, clock."""

import os
import shutil
from pathlib import Path

from monitor.doctor.finding import Finding, broken, look, ok

WARM_C, HOT_C = 75.0, 84.0
"""A Raspberry Pi slows down from 80 °C on, hard at 85."""
LITTLE_MEMORY_BYTES = 200 << 20
LITTLE_ROOM_BYTES, NO_ROOM_BYTES = 2_000_000_000, 200_000_000
"""An update takes 1.5 GB."""
SUPPLY = "use the Raspberry Pi's own power supply and a short cable, and nothing else on its USB sockets"
WORN_PERCENT = 80


def power(throttled: str | None) -> Finding:
    """What `monitor.machine.throttled` says."""
    if throttled is None:
        return ok("only a Raspberry Pi tells")
    if throttled == "no":
        return ok("enough, now and since the start")
    if "voltage is" in throttled:
        return broken(throttled, SUPPLY)
    advice = SUPPLY if "voltage" in throttled else "let air to it: a heat sink, a fan, a place out of the sun"
    return look(throttled, advice)


def temperature(celsius: float | None) -> Finding:
    """Of the warmest sensor."""
    if celsius is None:
        return ok("no sensor")
    found, advice = f"{celsius:.0f} °C", "let air to it: a heat sink, a fan, a place out of the sun"
    if celsius >= HOT_C:
        return broken(found, advice)
    return look(found, advice) if celsius >= WARM_C else ok(found)


def memory(meminfo: str) -> Finding:
    """What /proc/meminfo says."""
    sizes = {line.split(":")[0]: int(line.split()[1]) << 10 for line in meminfo.splitlines() if line.endswith("kB")}
    free, total = sizes["MemAvailable"], sizes["MemTotal"]
    found = f"{free / 1e9:.1f} of {total / 1e9:.1f} GB free"
    if free < LITTLE_MEMORY_BYTES:
        return look(found, "run nothing else on this computer, or set workers = 1")
    return ok(found)


def disk(free_bytes: int, total_bytes: int, read_only: bool, wear_percent: int | None) -> Finding:
    """Of the disk that holds the sessions."""
    wear = "its wear is not told" if wear_percent is None else f"{wear_percent} % worn"
    found = f"{free_bytes / 1e9:.1f} of {total_bytes / 1e9:.1f} GB free, {wear}"
    if read_only:
        return broken(f"{found}, read-only", "restart; if it is read-only again, the card is failing: replace it")
    if free_bytes < NO_ROOM_BYTES:
        return broken(found, "remove something: nothing can be recorded")
    if wear_percent is not None and wear_percent >= WORN_PERCENT:
        return look(found, "make a backup and replace the card soon")
    if free_bytes < LITTLE_ROOM_BYTES:
        return look(found, "remove something: an update needs more room")
    return ok(found)


def clock(synchronised: bool | None) -> Finding:
    """Whether the date of a session can be believed."""
    if synchronised is None:
        return ok("whether it is set by the network is not told")
    if not synchronised:
        return look("not set by the network", "connect the network: until then sessions may get a wrong date")
    return ok("set by the network")


def disk_of(folder: Path) -> Finding:
    """The disk of a folder, or of the nearest one above that exists."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(place)
    return disk(usage.free, usage.total, bool(os.statvfs(place).f_flag & os.ST_RDONLY), wear_of_cards())


def wear_of_cards(blocks: Path = Path("/sys/block")) -> int | None:
    """The most that an eMMC or a card says it is worn, percent; most cards say nothing.

    JEDEC 84-B51, `life_time`: two numbers, each in tenths of the life, 1 for up to 10 %.
    """
    tenths = [
        int(number, 16)
        for path in blocks.glob("mmcblk*/device/life_time")
        for number in path.read_text(encoding="ascii").split()
    ]
    return 10 * max(tenths) if any(tenths) else None
