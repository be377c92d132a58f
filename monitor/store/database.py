"""Opening the database: where it is, and how SQLite is told to behave."""

import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_TIMEOUT_S = 5.0
PAGE_SIZE_BYTES = 4096
"""Of a new database."""


def place_of(url_or_path: str | Path) -> str:
    """Return how messages name the database: its path, or its URL without the password."""
    path = sqlite_path(url_or_path)
    return sa.make_url(str(url_or_path)).render_as_string(hide_password=True) if path is None else str(path)


def sqlite_path(url_or_path: str | Path) -> Path | None:
    """Return the file of an SQLite database, or None when the database is a server's."""
    text = str(url_or_path)
    if "://" not in text:
        return Path(text).absolute()
    url = sa.make_url(text)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database:
        raise ValueError("the store needs a file: give the database a path")
    return Path(url.database).absolute()


def open_engine(url_or_path: str | Path, *, mode: str) -> sa.Engine:
    """Return an engine; `mode` is SQLite's: "ro" reads, "rw" writes what exists, "rwc" also creates it."""
    path = sqlite_path(url_or_path)
    if path is None:
        return sa.create_engine(str(url_or_path), json_serializer=_compact_json)
    uri = f"file:{quote(str(path))}?mode={mode}"
    engine = sa.create_engine(
        "sqlite+pysqlite://",
        creator=lambda: sqlite3.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        ),
        poolclass=sa.QueuePool,
        json_serializer=_compact_json,
    )
    sa.event.listen(engine, "connect", _prepare_reader if mode == "ro" else _prepare_writer)
    sa.event.listen(engine, "begin", _begin_read if mode == "ro" else _begin_write)
    return engine


def _prepare_reader(connection: DBAPIConnection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


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
