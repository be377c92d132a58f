"""The pages' way to the store, which may not be there yet, or not be sound."""

import threading
from pathlib import Path

from flask import current_app

from monitor.store import NoStoreYetError, Reader


class Source:
    """Opens the store when it is first asked for, and again when the file was replaced (a backup put back)."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._lock = threading.RLock()
        self._reader: Reader | None = None
        self._file: tuple[int, int] | None = None

    def reader(self) -> Reader:
        """Return the store.

        Raises `NoStoreYetError` before the first session, another `StoreError` when it cannot be used.
        """
        with self._lock:
            file = self._identity()
            if self._reader is None or file != self._file:
                self.close()
                self._reader = Reader.open(self._database)
                self._file = file
            return self._reader

    def reader_if_any(self) -> Reader | None:
        """Return the store, or None before the first session."""
        try:
            return self.reader()
        except NoStoreYetError:
            return None

    def close(self) -> None:
        """Let go of the store."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = Path(self._database).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def control() -> Path | None:
    """Return where the running unit takes commands, None where it is not commanded from here."""
    path = current_app.config["MEDIUS"].control
    return Path(path) if path else None


def source() -> Source:
    """Return the source of the application at work."""
    found: Source = current_app.extensions["medius.source"]
    return found
