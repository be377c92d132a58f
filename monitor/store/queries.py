"""What can be asked of the store. Every method may raise `StoreError`."""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.store import codec
from monitor.store.arrays import Arrays, StanceColumns, arrays_of, chunk_arrays, stance_columns
from monitor.store.database import open_reading, place_of, sqlite_path
from monitor.store.errors import explain, nothing_yet
from monitor.store.identity import canonical
from monitor.store.journal import JournalView
from monitor.store.live import live_pending
from monitor.store.migrate import require_current
from monitor.store.moving import stored_token, unpack_chunk
from monitor.store.packing import Columns, columns_of, count_of, cut
from monitor.store.pending import Pending
from monitor.store.rows import Calibration, CueRow, LinkRow, PhoneRow, RunnerRow, SessionRow, StanceRow, UnitRow
from monitor.store.schema import (
    calibrations,
    chunks,
    claims,
    cues,
    diary,
    links,
    marks,
    phones,
    runners,
    sessions,
    speeds,
    stances,
    unit,
)
from monitor.vocabulary import Curves, DiaryEntry

Rows = Sequence[Mapping[Any, Any]]
Parts = list[tuple[int, Columns]]
"""Rows that follow one another, and the number of the first."""
Answer = TypeVar("Answer")

NO_SESSION = str(uuid.UUID(int=0))
"""Stands for every text that is no id."""


