"""People around a treadmill, in metres, seen by a camera behind it."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pose.region import Region, region_of
from monitor.pose.runner import LEEWAY_TRUNKS, Place, doubt
from monitor.vocabulary import Landmark, Pose

WIDTH, HEIGHT, FOCAL_PX = 1280, 720, 640.0
LENS_M, DECK_M, BELT_M = 0.95, 0.2, 0.5
"""Heights above the floor of lens and belt; width of the belt."""


@dataclass(frozen=True)
class Somebody:
    """Where the feet are, to the right of the treadmill's middle line and ahead of the lens, and on what height."""

    right_m: float = 0.0
    ahead_m: float = 3.0
    ground_m: float = DECK_M
    stature_m: float = 1.75
    lean_m: float = 0.0
    """Of the shoulders, to the right."""
    hips_m: float = 0.0
    """Of the hips, to the right."""
    apart_m: float = 0.1
    """Each foot from the middle."""
    lifted_m: tuple[float, float] = (0.0, 0.0)
    behind_m: tuple[float, float] = (0.0, 0.0)

    def seen(self) -> Pose:
        """The body's points, 0.28 of the stature from hips to shoulders."""
        landmarks = np.full((33, 3), np.nan)

        def put(left: Landmark, apart_m: float, shift_m: float, height_m: float) -> None:
            for side, (lifted_m, behind_m) in enumerate(zip(self.lifted_m, self.behind_m, strict=True)):
                feet = left == Landmark.LEFT_ANKLE
                right_m = self.right_m + shift_m + (2 * side - 1) * apart_m
                up_m = self.ground_m + height_m + feet * lifted_m
                ahead_m = self.ahead_m - feet * behind_m
                u_px = WIDTH / 2.0 + FOCAL_PX * right_m / ahead_m
                v_px = HEIGHT / 2.0 + FOCAL_PX * (LENS_M - up_m) / ahead_m
                landmarks[left + side] = (u_px / WIDTH, v_px / HEIGHT, 1.0)

        put(Landmark.LEFT_SHOULDER, 0.18, self.lean_m, 0.8 * self.stature_m)
        put(Landmark.LEFT_HIP, 0.09, self.hips_m, 0.52 * self.stature_m)
        put(Landmark.LEFT_ANKLE, self.apart_m, 0.0, 0.08)
        return Pose(landmarks, WIDTH, HEIGHT)


def located(*people: Somebody) -> Region:
    return region_of([somebody.seen() for somebody in people])


STANDING = located(Somebody())
MIDST = Somebody(lifted_m=(0.05, 0.4), behind_m=(0.1, 0.5), apart_m=0.06)
TOE_OFF = Somebody(lifted_m=(0.1, 0.35), behind_m=(0.45, 0.1), apart_m=0.06)
CONTACT = Somebody(behind_m=(-0.25, 0.5), lifted_m=(0.02, 0.45), apart_m=0.06)
FLIGHT = Somebody(lifted_m=(0.12, 0.4), behind_m=(-0.2, 0.5), apart_m=0.06)
STRIDE = (MIDST, TOE_OFF, CONTACT, FLIGHT)
RUNNING = located(*STRIDE)


def test_where_somebody_stood_is_about_as_wide_as_the_belt() -> None:
    belt = FOCAL_PX * BELT_M / 3.0 / WIDTH
    for region in (STANDING, RUNNING):
        assert (region.left + region.right) / 2.0 == pytest.approx(0.5, abs=1e-3)
        assert 0.8 * belt < region.right - region.left < 1.5 * belt


@pytest.mark.parametrize("region", [STANDING, RUNNING])
@given(
    right_m=st.floats(-0.15, 0.15),
    ahead_m=st.floats(2.5, 3.5),
    stature_m=st.floats(1.5, 2.0),
    lean_m=st.floats(-0.1, 0.1),
)
def test_a_runner_anywhere_on_the_belt_is_on_the_treadmill(
    region: Region, right_m: float, ahead_m: float, stature_m: float, lean_m: float
) -> None:
    """She is taken in a stance, and then kept through the whole stride."""
    stride = [
        replace(phase, right_m=right_m, ahead_m=ahead_m, stature_m=stature_m, lean_m=lean_m).seen() for phase in STRIDE
    ]
    assert region.holds(stride[STRIDE.index(TOE_OFF)])
    assert all(region.holds(pose, LEEWAY_TRUNKS) for pose in stride)


@pytest.mark.parametrize("region", [STANDING, RUNNING])
@pytest.mark.parametrize("feet_m", [0.3, 0.4])
def test_who_stands_astride_the_belt_is_on_the_treadmill(region: Region, feet_m: float) -> None:
    assert region.holds(Somebody(apart_m=feet_m).seen())


