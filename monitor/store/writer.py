"""The database as its one writer holds it: locked, sound, migrated."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from monitor.store.codec import Values
from monitor.store.database import has_wal, open_making, open_writing, place_of, sqlite_path
from monitor.store.errors import StoreError, StoreUnreachableError, damaged, explain
from monitor.store.lock import WriterLock
from monitor.store.migrate import upgrade

Insert = tuple[sa.Table, Values]
Row = tuple[sa.Table, str | int]
"""A row by its table and its id."""

CHECKED_BYTES = 200_000_000
"""A larger file is not read through after a power cut: an SD card would need more than a few seconds for it."""


class Writer:
    """Writes batches, each whole or not at all."""

    def __init__(self, url_or_path: str | Path) -> None:
        """Open the database for writing, making or migrating it where needed. Raises `StoreError`."""
        self.place = place_of(url_or_path)
        self._path = sqlite_path(url_or_path)
        self._lock = _take_lock(self._path) if self._path else None
        try:
            _make_ready(url_or_path, self._path, self.place)
            self._inode = self._path.stat().st_ino if self._path else None
            self.engine = open_writing(url_or_path)
        except BaseException:
            self._release()
            raise

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Insert rows in their order, then update others, in one transaction. Raises `StoreError`.

        A row that is already there is left alone: a disk may fail after it has taken a commit, and then
        the same batch comes again.
        """
        self._check_place()
        try:
            with self.engine.begin() as connection:
                for table, group in groupby(inserts, key=lambda insert: insert[0]):
                    insert = insert_once(table, connection.dialect.name)
                    connection.execute(insert, [values for _, values in group])
                for row, values in updates.items():
                    connection.execute(update_row(row, values))
        except SQLAlchemyError as error:
            self.engine.dispose()  # a connection that has seen the disk fail may not see it return
            raise explain(error, self.place) from error

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self.engine.dispose()
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_place(self) -> None:
        """SQLite would go on writing to a file that nobody can find any more."""
        if self._path is None:
            return
        try:
            inode = self._path.stat().st_ino
        except OSError as error:
            raise StoreUnreachableError(
                f"{self.place} is gone ({error.strerror}): bring its disk or file back"
            ) from error
        if inode != self._inode:
            raise StoreUnreachableError(f"{self.place} was replaced by another file while recording: restart medius")

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def insert_once(table: sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that leaves a row alone that is already there."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def update_row(row: Row, values: Values) -> sa.Update:
    """Return the update of some columns of a row."""
    table, row_id = row
    return table.update().where(table.c.id == row_id).values(values)


def _take_lock(path: Path) -> WriterLock:
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)  # what is in it is nobody else's business
        return WriterLock.take(path)
    except StoreError:
        raise
    except OSError as error:
        raise StoreUnreachableError(
            f"nothing can be recorded in {path.parent} ({error.strerror}): "
            "it must be a directory with free space that this user may write to"
        ) from error


def _make_ready(url_or_path: str | Path, path: Path | None, place: str) -> None:
    ended_badly = path is not None and has_wal(path)
    engine = open_making(url_or_path)
    try:
        if ended_badly and path is not None and path.stat().st_size <= CHECKED_BYTES:
            _check_soundness(engine, place)
        upgrade(engine, path, place)
    except SQLAlchemyError as error:
        raise explain(error, place) from error
    finally:
        engine.dispose()


def _check_soundness(engine: sa.Engine, place: str) -> None:
    with engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if verdict != "ok":
        raise damaged(place)
