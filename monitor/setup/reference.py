"""What stands still in the picture, as some hundred places with an edge, and by how much a later picture has moved.

An edge is kept as its place and the direction in which it grows brighter, no more: enough to find it again, too little
to show anybody. In a later picture each is looked for along that direction. Where the camera was turned, shifted or
moved back, the edges agree on how; where somebody stands in front or a lamp went out, some are missing.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from monitor.setup.picture import GreyPicture

FloatArray = npt.NDArray[np.floating[Any]]

LONGEST_PX = 480
"""Of the picture that is compared."""
CELLS = 12
"""Along the longer side: edges are taken from all over the picture."""
LEAST_EDGES = 16
FEWEST_PER_PIXEL = 3.0
"""Grey levels by pixel: a weaker edge is noise, or gone at dusk [ours]."""
STRAIGHT = 0.9
"""Coherence of the gradient about an edge: 1 is a straight one, less a corner or texture [ours]."""
CROSSING_DEG = 30.0
BORDER_PX = 6
REACH_PX = 8
NEAR_PX = 1.5
AGREEING = 0.5
"""This part of the edges must be found where one movement puts them: by chance it is some 0.2 [ours]."""
MOST_TURN_DEG, TURN_STEP_DEG = 8.0, 1.0
MOST_SHIFT = 0.16
"""Of the picture's width and height."""
COARSE = 0.5
"""Scale of the picture that is searched."""
STEP_PX = 2.0
"""Of the search, in that picture."""
_ORIENTATIONS = 16


@dataclass(frozen=True, slots=True)
class Reference:
    """Edges of what stands still, in a picture of `size`."""

    edges: tuple[tuple[float, float, float], ...]
    """u and v in pixels, and the direction of growing brightness in degrees, from right over down."""
    size: tuple[int, int]
    """(width, height)."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How the picture has moved."""

    turned_deg: float
    """Clockwise, as the picture is seen."""
    right: float
    """Of its middle, as a part of the width."""
    down: float
    """As a part of the width too."""
    scale: float


def reference_of(picture: GreyPicture, hidden: npt.NDArray[np.bool_] | None = None) -> Reference | None:
    """The edges of a picture (height, width) no larger than `LONGEST_PX`, or None where there are too few.

    Args:
        picture: of what stands still.
        hidden: (height, width) where somebody may be, or the belt that moves.
    """
    right, down = _gradient(picture)
    strength = np.hypot(right, down)
    xx, yy, xy = (cv2.GaussianBlur(product, (0, 0), 2.0) for product in (right * right, down * down, right * down))
    coherence = np.hypot(xx - yy, 2.0 * xy) / np.maximum(xx + yy, 1e-6)
    merit = np.where((coherence > STRAIGHT) & (strength > FEWEST_PER_PIXEL), strength, 0.0)
    if hidden is not None:
        merit[hidden] = 0.0
    inner = np.zeros_like(merit)
    inner[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = merit[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX]
    direction = np.degrees(np.arctan2(down, right))
    cell = math.ceil(LONGEST_PX / CELLS)
    edges = []
    for top in range(0, picture.shape[0], cell):
        for left in range(0, picture.shape[1], cell):
            window = np.s_[top : top + cell, left : left + cell]
            edges += [(left + u, top + v, deg) for u, v, deg in _best_two(inner[window], direction[window])]
    if len(edges) < LEAST_EDGES:
        return None
    return Reference(tuple(edges), (picture.shape[1], picture.shape[0]))


def movement(reference: Reference, picture: GreyPicture) -> Movement | None:
    """How `picture` has moved since, or None where it does not look like it at all.

    Raises ValueError: it has another size.
    """
    if picture.shape != reference.size[::-1]:
        raise ValueError(f"a picture of {reference.size} is compared with one of {picture.shape[::-1]}")
    gradient = _gradient(picture)
    places, normals = _from_middle(reference)
    stayed = _refine(places, normals, gradient, np.zeros(4))
    if stayed[1] >= AGREEING:
        return _movement(stayed[0], reference.size[0])
    found = _refine(places, normals, gradient, _search(places, normals, gradient))
    return _movement(found[0], reference.size[0]) if found[1] >= AGREEING else None


def _gradient(picture: GreyPicture) -> tuple[FloatArray, FloatArray]:
    """Right and down, grey levels by pixel."""
    smooth = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.2)
    right, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1)))
    return np.asarray(right), np.asarray(down)


def _best_two(merit: FloatArray, direction_deg: FloatArray) -> list[tuple[int, int, float]]:
    """The best edge of a cell, and the best that crosses its direction."""
    best = []
    for _ in range(2):
        v, u = np.unravel_index(int(np.argmax(merit)), merit.shape)
        if merit[v, u] <= 0.0:
            break
        best.append((int(u), int(v), round(float(direction_deg[v, u]), 1)))
        apart = np.abs((direction_deg - direction_deg[v, u] + 90.0) % 180.0 - 90.0)
        merit = np.where(apart > CROSSING_DEG, merit, 0.0)
    return best


def _from_middle(reference: Reference) -> tuple[FloatArray, FloatArray]:
    """Places (n, 2) from the picture's middle, and unit vectors towards the bright side (n, 2)."""
    edges = np.array(reference.edges)
    direction = np.radians(edges[:, 2])
    return edges[:, :2] - np.array(reference.size) / 2.0, np.column_stack([np.cos(direction), np.sin(direction)])


