"""What can be wrong with the store, each as one sentence that says what to do.

StoreError
├── NoStoreYetError        (FileNotFoundError)
├── StoreDamagedError
├── NewerStoreError
├── OlderStoreError
├── StoreUnreachableError  (OSError)
└── AlreadyRecordingError  (BlockingIOError)
"""

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


def explain(error: SQLAlchemyError, place: str) -> StoreError:
    """Return the `StoreError` that says what a database error at `place` means and what to do about it."""
    original = error.orig if isinstance(error, DBAPIError) else None
    match str(getattr(original, "sqlite_errorname", "")).split("_")[1:2]:
        case ["FULL"]:
            return StoreUnreachableError(f"the disk that holds {place} is full: free some space on it")
        case ["READONLY"]:
            return StoreUnreachableError(
                f"{place} is read-only: make the file and its directory writable for this user"
            )
        case ["CANTOPEN"] | ["PERM"] | ["AUTH"]:
            return StoreUnreachableError(
                f"{place} cannot be opened: check that its directory exists and lets this user in"
            )
        case ["IOERR"]:
            return StoreUnreachableError(f"the disk of {place} cannot be read or written: check the card or the drive")
        case ["BUSY"] | ["LOCKED"]:
            return StoreUnreachableError(f"{place} is held by another program: close that program")
        case ["CORRUPT"] | ["NOTADB"]:
            return damaged(place)
    return StoreUnreachableError(
        f"the database {place} does not answer ({original or error}): check it and start again"
    )


def nothing_yet(place: str) -> NoStoreYetError:
    """Return the error for a place without a store."""
    return NoStoreYetError(f"nothing has been recorded at {place} yet: start medius run, or check the path")


def damaged(place: str) -> StoreDamagedError:
    """Return the error for a file that is no sound database."""
    return StoreDamagedError(
        f"{place} is damaged or is not a database: move it aside (keep it, it may be repairable) "
        "and start again, or put a backup in its place"
    )
