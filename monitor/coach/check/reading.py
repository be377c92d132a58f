"""What one squat tells of pelvis, knee and trunk, read at one depth on the way down.

An angle grows with the depth: knee and trunk move on as the hips come down, so that at the bottom a deep squat reads
worse than a shallow one by the same person. So every squat is read where the hips have come down by 8 % of the leg's
length (science.md section 6). On the way down, because every squat passes there with the same task, to let the body
down slowly; the way up is a push, whose angles differ. A line through the frames about that depth is read there: it
takes their noise out, and a squat that ends a little above 8 % needs no other rule.
"""

import math
from collections.abc import Callable
from enum import StrEnum

import numpy as np

from monitor.coach.check.finder import Squat
from monitor.coach.check.posture import Posture
from monitor.gait.axes import FloatArray, knee_collapse_deg, outward, trunk_lean_deg
from monitor.gait.drop import RESPONSE_SD
from monitor.vocabulary import Measure, PelvicSource, Side

AT_DEPTH = 0.08
"""Of the leg's length."""
FROM_DEPTH, TO_DEPTH = 0.03, 0.13
"""Frames between these are read [ours]."""
FEWEST_FRAMES = 3
LEAST_SHARE = 0.6
"""Of the frames on the way down that a source of the hip line has to see [ours]."""
LEAST_SPAN = 0.02
"""Of the leg's length, between the frames that are read [ours]."""
LEAST_NOISE_DEG = 0.5
"""Of one frame: few frames can lie on a line by chance [ours]."""
MOST_PELVIS_SD_DEG = 1.7
"""As `monitor.gait.drop.MOST_NETWORK_SD_DEG`: a network that is less sure does not see the pelvis."""

NO_LINE = "the hip line cannot be read here"
HIDDEN = "clothing seems to hide the pelvis"
NO_SHOULDERS = "shoulders not seen"
TOO_FEW = "too few frames on the way down"


class Part(StrEnum):
    """What is read, each with the sign of science.md section 2."""

    PELVIS = "pelvis"
    """Degrees that the hip of the free side is lower."""
    KNEE = "knee"
    """Degrees that the knee is medial of the hip-ankle line (frontal plane projection angle)."""
    TRUNK = "trunk"
    """Degrees that the trunk leans toward the leg that stands."""


def read(squat: Squat) -> dict[Part, Measure]:
    """Each part in degrees, or why it is not read."""
    way_down = [p for p in squat.frames if p.time_s <= squat.bottom_s and FROM_DEPTH <= _depth(squat, p) <= TO_DEPTH]
    return {
        Part.PELVIS: _pelvis(squat, way_down),
        Part.KNEE: _at_depth(squat, way_down, lambda p: _knee_deg(p, squat.side)),
        Part.TRUNK: _at_depth(
            squat, way_down, lambda p: float(trunk_lean_deg(p.shoulders - p.middle, squat.side)), NO_SHOULDERS
        ),
    }


def _depth(squat: Squat, posture: Posture) -> float:
    return (squat.level_px - posture.hips_px) / squat.leg_px


def _knee_deg(posture: Posture, side: Side) -> float:
    hip, knee, ankle = posture.limb(side)
    return float(knee_collapse_deg(knee - hip, ankle - knee, side))


def _pelvis(squat: Squat, frames: list[Posture]) -> Measure:
    """By the best source that sees it in most frames; the pose network's own hips do not follow the pelvis."""
    for source in (PelvicSource.GIVEN, PelvicSource.BELT, PelvicSource.NETWORK):
        lines = [(p, p.line) for p in frames if p.line is not None and p.line.source is source]
        if len(lines) < max(FEWEST_FRAMES, LEAST_SHARE * len(frames)):
            continue
        sd_deg = float(np.median([line.sd_deg for _, line in lines]))
        if source is PelvicSource.NETWORK and sd_deg > MOST_PELVIS_SD_DEG:
            return Measure.withheld(HIDDEN)
        read = _at_depth(squat, [p for p, _ in lines], lambda p: outward(squat.side) * p.line_deg)
        if read.value is None or read.sd is None:
            return read
        shared_deg = float(np.median([line.shared_sd_deg for _, line in lines]))
        response_deg = RESPONSE_SD.get(source, 0.0) * read.value
        return Measure(read.value, read.sd, shared_sd=math.hypot(shared_deg, response_deg))
    return Measure.withheld(NO_LINE)


def _at_depth(
    squat: Squat, frames: list[Posture], angle_deg: Callable[[Posture], float], unseen: str = TOO_FEW
) -> Measure:
    """The angle where the hips are down by `AT_DEPTH`, from a line through the frames; its error by the line's."""
    angles = np.array([angle_deg(p) for p in frames], np.float64)
    depths = np.array([_depth(squat, p) for p in frames], np.float64)
    known = np.isfinite(angles)
    if len(frames) >= FEWEST_FRAMES and known.sum() < FEWEST_FRAMES:
        return Measure.withheld(unseen)
    if known.sum() < FEWEST_FRAMES or np.ptp(depths[known]) < LEAST_SPAN:
        return Measure.withheld(TOO_FEW)
    return _on_line(depths[known], angles[known])


def _on_line(depths: FloatArray, angles_deg: FloatArray) -> Measure:
    rows = np.column_stack([np.ones_like(depths), depths - AT_DEPTH])
    inverse = np.linalg.inv(rows.T @ rows)
    fitted = inverse @ rows.T @ angles_deg
    rest = angles_deg - rows @ fitted
    noise_deg = max(LEAST_NOISE_DEG, math.sqrt(float(rest @ rest) / (len(rest) - 2)))
    return Measure(float(fitted[0]), noise_deg * math.sqrt(float(inverse[0, 0])))
