"""Single-leg squats found, judged and read, on somebody made up whose values are known."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.coach.check import Leg, Level, Part, Rep, leg, level_of
from monitor.coach.check.result import CheckResult, body
from monitor.gait import GaitSettings
from monitor.vocabulary import Landmark, Measure, Observation, PelvicSource, Pose, Side, View
from tests.coach.squatter import Angles, Squatter, in_order, watched
from tests.gait.synthetic import Runner, mirrored, rolled

LEFT_ONLY = ((Side.LEFT, (0.1,) * 5),)


def values(reps: list[Rep], side: Side) -> dict[Part, float]:
    found = leg([rep for rep in reps if rep.side is side])
    means = {part: found.parts[part].mean for part in Part}
    return {part: math.nan if mean is None else mean for part, mean in means.items()}


def reasons(squatter: Squatter) -> list[str | None]:
    return [rep.reason for rep in watched(squatter.observe())[0]]


def test_every_squat_is_found_on_its_leg_at_its_time_and_depth() -> None:
    squatter = Squatter(squats=((Side.LEFT, (0.07, 0.1, 0.13)), (Side.RIGHT, (0.12, 0.08, 0.14))))
    reps, watch = watched(squatter.observe())
    assert in_order(reps)
    for rep, (side, start_s, end_s, depth) in zip(reps, squatter.times_s(), strict=True):
        assert rep.side is side
        assert rep.reason is None
        assert rep.bottom_s == pytest.approx((start_s + end_s) / 2.0, abs=0.15)
        assert start_s - 0.1 < rep.start_s < rep.bottom_s < rep.end_s < end_s + 0.2
        assert rep.depth == pytest.approx(depth, abs=0.01)
    assert dict(watch.touches) == {Side.LEFT: 0, Side.RIGHT: 0}


@settings(max_examples=15, deadline=None)
@given(
    pelvis=st.floats(-6, 12),
    knee=st.floats(-10, 20),
    trunk=st.floats(-5, 12),
    depth=st.floats(0.065, 0.145),
    fps=st.sampled_from([12.0, 25.0, 50.0]),
    side=st.sampled_from(Side),
)
def test_angles_are_read_at_the_fixed_depth_whatever_the_depth_of_the_squat(
    pelvis: float, knee: float, trunk: float, depth: float, fps: float, side: Side
) -> None:
    angles = Angles(pelvis, knee, trunk)
    squatter = Squatter(squats=((side, (depth,) * 4),), angles=dict.fromkeys(Side, angles))
    reps, _ = watched(squatter.observe(fps))
    assert [rep.reason for rep in reps] == [None] * 4
    read = values(reps, side)
    assert read[Part.PELVIS] == pytest.approx(pelvis, abs=0.6)
    assert read[Part.KNEE] == pytest.approx(knee, abs=1.0)
    assert read[Part.TRUNK] == pytest.approx(trunk, abs=0.6)


def test_a_mirrored_picture_swaps_the_legs_and_keeps_the_values() -> None:
    track = Squatter().observe()
    plain, turned = watched(track)[0], watched(mirrored(track))[0]
    assert [rep.side.other for rep in plain] == [rep.side for rep in turned]
    for side in Side:
        assert values(plain, side) == pytest.approx(values(turned, side.other), abs=1e-6)


@pytest.mark.parametrize("roll_deg", [-4.0, 3.0])
def test_a_camera_that_is_rolled_and_says_so_changes_little(roll_deg: float) -> None:
    track = Squatter().observe()
    plain, turned = watched(track)[0], watched(rolled(track, roll_deg), GaitSettings(roll_deg=roll_deg))[0]
    for side in Side:
        assert values(plain, side) == pytest.approx(values(turned, side), abs=0.05)


def test_from_the_front_the_signs_are_the_same() -> None:
    track = []
    for o in Squatter().observe():
        assert o.pose is not None
        assert o.line is not None
        flipped = o.pose.landmarks * [-1.0, 1.0, 1.0] + [1.0, 0.0, 0.0]
        line = replace(o.line, angle_deg=-o.line.angle_deg)
        track.append(replace(o, pose=replace(o.pose, landmarks=flipped), line=line))
    front, rear = watched(track, GaitSettings(View.FRONT))[0], watched(Squatter().observe())[0]
    for side in Side:
        assert values(front, side) == pytest.approx(values(rear, side), abs=1e-6)
    assert watched(track)[0] == [], "from the wrong side nothing is read"


def test_what_does_not_count_is_said() -> None:
    assert reasons(Squatter(squats=((Side.LEFT, (0.05, 0.1, 0.19)),))) == ["too shallow", None, "too deep"]
    start_s = Squatter(squats=LEFT_ONLY).times_s()[2][1]
    down = Squatter(squats=LEFT_ONLY)
    assert reasons(replace(down, touches_s=(start_s + 1.0,))) == [None, None, "touched down", None, None]
    assert reasons(replace(down, turned=(start_s, start_s + 2.2, 60.0)))[2] == "turned"
    assert reasons(replace(down, gone=(start_s + 0.5, start_s + 1.0)))[2] == "lost"
    assert "lost" in reasons(replace(down, gone=(start_s + 0.9, start_s + 2.4)))
    assert reasons(replace(down, hops_s=(start_s + 0.9,)))[2] == "moved"


def test_touches_between_squats_are_counted_and_cost_none() -> None:
    squatter = Squatter(squats=LEFT_ONLY, rest_s=1.0)
    touches = tuple(end_s + 0.5 for _, _, end_s, _ in squatter.times_s()[:3])
    reps, watch = watched(replace(squatter, touches_s=touches).observe())
    assert watch.touches == {Side.LEFT: 3, Side.RIGHT: 0}
    assert [rep.reason for rep in reps] == [None] * 5


def test_no_squat_where_nobody_squats_on_one_leg() -> None:
    assert watched(Squatter(squats=((Side.LEFT, ()),)).observe())[0] == [], "standing on one leg"
    assert watched(Squatter(squats=LEFT_ONLY, lift_px=0.0).observe())[0] == [], "squats on both legs"
    assert watched(Runner().observe(15.0))[0] == [], "running"
    assert watched(Runner(stride_s=1.1, bounce_px=-14.0).observe(15.0))[0] == [], "walking"
    assert watched(Runner(stride_s=1.8, bounce_px=-18.0).observe(15.0))[0] == [], "walking slowly"


def test_a_squat_that_is_cut_off_by_the_recordings_ends_is_none() -> None:
    squatter = Squatter(squats=LEFT_ONLY)
    _, start_s, end_s, _ = squatter.times_s()[0]
    middle_s = (start_s + end_s) / 2.0
    track = squatter.observe()
    assert watched([o for o in track if o.time_s < middle_s])[0] == []
    assert len(watched([o for o in track if o.time_s > middle_s])[0]) == 4


def test_a_leg_hidden_behind_the_other_is_in_the_air() -> None:
    hidden = []
    for o in Squatter(squats=LEFT_ONLY).observe():
        assert o.pose is not None
        landmarks = o.pose.landmarks.copy()
        if 3.0 < o.time_s < 14.0:
            landmarks[[Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE], 2] = 0.02
        hidden.append(replace(o, pose=replace(o.pose, landmarks=landmarks)))
    assert [rep.reason for rep in watched(hidden)[0]] == [None] * 5


def test_a_clock_that_goes_back_adds_nothing() -> None:
    track = Squatter(squats=LEFT_ONLY).observe()
    stuttering = [again for o in track for again in (o, replace(o, time_s=o.time_s - 5.0))]
    assert [r.bottom_s for r in watched(stuttering)[0]] == [r.bottom_s for r in watched(track)[0]]


def test_bad_frames_are_data() -> None:
    odd = np.full((33, 3), math.nan)
    pose = Pose(odd, 720, 1280)
    _, watch = watched([Observation(0, 0.0, pose), Observation(1, 0.1, None)])
    assert watch.reason == "nobody in view"


def rep(reason: str | None = None, knee: float | None = 8.0) -> Rep:
    measured = Measure.withheld("shoulders not seen") if knee is None else Measure(knee, 0.5)
    parts: Mapping[Part, Measure] = {Part.PELVIS: Measure(2.0, 0.5), Part.KNEE: measured, Part.TRUNK: Measure(1.0, 0.5)}
    return Rep(Side.LEFT, 0.0, 1.0, 2.0, 0.1, reason, parts)


def test_three_squats_that_count_make_a_value_and_two_do_not() -> None:
    two = leg([rep(), rep(), rep("turned"), rep("too deep")])
    assert two.parts[Part.KNEE].reason == "2 of 3 squats that count"
    assert two.level(Part.KNEE) is None
    assert (two.sum.mean, two.sum.reason) == (None, "2 of 3 squats that count")
    three = leg([rep(), rep(), rep(), rep("turned")], touches=2)
    assert (three.reps, three.valid, three.touches, three.discarded) == (4, 3, 2, {"turned": 1})
    assert (three.sum.mean, three.sum.n) == (pytest.approx(11.0), 3)
    assert three.level(Part.KNEE) is Level.STEADY
    unread = leg([rep(knee=None)] * 4)
    assert unread.parts[Part.KNEE].reason == "shoulders not seen"
    assert (unread.sum.mean, unread.sum.reason) == (None, "shoulders not seen")
    some = leg([rep(knee=None)] * 2 + [rep()] * 3)
    assert (some.sum.n, some.parts[Part.PELVIS].n) == (3, 5), "squats that have all three"


def test_the_sum_is_as_unsure_as_its_parts_together() -> None:
    knees = [4.0, 12.0, 5.0, 11.0]
    found = leg([rep(knee=knee) for knee in knees], network="heavy")
    assert found.sum.mean == pytest.approx(statistics.fmean(knees) + 3.0)
    assert found.sum.sd == pytest.approx(statistics.stdev(knees)), "pelvis and trunk are the same in all of them"
    assert found.sum.ci95 is not None
    own_deg = 3.182 * statistics.stdev(knees) / 2.0
    shared_deg = 1.96 * math.hypot(2.6, 0.9)
    half_deg = (found.sum.ci95[1] - found.sum.ci95[0]) / 2.0
    assert half_deg == pytest.approx(math.hypot(own_deg, shared_deg), rel=0.02)


@pytest.mark.parametrize(("source", "response"), [(PelvicSource.NETWORK, 0.08), (PelvicSource.BELT, 0.02)])
@pytest.mark.parametrize("drop_deg", [0.0, 10.0])
def test_a_source_that_follows_a_tilt_too_little_is_less_sure_of_a_large_one(
    source: PelvicSource, response: float, drop_deg: float
) -> None:
    squatter = Squatter(squats=LEFT_ONLY, angles=dict.fromkeys(Side, Angles(pelvis=drop_deg)))
    track = [
        replace(o, line=None if o.line is None else replace(o.line, source=source, shared_sd_deg=0.3))
        for o in squatter.observe()
    ]
    for found in watched(track)[0]:
        pelvis = found.measures[Part.PELVIS]
        assert pelvis.value == pytest.approx(drop_deg, abs=0.8)
        assert pelvis.shared_sd == pytest.approx(math.hypot(0.3, response * (pelvis.value or 0.0)))


@pytest.mark.parametrize(("part", "limits"), [(Part.PELVIS, (4, 8)), (Part.KNEE, (10, 17)), (Part.TRUNK, (5, 10))])
def test_levels_are_as_tabled_and_keep_the_sign(part: Part, limits: tuple[float, float]) -> None:
    low, high = limits
    found = [level_of(part, value) for value in (-30.0, low - 0.01, low, high, high + 0.01)]
    assert found == [Level.STEADY, Level.STEADY, Level.MODERATE, Level.MODERATE, Level.MARKED]


def test_left_against_right_only_beyond_what_can_be_told() -> None:
    def result(knee_left: float, knee_right: float) -> CheckResult:
        legs: dict[Side, Leg] = {
            Side.LEFT: leg([rep(knee=knee_left)] * 5),
            Side.RIGHT: leg([rep(knee=knee_right)] * 5),
        }
        return CheckResult(View.REAR, legs)

    near, far = result(8.0, 7.0).difference(Part.KNEE), result(25.0, 2.0).difference(Part.KNEE)
    assert near is not None
    assert far is not None
    assert (near.can_be_told, far.can_be_told) == (False, True)
    assert near.detectable_deg == far.detectable_deg > 1.0
    assert CheckResult(View.REAR, {Side.LEFT: leg([rep()] * 5)}).difference(Part.KNEE) is None


def test_what_is_counted_from_the_level_is_compared_only_where_the_roll_is_known() -> None:
    legs = {side: leg([rep()] * 5, network="heavy") for side in Side}
    unknown = CheckResult(View.REAR, legs)
    assert [unknown.difference(part) is None for part in Part] == [True, False, True]
    level, rolled_by = CheckResult(View.REAR, legs, 0.0), CheckResult(View.REAR, legs, 0.5)
    for part, shared_deg, turns in ((Part.PELVIS, 0.0, True), (Part.TRUNK, 0.9, True), (Part.KNEE, 2.6, False)):
        one, other = level.difference(part), rolled_by.difference(part)
        assert one is not None
        assert other is not None
        # All five squats are alike: nothing but what they share is left.
        expected_deg = 1.96 * shared_deg * (2.0 if turns else math.sqrt(2.0))
        assert one.detectable_deg == pytest.approx(expected_deg, abs=1e-2)
        assert other.detectable_deg == pytest.approx(math.hypot(expected_deg, 1.96 if turns else 0.0), abs=1e-2)


def test_a_result_as_the_diary_holds_it() -> None:
    reps, watch = watched(Squatter().observe())
    legs = {side: leg([r for r in reps if r.side is side], watch.touches[side]) for side in Side}
    held = body(CheckResult(View.REAR, legs))
    left = held["legs"]["left"]
    assert held["view"] == "rear"
    assert left["levels"] == {"pelvis": "moderate", "knee": "steady", "trunk": "steady"}
    assert {name: of["n"] for name, of in left["values"].items()} == {"pelvis": 5, "knee": 5, "trunk": 5}
    assert left["values"]["knee"]["value"] == pytest.approx(8.0, abs=0.5)
    assert (left["reps"], left["valid"], left["touches"], left["discarded"]) == (5, 5, 0, {})
    assert left["sum"]["value"] == pytest.approx(16.0, abs=1.0)
    assert left["sum"]["half95"] > left["values"]["knee"]["half95"]
    assert left["sum"]["n"] == 5
