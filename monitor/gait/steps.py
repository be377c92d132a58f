"""Steps: when a foot is down, and which one.

A runner's trunk bounces once a step: from its greatest height, in flight, down through a stance and up again. The
ankles say whose stance it was: the lower one in the picture carries. Contact and toe-off come from a Fourier fit to
about a stride and a half around the bounce, at the times that a marker study found to work: the trunk's fastest fall
for contact (the pelvis-velocity method of Milner and Paquette 2015) and its fastest rise for toe-off. The trunk's
height is that of the shoulders: pose networks follow them within milliseconds, while their hips and feet are pulled
about by the swinging leg. On 80 rendered runs contact from the shoulders is off by 12 ms from side to side and 8 ms
from step to step, from the hips by 20 and 17; toe-off by 12 and 8, from the toe by 26 and 20 [ours]. The constant
offsets below are those to the force plate over 27 treadmill trials of nine runners at 2.5 to 4.5 m/s (Fukuchi 2017),
the same for everybody [ours].
"""

import statistics
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from monitor.gait.axes import FloatArray, column, leg_length
from monitor.gait.harmonics import Prior, basis, slope_basis
from monitor.gait.sighting import SIDES_CONTRADICT
from monitor.gait.window import Window
from monitor.vocabulary import Landmark, Side, View

BOUNCE_LEGS = 0.015
"""The trunk has turned once it is so far below its greatest or above its least height: runners bounce by 0.06 to 0.12
of the leg, the shoulders are read to 0.003 [ours]."""

_HARMONICS = 5
_REACH_STRIDES = 0.97
"""How far before the bounce the fit begins, and how far after it it ends at most."""
_FOCUS_STRIDES = 0.6
"""Standard deviation of the fit's Gaussian weight around the step."""
_PRIOR_LEGS = Prior(first=0.3, decay=1.4, even=1.0, deviation=0.0)
_NOISE_LEGS = 0.004
_GRID_S = 0.004

CONTACT_AFTER_FASTEST_FALL_S = -0.029
TOE_OFF_AFTER_FASTEST_RISE_S = 0.047
"""Of the middle of the hips, against the force plate; standard deviations 8 and 17 ms."""
_LEFT_ANKLE, _RIGHT_ANKLE = column(Landmark.LEFT_ANKLE), column(Landmark.RIGHT_ANKLE)
_ANKLES_LATE_S = {View.REAR: 0.045, View.FRONT: -0.085}
"""How much later than the trunk is low an ankle is the lower one. From the front a foot comes nearer as it swings."""

LONGEST_STANCE_STRIDES = 0.55
SHORTEST_STANCE_S = 0.08
SHORTEST_BOUNCE_STRIDES, LONGEST_BOUNCE_STRIDES = 0.3, 0.7
LEAST_AGREEMENT = 0.3
"""Of the frames of a bounce about which ankle is the lower one: 0.45 and more where the network knows them [ours]."""
CROSSED_LEGS = 0.02
"""Ankles in the wrong order by more than this over a bounce. For moments they are; weighted by how much one of them is
lower they stand 0.04 apart and more, in captures and on rendered runners whose feet cross [ours]."""
NOT_A_STEP = "contact and toe-off do not fit a running step"
WALKING = "walking"
WALKING_CADENCE_SPM = 125.0
"""Below this many steps a minute people walk [ours]."""
FASTEST_WALK_SPM = 160.0
"""Above this nobody walks, whatever the ankles seem to do [ours]."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """From one greatest height of the trunk to the next."""

    start_s: float
    lowest_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Half a stride."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Step:
    """A bounce with its side and its events. `reason` says why it is not a running step."""

    side: Side
    contact_s: float
    toe_off_s: float
    apart_legs: tuple[float, float]
    """How much lower the ankle is than the other one throughout the bounce, and first lower and then higher than it,
    summed over the frames."""
    reason: str | None = None


class Bounces:
    """Finds the turning points of the trunk's height as frames come in."""

    def __init__(self) -> None:
        self._sinking = True
        self._top: tuple[float, float] | None = None
        self._extreme: tuple[float, float] | None = None
        self._lowest_s = 0.0

    def open_bounce(self, length_s: float) -> Bounce | None:
        """The bounce that has not ended, if its lowest point was passed, taken to be as long as `length_s`."""
        if self._sinking or self._top is None:
            return None
        return Bounce(self._top[0], self._lowest_s, self._top[0] + length_s)

    def add(self, time_s: float, height: float, leg: float) -> Bounce | None:
        """Take a frame's height of the trunk and leg length, pixels; the bounce that has just ended, if one has."""
        here = (time_s, height)
        if self._extreme is None:
            self._extreme = self._top = here
        turned = (height - self._extreme[1]) * (1.0 if self._sinking else -1.0)
        if turned < 0.0:
            self._extreme = here
        if turned < BOUNCE_LEGS * leg:
            return None
        last, self._extreme = self._extreme, here
        self._sinking = not self._sinking
        if not self._sinking:
            self._lowest_s = last[0]
            if self._top is not None and self._top[1] - last[1] < BOUNCE_LEGS * leg:
                self._top = None  # the first frame was no top
            return None
        ended = None if self._top is None else Bounce(self._top[0], self._lowest_s, last[0])
        self._top = last
        return ended


