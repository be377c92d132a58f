"""How a session went, minute by minute: the mean drop of each side, the cadence, and what was withheld."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.coach.comparison import half_width, part
from monitor.coach.programme import cadence_spm as steps_a_minute
from monitor.store import StanceColumns
from monitor.vocabulary import Side, Statistic
from web.axes import Axis, Tick, degree_axis, degree_ticks, plain_ticks, time_ticks
from web.chart import FloatArray, across, down, path, polyline
from web.words import PELVIC_DROP, SIDES

PERIODS_S = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)
MOST_PERIODS = 40
FEWEST_PERIODS = 4
"""So many, if a period of half a minute gives them [ours]."""
LEAST_SPAN_SPM = 20.0


@dataclass(frozen=True, slots=True)
class Period:
    """A part of the session."""

    start_s: float
    """Since the session's beginning."""
    after_seq: int
    """The last stance before it."""
    drop: dict[Side, Statistic]
    """Without what all stances share of the error."""
    withheld: int
    """Stances without a pelvis drop."""
    cadence_spm: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One side's means, drawn."""

    side: Side
    line: str
    dots: str
    whiskers: str


@dataclass(frozen=True, slots=True)
class Drift:
    """All periods, and the two panels: drop and cadence over time."""

    every_s: float
    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    degrees: tuple[Tick, ...]
    cadence: str
    steps: tuple[Tick, ...]
    times: tuple[Tick, ...]


def drift(stances: StanceColumns, start_s: float) -> Drift | None:
    """None of a session of less than two periods."""
    if not len(stances):
        return None
    length_s = float(stances.toe_off_s.max()) - start_s
    every_s = period_s(length_s)
    count = math.ceil(length_s / every_s)
    if count < 2:
        return None
    periods = tuple(_periods(stances, start_s, every_s, count))
    time = Axis(0.0, count * every_s)
    middle = np.array([period.start_s + every_s / 2 for period in periods])
    ends = [end for p in periods for of_side in p.drop.values() for end in of_side.ci95 or ()]
    degree = degree_axis(min(ends, default=0.0), max(ends, default=0.0))
    cadence = np.array([math.nan if p.cadence_spm is None else p.cadence_spm for p in periods])
    steps = _cadence_axis(cadence)
    return Drift(
        every_s,
        periods,
        tuple(_line(side, periods, middle, time, degree) for side in SIDES),
        degree_ticks(degree),
        _unbroken(middle, cadence, time, steps),
        plain_ticks(steps),
        time_ticks(time),
    )


def period_s(length_s: float) -> float:
    """A minute where the session is neither shorter than four nor longer than forty."""
    if length_s < FEWEST_PERIODS * 60.0:
        return PERIODS_S[0]
    return next((p for p in PERIODS_S[1:] if length_s <= MOST_PERIODS * p), PERIODS_S[-1])


def cadence_spm(stances: StanceColumns) -> float | None:
    """Steps a minute; None of too few."""
    return steps_a_minute(stances.contact_s, stances.of(Side.LEFT))


def _periods(stances: StanceColumns, start_s: float, every_s: float, count: int) -> Sequence[Period]:
    """Stances come in the order of their contacts, give or take one."""
    borders = np.searchsorted(np.maximum.accumulate(stances.contact_s), start_s + every_s * np.arange(count + 1))
    found = []
    for index in range(count):
        inside = stances.cut(int(borders[index]), int(borders[index + 1]))
        drop = inside.value[PELVIC_DROP.name]
        means = {side: part(drop[inside.of(side)]) for side in SIDES}
        missing = int(np.isnan(drop).sum())
        found.append(Period(index * every_s, int(borders[index]), means, missing, cadence_spm(inside)))
    return found


def _line(side: Side, periods: Sequence[Period], middle: FloatArray, time: Axis, degree: Axis) -> Line:
    means = [period.drop[side] for period in periods]
    value = np.array([math.nan if m.mean is None else m.mean for m in means])
    own = np.array([0.0 if m.ci95 is None else half_width(m.ci95) for m in means])
    there = np.isfinite(value)
    x = across(middle[there], time)
    low, high = down((value - own)[there], degree), down((value + own)[there], degree)
    return Line(
        side,
        _unbroken(middle, value, time, degree),
        path("M%d %dh.01", x, down(value[there], degree)),
        path("M%d %dV%d", x, low, high),
    )


def _unbroken(time_s: FloatArray, value: FloatArray, time: Axis, scale: Axis) -> str:
    """A line through those that are there, broken where one is not."""
    there = np.isfinite(value)
    runs = np.split(np.arange(len(value)), np.flatnonzero(np.diff(there)) + 1)
    drawn = (run for run in runs if len(run) > 1 and there[run[0]])
    return "".join(polyline(across(time_s[run], time), down(value[run], scale)) for run in drawn)


def _cadence_axis(cadence: FloatArray) -> Axis:
    there = cadence[np.isfinite(cadence)]
    if not len(there):
        return Axis(150.0, 190.0)
    lack = max(0.0, LEAST_SPAN_SPM - float(there.max() - there.min())) / 2.0
    return Axis(float(there.min()) - lack - 1.0, float(there.max()) + lack + 1.0)
