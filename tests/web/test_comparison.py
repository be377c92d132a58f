"""Differences, baselines and parts: properties before examples."""

import math
import random
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.coach.comparison import LEAST_STANCES, can_be_told, difference, part
from monitor.gait.summary import SeriesStatistic
from monitor.vocabulary import Measure, Statistic
from web.comparing import parse_clock
from web.comparison import BASELINE_SESSIONS, baseline

degrees = st.floats(-30.0, 30.0)
halves = st.floats(0.0, 10.0)


def known(mean: float, half: float, n: int = 50) -> Statistic:
    return Statistic(mean, 1.0, n, (mean - half, mean + half))


NONE = Statistic(None, None, 0, None, "a loose jacket")
knowns = st.builds(known, degrees, halves)


@given(knowns, knowns)
def test_a_difference_turned_round_is_its_negative_and_is_told_alike(a: Statistic, b: Statistic) -> None:
    there, back = difference(a, b), difference(b, a)
    assert there.mean == pytest.approx(-(back.mean or 0.0))
    assert can_be_told(there) == can_be_told(back)
    assert a.ci95 is not None
    assert b.ci95 is not None
    assert there.ci95 is not None
    half = math.hypot((a.ci95[1] - a.ci95[0]) / 2, (b.ci95[1] - b.ci95[0]) / 2)
    assert (there.ci95[1] - there.ci95[0]) / 2 == pytest.approx(half, abs=1e-9)


@given(knowns)
def test_nothing_differs_from_itself(a: Statistic) -> None:
    assert not can_be_told(difference(a, a))


def test_what_is_missing_says_why_and_tells_nothing() -> None:
    for change in (difference(NONE, known(3.0, 1.0)), difference(known(3.0, 1.0), NONE)):
        assert (change.mean, change.ci95, change.reason) == (None, None, "a loose jacket")
        assert not can_be_told(change)
    single = Statistic(5.0, None, 1, None)
    assert difference(single, known(3.0, 1.0)) == Statistic(-2.0, None, 1, None)


def test_no_change_is_told_in_one_pair_of_twenty() -> None:
    dice = random.Random(3)
    told = 0
    for _ in range(4000):
        a, b = (known(5.0 + dice.gauss(0.0, sd), 1.96 * sd) for sd in (0.4, 0.9))
        told += can_be_told(difference(a, b))
    assert 0.03 < told / 4000 < 0.07


@given(st.lists(knowns | st.just(NONE), max_size=8), st.lists(knowns, max_size=3))
def test_a_baseline_is_of_the_first_sessions_with_a_value_and_never_moves_again(
    first: list[Statistic], later: list[Statistic]
) -> None:
    made = baseline(first)
    with_value = [s for s in first if s.mean is not None][:BASELINE_SESSIONS]
    assert made.n == len(with_value)
    if made.n < BASELINE_SESSIONS:
        assert made.mean is made.ci95 is None
        assert made.reason == f"{made.n} of 3 sessions so far"
        return
    assert baseline([*first, *later]) == made
    means = [s.mean or 0.0 for s in with_value]
    assert made.mean == pytest.approx(fmean(means), abs=1e-9)
    assert made.ci95 is not None
    half = (made.ci95[1] - made.ci95[0]) / 2
    widths = [(s.ci95[1] - s.ci95[0]) / 2 for s in with_value if s.ci95]
    assert half == pytest.approx(max(math.hypot(*widths) / 3, 4.303 * stdev(means) / math.sqrt(3)), abs=1e-9)


@given(st.lists(degrees, min_size=LEAST_STANCES, max_size=200), st.integers(0, 30))
def test_a_part_is_what_a_session_of_these_stances_would_be_without_the_shared_error(
    values: list[float], missing: int
) -> None:
    series = SeriesStatistic()
    for value in values:
        series.add(Measure(value, 0.5))
    whole = series.statistic()
    found = part(np.array([*values, *[np.nan] * missing]))
    assert found.n == whole.n
    assert found.mean == pytest.approx(whole.mean, abs=1e-6)
    assert found.ci95 == pytest.approx(whole.ci95, abs=1e-4)


@given(st.integers(0, LEAST_STANCES - 1))
def test_a_part_of_few_stances_is_withheld(n: int) -> None:
    found = part(np.full(n, 5.0))
    assert (found.mean, found.n, found.reason) == (None, n, f"{n} stances with a value, fewer than 20")


def test_a_part_told_from_another_moves_with_what_was_added() -> None:
    dice = np.random.default_rng(5)
    before, after = dice.normal(5.0, 0.8, 150), dice.normal(5.0, 0.8, 150)
    assert not can_be_told(difference(part(before), part(after)))
    change = difference(part(before), part(after - 1.5))
    assert can_be_told(change)
    assert change.mean == pytest.approx(-1.5, abs=0.3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("187", 187.0),
        ("3:07", 187.0),
        (" 1:03:07.5 ", 3787.5),
        ("3:07,4", 187.4),
        *((text, None) for text in ("", "-1", "3:-7", "nan", "1e9", "١", "3:07:00:00", "x")),
    ],
)
def test_a_moment_is_read_as_it_is_written(text: str, seconds: float | None) -> None:
    assert parse_clock(text) == seconds
