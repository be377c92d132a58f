"""What can be wrong with the store, each as one sentence that says what to do.

StoreError
├── NoStoreYetError        (FileNotFoundError)
├── StoreDamagedError
├── NewerStoreError
├── OlderStoreError
├── StoreUnreachableError  (OSError)
├── AlreadyRecordingError  (BlockingIOError)
├── SessionOpenError
├── LinkDeadError
├── RunnerGoneError
├── TooManyRunnersError
├── DiaryFullError
├── DiaryFullTodayError
├── BackupExistsError      (FileExistsError)
└── BackupUnusableError
"""

import errno
import shutil
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class NoStoreYetError(StoreError, FileNotFoundError):
    """Nothing has been recorded at this place."""


class StoreDamagedError(StoreError):
    """The file is there and is not a sound database."""


class NewerStoreError(StoreError):
    """A newer medius wrote the database."""


class OlderStoreError(StoreError):
    """An older medius wrote the database and it has not been migrated."""


class StoreUnreachableError(StoreError, OSError):
    """The disk, the directory or the server does not let us in."""


class AlreadyRecordingError(StoreError, BlockingIOError):
    """Another medius holds the database."""


class SessionOpenError(StoreError):
    """What was asked for cannot be done to the session that is being recorded."""


class LinkDeadError(StoreError):
    """A link opens nothing: it was used, has expired or never was."""

    def __init__(self) -> None:
        super().__init__("this link opens nothing any more: it was used already, or its time is over")


class RunnerGoneError(StoreError):
    """A runner is not there, or no more."""

    def __init__(self) -> None:
        super().__init__("this runner is not known here any more: begin anew, or scan a session's code")


class TooManyRunnersError(StoreError):
    """More runners without a session than any gym has."""

    def __init__(self) -> None:
        super().__init__("too many have begun without ever running here: the owner can delete what is not needed")


class DiaryFullError(StoreError):
    """More entries than years of training make."""

    def __init__(self) -> None:
        super().__init__("this diary is full: download it, delete it on the runner's page, and begin anew")


class DiaryFullTodayError(StoreError):
    """More entries than a day of training makes."""

    def __init__(self) -> None:
        super().__init__("no more is written in this diary today: go on tomorrow")


class BackupExistsError(StoreError, FileExistsError):
    """A file is where the backup is to be."""


class BackupUnusableError(StoreError):
    """The file is no backup, or not a sound one."""


SENTENCES = {
    "FULL": "the disk that holds {place} is full: free some space on it",
    "READONLY": "{place} is read-only: make the file and its directory writable for this user",
    "CANTOPEN": "{place} cannot be opened: check that its directory exists and lets this user in",
    "IOERR": "the disk of {place} cannot be read or written: check the card or the drive",
    "BUSY": "{place} is held by another program: close that program",
}
"""By the first word of SQLite's name for an error."""


def explain(error: SQLAlchemyError, place: str) -> StoreError:
    """Return the `StoreError` that says what a database error at `place` means and what to do about it."""
    original = error.orig if isinstance(error, DBAPIError) else None
    kind = getattr(original, "sqlite_errorname", "SQLITE_").split("_")[1]
    if kind in ("CORRUPT", "NOTADB"):
        return damaged(place)
    if kind == "IOERR" and _is_full(place):
        kind = "FULL"
    if kind in SENTENCES:
        return StoreUnreachableError(SENTENCES[kind].format(place=place))
    detail = str(original or error).partition("\n")[0]
    return StoreUnreachableError(f"the database {place} does not answer ({detail}): check it and start again")


def explain_os(error: OSError, database: Path) -> StoreUnreachableError:
    """Return what an error in a file beside the database means and what to do about it."""
    kind = {
        errno.ENOSPC: "FULL",
        errno.EDQUOT: "FULL",
        errno.EFBIG: "FULL",
        errno.EROFS: "READONLY",
        errno.EACCES: "READONLY",
        errno.EPERM: "READONLY",
        errno.ENOENT: "CANTOPEN",
    }.get(error.errno or 0, "IOERR")
    return StoreUnreachableError(SENTENCES[kind].format(place=database))


def unreadable(place: str) -> StoreUnreachableError:
    """Return the error for a disk that does not give back what it took."""
    return StoreUnreachableError(SENTENCES["IOERR"].format(place=place))


def session_open() -> SessionOpenError:
    """Return the error for a session that is to be deleted while it is recorded."""
    return SessionOpenError("the session that is being recorded cannot be deleted: end it first")


def nothing_yet(place: str) -> NoStoreYetError:
    """Return the error for a place without a store."""
    return NoStoreYetError(f"nothing has been recorded at {place} yet: start medius run, or check the path")


def damaged(place: str) -> StoreDamagedError:
    """Return the error for a file that is no sound database."""
    return StoreDamagedError(
        f"{place} is damaged or is not a database: move it aside (keep it, it may be repairable) "
        "and start again, or put a backup in its place"
    )


def _is_full(place: str) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(Path(place).parent).free == 0
    return False
