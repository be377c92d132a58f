"""From one version to another, and back when the other does not work."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from monitor.files import write_whole
from monitor.upkeep.layout import Layout, UpkeepError
from monitor.upkeep.links import point, remove
from monitor.upkeep.release import Release
from monitor.upkeep.units import link_units

READY = ".ready"
"""A file in a version's folder, made last."""
NEEDED_BYTES = 1_500_000_000
"""Room that another version takes with its packages, and while they are installed [ours]."""
COPIES = 3
"""Of the sessions: to go back to, one that the new version migrates, and what it leaves when it is undone."""
Say = Callable[[str], None]


class System(Protocol):
    """What an update needs of the computer. Every method raises UpkeepError for what cannot be done."""

    def make_ready(self, tree: Path) -> None:
        """Give a version its packages and weights, and let it try itself, on a copy of the sessions too."""

    def stop(self) -> None:
        """End the services; a session that is open is closed."""

    def start(self) -> None:
        """Begin to start the services, by the units as they are now."""

    def wait_until_healthy(self) -> None:
        """Return when the services have worked for so long that they can be trusted."""

    def copy_sessions(self) -> None:
        """Have `database.copy` done by the database's owner."""

    def restore_sessions(self, name: str) -> None:
        """Have `database.restore` done so."""

    def forget_sessions(self) -> None:
        """Have `database.forget` done so."""


def stage(layout: Layout, release: Release, system: System, say: Say) -> str:
    """Lay a version beside the others, ready to be used, and return its name. Nothing uses it yet.

    Raises UpkeepError, and then nothing of it is left.
    """
    name = release.name()
    tree = layout.tree(name)
    if (tree / READY).exists():
        return name
    for path in layout.versions.iterdir():
        if not (path / READY).exists():  # it was broken off, or undone
            remove(path)
    _require_room(layout)
    say(f"Medius {name}: copying")
    coming = layout.versions / ".coming"
    try:
        release.copy_to(coming)
        coming.rename(tree)  # a .venv cannot be moved, so it is made where it stays
        system.make_ready(tree)
        os.sync()
        (tree / READY).touch()
        os.sync()
    except BaseException:
        discard(layout, name)
        raise
    return name


def on_trial(layout: Layout) -> str | None:
    """The version in use, when it has not proven itself and there is one that has."""
    current, proven = layout.name_of(layout.current), layout.name_of(layout.proven)
    return None if proven in (None, current) else current


def try_version(layout: Layout, system: System, name: str, say: Say) -> None:
    """Use another version, for good if it turns out healthy. Raises UpkeepError when the old one is used again."""
    old = layout.name_of(layout.proven)
    try:
        system.stop()
        system.copy_sessions()
        _point(layout.current, layout, name)
        link_units(layout, name)  # only while a version is on trial: then the guard mends what is broken off
        say("starting it, and watching for a minute at most whether it works")
        system.start()
        system.wait_until_healthy()
    except BaseException as error:
        go_back(layout, system, _reason(error))
        discard(layout, name)
        if isinstance(error, Exception):
            raise UpkeepError(
                f"Medius {name} does not work here ({_reason(error)}), so {old} is in use again"
            ) from error
        raise
    _point(layout.proven, layout, name)
    layout.undone.unlink(missing_ok=True)
    system.forget_sessions()
    keep_only(layout, {name, old})


def go_back(layout: Layout, system: System, reason: str) -> None:
    """Use the proven version, with the sessions as it left them. May be broken off anywhere and done again."""
    system.stop()
    failed, proven = on_trial(layout), layout.name_of(layout.proven)
    if failed is not None and proven is not None:
        system.restore_sessions(failed)
        write_whole(layout.undone, f"The update to {failed} was undone: {reason}.\n")
        (layout.tree(failed) / READY).unlink(missing_ok=True)
        link_units(layout, proven)
        _point(layout.current, layout, proven)
    system.start()


def first_version(layout: Layout, system: System, name: str) -> None:
    """Use a version where none has been in use, whether it works or not. Raises UpkeepError when it does not."""
    for link in (layout.current, layout.proven):
        _point(link, layout, name)
    link_units(layout, name)
    system.start()
    system.wait_until_healthy()


def discard(layout: Layout, name: str) -> None:
    """Remove a version; broken off, what is left of it is not taken for ready."""
    (layout.tree(name) / READY).unlink(missing_ok=True)
    remove(layout.tree(name))


def keep_only(layout: Layout, names: set[str | None]) -> None:
    """Remove every other version."""
    for path in layout.versions.iterdir():
        if path.name not in names:
            discard(layout, path.name)


def _require_room(layout: Layout) -> None:
    sessions_bytes = layout.database.stat().st_size if layout.database.exists() else 0
    needed_bytes = NEEDED_BYTES + COPIES * sessions_bytes
    free_bytes = shutil.disk_usage(layout.home).free
    if free_bytes < needed_bytes:
        raise UpkeepError(
            f"another version needs {needed_bytes / 1e9:.1f} GB of room and the disk has {free_bytes / 1e9:.1f} GB: "
            "remove something, such as old sessions"
        )


def _point(link: Path, layout: Layout, name: str) -> None:
    point(link, layout.tree(name).relative_to(layout.home))


def _reason(error: BaseException) -> str:
    return str(error).rstrip(".") or type(error).__name__
