"""Which person in the picture is the runner, and whether it is still the same one.

A runner on a treadmill stays where she is. So whoever is first seen is remembered by place (middle of the hips and
length of the trunk, in pixels), the memory follows slowly, and a pose elsewhere or of another size is somebody else:
no pose is given for that frame, nor for the next `SETTLE_S`, with the reason. When the runner has not been seen for
`FORGET_S`, the memory is dropped and the next person may take the place. So two people who change places cost a gap.
A bystander who was there before the runner keeps the place as long as he stays in view.
The limits are this project's own. On rendered runners and squats the hips stay within 0.26 trunk lengths of the
remembered place and the trunk within 0.90 to 1.08 of its length; on a man who runs away from the camera 0.48 and 0.78.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.vocabulary import Landmark, Observation, Pose

REACH_TRUNKS = 0.75
"""A pose whose hips are farther than this from the remembered ones, in trunk lengths, is somebody else's."""
LEAST_SIZE_RATIO = 0.6
"""A trunk shorter than this part of the remembered one, or longer than its inverse, is somebody else's."""
FOLLOW_S = 1.0
"""Time constant with which the remembered place follows the runner."""
FORGET_S = 2.0
SETTLE_S = 0.5
"""How long the runner has to be alone at her place again after somebody else was seen."""
ELSEWHERE = "the person in view is not where the runner was"
SETTLING = "somebody else was in view a moment ago"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in the picture, in pixels."""

    u_px: float
    v_px: float
    trunk_px: float

    @classmethod
    def of(cls, pose: Pose) -> "Place":
        """Middle of the hips, and its distance to the middle of the shoulders."""
        points = pose.landmarks[:, :2] * (pose.width, pose.height)
        hips = points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
        shoulders = points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
        return cls(float(hips[0]), float(hips[1]), math.dist(hips, shoulders))

    def distance_px(self, other: "Place") -> float:
        """Between the hips of both."""
        return math.hypot(self.u_px - other.u_px, self.v_px - other.v_px)

    def is_at(self, remembered: "Place") -> bool:
        """Whether this can be the person remembered there."""
        alike = LEAST_SIZE_RATIO * remembered.trunk_px <= self.trunk_px <= remembered.trunk_px / LEAST_SIZE_RATIO
        return alike and self.distance_px(remembered) <= REACH_TRUNKS * remembered.trunk_px


def choose(people: Sequence[Pose], near: Place | None) -> Pose | None:
    """The runner among several people.

    With a remembered place it is the nearest person who can be the one remembered, or nobody. Without, it is the person
    with the greatest trunk length × (1 − distance of the hips from the picture's vertical mid-line ÷ half its width):
    the largest, unless somebody nearly as large stands nearer to the middle.
    """
    if near is not None:
        candidates = [pose for pose in people if Place.of(pose).is_at(near)]
        return min(candidates, key=lambda pose: Place.of(pose).distance_px(near), default=None)
    return max(people, key=_prominence, default=None)


def _prominence(pose: Pose) -> float:
    place = Place.of(pose)
    return place.trunk_px * (1.0 - abs(place.u_px - pose.width / 2.0) / (pose.width / 2.0))


class Follower:
    """Sees every observation in frame order and takes the pose out of those that are of somebody else."""

    def __init__(self) -> None:
        self.place: Place | None = None
        """Where the runner is; None when nobody is remembered."""
        self._seen_s = -math.inf
        self._doubted_s = -math.inf
        self._epoch = 0

    def follow(self, observation: Observation) -> Observation:
        """The same observation, or one without a pose and with the reason."""
        now_s = observation.time_s
        if observation.epoch != self._epoch or now_s - self._seen_s > FORGET_S:
            self.place, self._doubted_s = None, -math.inf
            self._epoch = observation.epoch
        if observation.pose is None:
            if observation.reason == ELSEWHERE:
                self._doubted_s = now_s
            return observation
        place = Place.of(observation.pose)
        if self.place is not None and not place.is_at(self.place):
            self._doubted_s = now_s
            return replace(observation, pose=None, line=None, reason=ELSEWHERE)
        if now_s - self._doubted_s < SETTLE_S:
            self._seen_s = now_s
            return replace(observation, pose=None, line=None, reason=SETTLING)
        self.place = place if self.place is None else _toward(self.place, place, now_s - self._seen_s)
        self._seen_s = now_s
        return observation


def _toward(old: Place, new: Place, elapsed_s: float) -> Place:
    share = -math.expm1(-elapsed_s / FOLLOW_S)
    return Place(
        old.u_px + share * (new.u_px - old.u_px),
        old.v_px + share * (new.v_px - old.v_px),
        old.trunk_px + share * (new.trunk_px - old.trunk_px),
    )
