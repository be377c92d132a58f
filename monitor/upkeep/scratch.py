"""Folders to unpack a release into, one for each who does: whoever is killed leaves it, and the next one removes it."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.upkeep.links import remove

PREFIX = ".unpacked"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder that is removed when it is no longer needed."""

    folder: Path
    lock: int
    """A descriptor: as long as a process has it open, the folder is in use."""


@contextmanager
def scratch_in(home: Path) -> Iterator[Scratch]:
    """Make a folder in `home`, once those are removed that nobody uses any more. Raises OSError."""
    with _opened(home) as guard:  # between a folder's making and its lock nobody looks
        fcntl.flock(guard, fcntl.LOCK_EX)
        for leftover in home.glob(f"{PREFIX}*"):
            if not _in_use(leftover):
                remove(leftover)
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-", dir=home))
        folder.chmod(0o755)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield Scratch(folder, lock)
    finally:
        remove(folder)
        os.close(lock)


def _in_use(folder: Path) -> bool:
    with _opened(folder) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
