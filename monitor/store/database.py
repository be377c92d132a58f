"""Opening the database: where it is, and how SQLite is told to behave."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from monitor.store.errors import StoreUnreachableError

BUSY_TIMEOUT_S = 5.0
NEW_FILE = ("page_size = 1024", "auto_vacuum = INCREMENTAL")
"""Of a new database: small pages, because each that changes is written whole and twice; and a file that can shrink."""

NOT_MADE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)
"""How SQLite says that it could not make a file beside the database: not allowed, read-only, no room."""


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


def has_wal(path: Path) -> bool:
    """Return whether SQLite holds rows beside the file: somebody is recording, or was when the power went."""
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def open_reading(url_or_path: str | Path) -> sa.Engine:
    """Return an engine that only reads, opening the file anew each time: it may have been moved or restored."""
    path = sqlite_path(url_or_path)
    if path is None:
        return _on_a_server(url_or_path)
    return _on_a_file(lambda: connect_reader(path), "BEGIN", sa.NullPool)


def open_writing(url_or_path: str | Path) -> sa.Engine:
    """Return an engine that writes a database that exists."""
    path = sqlite_path(url_or_path)
    if path is None:
        return _on_a_server(url_or_path)
    return _on_a_file(lambda: _connect_writer(path, "rw", "foreign_keys = ON"), "BEGIN IMMEDIATE", sa.QueuePool)


def open_making(url_or_path: str | Path) -> sa.Engine:
    """Return an engine that makes and migrates a database.

    Foreign keys are not watched: SQLite changes a table by making another and dropping the first.
    """
    path = sqlite_path(url_or_path)
    if path is None:
        return _on_a_server(url_or_path)
    return _on_a_file(lambda: _connect_writer(path, "rwc", "foreign_keys = OFF"), "BEGIN IMMEDIATE", sa.QueuePool)


def _on_a_server(url_or_path: str | Path) -> sa.Engine:
    return sa.create_engine(str(url_or_path), json_serializer=_compact_json)


def _on_a_file(connect: Callable[[], sqlite3.Connection], begin: str, pool: type[sa.Pool]) -> sa.Engine:
    """Return an engine that begins by hand.

    Python's own sqlite3 would not begin before a SELECT or a CREATE TABLE; and a writer takes the write
    lock at once (IMMEDIATE), so that waiting for it obeys the busy timeout.
    """
    engine = sa.create_engine("sqlite+pysqlite://", creator=connect, poolclass=pool, json_serializer=_compact_json)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect(path: Path, options: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open for reading, also where nothing can be written.

    There SQLite cannot make the two small files that a WAL database is read through. While somebody
    records they exist; when nobody does the file does not change, and is opened as one that does not.
    """
    connection = _connect(path, "mode=ro")
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in NOT_MADE and path.is_file() and not has_wal(path):
            return _connect(path, "immutable=1")
        raise
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_writer(path: Path, mode: str, foreign_keys: str) -> sqlite3.Connection:
    """FULL, because a commit must have reached the disk: NORMAL may lose the last commits when the power goes."""
    connection = _connect(path, f"mode={mode}")
    try:
        new = connection.execute("PRAGMA page_count").fetchone() == (0,)
        for pragma in (
            *(NEW_FILE if new else ()),
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = FAST",
            foreign_keys,
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _compact_json(value: object) -> str:
    return json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
