"""Each rule of the programme's tables."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.coach import KINDS, CoachError
from monitor.coach.ladder.entries import DONE
from monitor.coach.programme import (
    Baseline,
    Begun,
    Cueing,
    Ended,
    Purpose,
    Run,
    RunningClock,
    Step,
    Waits,
    Wanted,
    Why,
    available,
    conditions,
    cue_times,
    next_step,
    nothing_measured,
)
from monitor.coach.programme.baseline import at_speed, baseline_of, newest, target_of
from monitor.coach.programme.entries import How, Parts
from monitor.coach.programme.plan import changes_in_s, session_plan, silent_plan, windows
from monitor.coach.programme.running import running_s
from monitor.coach.programme.table import CUE_MIN, RUN_MIN
from monitor.coach.red_flags import ASKED, CHECK_REFUSED, SAID, SEEN, RedFlag
from monitor.vocabulary import CuePlan, Side, Statistic
from tests.coach.walk import START, Walk, statistic

DAY = timedelta(days=1)
NUMBERS = st.integers(1, 8)
ANGLES = st.floats(-20.0, 40.0)


def a_run(name: str = "a", **more: Any) -> Run:
    drop = {Side.LEFT: statistic(8.0), Side.RIGHT: statistic(5.5)}
    return Run(**{"session_id": name, "at": START, "run_min": 6.0, "drop": drop, "cadence_spm": 170.0, **more})


def a_baseline(**more: Any) -> Baseline:
    drop = {Side.LEFT: statistic(8.0), Side.RIGHT: statistic(5.5)}
    given = {"session_id": "a", "at": START, "side": Side.LEFT, "target_deg": 6.4, "drop": drop}
    return Baseline(**{**given, "cadence_spm": 170.0, "speed_mps": None, **more})


def started(sessions: int = 1, cue: str = "lamps") -> Walk:
    """Somebody who has done so many sessions, the last one just now."""
    walk = Walk()
    walk.join()
    walk.say("cue", cue=cue)
    walk.run_by_oneself(6.0, 9.0, 5.5, 1.0, 500, ())
    for _ in range(sessions):
        walk.wait(24.0)
        walk.run(1.0, How.FINISHED, 170.0)
    return walk


def a_step(walk: Walk) -> Step:
    step = walk.step
    assert isinstance(step, Step)
    return step


# the cue's minutes


@pytest.mark.parametrize(("run_min", "cue_min"), list(zip(RUN_MIN, CUE_MIN, strict=True)))
def test_the_cue_is_available_for_as_long_as_the_table_says(run_min: float, cue_min: float) -> None:
    plan = CuePlan(run_min * 60.0, windows(run_min, cue_min), Side.LEFT, 5.0)
    seconds = np.arange(0.5, plan.run_s, 1.0)
    lit = np.array([available(plan, float(second)) for second in seconds])
    assert cue_times(plan) == pytest.approx(cue_min * 60.0)
    assert lit.sum() == pytest.approx(cue_min * 60.0)
    assert not available(plan, plan.run_s)
    if cue_min < run_min:
        thirds = lit.reshape(3, -1)
        assert (thirds == thirds[0]).all(), "three blocks alike"
        assert thirds[0].tolist() == sorted(thirds[0].tolist(), reverse=True), "each at the start of a third"
        assert not lit[-60:].any(), "the session ends silent"


@given(number=NUMBERS, run_s=st.floats(0.0, 2000.0))
def test_nothing_changes_before_it_is_said_to(number: int, run_s: float) -> None:
    plan = session_plan(number, a_baseline(), None, 0.0)
    rest_s = changes_in_s(plan, run_s)
    if rest_s is None:
        assert run_s >= plan.run_s
    else:
        assert available(plan, run_s + 0.999 * rest_s) == available(plan, run_s)
        later = run_s + rest_s
        assert available(plan, later) != available(plan, run_s) or later == pytest.approx(plan.run_s)


def test_a_silent_run_never_cues() -> None:
    assert silent_plan(a_baseline()).windows == silent_plan(None).windows == ()


# the time that is run


@given(st.lists(st.floats(0.1, 8.0), max_size=60), st.data())
def test_both_clocks_say_the_same_and_leave_breaks_out(gaps_s: list[float], data: st.DataObject) -> None:
    contact_s = np.cumsum([100.0, *gaps_s])
    counts = np.array(data.draw(st.lists(st.booleans(), min_size=len(contact_s), max_size=len(contact_s))))
    behind_s = data.draw(st.floats(0.0, 100.0))
    run_s = running_s(contact_s, counts, behind_s)
    clock = RunningClock(behind_s)
    assert [clock.contact(float(t), bool(c)) for t, c in zip(contact_s, counts, strict=True)] == run_s.tolist()
    wanted = sum(gap for gap, counted in zip(gaps_s, counts[1:], strict=True) if gap <= 3.0 and counted)
    assert run_s[-1] == pytest.approx(behind_s + wanted)
    assert (np.diff(run_s) >= 0.0).all()


def test_contacts_out_of_order_do_not_count_twice() -> None:
    clock = RunningClock()
    assert [clock.contact(time_s) for time_s in (0.0, 0.4, 0.3, 0.8)] == pytest.approx([0.0, 0.4, 0.4, 0.8])


# who may start


@given(left=ANGLES, right=ANGLES, half=st.floats(0.0, 8.0), minutes=st.floats(0.0, 30.0), n=st.integers(0, 200))
def test_who_may_start(left: float, right: float, half: float, minutes: float, n: int) -> None:
    drop = {Side.LEFT: statistic(left, half, n), Side.RIGHT: statistic(right, half, n)}
    run = a_run(drop=drop, run_min=minutes)
    found = baseline_of(run, START)
    above = {side for side in Side if (drop[side].mean or 0.0) - half > 5.0}
    assert (found is not None) == (minutes >= 5.0 and n >= 50 and bool(above))
    if found is not None:
        assert found.side in above
        assert found.target_deg == target_of(drop[found.side].mean or 0.0)
        assert found.target_deg >= max(5.0, 0.8 * max(left, right)) or left == right or found.side in above
        other = drop[found.side.other].mean or 0.0
        assert (drop[found.side].mean or 0.0) >= other, "the leg that drops more, as both are as uncertain"
    met = {(c.wanted, c.side): c.met for c in conditions(run, START)}
    assert met[Wanted.MINUTES, None] == (minutes >= 5.0)
    assert all(met[Wanted.STANCES, side] == (n >= 50) for side in Side)
    assert {side for side in Side if met[Wanted.DROP, side]} == above


@given(st.floats(0.0, 37.5))
def test_the_target_is_80_per_cent_of_the_own_baseline_and_5_degrees_at_least(mean: float) -> None:
    assert target_of(mean) == (5.0 if mean <= 6.25 else pytest.approx(0.8 * mean))
    assert target_of(60.0 + mean) == 30.0, "no lamp can be set higher"


@given(st.floats(0.0, 100.0))
def test_a_baseline_holds_for_six_weeks(days: float) -> None:
    assert (baseline_of(a_run(), START + timedelta(days=days)) is not None) == (days <= 42.0)


@given(st.lists(st.floats(1.5, 5.0), min_size=1, max_size=4))
def test_a_baseline_is_of_one_speed(speeds: list[float]) -> None:
    found = baseline_of(a_run(speeds_mps=tuple(speeds)), START)
    assert (found is not None) == (max(speeds) <= 1.05 * min(speeds) or max(speeds) / min(speeds) - 1.0 <= 0.05)
    if found is not None and found.speed_mps is not None:
        assert min(speeds) - 1e-9 <= found.speed_mps <= max(speeds) + 1e-9


def test_a_withheld_drop_is_no_baseline() -> None:
    none = Statistic(None, None, 0, None, "the hips are hidden by clothes")
    assert baseline_of(a_run(drop=dict.fromkeys(Side, none)), START) is None
    assert baseline_of(None, START) is None
    assert baseline_of(a_run(drop={}), START) is None


def test_the_newest_run_that_was_none_of_the_programme_is_the_baseline() -> None:
    runs = [a_run("a"), a_run("b", at=START + DAY), a_run("c", at=START + 2 * DAY)]
    assert newest(runs, {"c"}, START) == runs[1]
    assert newest(runs, {"a", "b", "c"}, START) is None
    short = a_run("d", at=START + 3 * DAY, run_min=1.0)
    assert newest([*runs, short], (), START) == runs[2]
    assert newest([short], (), START) == short


@given(st.none() | st.floats(1.0, 6.0), st.none() | st.floats(1.0, 6.0))
def test_a_baseline_holds_at_its_speed(speed: float | None, baseline_mps: float | None) -> None:
    known = speed is not None and baseline_mps is not None
    wanted = not known or abs((speed or 0.0) / (baseline_mps or 1.0) - 1.0) <= 0.05 + 1e-12
    assert at_speed(speed, a_baseline(speed_mps=baseline_mps)) == wanted
    assert at_speed(speed, None)
    assert at_speed(speed, a_baseline(speed_mps=baseline_mps), 3.0) == (
        wanted if baseline_mps is not None or speed is None else abs(speed / 3.0 - 1.0) <= 0.05 + 1e-12
    )


# session after session


@given(number=NUMBERS, days=st.floats(0.0, 60.0))
def test_after_a_gap_a_session_is_repeated_or_all_begins_anew(number: int, days: float) -> None:
    walk = started(min(number, 7))
    walk.run_by_oneself(0.0, 9.0, 5.5, 1.0, 500, ())
    done_at = walk.now
    walk.wait(24.0 * days)
    walk.runs.append(a_run("newer", at=walk.now))
    step = walk.step
    if walk.now.astimezone().date() == done_at.astimezone().date():
        assert step == Waits(Why.ONE_A_DAY)
    else:
        assert isinstance(step, Step)
        wanted = min(number, 7) + 1 if days <= 14 else min(number, 7) if days <= 42 else 1
        assert (step.number, step.again, step.anew) == (wanted, 14 < days <= 42, days > 42)


@given(shares=st.lists(st.floats(0.0, 0.6), min_size=1, max_size=4), next_day=st.booleans())
def test_parts_of_a_day_count_together(shares: list[float], next_day: bool) -> None:
    walk = started(2)
    walk.wait(24.0)
    run = 0.0
    for share in shares:
        if run >= 0.8:
            assert walk.step == Waits(Why.ONE_A_DAY)
            return
        step = a_step(walk)
        assert step.number == 3
        assert step.plan.behind_s == pytest.approx(run * step.plan.run_s)
        walk.run(run + share, How.CUT_OFF, 170.0)
        run += share
    walk.wait(24.0 if next_day else 0.0)
    if run >= 0.8:
        assert (walk.state.course and walk.state.course.done) == 3
    elif next_day:
        assert a_step(walk).plan.behind_s == 0.0


@pytest.mark.parametrize("how", [How.FINISHED, How.FAULT, How.CUT_OFF, How.GONE])
def test_who_ends_a_session_early_is_asked_whether_it_hurt(how: How) -> None:
    walk = started(1)
    walk.wait(24.0)
    walk.run(0.5, how, 170.0)
    if how is not How.FINISHED:
        assert a_step(walk).plan.behind_s > 0.0
        return
    assert walk.step == Waits(Why.ENDED_EARLY)
    walk.answer()
    assert a_step(walk).number == 2
    assert not walk.say("no pain")


def test_whoever_ends_any_run_early_is_asked_and_leaving_is_no_way_around() -> None:
    walk = Walk()
    walk.join()
    assert a_step(walk).purpose is Purpose.BASELINE
    walk.run(0.5, How.FINISHED, 170.0)
    assert walk.step == Waits(Why.ENDED_EARLY)
    walk.leave()
    assert walk.step == Waits(Why.NOT_JOINED)
    walk.join()
    assert walk.step == Waits(Why.ENDED_EARLY)
    walk.answer()
    assert a_step(walk).purpose is Purpose.BASELINE
    other = started(8)
    other.wait(24.0 * 7)
    assert a_step(other).purpose is Purpose.CHECK
    other.run(0.5, How.FINISHED, 170.0)
    assert other.step == Waits(Why.ENDED_EARLY)


def test_who_leaves_in_the_middle_of_a_session_is_asked_on_joining_again() -> None:
    walk = started(1)
    walk.wait(24.0)
    step = a_step(walk)
    begun = Begun("left", step.purpose, step.number, step.plan, step.baseline, step.anew)
    walk.note("programme.begun", begun.body())
    walk.leave()
    walk.note("programme.ended", nothing_measured(begun, How.FINISHED).body())
    walk.join()
    assert walk.step == Waits(Why.ENDED_EARLY)


@given(st.floats(0.0, 72.0))
def test_pain_stops_it_until_another_day(hours: float) -> None:
    walk = started(1)
    walk.hurt()
    assert walk.step == Waits(Why.PAIN)
    hurt_on = walk.now.astimezone().date()
    walk.wait(hours)
    assert walk.step == Waits(Why.PAIN)
    for red_flags in (True, None, 0, "no"):
        assert not walk.say("resumed", red_flags=red_flags)
    assert walk.say("resumed", red_flags=False) == (walk.now.astimezone().date() > hurt_on)


@pytest.mark.parametrize("kind", [ASKED, CHECK_REFUSED, SAID])
@pytest.mark.parametrize("flag", RedFlag)
@pytest.mark.parametrize("done", [None, 0, 3, 8])
def test_a_red_flag_said_anywhere_stops_it_until_a_professional_was_seen(
    kind: str, flag: RedFlag, done: int | None
) -> None:
    walk = Walk() if done is None else started(done)
    before = walk.step
    walk.note(kind, {"flags": [str(flag)], "outer_hip": []})
    assert walk.step == Waits(Why.RED_FLAG)
    assert not walk.say("joined", consent=True)
    if done is not None:
        walk.hurt()
        walk.wait(48.0)
        assert not walk.say("resumed", red_flags=False)
    walk.note(ASKED, {"flags": [], "outer_hip": []})
    assert walk.step == Waits(Why.RED_FLAG), "it does not go by itself"
    walk.note(SEEN, {})
    if done is None:
        assert walk.step == before
    else:
        assert walk.step == Waits(Why.PAIN)


def test_leaving_and_joining_again_is_no_way_around_pain_or_the_day() -> None:
    walk = started(2)
    walk.hurt()
    walk.leave()
    assert walk.step == Waits(Why.NOT_JOINED)
    walk.join()
    assert walk.step == Waits(Why.PAIN)
    other = started(2)
    other.leave()
    other.join()
    assert other.step == Waits(Why.ONE_A_DAY)


@pytest.mark.parametrize(
    ("kind", "pain", "stops"),
    [
        (CHECK_REFUSED, 8, True),
        (CHECK_REFUSED, 3, True),
        (CHECK_REFUSED, 2, False),
        (CHECK_REFUSED, None, False),
        (DONE, 5, True),
        (DONE, 4, False),
        (DONE, None, False),
    ],
)
def test_pain_said_of_a_check_or_an_exercise_stops_running_too(kind: str, pain: int | None, stops: bool) -> None:
    walk = started(1)
    walk.wait(24.0)
    assert a_step(walk).number == 2
    walk.note(kind, {"flags": [], "pain": pain})
    assert (walk.step == Waits(Why.PAIN)) == stops
    walk.judge()
    if stops:
        assert not walk.say("resumed", red_flags=False)
        walk.wait(24.0)
        assert walk.say("resumed", red_flags=False)
    assert a_step(walk).number == 2


def test_which_red_flag_is_so_is_asked_and_nothing_goes_on_with_one() -> None:
    walk = started(1)
    walk.hurt()
    for flags in (None, [], "limp", ["limp", "cough"], [["limp"]], [3]):
        assert not walk.say("red flags", flags=flags)
    assert walk.say("red flags", flags=["limp", "groin_pain", "limp"])
    assert walk.entries[-1].body == {"flags": ["groin_pain", "limp"]}
    walk.wait(48.0)
    with pytest.raises(CoachError, match="see a professional"):
        KINDS["programme.resumed"](walk.entries, {"red_flags": False}, walk.now)
    with pytest.raises(CoachError, match="see a professional"):
        KINDS["programme.joined"](walk.entries, {"consent": True}, walk.now)


def test_a_clock_that_stood_in_the_future_locks_nothing() -> None:
    """The diary's dates are then those of the wrong clock, until that day has come."""
    walk, right = started(0), timedelta(days=400)
    walk.now += right
    walk.run_by_oneself(6.0, 9.0, 5.5, 1.0, 500, ())
    walk.run(1.0, How.FINISHED, 170.0)
    walk.hurt()
    walk.now -= right
    assert walk.say("resumed", red_flags=False)
    assert a_step(walk).number == 2
    walk.run(1.0, How.FINISHED, 170.0)
    assert walk.entries[-1].at > walk.now + 300 * DAY
    assert a_step(walk).number == 3
    a_little = started(1)
    a_little.now -= timedelta(hours=20)
    assert a_little.step == Waits(Why.ONE_A_DAY)


