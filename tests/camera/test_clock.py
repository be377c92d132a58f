from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from monitor.camera.clock import JUMPED_AHEAD, REPEATED, STEPPED_BACK, ClockWatch
from monitor.vocabulary import Frame

PICTURE = np.zeros((2, 2, 3), np.uint8)
STEP_S = 1.0 / 32.0


def watched(
    times_s: list[float], arrivals_s: list[float], epochs: list[int] | None = None
) -> tuple[ClockWatch, list[Frame]]:
    """Frames taken at some times by the camera's clock and received at others by this computer's."""
    arrivals: Iterator[float] = iter(arrivals_s)
    watch = ClockWatch(lambda: next(arrivals))
    epochs = epochs or [0] * len(times_s)
    frames = (Frame(n, t, PICTURE, e) for n, (t, e) in enumerate(zip(times_s, epochs, strict=True)))
    return watch, list(watch.watch(frames))


def told(frames: list[Frame]) -> list[tuple[int, float, int]]:
    return [(frame.index, frame.time_s, frame.epoch) for frame in frames]


def test_a_true_clock_is_left_alone_however_late_its_frames_come() -> None:
    times_s = [100.0 + STEP_S * n for n in range(8)]
    arrivals_s = [5.0 + STEP_S * n for n in range(3)] + [7.0, 7.001, 7.002, 7.003, 7.004]
    watch, frames = watched(times_s, arrivals_s)
    assert told(frames) == [(n, t, 0) for n, t in enumerate(times_s)]
    assert watch.faults == {}


def test_a_clock_that_stands_still_gives_no_frames() -> None:
    watch, frames = watched([1.0, 1.0 + STEP_S, 1.0 + STEP_S, 1.0 + STEP_S], [STEP_S * n for n in range(4)])
    assert [frame.index for frame in frames] == [0, 1]
    assert watch.faults == {REPEATED: 2}
    assert watch.stands_still


def test_a_clock_that_goes_on_stands_still_no_longer() -> None:
    watch, frames = watched([1.0, 1.0, 1.0 + STEP_S], [0.0, STEP_S, 2 * STEP_S])
    assert [frame.index for frame in frames] == [0, 2]
    assert not watch.stands_still


def test_a_clock_that_jumps_begins_an_epoch_and_the_times_go_on_by_this_computers() -> None:
    for jump_s, fault in ((-3600.0, STEPPED_BACK), (0.75, JUMPED_AHEAD), (3600.0, JUMPED_AHEAD)):
        times_s = [10.0, 10.0 + STEP_S, 10.0 + 2 * STEP_S + jump_s, 10.0 + 3 * STEP_S + jump_s]
        watch, frames = watched(times_s, [50.0 + STEP_S * n for n in range(4)])
        assert told(frames) == [(n, 10.0 + STEP_S * n, int(n > 1)) for n in range(4)]
        assert watch.faults == {fault: 1}


def test_every_jump_begins_an_epoch_of_its_own() -> None:
    watch, frames = watched([10.0, 5.0, 9.0, 9.0 + STEP_S], [STEP_S * n for n in range(4)])
    assert [frame.epoch for frame in frames] == [0, 1, 2, 2]
    assert watch.faults == {STEPPED_BACK: 1, JUMPED_AHEAD: 1}
    assert all(a.time_s < b.time_s for a, b in pairwise(frames))


def test_frames_that_were_lost_are_no_jump() -> None:
    watch, frames = watched([1.0, 4.0], [2.0, 5.0])
    assert told(frames) == [(0, 1.0, 0), (1, 4.0, 0)]
    assert watch.faults == {}


def test_a_source_that_says_it_jumps_is_believed() -> None:
    watch, frames = watched([1.0, 60.0], [2.0, 2.0 + STEP_S], [0, 1])
    assert told(frames) == [(0, 1.0, 0), (1, 60.0, 1)]
    assert watch.faults == {}
