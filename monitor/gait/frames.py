"""The frames that one stance is measured from, and the rule for missing ones."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from monitor.gait.axes import FloatArray, column, leg_length, median
from monitor.gait.harmonics import HARMONICS, basis
from monitor.gait.steps import Step
from monitor.gait.window import Window
from monitor.vocabulary import Landmark, Side

STRIDES = 12
"""Strides of the same leg that a stance's waveform is fitted to [ours]."""
FEWEST_STRIDES = 2
LEAST_COVERAGE = 0.6
"""Part of a stance's frames that must be there for a value [ours]."""
LONGEST_HOLE_S = 0.12
"""A stance with a longer stretch without frames between contact and toe-off has no value [ours]."""
LEAST_HIP_WIDTH_LEGS = 0.08
"""Hips closer together than this part of the leg are seen from the side [ours]; from behind they read 0.17 to 0.25."""
LATEST_PHASE = 1.25
"""Of a stride that lasts longer than usual, what comes later is left out [ours]."""
_READINGS = 48


@dataclass(frozen=True, slots=True)
class StanceFrames:
    """Frames of several strides of one leg, placed in their strides."""

    side: Side
    phase: FloatArray
    """(n,) position in the stride, 0 at contact."""
    stride: npt.NDArray[np.int64]
    """(n,) which stride."""
    own: int
    """The stride that is measured."""
    length: float
    """From contact to toe-off, in strides."""
    rows: FloatArray
    """(n, p) `harmonics.basis` of the phases."""
    readings: FloatArray
    """(48, p) the same where the stance is read, from contact to toe-off."""
    midstance: FloatArray
    """(1, p) and in its middle."""
    points: FloatArray
    """(n, 12, 2) gait axes, pixels."""
    line: FloatArray
    """(n, 3) angle, SD and shared SD of the hip line, degrees."""
    source: npt.NDArray[np.int8]

    def where(self, keep: npt.NDArray[np.bool_]) -> "StanceFrames":
        """Only the frames that `keep` (n,) says."""
        kept = {name: getattr(self, name)[keep] for name in ("phase", "stride", "rows", "points", "line", "source")}
        return replace(self, **kept)

    @property
    def in_stance(self) -> npt.NDArray[np.bool_]:
        """(n,) frames of the stance that is measured."""
        inside: npt.NDArray[np.bool_] = (self.stride == self.own) & (self.phase >= 0.0) & (self.phase <= self.length)
        return inside

    def covered(self, keep: npt.NDArray[np.bool_]) -> bool:
        """Whether `keep` (n,) leaves enough of the stance's frames."""
        inside = self.in_stance
        return bool((keep & inside).sum() >= max(2.0, LEAST_COVERAGE * inside.sum()))


def stance_frames(window: Window, step: Step, contacts_s: FloatArray) -> StanceFrames | str:
    """The frames to measure `step` from, or the reason why it cannot be measured.

    Missing data, the rule: nothing is filled in. Frames may be missing anywhere in the window, the fit takes those
    that are there; but a stance is measured only if 60 % of its own frames are there, with no hole longer than
    120 ms (or, below 18 fps, longer than one lost frame).

    Args:
        window: the frames.
        step: a running step.
        contacts_s: rising contact times of the same leg, this step's among them.
    """
    if len(contacts_s) < FEWEST_STRIDES:
        return "too few strides in a row"
    if _has_hole(window, step):
        return "frames missing during the stance"
    stride_s = median(np.diff(contacts_s))
    span = window.between(float(contacts_s[0]), float(contacts_s[-1]) + stride_s)
    time_s = window.time_s[span]
    stride = np.searchsorted(contacts_s, time_s, side="right") - 1
    phase = (time_s - contacts_s[stride]) / stride_s
    length = (step.toe_off_s - step.contact_s) / stride_s
    read = basis(np.append(np.linspace(0.0, length, _READINGS), length / 2.0), HARMONICS)
    frames = StanceFrames(
        side=step.side,
        phase=phase,
        stride=stride,
        own=int(np.searchsorted(contacts_s, step.contact_s)),
        length=length,
        rows=basis(phase, HARMONICS),
        readings=read[:-1],
        midstance=read[-1:],
        points=window.points[span],
        line=window.line[span],
        source=window.source[span],
    )
    if phase.max() >= LATEST_PHASE:
        frames = frames.where(phase < LATEST_PHASE)
    hips = frames.points[:, column(Landmark.RIGHT_HIP), 0] - frames.points[:, column(Landmark.LEFT_HIP), 0]
    if median(hips) < LEAST_HIP_WIDTH_LEGS * leg_length(frames.points):
        return "seen from the side"
    return frames


def _has_hole(window: Window, step: Step) -> bool:
    times = window.time_s[window.between(step.contact_s, step.toe_off_s)]
    interval_s = median(np.diff(window.time_s[-240:]))
    holes = np.diff(np.concatenate([[step.contact_s], times, [step.toe_off_s]]))
    expected = (step.toe_off_s - step.contact_s) / interval_s
    return bool(len(times) < LEAST_COVERAGE * (expected - 1.0) or holes.max() > max(LONGEST_HOLE_S, 2.1 * interval_s))
