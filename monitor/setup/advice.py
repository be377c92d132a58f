"""What is good about where the camera stands, what is not, and what to do about it: one thing at a time."""

import math
from dataclasses import dataclass
from enum import StrEnum

from monitor.setup.body import ANKLE_HEIGHT, SHOULDER_HEIGHT, Body
from monitor.setup.lens import Lens
from monitor.setup.light import BRIGHT_GREY, DARK_GREY, FLICKER, NOISY_GREY, Light
from monitor.setup.placing import Length, Placement

LARGEST, SMALLEST, BEST = 0.82, 0.42, 0.6
"""The body as a part of the picture's height: larger, feet leave it; smaller, hips are few pixels [ours]."""
NECK = 0.1
"""Above the middle of the shoulders, as a part of the body height."""
MARGIN = 0.04
"""About shoulders and soles, as a part of the picture's height."""
OFF_MIDDLE = 0.12
"""Of the hips, as a part of the picture's width."""
HEIGHT_CM = 10.0
"""Of the lens about the hips' height (science.md section 4)."""
ASIDE = 0.087
"""Of the distance: 5 degrees [ours]."""
MOST_ROLL_DEG = 5.0
FEWEST_HIP_PX = 45.0
"""A pixel at one hip is then 1.3 degrees [ours]."""
SHARP_MS = 4.0
UPRIGHT_THING = (
    "Put something upright into the picture that somebody on the treadmill does not hide: a door frame, a window, the "
    "corner of two walls, a string with a weight."
)


