"""What the gait must be told about the camera."""

import math
from dataclasses import dataclass

from monitor.vocabulary import View


@dataclass(frozen=True, slots=True)
class GaitSettings:
    """How the camera stands.

    Raises:
        ValueError: the roll is not between -45 and 45 degrees.
    """

    view: View = View.REAR
    roll_deg: float = 0.0
    """Angle at which a truly level line appears in the picture, + = its picture-right end higher."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.roll_deg) and abs(self.roll_deg) <= 45.0):
            raise ValueError(f"camera roll must lie between -45 and 45 degrees, not {self.roll_deg}")
