"""What the landmarks tell of legs and trunk during one stance."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monitor.gait.axes import (
    FloatArray,
    column,
    femoral_adduction_deg,
    knee_collapse_deg,
    leg_length,
    median,
    outward,
    trunk_lean_deg,
)
from monitor.gait.curves import STRIDE_ROWS
from monitor.gait.frames import StanceFrames
from monitor.gait.harmonics import HARMONICS, Prior, Waveform, basis, fit_stride
from monitor.vocabulary import Landmark, Measure

SHARED_SD: dict[str, float] = {
    "knee_collapse_deg": 4.9,
    "femoral_adduction_deg": 2.9,
    "knee_window": 0.14,
    "trunk_lean_deg": 1.05,
    "step_width": 0.09,
}
"""Systematic error of a side's mean with MediaPipe's smallest network, over 142 to 312 sides of 63 rendered runners of
varied build, clothes, light and camera (`python -m tests.bench rendered FOLDER`) [ours]. The largest network's is about
half for the knee, 2.6 degrees; the landmarks do not say which network they came from, so the widest is stated."""
_PRIOR_LEGS = Prior(first=0.4, decay=2.2, even=1.0, deviation=0.006)
_NOISE_LEGS = 0.008

_WHOLE_STRIDE = basis(np.linspace(0.0, 1.0, 96, endpoint=False), HARMONICS)

_HIP, _KNEE, _ANKLE, _GAP, _TRUNK = slice(0, 2), slice(2, 4), slice(4, 6), 6, slice(7, 9)


@dataclass(frozen=True, slots=True)
class Limbs:
    """What the landmarks tell of one stance."""

    measures: dict[str, Measure]
    courses: dict[str, FloatArray]
    """Knee collapse and, where the shoulders are seen, trunk lean over the stride, (41,)."""


def limb_measures(frames: StanceFrames) -> Limbs:
    """Knee collapse, thigh angle, knee window, trunk lean and step width of a stance."""
    side, points = frames.side, frames.points
    leg = leg_length(points)
    hips = points[:, [column(Landmark.LEFT_HIP), column(Landmark.RIGHT_HIP)]]
    middle = hips.mean(axis=1)
    width = median(hips[:, 1, 0] - hips[:, 0, 0]) / leg
    joints = [points[:, column(Landmark[f"{side.name}_{name}"])] - middle for name in ("HIP", "KNEE", "ANKLE")]
    gap = points[:, column(Landmark.RIGHT_KNEE), 0] - points[:, column(Landmark.LEFT_KNEE), 0]
    shoulders = points[:, [column(Landmark.LEFT_SHOULDER), column(Landmark.RIGHT_SHOULDER)]]
    trunk = shoulders.mean(axis=1) - middle
    signals = np.column_stack([*joints, gap, trunk]) / leg
    with_trunk = np.isfinite(trunk).all(axis=1)
    waveform = _fit(frames, signals if with_trunk.all() else signals[:, : _TRUNK.start])

    def read(name: str, rows: FloatArray, value: Callable[[FloatArray], FloatArray]) -> Measure:
        return _greatest(waveform, rows, value, SHARED_SD[name])

    def knee(signals: FloatArray) -> FloatArray:
        return knee_collapse_deg(signals[:, _KNEE] - signals[:, _HIP], signals[:, _ANKLE] - signals[:, _KNEE], side)

    def lean(signals: FloatArray) -> FloatArray:
        return trunk_lean_deg(signals[:, _TRUNK], side)

    window = read("knee_window", _WHOLE_STRIDE, lambda s: -s[:, _GAP] / width)
    measures = {
        "knee_collapse_deg": read("knee_collapse_deg", frames.readings, knee),
        "femoral_adduction_deg": read(
            "femoral_adduction_deg", frames.midstance, lambda s: femoral_adduction_deg(s[:, _KNEE] - s[:, _HIP], side)
        ),
        "knee_window": Measure(-_value(window), window.sd, shared_sd=window.shared_sd),
        "step_width": read("step_width", frames.midstance, lambda s: outward(side) * s[:, _ANKLE][:, 0] / width),
    }
    courses = {"knee_collapse_deg": knee(STRIDE_ROWS @ waveform.coefficients)}
    if not frames.covered(with_trunk):
        return Limbs(measures | {"trunk_lean_deg": Measure.withheld("shoulders not seen")}, courses)
    if not with_trunk.all():
        waveform = _fit(frames.where(with_trunk), signals[with_trunk])
    return Limbs(
        measures | {"trunk_lean_deg": read("trunk_lean_deg", frames.readings, lean)},
        courses | {"trunk_lean_deg": lean(STRIDE_ROWS @ waveform.coefficients)},
    )


def _fit(frames: StanceFrames, signals_legs: FloatArray) -> Waveform:
    noise = np.full(len(frames.phase), _NOISE_LEGS)
    return fit_stride(frames.rows, frames.stride, frames.own, signals_legs, noise, _PRIOR_LEGS)


def _greatest(
    waveform: Waveform, rows: FloatArray, value: Callable[[FloatArray], FloatArray], shared_sd: float
) -> Measure:
    """The greatest of `value` over `rows` of the basis; its standard deviation by the delta method."""
    values = value(rows @ waveform.coefficients)
    at = int(np.argmax(values))
    here = rows[at] @ waveform.coefficients
    step = 1e-5
    gradient = (value(here + step * np.eye(len(here))) - values[at]) / step
    own, shared = waveform.sd(rows[at])
    response = float(np.linalg.norm(gradient * waveform.noise_scale))
    return Measure(float(values[at]), own * response, shared_sd=math.hypot(shared_sd, shared * response))


def _value(measure: Measure) -> float:
    if measure.value is None:
        raise ValueError("a measure that was read has a value")
    return measure.value
