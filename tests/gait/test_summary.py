"""Statistics of a session against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.gait.summary import CORRELATED_STANCES, SeriesStatistic, summarise, t95
from monitor.vocabulary import VARIABLES, Measure, Side


def statistic_of(values: list[float], shared_sd: float = 0.0) -> SeriesStatistic:
    series = SeriesStatistic()
    for value in values:
        series.add(Measure(value, 0.5, shared_sd=shared_sd))
    return series


@given(st.lists(st.floats(-40.0, 40.0), min_size=2, max_size=120), st.floats(0.0, 3.0))
def test_the_running_figures_are_those_of_the_whole_series(values: list[float], shared_sd: float) -> None:
    found = statistic_of(values, shared_sd).statistic()
    x = np.array(values)
    residual = x - x.mean()
    reach = min(CORRELATED_STANCES, len(x) // 4)
    extra = sum((1 - k / (reach + 1)) * float(residual[:-k] @ residual[k:]) for k in range(1, reach + 1))
    error = math.sqrt((residual @ residual + 2 * max(extra, 0.0)) / (len(x) - 1) / len(x))
    half = math.hypot(t95(len(x) - 1) * error, 1.959964 * shared_sd)
    assert found.mean == pytest.approx(x.mean(), abs=1e-9)
    assert found.sd == pytest.approx(x.std(ddof=1), abs=1e-5)
    assert found.ci95 == pytest.approx((x.mean() - half, x.mean() + half), abs=1e-4)


def test_one_stance_has_no_spread_and_its_own_error() -> None:
    found = statistic_of([4.0], 0.5).statistic()
    assert (found.mean, found.sd, found.n) == (4.0, None, 1)
    assert found.ci95 == pytest.approx((4.0 - 1.959964 * math.hypot(0.5, 0.5), 4.0 + 1.959964 * math.hypot(0.5, 0.5)))


def test_no_value_says_why() -> None:
    series = SeriesStatistic()
    for reason in ("shoulders not seen", "shoulders not seen", "walking"):
        series.add(Measure.withheld(reason))
    found = series.statistic()
    assert (found.mean, found.n, found.ci95, found.reason) == (None, 0, None, "shoulders not seen")


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    noise = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        low, high = statistic_of(list(noise.normal(5.0, 1.0, 40))).statistic().ci95 or (0.0, 0.0)
        held += low <= 5.0 <= high
    assert 0.92 < held / 400 <= 0.995


def test_a_drifting_series_is_less_certain() -> None:
    noise = np.random.default_rng(2).normal(0.0, 1.0, 60)
    smooth = np.convolve(noise, np.ones(8) / 8**0.5, mode="same")
    plain, drifting = (statistic_of(list(v / v.std())).statistic().ci95 for v in (noise, smooth))
    assert plain is not None
    assert drifting is not None
    assert drifting[1] - drifting[0] > 1.5 * (plain[1] - plain[0])


@pytest.mark.parametrize(
    ("freedom", "table"), [(1, 12.706), (15, 2.131), (20, 2.086), (30, 2.042), (60, 2.000), (120, 1.980)]
)
def test_students_t(freedom: int, table: float) -> None:
    assert t95(freedom) == pytest.approx(table, abs=0.001)


def test_an_empty_session_has_a_statistic_for_everything() -> None:
    summary = summarise([])
    assert {side: set(names) for side, names in summary.items()} == {side: {v.name for v in VARIABLES} for side in Side}
    assert all(s.reason == "no stance" for names in summary.values() for s in names.values())