class Reader:
    """Reads the store while another process writes it. Safe to share between threads."""

    def __init__(self, engine: sa.Engine, place: str, path: Path | None) -> None:
        self._engine = engine
        self._place = place
        self._path = path
        self._journal = JournalView(path) if path is not None else None

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
        reader = cls(open_reading(url_or_path), place, path)
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
        rows, pending = self._ask(sa.select(unit))
        return codec.unit_row(pending.over_unit(rows[0])) if rows else None

    def sessions(self, limit: int = 50, before: str | None = None) -> list[SessionRow]:
        """Return sessions, the newest first; `before` is the id of the last one already seen."""
        start = before and (canonical(before) or NO_SESSION)
        return self._sessions(select_sessions(limit, start))

    def session_count(self) -> int:
        """Return how many sessions there are."""
        rows, _ = self._ask(sa.select(sa.func.count().label("count")).select_from(sessions))
        return int(rows[0]["count"])

    def diary_count(self) -> int:
        """Return how many runners have a diary."""
        return int(self._rows(sa.select(sa.func.count(diary.c.runner_id.distinct()).label("count")))[0]["count"])

    def session(self, session_id: str) -> SessionRow | None:
        """Return one session, or None when there is none of that id."""
        return next(iter(self._sessions(select_session(canonical(session_id) or NO_SESSION))), None)

    def curves(self, session_id: str) -> Curves | None:
        """Return a session's average stride; None where none was stored: too short, or recorded by an older medius."""
        key = canonical(session_id) or NO_SESSION
        rows, pending = self._ask(select_curves(key))
        stored = [row["curves"] for row in pending.over_sessions(rows) if row["curves"]]
        return codec.curves_from_json(stored[0]) if stored else None

    def current(self) -> SessionRow | None:
        """Return the open session (the newest, should a crash have left several), or None."""
        unfinished = self.unfinished()
        return unfinished[-1] if unfinished else None

    def unfinished(self) -> list[SessionRow]:
        """Return the sessions that have no end, the oldest first: the open one, and what a crash left."""
        return self._sessions(select_unfinished())

    def stances(self, session_id: str, after_seq: int = 0, limit: int | None = None) -> list[StanceRow]:
        """Return the stances numbered above `after_seq`, the first `limit` of them, in their order."""
        parts = self._events(stances, session_id, after_seq, limit)
        return [row for first_seq, columns in parts for row in codec.stance_rows(first_seq, columns)]

    def stance_columns(self, session_id: str) -> StanceColumns:
        """Return the stances as arrays: for many, where `stances` would take thirty times as long."""
        key = canonical(session_id) or NO_SESSION
        parts, pending = self._look(lambda connection: stored_arrays(connection, key))
        if pending.session_id == key:
            stored = sum(len(part["side"]) for part in parts)
            parts.append(arrays_of(pending.after(stances, stored)[1]))
        return stance_columns(parts)

    def cues(self, session_id: str, after_seq: int = 0) -> list[CueRow]:
        """Return the cues numbered above `after_seq`, in their order."""
        parts = self._events(cues, session_id, after_seq)
        return [row for first_seq, columns in parts for row in codec.cue_rows(first_seq, columns)]

    def calibration(self, session_id: str) -> Calibration | None:
        """Return the session's last calibration, or None when it has none."""
        parts = self._events(calibrations, session_id)
        return codec.calibrations(parts[-1][1])[-1] if parts else None

    def marks(self, session_id: str) -> list[float]:
        """Return the moments of a session that were marked, by the camera's clock, in their order."""
        return [row["time_s"] for row in self._rows(select_marks(canonical(session_id) or NO_SESSION))]

    def belt_speeds(self, session_id: str) -> list[tuple[float, float]]:
        """Return how fast the belt ran from which moment on, as was said: camera's time and m/s, in their order."""
        said = sa.select(speeds.c.time_s, speeds.c.speed_mps).where(
            speeds.c.session_id == (canonical(session_id) or NO_SESSION)
        )
        return [(row["time_s"], row["speed_mps"]) for row in self._rows(said.order_by(speeds.c.seq))]

    def diary(self, runner_id: str) -> list[DiaryEntry]:
        """Return what a runner's coach remembers, in its order."""
        return [diary_entry(row) for row in self._rows(select_diary(canonical(runner_id) or NO_SESSION))]

    def diarists(self, kind: str) -> list[str]:
        """Return the ids of those whose diaries hold an entry of a kind."""
        query = sa.select(diary.c.runner_id).where(diary.c.kind == kind).distinct().order_by(diary.c.runner_id)
        return [row["runner_id"] for row in self._rows(query)]

    def runner(self, runner_id: str) -> RunnerRow | None:
        """Return a runner, or None when there is none of that id."""
        rows = self._rows(sa.select(runners).where(runners.c.id == (canonical(runner_id) or NO_SESSION)))
        return RunnerRow(**rows[0]) if rows else None

    def phone(self, phone_id: str) -> PhoneRow | None:
        """Return a phone, or None when there is none of that id."""
        rows = self._rows(select_phone(canonical(phone_id) or NO_SESSION))
        return next((PhoneRow(r["id"], r["digest"], RunnerRow(r["runner_id"], r["nickname"])) for r in rows), None)

    def links(self, now: datetime) -> list[LinkRow]:
        """Return the links that are open."""
        rows = self._rows(sa.select(links).where(links.c.expires_at > now))
        return [LinkRow(**{**row, "expires_at": codec.utc(row["expires_at"])}) for row in rows]

    def runners_of(self, session_ids: Collection[str]) -> dict[str, RunnerRow]:
        """Return whose these sessions are; one that is nobody's is left out."""
        rows = self._rows(select_runners_of([canonical(session_id) or NO_SESSION for session_id in session_ids]))
        return {row["session_id"]: RunnerRow(row["id"], row["nickname"]) for row in rows}

    def runner_of(self, session_id: str) -> RunnerRow | None:
        """Return whose session it is, or None when it is nobody's."""
        return next(iter(self.runners_of([session_id]).values()), None)

    def sessions_of(self, runner_id: str, limit: int = 50, *, oldest: bool = False) -> list[SessionRow]:
        """Return sessions of a runner, the newest first; or the oldest ones, the oldest first."""
        return self._sessions(select_sessions_of(canonical(runner_id) or NO_SESSION, limit, oldest))

    def _rows(self, query: sa.Select[Any]) -> Rows:
        """Return what is in the tables, for those of which nothing is ever pending."""
        with self._connection() as connection:
            return connection.execute(query).mappings().all()

    def _sessions(self, query: sa.Select[Any]) -> list[SessionRow]:
        rows, pending = self._ask(query)
        return [codec.session_row(row) for row in pending.over_sessions(rows)]

    def _events(self, table: sa.Table, session_id: str, after_seq: int = 0, limit: int | None = None) -> Parts:
        key = canonical(session_id) or NO_SESSION
        parts, pending = self._look(lambda connection: stored_events(connection, table, key, after_seq, limit))
        if pending.session_id == key:
            last_seq = parts[-1][0] + count_of(parts[-1][1]) - 1 if parts else after_seq
            first_seq, columns = pending.after(table, last_seq)
            left = None if limit is None else limit - (last_seq - after_seq)
            parts.append((first_seq, cut(columns, 0, left)))
        return [part for part in parts if count_of(part[1])]

    def _ask(self, query: sa.Select[Any]) -> tuple[Rows, Pending]:
        def answer(connection: sa.Connection) -> Rows:
            return connection.execute(query).mappings().all()

        return self._look(answer)

    def _look(self, question: Callable[[sa.Connection], Answer]) -> tuple[Answer, Pending]:
        """Return what the tables answer, and what is not in them yet.

        What is pending is moved into the tables now and then. That none of it is seen twice or not at all, the token
        must be the same before and after it was read.
        """
        with self._connection() as connection:
            while True:
                answer = question(connection)
                if self._path is None or self._journal is None:
                    return answer, Pending()
                token = stored_token(connection)
                connection.rollback()
                pending = self._journal.look(token).with_live(live_pending(self._path, token))
                still = stored_token(connection)
                connection.rollback()
                if still == token:
                    return answer, pending

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise explain(error, self._place) from error