# the metronome


@given(
    st.lists(st.floats(0.95, 1.05).filter(lambda share: abs(abs(share - 1.0) - 0.02) > 1e-6), min_size=7, max_size=7)
)
def test_the_rate_goes_up_after_two_sessions_that_kept_it(kept: list[float]) -> None:
    walk = started(0, cue="metronome")
    asked, running, level = [], 0, 0
    for share in kept:
        walk.wait(24.0)
        step = a_step(walk)
        assert step.plan.metronome_spm is not None
        asked.append(step.plan.metronome_spm)
        assert asked[-1] == pytest.approx(170.0 * (1.05, 1.075, 1.10)[level])
        run_spm = share * asked[-1]
        walk.run(1.0, How.FINISHED, run_spm)
        running = running + 1 if abs(run_spm - asked[-1]) <= 0.02 * asked[-1] else 0
        if running == 2 and level < 2:
            level, running = level + 1, 0


def test_without_own_steps_a_metronome_has_no_rate_and_the_lamp_cues() -> None:
    assert session_plan(1, a_baseline(cadence_spm=None), 0, 0.0).metronome_spm is None
    assert session_plan(1, a_baseline(cadence_spm=215.0), 2, 0.0).metronome_spm == 220.0


def test_what_cues_can_be_chosen_between_sessions() -> None:
    walk = started(3)
    walk.wait(24.0)
    assert a_step(walk).plan.metronome_spm is None
    assert walk.say("cue", cue=Cueing.METRONOME.value)
    assert a_step(walk).plan.metronome_spm is not None
    assert not walk.say("cue", cue="drum")


