import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.pose.region import Region
from monitor.pose.runner import (
    ARRIVING,
    ELSEWHERE,
    EMPTY_TREADMILL,
    FORGET_S,
    NOT_ON_TREADMILL,
    SETTLE_S,
    SETTLING,
    Follower,
    Place,
    choose,
)
from monitor.vocabulary import Observation, PelvicLine, PelvicSource, Pose

WIDTH, HEIGHT = 800, 600
LINE = PelvicLine(1.0, 0.5, PelvicSource.BELT)
TREADMILL = Region(340 / WIDTH, 420 / HEIGHT, 460 / WIDTH, 500 / HEIGHT)
ON_IT_PX = 450.0
"""Where the feet of somebody on the treadmill are."""


def person(
    u_px: float, v_px: float = 300.0, trunk_px: float = 100.0, *, feet_px: float = ON_IT_PX, lean_px: float = 0.0
) -> Pose:
    landmarks = np.full((33, 3), 0.5)
    heights = ((11, 20.0, v_px - trunk_px, lean_px), (23, 15.0, v_px, 0.0), (27, 10.0, feet_px, 0.0))
    for row, apart_px, height_px, shift_px in heights:
        landmarks[row] = ((u_px + shift_px - apart_px) / WIDTH, height_px / HEIGHT, 1.0)
        landmarks[row + 1] = ((u_px + shift_px + apart_px) / WIDTH, height_px / HEIGHT, 1.0)
    return Pose(landmarks, WIDTH, HEIGHT)


def follow(*people: tuple[float, Pose | None], epoch: int = 0, treadmill: Region | None = None) -> list[Observation]:
    """Observations after the follower saw people at times in seconds."""
    follower = Follower(treadmill)
    return [
        follower.follow(Observation(n, time_s, pose, LINE if pose else None, None if pose else "nobody", epoch))
        for n, (time_s, pose) in enumerate(people)
    ]


coordinates = st.floats(50.0, 750.0)
trunks = st.floats(20.0, 200.0)


@given(coordinates, coordinates, trunks)
def test_a_place_is_the_middle_of_the_hips_and_of_the_shoulders_and_the_trunks_length(
    u_px: float, v_px: float, trunk_px: float
) -> None:
    place = Place.of(person(u_px, v_px, trunk_px))
    assert (place.u_px, place.v_px, place.trunk_px) == pytest.approx((u_px, v_px, trunk_px))
    assert place.shoulders_u_px == pytest.approx(u_px)


@given(st.lists(st.tuples(coordinates, trunks), min_size=1, max_size=4), st.randoms())
def test_the_choice_does_not_depend_on_the_order_nor_on_the_pictures_scale(
    people: list[tuple[float, float]], chance: object
) -> None:
    prominences = sorted(trunk_px * (WIDTH / 2 - abs(u_px - WIDTH / 2)) for u_px, trunk_px in people)
    assume(len(people) == 1 or prominences[-1] > 1.001 * prominences[-2])
    poses = [person(u_px, trunk_px=trunk_px) for u_px, trunk_px in people]
    chosen = choose(poses, None)
    assert chosen is not None
    chance.shuffle(poses)  # type: ignore[attr-defined]
    shuffled = choose(poses, None)
    double = choose([Pose(pose.landmarks, 2 * WIDTH, 2 * HEIGHT) for pose in poses], None)
    assert shuffled is not None
    assert double is not None
    assert Place.of(chosen) == Place.of(shuffled)
    assert np.array_equal(double.landmarks, shuffled.landmarks)


def test_the_largest_is_chosen_unless_one_nearly_as_large_is_nearer_to_the_middle() -> None:
    big_aside, small_central = person(700.0, trunk_px=100.0), person(400.0, trunk_px=20.0)
    assert choose([small_central, big_aside], None) is big_aside
    nearly_as_big_central = person(400.0, trunk_px=80.0)
    assert choose([big_aside, nearly_as_big_central], None) is nearly_as_big_central
    assert choose([], None) is None


