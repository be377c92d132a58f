"""Copies of a database, whole or not at all."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from monitor.store.database import connect_reader
from monitor.store.errors import StoreUnreachableError


def copy_whole(source: Path, target: Path, finish: Callable[[Path], None] = lambda _copy: None) -> None:
    """Copy a database that may be in use, journal excepted; one file appears, whole and on the disk, or none.

    `finish` may change the copy before it appears. Raises `StoreUnreachableError` and what `finish` raises.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        _remove(partial)
        with closing(connect_reader(source)) as original, closing(_open(partial, "rwc")) as copy:
            original.backup(copy)
        finish(partial)
        with closing(_open(partial, "rw")) as copy:
            copy.execute("PRAGMA journal_mode = DELETE")
        sync(partial)
        partial.replace(target)
        sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, StoreUnreachableError):
            raise
        raise StoreUnreachableError(
            f"{source} could not be copied to {target} ({error}): make room there; nothing was changed"
        ) from error
    finally:
        with suppress(OSError):
            _remove(partial)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def overwrite(path: Path) -> None:
    """Put zeros in the place of a file's content, if it is there and the disk lets us."""
    with suppress(OSError), path.open("r+b", buffering=0) as file:
        file.write(bytes(path.stat().st_size))
        os.fsync(file.fileno())


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True)


def _remove(partial: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        partial.with_name(f"{partial.name}{end}").unlink(missing_ok=True)
