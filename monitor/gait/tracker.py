"""From observations, one by one, to stances."""

import math
import statistics
from collections import Counter, deque
from dataclasses import replace

import numpy as np

from monitor.gait.axes import FloatArray, frame_leg, gait_line_deg, gait_points
from monitor.gait.curves import SessionCurves
from monitor.gait.frames import STRIDES
from monitor.gait.measure import measure
from monitor.gait.neutral import from_neutral, standing_neutral
from monitor.gait.settings import GaitSettings
from monitor.gait.sighting import ANOTHER, jumped, objection, without_guesses
from monitor.gait.steps import (
    FASTEST_WALK_SPM,
    NOT_A_STEP,
    WALKING,
    Bounce,
    Bounces,
    Step,
    locate,
    walks,
)
from monitor.gait.window import Window
from monitor.vocabulary import Neutral, Observation, Side, Stance

LONGEST_GAP_S = 0.25
"""A longer stretch without a usable frame ends what was known of the stride [ours]."""
WARM_UP_STRIDES = 3
"""Strides of a leg that are awaited before its first stance is measured; it is then measured afterwards."""
MOST_WAITING = 4 * WARM_UP_STRIDES
"""Steps that wait for strides that do not come are measured with what there is."""
NEIGHBOURS_S = 15.0
"""Strides farther away than this are not fitted together [ours]."""
STANDING_S = 2.0
"""So long without a step, the person stands [ours]."""
LONGEST_BOUNCE_S = 1.25
"""A slower one is somebody who stands [ours]."""

LOOK_EVERY_S = 0.5
"""How often it is asked whether the runner has stood still [ours]."""

CLOCK = "the camera's clock repeated or went back"
STANDING = "standing"
NOBODY = "nobody in view"


