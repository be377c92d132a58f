"""The drawing of a pelvis on one leg, seen from behind, at the measured angle and true to scale."""

import math
from dataclasses import dataclass

from monitor.vocabulary import Side, Statistic

HIPS_APART = 108.0
STANCE_HIP_X = {Side.LEFT: 46.0, Side.RIGHT: 154.0}
HIP_Y = 40.0
STEEPEST_DEG = 25.0
"""Beyond this the drawing stops following; the number beside it does not."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Coordinates in a picture of 200 x 120, the runner's left at the left."""

    stance_x: float
    hip_y: float
    swing_x: float
    swing_y: float
    level_x: float
    """Where the swing hip would be if the pelvis were level."""
    wedge: str
    """Path of the 95 % interval; empty without one."""


def figure(side: Side, statistic: Statistic) -> Figure | None:
    """Draw one side's mean drop. None when it is withheld."""
    if statistic.mean is None:
        return None
    hip_x = STANCE_HIP_X[side]
    toward_swing = 1.0 if side is Side.LEFT else -1.0

    def swing_hip(drop_deg: float, length: float = HIPS_APART) -> tuple[float, float]:
        angle = math.radians(max(-STEEPEST_DEG, min(STEEPEST_DEG, drop_deg)))
        return (
            round(hip_x + toward_swing * length * math.cos(angle), 2),
            round(HIP_Y + length * math.sin(angle), 2),
        )

    wedge = ""
    if statistic.ci95 is not None:
        (low_x, low_y), (high_x, high_y) = (swing_hip(end, HIPS_APART + 14.0) for end in statistic.ci95)
        wedge = f"M{hip_x} {HIP_Y}L{low_x} {low_y}L{high_x} {high_y}Z"
    swing_x, swing_y = swing_hip(statistic.mean)
    return Figure(hip_x, HIP_Y, swing_x, swing_y, hip_x + toward_swing * (HIPS_APART + 14.0), wedge)
