"""A copy of everything, made while a unit records, and put back."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.store.copying import copy_whole, sync
from monitor.store.database import open_reading, open_writing
from monitor.store.errors import (
    BackupExistsError,
    BackupUnusableError,
    NewerStoreError,
    StoreError,
    StoreUnreachableError,
    explain,
    nothing_yet,
)
from monitor.store.filewriter import take_lock
from monitor.store.journal import JournalView, journal_path
from monitor.store.live import live_path, live_pending
from monitor.store.lock import lock_path
from monitor.store.migrate import require_current, revision_of
from monitor.store.moving import move, stored_token
from monitor.store.schema import sessions

TRIES = 5
"""The journal is moved every twelve minutes, and a copy takes seconds."""
MODE = 0o640
"""Of a database that root puts where none was: as the unit's own service makes it."""


class _MovedMeanwhileError(Exception):
    """What was in the journal is in the database now, but not in the copy."""


def back_up(path: Path, target: Path, *, replace: bool = False) -> int:
    """Copy the store at `path`, with all that is recorded until now, into the one file `target`; return its sessions.

    The file appears whole and checked, or not at all. Raises `BackupExistsError` unless one that is there may be
    replaced, and other `StoreError`s.
    """
    if not path.exists():
        raise nothing_yet(str(path))
    if target.exists() and target.samefile(path):
        raise BackupExistsError(f"{target} is the store itself: choose another name")
    if target.exists() and not replace:
        raise BackupExistsError(f"{target} is there already: choose another name, or replace it with --force")
    with _asking(path) as connection:
        require_current(connection, str(path))
    for _ in range(TRIES):
        try:
            copy_whole(path, target, lambda copy: _complete(copy, path))
        except _MovedMeanwhileError:
            continue
        with _asking(target) as connection:
            count: int = connection.scalar(sa.select(sa.func.count()).select_from(sessions)) or 0
        return count
    raise StoreUnreachableError(f"{path} could not be copied: the unit writes faster than it can be read; try again")


def restore(path: Path, source: Path) -> Path | None:
    """Put a backup in the place of the store at `path`; return where the old one is now, None where there was none.

    Raises `AlreadyRecordingError` while a unit records, `BackupUnusableError` for a file that is no sound backup,
    `NewerStoreError` for one of a newer medius, and other `StoreError`s. Then nothing has changed.
    """
    _check(source)
    lock = take_lock(path)
    try:
        restored = path.with_name(f"{path.name}.restored")
        copy_whole(source, restored)
        try:
            _hand_over(path, restored)
            return _exchange(path, restored)
        except OSError as error:
            raise StoreUnreachableError(
                f"{path} could not be moved aside ({error.strerror}): its directory must be writable for this user"
            ) from error
    finally:
        lock.release()


def size_bytes(path: Path) -> int:
    """Room that the store at `path` takes on the disk, without the copies beside it."""
    found = 0
    for file in _files(path):
        with suppress(OSError):  # it is made and removed as the unit goes on
            found += file.stat().st_size
    return found


def _complete(copy: Path, path: Path) -> None:
    """Write into a copy what is in the journal of the store at `path`, and check the copy."""
    engine = open_writing(copy)
    try:
        with engine.begin() as connection:
            token = stored_token(connection)
            pending = JournalView(path).look(token).with_live(live_pending(path, token))
            with _asking(path) as original:
                if stored_token(original) != token:
                    raise _MovedMeanwhileError
            move(connection, pending, secrets.randbits(63))
        with engine.connect() as connection:
            _check_integrity(connection, copy)
    except SQLAlchemyError as error:
        raise explain(error, str(copy)) from error
    finally:
        engine.dispose()


def _check(source: Path) -> None:
    if not source.is_file():
        raise BackupUnusableError(f"there is no backup {source}: check the name")
    try:
        with _asking(source) as connection:
            if revision_of(connection, str(source)) is None:
                raise BackupUnusableError(f"{source} is no backup of medius: check the name")
            _check_integrity(connection, source)
    except (BackupUnusableError, NewerStoreError):
        raise
    except StoreError as error:
        raise BackupUnusableError(f"{source} cannot be put back, for it cannot be read: use another backup") from error


def _check_integrity(connection: sa.Connection, place: Path) -> None:
    verdict = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if verdict != "ok":
        raise BackupUnusableError(f"{place} is damaged ({verdict}): use another backup")


def _exchange(path: Path, restored: Path) -> Path | None:
    """Move the store aside with all that belongs to it, and the restored file in its place."""
    aside = path.with_name(f"{path.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}")
    moved = [(of, to) for of, to in zip(_files(path), _files(aside), strict=True) if of.exists()]
    for of, to in moved:  # also where only what belongs to a database is left, which would be read into the other one
        of.rename(to)
    restored.replace(path)
    sync(path.parent)
    return aside if moved else None


def _hand_over(path: Path, restored: Path) -> None:
    """Give what root puts back to whoever recorded here, or else to whom the directory belongs: they record next."""
    if os.geteuid() != 0:
        return
    like = (path if path.exists() else path.parent).stat()
    for file in (restored, lock_path(path)):
        os.chown(file, like.st_uid, like.st_gid, follow_symlinks=False)
    restored.chmod(stat.S_IMODE(like.st_mode) if path.exists() else MODE)


def _files(path: Path) -> list[Path]:
    """Return the files of a store."""
    ends = ("-wal", "-shm")
    return [path, *(path.with_name(f"{path.name}{end}") for end in ends), journal_path(path), live_path(path)]


@contextmanager
def _asking(path: Path) -> Iterator[sa.Connection]:
    engine = open_reading(path)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise explain(error, str(path)) from error
    finally:
        engine.dispose()
