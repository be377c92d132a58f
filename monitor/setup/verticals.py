"""Which way is down, told by what stands upright in the picture: door frames, walls, windows, a treadmill's posts.

Directions are unit vectors in the camera's axes: x to the picture's right, y down, z where the lens looks. Down is
(sin ρ cos τ, cos ρ cos τ, sin τ): ρ is the roll, the angle at which the horizon appears in the picture, + = its right
end higher; τ the tilt, + = the lens looks down. Where the lens is tilted, upright things lean towards each other, by
their distance from the picture's middle; so both angles come from one fit.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.setup.lens import FloatArray, Lens
from monitor.setup.segments import Segments

MOST_ROLL_DEG, MOST_TILT_DEG = 12.0, 20.0
ROLL_STEP_DEG, TILT_STEP_DEG = 0.25, 1.0
PLUMB_SD_DEG = 0.25
"""How far an upright thing is from plumb: a wall by 0.1, a door frame by 0.2, a shelf or a post by more [ours]."""
NEAR_DEG = 0.7
"""What stands farther from plumb than two of these is not upright [ours]."""
TILT_PRIOR_DEG = 12.0
STRUCTURE = 0.04
"""Edges within this part of the picture's width belong to one thing, which is plumb or not as a whole [ours]."""
NOTHING_UPRIGHT = "nothing that stands upright is seen well enough, such as a door frame, a window or a corner of walls"
CONTRADICTORY = "what should stand upright in the picture does not agree"
LEAST_LENGTH = 0.2
"""All upright edges together, as a part of the picture's longer side [ours]."""
RIVAL = 0.7
APART_DEG = 1.5
"""Other edges, with this part of the best support, that agree on another roll by so much: which are plumb? [ours]"""
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Down:
    """The direction of gravity in the picture."""

    roll_deg: float
    roll_sd_deg: float
    tilt_deg: float
    tilt_sd_deg: float

    @property
    def vector(self) -> FloatArray:
        """(3,) in the camera's axes."""
        return down_vector(self.roll_deg, self.tilt_deg)


def down_vector(roll_deg: float, tilt_deg: float) -> FloatArray:
    """(3,) the unit vector down in the camera's axes."""
    roll, tilt = math.radians(roll_deg), math.radians(tilt_deg)
    return np.array([math.sin(roll) * math.cos(tilt), math.cos(roll) * math.cos(tilt), math.sin(tilt)])


def find_down(segments: Segments, lens: Lens) -> Down | str:
    """Which way is down, or why that cannot be told."""
    across, along = segments.vectors.T
    upright = segments.where(np.abs(across) <= math.tan(math.radians(MOST_ROLL_DEG + MOST_TILT_DEG)) * np.abs(along))
    if not len(upright):
        return NOTHING_UPRIGHT
    rolls, tilts, support = _support(upright, lens)
    best = np.unravel_index(int(np.argmax(support)), support.shape)
    roll_deg, tilt_deg = float(rolls[best[0]]), float(tilts[best[1]])
    agrees = np.abs(_leaning(upright, lens, roll_deg, tilt_deg)) < math.radians(2.0 * NEAR_DEG)
    if upright.lengths_px[agrees].sum() < LEAST_LENGTH * max(upright.size):
        return NOTHING_UPRIGHT
    _, _, of_others = _support(upright.where(~agrees), lens)
    if of_others[np.abs(rolls - roll_deg) > APART_DEG].max() > RIVAL * support.max():
        return CONTRADICTORY
    return _refine(upright, lens, roll_deg, tilt_deg)


def _support(segments: Segments, lens: Lens) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rolls (r,), tilts (t,) and, for each pair, how much stands upright by it (r, t)."""
    rolls = np.arange(-MOST_ROLL_DEG, MOST_ROLL_DEG + ROLL_STEP_DEG / 2.0, ROLL_STEP_DEG)
    tilts = np.arange(-MOST_TILT_DEG, MOST_TILT_DEG + TILT_STEP_DEG / 2.0, TILT_STEP_DEG)
    support = np.empty((len(rolls), len(tilts)))
    for column, tilt_deg in enumerate(tilts):
        leaning = _leaning(segments, lens, rolls[:, None], tilt_deg)
        support[:, column] = np.exp(-0.5 * (leaning / math.radians(NEAR_DEG)) ** 2) @ segments.lengths_px
    return rolls, tilts, support * np.exp(-0.5 * (tilts / TILT_PRIOR_DEG) ** 2)


def _leaning(segments: Segments, lens: Lens, roll_deg: npt.ArrayLike, tilt_deg: float) -> FloatArray:
    """(…, n) by how much each edge leans from what is upright where it is, radians; `roll_deg` (…, 1) or a number."""
    roll, tilt = np.radians(roll_deg), math.radians(tilt_deg)
    x, y = lens.rays(segments.middles, segments.size).T
    across, along = segments.vectors.T
    down_x, down_y, down_z = np.sin(roll) * math.cos(tilt), np.cos(roll) * math.cos(tilt), math.sin(tilt)
    plumb_x, plumb_y = down_x - x * down_z, down_y - y * down_z
    leaning: FloatArray = np.arctan((across * plumb_y - along * plumb_x) / (across * plumb_x + along * plumb_y))
    return leaning


def _refine(segments: Segments, lens: Lens, roll_deg: float, tilt_deg: float) -> Down:
    """Least squares with Tukey's weights, from a first guess."""
    sideways = lens.rays(segments.middles, segments.size)[:, 0]
    things = np.round(segments.middles[:, 0] / (STRUCTURE * segments.size[0])).astype(np.int64)
    prior = np.diag([1e-6, math.radians(TILT_PRIOR_DEG) ** -2])  # the first only keeps the equations solvable
    angles = np.radians([roll_deg, tilt_deg])
    for _ in range(ROUNDS):
        leaning = _leaning(segments, lens, *np.degrees(angles).tolist())
        near = np.abs(leaning) < math.radians(2.0 * NEAR_DEG)
        _, thing, companions = np.unique(things[near], return_inverse=True, return_counts=True)
        shared = companions[thing] * math.radians(PLUMB_SD_DEG) ** 2
        tukey = (1.0 - (leaning[near] / math.radians(2.0 * NEAR_DEG)) ** 2) ** 2
        weights = tukey / (shared + segments.direction_sd[near] ** 2)
        slopes = np.column_stack([np.ones(near.sum()), -sideways[near]])  # of the upright direction, by both angles
        normal = slopes.T @ (weights[:, None] * slopes) + prior
        angles = angles + np.linalg.solve(normal, slopes.T @ (weights * leaning[near]) - prior @ angles)
    spread = max(1.0, float(np.sum(weights * leaning[near] ** 2) / max(1, len(companions) - 2)))
    roll_sd, tilt_sd = np.degrees(np.sqrt(np.diag(np.linalg.inv(normal)) * spread))
    roll, tilt = np.degrees(angles)
    return Down(float(roll), float(roll_sd), float(tilt), float(tilt_sd))