def stored_events(
    connection: sa.Connection, table: sa.Table, session_id: str, after_seq: int, limit: int | None
) -> Parts:
    """Return what the tables hold of a session: rows of their own, then those in chunks."""
    rows = connection.execute(select_events(table, session_id, after_seq, limit)).mappings().all()
    parts = [(after_seq + 1, columns_of(table, rows))] if rows else []
    found = len(rows)
    for last_seq, packed in connection.execute(select_chunks(table, session_id, after_seq)):
        left = None if limit is None else limit - found
        if left == 0:
            break
        columns = unpack_chunk(table, packed)
        first_seq = last_seq + 1 - count_of(columns)
        skip = max(0, after_seq + 1 - first_seq)
        parts.append((first_seq + skip, cut(columns, skip, None if left is None else skip + left)))
        found += count_of(parts[-1][1])
    return parts


def stored_arrays(connection: sa.Connection, session_id: str) -> list[Arrays]:
    """Return what the tables hold of a session's stances: a part, be it empty, and those in chunks."""
    rows = connection.execute(select_events(stances, session_id)).mappings().all()
    found = connection.execute(select_chunks(stances, session_id, 0))
    return [arrays_of(columns_of(stances, rows)), *(chunk_arrays(packed) for _, packed in found)]


SHOWN = tuple(column for column in sessions.c if column is not sessions.c.curves)
"""What a list of sessions takes from each; the curves weigh more than all the rest."""


def select_sessions(limit: int, before: str | None) -> sa.Select[Any]:
    """Return the query for sessions, newest first."""
    query = sa.select(*SHOWN).order_by(sessions.c.id.desc()).limit(limit)
    return query.where(sessions.c.id < before) if before is not None else query


def select_sessions_of(runner_id: str, limit: int, oldest: bool) -> sa.Select[Any]:
    """Return the query for a runner's sessions."""
    order = sessions.c.id if oldest else sessions.c.id.desc()
    query = sa.select(*SHOWN).join(claims, claims.c.session_id == sessions.c.id)
    return query.where(claims.c.runner_id == runner_id).order_by(order).limit(limit)


def select_runners_of(session_ids: Collection[str]) -> sa.Select[Any]:
    """Return the query for whose sessions are."""
    query = sa.select(claims.c.session_id, runners).join(runners, runners.c.id == claims.c.runner_id)
    return query.where(claims.c.session_id.in_(session_ids))


def select_phone(phone_id: str) -> sa.Select[Any]:
    """Return the query for a phone and whose it is."""
    query = sa.select(phones, runners.c.nickname).join(runners, runners.c.id == phones.c.runner_id)
    return query.where(phones.c.id == phone_id)


def select_marks(session_id: str) -> sa.Select[Any]:
    """Return the query for a session's marks, in their order."""
    return sa.select(marks.c.time_s).where(marks.c.session_id == session_id).order_by(marks.c.seq)


def select_diary(runner_id: str) -> sa.Select[Any]:
    """Return the query for a runner's diary, in its order."""
    return sa.select(diary).where(diary.c.runner_id == runner_id).order_by(diary.c.seq)


def diary_entry(row: Mapping[Any, Any]) -> DiaryEntry:
    """Return the entry of a row."""
    return DiaryEntry(row["seq"], codec.utc(row["at"]), row["kind"], row["body"])


def select_session(session_id: str) -> sa.Select[Any]:
    """Return the query for one session."""
    return sa.select(*SHOWN).where(sessions.c.id == session_id)


def select_curves(session_id: str) -> sa.Select[Any]:
    """Return the query for one session's curves."""
    shown = (sessions.c.id, sessions.c.ended_at, sessions.c.stance_count, sessions.c.curves)
    return sa.select(*shown).where(sessions.c.id == session_id)


def select_unfinished() -> sa.Select[Any]:
    """Return the query for sessions without an end, oldest first."""
    return sa.select(*SHOWN).where(sessions.c.ended_at.is_(None)).order_by(sessions.c.id)


def select_events(table: sa.Table, session_id: str, after_seq: int = 0, limit: int | None = None) -> sa.Select[Any]:
    """Return the query for a session's rows of `table` above `after_seq`, in their order."""
    query = sa.select(table).where(table.c.session_id == session_id, table.c.seq > after_seq)
    return query.order_by(table.c.seq).limit(limit)


def select_chunks(table: sa.Table, session_id: str, after_seq: int) -> sa.Select[Any]:
    """Return the query for a session's chunks of `table` that hold rows above `after_seq`."""
    query = sa.select(chunks.c.seq, chunks.c.packed).where(chunks.c.session_id == session_id, chunks.c.of == table.name)
    return query.where(chunks.c.seq > after_seq).order_by(chunks.c.seq)