class Verdict(StrEnum):
    """How it is."""

    GOOD = "good"
    BETTER = "could be better"
    BAD = "to be put right"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the set-up."""

    name: str
    verdict: Verdict
    value: str
    """As found, in words."""
    advice: str = ""
    """What to do; empty where nothing is to be done."""


def first_advice(findings: list[Finding], *verdicts: Verdict) -> str:
    """What to do about the first finding of one of these verdicts, or nothing."""
    return next((f.advice for verdict in verdicts for f in findings if f.verdict is verdict), "")


def about_placement(placement: Placement, body: Body, lens: Lens) -> list[Finding]:
    """The most important first; who moves the camera must aim it afterwards."""
    return [
        _distance(placement, body),
        _height(placement.height_cm),
        _aside(placement),
        *_framing(body, lens),
        _roll(placement),
        _shape(placement, body),
    ]


def _stature_px(body: Body) -> float:
    return body.length_px / (SHOULDER_HEIGHT - ANKLE_HEIGHT)


def _distance(placement: Placement, body: Body) -> Finding:
    part = _stature_px(body) / body.size[1]
    distance = placement.distance_cm
    value = f"{length_text(distance)} from the lens to the runner, who fills {part:.0%} of the picture's height"
    if SMALLEST <= part <= LARGEST:
        return Finding("distance", Verdict.GOOD, value)
    move_cm = distance.value * abs(part / BEST - 1.0)
    way = "back, away from the treadmill," if part > BEST else "nearer to the treadmill,"
    return Finding("distance", Verdict.BAD, value, f"Move the camera {way} by {cm(move_cm)}.")


def _framing(body: Body, lens: Lens) -> list[Finding]:
    """Up and down, then sideways."""
    width, height = body.size
    stature = _stature_px(body)
    top = (body.shoulders[1] - NECK * stature) / height
    bottom = (body.ankles[1] + ANKLE_HEIGHT * stature) / height
    value = f"shoulders at {body.shoulders[1] / height:.0%} and soles at {bottom:.0%} of the picture's height"
    upright = Finding("framing", Verdict.GOOD, value)
    if top < MARGIN or bottom > 1.0 - MARGIN:
        over_px = ((top + bottom) / 2.0 - 0.5) * height
        turn_deg = _turn_deg(over_px, body, lens)
        way = "down" if over_px > 0.0 else "up"
        upright = Finding("framing", Verdict.BAD, value, f"Tilt the camera {way} by {turn_deg:.0f}°.")
    off = float(body.hips[0]) / width - 0.5
    value = f"hips {abs(off):.0%} of the picture's width {'right' if off > 0.0 else 'left'} of its middle"
    sideways = Finding("middle", Verdict.GOOD, value)
    if abs(off) > OFF_MIDDLE:
        way = "right" if off > 0.0 else "left"
        advice = f"Turn the camera to the {way} by {_turn_deg(off * width, body, lens):.0f}°."
        sideways = Finding("middle", Verdict.BAD, value, advice)
    return [upright, sideways]


def _height(height: Length | None) -> Finding:
    if height is None:
        return Finding("height", Verdict.UNKNOWN, "not known", UPRIGHT_THING)
    away = length_text(Length(abs(height.value), height.sd))
    value = f"lens {away} {'above' if height.value > 0.0 else 'below'} the hips"
    if abs(height.value) <= HEIGHT_CM:
        return Finding("height", Verdict.GOOD, value)
    verdict = _beyond(height, HEIGHT_CM)
    way = "Lower" if height.value > 0.0 else "Raise"
    return Finding("height", verdict, value, f"{way} the camera by {cm(abs(height.value))}, to the hips' height.")


def _aside(placement: Placement) -> Finding:
    aside = placement.aside_cm
    if aside is None:
        advice = "See that the long edges of the belt are in the picture, on both sides and behind the feet."
        return Finding("aside", Verdict.UNKNOWN, "the long edges of the belt were not found", advice)
    way = "right" if aside.value > 0.0 else "left"
    value = f"lens {length_text(Length(abs(aside.value), aside.sd))} {way} of the line that the belt runs along"
    if abs(aside.value) <= ASIDE * placement.distance_cm.value:
        return Finding("aside", Verdict.GOOD, value)
    back = "left" if way == "right" else "right"
    advice = f"Move the camera {cm(abs(aside.value))} to the {back}, and turn it so that it looks along the belt."
    return Finding("aside", _beyond(aside, ASIDE * placement.distance_cm.value), value, advice)


def _roll(placement: Placement) -> Finding:
    roll = placement.roll
    if roll is None:
        return Finding("roll", Verdict.UNKNOWN, placement.roll_doubt, UPRIGHT_THING)
    value = f"{roll.deg:+z.1f} ± {1.96 * roll.sd_deg:.1f}°, from {', '.join(roll.sources)}"
    if abs(roll.deg) > MOST_ROLL_DEG:
        way = "anticlockwise" if roll.deg > 0.0 else "clockwise"
        advice = f"Turn the camera {way} by {abs(roll.deg):.0f}°, as seen from behind it."
        return Finding("roll", Verdict.BAD, value, advice)
    if not roll.good_enough:
        return Finding("roll", Verdict.UNKNOWN, f"{value}; too unsure to be used", UPRIGHT_THING)
    return Finding("roll", Verdict.GOOD, f"{value}; it is taken out of what is measured")


def _shape(placement: Placement, body: Body) -> Finding:
    value = f"{placement.hip_width_px:.0f} pixels across the hips"
    if body.size[0] > body.size[1]:
        advice = (
            "Mount the camera on its side: the runner is then larger in the picture (camera_turn_deg, in the README)."
        )
        return Finding("size", Verdict.BETTER, value, advice)
    if placement.hip_width_px < FEWEST_HIP_PX:
        advice = "Move the camera nearer, or use one with more pixels: angles of the hips are read in them."
        return Finding("size", Verdict.BETTER, value, advice)
    return Finding("size", Verdict.GOOD, value)


def about_light(light: Light, exposure_ms: float | None) -> Finding:
    """Brightness, noise, flicker and, where the camera tells it, how long it exposes."""
    parts = [f"brightness {light.median_grey:.0f} of 255", f"noise {light.noise_grey:.1f}"]
    if exposure_ms is not None:
        parts.append(f"exposed for {exposure_ms:.1f} ms")
    value = ", ".join(parts)
    if light.flicker > FLICKER:
        advice = "The lamps flicker in the pictures: set mains_hz to 60 where the mains have 60 Hz, or use other lamps."
        return Finding("light", Verdict.BAD, f"{value}, flicker {light.flicker:.0%}", advice)
    if light.median_grey > BRIGHT_GREY:
        return Finding(
            "light", Verdict.BAD, value, "Too bright: turn the camera away from the window, or dim the lamps."
        )
    if light.median_grey < DARK_GREY or light.noise_grey > NOISY_GREY:
        return Finding("light", Verdict.BAD, value, "Too dark: put more light on the runner's back.")
    if exposure_ms is not None and exposure_ms > SHARP_MS:
        return Finding("light", Verdict.BETTER, value, "More light on the runner makes the pictures sharper.")
    return Finding("light", Verdict.GOOD, value)


def length_text(length: Length) -> str:
    """With half of its 95 % interval, in centimetres."""
    return f"{length.value:.0f} ± {1.96 * length.sd:.0f} cm"


def cm(value: float) -> str:
    """A way to move something: no finer than it can be measured."""
    return f"{value:.0f} cm" if value < 20.0 else f"{5.0 * round(value / 5.0):.0f} cm"


def _beyond(length: Length, limit: float) -> Verdict:
    """Of what lies beyond a limit: surely, or perhaps."""
    return Verdict.BAD if abs(length.value) - length.sd > limit else Verdict.BETTER


def _turn_deg(px: float, body: Body, lens: Lens) -> float:
    return max(1.0, math.degrees(math.atan2(abs(px), lens.focal_px(body.size))))
