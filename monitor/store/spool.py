"""A thread that writes what it is handed, soon and in order, and keeps it while the disk is away."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import sqlalchemy as sa

from monitor.store.backlog import Backlog, Batch
from monitor.store.codec import Values
from monitor.store.errors import StoreError
from monitor.store.writer import Insert, Row

COMMIT_EVERY_S = 0.15
"""The longest that a row waits for company: what else is said of a stance, but not the next one. The live page has the
rest of half a second."""
BEAT_EVERY_S = 2.0
"""How often it is said that the unit still runs; the pages miss it after three times as long."""
SLOW_EVERY_S = 10.0
"""Counts and summaries weigh more than a stance and are not worth a write each time they change."""
RETRY_EVERY_S = 1.0
CAPACITY_ROWS = 10_000
"""About an hour of stances."""

FULL = "; as many rows as fit in memory wait for it, and newer ones are lost"


class Sink(Protocol):
    """Where batches go."""

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        """Write all or nothing. Raises `StoreError`."""


class Paced:
    """Values that wait until they may be written again. Not safe between threads."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._rows: dict[Row, Values] = {}
        self._free_s = 0.0

    @property
    def due_s(self) -> float:
        """When what waits may be written, on the monotonic clock; never, while nothing waits."""
        return self._free_s if self._rows else math.inf

    def update(self, row: Row, values: Values) -> bool:
        """Keep values; return whether nothing waited before."""
        first = not self._rows
        self._rows.setdefault(row, {}).update(values)
        return first

    def of(self, row: Row) -> Values:
        """Return what waits of a row."""
        return dict(self._rows.get(row, {}))

    def forget(self, row: Row, columns: Iterable[str]) -> None:
        """Let columns wait no longer."""
        left = {name: value for name, value in self.of(row).items() if name not in set(columns)}
        self._rows = {other: values for other, values in self._rows.items() if other != row} | (
            {row: left} if left else {}
        )

    def take(self, now_s: float) -> dict[Row, Values]:
        """Return all that waits, and forget it."""
        rows, self._rows = self._rows, {}
        self._free_s = now_s + self._every_s
        return rows


class Spool:
    """Nothing here waits for the disk but `flush` and `close`; a failing disk raises nothing.

    `on_fault` is called from the writing thread, with a sentence when writing fails and with None when
    it works again.
    """

    def __init__(
        self,
        sink: Sink,
        on_fault: Callable[[str | None], None],
        *,
        commit_every_s: float = COMMIT_EVERY_S,
        beat_every_s: float = BEAT_EVERY_S,
        slow_every_s: float = SLOW_EVERY_S,
        retry_every_s: float = RETRY_EVERY_S,
        capacity_rows: int = CAPACITY_ROWS,
    ) -> None:
        self._sink = sink
        self._on_fault = on_fault
        self._commit_every_s = commit_every_s
        self._retry_every_s = retry_every_s
        self._changed = threading.Condition()
        self._backlog = Backlog(capacity_rows)
        self._slow = Paced(slow_every_s)
        self._beats = Paced(beat_every_s)
        self._due_s = math.inf
        self._handed = 0
        self._stored = 0
        self._lost = 0
        self._fault: str | None = None
        self._writing_since_s: float | None = None
        self._stopping = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @property
    def fault(self) -> str | None:
        """What keeps rows from being written, as a sentence; None while all is well."""
        return self._fault

    @property
    def writing_s(self) -> float:
        """For how long a write has not come back from the disk, or not begun though it was due; 0 while all is well."""
        since_s = self._writing_since_s
        return max(0.0, time.monotonic() - (self._due_s if since_s is None else since_s))

    @property
    def lost(self) -> int:
        """Rows refused because the disk was away for too long."""
        return self._lost

    def insert(self, table: sa.Table, values: Values, *, always: bool = False) -> bool:
        """Hand over a row; False means that it is lost because memory is full (never, with `always`)."""
        with self._changed:
            if not self._backlog.insert(table, values, always=always):
                self._lost += 1
                return False
            self._handed_over()
            return True

    def update(self, row: Row, values: Values) -> None:
        """Hand over columns of a row."""
        with self._changed:
            for paced in (self._slow, self._beats):
                paced.forget(row, values)
            self._backlog.update(row, values)
            self._handed_over()

    def conclude(self, row: Row, values: Values) -> None:
        """Hand over columns of a row, and with them what was to be written slowly of it."""
        with self._changed:
            self.update(row, self._slow.of(row) | self._beats.of(row) | values)

    def update_slowly(self, row: Row, values: Values) -> None:
        """Hand over columns of a row that need not be written each time: the latest values win."""
        self._pace(self._slow, row, values)

    def beat(self, row: Row, values: Values) -> None:
        """Do the same with columns that weigh little and are missed sooner."""
        self._pace(self._beats, row, values)

    def flush(self, timeout_s: float) -> bool:
        """Return True once all that was handed over before is on the disk, False when that takes too long."""
        with self._changed:
            self._hand_over(self._slow, self._beats)
            target = self._handed
            self._due_s = time.monotonic()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._stored >= target or self._ended, timeout_s)
            return self._stored >= target

    def close(self, timeout_s: float) -> bool:
        """Flush and end the thread; return whether all is on the disk. May be called twice."""
        stored = self.flush(timeout_s)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        return stored

    def _handed_over(self) -> None:
        self._handed += 1
        due_s = time.monotonic() + self._commit_every_s
        if due_s < self._due_s:
            self._due_s = due_s
            self._changed.notify_all()

    def _pace(self, paced: Paced, row: Row, values: Values) -> None:
        with self._changed:
            if paced.update(row, values):
                self._changed.notify_all()

    def _hand_over(self, *all_paced: Paced) -> None:
        for paced in all_paced:
            for row, values in paced.take(time.monotonic()).items():
                self._backlog.update(row, values)
                self._handed_over()

    def _run(self) -> None:
        try:
            while self._wait_until_due():
                self._write_next()
        except BaseException as error:
            self._report(f"recording has stopped ({error!r}): restart medius")
            raise
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _wait_until_due(self) -> bool:
        """Return True when something is to be written, False when the thread is to end."""
        with self._changed:
            while not self._stopping:
                # What is slow goes along with other rows when it can, and alone a moment later.
                alone_s = min(self._slow.due_s, self._beats.due_s) + self._commit_every_s
                wait_s = min(self._due_s, alone_s) - time.monotonic()
                if wait_s <= 0.0:
                    return True
                self._changed.wait(None if math.isinf(wait_s) else wait_s)
            return False

    def _write_next(self) -> None:
        with self._changed:
            now_s = time.monotonic()
            self._hand_over(*(paced for paced in (self._slow, self._beats) if now_s >= paced.due_s))
            batch = self._backlog.take()
            handed = self._handed
            self._due_s = math.inf
        fault = self._write(batch)
        with self._changed:
            if fault is not None:
                self._backlog.failed(batch)
                self._due_s = min(self._due_s, time.monotonic() + self._retry_every_s)
                fault += FULL if self._backlog.full else ""
            else:
                self._backlog.settled(batch)
                if batch.last:
                    self._stored = handed
                else:
                    self._due_s = 0.0
            self._changed.notify_all()
        self._report(fault)

    def _write(self, batch: Batch) -> str | None:
        self._writing_since_s = time.monotonic()
        try:
            self._sink.write(batch.inserts, batch.updates)
        except StoreError as error:
            return str(error)
        finally:
            self._writing_since_s = None
        return None

    def _report(self, fault: str | None) -> None:
        if fault != self._fault:
            self._fault = fault
            self._on_fault(fault)