def test_with_a_remembered_place_only_who_can_be_there_is_chosen() -> None:
    near = Place.of(person(400.0))
    there, beside = person(420.0), person(600.0, trunk_px=150.0)
    assert choose([beside, there], near) is there
    assert choose([beside], near) is None
    assert choose([person(400.0, trunk_px=50.0)], near) is None
    assert choose([person(400.0, trunk_px=180.0)], near) is None


def test_a_runner_who_stays_is_followed_without_a_change() -> None:
    seen = [(n / 30.0, person(400.0 + 20.0 * math.sin(n), 300.0 + 15.0 * math.cos(n))) for n in range(90)]
    observations = follow(*seen)
    assert [o.pose for o in observations] == [pose for _, pose in seen]
    assert all(o.line is LINE and o.reason is None for o in observations)


def test_a_runner_who_drifts_slowly_is_followed_across_the_picture() -> None:
    observations = follow(*((n / 30.0, person(100.0 + 2.0 * n, trunk_px=100.0 + 0.2 * n)) for n in range(300)))
    assert all(o.pose is not None for o in observations)


def test_two_people_who_change_places_cost_a_gap_and_are_never_joined() -> None:
    first = [(n / 30.0, person(200.0)) for n in range(30)]
    second = [(1.0 + n / 30.0, person(600.0)) for n in range(120)]
    observations = follow(*first, *second)
    assert all(o.pose is not None for o in observations[:30])
    given_again = next(o for o in observations[30:] if o.pose is not None)
    assert given_again.time_s - observations[29].time_s > FORGET_S
    gap = observations[30 : given_again.index]
    assert {(o.pose, o.line, o.reason) for o in gap} == {(None, None, ELSEWHERE)}
    assert all(o.pose is not None for o in observations[given_again.index :])


def test_somebody_who_walks_through_is_not_taken_for_the_runner_in_passing() -> None:
    at_her_place = [(n / 30.0, person(400.0)) for n in range(30)]
    walking_by = [(1.0 + n / 30.0, person(100.0 + 20.0 * n)) for n in range(30)]
    back = [(2.0 + n / 30.0, person(400.0)) for n in range(60)]
    observations = follow(*at_her_place, *walking_by, *back)
    assert all(o.pose is None for o in observations[30:60])
    assert SETTLING in {o.reason for o in observations[30:60]}
    first_back = next(o for o in observations[60:] if o.pose is not None)
    assert first_back.time_s <= 2.0 + SETTLE_S
    assert all(o.pose is not None for o in observations[first_back.index :])


@pytest.mark.parametrize("reason", [ELSEWHERE, NOT_ON_TREADMILL])
def test_what_a_worker_saw_elsewhere_counts_as_somebody_elsewhere(reason: str) -> None:
    follower = Follower()
    assert follower.follow(Observation(0, 0.0, person(400.0))).pose is not None
    follower.follow(Observation(1, 0.1, None, reason=reason))
    assert follower.follow(Observation(2, 0.2, person(400.0))).reason == SETTLING
    assert follower.follow(Observation(3, 0.2 + SETTLE_S, person(400.0))).pose is not None


def test_a_runner_out_of_sight_for_a_moment_is_the_same_one() -> None:
    observations = follow((0.0, person(400.0)), (0.1, None), (1.9, person(410.0)))
    assert [o.reason for o in observations] == [None, "nobody", None]


def test_after_a_while_out_of_sight_anybody_may_be_the_runner() -> None:
    observations = follow((0.0, person(400.0)), (0.1, None), (0.1 + FORGET_S, person(100.0)))
    assert observations[-1].pose is not None


def test_a_new_epoch_forgets_the_runner() -> None:
    follower = Follower()
    observation = Observation(0, 0.0, person(200.0))
    follower.follow(observation)
    again = replace(observation, index=1, time_s=0.1, pose=person(600.0), epoch=1)
    assert follower.follow(again) == again