def _moved(places: FloatArray, normals: FloatArray, by: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places and normals after a shift by[:2], a turn by[2] and a growth by[3]."""
    turn = np.array([[math.cos(by[2]), -math.sin(by[2])], [math.sin(by[2]), math.cos(by[2])]])
    return places @ turn.T * (1.0 + by[3]) + by[:2], normals @ turn.T


def _refine(
    places: FloatArray, normals: FloatArray, gradient: tuple[FloatArray, ...], by: FloatArray
) -> tuple[FloatArray, float]:
    """The movement near `by` (4,) that the edges agree on, and the part of them that does."""
    middle = np.array(gradient[0].shape[::-1]) / 2.0
    reach = np.arange(-REACH_PX, REACH_PX + 1.0)
    agreeing = 0.0
    for _ in range(4):
        at, towards = _moved(places, normals, by)
        along = (at + middle)[:, None] + reach[:, None] * towards[:, None]
        u, v = np.moveaxis(along.astype(np.float32), -1, 0)
        right, down = (cv2.remap(part, u, v, cv2.INTER_LINEAR) for part in gradient)
        profile = right * towards[:, :1] + down * towards[:, 1:]
        peak = np.argmax(profile, axis=1)
        seen = profile[np.arange(len(peak)), peak] > FEWEST_PER_PIXEL / 2.0
        off = reach[peak] + _vertex(profile, peak)
        slopes = np.column_stack([towards, towards[:, 1] * at[:, 0] - towards[:, 0] * at[:, 1], (towards * at).sum(1)])
        step = np.zeros(4)
        for limit_px in (2.0 * REACH_PX, 6.0, 4.0, 3.0, 3.0):
            left = off - slopes @ step
            weights = np.where(seen & (np.abs(left) < limit_px), (1.0 - (left / limit_px) ** 2) ** 2, 0.0)
            normal = slopes.T @ (weights[:, None] * slopes) + np.diag([1e-3, 1e-3, 1.0, 1e2])
            step = np.linalg.solve(normal, slopes.T @ (weights * off))
        agreeing = float(np.mean(seen & (np.abs(off - slopes @ step) < NEAR_PX)))
        by = by + step
        if np.abs(step[:2]).max() < 0.05 and abs(step[2]) < 1e-4:
            break
    return by, agreeing


def _vertex(profile: FloatArray, peak: npt.NDArray[np.int64]) -> FloatArray:
    """By how much each profile's highest point is beside its highest sample, samples."""
    row, inside = np.arange(len(peak)), np.clip(peak, 1, profile.shape[1] - 2)
    before, at, after = (profile[row, inside + step].astype(np.float64) for step in (-1, 0, 1))
    curve = before - 2.0 * at + after
    beside: FloatArray = np.where(
        (curve < 0.0) & (inside == peak), 0.5 * (before - after) / np.minimum(curve, -1e-6), 0.0
    )
    return np.clip(beside, -0.5, 0.5)


def _search(places: FloatArray, normals: FloatArray, gradient: tuple[FloatArray, ...]) -> FloatArray:
    """The coarse movement (4,) at which most edges lie on edges of their direction."""
    likeness = _likeness(gradient)
    _, height, width = likeness.shape
    us, vs = (np.arange(-MOST_SHIFT * side, MOST_SHIFT * side + STEP_PX, STEP_PX) for side in (width, height))
    best, found = -1.0, np.zeros(4)
    for turn_deg in np.arange(-MOST_TURN_DEG, MOST_TURN_DEG + TURN_STEP_DEG, TURN_STEP_DEG):
        by = np.array([0.0, 0.0, math.radians(turn_deg), 0.0])
        at, towards = _moved(COARSE * places, normals, by)
        facing = np.round(np.arctan2(towards[:, 1], towards[:, 0]) * _ORIENTATIONS / math.tau).astype(np.int64)
        u = np.round(at[:, 0] + width / 2.0 + us[:, None]).astype(np.int64)
        v = np.round(at[:, 1] + height / 2.0 + vs[:, None]).astype(np.int64)
        inside_u, inside_v = (u >= 0) & (u < width), (v >= 0) & (v < height)
        values = likeness[facing % _ORIENTATIONS, np.clip(v, 0, height - 1)[:, None], np.clip(u, 0, width - 1)[None]]
        support = (values * (inside_v[:, None] & inside_u[None])).sum(axis=-1)
        row, column = np.unravel_index(int(np.argmax(support)), support.shape)
        if support[row, column] > best:
            best = float(support[row, column])
            found = np.array([us[column] / COARSE, vs[row] / COARSE, by[2], 0.0])
    return found


def _likeness(gradient: tuple[FloatArray, ...]) -> FloatArray:
    """For each orientation, how much every place of a small picture looks like an edge of it: (orientations, h, w)."""
    right, down = (cv2.resize(part, None, fx=COARSE, fy=COARSE, interpolation=cv2.INTER_AREA) for part in gradient)
    length = np.hypot(right, down) + FEWEST_PER_PIXEL
    maps = []
    for angle in np.arange(_ORIENTATIONS) * math.tau / _ORIENTATIONS:
        along = np.maximum(0.0, right * math.cos(angle) + down * math.sin(angle))
        maps.append(cv2.GaussianBlur(along / length, (0, 0), 2.0))
    return np.stack(maps)


def _movement(by: FloatArray, width: int) -> Movement:
    right, down, turn, growth = by.tolist()
    return Movement(math.degrees(turn), right / width, down / width, 1.0 + growth)
