"""A made-up runner with known values: cosines and bumps, in pixels, seen from behind."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from monitor.gait import GaitSettings, GaitTracker
from monitor.vocabulary import Landmark, Observation, PelvicLine, PelvicSource, Pose, Side, Stance

FloatArray = npt.NDArray[np.float64]
WIDTH, HEIGHT = 720, 1280


@dataclass(frozen=True)
class Runner:
    """Values are those of the picture; `side` values are peaks in that side's stance."""

    stride_s: float = 0.7
    drop_deg: tuple[float, float] = (8.0, 3.0)
    """Left, right."""
    collapse_deg: tuple[float, float] = (6.0, -2.0)
    lean_deg: tuple[float, float] = (3.0, 1.0)
    leg_px: float = 400.0
    hip_width_px: float = 85.0
    bounce_px: float = 18.0
    """Positive: lowest in mid-stance, as in running. Negative: highest there, as in walking."""
    lift_px: float = 50.0
    line_noise_deg: float = 0.8
    point_noise_px: float = 0.8
    centre: tuple[float, float] = (360.0, 520.0)
    seed: int = 0

    ankles_early_s: float = 0.0
    """How much earlier an ankle is lower in the picture than from behind."""

    def pixels(self, time_s: FloatArray) -> FloatArray:
        """(n, 33, 2) without noise."""
        phase = time_s / self.stride_s
        points = np.full((len(time_s), 33, 2), np.nan)
        angle = np.radians(self.line_deg(time_s))
        bounce = self.bounce_px * np.cos(4.0 * np.pi * (phase - _lowest(self.stride_s)))
        middle = np.array(self.centre) + np.stack([np.zeros_like(bounce), bounce], axis=-1)
        half = self.hip_width_px / 2.0
        for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1)):
            own = phase - (0.0 if side is Side.LEFT else 0.5)
            hip = middle + sign * half * np.stack([np.cos(angle), -np.sin(angle)], axis=-1)
            lift = self.lift_px * (1.0 - np.cos(2.0 * np.pi * (own + self.ankles_early_s / self.stride_s - 0.25)))
            ankle = np.stack(
                [np.full_like(lift, self.centre[0] + sign * 0.6 * half), self.centre[1] + self.leg_px - lift], axis=-1
            )
            bend = np.radians(self.collapse_deg[side is Side.RIGHT]) * _bump(own)
            knee = (hip + ankle) / 2.0
            knee[:, 0] -= sign * np.tan(bend / 2.0) * np.linalg.norm(ankle - hip, axis=-1) / 2.0
            shoulder = self._shoulders(phase, middle) + np.array([sign * 70.0, 0.0])
            for name, point in (("HIP", hip), ("KNEE", knee), ("ANKLE", ankle), ("SHOULDER", shoulder)):
                points[:, Landmark[f"{side.name}_{name}"]] = point
        return points

    def _shoulders(self, phase: FloatArray, middle: FloatArray) -> FloatArray:
        lean = np.radians(self.lean_deg[1] * _bump(phase - 0.5) - self.lean_deg[0] * _bump(phase))
        return middle + 250.0 * np.stack([np.sin(lean), -np.cos(lean)], axis=-1)

    def line_deg(self, time_s: FloatArray) -> FloatArray:
        """Image angle of the hip line."""
        phase = time_s / self.stride_s
        return self.drop_deg[1] * _bump(phase - 0.5) - self.drop_deg[0] * _bump(phase)

    def observe(self, seconds: float = 12.0, fps: float = 60.0) -> list[Observation]:
        """The run as the gait is told it, noise included."""
        time_s = np.arange(0.5 / fps, seconds, 1.0 / fps)
        noise = np.random.default_rng(self.seed)
        pixels = self.pixels(time_s) + noise.normal(0.0, self.point_noise_px, (len(time_s), 33, 2))
        line = self.line_deg(time_s) + noise.normal(0.0, self.line_noise_deg, len(time_s))
        return list(observations(time_s, pixels, line, self.line_noise_deg))


def _lowest(stride_s: float) -> float:
    """Phase at which the pelvis is lowest: an eighth of a stride after its fastest fall, 29 ms after contact."""
    return 0.029 / stride_s + 0.125


def _bump(phase: FloatArray) -> FloatArray:
    """1 at 15 % of the stride, smooth, next to nothing in the other stance."""
    return np.exp(4.0 * (np.cos(2.0 * np.pi * (phase - 0.15)) - 1.0))


def observations(
    time_s: FloatArray, pixels: FloatArray, line_deg: FloatArray | None, sd_deg: float = 1.0
) -> Iterator[Observation]:
    """A track as observations; points that are NaN have no visibility."""
    for index, (time, points) in enumerate(zip(time_s, pixels, strict=True)):
        visibility = np.isfinite(points[:, 0]).astype(float)
        pose = Pose(np.column_stack([points / [WIDTH, HEIGHT], visibility]), WIDTH, HEIGHT)
        line = None if line_deg is None else PelvicLine(float(line_deg[index]), sd_deg, PelvicSource.GIVEN)
        yield Observation(index, float(time), pose, line)


def run(track: list[Observation], settings: GaitSettings | None = None) -> list[Stance]:
    tracker = GaitTracker(settings or GaitSettings())
    stances = [stance for observation in track for stance in tracker.push(observation)]
    return stances + tracker.finish()


def moved(
    track: list[Observation], matrix: FloatArray, shift_px: FloatArray, line_sign: int, line_add: float
) -> list[Observation]:
    """The track with every pixel (u, v) turned to matrix @ (u, v) + shift, and its line to sign * line + add."""
    out = []
    for o in track:
        assert o.pose is not None
        pixels = o.pose.landmarks[:, :2] * [WIDTH, HEIGHT] @ matrix.T + shift_px
        pose = Pose(np.column_stack([pixels / [WIDTH, HEIGHT], o.pose.landmarks[:, 2]]), WIDTH, HEIGHT)
        line = o.line and replace(o.line, angle_deg=line_sign * o.line.angle_deg + line_add)
        out.append(replace(o, pose=pose, line=line))
    return out


def mirrored(track: list[Observation]) -> list[Observation]:
    """The picture mirrored and the names of the sides exchanged: another runner, seen from behind."""
    swap = np.arange(33)
    swap[11:33] = np.arange(11, 33).reshape(-1, 2)[:, ::-1].ravel()
    turned = moved(track, np.diag([-1.0, 1.0]), np.array([WIDTH, 0.0]), -1, 0.0)
    return [replace(o, pose=replace(o.pose, landmarks=o.pose.landmarks[swap])) for o in turned if o.pose is not None]


def rolled(track: list[Observation], roll_deg: float) -> list[Observation]:
    """The camera turned so that a level line appears at `roll_deg`, picture-right end higher."""
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    matrix = np.array([[cos, sin], [-sin, cos]])
    return moved(track, matrix, centre - matrix @ centre, 1, roll_deg)