@pytest.mark.parametrize("region", [STANDING, RUNNING])
@pytest.mark.parametrize(
    "somebody",
    [
        *(Somebody(right_m=x, ahead_m=z, ground_m=0.0) for x in (-0.4, 0.0, 0.3) for z in (1.2, 1.6, 2.0)),
        *(Somebody(right_m=x, ahead_m=z, ground_m=0.0) for x in (-0.6, 0.0, 0.2) for z in (5.5, 7.0)),
        *(replace(phase, right_m=x) for phase in STRIDE for x in (-0.9, 0.8)),
        *(Somebody(right_m=x, lean_m=-x, ground_m=0.0, ahead_m=z) for x in (-0.5, 0.5) for z in (2.6, 3.0, 3.4)),
        *(Somebody(right_m=x, hips_m=1.1 * x, lean_m=-x) for x in (-0.22, 0.22)),
        *(Somebody(right_m=x, hips_m=-0.6 * x, lean_m=-x) for x in (-0.5, 0.5)),
        *(replace(phase, ahead_m=z) for phase in STRIDE for z in (5.0, 6.0)),
    ],
    ids=lambda somebody: (
        f"{somebody.right_m:g} m, {somebody.ahead_m:g} m, {somebody.lean_m:g} m, {somebody.hips_m:g} m"
    ),
)
@pytest.mark.parametrize("near", [None, Place.of(MIDST.seen())], ids=["no runner yet", "a runner"])
def test_nobody_else_is(region: Region, somebody: Somebody, near: Place | None) -> None:
    """Between camera and treadmill, beyond it, on the next one, beside it and leaning in, at its edge with feet or hips
    alone over the belt, in a mirror ahead."""
    assert doubt(somebody.seen(), Place.of(somebody.seen()), near, region) is not None


def test_stepping_on_and_off_changes_it_once() -> None:
    """From the floor beside the treadmill onto its rail, then the belt, and off on the other side."""
    steps = [
        (0.7, 0.0),
        (0.5, 0.1),
        (0.35, DECK_M),
        (0.15, DECK_M),
        (0.0, DECK_M),
        (-0.2, DECK_M),
        (-0.5, 0.1),
        (-0.7, 0.0),
    ]
    held = [STANDING.holds(Somebody(right_m=x, ground_m=y).seen()) for x, y in steps]
    assert held == [False, False, False, True, True, True, False, False]


@given(st.floats(0.3, 3.0))
def test_the_size_of_the_picture_changes_nothing(scale: float) -> None:
    for somebody, on_it in ((MIDST, True), (replace(MIDST, right_m=0.9), False)):
        pose = somebody.seen()
        scaled = Pose(pose.landmarks, round(scale * WIDTH), round(scale * HEIGHT))
        assert STANDING.holds(scaled) is on_it


def test_a_pose_without_feet_is_on_no_treadmill() -> None:
    pose = MIDST.seen()
    pose.landmarks[[Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE]] = np.nan
    assert not STANDING.holds(pose)


def test_where_nobody_was_seen_the_size_does_not_matter() -> None:
    """A region drawn by hand may be much wider than the belt, or narrower."""
    wide, narrow = Region(0.1, 0.6, 0.9, 0.9), Region(0.48, 0.65, 0.52, 0.8)
    assert wide.holds(MIDST.seen())
    assert narrow.holds(MIDST.seen())


def test_few_wrong_ankles_do_not_move_the_region() -> None:
    poses = [replace(STRIDE[n % 4], right_m=0.02 * (n % 3 - 1)).seen() for n in range(60)]
    good = region_of(poses)
    for n in (7, 31):
        poses[n].landmarks[Landmark.LEFT_ANKLE, :2] = (0.9, 0.1)
    bad = region_of(poses)
    for side in ("left", "top", "right", "bottom"):
        assert getattr(bad, side) == pytest.approx(getattr(good, side), abs=0.01)


def test_feet_at_the_pictures_edge_give_a_region_within_it() -> None:
    pose = Somebody(right_m=1.9, ahead_m=2.0).seen()
    pose.landmarks[[Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], 1] = 0.99
    region = region_of([pose])
    assert (region.right, region.bottom) == (1.0, 1.0)


@pytest.mark.parametrize(
    "sides",
    [
        (0.5, 0.7, 0.5, 0.8),
        (0.3, 0.8, 0.6, 0.7),
        (-0.1, 0.7, 0.5, 0.8),
        (0.3, 0.7, 0.6, 1.1),
        (0.3, 0.7, float("nan"), 0.8),
    ],
)
def test_a_region_that_cannot_be_is_refused(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="a region has"):
        Region(*sides)
    with pytest.raises(ValueError, match="a trunk has"):
        Region(0.3, 0.7, 0.6, 0.8, 0.0)


def test_a_region_is_read_from_four_numbers() -> None:
    assert Region.parse("0.3, 0.7,0.6,0.95") == Region(0.3, 0.7, 0.6, 0.95)
    for text in ("0.3,0.7,0.6", "0.3,0.7,0.6,x", ""):
        with pytest.raises(ValueError, match="four numbers"):
            Region.parse(text)
