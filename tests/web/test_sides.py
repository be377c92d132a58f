"""Left less right: from what size on a difference is told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.coach.comparison import can_be_told, detectable, difference, part
from monitor.gait import summarise
from monitor.vocabulary import VARIABLES, Measure, PelvicSource, Side, Stance, Statistic
from web.comparison import between_sides

means = st.floats(-30.0, 30.0)
halves = st.floats(0.01, 10.0)
parts = st.floats(0.0, 1.0)


def statistic(mean: float, half: float) -> Statistic:
    return Statistic(mean, 1.0, 40, (mean - half, mean + half))


@given(means, means, halves, halves, parts, parts)
def test_what_both_share_is_added_up_and_nothing_else(
    left: float, right: float, left_half: float, right_half: float, left_part: float, right_part: float
) -> None:
    one, other = statistic(left, left_half), statistic(right, right_half)
    shared = (left_part * left_half / 1.96, right_part * right_half / 1.96)
    found = between_sides(one, other, shared)
    assert found.mean == pytest.approx(left - right)
    assert math.hypot(left_half, right_half) - 1e-6 <= detectable(found) <= left_half + right_half + 1e-6
    turned = between_sides(other, one, shared[::-1])
    assert turned.mean == pytest.approx(right - left)
    assert detectable(turned) == pytest.approx(detectable(found))
    assert can_be_told(found) is can_be_told(turned)
    assert detectable(between_sides(one, other, (0.0, 0.0))) == pytest.approx(detectable(difference(one, other)))


def test_a_side_without_a_value_has_no_difference() -> None:
    nothing = Statistic(None, None, 0, None, "hidden")
    assert between_sides(nothing, statistic(4.0, 1.0), (0.0, 0.0)).mean is None
    assert math.isnan(detectable(nothing))


def test_a_camera_that_is_not_level_makes_no_difference_more_often_than_it_may() -> None:
    """Both sides alike; what is left of the roll, 0.5 degrees (SD), is in one side and against the other."""
    dice = np.random.default_rng(7)
    told = 0
    for _ in range(400):
        roll = dice.normal(0.0, 0.5)
        summary = summarise(
            _stance(number, 5.0 + (roll if number % 2 else -roll) + dice.normal(0.0, 0.8)) for number in range(80)
        )
        left, right = (summary[side]["pelvic_drop_deg"] for side in (Side.LEFT, Side.RIGHT))
        told += can_be_told(between_sides(left, right, (0.5, 0.5)))
    assert 0.02 < told / 400 < 0.09


def _stance(number: int, drop: float) -> Stance:
    at_s = 0.36 * number
    measures = {v.name: Measure.withheld("not asked") for v in VARIABLES}
    measures["pelvic_drop_deg"] = Measure(drop, 0.5, shared_sd=0.5)
    side = Side.RIGHT if number % 2 else Side.LEFT
    return Stance(side, at_s, at_s + 0.1, at_s + 0.2, measures, PelvicSource.BELT)


@given(st.lists(means, min_size=20, max_size=80))
def test_a_part_is_as_uncertain_as_a_session_that_shares_nothing(values: list[float]) -> None:
    stances = [_stance(2 * number, value) for number, value in enumerate(values)]
    bare = [_without_shared(stance) for stance in stances]
    whole = summarise(bare)[Side.LEFT]["pelvic_drop_deg"]
    found = part(np.array(values))
    assert found.mean == pytest.approx(whole.mean, abs=1e-9)
    assert detectable(found) == pytest.approx(detectable(whole), abs=1e-3)


def _without_shared(stance: Stance) -> Stance:
    drop = stance.measures["pelvic_drop_deg"]
    measures = {**stance.measures, "pelvic_drop_deg": Measure(drop.value, drop.sd)}
    return Stance(stance.side, stance.contact_s, stance.midstance_s, stance.toe_off_s, measures, stance.pelvic_source)
