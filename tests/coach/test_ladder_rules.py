"""The ladder's rules: each of the table, and that no sequence of inputs gets round them."""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.coach.ladder import ladder
from monitor.coach.ladder.running import Run, load
from monitor.coach.ladder.state import LadderState, fold
from monitor.coach.red_flags import CHECK_REFUSED, RedFlag
from monitor.vocabulary import DiaryEntry, Side
from tests.coach.climbing import (
    ASKED,
    CHECK,
    DONE,
    FULL,
    MORNING,
    ON_STAGE,
    REVIEWED,
    SEEN,
    STEADY,
    UNDONE,
    CoachError,
    Runner,
    Table,
    may_lie,
)

LEFT, RIGHT = Side.LEFT, Side.RIGHT
sides = st.sampled_from(list(Side))
scale = st.integers(0, 10)


def at(stage: int, *legs: Side) -> Runner:
    """Somebody who has come to a stage, and has rested."""
    now, entries = climbed(stage, legs or tuple(Side))
    return Runner(now + timedelta(days=2), list(entries))


@cache
def climbed(stage: int, legs: tuple[Side, ...]) -> tuple[datetime, tuple[DiaryEntry, ...]]:
    runner = Runner().begin().climb_to(stage, *legs)
    return runner.now, tuple(runner.entries)


def two_sessions(runner: Runner, *legs: Side, **how: int) -> None:
    for _ in range(2):
        runner.session(*legs, **how)
        runner.later(2)


@given(sides, scale)
def test_from_wake_up_one_goes_with_little_pain(side: Side, pain: int) -> None:
    runner = Runner().begin()
    two_sessions(runner, side, pain=min(pain, 4))
    assert runner.stage(side) == (1 if pain <= 2 else 0)
    assert runner.stage(side.other) == 0


@given(st.integers(1, 4), st.integers(5, 20), scale)
def test_from_isolated_one_goes_with_three_times_fifteen_and_effort_to_spare(sets: int, reps: int, effort: int) -> None:
    runner = at(1, LEFT)
    two_sessions(runner, LEFT, sets=sets, reps=reps, effort=effort)
    assert runner.stage(LEFT) == (2 if sets >= 3 and reps >= 15 and effort <= 7 else 1)


@given(st.integers(20, 40), st.integers(10, 60))
def test_from_isolated_hard_one_goes_when_both_sides_hold_alike(left_s: int, right_s: int) -> None:
    runner = at(2)
    for _ in range(3):
        runner.do("side-plank", "right", seconds=right_s)
        for exercise in [item.exercise.id for item in runner.today().legs[LEFT].due]:
            runner.do(exercise, "left", **({"seconds": left_s} if exercise == "side-plank" else {}))
        runner.later(2)
    alike = abs(left_s - right_s) <= 0.2 * max(left_s, right_s)
    assert runner.stage(LEFT) == (3 if left_s >= 30 and alike else 2)


def test_a_side_that_was_never_held_is_not_alike() -> None:
    runner = at(2, LEFT)
    two_sessions(runner, LEFT)
    assert runner.stage(LEFT) == 2
    assert "sides_within_percent" in runner.today().legs[LEFT].lacks[-1]


@given(
    st.sampled_from(["steady", "moderate", "marked", None]),
    st.sampled_from(["steady", "moderate", "marked", None]),
    st.integers(0, 40),
)
def test_from_standing_one_goes_with_a_steady_check_of_that_leg(
    pelvis: str | None, knee: str | None, age_days: int
) -> None:
    runner = at(3, *Side)
    runner.check({"pelvis": "marked", "knee": "marked", "trunk": "steady"}, LEFT, RIGHT)
    runner.check({"pelvis": pelvis, "knee": knee, "trunk": None}, LEFT)
    runner.later(age_days)
    two_sessions(runner, *Side)
    steady = pelvis == knee == "steady" and age_days + 2 <= 28
    assert (runner.stage(LEFT), runner.stage(RIGHT)) == (4 if steady else 3, 3)


