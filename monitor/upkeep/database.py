"""The copy of the sessions that an update goes back to. Run as the database's owner, never as root.

A program may not understand what a newer one has written, so an update that is undone puts the sessions back as they
were before; what the newer one wrote meanwhile is kept beside them. They are a database and the two files in which the
store keeps the last minutes (see monitor/store/README.md), and are copied under names that make them a store again.
Each of these may be broken off anywhere and done again. But for `copy`, nobody may have the database open.
"""

import filecmp
import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.upkeep.links import remove, sync_folder

BUSY_TIMEOUT_S = 30.0
STORE_ENDINGS = (".journal", ".live")
SQLITE_ENDINGS = ("-wal", "-shm")


def copy_of(database: Path) -> Path:
    """Where the copy is."""
    return _beside(database, ".before-update")


def copy(database: Path, target: Path) -> None:
    """Copy the sessions, also when they are in use: the other files first, then the database, whole or not at all.

    Of no database, the copy is an empty file.
    """
    for source, copied in zip(_files(database, STORE_ENDINGS), _files(target, STORE_ENDINGS), strict=True):
        _copy_file(source, copied)
    part = _beside(target, ".part")
    for leftover in (part, *_files(part, SQLITE_ENDINGS)):
        remove(leftover)
    if database.exists():
        with (
            closing(sqlite3.connect(database, timeout=BUSY_TIMEOUT_S)) as original,
            closing(sqlite3.connect(part)) as made,
        ):
            original.backup(made)
    else:
        part.touch()
    _place(part, target)


def restore(database: Path, name: str) -> None:
    """Put the copy in the sessions' place; what the version `name` has written there is kept beside it."""
    copied, decided = copy_of(database), _beside(database, ".restoring")
    if copied.exists():
        aside = _free_name(database, name)
        _put_aside(database, aside)
        if _are_equal(aside, copied):  # nothing was written
            _remove_all(aside)
        _place(copied, decided)
    if decided.exists():
        for path in _files(database, SQLITE_ENDINGS):  # SQLite would apply them to the copy
            remove(path)
        for source, target in zip(_files(copied, STORE_ENDINGS), _files(database, STORE_ENDINGS), strict=True):
            _copy_file(source, target)
        _place(decided, database)
    forget(database)


def forget(database: Path) -> None:
    """Remove the copy."""
    _remove_all(copy_of(database))


def _put_aside(database: Path, aside: Path) -> None:
    try:
        copy(database, aside)
    except sqlite3.Error:  # damaged: as it is, with what belongs to it
        for source, target in zip(_files(database, SQLITE_ENDINGS), _files(aside, SQLITE_ENDINGS), strict=True):
            _copy_file(source, target)
        _copy_file(database, aside)


def _are_equal(one: Path, other: Path) -> bool:
    pairs = zip((one, *_files(one, STORE_ENDINGS)), (other, *_files(other, STORE_ENDINGS)), strict=True)
    return all(a.exists() == b.exists() and (not a.exists() or filecmp.cmp(a, b, shallow=False)) for a, b in pairs)


def _copy_file(source: Path, target: Path) -> None:
    """Copy a file whole; of none, there is none."""
    if not source.exists():
        remove(target)
        return
    part = _beside(target, ".part")
    shutil.copyfile(source, part)
    _place(part, target)


def _place(part: Path, target: Path) -> None:
    """Rename a file that is whole, once it is on the disk."""
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(target)
    sync_folder(target.parent)


def _remove_all(database: Path) -> None:
    for path in (database, *_files(database, STORE_ENDINGS)):
        remove(path)


def _free_name(database: Path, name: str) -> Path:
    endings = itertools.chain(("",), (f".{n}" for n in itertools.count(2)))
    return next(path for e in endings if not (path := _beside(database, f".of-{name}{e}")).exists())


def _files(database: Path, endings: tuple[str, ...]) -> list[Path]:
    return [_beside(database, ending) for ending in endings]


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
