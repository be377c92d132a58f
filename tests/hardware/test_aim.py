"""The geometry of lens, distance and height."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import aim, optics
from hardware.aim import Place
from monitor.camera.pi import PiSettings

angles = st.floats(-12.0, 12.0)
distances = st.floats(1.0, 4.0)


def seen_deg(place: Place, drop_deg: float, rotation_deg: float) -> float:
    right, up = aim.hips_seen_px(place, 1000.0, drop_deg=drop_deg, rotation_deg=rotation_deg)
    return math.degrees(math.atan2(-up, right))


def test_ten_degrees_of_elevation_and_eight_of_rotation_fake_what_science_says() -> None:
    place = Place(2.5, above_m=2.5 * math.tan(math.radians(10.0)))
    assert abs(seen_deg(place, 0.0, 8.0)) == pytest.approx(1.4, abs=0.05)


@given(distance_m=distances, rotation_deg=angles, aside_deg=angles, pan_deg=angles, pitch_deg=angles)
def test_a_level_pelvis_looks_level_from_its_own_height(
    distance_m: float, rotation_deg: float, aside_deg: float, pan_deg: float, pitch_deg: float
) -> None:
    place = Place(distance_m, aside_deg=aside_deg, pan_deg=pan_deg)
    assert seen_deg(place, 0.0, rotation_deg) == pytest.approx(0.0, abs=1e-9)
    assert seen_deg(Place(distance_m, pitch_deg=pitch_deg), 0.0, rotation_deg) == pytest.approx(0.0, abs=1e-9)


@given(drop_deg=angles, distance_m=distances)
def test_a_drop_seen_from_straight_behind_is_itself(drop_deg: float, distance_m: float) -> None:
    assert seen_deg(Place(distance_m), drop_deg, 0.0) == pytest.approx(drop_deg)


@given(roll_deg=st.floats(-2.0, 2.0), distance_m=distances)
def test_roll_adds_to_one_side_what_it_takes_from_the_other(roll_deg: float, distance_m: float) -> None:
    level = aim.fakes_deg(Place(distance_m))
    left, right = aim.fakes_deg(Place(distance_m, roll_deg=roll_deg))
    assert left - level[0] == pytest.approx(-roll_deg)
    assert right - level[1] == pytest.approx(roll_deg)


@given(place=st.builds(Place, distances, st.floats(-0.4, 0.4), angles, angles, angles, angles))
def test_the_mirrored_place_swaps_the_sides(place: Place) -> None:
    mirrored = replace(place, aside_deg=-place.aside_deg, pan_deg=-place.pan_deg, roll_deg=-place.roll_deg)
    assert aim.fakes_deg(mirrored) == pytest.approx(aim.fakes_deg(place)[::-1])


@given(height_m=st.floats(-0.4, 0.4), distance_m=distances)
def test_height_does_the_same_to_both_sides(height_m: float, distance_m: float) -> None:
    left, right = aim.fakes_deg(Place(distance_m, above_m=height_m))
    assert left == pytest.approx(right)


@pytest.mark.parametrize("camera", optics.CAMERAS, ids=lambda camera: camera.name)
def test_who_just_fits_at_the_nearest_distance_is_the_tallest_there(camera: optics.Camera) -> None:
    view = optics.view(camera)
    near_m = aim.nearest_m(view, 1.8)
    assert aim.tallest_m(view, near_m) == pytest.approx(1.8)
    assert aim.tallest_m(view, near_m + 0.1) > 1.8 > aim.tallest_m(view, near_m - 0.1)


@given(distance_m=distances, hips_m=st.floats(0.1, 0.3))
def test_twice_as_far_is_half_as_large(distance_m: float, hips_m: float) -> None:
    view = optics.view(optics.MODULE_3)
    assert aim.hips_px(view, distance_m, hips_m) == pytest.approx(2.0 * aim.hips_px(view, 2.0 * distance_m, hips_m))
    assert aim.hips_px(view, distance_m, hips_m) == pytest.approx(view.focal_px * hips_m / distance_m)


@given(distance_m=distances)
def test_the_lens_height_that_is_allowed_fakes_what_is_allowed(distance_m: float) -> None:
    above_m = aim.height_tolerance_m(distance_m)
    left, _ = aim.fakes_deg(Place(distance_m, above_m), 0.0)
    assert abs(left) == pytest.approx(aim.ALLOWED_DEG, abs=1e-6)


def test_the_pictures_are_those_that_the_unit_takes() -> None:
    long_px, short_px = PiSettings().size
    usual = optics.view(optics.MODULE_3)
    assert (usual.size, usual.fps) == ((short_px, long_px), pytest.approx(50.0))
    assert usual.angles_deg == pytest.approx((40.1, 66.0), abs=0.05), "the whole sensor"
    fast = optics.view(optics.MODULE_3, wished_fps=100.0)
    assert fast.focal_px == pytest.approx(1.5 * usual.focal_px), "two thirds of the sensor"
    assert optics.view(optics.MODULE_3, mains_hz=60).fps == pytest.approx(40.0)
    still = optics.view(optics.GLOBAL_SHUTTER, portrait=False)
    assert still.angles_deg[0] == pytest.approx(2.0 * math.degrees(math.atan(1456 * 0.00345 / 2.0 / 6.0)))
    assert still.readout_ms == aim.later_ms(still, 2.0) == 0.0


def test_a_camera_on_its_side_makes_the_runner_as_much_larger_as_the_settings_say() -> None:
    upright = optics.view(optics.MODULE_3)
    lying = optics.view(optics.MODULE_3, portrait=False)
    ratio = [aim.hips_px(view, aim.nearest_m(view), 0.18) for view in (upright, lying)]
    assert ratio[0] / ratio[1] == pytest.approx(1.8, abs=0.05)


def test_the_hips_keep_their_length() -> None:
    """Far away the pinhole is a parallel projection: length and direction of the hip line are those of space."""
    seen = aim.hips_seen_px(Place(1e5), 1e5, drop_deg=7.0, rotation_deg=30.0, hips_m=0.2)
    across = math.cos(math.radians(7.0)) * math.cos(math.radians(30.0))
    assert seen == pytest.approx(0.2 * np.array([across, -math.sin(math.radians(7.0))]), rel=1e-4)
