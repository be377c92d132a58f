"""The average stride, how a session went and the range bars, as far as they are pure."""

import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.vocabulary import CURVE_POINTS, CURVES, Curve, Side, Stance, Statistic
from tests.store.made import some_curves
from tests.web import demo
from web.axes import Axis, degree_axis, degree_ticks, plain_ticks, time_ticks
from web.chart import HEIGHT, WIDTH
from web.drift import cadence_spm, drift, period_s
from web.rangebar import range_bars
from web.strides import stride_charts
from web.words import signed

angles = st.floats(-90.0, 90.0)


def run(length_s: float, seed: int = 1, extra: float = 0.0) -> list[Stance]:
    return [stance for stance, _ in demo.story(length_s, random.Random(seed), extra)]


def places(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", path.replace("h.01", ""))]


def assert_in_the_box(path: str) -> None:
    assert all(0 <= x <= WIDTH for x in places(path)[::2])
    assert all(0 <= y <= HEIGHT for y in places(path)[1::2])


@given(some_curves)
def test_every_curve_is_drawn_and_told_in_its_table(curves: dict[Side, dict[str, Curve]]) -> None:
    charts = stride_charts(curves, dict.fromkeys(Side, 5.0))
    assert [c.variable.name for c in charts] == [n for n in CURVES if any(n in curves[side] for side in Side)]
    for chart in charts:
        drawn = [curves[side][chart.variable.name] for side in Side if chart.variable.name in curves[side]]
        assert [trace.n for trace in chart.traces] == [curve.n for curve in drawn]
        assert [limit.sides for limit in chart.limits] == [tuple(Side)] * (chart.variable.name == "pelvic_drop_deg")
        columns = zip(*(row.cells for row in chart.rows), strict=True)
        for trace, curve, column in zip(chart.traces, drawn, columns, strict=True):
            assert len(places(trace.line)) == 2 * len(curve.mean)
            assert_in_the_box(trace.line)
            if trace.band:
                assert curve.sd is not None
                assert len(places(trace.band)) == 4 * len(curve.sd)
            told = [cell.split("°")[0] for cell in column if cell != "in the air"]
            assert told == [signed(mean, 1) for mean in curve.mean[::2]]
        assert [row.percent for row in chart.rows] == list(range(0, 101, 5))


@given(some_curves, st.floats(1.0, 20.0), st.floats(1.0, 20.0) | st.none())
def test_each_side_has_the_edge_of_its_own_band(
    curves: dict[Side, dict[str, Curve]], left_deg: float, right_deg: float | None
) -> None:
    for chart in stride_charts(curves, {Side.LEFT: left_deg, Side.RIGHT: right_deg}):
        if chart.variable.name != "pelvic_drop_deg":
            assert chart.limits == ()
            continue
        drawn = {side: limit.at for limit in chart.limits for side in limit.sides}
        assert set(drawn) == ({Side.LEFT} if right_deg is None else set(Side))
        assert len(chart.limits) == len({left_deg, right_deg} - {None})
        assert all(0.0 <= at <= 100.0 for at in drawn.values())
        if right_deg is not None and abs(left_deg - right_deg) > 0.1:
            assert (drawn[Side.LEFT] < drawn[Side.RIGHT]) is (left_deg > right_deg)


def test_no_curves_no_charts() -> None:
    assert stride_charts(None, {}) == ()
    assert stride_charts({side: {} for side in Side}, {Side.LEFT: 4.0}) == ()


def test_a_higher_curve_lies_higher() -> None:
    low, high = (Curve(tuple([deg] * CURVE_POINTS), None, 3, 0.4) for deg in (2.0, 6.0))
    left, right = stride_charts({Side.LEFT: {CURVES[0]: low}, Side.RIGHT: {CURVES[0]: high}}, {})[0].traces
    assert places(right.line)[1] < places(left.line)[1]
    assert left.band == ""


@given(st.floats(40.0, 900.0), st.integers(0, 9), st.sampled_from([0.0, 91_234.5]))
def test_the_periods_are_the_whole_session(length_s: float, seed: int, start_s: float) -> None:
    stances = demo.columns(run(length_s, seed, start_s))
    went = drift(stances, start_s)
    assert went is not None or length_s < 61.0
    if went is None:
        return
    counts = np.diff([*(period.after_seq for period in went.periods), len(stances)])
    assert went.periods[0].after_seq == 0
    assert (counts >= 0).all()
    drop = stances.value["pelvic_drop_deg"]
    assert sum(period.withheld for period in went.periods) == int(np.isnan(drop).sum())
    for side in Side:
        told = sum(period.drop[side].n for period in went.periods)
        assert told == int(np.isfinite(drop[stances.of(side)]).sum())
    for line in went.lines:
        for path in (line.line, line.dots, line.whiskers.replace("V", " 0 ")):
            assert_in_the_box(path)
    cadences = [period.cadence_spm for period in went.periods if period.cadence_spm is not None]
    assert cadences == pytest.approx([60.0 / demo.STEP_S] * len(cadences), rel=0.05)


@given(st.floats(1.0, 40_000.0))
def test_there_are_neither_many_periods_nor_few(length_s: float) -> None:
    every_s = period_s(length_s)
    assert length_s / every_s <= 41.0
    assert length_s / every_s >= 4.0 or every_s == 30.0


def test_a_short_session_or_none_has_no_periods() -> None:
    assert drift(demo.columns([]), 0.0) is None
    assert drift(demo.columns(run(20.0)), 0.0) is None


def test_cadence_is_not_moved_by_stances_that_are_missing() -> None:
    stances = run(120.0)
    whole = cadence_spm(demo.columns(stances))
    holes = cadence_spm(demo.columns([s for i, s in enumerate(stances) if i % 7]))
    assert whole == pytest.approx(60.0 / demo.STEP_S, rel=0.01)
    assert holes == pytest.approx(whole, rel=0.01)
    assert cadence_spm(demo.columns(stances[:4])) is None


@given(angles, st.floats(0.0, 30.0), angles)
def test_a_bar_holds_its_mean_and_lies_on_one_scale_with_the_other(mean: float, half: float, other: float) -> None:
    left, right = Statistic(mean, 1.0, 9, (mean - half, mean + half)), Statistic(other, None, 1, None)
    bars = range_bars({Side.LEFT: left, Side.RIGHT: right}, {Side.LEFT: 5.0})
    assert all(0.0 <= place <= 100.0 for bar in bars.values() for place in (bar.low, bar.mean, bar.high))
    assert bars[Side.LEFT].low <= bars[Side.LEFT].mean <= bars[Side.LEFT].high
    assert bars[Side.LEFT].ticks == bars[Side.RIGHT].ticks
    assert (bars[Side.LEFT].mean <= bars[Side.RIGHT].mean) is (mean <= other) or abs(mean - other) < 1e-6
    assert (bars[Side.LEFT].limit is None, bars[Side.RIGHT].limit is None) == (False, True)


def test_a_side_without_a_mean_has_no_bar() -> None:
    withheld = Statistic(None, None, 0, None, "hidden")
    assert range_bars({Side.LEFT: withheld, Side.RIGHT: withheld}, {}) == {}


@given(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0))
def test_an_axis_holds_what_it_is_made_for_and_few_ticks(one: float, other: float) -> None:
    axis = degree_axis(min(one, other), max(one, other))
    assert axis.low <= max(-90.0, min(one, other, 0.0))
    assert axis.high >= min(90.0, max(one, other, 0.0))
    for ticks in (degree_ticks(axis), degree_ticks(axis, 3)):
        assert 1 <= len(ticks) <= 7
        assert [tick.at for tick in ticks] == sorted((tick.at for tick in ticks), reverse=True)
        assert "0°" in [tick.label for tick in ticks]


@given(st.floats(20.0, 200.0), st.floats(0.0, 100.0))
def test_steps_and_times_have_ticks(low: float, more: float) -> None:
    assert 1 <= len(plain_ticks(Axis(low, low + 20.0 + more))) <= 6
    assert 1 <= len(time_ticks(Axis(0.0, low))) <= 6
