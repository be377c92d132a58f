"""Opening the database: where it is, and how SQLite is told to behave."""

import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError

from monitor.store.errors import StoreUnreachableError

BUSY_TIMEOUT_S = 5.0
PAGE_SIZE_BYTES = 1024
"""Of a new database. A commit writes whole pages and most hold two stances: with 4096 it writes twice as much."""


def place_of(url_or_path: str | Path) -> str:
    """Return how messages name the database: its path, or its URL without the password."""
    path = sqlite_path(url_or_path)
    return sa.make_url(str(url_or_path)).render_as_string(hide_password=True) if path is None else str(path)


def sqlite_path(url_or_path: str | Path) -> Path | None:
    """Return the file of an SQLite database, or None for one on a PostgreSQL server. Raises `StoreError`."""
    text = str(url_or_path)
    database: str | None = text
    if "://" in text:
        try:
            url = sa.make_url(text)
        except ArgumentError as error:
            raise StoreUnreachableError(f"{text} is no URL of a database: give a path, or a URL") from error
        if url.get_backend_name() == "postgresql":
            return None
        database = url.database if url.get_backend_name() == "sqlite" else None
    if not database or database == ":memory:" or Path(database).is_dir():
        raise StoreUnreachableError(f"{text} is no place for the store: give the path of a file")
    return Path(database).absolute()


def wal_of(path: Path) -> Path:
    """Return the file in which SQLite keeps what is not yet in the database itself."""
    return path.with_name(f"{path.name}-wal")


def open_engine(url_or_path: str | Path, *, mode: str) -> sa.Engine:
    """Return an engine; `mode` is SQLite's: "ro" reads, "rw" writes what exists, "rwc" also creates it."""
    path = sqlite_path(url_or_path)
    if path is None:
        return sa.create_engine(str(url_or_path), json_serializer=_compact_json)
    reads = mode == "ro"
    engine = sa.create_engine(
        "sqlite+pysqlite://",
        creator=lambda: _connect_reader(path) if reads else _connect(path, f"mode={mode}"),
        # Reading opens the file anew each time: it may have been moved, restored or finished meanwhile.
        poolclass=sa.NullPool if reads else sa.QueuePool,
        json_serializer=_compact_json,
    )
    if reads:
        sa.event.listen(engine, "begin", _begin_read)
    else:
        sa.event.listen(engine, "connect", _prepare_writer)
        sa.event.listen(engine, "begin", _begin_write)
    return engine


def _connect(path: Path, options: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)


def _connect_reader(path: Path) -> sqlite3.Connection:
    """Open for reading, on a read-only disk too.

    There SQLite cannot make the two small files that a WAL database is read through. While somebody
    records they exist; when nobody does the file does not change, and is opened as one that does not.
    """
    connection = _connect(path, "mode=ro")
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_CANTOPEN and path.is_file() and not wal_of(path).exists():
            return _connect(path, "immutable=1")
        raise
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _prepare_writer(connection: DBAPIConnection, _record: object) -> None:
    """FULL, because a commit must have reached the disk: NORMAL may lose the last commits when the power goes."""
    for pragma in (f"page_size = {PAGE_SIZE_BYTES}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_read(connection: sa.Connection) -> None:
    """Begin by hand: Python's own sqlite3 would not begin before a SELECT or a CREATE TABLE."""
    connection.exec_driver_sql("BEGIN")


def _begin_write(connection: sa.Connection) -> None:
    """Take the write lock at once, so that waiting for it obeys the busy timeout."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _compact_json(value: object) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
