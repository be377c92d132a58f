"""What every writer of the store does."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from monitor.store.codec import Values
from monitor.store.database import open_making, open_writing, place_of
from monitor.store.errors import explain
from monitor.store.migrate import upgrade
from monitor.store.schema import claims, diary, links, phones, runners, sessions, stances, unit

Insert = tuple[sa.Table, Values]
Row = tuple[sa.Table, str | int]
"""A row by its table and its id."""

UNIT: Row = (unit, 1)
"""The one row of its table."""
Done = TypeVar("Done")


class Writer(Protocol):
    """The store as its one writer holds it: locked, sound, migrated. Safe between threads."""

    place: str

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Insert rows in their order, then update others, all or nothing. Raises `StoreError`.

        A row that is already there is left alone: a disk may fail after it has taken a commit, and then the same batch
        comes again.
        """

    def delete(self, session_ids: Sequence[str] | None, diary_of: str | None = None) -> None:
        """Delete sessions, or all of them, with what belongs to them; and a runner's diary. Raises `StoreError`."""

    def transact(self, work: Callable[[sa.Connection], Done]) -> Done:
        """Do something rare in a transaction of its own: all or, when it raises, nothing. Raises `StoreError`."""

    def close(self) -> None:
        """Let go of the store; may be called twice."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(self, *_: object) -> None:
        """Close."""


class ServerWriter:
    """Writes rows as they come to a PostgreSQL server."""

    def __init__(self, url_or_path: str | Path) -> None:
        """Open the database, making or migrating its tables where needed. Raises `StoreError`."""
        self.place = place_of(url_or_path)
        making = open_making(url_or_path)
        try:
            upgrade(making, None, self.place)
        except SQLAlchemyError as error:
            raise explain(error, self.place) from error
        finally:
            making.dispose()
        self._engine = open_writing(url_or_path)

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Do it in one transaction."""
        try:
            with self._engine.begin() as connection:
                insert_rows(connection, inserts)
                for session_id, count in _stance_counts(inserts).items():
                    connection.execute(update_row((sessions, session_id), {"stance_count": count}))
                update_rows(connection, updates)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise explain(error, self.place) from error

    def delete(self, session_ids: Sequence[str] | None, diary_of: str | None = None) -> None:
        """Do it in one transaction."""
        try:
            with self._engine.begin() as connection:
                delete_sessions(connection, session_ids, diary_of)
        except SQLAlchemyError as error:
            raise explain(error, self.place) from error

    def transact(self, work: Callable[[sa.Connection], Done]) -> Done:
        """Do it."""
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise explain(error, self.place) from error

    def close(self) -> None:
        """Let go of the server."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def insert_rows(connection: sa.Connection, inserts: Sequence[Insert]) -> None:
    """Insert rows in their order, but those that are there."""
    for table, group in groupby(inserts, key=lambda insert: insert[0]):
        connection.execute(insert_once(table, connection.dialect.name), [values for _, values in group])


def update_rows(connection: sa.Connection, updates: Mapping[Row, Values]) -> None:
    """Set columns of rows."""
    for row, values in updates.items():
        if values:
            connection.execute(update_row(row, values))


def delete_sessions(connection: sa.Connection, session_ids: Sequence[str] | None, diary_of: str | None = None) -> None:
    """Delete sessions and the rows that refer to them, and a runner's diary; or all of both.

    Runners who have nothing left go, too.
    """
    for table in reversed(sessions.metadata.sorted_tables):
        key = table.c.id if table is sessions else table.c.get("session_id")
        if key is not None:
            connection.execute(table.delete().where(sa.true() if session_ids is None else key.in_(session_ids)))
    connection.execute(diary.delete().where(sa.true() if session_ids is None else diary.c.runner_id == diary_of))
    somebody = sa.select(claims.c.runner_id).union(sa.select(diary.c.runner_id))
    for table, runner in ((links, links.c.runner_id), (phones, phones.c.runner_id), (runners, runners.c.id)):
        connection.execute(table.delete().where(runner.is_not(None), runner.not_in(somebody)))


def insert_once(table: sa.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that leaves a row alone that is already there."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def update_row(row: Row, values: Values) -> sa.Update:
    """Return the update of some columns of a row."""
    table, row_id = row
    return table.update().where(table.c.id == row_id).values(values)


def _stance_counts(inserts: Sequence[Insert]) -> dict[str, int]:
    """Return the number of each session's last stance; stances come in their order."""
    return {values["session_id"]: values["seq"] for table, values in inserts if table is stances}
