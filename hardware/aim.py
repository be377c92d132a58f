"""Where the camera hangs and what follows: who fits into the picture, how large the hips are, what a wrong place fakes.

The runner's axes: x to the right, y away from the camera, z up, metres; the origin is the middle of the hips.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hardware.optics import View

HIPS_M = 0.170, 0.178, 0.200
"""Between the hip joint centres: narrow, usual, wide (science.md §4)."""
HIP_HEIGHT, SHOULDER_HEIGHT = 0.530, 0.818
"""Shares of the body height (Drillis and Contini 1966)."""
SHORTEST_M, TALLEST_M = 1.5, 2.0
SPARE_M = 0.05
"""Below the feet and above the shoulders: runners bounce [ours]."""
ROTATION_DEG = 8.0
"""Of the pelvis about the upright axis (science.md §4)."""
DROP_DEG = 5.0
FALLING_M_S = 0.7
"""How fast a hip may fall at contact (monitor/camera/pi.py)."""
ALLOWED_DEG = 0.5
"""What the height of the lens may fake [ours]."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the camera stands and how it is turned."""

    distance_m: float
    above_m: float = 0.0
    """The lens above the hips."""
    aside_deg: float = 0.0
    """So far to the right of straight behind, looking at the runner all the same."""
    pan_deg: float = 0.0
    """So far to the right of the runner it looks."""
    pitch_deg: float = 0.0
    """So far down it looks."""
    roll_deg: float = 0.0
    """By so much a level line rises towards picture-right."""


def hips_seen_px(
    place: Place, focal_px: float, *, drop_deg: float = 0.0, rotation_deg: float = 0.0, hips_m: float = HIPS_M[1]
) -> npt.NDArray[np.float64]:
    """The right hip less the left in the picture, pixels (right, up), through a pinhole.

    :param drop_deg: the right hip is lower.
    :param rotation_deg: the right hip is further from the camera.
    """
    drop, turn = math.radians(drop_deg), math.radians(rotation_deg)
    half = hips_m / 2.0 * np.array([math.cos(drop) * math.cos(turn), math.cos(drop) * math.sin(turn), -math.sin(drop)])
    aside, down = math.radians(place.aside_deg), math.radians(place.pitch_deg)
    eye = np.array([math.sin(aside), -math.cos(aside), 0.0]) * place.distance_m + [0.0, 0.0, place.above_m]
    heading = math.radians(place.pan_deg) - aside
    level = np.array([math.sin(heading), math.cos(heading), 0.0])
    right = np.array([math.cos(heading), -math.sin(heading), 0.0])
    upright = np.array([0.0, 0.0, 1.0])
    forward = math.cos(down) * level - math.sin(down) * upright
    up = math.sin(down) * level + math.cos(down) * upright
    left_px, right_px = (
        focal_px * np.array([ray @ right, ray @ up]) / (ray @ forward) for ray in (-half - eye, half - eye)
    )
    roll = math.radians(place.roll_deg)
    turned = np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
    return turned @ (right_px - left_px)


def fakes_deg(place: Place, drop_deg: float = DROP_DEG) -> tuple[float, float]:
    """How much too great a drop reads in the stance of the left and of the right leg, the swing hip 8° ahead.

    The stance of the right leg is that of the left in a mirror, so that a camera's error is mirrored instead.
    """
    mirrored = Place(
        place.distance_m, place.above_m, -place.aside_deg, -place.pan_deg, place.pitch_deg, -place.roll_deg
    )
    return _fakes_deg(place, drop_deg), _fakes_deg(mirrored, drop_deg)


def _fakes_deg(place: Place, drop_deg: float) -> float:
    right, up = hips_seen_px(place, 1.0, drop_deg=drop_deg, rotation_deg=ROTATION_DEG)
    return math.degrees(math.atan2(-up, right)) - drop_deg


def hips_px(view: View, distance_m: float, hips_m: float) -> float:
    """Across level hips in the middle of the picture, pixels."""
    return float(np.hypot(*hips_seen_px(Place(distance_m), view.focal_px, hips_m=hips_m)))


def tallest_m(view: View, distance_m: float) -> float:
    """The tallest runner who fits, feet to shoulders, when the lens is at the hips and tilted for the best picture."""
    return _last(lambda height_m: sum(sight_deg(height_m, distance_m)) <= view.angles_deg[1], 0.0, 10.0)


def nearest_m(view: View, height_m: float = TALLEST_M) -> float:
    """The shortest distance at which a runner of this height fits."""
    return -_last(lambda negative: sum(sight_deg(height_m, -negative)) <= view.angles_deg[1], -50.0, -0.1)


def sight_deg(height_m: float, distance_m: float) -> tuple[float, float]:
    """From a lens at the hips: how far down the feet are, and how far up the shoulders."""
    down_m = HIP_HEIGHT * height_m + SPARE_M
    up_m = (SHOULDER_HEIGHT - HIP_HEIGHT) * height_m + SPARE_M
    return math.degrees(math.atan(down_m / distance_m)), math.degrees(math.atan(up_m / distance_m))


def height_tolerance_m(distance_m: float) -> float:
    """By how much the lens may be above or below the hips before that fakes `ALLOWED_DEG` of drop."""
    return _last(lambda above_m: abs(fakes_deg(Place(distance_m, above_m), 0.0)[0]) <= ALLOWED_DEG, 0.0, distance_m)


def one_height_m() -> tuple[float, float]:
    """The height above the belt for a lens that stays where it is, and by how much hips then differ from it."""
    low_m, high_m = HIP_HEIGHT * SHORTEST_M, HIP_HEIGHT * TALLEST_M
    return (low_m + high_m) / 2.0, (high_m - low_m) / 2.0


def later_ms(view: View, distance_m: float) -> float:
    """How much later a camera on its side sees one hip than the other."""
    return view.readout_ms * hips_px(view, distance_m, HIPS_M[1]) / view.size[0]


def tilted_by_later_deg(view: View, distance_m: float) -> float:
    """What that adds to one side's drop, and takes from the other's, while the hips fall."""
    return math.degrees(math.atan(FALLING_M_S * later_ms(view, distance_m) / 1e3 / HIPS_M[1]))


def _last(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The greatest value up to which `holds` does, by halving."""
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
