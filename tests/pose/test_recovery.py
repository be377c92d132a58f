"""Workers that die, hang or grow."""

import os
import re
import signal
import time
from collections.abc import Callable

import pytest

from monitor.pose import desk
from monitor.pose.memory import SETTLED_S
from monitor.pose.pool import (
    HUNG,
    LIVE_PATIENCE_S,
    LONG_PATIENCE_S,
    RESTARTED,
    ROUND_S,
    USUAL_PICTURES,
    PoseFault,
    PosePool,
)
from monitor.vocabulary import Observation
from tests.pose.pools import Make, children, pids_of
from tests.pose.standin import Do, frame


@pytest.mark.parametrize(
    ("accident", "cause"),
    [
        (Do.DIE, "it was ended by SIGKILL"),
        (Do.FAIL, "ZeroDivisionError: the network is confused"),
        (Do.HANG, "it was silent for too long"),
    ],
)
def test_a_worker_that_dies_or_hangs_is_replaced_and_its_frame_given_up(make: Make, accident: Do, cause: str) -> None:
    pool = make(2, answer_timeout_s=0.3)
    before = pids_of(pool.stats())
    observations = list(pool.observe([frame(n, accident if n == 3 else Do.FIND) for n in range(10)]))
    assert [observation.index for observation in observations] == list(range(10))
    assert [o.reason for o in observations] == [None] * 3 + [RESTARTED] + [None] * 6
    stats = pool.stats()
    assert (stats.restarts, stats.last_failure) == (1, cause)
    assert len(set(pids_of(stats)) & set(before)) == 1
    assert children() == set(pids_of(stats))


def test_live_a_lost_worker_does_not_stop_the_others(make: Make) -> None:
    pool = make(2)
    os.kill(pids_of(pool.stats())[0], signal.SIGKILL)
    observations: list[Observation] = []
    for n in range(8):
        pool.offer(frame(n))
        observations += pool.drain()
    assert [observation.index for observation in observations] == list(range(8))
    assert sum(observation.reason == RESTARTED for observation in observations) <= 1


def test_five_restarts_in_a_minute_are_a_fault_with_its_cause(make: Make) -> None:
    pool = make(1)
    with pytest.raises(PoseFault, match="failed 5 times within a minute: ZeroDivisionError: the network is confused"):
        list(pool.observe(frame(n, Do.FAIL) for n in range(20)))
    with pytest.raises(PoseFault, match="failed 5 times"):
        pool.offer(frame(30))


def test_a_worker_that_cannot_be_replaced_is_a_fault(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    pool = make(1)
    monkeypatch.setattr(desk, "WorkerProcess", refuse)
    with pytest.raises(PoseFault, match="cannot be attended to: no more processes"):
        list(pool.observe([frame(0, Do.DIE), frame(1)]))


def test_live_a_hanging_worker_is_found_from_what_a_picture_usually_takes(make: Make) -> None:
    now_s = [0.0]
    pool = make(1, clock=lambda: now_s[0])
    for n in range(USUAL_PICTURES):
        pool.offer(frame(n))
        pool.drain()
    pool.offer(frame(90, Do.HANG))
    time.sleep(3.0 * ROUND_S)
    assert pool.stats().restarts == 0
    now_s[0] = 1.1 * LIVE_PATIENCE_S
    assert [observation.reason for observation in pool.drain()] == [RESTARTED]
    assert pool.stats().last_failure == HUNG


def test_in_a_recording_and_before_the_usual_time_is_known_a_worker_is_given_long(make: Make) -> None:
    for give in (PosePool.submit, PosePool.offer):
        now_s = [0.0]
        pool = make(1, clock=lambda now_s=now_s: now_s[0])
        give(pool, frame(0, Do.HANG))
        now_s[0] = 0.9 * LONG_PATIENCE_S
        time.sleep(3.0 * ROUND_S)
        assert pool.stats().restarts == 0
        now_s[0] = 1.1 * LONG_PATIENCE_S
        assert [observation.reason for observation in pool.drain()] == [RESTARTED]


def settle(pool: PosePool, now_s: list[float]) -> None:
    """Let the workers become old enough that their memory is what they need."""
    list(pool.observe([frame(0), frame(1)]))
    now_s[0] += 2.0 * SETTLED_S
    time.sleep(3.0 * ROUND_S)


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline_s = time.monotonic() + 30.0
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return condition()


def test_a_fat_worker_is_replaced_when_nobody_runs(make: Make) -> None:
    now_s = [0.0]
    pool = make(2, clock=lambda: now_s[0])
    before = pids_of(pool.stats())
    settle(pool, now_s)
    list(pool.observe([frame(2, Do.GROW), frame(3)]))
    time.sleep(3.0 * ROUND_S)
    assert pids_of(pool.stats()) == before

    def renewed() -> bool:
        pool.renew_fat_workers()
        return pool.stats().renewals > 0

    assert wait_for(renewed)
    after = pool.stats()
    assert (pids_of(after)[0] != before[0], pids_of(after)[1] == before[1]) == (True, True)
    assert (after.restarts, after.renewals) == (0, 1)
    assert [o.reason for o in pool.observe([frame(4), frame(5)])] == [None, None]


def test_a_worker_that_grows_beyond_bounds_is_replaced_at_once(make: Make) -> None:
    now_s = [0.0]
    pool = make(2, clock=lambda: now_s[0])
    settle(pool, now_s)
    list(pool.observe([frame(2, Do.GROW), frame(3), frame(4, Do.GROW), frame(5)]))
    assert wait_for(lambda: pool.stats().restarts == 1)
    failure = pool.stats().last_failure
    assert failure is not None
    assert re.fullmatch(r"it held \d{3,} MiB", failure)
    assert [o.reason for o in pool.observe([frame(6), frame(7)])] == [None, None]


def test_restarts_far_apart_are_no_fault(make: Make) -> None:
    now_s = [0.0]
    pool = make(1, clock=lambda: now_s[0])
    for n in range(7):
        now_s[0] += 30.0
        pool.submit(frame(n, Do.DIE))
        assert [observation.reason for observation in pool.drain()] == [RESTARTED]
    assert pool.stats().restarts == 7
