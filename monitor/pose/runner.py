"""Which person in the picture is the runner, and whether it is still the same one.

A runner on a treadmill stays where she is. So whoever is first seen is remembered by place (middle of the hips, middle
of the shoulders, length of the trunk, in pixels), the memory follows slowly, and a pose elsewhere or of another size is
somebody else: no pose is given for that frame, nor for the next `SETTLE_S`, with the reason. When the runner has not
been seen for `FORGET_S`, the memory is dropped and the next person may take the place. So two people who change places
cost a gap. A bystander who was there before the runner keeps the place as long as he stays in view, unless it is known
where the treadmill is: then nobody is the runner who is not on it, and a pose must be more like what is remembered, so
that one made of the runner's body and a passer-by's is refused.
The limits are this project's own. On rendered runners the hips stay within 0.17 trunk lengths of the remembered place
(0.26 in squats), the shoulders within 0.12, and the trunk within 0.90 to 1.08 of its length; on a man who runs away
from the camera 0.48, 0.47 and 0.78.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.pose.region import Region
from monitor.vocabulary import Landmark, Observation, Pose

FOLLOW_S = 1.0
"""Time constant with which the remembered place follows the runner."""
FORGET_S = 2.0
SETTLE_S = 0.5
"""How long the runner has to be alone at her place again after somebody else was seen, or to stay on the treadmill when
she has come onto it."""
LEEWAY_TRUNKS = 0.25
"""So far, in trunk lengths, may the runner leave the treadmill's region until she is not on it any more."""
ELSEWHERE = "the person in view is not where the runner was"
NOT_ON_TREADMILL = "the person in view is not on the treadmill"
EMPTY_TREADMILL = "nobody is on the treadmill"
ARRIVING = "somebody has just come onto the treadmill"
NOBODY = "nobody in view"
SEVERAL = "several people in view"
SETTLING = "somebody else was in view a moment ago"

_TRUNK = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a pose may differ from what is remembered before it is somebody else's."""

    reach_trunks: float
    """Between the hips of both, and sideways between the shoulders, in trunk lengths."""
    least_size: float
    """The shorter trunk's part of the longer one."""


IN_VIEW = Likeness(0.75, 0.6)
ON_TREADMILL = Likeness(0.4, 0.75)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the picture, in pixels."""

    u_px: float
    v_px: float
    trunk_px: float
    shoulders_u_px: float

    @classmethod
    def of(cls, pose: Pose) -> "Place":
        """Middle of the hips, its distance to the middle of the shoulders, and where that is."""
        left_hip, right_hip, left_shoulder, right_shoulder = pose.landmarks[_TRUNK, :2].tolist()
        half_width, half_height = pose.width / 2.0, pose.height / 2.0
        u_px, v_px = half_width * (left_hip[0] + right_hip[0]), half_height * (left_hip[1] + right_hip[1])
        shoulders_u_px = half_width * (left_shoulder[0] + right_shoulder[0])
        shoulders_v_px = half_height * (left_shoulder[1] + right_shoulder[1])
        return cls(u_px, v_px, math.hypot(u_px - shoulders_u_px, v_px - shoulders_v_px), shoulders_u_px)

    def distance_px(self, other: "Place") -> float:
        """Between the hips of both."""
        return math.hypot(self.u_px - other.u_px, self.v_px - other.v_px)

    def is_at(self, remembered: "Place", likeness: Likeness = IN_VIEW) -> bool:
        """Whether this can be the person remembered there."""
        small_px, large_px = sorted((self.trunk_px, remembered.trunk_px))
        away_px = max(self.distance_px(remembered), abs(self.shoulders_u_px - remembered.shoulders_u_px))
        return small_px >= likeness.least_size * large_px and away_px <= likeness.reach_trunks * remembered.trunk_px


def doubt(pose: Pose, place: Place, near: Place | None, treadmill: Region | None) -> str | None:
    """Why the person at `place` cannot be the runner, who was last at `near`, or None."""
    if near is not None and not place.is_at(near, IN_VIEW if treadmill is None else ON_TREADMILL):
        return ELSEWHERE
    if treadmill is not None and not treadmill.holds(pose, 0.0 if near is None else LEEWAY_TRUNKS):
        return NOT_ON_TREADMILL
    return None


def choose(people: Sequence[Pose], near: Place | None, treadmill: Region | None = None) -> Pose | None:
    """The runner among several people, if any of them can be.

    With a remembered place it is the nearest one to it. Without, it is the person with the greatest
    trunk length × (1 − distance of the hips from the picture's vertical mid-line ÷ half its width): the largest, unless
    somebody nearly as large stands nearer to the middle.
    """
    candidates = [pose for pose in people if doubt(pose, Place.of(pose), near, treadmill) is None]
    if near is not None:
        return min(candidates, key=lambda pose: Place.of(pose).distance_px(near), default=None)
    return max(candidates, key=_prominence, default=None)


def _prominence(pose: Pose) -> float:
    place = Place.of(pose)
    return place.trunk_px * (1.0 - abs(place.u_px - pose.width / 2.0) / (pose.width / 2.0))


class Follower:
    """Sees every observation in frame order and takes the pose out of those that are of somebody else."""

    def __init__(self, treadmill: Region | None = None) -> None:
        self._treadmill = treadmill
        self.place: Place | None = None
        """Where the runner is; None when nobody is remembered."""
        self._newcomer: tuple[Place, float] | None = None
        """Who may become the runner, and since when."""
        self._seen_s = -math.inf
        self._doubted_s = -math.inf
        self._epoch = 0

    def follow(self, observation: Observation) -> Observation:
        """The same observation, or one without a pose and with the reason."""
        now_s = observation.time_s
        if observation.epoch != self._epoch or now_s - self._seen_s > FORGET_S:
            self.place, self._newcomer, self._doubted_s = None, None, -math.inf
            self._epoch = observation.epoch
        if observation.pose is None:
            if observation.reason in (ELSEWHERE, NOT_ON_TREADMILL):
                self._doubted_s = now_s
            return observation
        place = Place.of(observation.pose)
        reason = doubt(observation.pose, place, self.place, self._treadmill)
        if reason is not None:
            self._doubted_s = now_s
            return replace(observation, pose=None, line=None, reason=reason)
        if self.place is None and self._treadmill is not None and not self._has_stayed(place, now_s):
            self._seen_s = now_s
            return replace(observation, pose=None, line=None, reason=ARRIVING)
        if now_s - self._doubted_s < SETTLE_S:
            self._seen_s = now_s
            return replace(observation, pose=None, line=None, reason=SETTLING)
        self.place = place if self.place is None else _toward(self.place, place, now_s - self._seen_s)
        self._seen_s = now_s
        return observation

    def _has_stayed(self, place: Place, now_s: float) -> bool:
        if self._newcomer is None or not place.is_at(self._newcomer[0], ON_TREADMILL):
            self._newcomer = place, now_s
        return now_s - self._newcomer[1] >= SETTLE_S


def _toward(old: Place, new: Place, elapsed_s: float) -> Place:
    share = -math.expm1(-elapsed_s / FOLLOW_S)
    return Place(
        old.u_px + share * (new.u_px - old.u_px),
        old.v_px + share * (new.v_px - old.v_px),
        old.trunk_px + share * (new.trunk_px - old.trunk_px),
        old.shoulders_u_px + share * (new.shoulders_u_px - old.shoulders_u_px),
    )
