"""The SQLite database as its one writer holds it, with the journal beside it."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.store.codec import Values
from monitor.store.copying import overwrite
from monitor.store.database import has_wal, open_making, open_writing
from monitor.store.errors import (
    StoreError,
    StoreUnreachableError,
    damaged,
    explain,
    explain_os,
    session_open,
    unreadable,
)
from monitor.store.journal import Journal, JournalView, journal_path
from monitor.store.live import Live, live_path, live_pending
from monitor.store.lock import WriterLock
from monitor.store.migrate import copies_beside, upgrade
from monitor.store.moving import move, stored_token
from monitor.store.pending import Pending
from monitor.store.retention import Retention, free_bytes, give_back
from monitor.store.schema import EVENTS, sessions
from monitor.store.writer import UNIT, Done, Insert, Row, delete_sessions

JOURNAL_BYTES = 256 * 1024
"""When the journal has grown so long, its content is moved: some twenty minutes of running [ours]."""
CHECKED_BYTES = 200_000_000
"""A larger file is not read through after a power cut: an SD card would need more than a few seconds for it."""
NOT_LASTING = ("engine", "updated_at")
"""What the unit says of itself and need not outlive a power cut."""

_LOG = logging.getLogger(__name__)


class FileWriter:
    """Rows of the open session go into the journal; whatever else comes moves all of them into the tables."""

    def __init__(self, path: Path, retention: Retention | None = None) -> None:
        """Open the database, making or migrating it where needed. Raises `StoreError`."""
        self._retention = retention
        self.place = str(path)
        self._path = path
        self._guard = threading.Lock()
        self._journal = Journal(path)
        self._live = Live(path)
        self._session: str | None = None
        self._sure = True
        """Whether all that was tried has been done, as far as can be known."""
        self._lock = take_lock(path)
        try:
            _make_ready(path)
            self._inode = path.stat().st_ino
            self._engine = open_writing(path)
            self._token = self._stored_token()
            self._move([], {})  # what a crash has left
            while self._tidy():
                pass
        except BaseException:
            self._lock.release()
            raise

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Write a batch: into the journal where that is its place, into the tables otherwise."""
        with self._guard:
            self._check_place()
            if self._is_for_journal(inserts, updates):
                self._note(inserts, updates)
            else:
                self._move(inserts, updates)
            self._tidy()

    def delete(self, session_ids: Sequence[str] | None, diary_of: str | None = None) -> None:
        """Delete sessions and a runner's diary, leaving no trace in the file; or all, and the copies made beside it.

        Raises `StoreError`, `SessionOpenError` when one of them is the open one.
        """
        with self._guard:
            self._check_place()
            if self._session is not None and (session_ids is None or self._session in session_ids):
                raise session_open()
            self._move([], {})
            for file in (journal_path(self._path), live_path(self._path)):
                overwrite(file)
            self._journal.erase()
            self._live.erase()  # what it said of the open session is in the tables, and is said again soon
            with self._transaction() as connection:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
                delete_sessions(connection, session_ids, diary_of)
                give_back(connection, free_bytes(connection))
            self._engine.dispose()  # the next connection deletes as it did
            with closing(self._engine.raw_connection()) as raw:
                cursor = raw.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()
            if session_ids is None:
                self._delete_copies()

    def transact(self, work: Callable[[sa.Connection], Done]) -> Done:
        """Do it; what is in the journal stays there."""
        with self._guard:
            self._check_place()
            with self._transaction() as connection:
                return work(connection)

    def close(self) -> None:
        """Move what is in the journal, so that the database alone is all, if the disk allows it."""
        with self._guard:
            if not self._lock.held:
                return
            with suppress(StoreError):
                self._check_place()
                self._move([], {})
                self._journal.erase()
                self._live.erase()
            self._journal.close()
            self._engine.dispose()
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _delete_copies(self) -> None:
        try:
            for copy in copies_beside(self._path):
                copy.unlink()
        except OSError as error:
            raise explain_os(error, self._path) from error

    def _is_for_journal(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> bool:
        return (
            self._sure
            and self._journal.length < JOURNAL_BYTES
            and all(table in EVENTS and values["session_id"] == self._session for table, values in inserts)
            and all(row == UNIT or (row == self._session_row and "ended_at" not in updates[row]) for row in updates)
        )

    @property
    def _session_row(self) -> Row:
        return sessions, self._session or ""

    def _note(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        said = updates.get(UNIT, {})
        lasting = said if said.keys() - NOT_LASTING else {}
        try:
            if inserts or lasting:
                words = {name: value for name, value in lasting.items() if name != "engine"}
                self._journal.append(self._token, self._session, inserts, words)
            if updates:
                passing = {name: said[name] for name in NOT_LASTING if name in said}
                self._live.tell(self._token, passing, self._session, updates.get(self._session_row, {}))
        except StoreError:
            self._sure = False
            raise

    def _move(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Write into the tables what is in the journal, and a batch after it."""
        if not self._sure:
            self._begin(self._stored_token())
        pending = self._read_back()
        if not (pending or inserts or updates):
            return
        token = secrets.randbits(63)
        self._sure = False
        with self._transaction() as connection:
            move(connection, pending, token, inserts, updates)
        self._begin(token)
        for table, values in inserts:
            self._session = values["id"] if table is sessions else self._session
        if "ended_at" in updates.get(self._session_row, {}):
            self._session = None
            if self._retention is not None:
                self._retention.session_ended()

    def _tidy(self) -> bool:
        """Do one step of what retention asks for; return whether there may be more."""
        if self._retention is None or not self._retention.due:
            return False
        try:
            with self._transaction() as connection:
                self._retention.step(connection)
        except StoreError as error:  # what was to be written is written
            _LOG.warning("nothing old could be deleted: %s", error)
            self._retention.failed()
        return self._retention.due

    def _begin(self, token: int) -> None:
        """Go by the database's token; if it is another than before, what was in the journal is in the tables."""
        if token != self._token:
            self._token = token
            self._journal.restart()
            self._live.restart()
        self._sure = True

    def _read_back(self) -> Pending:
        view = JournalView(self._path)
        pending = view.look(self._token).with_live(live_pending(self._path, self._token))
        if view.length < self._journal.length:
            raise unreadable(self.place)
        return pending

    def _stored_token(self) -> int:
        with self._transaction() as connection:
            return stored_token(connection)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            self._engine.dispose()  # a connection that has seen the disk fail may not see it return
            raise explain(error, self.place) from error

    def _check_place(self) -> None:
        """SQLite would go on writing to a file that nobody can find any more, or that is another writer's by now."""
        if not self._lock.held:  # closed, while somebody asked from another thread
            raise StoreUnreachableError(f"{self.place} is let go of: start the unit again")
        try:
            inode = self._path.stat().st_ino
        except OSError as error:
            raise StoreUnreachableError(
                f"{self.place} is gone ({error.strerror}): bring its disk or file back"
            ) from error
        if inode != self._inode:
            raise StoreUnreachableError(f"{self.place} was replaced by another file while recording: restart medius")


def take_lock(path: Path) -> WriterLock:
    """Take the writer's lock of a database. Raises `AlreadyRecordingError`, `StoreUnreachableError`."""
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


def _make_ready(path: Path) -> None:
    ended_badly = has_wal(path)
    engine = open_making(path)
    try:
        if ended_badly and path.stat().st_size <= CHECKED_BYTES:
            _check_soundness(engine, str(path))
        upgrade(engine, path, str(path))
    except SQLAlchemyError as error:
        raise explain(error, str(path)) from error
    finally:
        engine.dispose()


def _check_soundness(engine: sa.Engine, place: str) -> None:
    with engine.connect() as connection:
        verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if verdict != "ok":
        raise damaged(place)
