"""How fast the belt runs, in the unit that its display shows."""

from enum import StrEnum

SLOWEST_MPS, FASTEST_MPS = 0.5, 8.0
"""Of a treadmill: 1.8 and 28.8 km/h [ours]."""
_MILE_M = 1609.344


class SpeedUnit(StrEnum):
    """What a treadmill's display counts in."""

    KMH = "km/h"
    MPH = "mph"
    MIN_PER_KM = "min/km"

    def mps(self, shown: float) -> float:
        """What is shown, more than 0, in metres a second."""
        if self is SpeedUnit.MIN_PER_KM:
            return 1000.0 / 60.0 / shown
        return shown * (_MILE_M if self is SpeedUnit.MPH else 1000.0) / 3600.0

    def shown(self, speed_mps: float) -> float:
        """The other way round."""
        if self is SpeedUnit.MIN_PER_KM:
            return 1000.0 / 60.0 / speed_mps
        return speed_mps * 3600.0 / (_MILE_M if self is SpeedUnit.MPH else 1000.0)
