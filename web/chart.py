"""The chart of every stance over time, as the numbers an SVG is drawn from.

Drawn on the server: it needs no script, prints, follows dark and light through the style sheet, weighs about
25 bytes a stance, and lets the Content-Security-Policy forbid everything inline. Each side has its own panel, so
that no colour tells left from right. `zoom.js`, of 3 KB compressed, zooms what is drawn here; a library would draw all
of it again with 351 KB (Bokeh 3.9), and the whole page may have 400.

Marks lie in a box of 10,000 x 1,000 that the page stretches; texts are placed in per cent so that they keep their size.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.store import CueRow, StanceColumns
from monitor.vocabulary import CueKind, Side
from web.axes import Axis, Tick, degree_axis, degree_ticks, time_ticks
from web.language import N_
from web.words import NORMAL_95, PELVIC_DROP, SIDES

FloatArray = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

WIDTH, HEIGHT = 10_000, 1_000
TREND_STANCES = 10
"""The cue decides on about as many (science.md §5) [ours]."""
TREND_POINTS = 400
"""More than a panel has pixels."""
GAP_S = 3.0
"""Same-side contacts are 0.6 to 0.8 s apart: longer than this, stances are missing [ours]."""
UNRECOGNISED = N_("no stance was recognised")
DENSE_STANCES = 500
EMPTY = degree_axis(0.0, 0.0)


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
    """None where there are too many to tell them apart."""
    trend: str
    dense: bool
    """So many stances that each one is drawn smaller."""
    stretches: tuple[Stretch, ...]
    cues: tuple[CueMark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Both sides on the same axes."""

    panels: tuple[Panel, Panel]
    length_s: float
    """What is drawn, from the session's beginning on."""
    degree: Axis
    degrees: tuple[Tick, ...]
    times: tuple[Tick, ...]
    own_95_deg: float
    """95 % of half of the stances' own errors, or less."""
    shared_95_deg: float
    """95 % of the error that all stances share; the whiskers do not contain it."""


def chart(stances: StanceColumns, cues: Sequence[CueRow], start_s: float) -> Chart | None:
    """Pelvic drop of every stance. None without any stance.

    start_s: time of the camera's clock at which the session began.
    """
    if not len(stances):
        return None
    time = Axis(start_s, max(start_s + 1.0, float(stances.toe_off_s.max())))
    name = PELVIC_DROP.name
    drop = stances.value[name]
    there = np.isfinite(drop)
    own_95 = NORMAL_95 * float(np.median(stances.sd[name][there])) if there.any() else 0.0
    degree = degree_axis(float(drop[there].min()) - own_95, float(drop[there].max()) + own_95) if there.any() else EMPTY
    panels = tuple(_panel(side, stances, cues, time, degree) for side in SIDES)
    return Chart(
        panels=(panels[0], panels[1]),
        length_s=time.high - time.low,
        degree=degree,
        degrees=degree_ticks(degree),
        times=time_ticks(time),
        own_95_deg=own_95,
        shared_95_deg=NORMAL_95 * float(stances.shared_sd[name][there].max(initial=0.0)),
    )


def cue_spans(side: Side, cues: Sequence[CueRow], end_s: float) -> list[tuple[float, float]]:
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


def _panel(side: Side, stances: StanceColumns, cues: Sequence[CueRow], time: Axis, degree: Axis) -> Panel:
    name = PELVIC_DROP.name
    order = np.flatnonzero(stances.of(side))
    order = order[np.argsort(stances.contact_s[order], kind="stable")]
    drop = stances.value[name][order]
    there = np.isfinite(drop)
    time_s, value, sd = stances.midstance_s[order][there], drop[there], stances.sd[name][order][there]
    dense = len(value) > DENSE_STANCES
    x, y = across(time_s, time), down(value, degree)
    ends = (x, down(value - NORMAL_95 * sd, degree), down(value + NORMAL_95 * sd, degree))
    reasons = stances.reason[name][order]
    reasons[there] = None
    pieces = _pieces(stances.contact_s[order], stances.toe_off_s[order], reasons, time)
    return Panel(
        side=side,
        shown=len(value),
        dots=path("M%d %dh.01", x, y),
        whiskers="" if dense else path("M%d %dV%d", *ends),
        trend="".join(polyline(across(t, time), down(v, degree)) for t, v in _trend(time_s, value)),
        dense=dense,
        stretches=tuple(_stretches(pieces, time)),
        cues=tuple(CueMark(a, b, 100 * time.part(a), _width(time, a, b)) for a, b in cue_spans(side, cues, time.high)),
    )


def across(values: FloatArray, axis: Axis) -> Places:
    """Where values (n,) lie in the box, from its left."""
    return _parts(values, axis, WIDTH)


def down(values: FloatArray, axis: Axis) -> Places:
    """Where values (n,) lie in the box, from its top: greater is higher."""
    return HEIGHT - _parts(values, axis, HEIGHT)


def path(piece: str, *columns: Places) -> str:
    """A path of as many pieces as the columns are long."""
    return (piece * len(columns[0])) % tuple(np.stack(columns, axis=1).ravel().tolist())


def polyline(x: Places, y: Places) -> str:
    """A path through points."""
    return f"M{path('%d %dL', x, y)[:-1]}"


def _parts(values: FloatArray, axis: Axis, length: int) -> Places:
    parts = np.clip((values - axis.low) / (axis.high - axis.low), 0.0, 1.0)
    return np.rint(length * parts).astype(np.int64)


def _trend(time_s: FloatArray, value: FloatArray) -> Iterable[tuple[FloatArray, FloatArray]]:
    """Mean of each ten stances in a row, at the time of their middle, broken where stances are missing."""
    breaks = (np.flatnonzero(np.diff(time_s) > GAP_S) + 1).tolist()
    thin = 1 + len(value) // TREND_POINTS
    for first, last in itertools.pairwise([0, *breaks, len(value)]):
        if last - first > TREND_STANCES:
            yield _moving_mean(time_s[first:last])[::thin], _moving_mean(value[first:last])[::thin]


def _moving_mean(values: FloatArray) -> FloatArray:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    mean: FloatArray = (sums[TREND_STANCES:] - sums[:-TREND_STANCES]) / TREND_STANCES
    return mean


def _stretches(pieces: Iterable[tuple[float, float, int, str | None]], time: Axis) -> Iterable[Stretch]:
    """Neighbouring pieces with the same reason become one."""
    for reason, run in itertools.groupby(pieces, key=lambda piece: piece[3]):
        if reason is not None:
            starts, ends, counts, _ = zip(*run, strict=True)
            width = _width(time, starts[0], ends[-1])
            yield Stretch(starts[0], ends[-1], sum(counts), reason, 100 * time.part(starts[0]), width)


def _pieces(
    contact_s: FloatArray, toe_off_s: FloatArray, reasons: npt.NDArray[np.object_], time: Axis
) -> Iterable[tuple[float, float, int, str | None]]:
    """Start, end, number of stances and why there is no value (None = there is one), for each stance and each gap."""
    seen_until = time.low
    for contact, toe_off, reason in zip(contact_s.tolist(), toe_off_s.tolist(), reasons, strict=True):
        if contact - seen_until > GAP_S:
            yield seen_until, contact, 0, UNRECOGNISED
        yield contact, toe_off, 1, reason
        seen_until = toe_off
    if time.high - seen_until > GAP_S:
        yield seen_until, time.high, 0, UNRECOGNISED


def _width(time: Axis, start_s: float, end_s: float) -> float:
    return 100 * (time.part(end_s) - time.part(start_s))
