"""How often a Pi camera exposes, how long, and when in a frame: arithmetic on what it has metered and promised.

Times are in microseconds where the camera's controls are, in seconds where frames are. A gain multiplies brightness: 1
is the sensor as it is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

SHARP_US = 4000
"""No longer than this where the light allows: hips that move at 1 m/s are smeared over 4 mm [ours]."""
MOST_GAIN = 8.0
"""Beyond it, twice the smear does less harm than the noise [ours]."""
LONGEST_US = 8000
"""Twice the smear [ours], and still shorter than the shortest frame, half a period of 60 Hz mains."""
DARKEST = 0.5
"""A picture that comes out half as bright as it should can still be measured [ours]."""
STEADY_PICTURES = 8
STEADY_WITHIN = 0.03
"""What is metered has settled when it stays within this part of itself for so many pictures [ours]."""
AE_SEARCHING = 1
"""libcamera's `AeState`: the automatic exposure still looks for its value."""
AF_SCANNING = 1
"""libcamera's `AfState`: the lens is on its way."""


class Light(StrEnum):
    """What the light allows."""

    GOOD = "good"
    DIM = "dim"
    """Measured with a longer exposure, or in a picture darker than it should be."""
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sensor can do."""

    least_exposure_us: int = 1
    least_gain: float = 1.0
    most_gain: float = MOST_GAIN

    def __post_init__(self) -> None:
        if not (self.least_exposure_us > 0 and 0.0 < self.least_gain <= self.most_gain):
            raise ValueError("a sensor has a positive shortest exposure and gains that are positive and in order")


@dataclass(frozen=True, slots=True)
class Exposure:
    """An exposure for a whole session."""

    exposure_us: int
    gain: float
    light: Light


@dataclass(frozen=True, slots=True)
class Metered:
    """What the camera's own automatics have chosen for one picture."""

    exposure_us: float
    gain: float
    """Analogue and digital together."""
    colour_gains: tuple[float, float] | None
    """Of red and blue; None where the camera sees no colours."""
    lens_dioptres: float | None
    """None where the focus cannot be moved."""
    searching: bool
    """Whether the camera says that exposure or focus are not found yet."""

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Self | None:
        """From a request's metadata, by libcamera's names; None where they do not tell the exposure."""
        if "ExposureTime" not in metadata or "AnalogueGain" not in metadata:
            return None
        colour_gains = metadata.get("ColourGains")
        return cls(
            float(metadata["ExposureTime"]),
            float(metadata["AnalogueGain"]) * float(metadata.get("DigitalGain", 1.0)),
            None if colour_gains is None else (float(colour_gains[0]), float(colour_gains[1])),
            metadata.get("LensPosition"),
            metadata.get("AeState") == AE_SEARCHING or metadata.get("AfState") == AF_SCANNING,
        )


def frame_duration_us(fps: float, mains_hz: int, least_us: float = 0.0) -> int:
    """The shortest frame duration for at most `fps` frames a second at which lamps do not flicker.

    Lamps on the mains are brightest twice in a period. Frames that are whole halves of it apart meet a lamp at the same
    point of its flicker, so that neighbouring ones are equally bright [ours]: 20, 30 ms… at 50 Hz, 16.67, 25 ms… at
    60 Hz. The mains and the camera's clock are not locked: over minutes the point wanders.

    :param least_us: what the sensor needs for a frame.
    """
    half_period_us = 0.5e6 / mains_hz
    wished_us = max(1e6 / fps, least_us)
    halves = max(1, math.ceil((wished_us - 1.0) / half_period_us))  # a microsecond is lost in rounding
    return round(halves * half_period_us)


def fixed_exposure(metered_us: float, metered_gain: float, limits: Limits) -> Exposure:
    """As bright as metered, and as sharp as the light allows [ours].

    Brightness is exposure times gain. At most `SHARP_US` with the gain that this takes; where that is more than
    `MOST_GAIN`, or than the sensor has, longer, up to `LONGEST_US`; where that does not suffice, darker.

    :param metered_us: exposure that the camera's automatic chose, µs.
    :param metered_gain: the gain beside it, analogue times digital.
    """
    needed = metered_us * metered_gain
    most_gain = max(limits.least_gain, min(MOST_GAIN, limits.most_gain))
    if needed <= SHARP_US * most_gain:
        longest_us, light = min(SHARP_US, needed / limits.least_gain), Light.GOOD
    else:
        longest_us = min(LONGEST_US, needed / most_gain)
        light = Light.DARK if longest_us * most_gain < DARKEST * needed else Light.DIM
    exposure_us = max(limits.least_exposure_us, math.floor(longest_us))
    gain = min(max(needed / exposure_us, limits.least_gain), most_gain)
    return Exposure(exposure_us, gain, light)


def has_settled(metered: Sequence[Metered]) -> bool:
    """Whether the newest `STEADY_PICTURES` are alike in brightness and colour, and the camera looks for nothing."""
    newest = metered[-STEADY_PICTURES:]
    if len(newest) < STEADY_PICTURES or any(picture.searching for picture in newest):
        return False
    brightness = [picture.exposure_us * picture.gain for picture in newest]
    colours = [picture.colour_gains or (1.0, 1.0) for picture in newest]
    return all(
        max(values) - min(values) <= STEADY_WITHIN * max(values) for values in (brightness, *zip(*colours, strict=True))
    )


def middle_of_exposure_s(sensor_timestamp_ns: int, exposure_us: float) -> float:
    """The middle of the exposure of the sensor's first row, seconds of the system's monotonic clock.

    A Raspberry Pi stamps a frame when its first row arrives, and a row is sent when its exposure has ended, not when it
    begins (raspberrypi/picamera2#821; so reckons Picamera2's own `capture_request(flush=…)`).

    :param sensor_timestamp_ns: `SensorTimestamp`.
    :param exposure_us: `ExposureTime` of the same frame.
    """
    return sensor_timestamp_ns / 1e9 - exposure_us / 2e6
