import threading
import time
from pathlib import Path

import numpy as np
import pytest

from monitor.pose import pool as pool_module
from monitor.pose.pool import (
    PoseFault,
    PosePool,
)
from monitor.vocabulary import Frame
from tests.pose.pools import ANY_FILE, Make, children
from tests.pose.standin import HEIGHT, SLOW_S, WIDTH, Do, Standin, frame, pose_at, read_line


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


def test_live_the_workers_take_turns_even_when_one_would_do(make: Make) -> None:
    pool = make(2)
    for n in range(8):
        pool.offer(frame(n, Do.TELL))
        pool.drain()
    pool.offer(frame(8, Do.TAKE_LONG))
    pool.offer(frame(9, Do.TELL))
    told = [observation.reason for observation in pool.drain()]
    assert told == [None, "5 pictures before this one"], "half of eight, and one to warm up"


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


def test_a_worker_that_cannot_start_says_why() -> None:
    with pytest.raises(PoseFault, match="could not start: RuntimeError: Unable to open zip archive"):
        PosePool(Path("broken.task"), workers=2, size=(WIDTH, HEIGHT), landmarker=Standin)
    assert children() == set()


def test_a_worker_that_lacks_a_system_library_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "missing_libraries", lambda: ("libEGL.so.1",))
    with pytest.raises(PoseFault, match=r"MediaPipe needs system libraries that are not here \(libEGL.so.1\): "):
        PosePool(Path("broken.task"), workers=1, size=(WIDTH, HEIGHT), landmarker=Standin)


def test_what_a_worker_cannot_be_sent_is_refused_before_anything_starts() -> None:
    with pytest.raises((AttributeError, TypeError, ValueError), match=r"pickle|lambda"):
        PosePool(ANY_FILE, workers=1, size=(WIDTH, HEIGHT), reader=lambda image, pose: None)  # noqa: ARG005
    with pytest.raises(ValueError, match="at least one worker"):
        PosePool(ANY_FILE, workers=0, size=(WIDTH, HEIGHT))
    assert children() == set()


@pytest.mark.parametrize("live", [True, False])
def test_the_camera_may_have_its_memory_back_at_once(make: Make, live: bool) -> None:
    """Even that of a frame that waits for a worker."""
    pool, memory = make(1, reader=read_line), frame(0).image
    reds = 10, 20, 30, 40
    for n, red in enumerate(reds):
        memory[...] = frame(n, Do.TAKE_LONG, u=red / 255.0).image
        (pool.offer if live else pool.submit)(Frame(n, n / 30.0, memory))
        memory[...] = 0
    said = {o.index: o.line.angle_deg for o in pool.drain() if o.line is not None}
    assert said == {n: reds[n] for n in said}
    assert {0, 3} <= said.keys() if live else len(said) == len(reds)


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


def test_the_standin_itself() -> None:
    assert Standin(ANY_FILE).find(frame(0, u=0.5).image[..., ::-1], None).pose is not None
    assert pose_at(0.5).landmarks[0, 0] == -1.0
