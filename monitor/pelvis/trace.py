"""Follows a strap along its two edges and says whether it is one. Lengths are in hip widths."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from monitor.pelvis.curve import BoolArray, Curve, FloatArray, fit_curve, median
from monitor.pelvis.edges import Band, Edges, find_edges, row_at
from monitor.pelvis.strap import CORE

THICKEST = 0.33
THINNEST = 0.11
"""20 to 59 mm on a runner with 178 mm between the hip joints: straps are 25 to 50 mm, the scale is good to 15 %
[ours]."""

THICKNESS_TOLERANCE = 0.25
"""A column whose thickness differs more from the usual one, relatively, shows something else [ours]."""

MOST_THICKNESS_SPREAD = 0.15
"""Relative, robust standard deviation along the strap: up to 0.08 on rendered straps [ours]."""

MOST_SCATTER = 0.03
"""Of the strap's middle about its curve: up to 0.01 on rendered straps [ours]."""

READ = 0.6
"""To each side of the reference this much is read: farther out the strap goes round the body [ours]."""

LEAST_SEEN = 0.5
"""Fraction of the core in which it must be seen: a hand hides a third [ours]."""

REACH = 0.07
"""How far from the curve an edge is looked for, once there is a curve."""

ASIDE = 0.08
"""Distance from the strap at which the clothes about it are looked at."""

SAME_COLOUR, LEAST_SAME_COLOUR = 0.4, 25.0
"""Strap or clothes: differing by less than this fraction of the contrast, or this many grey levels [ours]."""

GAP = 0.3
"""What hides a part of the strap and lets it go on behind is not wider: a hand, a shirt's fold [ours]."""

BODY = 1.5
MOST_BEYOND_BODY = 0.8
"""What goes on like this in the columns beyond the body is a bar and no belt [ours]."""

LENGTHS = 1.75, 2.2
"""What is seen of a strap from behind: 1.7 to 2.0 on rendered runners of different build [ours]."""

ENDS_SD, FOOT_SD = 0.03, 0.08
"""Of the middle of the pelvis, from the ends of a strap of usual length and from the pose [ours]."""

HIGHEST, LOWEST = -1.25, 0.2
"""Below the middle of the hips: a belt over the hips is near -0.55 [ours]."""

STEEPEST = 0.5

NOT_ACROSS = "a stripe that does not go across the pelvis"


@dataclass(frozen=True, slots=True)
class Strap:
    """The middle line of a strap, and where it is read."""

    curve: Curve
    reference: float
    """u of the middle of the pelvis at the strap's height: there the strap tilts as the pelvis does."""
    reference_sd: float


@dataclass(frozen=True, slots=True)
class Track:
    """What was found along a curve."""

    edges: Edges
    use: BoolArray
    """(columns,) those that show the strap."""
    thickness: float
    curve: Curve


def trace(band: Band) -> Strap | str:
    """The strap in the band about a rough line, or what there is in its place."""
    rough = follow(band, band.v, THICKEST, 0.5 * THICKEST, np.abs(band.u) < CORE)
    if rough is None:
        return NOT_ACROSS
    middle = rough.curve.v(band.u)
    track = follow(band, middle, rough.thickness, REACH, on_body(band, middle, rough.thickness))
    if track is None:
        return NOT_ACROSS
    reference, reference_sd = middle_of_pelvis(band.u[track.use], foot(track.curve))
    read = track.use & (np.abs(band.u - reference) < READ)
    if np.count_nonzero(read) * band.pixel < LEAST_SEEN * READ:
        return NOT_ACROSS
    curve = fit_curve(band.u, track.edges.centre, read)
    return fault(band, track, curve) or Strap(curve, reference, reference_sd)


def follow(band: Band, middle: FloatArray, thickness: float, reach: float, near: BoolArray) -> Track | None:
    """The strap about an expected middle line, looked for in the columns `near`; None where too little is seen."""
    edges = find_edges(band, middle, thickness, reach)
    use = edges.seen & near
    if not use.any():
        return None
    usual = float(median(edges.thickness[use]))
    use &= alike(edges, usual)
    if share(use, np.abs(band.u) < CORE) < LEAST_SEEN:
        return None
    return Track(edges, use, usual, fit_curve(band.u, edges.centre, use))


def share(use: BoolArray, among: BoolArray) -> float:
    """Fraction of the columns `among` that are in `use`; 0 of none."""
    return int(np.count_nonzero(use & among)) / max(1, int(np.count_nonzero(among)))


def alike(edges: Edges, thickness: float) -> BoolArray:
    """(columns,) true where the thickness is the usual one."""
    return np.abs(edges.thickness - thickness) <= THICKNESS_TOLERANCE * thickness


def on_body(band: Band, middle: FloatArray, thickness: float) -> BoolArray:
    """(columns,) true where strap and clothes above and below look as they do in the core."""
    aside = 0.5 * thickness + ASIDE
    heights = middle + np.array([[-aside], [0.0], [aside]])
    colours = band.colours[row_at(band, heights), np.arange(band.u.size)]
    difference = colours - median(colours.swapaxes(0, 1)[np.abs(band.u) < READ])[:, None]
    tolerance = max(LEAST_SAME_COLOUR, SAME_COLOUR * band.contrast)
    same = (np.einsum("huc,huc->hu", difference, difference) < tolerance**2).all(axis=0)
    return joined(band.u, same & (np.abs(band.u) < BODY))


def joined(u: FloatArray, use: BoolArray) -> BoolArray:
    """The longest run of columns in `use`, gaps up to `GAP` bridged and left out."""
    found = np.flatnonzero(use)
    starts = np.flatnonzero(u[found[1:]] - u[found[:-1]] > GAP) + 1
    runs = [found[start:end] for start, end in pairwise((0, *starts, found.size))]
    kept = np.zeros(use.shape, np.bool_)
    kept[max(runs, key=len)] = True
    return kept


def middle_of_pelvis(u: FloatArray, by_pose: float) -> tuple[float, float]:
    """Where the middle of the pelvis is, and its standard deviation: from the strap's ends and from the pose.

    Args:
        u: (n,) rising, the columns in which the strap is seen.
        by_pose: see `foot`.
    """
    length = float(u[-1] - u[0])
    hidden = max(0.0, LENGTHS[0] - length, length - LENGTHS[1])
    weights = 1.0 / (ENDS_SD**2 + (0.5 * hidden) ** 2), 1.0 / FOOT_SD**2
    middle = (weights[0] * 0.5 * float(u[0] + u[-1]) + weights[1] * by_pose) / sum(weights)
    return middle, sum(weights) ** -0.5


def foot(curve: Curve) -> float:
    """The u at which the curve's own up direction points away from the middle of the hips."""
    u = 0.0
    for _ in range(3):
        u = -curve.slope(u) * float(curve.v(u))
    return u


def fault(band: Band, track: Track, curve: Curve) -> str | None:
    """What about it is not like a strap."""
    edges, thickness = track.edges, track.thickness
    if not THINNEST < thickness < THICKEST:
        return "a stripe too thick or too thin"
    if not HIGHEST < curve.coefficients[0] < LOWEST or abs(curve.coefficients[1]) > STEEPEST:
        return "a stripe where no belt is worn"
    spread = 1.4826 * float(median(np.abs(edges.thickness[curve.kept] - thickness)))
    if spread > MOST_THICKNESS_SPREAD * thickness or curve.scatter > MOST_SCATTER:
        return "a stripe whose edges are not parallel"
    if share(edges.seen & alike(edges, thickness), np.abs(band.u) > BODY) > MOST_BEYOND_BODY:
        return "a stripe that goes on beyond the body"
    return None
