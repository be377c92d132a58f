"""The pelvic drop of one stance."""

import math
from dataclasses import dataclass, replace

import numpy as np

from monitor.gait.axes import FloatArray, median, outward
from monitor.gait.curves import STRIDE_ROWS
from monitor.gait.frames import StanceFrames
from monitor.gait.harmonics import Prior, Waveform, fit_stride
from monitor.gait.window import SOURCES
from monitor.vocabulary import Measure, PelvicSource

WAVEFORM_SHARED_SD_DEG = 0.2
"""What the Fourier fit itself leaves of a peak, the same in every stance of a runner, over 54 mocap sides: with three
draws of noise at 60 and at 30 frames a second 95 % intervals hold 93 % of 324 means [ours]."""
_SHAPE = Prior(first=1.0, decay=1.0, even=0.3, deviation=1.5)
"""An envelope over the spectra of 54 mocap sides, whose first harmonic is 2.3 times the line's SD [ours]."""
_FIRST_OVER_SD = 2.3
_LEAST_FIRST_DEG = 1.0
RESPONSE_SD = {PelvicSource.NETWORK: 0.08, PelvicSource.BELT: 0.02}
"""How much more or less than all of a tilt a source follows, from runner to runner: root mean square of the slope less
one over the frames of 69 rendered runs, an error that grows with the drop and is the same in every stance [ours]."""
NOT_SEEN = "pelvic line not seen in this stance"
HIDDEN = "clothing seems to hide the pelvis"
MOST_NETWORK_SD_DEG = 1.7
"""A network that is less certain than this in half of a window's frames does not see the pelvis: at most 1.41 over each
of 97 rendered runs, 1.95 and more over the real runner whose jacket hangs over the hips [ours]. Single unsure frames
are kept: they are those of the greatest tilt."""


@dataclass(frozen=True, slots=True)
class Drop:
    """What the hip line tells of one stance."""

    measures: dict[str, Measure]
    """Peak drop and excursion."""
    at_midstance: Measure
    source: PelvicSource | None
    """What measured them: the best source that covers the stance."""
    courses: dict[str, FloatArray]
    """The drop over the stride, (41,); empty without a source."""


def drop_measures(frames: StanceFrames) -> Drop:
    """Peak drop, excursion and the drop at mid-stance."""
    source = _best_source(frames)
    if not isinstance(source, PelvicSource):
        withheld = Measure.withheld(source)
        return Drop(dict.fromkeys(("pelvic_drop_deg", "pelvic_drop_excursion_deg"), withheld), withheld, None, {})
    measured = frames.source == SOURCES.index(source)
    if not measured.all():
        frames = frames.where(measured)
    angle, sd, shared = frames.line.T
    drop = outward(frames.side) * angle[:, None]
    waveform = fit_stride(frames.rows, frames.stride, frames.own, drop, sd, _prior_deg(angle, sd))
    rows = frames.readings
    # Where the mean of the strides peaks, not this one: the maximum of a single noisy curve is biased upward.
    peak = int(np.argmax(rows @ waveform.mean_coefficients[:, 0]))
    of_line = median(shared)
    offset = math.hypot(of_line, WAVEFORM_SHARED_SD_DEG)
    response = RESPONSE_SD.get(source, 0.0)
    return Drop(
        {
            "pelvic_drop_deg": _read(waveform, rows[peak], offset, response),
            "pelvic_drop_excursion_deg": _read(waveform, rows[peak] - rows[0], offset, response),
        },
        _read(waveform, frames.midstance[0], offset, response),
        source,
        {"pelvic_drop_deg": STRIDE_ROWS @ waveform.coefficients[:, 0]},
    )


def _prior_deg(angle: FloatArray, sd: FloatArray) -> Prior:
    """The envelope, as large as the line's own movement: a pelvis that hardly moves has no sharp peaks either."""
    moves = math.sqrt(max(float(angle.var()) - median(sd) ** 2, 0.0))
    return replace(_SHAPE, first=max(_FIRST_OVER_SD * moves, _LEAST_FIRST_DEG))


def _read(waveform: Waveform, row: FloatArray, offset_sd: float, response_sd: float) -> Measure:
    own, shared = waveform.sd(row)
    noise = max(1.0, float(waveform.noise_scale[0]))
    value = float(row @ waveform.coefficients[:, 0])
    return Measure(value, noise * own, shared_sd=math.hypot(offset_sd, response_sd * value, noise * shared))


def _best_source(frames: StanceFrames) -> PelvicSource | str:
    """The least uncertain source that covers the stance, or why there is none."""
    errors: dict[PelvicSource, float] = {}
    reason = NOT_SEEN
    for index, source in enumerate(SOURCES):
        use = frames.source == index
        if not frames.covered(use):
            continue
        if source is PelvicSource.NETWORK and _median_sd(frames.line[use]) > MOST_NETWORK_SD_DEG:
            reason = HIDDEN
            continue
        errors[source] = _median_sd(frames.line[use & frames.in_stance])
    return min(errors, key=errors.__getitem__) if errors else reason


def _median_sd(line: FloatArray) -> float:
    """Of angle, own and shared standard deviation, (n, 3): both of them together."""
    return math.hypot(median(line[:, 1]), median(line[:, 2]))
