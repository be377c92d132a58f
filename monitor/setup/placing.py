"""Where the camera stands, from one picture of the treadmill and somebody who stands on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitor.setup.body import ANKLE_HEIGHT, SHOULDER_HEIGHT, Body, Stature, hidden_by
from monitor.setup.deck import Heading, crosswise_deg, find_heading
from monitor.setup.lens import FloatArray, Lens
from monitor.setup.level import Level
from monitor.setup.roll import Estimate, Roll, combine
from monitor.setup.segments import Segments
from monitor.setup.verticals import Down, find_down

UPRIGHT, ACROSS, STANDING, BELT = "upright edges", "the deck's cross edges", "shoulders and feet", "the belt worn"
ACROSS_SD_DEG = 0.7
"""A treadmill is as level across as its floor [ours]."""
STANDING_SD_DEG = 1.5
"""Of the line from the feet to the shoulders: how people stand, and the pose network [ours]."""
BELT_SD_DEG = 2.0
"""How straight a strap is put on, and a pelvis stands [ours]."""
UNKNOWN = Down(0.0, 3.0, 0.0, 4.0)
"""A camera that somebody put up by eye, where nothing tells [ours]."""
ASIDE_SD_M = 0.015
"""Of the middle of the hips by the pose network: 32 rendered people [ours]."""
UNKNOWN_HEADING_SD = math.tan(math.radians(5.0))


@dataclass(frozen=True, slots=True)
class Length:
    """A length or an angle with its standard deviation."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True)
class Placement:
    """How the camera stands towards somebody on the treadmill."""

    roll: Roll | None
    """Where the hips are."""
    roll_doubt: str
    """Why there is no roll, or why it is not sure."""
    tilt_deg: Length | None
    """+ = the lens looks down."""
    distance_cm: Length
    """Along the floor, from the lens to the hips."""
    height_cm: Length | None
    """Of the lens above the hips; None where it cannot be told."""
    aside_cm: Length | None
    """Of the lens to the right of the line that the hips run along; None where the deck is not seen."""
    hip_width_px: float
    """Between the hip joints."""


@dataclass(frozen=True, slots=True)
class _Found:
    down: Down
    level: Level
    heading: Heading | None
    plumb: bool
    """Whether anything upright was seen."""
    doubt: str


def placement(
    segments: Segments,
    body: Body,
    stature: Stature,
    lens: Lens,
    *,
    people: Body | None = None,
    stands: bool = False,
    belt_deg: float | None = None,
) -> Placement:
    """Where the camera stands.

    Args:
        segments: straight edges of the picture.
        body: who stands on the treadmill.
        stature: of that person.
        lens: of the camera.
        people: who hides part of the picture of the segments.
        stands: whether that person stands still and straight.
        belt_deg: picture angle of the belt that this person wears, if one was read.
    """
    if people is not None:
        segments = segments.where(~hidden_by(people, segments.middles))
    by_lens = [
        _placement(segments, body, stature, lens.with_focal(times), stands, belt_deg)
        for times in (1.0, 1.0 - lens.relative_sd, 1.0 + lens.relative_sd)
    ]
    return _less_sure(*by_lens)


def _placement(
    segments: Segments, body: Body, stature: Stature, lens: Lens, stands: bool, belt_deg: float | None
) -> Placement:
    """By a lens that is sure."""
    found = _find(segments, body, stature, lens)
    shoulders, hips, ankles = _points(found.level, body)
    distance_m = _distance_m(shoulders, ankles, stature)
    estimates = [Estimate(UPRIGHT, found.down.roll_deg, found.down.roll_sd_deg)] if found.plumb else []
    if found.heading is not None:
        across_deg = crosswise_deg(segments, found.level, found.heading, ankles, distance_m)
        if across_deg is not None:
            estimates.append(Estimate(ACROSS, found.down.roll_deg + across_deg, ACROSS_SD_DEG))
    if stands:
        leaning = math.degrees(math.atan2(shoulders[0] - ankles[0], ankles[1] - shoulders[1]))
        estimates.append(Estimate(STANDING, found.down.roll_deg - leaning, STANDING_SD_DEG))
        if belt_deg is not None:
            off_deg = belt_deg - found.level.picture_angle_deg(_across(found.heading), hips)
            estimates.append(Estimate(BELT, found.down.roll_deg + off_deg, BELT_SD_DEG))
    roll = combine(estimates)
    doubt = found.doubt if isinstance(roll, Roll) else roll
    level = found.level
    if isinstance(roll, Roll):
        level = Level.of(replace(found.down, roll_deg=roll.deg), lens)
        roll = _at_hips(roll, level, found.heading, _points(level, body)[1])
    return _measure(replace(found, level=level), body, stature, lens, roll if isinstance(roll, Roll) else None, doubt)


