import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from monitor.pose import desk
from monitor.pose import pool as pool_module
from monitor.pose.memory import SETTLED_S
from monitor.pose.pool import (
    HUNG,
    LIVE_PATIENCE_S,
    LONG_PATIENCE_S,
    RESTARTED,
    ROUND_S,
    USUAL_PICTURES,
    PoolStats,
    PoseFault,
    PosePool,
)
from monitor.vocabulary import Frame, Observation
from tests.pose.standin import HEIGHT, SLOW_S, WIDTH, Do, Standin, frame, pose_at, read_line

ANY_FILE = Path("any.task")
Make = Callable[..., PosePool]


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes pools of stand-ins; afterwards nothing of them may be left."""
    pools = []
    descriptors, shared = _descriptors(), _shared_memory()

    def make_pool(workers: int = 2, **options: object) -> PosePool:
        settings = {"size": (WIDTH, HEIGHT), "landmarker": Standin} | options
        pools.append(PosePool(ANY_FILE, workers=workers, **settings))  # type: ignore[arg-type]
        return pools[-1]

    yield make_pool
    for pool in pools:
        pool.close()
    assert _children() == set()
    assert _descriptors() == descriptors
    assert _shared_memory() == shared
    assert not [thread for thread in threading.enumerate() if thread.name == "pose pool"]


def _children() -> set[int]:
    lists = [path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children")]
    return {int(pid) for pid in " ".join(lists).split()}


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _shared_memory() -> set[str]:
    return {path.name for path in Path("/dev/shm").iterdir()}


def _pids(stats: PoolStats) -> list[int]:
    return [worker.pid for worker in stats.workers]


def test_observations_come_in_the_order_of_frames(make: Make) -> None:
    frames = [frame(n, Do.TAKE_LONG if n % 3 == 0 else Do.FIND) for n in range(12)]
    observations = list(make().observe(frames))
    assert [observation.index for observation in observations] == list(range(12))
    assert [observation.time_s for observation in observations] == [f.time_s for f in frames]
    assert all(observation.pose is not None for observation in observations)


def test_a_frame_without_a_runner_says_so(make: Make) -> None:
    observations = list(make(1).observe([frame(0), frame(1, Do.MISS), frame(2, epoch=1)]))
    assert [(o.pose is None, o.reason, o.epoch) for o in observations] == [
        (False, None, 0),
        (True, "nobody in view", 0),
        (False, None, 1),
    ]


def test_a_recording_loses_nothing_however_late_it_is_polled(make: Make) -> None:
    pool = make()
    for n in range(30):
        pool.submit(frame(n))
    assert [observation.index for observation in pool.drain()] == list(range(30))
    stats = pool.stats()
    assert (stats.frames, stats.dropped, stats.restarts) == (30, 0, 0)


def test_a_recording_gives_the_same_every_time(make: Make) -> None:
    frames = [frame(n, Do.TAKE_LONG if n % 5 == 0 else Do.FIND, u=0.5 + 0.1 * np.sin(n)) for n in range(24)]
    runs = [list(make(2).observe(frames)) for _ in range(2)]
    told = [[o.pose.landmarks[0, 0] for o in run if o.pose is not None] for run in runs]
    assert told[0] == told[1]
    assert told[0][:4] == [-1.0] * 4
    assert min(told[0][4:]) > 0.0
    assert len(told[0]) == 24


def test_live_the_newest_frame_wins_and_the_dropped_are_counted(make: Make) -> None:
    pool = make(2)
    taken = [pool.offer(frame(n, Do.TAKE_LONG)) for n in range(10)]
    observations = pool.drain()
    assert taken == [True] * 3 + [False] * 7
    assert [observation.index for observation in observations] == [0, 1, 9]
    stats = pool.stats()
    assert (stats.frames, stats.dropped) == (10, 7)


def test_a_waiting_frame_is_handed_out_without_anybody_asking(make: Make) -> None:
    pool = make(1)
    pool.offer(frame(0, Do.TAKE_LONG))
    pool.offer(frame(1, Do.TAKE_LONG))
    time.sleep(3.0 * SLOW_S)
    assert [observation.index for observation in pool.poll()] == [0, 1]


def test_polling_waits_no_longer_than_asked(make: Make) -> None:
    pool = make(1)
    assert pool.poll() == []
    pool.offer(frame(0, Do.TAKE_LONG))
    assert pool.poll(0.001) == []
    assert [observation.index for observation in pool.poll(10.0)] == [0]


def test_the_landmarker_sees_rgb_and_the_reader_reads_it(make: Make) -> None:
    pool = make(1, reader=read_line)
    seen, missed = pool.observe([frame(0, u=0.6), frame(1, Do.MISS)])
    assert seen.pose is not None
    assert seen.pose.landmarks[23, 0] == pytest.approx(0.6 - 0.05, abs=0.01)
    assert seen.line is not None
    assert seen.line.angle_deg == 153.0
    assert missed.line is None


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
    before = _pids(pool.stats())
    observations = list(pool.observe([frame(n, accident if n == 3 else Do.FIND) for n in range(10)]))
    assert [observation.index for observation in observations] == list(range(10))
    assert [o.reason for o in observations] == [None] * 3 + [RESTARTED] + [None] * 6
    stats = pool.stats()
    assert (stats.restarts, stats.last_failure) == (1, cause)
    assert len(set(_pids(stats)) & set(before)) == 1
    assert _children() == set(_pids(stats))


def test_live_a_lost_worker_does_not_stop_the_others(make: Make) -> None:
    pool = make(2)
    os.kill(_pids(pool.stats())[0], signal.SIGKILL)
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


def _settle(pool: PosePool, now_s: list[float]) -> None:
    """Let the workers become old enough that their memory is what they need."""
    list(pool.observe([frame(0), frame(1)]))
    now_s[0] += 2.0 * SETTLED_S
    time.sleep(3.0 * ROUND_S)


def _wait_for(condition: Callable[[], bool]) -> bool:
    deadline_s = time.monotonic() + 30.0
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return condition()


def test_a_fat_worker_is_replaced_when_nobody_runs(make: Make) -> None:
    now_s = [0.0]
    pool = make(2, clock=lambda: now_s[0])
    before = _pids(pool.stats())
    _settle(pool, now_s)
    list(pool.observe([frame(2, Do.GROW), frame(3)]))
    time.sleep(3.0 * ROUND_S)
    assert _pids(pool.stats()) == before

    def renewed() -> bool:
        pool.renew_fat_workers()
        return pool.stats().renewals > 0

    assert _wait_for(renewed)
    after = pool.stats()
    assert (_pids(after)[0] != before[0], _pids(after)[1] == before[1]) == (True, True)
    assert (after.restarts, after.renewals) == (0, 1)
    assert [o.reason for o in pool.observe([frame(4), frame(5)])] == [None, None]


def test_a_worker_that_grows_beyond_bounds_is_replaced_at_once(make: Make) -> None:
    now_s = [0.0]
    pool = make(2, clock=lambda: now_s[0])
    _settle(pool, now_s)
    list(pool.observe([frame(2, Do.GROW), frame(3), frame(4, Do.GROW), frame(5)]))
    assert _wait_for(lambda: pool.stats().restarts == 1)
    failure = pool.stats().last_failure
    assert failure is not None
    assert re.fullmatch(r"it held [3-9]\d\d MiB", failure)
    assert [o.reason for o in pool.observe([frame(6), frame(7)])] == [None, None]


def test_restarts_far_apart_are_no_fault(make: Make) -> None:
    now_s = [0.0]
    pool = make(1, clock=lambda: now_s[0])
    for n in range(7):
        now_s[0] += 30.0
        pool.submit(frame(n, Do.DIE))
        assert [observation.reason for observation in pool.drain()] == [RESTARTED]
    assert pool.stats().restarts == 7


def test_a_worker_that_cannot_start_says_why() -> None:
    with pytest.raises(PoseFault, match="could not start: RuntimeError: Unable to open zip archive"):
        PosePool(Path("broken.task"), workers=2, size=(WIDTH, HEIGHT), landmarker=Standin)
    assert _children() == set()


def test_a_worker_that_lacks_a_system_library_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "missing_libraries", lambda: ("libEGL.so.1",))
    with pytest.raises(PoseFault, match=r"MediaPipe needs system libraries that are not here \(libEGL.so.1\): "):
        PosePool(Path("broken.task"), workers=1, size=(WIDTH, HEIGHT), landmarker=Standin)


def test_what_a_worker_cannot_be_sent_is_refused_before_anything_starts() -> None:
    with pytest.raises((AttributeError, TypeError, ValueError), match=r"pickle|lambda"):
        PosePool(ANY_FILE, workers=1, size=(WIDTH, HEIGHT), reader=lambda image, pose: None)  # noqa: ARG005
    with pytest.raises(ValueError, match="at least one worker"):
        PosePool(ANY_FILE, workers=0, size=(WIDTH, HEIGHT))
    assert _children() == set()


def test_a_picture_of_another_size_is_refused(make: Make) -> None:
    pool = make(1)
    odd = Frame(0, 0.0, np.zeros((HEIGHT, WIDTH + 2, 3), np.uint8))
    with pytest.raises(ValueError, match="size"):
        pool.offer(odd)
    with pytest.raises(ValueError, match="size"):
        pool.submit(odd)


def test_a_closed_pool_says_so_and_closes_again(make: Make) -> None:
    with make(1) as pool:
        assert repr(pool) == "<PosePool, 1 workers>"
    assert repr(pool) == "<PosePool, closed>"
    pool.close()
    for call in (lambda: pool.offer(frame(0)), lambda: pool.submit(frame(0)), pool.poll, pool.drain):
        with pytest.raises(PoseFault, match="closed"):
            call()


def test_closing_does_not_wait_for_a_worker_that_hangs(make: Make) -> None:
    pool = make(1)
    pool.submit(frame(0, Do.HANG))
    began_s = time.monotonic()
    pool.close()
    assert time.monotonic() - began_s < 1.0


def test_closing_wakes_who_waits(make: Make) -> None:
    pool = make(1)
    pool.submit(frame(0, Do.HANG))
    closing = threading.Timer(0.1, pool.close)
    closing.start()
    with pytest.raises(PoseFault, match="closed"):
        pool.poll(30.0)
    closing.join()


def test_times_are_kept_of_the_newest_pictures(make: Make) -> None:
    pool = make(1)
    assert pool.stats().inference_s is None
    list(pool.observe([frame(n, Do.TAKE_LONG if n > 5 else Do.FIND) for n in range(8)]))
    times_s = pool.stats().inference_s
    assert times_s is not None
    assert times_s.median < SLOW_S <= times_s.p95 <= times_s.p99


def test_somebody_elsewhere_is_not_the_runner(make: Make) -> None:
    observations = list(make().observe([frame(n, u=0.3 if n < 6 else 0.8) for n in range(12)]))
    assert [o.pose is not None for o in observations] == [True] * 6 + [False] * 6
    assert {o.reason for o in observations[6:]} == {"the person in view is not where the runner was"}


PARENT = """
    import os, sys, time
    from pathlib import Path
    from monitor.pose.pool import PosePool
    from tests.pose.standin import HEIGHT, WIDTH, Do, Standin, frame
    with PosePool(Path("any.task"), workers=2, size=(WIDTH, HEIGHT), landmarker=Standin) as pool:
        pool.submit(frame(0, Do[sys.argv[1]]))
        try:
            print(*(worker.pid for worker in pool.stats().workers), flush=True)
            time.sleep(60.0)
        except KeyboardInterrupt:
            assert [o.reason for o in pool.observe([frame(1), frame(2), frame(3)])][-3:] == [None] * 3
            assert pool.stats().restarts == 0
            print("still at work", flush=True)
"""


def _parent(do: Do) -> tuple[subprocess.Popen[str], list[int]]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), do.name],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    return process, [int(pid) for pid in process.stdout.readline().split()]


def _wait_until_gone(pids: list[int]) -> bool:
    deadline_s = time.monotonic() + 5.0
    while time.monotonic() < deadline_s:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("do", [Do.FIND, Do.HANG])
def test_workers_do_not_outlive_a_parent_that_is_killed(do: Do) -> None:
    shared = _shared_memory()
    process, pids = _parent(do)
    with process:
        process.kill()
    assert len(pids) == 2
    assert _wait_until_gone(pids)
    assert _shared_memory() == shared


def test_ctrl_c_in_the_terminal_leaves_the_workers_to_their_parent() -> None:
    process, pids = _parent(Do.FIND)
    with process:
        os.killpg(process.pid, signal.SIGINT)
        for pid in pids:
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.read() == "still at work\n"
    assert process.returncode == 0
    assert _wait_until_gone(pids)


def test_the_standin_itself() -> None:
    assert Standin(ANY_FILE).find(frame(0, u=0.5).image[..., ::-1], None).pose is not None
    assert pose_at(0.5).landmarks[0, 0] == -1.0
