"""The two edges of a strap, column by column, at full resolution. Lengths are in hip widths."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from monitor.pelvis.curve import BoolArray, FloatArray, median
from monitor.pelvis.strap import CORE, Crop, RoughLine

HALF_BAND = 0.45
"""Height of the band about the rough line that is looked at, to each side."""

HALF_STRAP = 0.06
"""About the rough line this much is strap, however thin it is."""

SURROUNDINGS = 0.2
"""Beyond this it is strap no more, however thick it is."""

BLUR = 0.025
"""Standard deviation of the smoothing across an edge."""

EDGES = np.array([[-0.5], [0.5]])
"""The upper and the lower one, in thicknesses from the middle."""

RISE_AND_FALL = np.array([[[0.5]], [[-0.5]]], np.float32)
"""Times the level's difference between the rows below and above: positive at the upper and at the lower edge."""

LEAST_STEEPNESS = 0.2
"""Of an edge, as a fraction of a sharp one's [ours]."""

LEVEL_TOLERANCE = 0.4
"""By how much the strap's level may differ from its usual one, as a fraction of its contrast [ours]."""


@dataclass(frozen=True, slots=True)
class Band:
    """The neighbourhood of the rough line, sheared level."""

    colours: npt.NDArray[np.float32]
    """(2 k + 1, columns, 3) grey levels, the rough line in row k."""
    level: npt.NDArray[np.float32]
    """(2 k + 1, columns), 0 like what surrounds the strap, 1 like the strap."""
    u: FloatArray
    """(columns,) to the right of the middle of the hips."""
    v: FloatArray
    """(columns,) of row k, below the middle of the hips."""
    pixel: float
    contrast: float
    """Grey levels from 0 to 1, in the mixture of colours that shows the strap best."""
    lighter: float
    """Grey levels by which the strap lightens the colour that it lightens most."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Middle and thickness of the strap in every column."""

    centre: FloatArray
    """(columns,) v"""
    thickness: FloatArray
    """(columns,)"""
    seen: BoolArray
    """(columns,) true where there are two edges with strap between them."""


def cut_band(crop: Crop, rough: RoughLine) -> Band:
    """The band about the rough line, its colours mixed for contrast."""
    unit = crop.hip_width_px
    width = crop.image.shape[1]
    u = np.asarray((np.arange(width) - crop.u_px) / unit, np.float64)
    k = round(HALF_BAND * unit)
    shear = np.array([[1.0, 0.0, 0.0], [rough.slope, 1.0, crop.v_px + rough.v * unit - rough.slope * crop.u_px - k]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    sheared = cv2.warpAffine(crop.image, shear, (width, 2 * k + 1), flags=how, borderMode=cv2.BORDER_REPLICATE)
    colours = cv2.blur(sheared, (5, 1)).astype(np.float32)
    first, last = u.searchsorted((-CORE, CORE))
    core = colours[:, first:last]
    half, margin = max(1, round(HALF_STRAP * unit)), k - round(SURROUNDINGS * unit)
    parts = core[:margin], core[k - half : k + half + 1], core[-margin:]
    above, strap, below = (cv2.reduce(part, 0, cv2.REDUCE_AVG)[0] for part in parts)
    around = np.maximum(above, below)
    gain = median(strap - around)
    contrast = max(math.hypot(*gain), 1e-6)
    mixture = (gain / contrast**2).astype(np.float32)
    grey = colours @ mixture - median(around) @ mixture
    level = cv2.GaussianBlur(grey, (1, 2 * round(3 * BLUR * unit) + 1), 1.0, sigmaY=BLUR * unit)
    return Band(
        colours=colours,
        level=np.asarray(level, np.float32),
        u=u,
        v=np.asarray(rough.v + rough.slope * u, np.float64),
        pixel=1.0 / unit,
        contrast=contrast,
        lighter=float(gain.max()),
    )


def find_edges(band: Band, middle: FloatArray, thickness: float, reach: float) -> Edges:
    """The steepest rise and fall within `reach` of the edges of a strap.

    Args:
        band: see `cut_band`.
        middle: (columns,) v at which the strap is expected.
        thickness: the strap's.
        reach: how far from its edges to look.
    """
    (top, bottom), steepness = steepest(band, middle + thickness * EDGES, reach)
    centre = 0.5 * (top + bottom)
    level = band.level[row_at(band, centre), np.arange(band.u.size)]
    sharp = band.pixel / (BLUR * math.sqrt(2.0 * math.pi))
    seen = (steepness.min(axis=0) > LEAST_STEEPNESS * sharp) & (np.abs(level - 1.0) < LEVEL_TOLERANCE)
    return Edges(centre, bottom - top, seen)


def row_at(band: Band, v: FloatArray, margin: int = 0) -> npt.NDArray[np.intp]:
    """(..., columns) row of the band at a height in every column, or the nearest one `margin` rows within it."""
    last = band.level.shape[0] - 1
    row = np.rint((v - band.v) / band.pixel) + last // 2
    return np.asarray(np.minimum(np.maximum(row, margin), last - margin), np.intp)


def steepest(band: Band, expected: FloatArray, reach: float) -> tuple[FloatArray, npt.NDArray[np.float32]]:
    """Where the level rises most steeply near the upper edge expected, and falls most steeply near the lower one.

    Args:
        band: see `cut_band`.
        expected: (2, columns) v of the upper and the lower edge.
        reach: how far from there to look.

    Returns:
        (2, columns) their v to a fraction of a pixel, and (2, columns) the change of level per row there.
    """
    half = max(1, round(reach / band.pixel))
    near = row_at(band, expected, half + 2)
    columns = band.u.size
    pixel = near * columns + np.arange(columns)
    level = band.level.take(pixel[:, :, None] + columns * np.arange(-half - 2, half + 3))
    steepness = RISE_AND_FALL * (level[:, :, 2:] - level[:, :, :-2])
    best = steepness[:, :, 1:-1].argmax(axis=2)
    at = best + np.arange(2 * columns).reshape(2, columns) * steepness.shape[2]
    before, peak, after = steepness.take((at, at + 1, at + 2))
    bend = np.minimum(before - 2.0 * peak + after, -1e-6)
    shift = np.minimum(np.maximum(0.5 * (before - after) / bend, -1.0), 1.0)
    row = near - half + best + shift
    return band.v + (row - band.level.shape[0] // 2) * band.pixel, peak
