"""A room with a treadmill and somebody on it, drawn as a camera sees them that stands where it is told."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from monitor.setup.lens import Lens
from monitor.setup.picture import GreyPicture
from monitor.vocabulary import Frame, Landmark, Observation, Pose

FloatArray = npt.NDArray[np.float64]
Point = tuple[float, float, float]

HEIGHT_CM = 175.0
WALL_M = 3.4
SKELETON: dict[Landmark, Point] = {
    Landmark.NOSE: (0.0, 0.0, 1.62),
    Landmark.LEFT_SHOULDER: (-0.18, 0.0, 0.821 * 1.75),
    Landmark.RIGHT_SHOULDER: (0.18, 0.0, 0.821 * 1.75),
    Landmark.LEFT_ELBOW: (-0.28, 0.0, 1.15),
    Landmark.RIGHT_ELBOW: (0.28, 0.0, 1.15),
    Landmark.LEFT_WRIST: (-0.26, 0.0, 0.9),
    Landmark.RIGHT_WRIST: (0.26, 0.0, 0.9),
    Landmark.LEFT_HIP: (-0.09, 0.0, 0.531 * 1.75),
    Landmark.RIGHT_HIP: (0.09, 0.0, 0.531 * 1.75),
    Landmark.LEFT_KNEE: (-0.09, 0.0, 0.5),
    Landmark.RIGHT_KNEE: (0.09, 0.0, 0.5),
    Landmark.LEFT_ANKLE: (-0.08, 0.0, 0.09 * 1.75),
    Landmark.RIGHT_ANKLE: (0.08, 0.0, 0.09 * 1.75),
    Landmark.LEFT_HEEL: (-0.08, -0.05, 0.05),
    Landmark.RIGHT_HEEL: (0.08, -0.05, 0.05),
    Landmark.LEFT_TOE: (-0.1, 0.15, 0.02),
    Landmark.RIGHT_TOE: (0.1, 0.15, 0.02),
}
"""World: x to the runner's right, y where she runs, z up, metres; the belt is at z = 0."""


