"""A first, rough line through what looks like a strap across the pelvis. Lengths are in hip widths."""

from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from monitor.pelvis.region import HipRegion

SIDE, ABOVE, BELOW = 1.8, 1.55, 0.55
"""Extent of what is searched, from the middle of the hips."""

CORE = 0.7
"""To each side this far it is the runner's body for certain, and not the room."""

LARGEST_HIP_WIDTH_PX = 72.0
"""A nearer runner is reduced to this, which bounds the time: a strap is 13 pixels thick then [ours]."""

SEARCH_SCALE_PX = 32.0
"""Hip width in the reduced picture in which the rough line is searched."""

STRAP_PX = (4, 6, 8)
"""Strap heights tried there: 22 to 45 mm on a runner with 178 mm between the hip joints."""

SURROUNDINGS_PX = 4

EVERY = 3
"""Columns are smoothed over this many, and one of them is searched."""

SLOPES = np.tan(np.radians(np.arange(-27.0, 28.0, 3.0)))

APART = 0.35
"""Lines this far apart are two lines."""


@dataclass(frozen=True, slots=True)
class Crop:
    """The searched part of a picture, with the middle of the hips and the hip width in its own pixels."""

    image: npt.NDArray[np.uint8]
    """(rows, columns, 3)"""
    u_px: float
    v_px: float
    hip_width_px: float


@dataclass(frozen=True, slots=True)
class RoughLine:
    """v = v + slope * u, from the middle of the hips."""

    v: float
    slope: float
    contrast: float
    """Grey levels by which it differs from what is above and below."""
    rival: float
    """Strength of the best line elsewhere, as a fraction of this one's."""


def crop_hips(image: npt.NDArray[np.uint8], region: HipRegion) -> Crop:
    """The searched part of a (height, width, 3) picture: less where the picture ends, reduced where it is large."""
    height, width = image.shape[:2]
    unit = region.hip_width_px
    left = max(0, round(region.u_px - SIDE * unit))
    right = min(width, round(region.u_px + SIDE * unit))
    top = max(0, round(region.v_px - ABOVE * unit))
    bottom = min(height, round(region.v_px + BELOW * unit))
    part = np.ascontiguousarray(image[top:bottom, left:right])
    scale = min(1.0, LARGEST_HIP_WIDTH_PX / unit)
    if scale < 1.0:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    u_px, v_px = (region.u_px - left + 0.5) * scale - 0.5, (region.v_px - top + 0.5) * scale - 0.5
    return Crop(part, u_px, v_px, unit * scale)


def strap_response(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """How many grey levels a strap centred at a pixel differs from what is above AND what is below.

    A hem, or the border of two garments, differs from one of the two only: it gives nothing.

    Args:
        image: (rows, columns, 3), with `SEARCH_SCALE_PX` pixels in a hip width.

    Returns:
        (rows, columns), one column of `EVERY`, not negative: the largest of the three colours, lighter or darker, and
        the heights tried.
    """
    smooth = cv2.blur(image, (EVERY, 1))[:, ::EVERY].astype(np.float32)
    around = cv2.blur(smooth, (1, SURROUNDINGS_PX))
    response = np.zeros(smooth.shape, np.float32)
    for strap_px in STRAP_PX:
        reach = (strap_px + SURROUNDINGS_PX) // 2 + 1
        strap, above, below = cv2.blur(smooth, (1, strap_px))[reach:-reach], around[: -2 * reach], around[2 * reach :]
        between = cv2.addWeighted(above, 0.5, below, 0.5, 0.0)
        differs = cv2.scaleAdd(cv2.absdiff(above, below), -0.5, cv2.absdiff(strap, between))
        np.maximum(response[reach:-reach], differs, out=response[reach:-reach])
    largest = cv2.reduce(response.reshape(-1, 3), 1, cv2.REDUCE_MAX)  # numpy's own takes ten times as long over three
    return np.asarray(largest.reshape(response.shape[:2]), np.float32)


def rough_line(crop: Crop) -> RoughLine | None:
    """The straight line with the strongest response along the core; None where the picture ends inside the core."""
    unit = crop.hip_width_px
    first, last = (round(crop.u_px + side * CORE * unit) for side in (-1.0, 1.0))
    if first < 0 or last > crop.image.shape[1] or crop.image.shape[0] < unit:
        return None
    scale = SEARCH_SCALE_PX / unit
    core = cv2.resize(crop.image[:, first:last], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    response = np.sqrt(strap_response(core.astype(np.uint8, copy=False)))
    rows, columns = response.shape
    across = np.arange(columns)
    shift = np.rint(SLOPES * (across * EVERY + 0.5 + (first - crop.u_px) * scale)[:, None]).astype(np.intp)
    margin = int(np.abs(shift).max())
    padded = cv2.copyMakeBorder(response, margin, margin, 0, 0, cv2.BORDER_CONSTANT)
    start = (margin + shift) * columns + across[:, None]
    lines = padded.take(start[:, :, None] + columns * np.arange(rows))
    strength = lines.sum(axis=0)
    line, row = np.unravel_index(np.argmax(strength), strength.shape)
    elsewhere = np.abs(np.arange(rows) - row) > APART * SEARCH_SCALE_PX
    return RoughLine(
        v=((float(row) + 0.5) / scale - 0.5 - crop.v_px) / unit,
        slope=float(SLOPES[line]),
        contrast=median(lines[:, line, row].tolist()) ** 2,
        rival=float(strength[:, elsewhere].max(initial=0.0) / max(float(strength[line, row]), 1e-6)),
    )
