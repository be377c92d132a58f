"""The chart of every stance over time, as the numbers an SVG is drawn from.

Drawn on the server: it needs no script, prints, follows dark and light through the style sheet, weighs about
25 bytes a stance, and lets the Content-Security-Policy forbid everything inline. Each side has its own panel, so
that no colour tells left from right.

Marks lie in a box of 1000 x 1000 that the page stretches; texts are placed in per cent so that they keep their size.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.store import CueRow, StanceRow
from monitor.vocabulary import CueKind, Measure, Side, Stance
from web.words import NORMAL_95, PELVIC_DROP, clock, signed, withheld_reason

BOX = 1000.0
TREND_STANCES = 10
"""The cue decides on about as many (science.md §5) [ours]."""
GAP_S = 3.0
"""Same-side contacts are 0.6 to 0.8 s apart: longer than this, stances are missing [ours]."""
UNRECOGNISED = "no stance was recognised"
DENSE_STANCES = 500
LEAST_SPAN_DEG = 10.0
"""So that noise on a steady runner does not fill the panel [ours]."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: where, in per cent, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time without a value."""

    start_s: float
    end_s: float
    stances: int
    """Stances that were seen and had no value; 0 where no stance was recognised at all."""
    reason: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class CueMark:
    """A moment at which the lamp of this side came on for being outside, and how long it stayed."""

    start_s: float
    end_s: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One side."""

    side: Side
    shown: int
    """Stances drawn."""
    dots: str
    whiskers: str
    trend: str
    dense: bool
    """So many stances that each one is drawn smaller."""
    stretches: tuple[Stretch, ...]
    cues: tuple[CueMark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Both sides on the same axes."""

    panels: tuple[Panel, Panel]
    degrees: tuple[Tick, ...]
    times: tuple[Tick, ...]
    shared_95_deg: float
    """95 % of the error that all stances share; the whiskers do not contain it."""


@dataclass(frozen=True, slots=True)
class _Axis:
    low: float
    high: float

    def part(self, value: float) -> float:
        """Where a value lies, 0 at `low` and 1 at `high`."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def chart(stances: Sequence[StanceRow], cues: Sequence[CueRow], start_s: float) -> Chart | None:
    """Pelvic drop of every stance. None without any stance.

    start_s: time of the camera's clock at which the session began.
    """
    if not stances:
        return None
    steps = sorted((row.stance for row in stances), key=lambda step: step.contact_s)
    time = _Axis(start_s, max(start_s + 1.0, max(step.toe_off_s for step in steps)))
    measured = [(s, m) for s in steps if (m := s.measures[PELVIC_DROP.name]).value is not None]
    degree = _degree_axis([m for _, m in measured])
    panels = tuple(_panel(side, steps, cues, time, degree) for side in (Side.LEFT, Side.RIGHT))
    return Chart(
        panels=(panels[0], panels[1]),
        degrees=_degree_ticks(degree),
        times=_time_ticks(time),
        shared_95_deg=NORMAL_95 * max((m.shared_sd for _, m in measured), default=0.0),
    )


def cue_marks(side: Side, cues: Sequence[CueRow], end_s: float) -> list[tuple[float, float]]:
    """Start and end of every time the lamp of a side said outside, in the camera's seconds."""
    spans: list[tuple[float, float]] = []
    began: float | None = None
    for cue in (row.cue for row in cues):
        outside = cue.kind is CueKind.OUTSIDE and cue.side is side
        if outside and began is None:
            began = cue.time_s
        elif not outside and began is not None:
            spans.append((began, cue.time_s))
            began = None
    if began is not None:
        spans.append((began, max(began, end_s)))
    return spans


