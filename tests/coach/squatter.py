"""Somebody made up who does single-leg squats with known values, in pixels, seen from behind."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from monitor.coach.check import AT_DEPTH, Rep, Watch
from monitor.coach.check.finder import LEG_OF_HIPS
from monitor.gait import GaitSettings
from monitor.vocabulary import Landmark, Observation, Side
from tests.gait.synthetic import observations

FloatArray = npt.NDArray[np.float64]
LEG_PX = 400.0
"""Between the network's points."""


@dataclass(frozen=True)
class Angles:
    """Degrees where the hips are down by `AT_DEPTH`; each grows with the depth."""

    pelvis: float = 5.0
    knee: float = 8.0
    trunk: float = 3.0


@dataclass(frozen=True)
class Squatter:
    """Stands on both legs, then does the squats of each leg in turn, then stands on both again."""

    squats: tuple[tuple[Side, tuple[float, ...]], ...] = ((Side.LEFT, (0.1,) * 5), (Side.RIGHT, (0.1,) * 5))
    """The depth of each, in leg lengths."""
    angles: dict[Side, Angles] = field(
        default_factory=lambda: {Side.LEFT: Angles(), Side.RIGHT: Angles(2.0, -3.0, 1.0)}
    )
    rep_s: float = 2.0
    rest_s: float = 0.5
    stand_s: float = 2.0
    """On both legs before, between and after the legs."""
    lift_px: float = 80.0
    """How high the free ankle is held; 0 = both feet stay down, and the hips in the middle."""
    touches_s: tuple[float, ...] = ()
    """When the free foot comes down for 0.4 s and takes weight."""
    turned: tuple[float, float, float] | None = None
    """From, to, by how many degrees the body is turned."""
    gone: tuple[float, float] | None = None
    """From, to when nobody is seen."""
    hops_s: tuple[float, ...] = ()
    """When the foot that stands moves aside by a quarter of the leg."""
    noise_px: float = 0.8
    seed: int = 0

    def times_s(self) -> list[tuple[Side, float, float, float]]:
        """Side, start, end and depth of every squat."""
        found, now = [], self.stand_s
        for side, depths in self.squats:
            now += 1.0
            for depth in depths:
                found.append((side, now, now + self.rep_s, depth))
                now += self.rep_s + self.rest_s
            now += 0.5 + self.stand_s
        return found

    def seconds(self) -> float:
        """How long all of it takes."""
        return self.stand_s + sum(
            1.5 + len(depths) * (self.rep_s + self.rest_s) + self.stand_s for _, depths in self.squats
        )

    def observe(self, fps: float = 30.0) -> list[Observation]:
        """All of it as the check is told it."""
        time_s = np.arange(0.5 / fps, self.seconds(), 1.0 / fps)
        points, line = self._pixels(time_s)
        noise = np.random.default_rng(self.seed)
        points += noise.normal(0.0, self.noise_px, points.shape)
        seen = list(observations(time_s, points, line + noise.normal(0.0, 0.5, len(time_s)), 0.5))
        if self.gone is None:
            return seen
        return [
            Observation(o.index, o.time_s, None, reason="nobody in view")
            if self.gone[0] <= o.time_s < self.gone[1]
            else o
            for o in seen
        ]

    def _on(self, time_s: FloatArray) -> dict[Side, FloatArray]:
        """How far each leg stands alone, 0 to 1."""
        on, start = {side: np.zeros_like(time_s) for side in Side}, self.stand_s
        for side, depths in self.squats:
            end = start + 1.5 + len(depths) * (self.rep_s + self.rest_s)
            on[side] += np.clip((time_s - start) / 0.4, 0, 1) * np.clip((end - time_s) / 0.4, 0, 1)
            start = end + self.stand_s
        for at_s in self.touches_s:
            for side in Side:
                on[side] *= 1.0 - np.clip(1.0 - (np.abs(time_s - at_s) - 0.2) / 0.1, 0, 1)
        return on

    def _depth(self, time_s: FloatArray) -> FloatArray:
        depth = np.zeros_like(time_s)
        for _, start_s, end_s, deepest in self.times_s():
            into = np.clip((time_s - start_s) / (end_s - start_s), 0, 1)
            depth += deepest * (1.0 - np.cos(2.0 * np.pi * into)) / 2.0
        return depth

    def _pixels(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(n, 33, 2) and the image angle of the hip line (n,)."""
        points = np.full((len(time_s), 33, 2), np.nan)
        on, depth = self._on(time_s), self._depth(time_s)
        share = depth / AT_DEPTH
        lifted = self.lift_px > 0.0
        line, lean = np.zeros_like(time_s), np.zeros_like(time_s)
        aside = np.zeros_like(time_s)
        for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1)):
            line += sign * self.angles[side].pelvis * share * (on[side] > 0)
            lean += sign * self.angles[side].trunk * share * (on[side] > 0)
            aside += sign * on[side] * (40.0 if lifted else 0.0)
        narrow = np.ones_like(time_s)
        if self.turned is not None:
            from_s, to_s, by_deg = self.turned
            narrow[(time_s >= from_s) & (time_s < to_s)] = np.cos(np.radians(by_deg))
        hop = 0.25 * LEG_PX * sum((np.clip((time_s - at_s) / 0.2, 0, 1) for at_s in self.hops_s), np.zeros_like(time_s))
        middle = np.stack([360.0 + aside + hop, 520.0 + depth * LEG_OF_HIPS * LEG_PX], axis=-1)
        across = np.stack([np.cos(np.radians(line)), -np.sin(np.radians(line))], axis=-1) * narrow[:, None]
        upward = np.stack([np.sin(np.radians(lean)), -np.cos(np.radians(lean))], axis=-1)
        for side, sign in ((Side.LEFT, -1), (Side.RIGHT, 1)):
            hip = middle + sign * 45.0 * across
            up = self.lift_px * on[side.other]
            ankle = np.stack([360.0 + sign * 50.0 + hop, 520.0 + LEG_PX - up], axis=-1)
            bend = np.radians(self.angles[side].knee * share) * (on[side] > 0)
            knee = (hip + ankle) / 2.0
            thigh = ankle - hip
            knee += -sign * (np.tan(bend / 2.0) / 2.0)[:, None] * np.stack([thigh[:, 1], -thigh[:, 0]], axis=-1)
            shoulder = middle + 250.0 * upward + sign * 70.0 * np.stack([narrow, np.zeros_like(narrow)], axis=-1)
            for name, point in (("HIP", hip), ("KNEE", knee), ("ANKLE", ankle), ("SHOULDER", shoulder)):
                points[:, Landmark[f"{side.name}_{name}"]] = point
        return points, line


def watched(track: list[Observation], settings: GaitSettings | None = None) -> tuple[list[Rep], Watch]:
    """What the check makes of a track."""
    watch = Watch(settings or GaitSettings())
    return [rep for observation in track for rep in watch.push(observation)], watch


def in_order(reps: list[Rep]) -> bool:
    """Whether each begins after the one before it has ended."""
    return all(before.end_s <= after.start_s for before, after in pairwise(reps))
