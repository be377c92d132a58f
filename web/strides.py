"""The average stride of both sides in one panel, as the numbers an SVG is drawn from.

Left is a full line and right a broken one, so that no colour tells them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.vocabulary import CURVE_POINTS, CURVES, Curve, Curves, Side, Variable
from web.axes import Axis, Tick, degree_axis, degree_ticks
from web.chart import FloatArray, Places, across, down, polyline
from web.language import _
from web.words import VARIABLE, signed, unsigned

PHASE = Axis(0.0, 1.0)
PHASES = tuple(Tick(percent, f"{percent} %") for percent in (0, 25, 50, 75, 100))
TABLE_EVERY = 2
"""Every second point of a curve stands in the table: each twentieth of the stride."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One side."""

    side: Side
    n: int
    """Strides."""
    line: str
    band: str
    """One standard deviation between strides to either side, while the foot is down; empty where it is not known."""
    toe_off: float
    """In per cent of the stride."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The edge of the runner's band."""

    at: float
    """In per cent from the top."""
    sides: tuple[Side, ...]
    """Whose it is: both where they are alike."""


@dataclass(frozen=True, slots=True)
class Row:
    """A point of the stride in the table, and what each side reads there."""

    percent: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrideChart:
    """One variable over the stride."""

    variable: Variable
    traces: tuple[Trace, ...]
    """Left before right; a side that has no curve is not there."""
    degrees: tuple[Tick, ...]
    limits: tuple[Limit, ...]
    rows: tuple[Row, ...]
    phases: tuple[Tick, ...] = PHASES


def stride_charts(curves: Curves | None, limits_deg: Mapping[Side, float | None]) -> tuple[StrideChart, ...]:
    """A chart for every variable that has a curve. `limits_deg`: the edge of each side's band of the pelvis drop."""
    if curves is None:
        return ()
    both = {name: {side: curves[side][name] for side in Side if name in curves.get(side, {})} for name in CURVES}
    return tuple(
        _chart(VARIABLE[name], of_name, limits_deg if name == CURVES[0] else {})
        for name, of_name in both.items()
        if of_name
    )


def _chart(variable: Variable, curves: dict[Side, Curve], limits_deg: Mapping[Side, float | None]) -> StrideChart:
    known = {side: limit for side in Side if (limit := limits_deg.get(side)) is not None}
    edges = [edge for curve in curves.values() for edge in (*_band(curve), np.array(curve.mean))]
    low = min(float(edge.min()) for edge in edges)
    high = max(*known.values(), *(float(edge.max()) for edge in edges))
    degree = degree_axis(low, high)
    return StrideChart(
        variable,
        tuple(_trace(side, curve, degree) for side, curve in curves.items()),
        degree_ticks(degree),
        tuple(
            Limit(100 * (1 - degree.part(edge)), tuple(side for side in known if known[side] == edge))
            for edge in dict.fromkeys(known.values())
        ),
        tuple(_row(at, list(curves.values())) for at in range(0, CURVE_POINTS, TABLE_EVERY)),
    )


def _trace(side: Side, curve: Curve, degree: Axis) -> Trace:
    band = ""
    if curve.sd is not None and len(curve.sd) > 1:
        low, high = _band(curve)
        x = _x(len(low))
        outline = np.concatenate([x, x[::-1]]), np.concatenate([down(high, degree), down(low, degree)[::-1]])
        band = f"{polyline(*outline)}Z"
    line = polyline(_x(len(curve.mean)), down(np.array(curve.mean), degree))
    return Trace(side, curve.n, line, band, 100 * curve.toe_off)


def _x(points: int) -> Places:
    return across(np.arange(points) / (CURVE_POINTS - 1), PHASE)


def _band(curve: Curve) -> tuple[FloatArray, FloatArray]:
    """The mean less and plus the deviation between strides, as far as it is known; at least at contact."""
    sd = np.array(curve.sd or (0.0,))
    mean = np.array(curve.mean[: len(sd)])
    return mean - sd, mean + sd


def _row(at: int, curves: Sequence[Curve]) -> Row:
    return Row(round(100 * at / (CURVE_POINTS - 1)), tuple(_cell(at, curve) for curve in curves))


def _cell(at: int, curve: Curve) -> str:
    if at >= len(curve.mean):
        return _("in the air")
    mean = f"{signed(curve.mean[at], 1)}°"
    if curve.sd is None or at >= len(curve.sd):
        return mean
    return _("%(mean)s, SD %(sd)s°", mean=mean, sd=unsigned(curve.sd[at], 1))