class GaitTracker:
    """Takes observations in time order, gives stances in time order; holds a few seconds, never more.

    A stance is given once, when it is over, and never revised: what a runner is shown is what is stored. It is
    measured from this and the eleven strides before it; at the start of a stretch from the first strides after it.
    """

    def __init__(self, settings: GaitSettings) -> None:
        self._settings = settings
        self._window = Window()
        self._epoch: int | None = None
        self._seen_s: float | None = None
        self._intervals_s: deque[float] = deque(maxlen=240)
        self._begin()
        self.frames = 0
        """Observations taken."""
        self.frames_used = 0
        """Those that showed the runner."""
        self.withheld: Counter[str] = Counter()
        """Frames not used, by reason."""
        self.reason: str | None = "no frame yet"
        """Why the newest frame gave nothing, or None."""
        self.cadence_spm: float | None = None
        """Steps a minute over the last strides, both feet."""
        self.seen = False
        """Whether the newest frame showed the runner."""
        self.neutral: Neutral | None = None
        """The zero that the drop is counted from, taken standing before the first stance; None = the level line."""
        self.curves = SessionCurves()
        """The average stride of all that was measured."""
        self._shown = False
        """Whether a stance was measured: then the zero stays what it is."""
        self._look_s = -math.inf

    def _begin(self) -> None:
        """Start a stretch: nothing before it counts."""
        self._window.clear()
        self._bounces = Bounces()
        self._bounced_s: float | None = None
        self._steps: deque[Step] = deque()
        self._lengths_s: deque[float] = deque(maxlen=12)
        self._apart_legs: deque[tuple[float, float]] = deque(maxlen=6)
        self._gait_reason: str | None = None
        self._contacts_s: dict[Side, deque[float]] = {side: deque(maxlen=STRIDES) for side in Side}

    @property
    def fps(self) -> float | None:
        """Measured frame rate of the newest 240 frames."""
        return None if not self._intervals_s else 1.0 / statistics.median(self._intervals_s)

    def push(self, observation: Observation) -> list[Stance]:
        """Take the next frame; the stances that are now over."""
        self.frames += 1
        stances: list[Stance] = []
        if observation.epoch != self._epoch:
            stances = self.finish()
            self._epoch, self._seen_s = observation.epoch, None
        elif self._seen_s is not None and observation.time_s <= self._seen_s:
            return self._refuse(CLOCK)
        elif self._seen_s is not None:
            self._intervals_s.append(observation.time_s - self._seen_s)
        self._seen_s = observation.time_s

        stances += self._end_at_gap(observation.time_s)
        pose = observation.pose
        if pose is None:
            return stances + self._refuse(observation.reason or NOBODY)
        points = gait_points(pose, self._settings)
        leg = frame_leg(points)
        reason = objection(pose, points, leg)
        if reason is not None:
            return stances + self._refuse(reason)
        if len(self._window) and jumped(
            self._window.points[-1], points, observation.time_s - float(self._window.time_s[-1])
        ):
            stances += self.finish()
            self._refuse(ANOTHER)
            self.neutral = None  # it was somebody else's
        self._append(observation, without_guesses(pose, points, leg))
        self.frames_used += 1
        self.seen = True
        bounce = self._bounces.add(observation.time_s, float(self._window.trunk[-1]), leg)
        if bounce is not None:
            self._take(bounce)
        return stances + self._advance(observation.time_s)

    def _append(self, observation: Observation, points: FloatArray) -> None:
        line, line_deg, shared_sd_deg = observation.line, math.nan, math.nan
        if line is not None:
            line_deg = gait_line_deg(line.angle_deg, self._settings)
            line_deg, shared_sd_deg = from_neutral(line, line_deg, self.neutral)
        self._window.append(observation.time_s, points, line, line_deg, shared_sd_deg)
        if not self._shown and self.neutral is None and observation.time_s >= self._look_s:
            self.neutral = standing_neutral(self._window)
            self._look_s = observation.time_s + LOOK_EVERY_S

    def finish(self) -> list[Stance]:
        """End the stretch: the stances that were still waited for."""
        if not len(self._window):
            return []
        last_s = float(self._window.time_s[-1])
        if self._lengths_s:
            bounce = self._bounces.open_bounce(statistics.median(self._lengths_s))
            if bounce is not None:
                self._locate(bounce)
        stances = [self._measure(step) for step in self._steps if step.toe_off_s <= last_s]
        self._begin()
        return stances

    def _refuse(self, reason: str) -> list[Stance]:
        self.withheld[reason] += 1
        self.reason, self.seen = reason, False
        return []

    def _end_at_gap(self, time_s: float) -> list[Stance]:
        if len(self._window) and time_s - float(self._window.time_s[-1]) > LONGEST_GAP_S:
            return self.finish()
        return []

    def _take(self, bounce: Bounce) -> None:
        """Note a bounce that is over."""
        if bounce.length_s > LONGEST_BOUNCE_S:
            return
        self._bounced_s = bounce.end_s
        self._lengths_s.append(bounce.length_s)
        self.cadence_spm = 60.0 / statistics.median(self._lengths_s)
        self._locate(bounce)

    def _advance(self, now_s: float) -> list[Stance]:
        stances = []
        while self._steps and self._is_ready(self._steps[0]):
            stances.append(self._measure(self._steps.popleft()))
        idle_s = now_s - (float(self._window.time_s[0]) if self._bounced_s is None else self._bounced_s)
        self.reason = STANDING if idle_s > STANDING_S else self._gait_reason
        return stances

    def _locate(self, bounce: Bounce) -> None:
        """Find the side and the events of a bounce."""
        stride_s = 2.0 * statistics.median(self._lengths_s)
        step = locate(self._window, bounce, stride_s, self._settings.view)
        if step.contact_s < self._window.time_s[0]:
            return  # it had begun before it was seen
        self._apart_legs.append(step.apart_legs)
        step = replace(step, reason=self._doubt(step, stride_s))
        self._gait_reason = step.reason
        if step.reason is None:
            self._contacts_s[step.side].append(step.contact_s)
        self._steps.append(step)

    def _doubt(self, step: Step, stride_s: float) -> str | None:
        """Why `step` is not a running step of its side."""
        if walks(self._apart_legs, stride_s):
            return WALKING if 120.0 / stride_s < FASTEST_WALK_SPM else NOT_A_STEP
        return step.reason

    def _is_ready(self, step: Step) -> bool:
        warm = len(self._contacts_s[step.side]) >= WARM_UP_STRIDES
        return warm or step.reason is not None or len(self._steps) > MOST_WAITING

    def _measure(self, step: Step) -> Stance:
        contacts_s = [c for c in self._contacts_s[step.side] if abs(c - step.contact_s) < NEIGHBOURS_S]
        measured = measure(self._window, step, np.array(contacts_s))
        self.curves.add(step.side, measured.length, measured.courses)
        self._shown = self._shown or measured.stance.valid
        return measured.stance
