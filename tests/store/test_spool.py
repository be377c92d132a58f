"""The writing thread, with a disk that does as it is told."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.store import StoreUnreachableError
from monitor.store.codec import Values
from monitor.store.spool import FULL, Spool
from monitor.store.writer import Insert, Row

TABLE = sa.Table("anything", sa.MetaData())
A: Row = (TABLE, "a")
B: Row = (TABLE, "b")
WAIT_S = 10.0


class Disk:
    """Keeps what is written, unless it is away."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: dict[Row, Values] = {}
        self.writes = 0
        self.error: Exception | None = None

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        if self.error:
            raise self.error
        self.writes += 1
        self.rows += [values["n"] for _, values in inserts]
        for row, values in updates.items():
            self.columns.setdefault(row, {}).update(values)


class Faults(list[str | None]):
    """The sentences that were reported, and a way to wait for them."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def __call__(self, fault: str | None) -> None:
        with self._news:
            self.append(fault)
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self) >= count, WAIT_S)


@contextmanager
def spooling(disk: Disk, faults: Callable[[str | None], None] = lambda _: None, **options: Any) -> Iterator[Spool]:
    with closing(_Closable(Spool(disk, faults, **({"commit_every_s": 0.01, "retry_every_s": 0.01} | options)))) as it:
        yield it.spool


class _Closable:
    def __init__(self, spool: Spool) -> None:
        self.spool = spool

    def close(self) -> None:
        self.spool.close(0.0 if self.spool.fault else WAIT_S)


def test_rows_come_in_order_and_together() -> None:
    disk = Disk()
    with spooling(disk, commit_every_s=60.0) as spool:
        for n in range(2500):
            assert spool.insert(TABLE, {"n": n})
        assert disk.writes == 0
        assert spool.flush(WAIT_S)
        assert disk.rows == list(range(2500))
        assert disk.writes == 3


def test_a_row_is_written_without_being_asked_for() -> None:
    disk = Disk()
    with spooling(disk, commit_every_s=0.05) as spool:
        spool.insert(TABLE, {"n": 1})
        started_s = time.monotonic()
        while not disk.rows and time.monotonic() - started_s < WAIT_S:
            time.sleep(0.001)
        assert disk.rows == [1]
        assert time.monotonic() - started_s < 0.5


def test_a_failing_disk_is_told_once_and_gets_everything_when_it_returns() -> None:
    disk, faults = Disk(), Faults()
    with spooling(disk, faults) as spool:
        disk.error = StoreUnreachableError("the disk is full")
        for n in range(20):
            spool.insert(TABLE, {"n": n})
            spool.update(A, {"state": n})
        faults.wait_for(1)
        assert spool.fault == "the disk is full"
        assert not spool.flush(0.05)
        spool.update(A, {"state": "newer"})
        disk.error = None
        assert spool.flush(WAIT_S)
        faults.wait_for(2)
        assert list(faults) == ["the disk is full", None]
        assert spool.fault is None
        assert disk.rows == list(range(20))
        assert disk.columns == {A: {"state": "newer"}}


def test_a_full_memory_refuses_new_rows_and_says_so() -> None:
    disk, faults = Disk(), Faults()
    disk.error = StoreUnreachableError("the disk is gone")
    with spooling(disk, faults, capacity_rows=3) as spool:
        assert [spool.insert(TABLE, {"n": n}) for n in range(5)] == [True, True, True, False, False]
        assert spool.insert(TABLE, {"n": 5}, always=True)
        faults.wait_for(1)
        assert spool.fault == "the disk is gone" + FULL
        assert spool.lost == 2
        disk.error = None
        assert spool.flush(WAIT_S)
        assert disk.rows == [0, 1, 2, 5]


def test_slow_columns_wait_and_the_latest_win() -> None:
    disk = Disk()
    with spooling(disk, slow_every_s=60.0) as spool:
        spool.update_slowly(A, {"frames": 1})
        assert spool.flush(WAIT_S)
        for frames in range(2, 9):
            spool.update_slowly(A, {"frames": frames})
            spool.insert(TABLE, {"n": frames})
        spool.update(B, {"state": "ready"})
        while len(disk.rows) < 7:
            time.sleep(0.001)
        assert disk.columns[A]["frames"] == 1
        assert spool.flush(WAIT_S)
        assert disk.columns == {A: {"frames": 8}, B: {"state": "ready"}}


def test_slow_columns_go_before_later_ones_of_the_same_session() -> None:
    disk = Disk()
    with spooling(disk, commit_every_s=60.0, slow_every_s=60.0) as spool:
        spool.update_slowly(A, {"frames": 1, "elapsed_s": 3.0})
        assert spool.flush(WAIT_S)
        spool.update_slowly(A, {"frames": 2, "elapsed_s": 4.0})
        spool.conclude(A, {"ended": True, "elapsed_s": 5.0})
        assert spool.flush(WAIT_S)
        assert disk.columns == {A: {"frames": 2, "elapsed_s": 5.0, "ended": True}}
        assert disk.writes == 2


def test_a_newer_word_is_not_overtaken_by_a_slow_one() -> None:
    disk = Disk()
    with spooling(disk, commit_every_s=60.0, slow_every_s=60.0, beat_every_s=60.0) as spool:
        spool.update_slowly(A, {"fps": 30.0, "heard": 1})
        spool.beat(A, {"heard": 2})
        spool.update(A, {"heard": 3})
        assert spool.flush(WAIT_S)
        assert disk.columns == {A: {"fps": 30.0, "heard": 3}}


def test_slow_columns_of_several_rows_are_written_together() -> None:
    disk = Disk()
    with spooling(disk, slow_every_s=60.0) as spool:
        assert spool.flush(WAIT_S)
        spool.update_slowly(A, {"frames": 1, "state": "ready"})
        spool.update_slowly(B, {"fps": 30.0})
        spool.update_slowly(A, {"frames": 2})
        assert spool.flush(WAIT_S)
        assert disk.columns == {A: {"frames": 2, "state": "ready"}, B: {"fps": 30.0}}
        assert disk.writes == 1


def test_slow_columns_are_written_alone_when_nothing_else_is() -> None:
    disk = Disk()
    with spooling(disk, slow_every_s=0.02) as spool:
        spool.update_slowly(A, {"frames": 1})
        started_s = time.monotonic()
        while not disk.columns and time.monotonic() - started_s < WAIT_S:
            time.sleep(0.001)
        assert disk.columns == {A: {"frames": 1}}
        assert spool.flush(WAIT_S)


def test_flush_of_nothing_is_true_at_once() -> None:
    with spooling(Disk()) as spool:
        assert spool.flush(0.0)


def test_closing_twice_and_a_disk_that_never_returns() -> None:
    disk = Disk()
    disk.error = StoreUnreachableError("the disk is gone")
    spool = Spool(disk, lambda _: None)
    spool.insert(TABLE, {"n": 1})
    assert not spool.close(0.05)
    assert not spool.close(0.05)
    assert "spool" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_the_writer_is_a_fault_and_nothing_is_called_stored() -> None:
    disk, faults = Disk(), Faults()
    disk.error = ZeroDivisionError("a mistake")
    spool = Spool(disk, faults, commit_every_s=0.0)
    spool.insert(TABLE, {"n": 1})
    faults.wait_for(1)
    assert not spool.flush(WAIT_S)
    assert spool.fault == "recording has stopped (ZeroDivisionError('a mistake')): restart medius"
    spool.close(WAIT_S)
