"""How long sessions are kept: the oldest go first and whole, the open one never."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.clock import Clock
from monitor.store.codec import utc
from monitor.store.schema import diary, sessions
from monitor.store.writer import delete_sessions

DAY_S = 86_400.0
SPARE_BYTES = 8_000_000
"""So much room stays in the file for the sessions to come: giving it back to the disk means moving others [ours]."""
STEP_BYTES = 1_000_000
"""Given back at once; longer would keep stances waiting [ours]."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keep:
    """What is kept; None sets no limit."""

    days: float | None = None
    """Sessions that began longer ago go, and diaries whose last entry is older."""
    mb: float | None = None
    """Of 10^6 bytes: when the sessions take more of the disk, the oldest go."""


class Retention:
    """Deletes what is not to be kept any more, a step at a time: at the start, after each session and every day."""

    def __init__(self, keep: Keep, clock: Clock, on_deleted: Callable[[str], None]) -> None:
        self._keep = keep
        self._clock = clock
        self._on_deleted = on_deleted
        self._due_s = clock.monotonic_s()
        self._is_changed = False
        self._gone: list[datetime] = []
        self._going: list[datetime] = []
        """Of the last step, which may not have reached the disk."""

    def change(self, keep: Keep) -> None:
        """Keep something else from now on, and look soon; from any thread."""
        self._keep = keep
        self._is_changed = True

    @property
    def due(self) -> bool:
        """Whether there may be something to do."""
        return self._is_changed or self._clock.monotonic_s() >= self._due_s

    def session_ended(self) -> None:
        """Look soon."""
        self._due_s = self._clock.monotonic_s()

    def step(self, connection: sa.Connection) -> None:
        """Delete a session or give back some room, in a transaction; with nothing left to do it is no longer due."""
        self._gone += self._going
        self._going = []
        self._is_changed = False  # before what it is about is read, or a change meanwhile would go unseen
        session = self._oldest_to_go(connection, self._keep)
        if session is not None:
            delete_sessions(connection, [session["id"]])
            self._going = [utc(session["started_at"])]
        elif not self._forgets(connection) and not _gives_back(connection):
            self._rest()

    def failed(self) -> None:
        """The last step was not done: try again tomorrow."""
        self._going = []
        self._is_changed = False
        self._rest()

    def _rest(self) -> None:
        """Look again tomorrow, and say what was deleted until now."""
        self._due_s = self._clock.monotonic_s() + DAY_S
        if self._gone:
            sentence = self._sentence()
            _LOG.info(sentence)
            self._on_deleted(sentence)
            self._gone = []

    def _oldest_to_go(self, connection: sa.Connection, keep: Keep) -> sa.RowMapping | None:
        ended = sa.select(sessions.c.id, sessions.c.started_at).where(sessions.c.ended_at.is_not(None))
        oldest = ended.order_by(sessions.c.id).limit(1)
        if keep.mb is not None and used_bytes(connection) > keep.mb * 1e6:
            return connection.execute(oldest).mappings().first()
        newest_too_old = self._newest_too_old(connection, keep.days)
        if newest_too_old is None:
            return None
        return connection.execute(oldest.where(sessions.c.id <= newest_too_old)).mappings().first()

    def _forgets(self, connection: sa.Connection) -> bool:
        """Delete diaries in which nothing was written for so long; False where there is none.

        Each goes whole: what still holds, as a red flag does or a programme that is not over, may be an old entry.
        """
        before = self._limit(self._keep.days)
        if before is None:
            return False
        old = sa.select(diary.c.runner_id).group_by(diary.c.runner_id).having(sa.func.max(diary.c.at) < before)
        gone = connection.execute(diary.delete().where(diary.c.runner_id.in_(old))).rowcount > 0
        if gone:
            delete_sessions(connection, [])  # and with them runners who have nothing left
        return gone

    def _limit(self, days: float | None) -> datetime | None:
        """Return before when what happened is not kept; None where that is not limited, or not known now."""
        if days is None or self._clock.synchronised() is False:
            return None
        try:
            return self._clock.now() - timedelta(days=days)
        except OverflowError:  # longer ago than there are dates
            return None

    def _newest_too_old(self, connection: sa.Connection, days: float | None) -> str | None:
        """Return the last session that is certainly too old; those recorded before it are, whatever their date says."""
        before = self._limit(days)
        if before is None:
            return None
        found: str | None = connection.scalar(
            sa.select(sessions.c.id)
            .where(sessions.c.started_at < before, sessions.c.clock_synchronised.is_not(False))
            .order_by(sessions.c.id.desc())
            .limit(1)
        )
        return found

    def _sentence(self) -> str:
        given = ((self._keep.days, "days"), (self._keep.mb, "MB"))
        limits = [f"{most:g} {unit}" for most, unit in given if most is not None and math.isfinite(most)]
        count = "1 session" if len(self._gone) == 1 else f"{len(self._gone)} sessions"
        return f"{count} until {max(self._gone):%Y-%m-%d} deleted: no more than {' and '.join(limits)} are kept."


def used_bytes(connection: sa.Connection) -> int:
    """Return how much of an SQLite file is in use."""
    return _pragma(connection, "page_count") * _pragma(connection, "page_size") - free_bytes(connection)


def free_bytes(connection: sa.Connection) -> int:
    """Return how much of an SQLite file is free for what comes."""
    return _pragma(connection, "freelist_count") * _pragma(connection, "page_size")


def _gives_back(connection: sa.Connection) -> bool:
    """Give back some room if there is more than enough; False where there is none, or the file cannot shrink."""
    free = free_bytes(connection)
    if free <= SPARE_BYTES + STEP_BYTES:
        return False
    give_back(connection, STEP_BYTES)
    return free_bytes(connection) < free


def give_back(connection: sa.Connection, most_bytes: int) -> None:
    """Make an SQLite file smaller by what is free in it, or by so much of it."""
    pages = min(most_bytes, free_bytes(connection)) // _pragma(connection, "page_size")
    cursor = connection.connection.cursor()
    for _ in range(pages):  # Python's sqlite3 takes one step of a pragma that has no columns
        cursor.execute("PRAGMA incremental_vacuum(1)")


def _pragma(connection: sa.Connection, name: str) -> int:
    value: int = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return value