def _panel(side: Side, steps: Sequence[Stance], cues: Sequence[CueRow], time: _Axis, degree: _Axis) -> Panel:
    mine = [step for step in steps if step.side is side]
    points = [
        (step.midstance_s, measure.value, measure.sd or 0.0)
        for step in mine
        if (measure := step.measures[PELVIC_DROP.name]).value is not None
    ]

    def x(time_s: float) -> str:
        return f"{BOX * time.part(time_s):.1f}".removesuffix(".0")

    def y(deg: float) -> str:
        return f"{BOX * (1 - degree.part(deg)):.0f}"

    return Panel(
        side=side,
        shown=len(points),
        dots="".join(f"M{x(t)} {y(v)}h.01" for t, v, _ in points),
        whiskers="".join(f"M{x(t)} {y(v - NORMAL_95 * sd)}V{y(v + NORMAL_95 * sd)}" for t, v, sd in points),
        trend="".join(
            "M" + "L".join(f"{x(t)} {y(v)}" for t, v in line) for line in _trend([(t, v) for t, v, _ in points])
        ),
        dense=len(points) > DENSE_STANCES,
        stretches=tuple(_stretches(mine, time)),
        cues=tuple(CueMark(a, b, 100 * time.part(a), _width(time, a, b)) for a, b in cue_marks(side, cues, time.high)),
    )


def _trend(points: Sequence[tuple[float, float]]) -> Iterable[list[tuple[float, float]]]:
    """Mean of each ten stances in a row, at the time of their middle, broken where stances are missing."""
    breaks = [i for i, (a, b) in enumerate(itertools.pairwise(points), start=1) if b[0] - a[0] > GAP_S]
    for first, last in itertools.pairwise([0, *breaks, len(points)]):
        run = points[first:last]
        if len(run) > TREND_STANCES:
            yield list(zip(_moving_mean([t for t, _ in run]), _moving_mean([v for _, v in run]), strict=True))


def _moving_mean(values: Sequence[float]) -> list[float]:
    sums = list(itertools.accumulate(values, initial=0.0))
    return [(b - a) / TREND_STANCES for a, b in zip(sums, sums[TREND_STANCES:], strict=False)]


def _stretches(mine: Sequence[Stance], time: _Axis) -> Iterable[Stretch]:
    """Neighbouring pieces with the same reason become one."""
    for reason, pieces in itertools.groupby(_pieces(mine, time), key=lambda piece: piece[3]):
        if reason is not None:
            run = list(pieces)
            start_s, end_s = run[0][0], run[-1][1]
            stances = sum(piece[2] for piece in run)
            yield Stretch(start_s, end_s, stances, reason, 100 * time.part(start_s), _width(time, start_s, end_s))


def _pieces(mine: Sequence[Stance], time: _Axis) -> Iterable[tuple[float, float, int, str | None]]:
    """Start, end, number of stances and why there is no value (None = there is one), for each stance and each gap."""
    seen_until = time.low
    for step in mine:
        if step.contact_s - seen_until > GAP_S:
            yield seen_until, step.contact_s, 0, UNRECOGNISED
        yield step.contact_s, step.toe_off_s, 1, withheld_reason(step, PELVIC_DROP)
        seen_until = step.toe_off_s
    if time.high - seen_until > GAP_S:
        yield seen_until, time.high, 0, UNRECOGNISED


def _width(time: _Axis, start_s: float, end_s: float) -> float:
    return 100 * (time.part(end_s) - time.part(start_s))


def _degree_axis(measures: Sequence[Measure]) -> _Axis:
    values = [m.value for m in measures if m.value is not None]
    if not values:
        return _Axis(-LEAST_SPAN_DEG / 2, LEAST_SPAN_DEG / 2)
    spread = sorted(NORMAL_95 * (m.sd or 0.0) for m in measures)[len(measures) // 2]
    low, high = min(0.0, min(values) - spread), max(0.0, max(values) + spread)
    lack = max(0.0, LEAST_SPAN_DEG - (high - low)) / 2
    return _Axis(max(-90.0, low - lack), min(90.0, high + lack))


def _degree_ticks(axis: _Axis) -> tuple[Tick, ...]:
    step = next(s for s in (2, 5, 10, 20, 45) if (axis.high - axis.low) / s <= 6)
    marks = range(math.ceil(axis.low / step) * step, math.floor(axis.high) + 1, step)
    return tuple(Tick(100 * (1 - axis.part(m)), f"{signed(m, 0)}°") for m in marks)


def _time_ticks(axis: _Axis) -> tuple[Tick, ...]:
    span = axis.high - axis.low
    step = next((s for s in (2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600) if span / s <= 5), 2 * 3600)
    return tuple(Tick(100 * axis.part(axis.low + m), clock(m)) for m in range(0, math.floor(span) + 1, step))