def locate(window: Window, bounce: Bounce, stride_s: float, view: View) -> Step:
    """Side, contact and toe-off of the step of a bounce."""
    rows = window.between(bounce.start_s - _REACH_STRIDES * stride_s, bounce.end_s + _REACH_STRIDES * stride_s)
    leg = leg_length(window.points[rows])
    contact_s, toe_off_s = _events(window.time_s[rows], window.trunk[rows] / leg, bounce, stride_s)
    fits = SHORTEST_STANCE_S < toe_off_s - contact_s < LONGEST_STANCE_STRIDES * stride_s
    fits = fits and SHORTEST_BOUNCE_STRIDES < bounce.length_s / stride_s < LONGEST_BOUNCE_STRIDES

    late_s = _ANKLES_LATE_S[view]
    seen = window.between(bounce.start_s + late_s, bounce.end_s + late_s)
    turn = np.pi * (window.time_s[seen] - late_s - bounce.start_s) / bounce.length_s
    right_of_left = (window.points[seen, _RIGHT_ANKLE] - window.points[seen, _LEFT_ANKLE]) / leg
    left_lower = right_of_left[:, 1]
    throughout, in_turns = float(left_lower @ np.sin(turn)), float(left_lower @ np.cos(turn))
    weight = np.abs(left_lower) * np.sin(turn)
    agree = abs(throughout) > LEAST_AGREEMENT * float(weight.sum())
    crossed = float(right_of_left[:, 0] @ weight) < -CROSSED_LEGS * float(weight.sum())
    return Step(
        Side.LEFT if throughout > 0.0 else Side.RIGHT,
        contact_s,
        max(toe_off_s, contact_s + SHORTEST_STANCE_S),
        (abs(throughout), in_turns if throughout > 0.0 else -in_turns),
        SIDES_CONTRADICT if crossed or not agree else None if fits else NOT_A_STEP,
    )


def _events(time_s: FloatArray, trunk_legs: FloatArray, bounce: Bounce, stride_s: float) -> tuple[float, float]:
    """Contact and toe-off from the trunk's height (n,) about a bounce."""
    middle_s = (bounce.start_s + bounce.end_s) / 2.0
    phase = (time_s - middle_s) / stride_s
    spread = np.append(_PRIOR_LEGS.mean_sd(_HARMONICS), 1.0)
    focus = np.exp(-0.25 * (phase / _FOCUS_STRIDES) ** 2) / _NOISE_LEGS
    design = np.column_stack([basis(phase, _HARMONICS), phase]) * focus[:, None]
    target = (trunk_legs - trunk_legs.mean()) * focus
    solution = np.linalg.solve(design.T @ design + np.diag(spread**-2.0), design.T @ target)
    grid_s = np.arange(bounce.start_s - _GRID_S, bounce.end_s + 2.0 * _GRID_S, _GRID_S)
    grid = (grid_s - middle_s) / stride_s
    rise = np.column_stack([slope_basis(grid, _HARMONICS), np.ones_like(grid)]) @ solution
    return (
        CONTACT_AFTER_FASTEST_FALL_S + _least_s(grid_s, rise, bounce.start_s, bounce.lowest_s),
        TOE_OFF_AFTER_FASTEST_RISE_S + _least_s(grid_s, -rise, bounce.lowest_s, bounce.end_s),
    )


def walks(apart_legs: Collection[tuple[float, float]], stride_s: float) -> bool:
    """Whether the last steps were walked, by their `apart_legs`.

    A runner's trunk is lowest in the middle of a stance, a walker's is highest there: the spring against the inverted
    pendulum (Cavagna 1977). From one greatest height to the next a runner stands on one leg, a walker on one and then
    on the other. Medians of several steps: one badly seen step says nothing, and what is seen of left and right
    differs.
    """
    if 120.0 / stride_s < WALKING_CADENCE_SPM:
        return True
    throughout, in_turns = (statistics.median(part) for part in zip(*apart_legs, strict=True))
    return bool(abs(in_turns) > throughout)


def _least_s(grid_s: FloatArray, signal: FloatArray, start_s: float, end_s: float) -> float:
    """When `signal` is least between two times, to a fraction of the grid by a parabola."""
    first, last = np.searchsorted(grid_s, [start_s, end_s])
    at = int(first) + int(np.argmin(signal[first : max(last, first + 1)]))
    if at in (0, len(signal) - 1):
        return float(grid_s[at])
    before, here, after = signal[at - 1 : at + 2]
    bend = before - 2.0 * here + after
    shift = 0.0 if bend <= 0.0 else 0.5 * (before - after) / bend
    return float(grid_s[at] + float(np.clip(shift, -1.0, 1.0)) * _GRID_S)
