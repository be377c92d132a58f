"""What of a control check can stand in a diary."""

import contextlib
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.coach import KINDS, CoachError
from monitor.coach.check import CheckResult, body, leg
from monitor.coach.check.kinds import CHECK
from monitor.coach.check.questions import MOST_PAIN, Ready, answers
from monitor.coach.red_flags import CHECK_REFUSED, RedFlag
from monitor.vocabulary import Side, View
from tests.coach.squatter import Squatter, watched

NOW = datetime(2026, 5, 1, tzinfo=UTC)
WELL = {str(ready): True for ready in Ready}


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    reps, watch = watched(Squatter().observe())
    legs = {side: leg([r for r in reps if r.side is side], watch.touches[side]) for side in Side}
    return body(CheckResult(View.REAR, legs))


def test_a_result_stands_as_it_is(result: dict[str, Any]) -> None:
    assert KINDS[CHECK]([], result, NOW) == result


@pytest.mark.parametrize(
    "spoil",
    [
        lambda of: of.update(view="above"),
        lambda of: of.update(legs={}),
        lambda of: of.update(roll_sd="level"),
        lambda of: of["legs"].update(middle=of["legs"]["left"]),
        lambda of: of["legs"]["left"].update(reps=-1),
        lambda of: of["legs"]["left"].update(sum=12.0),
        lambda of: of["legs"]["left"].update(valid=True),
        lambda of: of["legs"]["left"]["levels"].update(knee="weak"),
        lambda of: of["legs"]["left"]["values"]["knee"].update(value=float("nan")),
        lambda of: of["legs"]["left"]["values"]["knee"].update(value=1e9),
        lambda of: of["legs"]["left"].update(values=[]),
        lambda of: of.pop("differences"),
    ],
)
def test_nothing_else_does(result: dict[str, Any], spoil: Any) -> None:
    spoil(spoilt := copy.deepcopy(result))
    with pytest.raises(CoachError):
        KINDS[CHECK]([], spoilt, NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda of: st.lists(of, max_size=3) | st.dictionaries(st.sampled_from(["view", "legs", "left", "rear", "x"]), of),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(given_=st.dictionaries(st.sampled_from(["view", "legs", "differences", "at_depth", "pain", "limp"]), JSON))
def test_whatever_comes_is_refused_or_kept(given_: dict[str, Any]) -> None:
    for kind in (CHECK, CHECK_REFUSED):
        with contextlib.suppress(CoachError):
            KINDS[kind]([], given_, NOW)


@pytest.mark.parametrize("pain", range(11))
def test_pain_stops_a_check(pain: int) -> None:
    said = answers({**WELL, "pain": pain})
    assert said.complete
    assert said.may_begin is (pain <= MOST_PAIN)


@pytest.mark.parametrize("flag", RedFlag)
def test_a_red_flag_stops_a_check_whatever_else_is_said(flag: RedFlag) -> None:
    for rest in ({}, {**WELL, "pain": 0}):
        said = answers({**rest, str(flag): True})
        assert said.complete
        assert not said.may_begin
        assert KINDS[CHECK_REFUSED]([], {**rest, str(flag): True}, NOW)["flags"] == [flag]


def test_nothing_begins_without_every_answer() -> None:
    for given_ in (
        {},
        {**WELL},
        {"pain": 0},
        {**WELL, "pain": True},
        {**WELL, "pain": 2.0},
        {"treadmill_off": 1, "pain": 0},
    ):
        assert not answers(given_).may_begin
        assert not answers(given_).complete
    with pytest.raises(CoachError):
        KINDS[CHECK_REFUSED]([], {**WELL, "pain": 0}, NOW)