# the silent checks


@given(st.floats(0.0, 150.0))
def test_a_silent_check_has_its_days(days: float) -> None:
    walk = started(8)
    walk.now += timedelta(days=days)
    step = walk.step
    spans = {1: (5, 14), 2: (21, 45), 3: (75, 120)}
    open_ = next((number for number, (opens, closes) in spans.items() if opens <= days <= closes), None)
    if open_ is not None:
        assert isinstance(step, Step)
        assert (step.purpose, step.number, step.plan.windows) == (Purpose.CHECK, open_, ())
    elif days > 120:
        assert step == Waits(Why.OVER)
    else:
        assert isinstance(step, Waits)
        opens = min(opens for opens, _ in spans.values() if opens > days)
        assert (step.why, step.until) == (Why.CHECK_LATER, walk.done[-1].at + timedelta(days=opens))


def test_a_missed_check_is_left_out_and_one_too_short_can_be_run_again() -> None:
    walk = started(8)
    walk.now += timedelta(days=30)
    assert a_step(walk).number == 2
    walk.run(0.5, How.FINISHED, 170.0)
    walk.answer()
    assert a_step(walk).number == 2
    walk.run(1.0, How.FINISHED, 170.0)
    assert isinstance(walk.step, Waits)
    assert walk.state.course is not None
    assert walk.state.course.checked == {2}


