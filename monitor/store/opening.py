"""The writer that a place needs."""

from pathlib import Path

from monitor.store.database import sqlite_path
from monitor.store.filewriter import FileWriter
from monitor.store.retention import Retention
from monitor.store.writer import ServerWriter, Writer


def open_writer(url_or_path: str | Path, retention: Retention | None = None) -> Writer:
    """Open the store for writing, making or migrating it where needed. Raises `StoreError`.

    A server decides for itself how long it keeps sessions.
    """
    path = sqlite_path(url_or_path)
    return ServerWriter(url_or_path) if path is None else FileWriter(path, retention)
