"""The pelvic drop of one stance."""

import math
from dataclasses import replace

import numpy as np

from monitor.gait.axes import FloatArray, outward
from monitor.gait.frames import StanceFrames
from monitor.gait.harmonics import HARMONICS, Prior, Waveform, basis, fit_stride
from monitor.gait.window import SOURCES
from monitor.vocabulary import Measure, PelvicSource

WAVEFORM_SHARED_SD_DEG = 0.17
"""What the Fourier fit itself leaves of a peak, the same in every stance of a runner, over 54 mocap sides [ours]."""
_SHAPE = Prior(first=1.0, decay=1.0, even=0.3, deviation=1.5)
"""An envelope over the spectra of 54 mocap sides, whose first harmonic is 2.3 times the line's SD [ours]."""
_FIRST_OVER_SD = 2.3
_LEAST_FIRST_DEG = 1.0
NOT_SEEN = "pelvic line not seen in this stance"


def drop_measures(frames: StanceFrames) -> tuple[dict[str, Measure], Measure, PelvicSource | None]:
    """Peak drop and excursion; the drop at mid-stance; what measured them: the best source that covers the stance."""
    source = _best_source(frames)
    if source is None:
        withheld = Measure.withheld(NOT_SEEN)
        return dict.fromkeys(("pelvic_drop_deg", "pelvic_drop_excursion_deg"), withheld), withheld, None
    frames = frames.where(frames.source == SOURCES.index(source))
    angle, sd, shared = frames.line.T
    drop = outward(frames.side) * angle[:, None]
    waveform = fit_stride(frames.phase, frames.stride, frames.own, drop, sd, _prior_deg(angle, sd))
    rows = basis(frames.phases, HARMONICS)
    # Where the mean of the strides peaks, not this one: the maximum of a single noisy curve is biased upward.
    peak = int(np.argmax(rows @ waveform.mean_coefficients[:, 0]))
    midstance = basis(frames.phases[[-1]] / 2.0, HARMONICS)[0]
    of_line = float(np.median(shared))
    offset = math.hypot(of_line, WAVEFORM_SHARED_SD_DEG)
    return (
        {
            "pelvic_drop_deg": _read(waveform, rows[peak], offset),
            "pelvic_drop_excursion_deg": _read(waveform, rows[peak] - rows[0], offset),
        },
        _read(waveform, midstance, offset),
        source,
    )


def _prior_deg(angle: FloatArray, sd: FloatArray) -> Prior:
    """The envelope, as large as the line's own movement: a pelvis that hardly moves has no sharp peaks either."""
    moves = math.sqrt(max(float(angle.var()) - float(np.median(sd)) ** 2, 0.0))
    return replace(_SHAPE, first=max(_FIRST_OVER_SD * moves, _LEAST_FIRST_DEG))


def _read(waveform: Waveform, row: FloatArray, shared_sd: float) -> Measure:
    own, shared = waveform.sd(row)
    noise = max(1.0, float(waveform.noise_scale[0]))
    return Measure(
        float(row @ waveform.coefficients[:, 0]), noise * own, shared_sd=math.hypot(shared_sd, noise * shared)
    )


def _best_source(frames: StanceFrames) -> PelvicSource | None:
    errors: dict[PelvicSource, float] = {}
    for index, source in enumerate(SOURCES):
        use = frames.source == index
        if frames.covered(use):
            line = frames.line[use & frames.in_stance]
            errors[source] = float(np.hypot(np.median(line[:, 1]), np.median(line[:, 2])))
    return min(errors, key=errors.__getitem__) if errors else None