@pytest.mark.parametrize(("age_days", "knee", "stage"), [(26, "steady", 4), (27, "steady", 3), (1, "moderate", 3)])
def test_a_check_that_could_not_read_the_pelvis_leaves_a_steady_one_that_still_counts(
    age_days: int, knee: str, stage: int
) -> None:
    runner = at(3)
    runner.check(STEADY, LEFT)
    runner.later(age_days)
    runner.check({"pelvis": None, "knee": knee, "trunk": None}, LEFT)
    two_sessions(runner, LEFT)
    assert runner.stage(LEFT) == stage
    two_sessions(runner, LEFT)
    assert runner.stage(LEFT) == stage


def test_a_check_that_could_not_read_the_pelvis_is_named_as_such() -> None:
    runner = at(3)
    runner.later(40)
    runner.check({"pelvis": None, "knee": "steady", "trunk": None}, LEFT)
    runner.session(LEFT)
    assert runner.today().legs[LEFT].lacks == (("pelvis_unread",),)
    runner.later(1)
    runner.check({"pelvis": "moderate", "knee": "steady", "trunk": None}, LEFT)
    assert runner.today().legs[LEFT].lacks == (("check",),)


def test_one_outer_hip_that_hurts_says_why_neither_leg_leaves_isolated_hard() -> None:
    runner = at(2)
    runner.begin(outer_hip=["right"])
    two_sessions(runner, *Side)
    legs = runner.today().legs
    assert (runner.stage(LEFT), runner.stage(RIGHT)) == (2, 2)
    assert (legs[LEFT].waits, legs[LEFT].lacks[-1]) == (False, ("other_rests",))
    assert (legs[RIGHT].waits, legs[RIGHT].lacks) == (True, ())


def test_a_session_on_a_day_of_rest_does_not_count() -> None:
    runner = at(1)
    runner.session(LEFT)
    runner.later(1)
    for exercise in sorted(ON_STAGE[1]):
        runner.do(exercise, "left")
    assert runner.stage(LEFT) == 1
    runner.later(2)
    runner.session(LEFT)
    assert runner.stage(LEFT) == 2


def test_a_session_that_is_still_being_done_lacks_nothing_yet() -> None:
    runner = at(1)
    runner.session(LEFT)
    runner.later(2)
    runner.do("clam", "left")
    assert runner.today().legs[LEFT].lacks == ((),)
    runner.later(1)
    assert runner.today().legs[LEFT].lacks == ((), ("all",))


@given(st.integers(6, 12), st.integers(0, 4), st.sampled_from(["none", "some", ""]))
def test_from_loaded_one_goes_after_a_good_morning(reps: int, pain: int, morning: str) -> None:
    runner = at(4)
    for _ in range(2):
        runner.session(RIGHT, reps=reps, pain=pain)
        runner.later(1)
        if morning:
            runner.morning(RIGHT, morning)
        runner.later(1)
    assert runner.stage(RIGHT) == (5 if reps >= 10 and pain <= 2 and morning == "none" else 4)


@given(st.integers(0, 5), sides, scale)
def test_pain_of_five_is_one_stage_back_and_the_end_of_the_day(stage: int, side: Side, pain: int) -> None:
    runner = at(stage)
    name = runner.today().legs[side].due[-1].exercise.id
    leg = "both" if name == "skips" else side.value
    runner.do(name, leg, pain=pain)
    assert runner.stage(side) == (stage if pain < 5 else max(0, stage - 1))
    today = runner.today().legs[side]
    assert today.painful == (pain >= 5)
    if pain >= 5:
        assert today.due == ()
        with pytest.raises(CoachError, match="too much today"):
            runner.do(name, leg)


