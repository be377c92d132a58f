"""Where the camera stands, in drawn rooms where that is known."""

import math
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.setup import Lens, Placement, Roll, Stature
from monitor.setup.body import Body, body_of
from monitor.setup.placing import placement
from monitor.setup.roll import Estimate, combine
from monitor.setup.segments import find_segments
from monitor.setup.verticals import CONTRADICTORY, NOTHING_UPRIGHT, find_down
from tests.setup.drawing import HEIGHT_CM, Scene

TALL = Stature.of(HEIGHT_CM)
SCENES = st.builds(
    Scene,
    roll_deg=st.floats(-5.0, 5.0),
    tilt_deg=st.floats(-5.0, 9.0),
    yaw_deg=st.floats(-4.0, 4.0),
    distance_m=st.floats(2.0, 3.2),
    lens_m=st.floats(0.7, 1.3),
    aside_m=st.floats(-0.4, 0.4),
)


def body(scene: Scene) -> Body:
    found = body_of([scene.pose()])
    assert found is not None
    return found


def placed(scene: Scene, *, person: bool = False, lean_deg: float | None = None) -> Placement:
    standing = body_of([scene.pose(lean_deg or 0.0)])
    assert standing is not None
    segments = find_segments(scene.picture(person=person))
    people = standing if person else None
    return placement(segments, standing, TALL, scene.lens, people=people, stands=lean_deg is not None)


@settings(max_examples=12)
@given(scene=SCENES)
def test_it_is_found_where_it_is(scene: Scene) -> None:
    found = placed(scene)
    assert found.roll is not None
    assert found.roll.good_enough
    assert found.roll.deg == pytest.approx(scene.level_deg(), abs=0.3)
    assert found.distance_cm.value == pytest.approx(100.0 * scene.distance_m, rel=0.03)
    assert found.height_cm is not None
    assert found.aside_cm is not None
    assert found.height_cm.value == pytest.approx(100.0 * (scene.lens_m - 0.531 * 1.75), abs=5.0)
    assert found.aside_cm.value == pytest.approx(100.0 * scene.aside_m, abs=3.0)


@settings(max_examples=6)
@given(scene=SCENES, more_deg=st.floats(-3.0, 3.0))
def test_rolling_the_picture_changes_the_roll_by_as_much(scene: Scene, more_deg: float) -> None:
    picture = scene.picture()
    middle = scene.size[0] / 2.0, scene.size[1] / 2.0
    turned = cv2.warpAffine(
        picture, cv2.getRotationMatrix2D(middle, more_deg, 1.0), scene.size, borderMode=cv2.BORDER_REPLICATE
    )
    before, after = (find_down(find_segments(np.asarray(of, np.uint8)), scene.lens) for of in (picture, turned))
    assert not isinstance(before, str)
    assert not isinstance(after, str)
    assert after.roll_deg - before.roll_deg == pytest.approx(more_deg, abs=0.25)


@settings(max_examples=6)
@given(scene=SCENES)
def test_a_mirror_changes_signs_and_no_sizes(scene: Scene) -> None:
    segments = find_segments(scene.picture())
    flipped = find_segments(np.ascontiguousarray(scene.picture()[:, ::-1]))
    one = placement(segments, body(scene), TALL, scene.lens)
    other = placement(flipped, body(scene.mirrored()), TALL, scene.lens)
    assert one.roll is not None
    assert other.roll is not None
    assert other.roll.deg == pytest.approx(-one.roll.deg, abs=0.1)
    assert one.aside_cm is not None
    assert other.aside_cm is not None
    assert other.aside_cm.value == pytest.approx(-one.aside_cm.value, abs=1.0)
    assert other.distance_cm.value == pytest.approx(one.distance_cm.value, rel=1e-2)


def test_a_larger_picture_says_the_same() -> None:
    scene = Scene(roll_deg=2.0, tilt_deg=4.0, lens_m=1.1, aside_m=0.2)
    small, large = placed(scene), placed(replace(scene, size=(1080, 1920)))
    assert small.roll is not None
    assert large.roll is not None
    assert large.roll.deg == pytest.approx(small.roll.deg, abs=0.1)
    assert large.distance_cm.value == pytest.approx(small.distance_cm.value, rel=0.01)
    assert large.hip_width_px == pytest.approx(1.5 * small.hip_width_px, rel=0.01)


def test_somebody_who_stands_in_the_picture_changes_little() -> None:
    scene = Scene(roll_deg=-2.0, tilt_deg=3.0)
    alone, peopled = placed(scene), placed(scene, person=True, lean_deg=0.0)
    assert alone.roll is not None
    assert peopled.roll is not None
    assert peopled.roll.deg == pytest.approx(alone.roll.deg, abs=0.3)
    assert "shoulders and feet" in peopled.roll.sources


def test_a_bare_wall_has_no_roll() -> None:
    found = placed(Scene(bare=True))
    assert (found.roll, found.height_cm, found.aside_cm) == (None, None, None)
    assert found.roll_doubt == "nothing in the picture tells it"
    assert find_down(find_segments(Scene(bare=True).picture()), Scene().lens) == NOTHING_UPRIGHT


def test_who_leans_far_contradicts_the_walls() -> None:
    found = placed(Scene(), lean_deg=8.0)
    assert found.roll is None
    assert re.fullmatch(r"upright edges say \+0\.0°, but shoulders and feet -(7\.9|8\.\d)°", found.roll_doubt)


def test_two_rooms_in_one_picture_contradict_each_other() -> None:
    level, rolled = (find_segments(Scene(roll_deg=deg).picture()) for deg in (0.0, 7.0))
    both = replace(level, ends=np.concatenate([level.ends, rolled.ends]))
    assert find_down(both, Scene().lens) == CONTRADICTORY


def test_estimates_are_weighed_by_their_certainty() -> None:
    roll = combine([Estimate("a", 1.0, 0.1), Estimate("b", 1.3, 0.2)])
    assert isinstance(roll, Roll)
    assert (roll.deg, roll.sd_deg) == (pytest.approx(1.06), pytest.approx(math.sqrt(1.0 / 125.0)))
    assert roll.sources == ("a", "b")
    assert combine([Estimate("a", 1.0, 0.1), Estimate("b", 2.0, 0.2)]) == "a say +1.0°, but b +2.0°"


def test_who_is_not_told_is_less_certain() -> None:
    scene = Scene()
    segments = find_segments(scene.picture())
    told, usual = (placement(segments, body(scene), Stature.of(cm), scene.lens) for cm in (HEIGHT_CM, None))
    assert usual.distance_cm.sd > 2.0 * told.distance_cm.sd
    unknown = placement(segments, body(scene), TALL, Lens.of(None))
    assert unknown.distance_cm.sd > 3.0 * told.distance_cm.sd


def test_lenses() -> None:
    assert Lens.of(None, "imx708_wide_noir") == Lens(102.0, 0.01)
    assert Lens.of(None, "imx708") == Lens(66.0, 0.01)
    assert Lens.of(None, "imx708", 2.0 / 3.0) == Lens(46.8, 0.01)
    assert Lens.of(None, "imx296").relative_sd > 0.1
    assert Lens.of(78.0, "imx708") == Lens(78.0, 0.03)
    with pytest.raises(ValueError, match="10 to 150"):
        Lens(5.0, 0.1)
