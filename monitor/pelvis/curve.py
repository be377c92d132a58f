"""The curve of a strap in the picture, fitted against columns that show something else."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

OUTLIER_SDS = 3.5
ROUNDS = 3

LEAST_SCATTER = 0.002
"""Hip widths: a seventh of a pixel on a runner of 67 pixels between the hips [ours]."""

USUAL_BEND = 0.08
"""Standard deviation of c2, per hip width: 0.00 to 0.06 on rendered runners [ours]. Steadies a half-hidden strap."""

PRIOR = np.diag([0.0, 0.0, USUAL_BEND**-2])

CORRELATION = 0.15
"""Columns within this many hip widths share their error: folds, compression, smoothing [ours]."""


@dataclass(frozen=True, slots=True)
class Curve:
    """v = c0 + c1 u + c2 u², in hip widths from the middle of the hips, v down."""

    coefficients: FloatArray
    """(3,)"""
    covariance: FloatArray
    """(3, 3)"""
    scatter: float
    """Robust standard deviation of the columns about it."""
    kept: BoolArray
    """(columns,) those it was fitted to."""

    def v(self, u: FloatArray | float) -> FloatArray:
        """Its height at every u."""
        c0, c1, c2 = self.coefficients
        return np.asarray(c0 + u * (c1 + u * c2))

    def slope(self, u: float) -> float:
        """Its slope at u."""
        return float(self.coefficients[1] + 2.0 * self.coefficients[2] * u)

    def slope_sd(self, u: float) -> float:
        """Standard deviation of that slope."""
        by = np.array([0.0, 1.0, 2.0 * u])
        return float(np.sqrt(by @ self.covariance @ by))


def median(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The upper median along the first axis, which is not empty. numpy's own takes five times as long on so few."""
    middle = values.shape[0] // 2
    return np.asarray(np.partition(values, middle, axis=0)[middle])


def fit_curve(u: FloatArray, v: FloatArray, use: BoolArray) -> Curve:
    """Least squares over the columns in `use`; those far from the curve are left out, round by round.

    Args:
        u: (columns,) evenly spaced.
        v: (columns,)
        use: (columns,) at least three are true.
    """
    basis = np.array([np.ones_like(u), u, u * u])
    together = max(1.0, CORRELATION / abs(float(u[1] - u[0])))
    kept, scatter = use, 0.02
    for _ in range(ROUNDS):
        weighted = basis * (kept / (together * scatter**2))
        information = weighted @ basis.T + PRIOR
        covariance = np.asarray(cv2.invert(information)[1], np.float64)  # numpy's own takes seven times as long
        coefficients = covariance @ (weighted @ v)
        residual = np.abs(v - coefficients @ basis)
        scatter = max(LEAST_SCATTER, 1.4826 * float(median(residual[kept])))
        kept = use & (residual < OUTLIER_SDS * scatter)
    return Curve(coefficients, covariance, scatter, kept)
