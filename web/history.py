"""A runner's sessions in a row: what one variable did, with its uncertainty, beside the runner's own baseline. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.coach.comparison import difference, half_width
from monitor.store import SessionRow
from monitor.vocabulary import Side, Statistic, Variable
from web.axes import Tick
from web.comparison import baseline, verdict
from web.words import SIDES, Shown, day, decimals, show, signed, with_unit

BOX = 1000.0
LABELS = 4
"""Dates along the axis."""
MOST_TICKS = 6
LEAST_SPAN = {"°": 6.0, "hip widths": 0.3}
"""So that noise does not fill the panel [ours]."""


@dataclass(frozen=True, slots=True)
class Band:
    """The baseline's interval in a panel, in per cent from above."""

    top: float
    height: float
    middle: float


@dataclass(frozen=True, slots=True)
class Course:
    """One side over all sessions."""

    side: Side
    shown: int
    """Sessions with a value."""
    dots: str
    whiskers: str
    band: Band | None
    baseline: Shown
    change: Shown
    """The newest session less the baseline that was there before it."""
    verdict: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in the table."""

    session: SessionRow
    sides: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What the page shows of one variable."""

    variable: Variable
    courses: tuple[Course, ...]
    ticks: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    entries: tuple[Entry, ...]
    """The newest first."""


def history(sessions: Sequence[SessionRow], first: Sequence[SessionRow], variable: Variable) -> History:
    """Put a runner's page together.

    sessions: the newest first; first: the oldest ones, the oldest first, which make the baseline.
    """
    shown = [session for session in reversed(sessions) if session.summary is not None]
    baselines = {side: _baseline(first, side, variable) for side in SIDES}
    changes = {side: _change(sessions, first, side, variable) for side in SIDES}
    values = {side: [_of(session, side, variable) for session in shown] for side in SIDES}
    axis = _axis([s for side in SIDES for s in (*values[side], baselines[side])], LEAST_SPAN[variable.unit])
    return History(
        variable,
        tuple(_course(side, values[side], baselines[side], changes[side], axis, variable) for side in SIDES),
        tuple(_ticks(axis, variable)),
        tuple(_dates(shown)),
        tuple(
            Entry(session, tuple(show(_of(session, side, variable) or NO_SUMMARY, variable) for side in SIDES))
            for session in sessions
        ),
    )


NO_SUMMARY = Statistic(None, None, 0, None, "no summary was stored")


def _of(session: SessionRow, side: Side, variable: Variable) -> Statistic | None:
    return None if session.summary is None else session.summary[side][variable.name]


def _baseline(first: Sequence[SessionRow], side: Side, variable: Variable) -> Statistic:
    return baseline([s for session in first if (s := _of(session, side, variable))])


def _change(sessions: Sequence[SessionRow], first: Sequence[SessionRow], side: Side, variable: Variable) -> Statistic:
    """The newest session, with a value or not, less the baseline without it: it is not compared with itself."""
    if not sessions:
        return NO_SUMMARY
    newest = sessions[0]
    before = _baseline([session for session in first if session.id != newest.id], side, variable)
    return difference(before, _of(newest, side, variable) or NO_SUMMARY)


def _course(
    side: Side,
    values: Sequence[Statistic | None],
    base: Statistic,
    change: Statistic,
    axis: tuple[float, float],
    variable: Variable,
) -> Course:
    def y(value: float) -> float:
        return min(1.0, max(0.0, 1.0 - (value - axis[0]) / (axis[1] - axis[0])))

    points = [(_x(i, len(values)), s) for i, s in enumerate(values) if s is not None and s.mean is not None]
    band = None
    if base.mean is not None and base.ci95 is not None:
        top, bottom = y(base.ci95[1]), y(base.ci95[0])
        band = Band(100 * top, 100 * (bottom - top), 100 * y(base.mean))
    return Course(
        side,
        len(points),
        "".join(f"M{BOX * x:.0f} {BOX * y(s.mean or 0.0):.0f}h.01" for x, s in points),
        "".join(
            f"M{BOX * x:.0f} {BOX * y(s.ci95[0]):.0f}V{BOX * y(s.ci95[1]):.0f}" for x, s in points if s.ci95 is not None
        ),
        band,
        show(base, variable),
        show(change, variable),
        verdict(change),
    )


def _x(index: int, count: int) -> float:
    """Sessions stand one after the other, not by date: two of one day are to be told apart."""
    return (index + 0.5) / count


def _axis(statistics: Iterable[Statistic | None], least_span: float) -> tuple[float, float]:
    known = [s for s in statistics if s is not None and s.mean is not None]
    if not known:
        return -least_span / 2.0, least_span / 2.0
    halves = sorted(half_width(s.ci95) if s.ci95 else 0.0 for s in known)
    room = halves[len(halves) // 2] * 1.2  # one that is hardly known is not to flatten the others
    means = [s.mean for s in known if s.mean is not None]
    low, high = min(means) - room, max(means) + room
    lack = max(0.0, least_span - (high - low)) / 2.0
    return low - lack, high + lack


def _ticks(axis: tuple[float, float], variable: Variable) -> Iterable[Tick]:
    low, high = axis
    power = 10.0 ** math.floor(math.log10(high - low))
    step = next(
        s for s in (0.1 * power, 0.2 * power, 0.5 * power, power, 2.0 * power) if (high - low) / s <= MOST_TICKS
    )
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    for mark in range(math.ceil(low / step), math.floor(high / step) + 1):
        text = with_unit(signed(mark * step, min(digits, decimals(variable))), variable)
        yield Tick(100 * (1.0 - (mark * step - low) / (high - low)), text)


def _dates(shown: Sequence[SessionRow]) -> Iterable[Tick]:
    every = max(1, math.ceil(len(shown) / LABELS))
    for index in range(0, len(shown), every):
        yield Tick(100 * _x(index, len(shown)), day(shown[index].started_at))
