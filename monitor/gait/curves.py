"""The average stride of a session, per side, in memory that does not grow with the session.

A stance is measured when it is over, and of its own stride the fit has then seen no more. So each stride's own course
counts in the mean, while the spread between strides is told from contact to toe-off alone.
"""

import math
from collections.abc import Mapping

import numpy as np

from monitor.gait.axes import FloatArray
from monitor.gait.harmonics import HARMONICS, basis
from monitor.vocabulary import CURVE_POINTS, CURVES, Curve, Curves, Side

STRIDE_ROWS = basis(np.linspace(0.0, 1.0, CURVE_POINTS), HARMONICS)
"""(41, p) `basis` of the points of a course."""
IN_STANCE = frozenset({"knee_collapse_deg"})
"""Means nothing of a leg in the air."""

Courses = Mapping[str, FloatArray]
"""The course (41,) of those of `CURVES` that a stride has, degrees."""


class SessionCurves:
    """Mean and spread of the strides' courses as a session grows."""

    def __init__(self) -> None:
        self._sides = {side: {name: _Sum() for name in CURVES} for side in Side}

    def add(self, side: Side, length: float, courses: Courses) -> None:
        """Take the next stride of a side, whose foot was down for `length` of it."""
        for name, course in courses.items():
            self._sides[side][name].add(length, course)

    def curves(self) -> Curves:
        """What is known until now."""
        return {
            side: {name: of.curve(whole=name not in IN_STANCE) for name, of in sums.items() if of.n}
            for side, sums in self._sides.items()
        }


class _Sum:
    def __init__(self) -> None:
        self.n = 0
        self._length = 0.0
        self._sum = np.zeros(CURVE_POINTS)
        self._squares = np.zeros(CURVE_POINTS)

    def add(self, length: float, course: FloatArray) -> None:
        self.n += 1
        self._length += length
        self._sum += course
        self._squares += course * course

    def curve(self, whole: bool) -> Curve:
        mean, toe_off = self._sum / self.n, self._length / self.n
        down = math.floor(toe_off * (CURVE_POINTS - 1)) + 1
        sd = None
        if self.n > 1:
            spread = np.maximum(self._squares - self.n * mean * mean, 0.0)[:down] / (self.n - 1)
            sd = tuple(np.sqrt(spread).tolist())
        return Curve(tuple((mean if whole else mean[:down]).tolist()), sd, self.n, toe_off)
