"""Which squats count, and why the others do not."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from monitor.coach.check.finder import Finder, Squat
from monitor.coach.check.posture import posture
from monitor.coach.check.reading import Part, read
from monitor.gait.settings import GaitSettings
from monitor.gait.tracker import CLOCK
from monitor.vocabulary import Measure, Observation, Side

SHALLOWEST, DEEPEST = 0.06, 0.15
"""Of the leg's length: 45 to 60 degrees in the knee are 8 to 13 %, and some more either way (science.md section 6)."""
LONGEST_HOLE_S = 0.5
"""A computer that is busy leaves out frames, and a squat that is read from the rest is worth no less [ours]."""
TURNED_WIDTH = 0.75
"""Of the shoulders' standing width: the body is turned by some 40 degrees [ours]."""
MOVED_LEGS = 0.15
"""Of the leg: so far the ankle that stands was moved [ours]."""

LOST = "lost"
TOUCHED_DOWN = "touched down"
TURNED = "turned"
MOVED = "moved"
TOO_SHALLOW = "too shallow"
TOO_DEEP = "too deep"
DISCARDED = (LOST, TOUCHED_DOWN, TURNED, MOVED, TOO_SHALLOW, TOO_DEEP)


@dataclass(frozen=True, slots=True)
class Rep:
    """One squat, judged and read."""

    side: Side
    start_s: float
    bottom_s: float
    end_s: float
    depth: float
    """In leg lengths."""
    reason: str | None
    """Why it does not count; one of `DISCARDED`."""
    measures: Mapping[Part, Measure]
    """Of every part, also where it does not count."""


def judged(squat: Squat) -> Rep:
    """A squat with what is to be said of it."""
    return Rep(squat.side, squat.start_s, squat.bottom_s, squat.end_s, squat.depth, objection(squat), read(squat))


def objection(squat: Squat) -> str | None:
    """Why a squat does not count, or None."""
    if squat.lost or _longest_hole_s(squat) > LONGEST_HOLE_S:
        return LOST
    if squat.touched:
        return TOUCHED_DOWN
    if statistics.median(p.width_px for p in squat.frames) < TURNED_WIDTH * squat.standing_width_px:
        return TURNED
    if _moved_px(squat) > MOVED_LEGS * squat.leg_px:
        return MOVED
    if squat.depth < SHALLOWEST:
        return TOO_SHALLOW
    return TOO_DEEP if squat.depth > DEEPEST else None


def _longest_hole_s(squat: Squat) -> float:
    times = [squat.start_s, *(p.time_s for p in squat.frames), squat.end_s]
    return max(after - before for before, after in pairwise(times))


def _moved_px(squat: Squat) -> float:
    """How far the ankle that stands is at the end from where it was, each a median over a fifth of the squat."""
    few = max(1, len(squat.frames) // 5)
    places = [
        [statistics.median(p.limb(squat.side)[2][axis] for p in part) for axis in (0, 1)]
        for part in (squat.frames[:few], squat.frames[-few:])
    ]
    return float(max(abs(after - before) for before, after in zip(*places, strict=True)))


class Watch:
    """From observations, one by one, to reps: live and from a recording alike."""

    def __init__(self, settings: GaitSettings) -> None:
        self._settings = settings
        self._finder = Finder()
        self._epoch: int | None = None
        self._newest_s = -math.inf
        self.reason: str | None = "no frame yet"
        """Why the newest frame showed nobody, or None."""

    @property
    def side(self) -> Side | None:
        """The leg that somebody stands on now."""
        return self._finder.side

    @property
    def depth(self) -> float:
        """How far the hips are down now, in leg lengths."""
        return self._finder.depth

    @property
    def touches(self) -> Mapping[Side, int]:
        """How often the free foot came down for a moment so far, by the leg that stood."""
        return self._finder.touches

    def push(self, observation: Observation) -> list[Rep]:
        """Take the next frame; the reps that are over with it."""
        if observation.epoch != self._epoch:
            self._epoch, self._newest_s = observation.epoch, -math.inf
            self._finder.forget()
        if observation.time_s <= self._newest_s:
            self.reason = CLOCK
            return []
        self._newest_s = observation.time_s
        found = posture(observation, self._settings)
        if isinstance(found, str):
            self.reason = found
            return []
        self.reason = None
        return [judged(squat) for squat in self._finder.push(found)]