@given(st.integers(0, 5), sides, st.sampled_from(["none", "some", "worse"]))
def test_a_worse_morning_is_one_stage_back_once(stage: int, side: Side, morning: str) -> None:
    runner = at(stage)
    runner.session(side, pain=4, effort=9)
    runner.later(1)
    before = runner.stage(side)
    runner.morning(side, morning)
    assert runner.stage(side) == (max(0, before - 1) if morning == "worse" else before)
    with pytest.raises(CoachError, match="no morning"):
        runner.morning(side, "worse")


def test_one_session_is_one_stage_back_at_most() -> None:
    runner = at(3)
    runner.do("wall-slide", "left", pain=8)
    runner.later(1)
    runner.morning(LEFT, "worse")
    assert runner.stage(LEFT) == 2


def test_a_leg_comes_back_by_two_new_sessions() -> None:
    runner = at(1)
    runner.later(2)
    runner.session(LEFT)
    runner.later(2)
    runner.do("clam", "left", pain=5)
    assert runner.stage(LEFT) == 0
    runner.later(1)
    runner.session(LEFT)
    assert runner.stage(LEFT) == 0
    runner.later(1)
    runner.session(LEFT)
    assert runner.stage(LEFT) == 1


def test_an_exercise_left_out_is_no_full_session() -> None:
    runner = Runner().begin()
    for _ in range(5):
        runner.do("wall-hold", "left")
        runner.do("bridge", "both")
        runner.later(1)
    assert runner.stage(LEFT) == 0
    assert "all" in runner.today().legs[LEFT].lacks[-1]


@given(st.sets(st.sampled_from(list(RedFlag)), min_size=1), st.integers(0, 5))
def test_a_red_flag_stops_everything_until_a_professional_was_seen(flags: set[RedFlag], stage: int) -> None:
    runner = at(stage)
    runner.begin(flags=sorted(flags))
    assert runner.state().stopped
    for days in (0, 1, 100):
        runner.later(days)
        assert all(leg.items == () for leg in runner.today().legs.values())
        for refused in (
            lambda: runner.do("bridge", "both"),
            runner.begin,
            lambda: runner.write(MORNING, {"leg": "left", "pain": "none"}),
        ):
            before = list(runner.entries)
            with pytest.raises(CoachError):
                refused()
            assert runner.entries == before
    runner.write(SEEN)
    assert all(leg.items == () for leg in runner.today().legs.values()), "the questions are asked anew"
    runner.begin()
    assert runner.today().legs[LEFT].items


@given(st.sets(sides, min_size=1), st.integers(0, 5), st.booleans())
def test_nobody_lies_on_a_hip_that_hurts(hips: set[Side], stage: int, lighter: bool) -> None:
    runner = at(stage)
    hurting = {side.value for side in hips}
    runner.begin(outer_hip=sorted(hurting))
    for side in Side:
        names = [item.exercise.id for item in runner.today(lighter=lighter).legs[side].items]
        assert names, "something is always left"
        assert all(may_lie(name, side, hurting) for name in names)
        for name in [name for name in FULL if not may_lie(name, side, hurting)]:
            with pytest.raises(CoachError):
                runner.do(name, side.value)


@given(st.integers(0, 5), sides)
def test_while_running_rises_the_dose_is_one_stage_lighter(stage: int, side: Side) -> None:
    runner = at(stage)
    items = runner.today(lighter=True).legs[side].items
    assert {item.exercise.stage for item in items} == {max(0, stage - 1)}
    if stage == 0:
        assert all(item.dose.reps and item.dose.reps.most == 5 for item in items)
    for item in items:
        runner.do(item.exercise.id, "both" if item.exercise.legs.value == "both" else side.value)
    assert runner.today(lighter=True).legs[side].due == ()
    assert runner.stage(side) == stage


