"""The last seconds of the track, in memory that does not grow."""

import math

import numpy as np
import numpy.typing as npt

from monitor.gait.axes import POINTS, FloatArray, column
from monitor.vocabulary import Landmark, PelvicLine, PelvicSource

CAPACITY = 4096
"""Frames kept: 17 s at 240 fps, more at less."""

_TRUNK = [
    column(point) for point in (Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)
]

SOURCES: tuple[PelvicSource, ...] = tuple(PelvicSource)
NO_SOURCE = -1


class Window:
    """Frames of one uninterrupted stretch, oldest first; the older half goes when it is full."""

    def __init__(self) -> None:
        self._count = 0
        self._time_s = np.empty(CAPACITY)
        self._points = np.empty((CAPACITY, len(POINTS), 2))
        self._line = np.empty((CAPACITY, 3))
        self._source = np.empty(CAPACITY, dtype=np.int8)
        self._trunk = np.empty(CAPACITY)
        self._shoulders_above_hips = 0.0

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget everything."""
        self._count = 0
        self._shoulders_above_hips = 0.0

    def append(
        self, time_s: float, points: FloatArray, line: PelvicLine | None, line_deg: float, shared_sd_deg: float
    ) -> None:
        """Add a frame: `points` (12, 2) in gait axes; without a line the rest is ignored.

        `line_deg` is the line's angle in gait axes from its zero, `shared_sd_deg` what stances share of its error.
        """
        if self._count == CAPACITY:
            half = CAPACITY // 2
            for kept in (self._time_s, self._points, self._line, self._source, self._trunk):
                kept[:half] = kept[half:]
            self._count = half
        row = self._count
        self._time_s[row] = time_s
        self._points[row] = points
        self._trunk[row] = self._trunk_height(points)
        if line is None:
            self._line[row] = np.nan
            self._source[row] = NO_SOURCE
        else:
            self._line[row] = line_deg, line.sd_deg, shared_sd_deg
            self._source[row] = SOURCES.index(line.source)
        self._count += 1

    @property
    def time_s(self) -> FloatArray:
        """(n,) seconds."""
        return self._time_s[: self._count]

    @property
    def points(self) -> FloatArray:
        """(n, 12, 2) gait axes, pixels, in the order of `axes.POINTS`."""
        return self._points[: self._count]

    @property
    def trunk(self) -> FloatArray:
        """(n,) height of the middle of the shoulders in gait axes, pixels; by the hips where they are not seen."""
        return self._trunk[: self._count]

    @property
    def line(self) -> FloatArray:
        """(n, 3): angle of the hip line in gait axes, its own SD, its shared SD, degrees; NaN where not measured."""
        return self._line[: self._count]

    @property
    def source(self) -> npt.NDArray[np.int8]:
        """(n,) index into `SOURCES`, or `NO_SOURCE`."""
        return self._source[: self._count]

    def between(self, start_s: float, end_s: float) -> slice:
        """Rows with start_s <= time < end_s."""
        first, last = np.searchsorted(self.time_s, [start_s, end_s])
        return slice(int(first), int(last))

    def _trunk_height(self, points: FloatArray) -> float:
        left_hip, right_hip, left_shoulder, right_shoulder = points[_TRUNK, 1].tolist()
        hips: float = (left_hip + right_hip) / 2.0
        shoulders: float = (left_shoulder + right_shoulder) / 2.0
        if not math.isnan(shoulders):
            self._shoulders_above_hips = shoulders - hips
        return hips + self._shoulders_above_hips
