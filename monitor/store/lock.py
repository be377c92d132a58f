"""One writer at a time."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from monitor.store.errors import AlreadyRecordingError


class WriterLock:
    """A lock on a file beside the database. The kernel lets go of it when its process dies, however it dies."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, database: Path) -> Self:
        """Take the lock of a database. Raises `AlreadyRecordingError` when another holds it, `OSError` for the disk."""
        path = lock_path(database)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise AlreadyRecordingError(
                f"another medius (process {holder}) is recording in {database}: stop it first, "
                "or give this one a database of its own"
            ) from error
        with suppress(OSError):  # the name is a help, the lock holds without it
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        return cls(path, descriptor)

    @property
    def held(self) -> bool:
        """Whether it has not been let go of."""
        return self._descriptor is not None

    def release(self) -> None:
        """Let go; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __repr__(self) -> str:
        return f"<WriterLock {self._path} {'released' if self._descriptor is None else 'held'}>"


def lock_path(database: Path) -> Path:
    """Where the lock of a database is."""
    return database.with_name(f"{database.name}.lock")