@given(st.lists(st.tuples(st.integers(-80, 3), st.integers(0, 200)), max_size=30))
def test_running_rises_when_a_week_is_thirty_percent_above_the_four_before(given_: list[tuple[int, int]]) -> None:
    today = Runner().day
    runs = [Run(today + timedelta(days=days), minutes) for days, minutes in given_]
    found = load(runs, today)
    week = sum(minutes for days, minutes in given_ if -6 <= days <= 0)
    usual = sum(minutes for days, minutes in given_ if -34 <= days <= -7) / 4
    assert found.week_min == pytest.approx(week)
    known = any(days <= -28 for days, _ in given_)
    assert (found.usual_min is not None) == (known and usual > 0.0)
    if found.usual_min is not None and abs(week - 1.3 * usual) > 1e-6:
        assert found.rises == (week > 1.3 * usual)


def test_a_red_flag_said_at_a_control_check_stops_the_ladder_too() -> None:
    runner = at(1)
    runner.entries.append(DiaryEntry(999, runner.now, CHECK_REFUSED, {"flags": ["limp"], "pain": None}))
    assert runner.state().stopped
    assert runner.today().legs[LEFT].items == ()


def test_after_six_weeks_one_looks_back_and_is_asked_anew() -> None:
    runner = Runner().begin()
    runner.later(41)
    assert not runner.state().review_is_due(runner.day)
    with pytest.raises(CoachError, match="not over"):
        runner.write(REVIEWED)
    runner.later(1)
    assert runner.state().review_is_due(runner.day)
    runner.write(REVIEWED)
    assert runner.today().legs[LEFT].items == ()
    runner.begin()
    assert runner.today().legs[LEFT].items
    assert not runner.state().review_is_due(runner.day)


def test_the_legs_go_their_own_ways() -> None:
    runner = at(3, LEFT, RIGHT)
    runner.check(STEADY, RIGHT)
    two_sessions(runner, RIGHT)
    runner.later(1)
    assert (runner.stage(LEFT), runner.stage(RIGHT)) == (3, 4)
    runner.do("wall-slide", "left", pain=9)
    assert (runner.stage(LEFT), runner.stage(RIGHT)) == (2, 4)


@pytest.mark.parametrize(("stage", "days"), [(0, [True, True, True]), *((n, [True, False, True]) for n in range(1, 5))])
def test_how_often_it_is_due(stage: int, days: list[bool]) -> None:
    runner = at(stage)
    runner.later(5)
    found = []
    for _ in days:
        found.append(bool(runner.today().legs[LEFT].due))
        runner.session(LEFT, pain=4, effort=10)
        assert runner.today().legs[LEFT].due == ()
        runner.later(1)
    assert found == days


def test_what_comes_up_today_is_not_due_today() -> None:
    runner = Runner().begin()
    runner.session(LEFT)
    runner.later(1)
    runner.session(LEFT)
    today = runner.today().legs[LEFT]
    assert (today.stage, today.moved, today.items) == (1, 1, ())
    assert today.next_day == runner.day + timedelta(days=2)


def test_a_slip_of_the_finger_is_taken_back() -> None:
    runner = at(2)
    before = runner.state()
    runner.do("side-plank", "left", pain=10)
    assert runner.stage(LEFT) == 1
    runner.write(UNDONE)
    assert runner.state() == before
    with pytest.raises(CoachError, match="nothing of today"):
        runner.write(UNDONE)
    runner.do("side-plank", "left")
    runner.later(1)
    with pytest.raises(CoachError, match="nothing of today"):
        runner.write(UNDONE)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["exercise", "leg", "sets", "reps", "seconds", "effort", "pain", "flags", "outer_hip", "of", "legs"]


@given(
    st.sampled_from([ASKED, SEEN, REVIEWED, DONE, MORNING, UNDONE]),
    st.dictionaries(st.sampled_from(NAMES), json | st.sampled_from(["clam", "left", "both", 3]), max_size=8),
)
def test_whatever_is_sent_is_refused_in_a_sentence_or_makes_sense(kind: str, body: dict[str, object]) -> None:
    runner = Runner().begin()
    said = "Nothing."
    try:
        runner.write(kind, body)
    except CoachError as error:
        said = str(error)
    assert said[0].isupper()
    assert said.endswith(".")
    runner.today()


