"""What a unit needs around its version: packages, users, folders, settings, files of the system, firmware.

Every function makes it so and says whether that changed anything; where all is as it should be, nothing is written.
"""

import os
import shutil
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from monitor.files import write_whole
from monitor.pose.system import apt_packages, missing_libraries
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.links import remove

SYSTEM_FILES = "systemd/etc"
"""Below it a version has the files that belong to /etc, at their places."""
ALWAYS = ("python3-venv", "avahi-daemon")
ON_A_PI = ("python3-picamera2", "python3-lgpio")
BEGIN, END = "# Medius begins", "# Medius ends"
FIRMWARE = (
    "dtparam=watchdog=on",  # the computer starts anew when it hangs
    "dtparam=strict_gpiod",  # a lamp goes dark when its program is gone, see monitor/cues/lamps.py
    "dtparam=i2c_arm=off",  # the button is on one of its pins, see monitor/cues/pins.py
)
SETTINGS = """\
# What this unit is set to. All names and what they mean: {current}/monitor/settings.py
# A change counts after: sudo systemctl restart medius.target
{folders}# camera = "pi"          # or usb:0
# camera_turn_deg = 90   # the camera lies on its side: turned clockwise, seen from behind it
# mains_hz = 60          # where the lamps burn on 60 Hz
"""


def packages_missing(layout: Layout, is_installed: Callable[[str], bool]) -> list[str]:
    """Debian's packages that a unit needs and does not have."""
    wanted = (*ALWAYS, *(ON_A_PI if is_raspberry_pi(layout) else ()))
    return [*(name for name in wanted if not is_installed(name)), *apt_packages(missing_libraries())]


def write_settings(layout: Layout) -> bool:
    """Have the settings name the unit's folders: in a new file, or before what somebody wrote. Raises UpkeepError."""
    folders = {
        "state_dir": layout.state,
        "cache_dir": layout.cache,
        "owner_dir": layout.dashboard_state,
        "runtime_dir": Path("/run/medius"),
    }
    path = layout.settings
    if not path.exists():
        return _write(path, SETTINGS.format(current=layout.current, folders=_lines(folders)))
    own = path.read_bytes()
    try:
        named = tomllib.loads(own.decode())
    except ValueError as error:
        raise UpkeepError(f"{path} is not TOML ({error}): mend it") from error
    missing = {name: folder for name, folder in folders.items() if name not in named}
    if not missing:
        return False
    rights = path.stat()
    write_whole(path, _lines(missing).encode() + own)
    os.chown(path, rights.st_uid, rights.st_gid)
    path.chmod(stat.S_IMODE(rights.st_mode))
    return True


def write_system_files(layout: Layout, tree: Path) -> bool:
    """Put a version's files for /etc there."""
    changed = [_write(target, source.read_text(encoding="utf-8")) for source, target in system_files(layout, tree)]
    return any(changed)


def system_files(layout: Layout, tree: Path) -> Iterator[tuple[Path, Path]]:
    """A version's files for /etc, each with its place there."""
    folder = tree / SYSTEM_FILES
    for source in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield source, layout.root / "etc" / source.relative_to(folder)


def write_firmware(layout: Layout, lines: tuple[str, ...] = FIRMWARE) -> bool:
    """Have the firmware's settings end with `lines`; a copy of how they were before is kept. None: without them."""
    if not layout.firmware.exists():
        return False
    text = layout.firmware.read_text(encoding="utf-8")
    wanted = with_block(text, lines)
    if wanted == text:
        return False
    before = firmware_before(layout)
    if not before.exists():
        shutil.copyfile(layout.firmware, before)
    return _write(layout.firmware, wanted)


def with_block(text: str, lines: tuple[str, ...]) -> str:
    """The text with the block of our own at its end, and none elsewhere; without lines there is no block.

    >>> with_block("a", ("b",))
    'a\\n# Medius begins\\n[all]\\nb\\n# Medius ends\\n'
    """
    kept, ours = [], False
    for line in text.splitlines():
        ours = ours or line == BEGIN
        if not ours:
            kept.append(line)
        ours = ours and line != END
    block = [BEGIN, "[all]", *lines, END] if lines else []
    return "".join(f"{line}\n" for line in [*kept, *block])


def firmware_before(layout: Layout) -> Path:
    """How the firmware's settings were before the first installation."""
    return layout.firmware.with_name(f"{layout.firmware.name}.before-medius")


def link_command(layout: Layout) -> bool:
    """Have `medius` run the version in use."""
    target = Path("/") / (layout.current / ".venv/bin/medius").relative_to(layout.root)
    if layout.command.is_symlink() and layout.command.readlink() == target:
        return False
    remove(layout.command)
    layout.command.symlink_to(target)
    return True


def is_raspberry_pi(layout: Layout) -> bool:
    """Whether the kernel says so."""
    try:
        return (layout.root / "proc/device-tree/model").read_bytes().startswith(b"Raspberry Pi")
    except OSError:
        return False


def _lines(folders: Mapping[str, Path]) -> str:
    return "".join(f'{name} = "{folder}"\n' for name, folder in folders.items())


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    return True
