"""Left is left: frames that exchange the sides are withheld, and no stance is credited to the other side."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.gait import GaitSettings, GaitTracker
from monitor.gait.sighting import SIDES_CONTRADICT
from monitor.gait.steps import NOT_A_STEP
from monitor.vocabulary import Landmark, Observation, Side, Stance
from tests.gait.synthetic import WIDTH, Runner

STRIDE_S = 0.7
HIPS = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
KNEES = (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)
FEET = tuple(Landmark[f"{side}_{point}"] for point in ("ANKLE", "HEEL", "TOE") for side in ("LEFT", "RIGHT"))
SEEN_BY_ORDER = {"hips": HIPS, "knees": KNEES, "legs": KNEES + FEET, "body": tuple(range(11, 33))}
WHEN: dict[str, Callable[[float], bool]] = {
    "single frames": lambda time_s: time_s % 0.67 < 0.034,
    "a burst": lambda time_s: 4.0 <= time_s < 4.2,
    "for good": lambda time_s: time_s >= 4.0,
}


def exchanged(observation: Observation, points: tuple[int, ...]) -> Observation:
    """The same frame with left and right of `points`, which come in pairs, exchanged."""
    assert observation.pose is not None
    landmarks = observation.pose.landmarks.copy()
    landmarks[list(points)] = landmarks[np.reshape(points, (-1, 2))[:, ::-1].ravel()]
    return replace(observation, pose=replace(observation.pose, landmarks=landmarks))


def follow(track: list[Observation]) -> tuple[GaitTracker, list[Stance]]:
    tracker = GaitTracker(GaitSettings())
    stances = [stance for observation in track for stance in tracker.push(observation)]
    return tracker, stances + tracker.finish()


def wrong_sides(stances: list[Stance]) -> list[Stance]:
    """Valid stances in whose middle the other foot is down: `Runner` lands left at whole strides, right half-way."""
    ahead = {Side.LEFT: 0.0, Side.RIGHT: 0.5}
    return [s for s in stances if s.valid and 0.5 <= (s.midstance_s / STRIDE_S - ahead[s.side]) % 1.0 < 0.9]


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("when", WHEN)
def test_exchanged_feet_never_carry_a_stance_to_the_other_side(when: str, fps: float) -> None:
    track = [exchanged(o, FEET) if WHEN[when](o.time_s) else o for o in Runner().observe(8.0, fps)]
    _, stances = follow(track)
    assert not wrong_sides(stances)
    assert [s.valid for s in stances].count(True) >= 6


@settings(max_examples=20, deadline=None)
@given(start_s=st.floats(3.0, 3.7), seconds=st.floats(0.02, 1.5), fps=st.sampled_from([15.0, 30.0, 60.0]))
@example(start_s=3.591, seconds=0.053, fps=60.0)
@example(start_s=3.545, seconds=0.229, fps=30.0)
def test_feet_exchanged_for_a_while_cost_a_few_stances(start_s: float, seconds: float, fps: float) -> None:
    track = Runner().observe(8.0, fps)
    _, stances = follow([exchanged(o, FEET) if 0.0 <= o.time_s - start_s < seconds else o for o in track])
    assert not wrong_sides(stances)
    assert all(s.valid for s in stances if not start_s - STRIDE_S < s.midstance_s < start_s + seconds + 3 * STRIDE_S)
    for side in Side:
        contacts_s = [s.contact_s for s in stances if s.valid and s.side is side]
        assert np.diff(contacts_s).min() > 0.6 * STRIDE_S, "no stance is told twice"


def test_feet_exchanged_for_good_are_told() -> None:
    _, stances = follow([exchanged(o, FEET) for o in Runner().observe(8.0)])
    assert {s.reason for s in stances} == {SIDES_CONTRADICT}


def test_a_fast_cadence_is_never_called_walking() -> None:
    """Above 160 steps a minute a pelvis that rises in mid-stance says that the steps were not found."""
    _, fast = follow(Runner(bounce_px=-18.0).observe(8.0))
    assert {s.reason for s in fast} == {NOT_A_STEP}


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("points", SEEN_BY_ORDER)
def test_frames_with_hips_or_knees_exchanged_are_told_and_count_as_missing(points: str, when: str) -> None:
    track = Runner().observe(8.0, 30.0)
    chosen = [WHEN[when](o.time_s) for o in track]
    tracker, stances = follow(
        [exchanged(o, SEEN_BY_ORDER[points]) if at else o for o, at in zip(track, chosen, strict=True)]
    )
    _, without = follow([replace(o, pose=None) if at else o for o, at in zip(track, chosen, strict=True)])
    assert tracker.withheld == {SIDES_CONTRADICT: sum(chosen)}
    assert stances == without
    assert not wrong_sides(stances)
    assert [s.valid for s in stances].count(True) >= 6


def test_feet_that_cross_the_middle_are_no_contradiction() -> None:
    track = Runner().observe(8.0, 30.0)
    for o in track:
        assert o.pose is not None
        o.pose.landmarks[[Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], 0] = (0.5 + 2.0 / WIDTH, 0.5 - 2.0 / WIDTH)
    tracker, stances = follow(track)
    assert not tracker.withheld
    assert all(s.valid for s in stances)
    assert not wrong_sides(stances)
    assert len(stances) >= 2 * 8.0 / STRIDE_S - 2
