"""What a session came to, and what it changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.coach.programme import Begun, Ended, Purpose, Stances, measured, outcome
from monitor.coach.programme.entries import How
from monitor.coach.programme.measured import OTHER_SPEED, nothing_measured
from monitor.coach.programme.outcome import NO_SPEED, Change
from monitor.coach.programme.plan import available, session_plan, silent_plan
from monitor.vocabulary import Side, Statistic
from tests.coach.test_programme_rules import a_baseline

STEP_S = 0.35


def stances(
    minutes: float, left_deg: float = 6.0, *, silent_deg: float | None = None, number: int = 5, seed: int = 1
) -> Stances:
    """Somebody who runs so long without a break; `silent_deg`: the left drop while the cue is silent."""
    contact_s = 1000.0 + np.arange(0.0, minutes * 60.0, STEP_S)
    is_left = np.arange(len(contact_s)) % 2 == 0
    plan = session_plan(number, a_baseline(), None, 0.0)
    cued = np.array([available(plan, at_s - 1000.0) for at_s in contact_s])
    drop = np.where(is_left, np.where(cued, left_deg, left_deg if silent_deg is None else silent_deg), 4.0)
    drop = drop + np.random.default_rng(seed).normal(0.0, 0.8, len(drop))
    n = len(contact_s)
    return Stances(is_left, contact_s, drop, np.full(n, 1.0), np.full(n, 0.3), [None] * n)


def session(number: int, run: Stances, speeds: list[tuple[float, float]] | None = None, **more: float) -> Ended:
    begun = Begun("s", Purpose.SESSION, number, session_plan(number, a_baseline(**more), None, 0.0), a_baseline(**more))
    return measured(begun, How.FINISHED, run, speeds or [])


def begun(number: int = 5) -> Begun:
    return Begun("s", Purpose.SESSION, number, session_plan(number, a_baseline(), None, 0.0), a_baseline())


@pytest.mark.parametrize("number", range(1, 9))
def test_minutes_and_both_parts_are_found_again(number: int) -> None:
    ended = session(number, stances(30.0, 6.0, silent_deg=7.5, number=number))
    assert ended.run_s == pytest.approx(1800.0, abs=STEP_S)
    left = ended.drop[Side.LEFT]
    assert left.cued.mean == pytest.approx(6.0, abs=0.2)
    assert ended.cadence_spm == pytest.approx(60.0 / STEP_S)
    assert ended.drop[Side.RIGHT].whole.mean == pytest.approx(4.0, abs=0.1)
    if number > 4:
        assert left.silent.mean == pytest.approx(7.5, abs=0.1)
        assert outcome(begun(number), ended).stayed is Change.MORE  # type: ignore[union-attr]


@given(st.floats(1.0, 30.0), st.integers(0, 1000))
def test_where_nothing_changes_a_cue_is_rarely_said_to_have_left_a_trace(minutes: float, seed: int) -> None:
    """And where an interval is given it holds the truth, five times in a hundred excepted, times a wide margin."""
    ended = session(5, stances(minutes, 6.0, seed=seed))
    silent = outcome(begun(), ended).silent  # type: ignore[union-attr]
    if silent.mean is not None and silent.ci95 is not None:
        assert abs(silent.mean) < 2.5 * (silent.ci95[1] - silent.ci95[0])


@pytest.mark.parametrize(
    ("left_deg", "changed"), [(4.0, Change.LESS), (8.0, Change.NONE_TOLD), (7.5, Change.NONE_TOLD), (12.0, Change.MORE)]
)
def test_a_change_is_one_beyond_what_both_measurements_can_tell(left_deg: float, changed: Change) -> None:
    found = outcome(begun(), session(5, stances(27.0, left_deg)))
    assert found is not None
    assert found.changed is changed
    assert found.change.mean == pytest.approx(left_deg - 8.0, abs=0.2)
    assert found.stayed is Change.NONE_TOLD
    assert found.change.ci95 is not None
    half = (found.change.ci95[1] - found.change.ci95[0]) / 2.0
    assert half > 1.0, "the baseline's own half width is 1, and that of the session comes to it"


def test_a_session_whose_cue_is_never_silent_says_nothing_of_what_stays() -> None:
    found = outcome(begun(1), session(1, stances(15.0)))
    assert found is not None
    assert found.stayed is Change.NOT_KNOWN
    assert found.silent.reason == "0 stances with a value, fewer than 20"


def test_what_was_run_at_another_speed_is_not_counted_and_not_compared() -> None:
    run = stances(20.0)
    at_other = session(5, run, [(1000.0, 2.78), (1600.0, 3.3)], speed_mps=2.78)
    assert at_other.run_s == pytest.approx(600.0, abs=2 * STEP_S)
    assert at_other.speed_mps == 3.3
    back = session(5, run, [(1000.0, 2.78), (1600.0, 3.3), (1900.0, 2.8)], speed_mps=2.78)
    assert back.run_s == pytest.approx(900.0, abs=2 * STEP_S)
    other = session(5, run, [(900.0, 3.3)], speed_mps=2.78)
    assert other.run_s == 0.0
    assert other.drop[Side.LEFT].whole == Statistic(None, None, 0, None, OTHER_SPEED)
    assert outcome(begun(), other).changed is Change.NOT_KNOWN  # type: ignore[union-attr]


def test_where_the_baselines_speed_was_not_said_a_session_is_held_to_its_own_first() -> None:
    run = stances(20.0)
    untold = session(5, run, [(1000.0, 3.3)])
    assert untold.run_s == pytest.approx(1200.0, abs=STEP_S)
    found = outcome(begun(), untold)
    assert found is not None
    assert (found.change.reason, found.changed) == (NO_SPEED, Change.NOT_KNOWN)
    assert outcome(begun(), session(5, run)).change.mean is not None  # type: ignore[union-attr]
    late = Begun("s", Purpose.SESSION, 5, session_plan(5, a_baseline(), None, 0.0), a_baseline(), from_s=1000.0)
    speeds = [(900.0, 2.0), (990.0, 2.78), (1600.0, 3.3), (1900.0, 2.8)]
    assert measured(late, How.FINISHED, run, speeds).run_s == pytest.approx(900.0, abs=2 * STEP_S)


def test_breaks_shift_the_cue_and_do_not_count() -> None:
    run = stances(20.0)
    late = run.contact_s + np.where(run.contact_s > 1300.0, 120.0, 0.0)
    broken = Stances(run.is_left, late, run.drop_deg, run.sd_deg, run.shared_sd_deg, run.reason)
    whole, paused = session(5, run), session(5, broken)
    assert paused.run_s == pytest.approx(whole.run_s, abs=2 * STEP_S)
    assert paused.drop[Side.LEFT].cued.n == pytest.approx(whole.drop[Side.LEFT].cued.n, abs=2)


def test_a_session_goes_on_where_it_was_cut_off() -> None:
    plan = session_plan(5, a_baseline(), None, 600.0)
    ended = measured(Begun("s", Purpose.SESSION, 5, plan, a_baseline()), How.FINISHED, stances(5.0), [])
    assert ended.run_s == pytest.approx(900.0, abs=STEP_S)


def test_withheld_drops_leave_their_reason() -> None:
    run = stances(6.0)
    hidden = Stances(
        run.is_left, run.contact_s, np.full(len(run.drop_deg), np.nan), run.sd_deg, run.shared_sd_deg, ["hidden"] * 2000
    )
    ended = session(5, hidden)
    assert ended.drop[Side.LEFT].whole == Statistic(None, None, 0, None, "hidden")
    assert outcome(begun(), ended).changed is Change.NOT_KNOWN  # type: ignore[union-attr]


def test_nothing_is_measured_of_nothing() -> None:
    none = Stances(*(np.array([], kind) for kind in (bool, float, float, float, float)), reason=())
    for ended in (session(5, none), nothing_measured(begun(), How.GONE)):
        assert ended.run_s == 0.0
        assert ended.drop[Side.LEFT].whole.mean is None
        assert Ended.of(ended.body()) == ended


def test_a_silent_run_counts_all_its_steps() -> None:
    silent = Begun("s", Purpose.BASELINE, 1, silent_plan(None), None)
    ended = measured(silent, How.FINISHED, stances(6.0), [(1000.0, 3.0)])
    assert ended.cadence_spm == pytest.approx(60.0 / STEP_S)
    assert ended.drop[Side.LEFT].cued.mean is None
    assert outcome(silent, ended) is None


def test_what_was_run_before_it_was_the_runners_is_left_out() -> None:
    late = Begun("s", Purpose.SESSION, 5, session_plan(5, a_baseline(), None, 0.0), a_baseline(), from_s=1600.0)
    ended = measured(late, How.FINISHED, stances(20.0), [])
    assert ended.run_s == pytest.approx(600.0, abs=2 * STEP_S)
