"""Flat drawings of a runner seen from behind, with or without a belt, and the pose that belongs to them."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Landmark, Pose

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

SUPERSAMPLING = 3
TRUNK = 2.8


@dataclass(frozen=True)
class Runner:
    """Lengths are in hip widths, from the middle of the hips, v down; pelvis and clothes are tilted by `angle_deg`."""

    angle_deg: float = 0.0
    width: int = 240
    height: int = 280
    hip_width_px: float = 48.0
    u_px: float = 120.0
    v_px: float = 170.0
    shirt: Colour = (190, 60, 50)
    shorts: Colour = (30, 32, 38)
    room: Colour = (120, 140, 150)
    belt: Colour | None = (235, 235, 222)
    belt_thickness: float = 0.18
    belt_v: float = -0.55
    noise: float = 2.0
    seed: int = 0
    on_body: tuple[tuple[Box, Colour], ...] = field(default=())
    """(left, top, right, bottom) boxes that tilt with the pelvis and end where the body ends."""
    in_room: tuple[tuple[Box, Colour], ...] = field(default=())
    """Boxes that stand level behind the runner."""
    in_front: tuple[tuple[Box, Colour], ...] = field(default=())
    """Boxes that stand level before the runner."""

    def picture(self) -> npt.NDArray[np.uint8]:
        """(height, width, 3) RGB."""
        canvas = np.empty((self.height * SUPERSAMPLING, self.width * SUPERSAMPLING, 3), np.uint8)
        canvas[:] = self.room
        for box, colour in self.in_room:
            self.fill(canvas, box, colour, 0.0)
        body = np.zeros(canvas.shape[:2], np.uint8)
        outline = [
            (-0.75, -2.9),
            (0.75, -2.9),
            (0.85, -0.8),
            (0.95, 0.0),
            (0.9, 1.5),
            (-0.9, 1.5),
            (-0.95, 0.0),
            (-0.85, -0.8),
        ]
        cv2.fillPoly(body, [self.placed(outline, self.angle_deg)], 255)
        clothed = canvas.copy()
        self.fill(clothed, (-3.0, -4.0, 3.0, 0.1), self.shirt, self.angle_deg)
        self.fill(clothed, (-3.0, 0.1, 3.0, 3.0), self.shorts, self.angle_deg)
        if self.belt is not None:
            half = 0.5 * self.belt_thickness
            self.fill(clothed, (-3.0, self.belt_v - half, 3.0, self.belt_v + half), self.belt, self.angle_deg)
        for box, colour in self.on_body:
            self.fill(clothed, box, colour, self.angle_deg)
        canvas[body > 0] = clothed[body > 0]
        for box, colour in self.in_front:
            self.fill(canvas, box, colour, 0.0)
        small = cv2.resize(canvas, (self.width, self.height), interpolation=cv2.INTER_AREA)
        grain = np.random.default_rng(self.seed).normal(0.0, self.noise, small.shape)
        return np.clip(small + grain, 0, 255).astype(np.uint8)

    def pose(self, du: float = 0.0, dv: float = 0.0) -> Pose:
        """A level pose, moved by (du, dv) hip widths."""
        landmarks = np.full((33, 3), 0.5)
        landmarks[:, 2] = 1.0
        for point, (u, v) in {
            Landmark.LEFT_HIP: (-0.5, 0.0),
            Landmark.RIGHT_HIP: (0.5, 0.0),
            Landmark.LEFT_SHOULDER: (-1.0, -TRUNK),
            Landmark.RIGHT_SHOULDER: (1.0, -TRUNK),
        }.items():
            landmarks[point, 0] = (self.u_px + (u + du) * self.hip_width_px) / self.width
            landmarks[point, 1] = (self.v_px + (v + dv) * self.hip_width_px) / self.height
        return Pose(landmarks, self.width, self.height)

    def placed(self, points: list[tuple[float, float]], angle_deg: float) -> npt.NDArray[np.int32]:
        """Points of the drawing in pixels of the canvas, turned about the middle of the hips (right end up)."""
        angle = np.radians(angle_deg)
        u, v = np.array(points, float).T
        turned = np.stack([u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)], axis=1)
        return np.rint((turned * self.hip_width_px + (self.u_px, self.v_px)) * SUPERSAMPLING).astype(np.int32)

    def fill(self, canvas: npt.NDArray[np.uint8], box: Box, colour: Colour, angle_deg: float) -> None:
        """A filled box."""
        left, top, right, bottom = box
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        cv2.fillPoly(canvas, [self.placed(corners, angle_deg)], colour)