def test_a_second_round_begins_with_a_baseline_of_its_own() -> None:
    walk = started(8)
    walk.join()
    walk.wait(24.0)
    assert a_step(walk).purpose is Purpose.BASELINE, "though the first round's is not six weeks old"
    walk.run_by_oneself(6.0, 9.0, 5.5, 1.0, 500, ())
    step = a_step(walk)
    assert (step.number, step.anew) == (1, True)
    walk.judge()
    walk.now += timedelta(days=43)
    assert a_step(walk).purpose is Purpose.BASELINE


# what comes from a phone and what is kept

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(("consent", "cue", "red_flags", "x")), JSON))
def test_a_phone_cannot_write_what_is_not_asked(kind: str, body: dict[str, Any]) -> None:
    for walk in (Walk(), started(1)):
        try:
            held = KINDS[kind](walk.entries, body, walk.now)
        except CoachError:
            continue
        allowed = ({"consent": True}, {"cue": "lamps"}, {"cue": "metronome"}, {"red_flags": False}, {})
        assert held in allowed


@pytest.mark.parametrize("kind", ["programme.begun", "programme.ended"])
def test_what_the_unit_saw_no_phone_can_write(kind: str) -> None:
    assert kind not in KINDS


STATISTICS = st.builds(statistic, ANGLES, st.floats(0.0, 9.0), st.integers(0, 9000)) | st.just(
    Statistic(None, None, 0, None, "why")
)