@dataclass(frozen=True)
class Scene:
    """A camera behind a treadmill."""

    roll_deg: float = 0.0
    tilt_deg: float = 0.0
    yaw_deg: float = 0.0
    """+ = turned to the right."""
    distance_m: float = 2.6
    lens_m: float = 0.93
    """Above the belt."""
    aside_m: float = 0.0
    """To the right."""
    size: tuple[int, int] = (720, 1280)
    lens_deg: float = 66.0
    bare: bool = False
    """Nothing on the wall, no treadmill."""

    @property
    def lens(self) -> Lens:
        return Lens(self.lens_deg, 0.01)

    def project(self, points: Sequence[Point] | FloatArray) -> FloatArray:
        """(n, 2) pixels."""
        roll, tilt, yaw = np.radians([self.roll_deg, self.tilt_deg, self.yaw_deg])
        turn_z = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
        axes = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # right, down, ahead of a level camera
        turn_x = np.array([[1, 0, 0], [0, math.cos(tilt), -math.sin(tilt)], [0, math.sin(tilt), math.cos(tilt)]])
        turn_ahead = np.array([[math.cos(roll), math.sin(roll), 0], [-math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
        away = np.asarray(points) - (self.aside_m, -self.distance_m, self.lens_m)
        seen = away @ (turn_ahead @ turn_x @ axes @ turn_z).T
        focal = self.lens.focal_px(self.size)
        pixels: FloatArray = seen[:, :2] / np.maximum(seen[:, 2:], 0.05) * focal + np.array(self.size) / 2.0
        return pixels

    def level_deg(self) -> float:
        """At which a level line across the belt appears where the hips are."""
        left, right = self.project([(-0.09, 0.0, 0.531 * 1.75), (0.09, 0.0, 0.531 * 1.75)])
        return math.degrees(math.atan2(left[1] - right[1], right[0] - left[0]))

    @functools.lru_cache(maxsize=40)  # noqa: B019 - scenes are values, and a session looks at a few pictures only
    def picture(self, *, person: bool = False, light: float = 1.0, seed: int = 0) -> GreyPicture:
        """With some noise."""
        canvas = np.full(self.size[::-1], 120.0 * light)

        def fill(corners: Sequence[Point], grey: float) -> None:
            outline = np.round(self.project(corners) * 16.0).astype(np.int32)
            cv2.fillPoly(canvas, [outline], grey * light, cv2.LINE_AA, 4)

        if not self.bare:
            fill([(-5, WALL_M, -0.2), (5, WALL_M, -0.2), (5, 0.5, -0.2), (-5, 0.5, -0.2)], 90)
            for left, bottom, right, top, grey in BOXES:
                y = WALL_M - 0.01
                fill([(left, y, bottom), (right, y, bottom), (right, y, top), (left, y, top)], grey)
            for inner, outer, grey in ((0.25, 0.37, 150), (-0.37, -0.25, 150), (-0.25, 0.25, 30)):
                fill([(inner, -0.82, 0), (outer, -0.82, 0), (outer, 0.9, 0), (inner, 0.9, 0)], grey)
            fill([(-0.37, -0.82, 0), (0.37, -0.82, 0), (0.37, -0.82, -0.17), (-0.37, -0.82, -0.17)], 60)
        if person:
            self._draw_person(canvas)
        noisy = canvas + np.random.default_rng(seed).normal(0.0, 2.0, canvas.shape)
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def _draw_person(self, canvas: FloatArray) -> None:
        spots = dict(zip(SKELETON, self.project(list(SKELETON.values())).round().astype(int).tolist(), strict=True))
        thick = round(0.14 * self.lens.focal_px(self.size) / self.distance_m)
        for side in ("LEFT", "RIGHT"):
            chain = [Landmark[f"{side}_{part}"] for part in ("SHOULDER", "HIP", "KNEE", "ANKLE", "TOE")]
            for start, end in pairwise(chain):
                cv2.line(canvas, spots[start], spots[end], 200.0, thick)

    def frame(self, index: int, time_s: float, *, person: bool = False, light: float = 1.0) -> Frame:
        """A frame of this."""
        picture = self.picture(person=person, light=light, seed=index % 5)
        return Frame(index, time_s, np.repeat(picture[..., None], 3, axis=2))

    def pose(self, lean_deg: float = 0.0, step_m: float = 0.0, right_m: float = 0.0) -> Pose:
        """Of somebody who leans to the right, has the left foot lifted, or stands farther right."""
        points = np.array(list(SKELETON.values()))
        turn = math.radians(lean_deg)
        points = points @ np.array(
            [[math.cos(turn), 0, -math.sin(turn)], [0, 1, 0], [math.sin(turn), 0, math.cos(turn)]]
        )
        points[:, 0] += right_m
        landmarks = np.zeros((33, 3))
        landmarks[list(SKELETON), :2] = self.project(points) / self.size
        landmarks[list(SKELETON), 2] = 1.0
        landmarks[[Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL, Landmark.LEFT_TOE], 1] -= step_m / self.distance_m / 1.3
        return Pose(landmarks, *self.size)

    def mirrored(self) -> "Scene":
        """Seen in a mirror: everything is the other way round, but for what is on the wall."""
        return replace(self, roll_deg=-self.roll_deg, yaw_deg=-self.yaw_deg, aside_m=-self.aside_m)


BOXES = (
    (-2.2, -0.2, -1.3, 1.9, 200),
    (-1.1, 0.8, -0.4, 1.7, 60),
    (0.5, 0.6, 1.1, 1.9, 220),
    (1.3, -0.2, 1.9, 1.2, 40),
    (-0.2, 1.5, 0.3, 2.1, 30),
)
"""On the wall: left, bottom, right, top, grey."""


def observed(index: int, time_s: float, pose: Pose | None, reason: str = "nobody in view") -> Observation:
    return Observation(index, time_s, pose, reason=None if pose else reason)
