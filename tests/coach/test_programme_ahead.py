"""The programme on the plan of the coming weeks."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.coach.plan import Due, What
from monitor.coach.programme.ahead import ProgrammeAhead
from monitor.coach.programme.table import RUN_MIN
from tests.coach.test_programme_rules import started
from tests.coach.walk import Walk

WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))


def ahead(walk: Walk, weekdays: tuple[int, ...], days: int) -> list[Due]:
    first = walk.now.astimezone().date()
    return list(ProgrammeAhead(walk.state, walk.step, weekdays).due(first, first + timedelta(days=days)))


@given(done=st.integers(0, 7), weekdays=WEEKDAYS, days=st.integers(0, 200), rested=st.booleans())
def test_sessions_come_in_their_order_on_the_days_one_runs_and_checks_a_week_a_month_and_three_after(
    done: int, weekdays: tuple[int, ...], days: int, rested: bool
) -> None:
    walk = started(done)
    walk.wait(24.0 if rested else 0.0)
    found = ahead(walk, weekdays, days)
    sessions = [due for due in found if due.what is What.PROGRAMME]
    assert [due.number for due in sessions] == list(range(done + 1, done + 1 + len(sessions)))
    assert all(due.day.weekday() in weekdays and due.minutes == RUN_MIN[due.number - 1] for due in sessions)
    assert [due.day for due in sessions] == sorted({due.day for due in sessions}), "one a day"
    if done and not rested:
        assert all(due.day > walk.now.astimezone().date() for due in sessions)
    last_day = walk.now.astimezone().date() + timedelta(days=days)
    assert all(due.day <= last_day for due in found)
    if sessions and sessions[-1].number == 8:
        checks = [sessions[-1].day + timedelta(days=after) for after in (7, 30, 91)]
        assert [due.day for due in found if due.what is What.SILENT] == [day for day in checks if day <= last_day]
    else:
        assert found == sessions


def test_checks_that_are_left_stand_on_their_days_and_one_that_is_late_on_today() -> None:
    walk = started(8)
    walk.now += timedelta(days=9)
    assert [(due.number, due.day) for due in ahead(walk, (0,), 40)] == [
        (1, walk.now.astimezone().date()),
        (2, (walk.done[-1].at + timedelta(days=30)).astimezone().date()),
    ]


def test_who_is_not_in_it_or_waits_for_an_answer_has_nothing_on_the_plan() -> None:
    walk = Walk()
    assert ahead(walk, (0, 1), 60) == []
    walk.join()
    assert ahead(walk, (0, 1), 60) == [], "a baseline comes first"
    hurt = started(2)
    hurt.hurt()
    assert ahead(hurt, (0, 1), 60) == []
