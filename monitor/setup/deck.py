"""Which way the belt runs, told by the long edges of the treadmill's deck.

The edges are parallel, so they point to one place in the picture: where the belt runs to. A deck that is inclined moves
that place up or down and not aside. The edges of the floor may point elsewhere; so only edges count that pass beside
the feet of who stands on the belt, and both sides must agree.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.setup.lens import FloatArray
from monitor.setup.level import Level
from monitor.setup.segments import Segments

ASIDE_M = 0.1, 0.55
"""How far beside the middle of the feet a deck's edges run: a belt is 40 to 56 cm wide, a deck up to 90 [ours]."""
BELOW_HORIZON = 0.08
"""What is nearer to the horizon than this slope is not the deck [ours]."""
MOST_HEADING, HEADING_STEP = 0.35, 0.01
"""Slopes, sideways by forward, from where the feet are seen."""
RISES = np.arange(-0.16, 0.081, 0.02)
"""Slopes, down by forward: from an incline of 16 % to a decline of 8 %."""
NEAR_DEG = 1.0
STRAIGHT_SD_DEG = 0.3
RISE_SD = 0.1
MOST_CROSSWISE_DEG = 12.0
LEAST_LENGTH = 0.12
"""Of the edges on either side, as a part of the picture's longer side [ours]."""
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the belt runs to, in the level camera's axes."""

    slope: float
    """Sideways by forward."""
    slope_sd: float
    rise: float
    """Down by forward: negative where the belt runs uphill, or where the camera is not level after all."""
    edges: npt.NDArray[np.bool_]
    """(n,) which of the segments are the deck's."""


def find_heading(segments: Segments, level: Level, feet: FloatArray, distance_m: float) -> Heading | None:
    """Where the belt runs to, or None where its edges are not seen.

    Args:
        segments: of a picture in which nobody hides the deck, or without what lies on somebody.
        level: the camera made level.
        feet: (2,) their middle, slopes right and down of the level camera's axis.
        distance_m: of the feet, at least roughly.
    """
    ends = level.slopes(segments.ends, segments.size)
    low: npt.NDArray[np.bool_] = np.all(ends[..., 1] > BELOW_HORIZON, axis=1)
    ends, lengths = ends[low], segments.lengths_px[low] / max(segments.size)
    sd = np.hypot(segments.direction_sd[low], math.radians(STRAIGHT_SD_DEG))
    if not len(ends):
        return None
    headings = np.arange(feet[0] - MOST_HEADING, feet[0] + MOST_HEADING, HEADING_STEP)
    best, found = 0.0, np.zeros(2)
    for heading in headings:
        towards = np.column_stack([np.full_like(RISES, heading), RISES])
        off, aside_m = _fit(ends, towards[:, None], feet, distance_m)
        near = np.where(_beside(aside_m), np.exp(-0.5 * (off / math.radians(NEAR_DEG)) ** 2) * lengths, 0.0)
        support = np.minimum((near * (aside_m < 0.0)).sum(axis=1), (near * (aside_m > 0.0)).sum(axis=1))
        if support.max() > best:
            best, found = float(support.max()), towards[np.argmax(support)]
    if best < LEAST_LENGTH:
        return None
    return _refine(ends, sd, found, feet, distance_m, low)


def _fit(ends: FloatArray, towards: FloatArray, feet: FloatArray, distance_m: float) -> tuple[FloatArray, FloatArray]:
    """By how much each edge (n, 2, 2) points past `towards` (…, 2), radians, and how far from the feet it passes, m."""
    middles, vectors = ends.mean(axis=1), ends[:, 1] - ends[:, 0]
    to = towards - middles
    cross = to[..., 0] * vectors[:, 1] - to[..., 1] * vectors[:, 0]
    off = np.arctan2(cross, np.sum(to * vectors, axis=-1))
    off = (off + math.pi / 2.0) % math.pi - math.pi / 2.0
    reach = (feet[1] - towards[..., 1]) / np.where(to[..., 1] == 0.0, np.nan, -to[..., 1])
    aside_m = (towards[..., 0] - to[..., 0] * reach - feet[0]) * distance_m
    return off, np.nan_to_num(aside_m, nan=math.inf)


def _beside(aside_m: FloatArray) -> npt.NDArray[np.bool_]:
    beside: npt.NDArray[np.bool_] = (np.abs(aside_m) > ASIDE_M[0]) & (np.abs(aside_m) < ASIDE_M[1])
    return beside


def _refine(
    ends: FloatArray,
    sd: FloatArray,
    towards: FloatArray,
    feet: FloatArray,
    distance_m: float,
    low: npt.NDArray[np.bool_],
) -> Heading:
    """Least squares with Tukey's weights, from a first guess."""
    prior = np.diag([1e-6, RISE_SD**-2])  # the first only keeps the equations solvable
    for _ in range(ROUNDS):
        off, aside_m = _fit(ends, towards, feet, distance_m)
        use = (np.abs(off) < math.radians(2.0 * NEAR_DEG)) & _beside(aside_m)
        weights = (1.0 - (off[use] / math.radians(2.0 * NEAR_DEG)) ** 2) ** 2 / sd[use] ** 2
        to = towards - ends[use].mean(axis=1)
        slopes = np.column_stack([to[:, 1], -to[:, 0]]) / np.sum(to**2, axis=1)[:, None]
        normal = slopes.T @ (weights[:, None] * slopes) + prior
        towards = towards - np.linalg.solve(normal, slopes.T @ (weights * off[use]) + prior @ towards)
    spread = max(1.0, float(np.sum(weights * off[use] ** 2) / max(1, use.sum() - 2)))
    edges = low.copy()
    edges[low] = use
    return Heading(float(towards[0]), math.sqrt(np.linalg.inv(normal)[0, 0] * spread), float(towards[1]), edges)


def crosswise_deg(
    segments: Segments, level: Level, heading: Heading, feet: FloatArray, distance_m: float
) -> float | None:
    """By how much what lies across the deck behind the feet, above all its rear edge, is off level.

    + = its right end higher; None where nothing like it is seen.
    """
    ends = level.slopes(segments.ends, segments.size)
    middles = ends.mean(axis=1)
    towards = np.array([heading.slope, heading.rise])
    reach = (feet[1] - towards[1]) / np.maximum(middles[:, 1] - towards[1], 1e-9)
    aside_m = (towards[0] + (middles[:, 0] - towards[0]) * reach - feet[0]) * distance_m
    rays = np.concatenate([ends, np.ones_like(ends[..., :1])], axis=-1)
    across = np.cross(np.cross(rays[:, 0], rays[:, 1]), np.append(towards, 1.0))
    across *= np.sign(across[:, :1])
    off_deg = -np.degrees(np.arcsin(across[:, 1] / np.maximum(np.linalg.norm(across, axis=1), 1e-9)))
    use = (middles[:, 1] > feet[1]) & (np.abs(aside_m) < ASIDE_M[1]) & (np.abs(off_deg) < MOST_CROSSWISE_DEG)
    lengths = segments.lengths_px[use]
    if lengths.sum() < LEAST_LENGTH * max(segments.size):
        return None
    order = np.argsort(off_deg[use])
    half = np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2.0)
    return float(off_deg[use][order][half])