@given(number=NUMBERS, level=st.none() | st.integers(0, 2), share=st.floats(0.0, 1.0), anew=st.booleans())
def test_what_began_is_read_as_it_was_written(number: int, level: int | None, share: float, anew: bool) -> None:
    baseline = a_baseline(speed_mps=2.7)
    plan = session_plan(number, baseline, level, share * RUN_MIN[number - 1] * 60.0)
    begun = Begun("s", Purpose.SESSION, number, plan, baseline, anew)
    assert Begun.of(json.loads(json.dumps(begun.body()))) == begun
    silent = Begun("s", Purpose.BASELINE, 1, silent_plan(None), None)
    assert Begun.of(json.loads(json.dumps(silent.body()))) == silent


@given(STATISTICS, STATISTICS, STATISTICS, st.sampled_from(How), st.none() | st.floats(100, 250))
def test_what_ended_is_read_as_it_was_written(
    whole: Statistic, cued: Statistic, silent: Statistic, how: How, cadence_spm: float | None
) -> None:
    ended = Ended("s", how, 900.0, {side: Parts(whole, cued, silent) for side in Side}, cadence_spm, 2.7)
    assert Ended.of(json.loads(json.dumps(ended.body()))) == ended


def test_an_end_without_its_beginning_is_passed_over() -> None:
    walk = started(1)
    before = walk.state
    none = Statistic(None, None, 0, None, "no stance")
    ended = Ended("another", How.FINISHED, 900.0, {side: Parts(none, none, none) for side in Side})
    walk._write("programme.ended", ended.body())
    walk._write("ladder.done", {"whatever": 1})
    assert walk.state == before
    assert next_step(walk.state, walk.runs, walk.now + DAY) == next_step(before, walk.runs, walk.now + DAY)
