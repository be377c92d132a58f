"""The write side: takes what was measured without making the measuring wait for the disk."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from monitor.store import codec
from monitor.store.clock import Clock
from monitor.store.errors import StoreUnreachableError, session_open
from monitor.store.identity import canonical, unix_ms_of, uuid7
from monitor.store.opening import open_writer
from monitor.store.queries import NO_SESSION, Reader
from monitor.store.retention import Keep, Retention
from monitor.store.rows import Calibration, SessionStart
from monitor.store.schema import calibrations, cues, sessions, stances
from monitor.store.spool import BEAT_EVERY_S, CAPACITY_ROWS, COMMIT_EVERY_S, SLOW_EVERY_S, Spool
from monitor.store.writer import UNIT, Done
from monitor.vocabulary import Cue, Curves, EngineFigures, LampState, Stance, Summary

FINISHED = "finished"
CLOSE_TIMEOUT_S = 5.0
DELETED_AT_ONCE = 20
"""Sessions: some megabytes, which a slow card overwrites within a second [ours]."""
KEEP_ALL = Keep()


@dataclass(slots=True)
class _OpenSession:
    id: str
    started_at: datetime
    started_s: float
    counts: dict[str, int]


class Recorder:
    """Writes sessions and what the unit does, from a thread of its own. Call it from one thread.

    What is handed over is on the disk half a second later. A failing disk raises nothing: `fault` says
    in a sentence what is wrong, and `on_fault` is called with it from the writing thread, and with None
    when all is well again. Meanwhile rows are kept in memory and written when the disk returns.
    """

    def __init__(
        self,
        url_or_path: str | Path,
        clock: Clock,
        on_fault: Callable[[str | None], None] = lambda _fault: None,
        *,
        keep: Keep = KEEP_ALL,
        on_deleted: Callable[[str], None] = lambda _sentence: None,
        commit_every_s: float = COMMIT_EVERY_S,
        beat_every_s: float = BEAT_EVERY_S,
        progress_every_s: float = SLOW_EVERY_S,
        capacity_rows: int = CAPACITY_ROWS,
    ) -> None:
        """Open the store, making or migrating it where needed. Raises `StoreError` when that cannot be done.

        Sessions that are not to be kept any longer are deleted now, after each session and once a day; `on_deleted` is
        told so in a sentence, from this thread or the writing one.
        """
        self.url_or_path = url_or_path
        self._clock = clock
        self._retention = Retention(keep, clock, on_deleted)
        self._writer = open_writer(url_or_path, self._retention)
        try:
            self._last_id_ms = _newest_id_ms(url_or_path)
        except BaseException:
            self._writer.close()
            raise
        self._spool = Spool(
            self._writer,
            on_fault,
            commit_every_s=commit_every_s,
            beat_every_s=beat_every_s,
            slow_every_s=progress_every_s,
            capacity_rows=capacity_rows,
        )
        self._session: _OpenSession | None = None
        self._says = LampState.STARTING, ""
        self._start_unit()

    @property
    def fault(self) -> str | None:
        """What keeps rows from being stored, as a sentence that says what to do; None while all is well."""
        return self._spool.fault

    @property
    def writing_s(self) -> float:
        """How long the disk has been at the write that it has not come back from: a disk that hangs raises nothing."""
        return self._spool.writing_s

    @property
    def rows_lost(self) -> int:
        """Stances and cues refused because the disk was away for longer than memory reaches."""
        return self._spool.lost

    def open_session(self, start: SessionStart, ago_s: float = 0.0) -> str:
        """Begin a session, so long ago, and return its id. Raises `RuntimeError` while another is open."""
        if self._session is not None:
            raise RuntimeError("a session is open: close it before opening another")
        started_at = self._clock.now() - timedelta(seconds=ago_s)
        # Ids keep the order of the sessions even when the clock steps back.
        self._last_id_ms = max(int(started_at.timestamp() * 1000.0), self._last_id_ms + 1)
        session_id = uuid7(self._last_id_ms)
        counts = {stances.name: 0, cues.name: 0, calibrations.name: 0}
        self._session = _OpenSession(session_id, started_at, self._clock.monotonic_s() - ago_s, counts)
        values = codec.start_values(start) | {
            "id": session_id,
            "started_at": started_at,
            "clock_synchronised": self._clock.synchronised(),
        }
        self._spool.insert(sessions, values, always=True)
        return session_id

    def stance(self, stance: Stance) -> None:
        """Store a stance of the open session."""
        self._event(stances, codec.stance_values(stance))

    def cue(self, cue: Cue) -> None:
        """Store a cue of the open session."""
        self._event(cues, codec.cue_values(cue))

    def calibration(self, calibration: Calibration) -> None:
        """Store a calibration of the open session; the last one counts."""
        self._event(calibrations, codec.calibration_values(calibration))

    def state(self, state: LampState, reason: str) -> None:
        """Store what the status lamp says, with or without an open session."""
        now = self._clock.now()
        values: codec.Values = {"state": state.value, "reason": codec.clean(reason), "updated_at": now}
        if self._says != (state, reason):
            self._says = state, reason
            values["since"] = now
        self._spool.update(UNIT, values)

    def engine(self, figures: EngineFigures) -> None:
        """Store how the engine does; call it as often as is handy, only the latest is written."""
        self._spool.update_slowly(UNIT, {"engine": codec.engine_to_json(figures)})
        self.alive()

    def alive(self) -> None:
        """Store that the unit still runs, when nothing else of it is to be said; call it as often as is handy."""
        self._spool.beat(UNIT, {"updated_at": self._clock.now()})

    def progress(
        self,
        frames_seen: int,
        frames_dropped: int,
        fps_measured: float | None,
        cadence_spm: float | None,
        withheld: Mapping[str, int],
        summary: Summary | None,
        curves: Curves | None = None,
    ) -> None:
        """Store how far the open session has come; call it as often as is handy, only the latest is written."""
        session = self._needed()
        values = codec.progress_values(
            frames_seen, frames_dropped, fps_measured, cadence_spm, withheld, summary, curves
        )
        self.alive()
        self._spool.update_slowly((sessions, session.id), values | self._elapsed(session))

    def close_session(self, ended_how: str = FINISHED) -> None:
        """End the open session; without one, nothing happens."""
        if self._session is None:
            return
        elapsed = self._elapsed(self._session)
        ended_at = self._session.started_at + timedelta(seconds=elapsed["elapsed_s"])
        self._spool.conclude((sessions, self._session.id), elapsed | {"ended_at": ended_at, "ended_how": ended_how})
        self._session = None

    def delete_session(self, session_id: str) -> None:
        """Delete a session that has ended, for good; from any thread. Raises `StoreError`."""
        self.delete_sessions([session_id])

    def delete_sessions(self, session_ids: Iterable[str]) -> None:
        """Delete sessions that have ended, for good, some at a time; from any thread. Raises `StoreError`."""
        left = [canonical(session_id) or NO_SESSION for session_id in session_ids]
        while left:
            self._delete(left[:DELETED_AT_ONCE])
            left = left[DELETED_AT_ONCE:]

    def delete_diary(self, runner_id: str) -> None:
        """Delete what a runner's coach remembers, for good; from any thread. Raises `StoreError`."""
        self._delete([], canonical(runner_id))

    def delete_everything(self) -> None:
        """Delete all sessions and diaries, for good; from any thread.

        Raises `StoreError`, `SessionOpenError` while one is open. Some at a
        time: a write that waits for two gigabytes would be taken for a disk that hangs.
        """
        if self._session is not None:
            raise session_open()
        with Reader.open(self.url_or_path) as reader:
            while rows := reader.sessions(limit=DELETED_AT_ONCE):
                self.delete_sessions(row.id for row in rows)
        self._delete(None)

    def transact(self, work: Callable[[sa.Connection], Done]) -> Done:
        """Do something rare to the tables, once all that was handed over is in the store; from any thread.

        All of it is done or, when it raises, nothing. Raises `StoreError`.
        """
        self._settle()
        return self._writer.transact(work)

    def keep(self, keep: Keep) -> None:
        """Keep sessions for another time from now on; from any thread."""
        self._retention.change(keep)

    def flush(self, timeout_s: float = CLOSE_TIMEOUT_S) -> bool:
        """Return True once all that was handed over is on the disk, False when that takes too long."""
        return self._spool.flush(timeout_s)

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        """End the session that is open, be off, write what waits, let go of the store; may be called twice."""
        self.close_session()
        if self._says[0] is not LampState.OFF:
            self.state(LampState.OFF, "")
        self._spool.close(timeout_s)
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start_unit(self) -> None:
        """Make the unit's row where there is none yet, and forget what an earlier process said in it."""
        now = self._clock.now()
        state, reason = self._says
        values = {
            "started_at": now,
            "state": state.value,
            "reason": reason,
            "since": now,
            "updated_at": now,
            "engine": None,
        }
        table, row_id = UNIT
        self._spool.insert(table, {"id": row_id} | values, always=True)
        self._spool.update(UNIT, values)

    def _delete(self, session_ids: list[str] | None, diary_of: str | None = None) -> None:
        if self._session is not None and (session_ids is None or self._session.id in session_ids):
            raise session_open()
        self._settle()
        self._writer.delete(session_ids, diary_of)

    def _settle(self) -> None:
        if not self.flush():
            raise StoreUnreachableError(self.fault or "the disk is too slow now: try again later")

    def _event(self, table: sa.Table, values: codec.Values) -> None:
        session = self._needed()
        seq = session.counts[table.name] + 1
        if self._spool.insert(table, {"session_id": session.id, "seq": seq} | values):
            session.counts[table.name] = seq

    def _needed(self) -> _OpenSession:
        if self._session is None:
            raise RuntimeError("no session is open: open one first")
        return self._session

    def _elapsed(self, session: _OpenSession) -> codec.Values:
        return {"elapsed_s": max(0.0, self._clock.monotonic_s() - session.started_s)}


def _newest_id_ms(url_or_path: str | Path) -> int:
    """Return the time in the newest session's id, 0 when there is none."""
    with Reader.open(url_or_path) as reader:
        newest = reader.sessions(limit=1)
    return unix_ms_of(newest[0].id) if newest else 0
