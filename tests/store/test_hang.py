"""A disk that hangs raises nothing: how long it has been away is what tells."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from monitor.store.codec import Values
from monitor.store.errors import StoreError
from monitor.store.schema import unit
from monitor.store.spool import Spool
from monitor.store.writer import Insert, Row

PATIENCE_S = 20.0
UNIT: Row = (unit, 1)


class HangingDisk:
    def __init__(self, *, fails: bool = False) -> None:
        self.asked, self.comes_back = threading.Event(), threading.Event()
        self._fails = fails

    def write(self, inserts: Sequence[Insert], updates: Mapping[Row, Values]) -> None:
        del inserts, updates
        self.asked.set()
        if self._fails:
            raise StoreError("the disk is full")
        self.comes_back.wait(PATIENCE_S)


def comes(condition: Callable[[], bool]) -> bool:
    end_s = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < end_s:
        threading.Event().wait(0.005)
    return condition()


def test_a_write_that_does_not_come_back() -> None:
    disk = HangingDisk()
    spool = Spool(disk, lambda _fault: None, commit_every_s=0.01)
    assert spool.writing_s == 0.0
    spool.update(UNIT, {"state": "ready"})
    assert disk.asked.wait(PATIENCE_S)
    assert comes(lambda: spool.writing_s > 0.05)
    disk.comes_back.set()
    assert comes(lambda: spool.writing_s == 0.0)
    assert spool.close(PATIENCE_S)


def test_a_write_that_is_due_and_does_not_begin() -> None:
    told, goes_on = threading.Event(), threading.Event()

    def hang(_fault: str | None) -> None:
        told.set()
        goes_on.wait(PATIENCE_S)

    spool = Spool(HangingDisk(fails=True), hang, commit_every_s=0.01, retry_every_s=0.01)
    spool.update(UNIT, {"state": "ready"})
    assert told.wait(PATIENCE_S)
    assert comes(lambda: spool.writing_s > 0.05)
    goes_on.set()
    spool.close(0.1)