@given(st.lists(st.tuples(st.sampled_from([ASKED, DONE, MORNING, CHECK, "other"]), json), max_size=6))
def test_a_diary_that_anything_stands_in_is_read(written: list[tuple[str, object]]) -> None:
    runner = Runner().begin()
    for kind, body in written:
        runner.write(CHECK)
        runner.entries[-1] = type(runner.entries[-1])(9, runner.now, kind, body if isinstance(body, dict) else {})
    runner.today()


def random_input(runner: Runner, dice: random.Random) -> None:
    """Something that somebody does: mostly what is due, sometimes anything."""
    what = dice.random()
    side = dice.choice(list(Side))
    if what < 0.2:
        runner.later(dice.choice([0.2, 1, 1, 1, 2, 3, 12]))
        for each in Side:
            if dice.random() < 0.8 and runner.state().legs[each].unanswered(runner.day):
                runner.morning(each, dice.choice(["none"] * 12 + ["some", "worse"]))
    elif what < 0.23:
        flags = dice.sample(list(RedFlag), dice.choice([0] * 6 + [1]))
        runner.begin(flags, dice.sample(["left", "right"], dice.choice([0, 0, 1])))
    elif what < 0.3:
        runner.write(dice.choice([SEEN, REVIEWED, UNDONE]))
    elif what < 0.36:
        level = ["steady"] * 6 + ["moderate", None]
        runner.check({part: dice.choice(level) for part in ("pelvis", "knee", "trunk")}, side)
    elif what < 0.45:
        exercise = dice.choice(list(FULL))
        figures = {name: dice.randint(1, 40) for name in ("sets", "reps", "seconds")}
        runner.do(
            exercise,
            dice.choice(["left", "right", "both"]),
            effort=dice.randint(0, 10),
            pain=dice.randint(0, 10),
            **figures,
        )
    else:
        due = runner.today(lighter=dice.random() < 0.1).legs[side].due
        for item in due:
            leg = "both" if item.exercise.legs.value == "both" else side.value
            runner.do(
                item.exercise.id, leg, pain=dice.choice([0] * 40 + [1, 2, 3, 6]), effort=dice.choice([3] * 20 + [9])
            )


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_a_thousand_inputs_reach_nothing_that_the_table_forbids(seed: int) -> None:
    dice, runner, table = random.Random(seed), Runner(), Table()
    reached = set()
    read = 0
    for _ in range(1000):
        with suppress(CoachError):
            random_input(runner, dice)
        if any(entry.kind == UNDONE for entry in runner.entries[read:]):
            table, read = Table(), 0
            kept = []
            for entry in runner.entries:
                if entry.kind == UNDONE:
                    del kept[max(i for i, each in enumerate(kept) if each.kind in (DONE, MORNING))]
                else:
                    kept.append(entry)
            runner.entries, runner.known = kept, (0, LadderState())
        for entry in runner.entries[read:]:
            table.read(entry)
        read = len(runner.entries)
        state, shown = runner.state(), runner.today(lighter=dice.random() < 0.2)
        assert {side: leg.stage for side, leg in state.legs.items()} == table.stage
        assert state.stopped == bool(table.flags)
        reached.add(max(table.stage.values()))
        for side, leg in shown.legs.items():
            assert not leg.items or (table.answered and not table.flags)
            for item in leg.items:
                assert item.exercise.stage <= table.stage[side] - (shown.lighter and table.stage[side] > 0)
                assert may_lie(item.exercise.id, side, table.hurting)
                assert item.exercise.id != "skips" or min(table.stage.values()) == 5
    assert fold(runner.entries, ladder()) == runner.state()
    assert max(reached) >= 3, "the inputs climb"


def test_the_table_of_the_tests_names_every_exercise() -> None:
    assert {name: exercise.stage for name, exercise in ladder().exercises.items()} == {
        name: number for number, names in enumerate(ON_STAGE) for name in names
    }
