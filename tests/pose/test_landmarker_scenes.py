"""The real pose network in a busy gym, its region of the treadmill known: whose body is it?"""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from monitor.pose.pool import PosePool
from monitor.pose.runner import ELSEWHERE, EMPTY_TREADMILL, FORGET_S, NOT_ON_TREADMILL, SETTLE_S
from monitor.vocabulary import Frame, Observation
from tests.pose.scenes import (
    COUNT,
    FPS,
    HEIGHT,
    LEFT_PX,
    MIDDLE_PX,
    ROOM_PX,
    SIZE,
    TREADMILL,
    TRUNK_PX,
    WIDTH,
    Picture,
    clip,
    is_runner,
    leaning,
    nobody,
    put,
    runner,
    somebody,
)

epochs = itertools.count(1)
RUNNER_PX = 420.0
"""Her height from head to foot."""
FEET_PX = 580.0
"""Where her feet are."""
SETTLED = math.ceil(SETTLE_S * FPS)
"""Frames until somebody who has come onto the treadmill is the runner."""
Scene = Callable[[int], Picture]


@pytest.fixture(scope="module")
def pool(lite_model: Path) -> Iterator[PosePool]:
    with PosePool(lite_model, workers=1, size=SIZE, treadmill=TREADMILL) as pool:
        yield pool


def watch(pool: PosePool, scene: Scene, count: int = COUNT) -> list[Observation]:
    """The scene, after enough empty pictures for the pool to forget what was before."""
    epoch = next(epochs)
    before = [Frame(-1, n - 10.0, nobody(), epoch) for n in range(10)]
    return list(pool.observe([*before, *(Frame(n, n / FPS, scene(n), epoch) for n in range(count))]))[len(before) :]


def given(observations: list[Observation]) -> list[int]:
    """The frames in which there was a pose; every other has a reason."""
    assert all((o.pose is None) == (o.reason is not None) for o in observations)
    return [o.index for o in observations if o.pose is not None]


def others(observations: list[Observation]) -> list[int]:
    """The frames in which somebody else was taken for the runner."""
    return [o.index for o in observations if o.pose is not None and not is_runner(o.pose, o.index)]


def beside(scene: Picture, n: int, left_px: int, mirrored: bool = False) -> Picture:
    """Another treadmill with its runner, half a second ahead, where the runner's own picture leaves room."""
    scene[:, left_px : left_px + ROOM_PX] = clip()[(n + 7) % COUNT][:, :: -1 if mirrored else 1]
    scene[:, LEFT_PX + 60 : LEFT_PX + 345] = clip()[n][:, 60:345]
    return scene


def test_the_next_treadmills_runners_are_not_the_runner(pool: PosePool) -> None:
    """One on either side, as large as she is."""

    def scene(n: int) -> Picture:
        return beside(beside(runner(n), n, LEFT_PX - 300), n, LEFT_PX + 300, mirrored=True)

    observations = watch(pool, scene, 30)
    assert given(observations) == list(range(SETTLED, 30))
    assert others(observations) == []


def test_a_mirror_image_is_not_the_runner(pool: PosePool) -> None:
    """Half as large, its feet higher, over the runner's shoulder; alone, when the runner is out of the picture, too."""

    def mirror(scene: Picture, n: int) -> Picture:
        return put(scene, somebody(n)[:, ::-1], MIDDLE_PX + 0.8 * TRUNK_PX, 0.6 * HEIGHT, 0.5 * RUNNER_PX)

    observations = watch(pool, lambda n: mirror(runner(n), n), 30)
    assert others(observations) == []
    assert len(given(observations)) > 15
    assert given(watch(pool, lambda n: mirror(nobody(), n), 30)) == []


@pytest.mark.parametrize("direction", [1, -1], ids=["to the right", "to the left"])
@pytest.mark.parametrize(("feet", "height"), [(1.0, 0.75), (1.6, 1.5)], ids=["behind the treadmill", "at the camera"])
def test_a_passer_by_is_not_the_runner_who_is_found_again_within_a_second(
    pool: PosePool, direction: int, feet: float, height: float
) -> None:
    """Two seconds from one edge of the picture to the other, between the camera and the runner."""
    comes, goes = 20, 50

    def u_px(n: int) -> float:
        return MIDDLE_PX + direction * (WIDTH + 400) * ((n - comes) / (goes - comes) - 0.5)

    def scene(n: int) -> Picture:
        if not comes <= n < goes:
            return runner(n)
        return put(runner(n), somebody(n), u_px(n), feet * HEIGHT, height * HEIGHT)

    observations = watch(pool, scene)
    assert others(observations) == []
    behind = [n for n in range(comes, goes) if abs(u_px(n) - MIDDLE_PX) < 0.3 * height * HEIGHT]
    gone = max(behind) + 1
    lost = sorted(set(range(SETTLED, COUNT)) - set(given(observations)))
    assert set(lost) & set(behind), "she is hidden for a while"
    assert min(lost) >= comes
    assert max(lost) < gone + FPS


def test_who_stops_in_front_of_the_runner_is_not_taken_for_her(pool: PosePool) -> None:
    """For longer than she is remembered."""
    comes, goes = 12, 12 + round((FORGET_S + 1.0) * FPS)

    def scene(n: int) -> Picture:
        if not comes <= n < goes:
            return runner(n)
        return put(runner(n), somebody(n), MIDDLE_PX, 1.25 * HEIGHT, 1.05 * HEIGHT)

    observations = watch(pool, scene)
    assert others(observations) == []
    seen = given(observations)
    assert set(range(goes + round(FPS), COUNT)) <= set(seen)
    assert not set(range(comes + 2, goes)) & set(seen)
    reasons = {o.reason for o in observations[comes + 2 : goes]}
    assert ELSEWHERE in reasons
    assert NOT_ON_TREADMILL in reasons


@pytest.mark.parametrize("side", [-1, 1], ids=["left", "right"])
def test_a_coach_who_leans_in_is_not_the_runner(pool: PosePool, side: int) -> None:
    """He stands beside the treadmill before she comes, and leans over towards her shoulder."""
    comes, leans = 20, 35

    def scene(n: int) -> Picture:
        turn = np.clip((n - leans) / 10.0, 0.0, 1.0)
        scene = nobody() if n < comes else runner(n)
        return put(scene, leaning(somebody(n), side * 15.0 * turn), MIDDLE_PX + side * 1.7 * TRUNK_PX, 620, 600)

    observations = watch(pool, scene)
    assert others(observations) == []
    seen = given(observations)
    assert min(seen) >= comes
    assert len(set(range(comes + round(FPS), COUNT)) - set(seen)) < 0.2 * COUNT


def test_without_a_runner_nobody_is(pool: PosePool) -> None:
    """Somebody stands beside the treadmill, somebody walks by beyond it, and nobody is on it."""

    def scene(n: int) -> Picture:
        far = put(nobody(), somebody(n + 3), 250.0 + 14.0 * n, 470.0, 0.5 * RUNNER_PX)
        return put(far, somebody(n), MIDDLE_PX - 2.0 * TRUNK_PX, FEET_PX + 40.0, RUNNER_PX)

    observations = watch(pool, scene)
    assert given(observations) == []
    assert {o.reason for o in observations} <= {EMPTY_TREADMILL, NOT_ON_TREADMILL}