@given(st.lists(st.one_of(st.none(), coordinates), max_size=40))
def test_only_poses_and_lines_are_ever_taken_away_and_never_without_a_reason(places: list[float | None]) -> None:
    seen = [(n / 10.0, None if u_px is None else person(u_px)) for n, u_px in enumerate(places)]
    for (time_s, pose), observation in zip(seen, follow(*seen), strict=True):
        assert observation.time_s == time_s
        assert observation.pose is pose or (observation.pose is None and observation.line is None)
        assert (observation.pose is None) == (observation.reason is not None)


def test_on_a_treadmill_only_who_is_on_it_is_chosen() -> None:
    runner, beside, nearer = person(410.0), person(520.0, trunk_px=110.0), person(400.0, trunk_px=150.0, feet_px=560.0)
    assert choose([nearer, beside, runner], None, TREADMILL) is runner
    assert choose([nearer, beside], None, TREADMILL) is None
    assert choose([nearer, beside, runner], Place.of(runner), TREADMILL) is runner


def reasons(treadmill: Region | None, *people: Pose | None, step_s: float = 0.3) -> list[str | None]:
    """After the runner was on the treadmill for a second."""
    runner = [(n * 0.25 - 1.0, person(400.0)) for n in range(4)]
    seen = [(n * step_s, pose) for n, pose in enumerate(people)]
    return [o.reason for o in follow(*runner, *seen, treadmill=treadmill)[4:]]


def test_on_a_treadmill_a_bystander_is_never_remembered_however_long_he_stays() -> None:
    bystander = [(n / 10.0, person(600.0)) for n in range(50)]
    runner = [(5.0 + n / 10.0, person(400.0)) for n in range(20)]
    observations = follow(*bystander, *runner, treadmill=TREADMILL)
    assert {(o.pose, o.line, o.reason) for o in observations[:50]} == {(None, None, NOT_ON_TREADMILL)}
    assert {(o.pose, o.line, o.reason) for o in observations[50:55]} == {(None, None, ARRIVING)}
    assert all(o.pose is not None for o in observations[55:])


def test_who_comes_onto_the_treadmill_has_to_stay_at_one_place() -> None:
    """A body that is half somebody else's does not last."""
    coming = [person(445.0), person(355.0), person(400.0, trunk_px=74.0), *[person(400.0)] * 4]
    observations = follow(*((n * 0.25, pose) for n, pose in enumerate(coming)), treadmill=TREADMILL)
    assert [o.reason for o in observations] == [ARRIVING] * 5 + [None] * 2
    assert all(o.reason is None for o in follow((0.0, person(400.0)), (0.3, person(410.0))))


def test_on_a_treadmill_a_body_that_is_half_somebody_elses_is_refused() -> None:
    """Hips of the runner and shoulders of a passer-by, or all of it moved a little; without a treadmill it passes."""
    for other in (person(400.0, lean_px=50.0), person(445.0), person(400.0, 310.0, trunk_px=140.0)):
        assert reasons(TREADMILL, other, person(400.0), person(400.0)) == [ELSEWHERE, SETTLING, None]
        assert reasons(None, other) == [None]


def test_a_runner_who_leaves_the_region_by_a_little_stays_and_by_more_is_lost_until_she_settles() -> None:
    little, more = person(400.0, feet_px=515.0), person(400.0, feet_px=540.0)
    back = person(400.0)
    assert reasons(TREADMILL, little, back, more, back, back) == [None, None, NOT_ON_TREADMILL, SETTLING, None]
    assert [o.reason for o in follow((0.0, little), treadmill=TREADMILL)] == [NOT_ON_TREADMILL]


def test_a_treadmill_that_seems_empty_for_a_moment_makes_nobody_wait() -> None:
    follower = Follower(TREADMILL)
    for n in range(4):
        follower.follow(Observation(n, n / 4.0, person(400.0)))
    assert follower.follow(Observation(4, 1.0, None, reason=EMPTY_TREADMILL)).reason == EMPTY_TREADMILL
    assert follower.follow(Observation(5, 1.1, person(400.0))).pose is not None
