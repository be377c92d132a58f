"""What can be asked of the store. Every method may raise `StoreError`."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.store import codec
from monitor.store.database import open_reading, place_of, sqlite_path
from monitor.store.errors import explain, nothing_yet
from monitor.store.identity import canonical
from monitor.store.migrate import require_current
from monitor.store.rows import Calibration, CueRow, SessionRow, StanceRow, UnitRow
from monitor.store.schema import calibrations, cues, sessions, stances, unit

NO_SESSION = str(uuid.UUID(int=0))
"""Stands for every text that is no id."""


class Reader:
    """Reads the store while another process writes it. Safe to share between threads."""

    def __init__(self, engine: sa.Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    @classmethod
    def open(cls, url_or_path: str | Path) -> Self:
        """Open the store for reading.

        Raises `NoStoreYetError` when nothing has been recorded there, and other `StoreError`s when what is
        there cannot be read or comes from another version of medius.
        """
        path = sqlite_path(url_or_path)
        place = place_of(url_or_path)
        if path is not None and not path.exists():
            raise nothing_yet(place)
        reader = cls(open_reading(url_or_path), place)
        try:
            with reader._connection() as connection:
                require_current(connection, place)
        except BaseException:
            reader.close()
            raise
        return reader

    def close(self) -> None:
        """Give the connections back; may be called twice."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def unit(self) -> UnitRow | None:
        """Return what the unit has last said of itself, or None when it has not yet said anything."""
        rows = self._rows(sa.select(unit))
        return codec.unit_row(rows[0]) if rows else None

    def sessions(self, limit: int = 50, before: str | None = None) -> list[SessionRow]:
        """Return sessions, the newest first; `before` is the id of the last one already seen."""
        start = before and (canonical(before) or NO_SESSION)
        return [codec.session_row(row) for row in self._rows(select_sessions(limit, start))]

    def session(self, session_id: str) -> SessionRow | None:
        """Return one session, or None when there is none of that id."""
        rows = self._rows(select_session(canonical(session_id) or NO_SESSION))
        return codec.session_row(rows[0]) if rows else None

    def current(self) -> SessionRow | None:
        """Return the open session (the newest, should a crash have left several), or None."""
        unfinished = self.unfinished()
        return unfinished[-1] if unfinished else None

    def unfinished(self) -> list[SessionRow]:
        """Return the sessions that have no end, the oldest first: the open one, and what a crash left."""
        return [codec.session_row(row) for row in self._rows(select_unfinished())]

    def stances(self, session_id: str, after_seq: int = 0, limit: int | None = None) -> list[StanceRow]:
        """Return the stances numbered above `after_seq`, the first `limit` of them, in their order."""
        return [codec.stance_row(row) for row in self._events(stances, session_id, after_seq, limit)]

    def cues(self, session_id: str, after_seq: int = 0) -> list[CueRow]:
        """Return the cues numbered above `after_seq`, in their order."""
        return [codec.cue_row(row) for row in self._events(cues, session_id, after_seq)]

    def calibration(self, session_id: str) -> Calibration | None:
        """Return the session's last calibration, or None when it has none."""
        rows = self._events(calibrations, session_id)
        return codec.calibration_row(rows[-1]) if rows else None

    def _events(
        self, table: sa.Table, session_id: str, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[sa.RowMapping]:
        return self._rows(select_events(table, canonical(session_id) or NO_SESSION, after_seq, limit))

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        with self._connection() as connection:
            return connection.execute(query).mappings().all()

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise explain(error, self._place) from error


def select_sessions(limit: int, before: str | None) -> sa.Select[Any]:
    """Return the query for sessions, newest first."""
    query = _sessions().order_by(sessions.c.id.desc()).limit(limit)
    return query.where(sessions.c.id < before) if before is not None else query


def select_session(session_id: str) -> sa.Select[Any]:
    """Return the query for one session."""
    return _sessions().where(sessions.c.id == session_id)


def select_unfinished() -> sa.Select[Any]:
    """Return the query for sessions without an end, oldest first."""
    return _sessions().where(sessions.c.ended_at.is_(None)).order_by(sessions.c.id)


def select_events(table: sa.Table, session_id: str, after_seq: int = 0, limit: int | None = None) -> sa.Select[Any]:
    """Return the query for a session's rows of `table` above `after_seq`, in their order."""
    columns = [column for column in table.c if column is not table.c.session_id]
    query = sa.select(*columns).where(table.c.session_id == session_id, table.c.seq > after_seq)
    return query.order_by(table.c.seq).limit(limit)


def _sessions() -> sa.Select[Any]:
    """Stances are numbered from 1 without gaps, so the last number is their count, and finding it reads one page."""
    last = sa.select(sa.func.max(stances.c.seq)).where(stances.c.session_id == sessions.c.id).scalar_subquery()
    return sa.select(sessions, sa.func.coalesce(last, 0).label("stance_count"))
