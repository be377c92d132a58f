"""A signal over the stride as a Fourier series, and its Bayesian fit to unevenly spaced, noisy frames.

Why a fit and not the worst frame: the raw maximum over a stance is biased upward by noise (science.md section 4).
Why twelve harmonics and not two: in 54 real sides of `mocap/` the hip line's peak is a repeatable feature of
10 to 20 Hz; two harmonics lower it by 1.3 degrees on average and by 4.5 at worst, twelve by 0.1 and 0.8 [ours].
What keeps twelve harmonics quiet is their prior: amplitudes fall with the harmonic's number.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

HARMONICS = 12
_DEVIATION_SHAPE = np.array([1.0, 0.7, 0.7, 0.4, 0.4])
"""A stride's own deviation, in parts of its offset's, for the constant and two harmonics (54 mocap sides) [ours]."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of a signal over the stride before a frame is seen, in the signal's unit.

    The amplitude of harmonic h has the standard deviation `first` / h ** `decay`; even harmonics `even` of it: what a
    body does in the left stance it does mirrored in the right one, half a stride later.
    """

    first: float
    decay: float
    even: float
    deviation: float
    """Standard deviation of a stride's own offset."""

    def mean_sd(self, harmonics: int) -> FloatArray:
        """Standard deviations of the coefficients of `basis`; the constant's is ten times the first harmonic's."""
        order = np.arange(1.0, harmonics + 1.0)
        amplitude = self.first * order**-self.decay * np.where(order % 2 == 0, self.even, 1.0)
        return np.concatenate([[10.0 * self.first], np.repeat(amplitude, 2)])


def basis(phase: FloatArray, harmonics: int) -> FloatArray:
    """(n, 2 * harmonics + 1): one, then cosine and sine of each harmonic of `phase` (n,), in strides."""
    turns = np.multiply.outer(np.exp(2j * np.pi * phase), np.ones(harmonics))
    columns = np.empty((len(phase), 2 * harmonics + 1))
    columns[:, 0] = 1.0
    columns[:, 1:] = np.cumprod(turns, axis=1).view(np.float64)  # de Moivre: a power's parts are a harmonic's two
    return columns


def slope_basis(phase: FloatArray, harmonics: int) -> FloatArray:
    """The derivative of `basis` by `phase`."""
    order = 2.0 * np.pi * np.arange(1, harmonics + 1)
    columns = np.zeros((len(phase), 2 * harmonics + 1))
    plain = basis(phase, harmonics)
    columns[:, 1::2] = -order * plain[:, 2::2]
    columns[:, 2::2] = order * plain[:, 1::2]
    return columns


@dataclass(frozen=True, slots=True)
class Waveform:
    """What is known of m signals over one stride: Fourier coefficients, their covariance, the frames' noise."""

    coefficients: FloatArray
    """(p, m) of this stride, in the order of `basis`."""
    mean_coefficients: FloatArray
    """(p, m) of the mean of all strides."""
    covariance: FloatArray
    """(p, p) of what averages out over strides, for a signal whose stated frame noise is right."""
    shared_covariance: FloatArray
    """(p, p) of what does not: the mean waveform's detail that the prior, not the frames, has decided."""
    noise_scale: FloatArray
    """(m,): frames' residual standard deviation over the one stated."""

    def sd(self, row: FloatArray) -> tuple[float, float]:
        """Standard deviations, own and shared, of `row` (p,) of the basis times the coefficients."""
        own, shared = row @ self.covariance @ row, row @ self.shared_covariance @ row
        return math.sqrt(max(float(own), 0.0)), math.sqrt(max(float(shared), 0.0))


def fit_stride(
    rows: FloatArray,
    stride: npt.NDArray[np.int64],
    own: int,
    values: FloatArray,
    noise_sd: FloatArray,
    prior: Prior,
) -> Waveform:
    """Fit the stride `own` with what it shares with its neighbours and what is its own.

    Every signal is a mean waveform common to all strides of the window plus, for each stride, a deviation of
    few harmonics: a linear mixed model (Laird and Ware 1982) with fixed variance components, solved in one step.

    Args:
        rows: (n, p) `basis` of each frame's position in its stride, 0 at contact.
        stride: (n,) which stride each frame belongs to, rising.
        own: the stride that is asked for.
        values: (n, m), finite.
        noise_sd: (n,) standard deviation of a frame's own noise, in the signals' unit.
        prior: of the mean waveform and of a stride's deviation from it.
    """
    weight = 1.0 / noise_sd[:, None]
    mean = rows * weight
    few = mean[:, : len(_DEVIATION_SHAPE)]
    target = values * weight
    starts = np.flatnonzero(np.diff(stride, prepend=stride[0] - 1))
    strides = stride[starts]
    each = [slice(start, end) for start, end in pairwise((*starts.tolist(), len(rows)))]
    mean_precision = prior.mean_sd(HARMONICS) ** -2.0
    precision = (prior.deviation * _DEVIATION_SHAPE) ** -2.0

    # No frame belongs to two strides, so their deviations are eliminated one by one (the Schur complement).
    cross = np.array([mean[one].T @ few[one] for one in each])
    alone = np.linalg.inv(cross[:, : few.shape[1]] + np.diag(precision))
    gain = cross @ alone
    side_by_side = gain.transpose(1, 0, 2).reshape(mean.shape[1], -1)
    eliminated = side_by_side @ cross.transpose(1, 0, 2).reshape(mean.shape[1], -1).T
    cov = np.linalg.inv(mean.T @ mean + np.diag(mean_precision) - eliminated)
    told = np.array([few[one].T @ target[one] for one in each])
    solution = cov @ (mean.T @ target - side_by_side @ told.reshape(-1, target.shape[1]))
    deviations = alone @ told - gain.transpose(0, 2, 1) @ solution
    deviation_cov = alone + gain.transpose(0, 2, 1) @ cov @ gain

    own_parts = [few[one] @ deviation for one, deviation in zip(each, deviations, strict=True)]
    residual = target - mean @ solution - np.concatenate(own_parts)
    free = mean_precision @ np.diag(cov) + float((deviation_cov.diagonal(0, 1, 2) @ precision).sum())
    spent = len(mean_precision) + precision.size * len(strides) - free
    noise_scale = np.sqrt(np.sum(residual**2, axis=0) / max(len(rows) - spent, 1.0))

    here = int(np.searchsorted(strides, own))
    cov_with_own = -cov @ gain[here]
    coefficients, of_mean = solution.copy(), cov.copy()
    coefficients[: few.shape[1]] += deviations[here]
    of_mean[: few.shape[1]] += cov_with_own.T
    whole = of_mean.copy()
    whole[:, : few.shape[1]] += cov_with_own
    whole[: few.shape[1], : few.shape[1]] += deviation_cov[here]
    shared = (of_mean * mean_precision) @ of_mean.T
    return Waveform(coefficients, solution, whole - shared, shared, noise_scale)