def _less_sure(found: Placement, *others: Placement) -> Placement:
    """What was found, with what other lenses would make of it in its standard deviations."""
    roll = found.roll
    if roll is not None:
        rolls = [Length(other.roll.deg, 0.0) for other in others if other.roll is not None]
        roll = replace(roll, sd_deg=_spread(Length(roll.deg, roll.sd_deg), rolls).sd)
    return replace(
        found,
        roll=roll,
        tilt_deg=found.tilt_deg and _spread(found.tilt_deg, [other.tilt_deg for other in others]),
        distance_cm=_spread(found.distance_cm, [other.distance_cm for other in others]),
        height_cm=found.height_cm and _spread(found.height_cm, [other.height_cm for other in others]),
        aside_cm=found.aside_cm and _spread(found.aside_cm, [other.aside_cm for other in others]),
    )


def _spread(length: Length, others: Sequence[Length | None]) -> Length:
    off = max((abs(other.value - length.value) for other in others if other is not None), default=0.0)
    return Length(length.value, math.hypot(length.sd, off))


def _find(segments: Segments, body: Body, stature: Stature, lens: Lens) -> _Found:
    """Down and the belt's heading. The deck's edges run so steeply in the picture that they can pass for upright."""
    down = find_down(segments, lens)
    plumb, doubt = (True, "") if isinstance(down, Down) else (False, down)
    guess = down if isinstance(down, Down) else UNKNOWN
    level, heading = _heading(segments, body, stature, lens, guess)
    if heading is not None:
        better = find_down(segments.where(~heading.edges), lens)
        plumb, doubt = (True, "") if isinstance(better, Down) else (False, better)
        guess = better if isinstance(better, Down) else UNKNOWN
        level, heading = _heading(segments, body, stature, lens, guess)
    return _Found(guess, level, heading, plumb, doubt)


def _heading(segments: Segments, body: Body, stature: Stature, lens: Lens, down: Down) -> tuple[Level, Heading | None]:
    level = Level.of(down, lens)
    shoulders, _, ankles = _points(level, body)
    return level, find_heading(segments, level, ankles, _distance_m(shoulders, ankles, stature))


def _points(level: Level, body: Body) -> FloatArray:
    """(3, 2) slopes of shoulders, hips and ankles."""
    return level.slopes(np.array([body.shoulders, body.hips, body.ankles]), body.size)


def _distance_m(shoulders: FloatArray, ankles: FloatArray, stature: Stature) -> float:
    length_m = (SHOULDER_HEIGHT - ANKLE_HEIGHT) * stature.cm / 100.0
    return float(length_m / max(ankles[1] - shoulders[1], 1e-3))


def _across(heading: Heading | None) -> FloatArray:
    """(3,) the level direction to the right, across the belt."""
    return np.array([1.0, 0.0, -(heading.slope if heading else 0.0)])


def _at_hips(roll: Roll, level: Level, heading: Heading | None, hips: FloatArray) -> Roll:
    """The roll of a level line across the belt where the hips are: away from the horizon it depends on the heading."""
    across = _across(heading) if heading else np.array([1.0, 0.0, -hips[0]])
    slope_sd = heading.slope_sd if heading else UNKNOWN_HEADING_SD
    deg = level.picture_angle_deg(across, hips)
    return Roll(deg, math.hypot(roll.sd_deg, math.degrees(abs(hips[1]) * slope_sd)), roll.sources)


def _measure(found: _Found, body: Body, stature: Stature, lens: Lens, roll: Roll | None, doubt: str) -> Placement:
    shoulders, hips, ankles = _points(found.level, body)
    distance_m = _distance_m(shoulders, ankles, stature)
    scale_sd = stature.relative_sd
    distance = Length(100.0 * distance_m, 100.0 * distance_m * scale_sd)
    height = aside = tilt = None
    if found.plumb:
        tilt = Length(found.down.tilt_deg, found.down.tilt_sd_deg)
        height_cm = 100.0 * distance_m * hips[1]
        tilt_cm = 100.0 * distance_m * math.radians(found.down.tilt_sd_deg)
        height = Length(height_cm, math.hypot(tilt_cm, height_cm * scale_sd))
    if found.heading is not None:
        slope = found.heading.slope
        aside_cm = 100.0 * distance_m * (slope - hips[0]) / (1.0 + slope * hips[0])
        aside_sd_cm = 100.0 * math.hypot(distance_m * found.heading.slope_sd, ASIDE_SD_M)
        aside = Length(aside_cm, math.hypot(aside_sd_cm, aside_cm * scale_sd))
    hip_width_px = 0.1 * stature.cm / 100.0 / distance_m * lens.focal_px(body.size)
    return Placement(roll, doubt, tilt, distance, height, aside, hip_width_px)
