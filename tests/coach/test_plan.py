"""The coming weeks, and the calendar file of them."""

import itertools
from datetime import UTC, date, datetime, timedelta
from unicodedata import category
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from monitor.coach import KINDS, CoachError
from monitor.coach.ics import Event, calendar_file
from monitor.coach.ladder.entries import day_of
from monitor.coach.plan import (
    PLANNED,
    Checks,
    Due,
    Exercises,
    Programme,
    Runs,
    What,
    Wishes,
    calendar,
    last_check,
    wishes,
)
from monitor.coach.programme import How, Step
from monitor.vocabulary import DiaryEntry, Side
from tests.coach.climbing import BEGIN, STEADY, Runner
from tests.coach.walk import Walk

MONDAY = date(2026, 3, 2)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
wanted = st.builds(
    Wishes, st.sets(st.integers(0, 6)).map(lambda s: tuple(sorted(s))), st.integers(1, 180), st.integers(4, 8)
)


class Given:
    """A source that says what it was told."""

    def __init__(self, *dues: Due) -> None:
        self._dues = dues

    def due(self, first: date, last: date) -> list[Due]:
        return [due for due in self._dues if first <= due.day <= last]


def flat(weeks: tuple[tuple[tuple[date, tuple[Due, ...]], ...], ...]) -> list[Due]:
    return [due for week in weeks for _, dues in week for due in dues]


@given(days, wanted)
def test_a_plan_has_whole_weeks_and_begins_today(today: date, wishes_: Wishes) -> None:
    weeks = calendar([Runs(wishes_), Checks(None)], today, wishes_.weeks)
    all_days = [day for week in weeks for day, _ in week]
    assert len(weeks) == wishes_.weeks
    assert all_days == [all_days[0] + timedelta(days=n) for n in range(7 * wishes_.weeks)]
    assert all_days[0].weekday() == 0
    assert today in all_days[:7]
    found = flat(weeks)
    assert all(due.day >= today for due in found)
    runs = [due.day for due in found if due.what is What.RUN]
    assert runs == [day for day in all_days if day >= today and day.weekday() in wishes_.weekdays]


@given(days, st.sampled_from([What.PROGRAMME, What.SILENT]))
def test_a_session_of_the_programme_takes_a_run_s_place(today: date, what: What) -> None:
    session = Due(today, what, number=3, minutes=21)
    found = flat(calendar([Runs(Wishes(tuple(range(7)), 30, 4)), Given(session)], today, 4))
    assert [due for due in found if due.day == today] == [session]
    assert sum(due.what is What.RUN for due in found) == len(found) - 1


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(0, 6), min_size=1).map(lambda chosen: tuple(sorted(chosen))))
def test_who_follows_the_plan_runs_what_the_programme_offers(weekdays: tuple[int, ...]) -> None:
    walk, first, done = Walk(BEGIN), None, []
    assert not list(Programme(walk.state, walk.step, Wishes(weekdays)).due(MONDAY, MONDAY + timedelta(days=200)))
    walk.join()
    for _ in range(220):
        today = day_of(walk.now)
        source = Programme(walk.state, walk.step, Wishes(weekdays))
        dues = list(source.due(today, today + timedelta(days=200)))
        first = first or [(due.day, due.what, due.number) for due in dues]
        if dues and dues[0].day == today:
            step = walk.step
            assert isinstance(step, Step)
            assert step.number == max(1, dues[0].number)
            assert round(step.plan.run_s / 60.0) == dues[0].minutes
            walk.run(1.0, How.FINISHED, 170.0, drop_deg=9.0)
            done.append((today, dues[0].what, dues[0].number))
        walk.now = walk.now.replace(hour=12, minute=0) + timedelta(days=1)
    assert [number for _, what, number in done if what is What.PROGRAMME] == list(range(9))
    assert [number for _, what, number in done if what is What.SILENT] == [1, 2, 3]
    assert done == first, "as it was foreseen"


def test_pain_takes_the_programme_out_of_the_plan() -> None:
    walk = Walk(BEGIN)
    walk.join()
    walk.hurt()
    programme = Programme(walk.state, walk.step, Wishes())
    assert programme.forbids_running
    assert list(programme.due(MONDAY, MONDAY + timedelta(days=55))) == []
    walk.now += timedelta(days=1)
    walk.resume(False)
    assert not Programme(walk.state, walk.step, Wishes()).forbids_running


@given(st.integers(0, 60), st.booleans())
def test_control_checks_come_every_two_weeks(ago: int, ever: bool) -> None:
    last = MONDAY - timedelta(days=ago) if ever else None
    found = [due.day for due in Checks(last).due(MONDAY, MONDAY + timedelta(days=55))]
    assert found[0] == (max(MONDAY, last + timedelta(days=14)) if last else MONDAY)
    assert {(b - a).days for a, b in itertools.pairwise(found)} == {14}


def test_exercises_are_as_often_as_each_leg_s_stage_asks() -> None:
    runner = Runner().begin().climb_to(1, Side.LEFT)
    today = runner.day
    dues = list(Exercises(runner.state(), runner.today()).due(today, today + timedelta(days=5)))
    assert [(due.day - today, due.sides) for due in dues if due.what is What.EXERCISES] == [
        (timedelta(days=n), (Side.LEFT, Side.RIGHT) if n % 2 else (Side.RIGHT,)) for n in range(6)
    ]
    six_weeks = list(Exercises(runner.state(), runner.today()).due(today, today + timedelta(days=55)))
    assert [due.day for due in six_weeks if due.what is What.REVIEW] == [day_of(BEGIN) + timedelta(days=42)]


@pytest.mark.parametrize("flags", [[], ["limp"]])
def test_nothing_is_planned_before_the_questions_nor_after_a_stop(flags: list[str]) -> None:
    runner = Runner().begin(flags=flags) if flags else Runner()
    assert list(Exercises(runner.state(), runner.today()).due(MONDAY, MONDAY + timedelta(days=55))) == []


def test_the_last_control_check_is_found() -> None:
    runner = Runner()
    assert last_check(runner.entries) is None
    runner.check(STEADY, Side.LEFT)
    runner.later(3)
    runner.begin()
    assert last_check(runner.entries) == day_of(BEGIN)


@given(wanted)
def test_what_one_wants_is_kept(wishes_: Wishes) -> None:
    body = {"weekdays": list(wishes_.weekdays), "minutes": wishes_.minutes, "weeks": wishes_.weeks}
    entry = DiaryEntry(1, datetime.now(UTC), PLANNED, KINDS[PLANNED]([], body, datetime.now(UTC)))
    assert wishes([entry]) == wishes_
    assert wishes([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": 3},
        {"weeks": 9},
        {"minutes": 0},
        {"minutes": 181},
        {"weekdays": [7]},
        {"weekdays": "1"},
        {"weeks": True},
    ],
)
def test_what_makes_no_plan_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CoachError, match="four to eight weeks"):
        KINDS[PLANNED]([], {"weekdays": [1], "minutes": 30, "weeks": 6, **change}, datetime.now(UTC))


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
OWNER = UUID("00000000-0000-4000-8000-000000000001")


@given(texts, st.lists(st.builds(Event, st.text(max_size=9), days, texts, texts), max_size=5))
def test_the_calendar_file_says_what_it_was_given(name: str, events: list[Event]) -> None:
    made = calendar_file(OWNER, name, events, NOW)
    lines = made.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in made.replace(b"\r\n", b"")
    read = Calendar.from_ical(made)
    assert not read.errors
    found = list(read.walk("VEVENT"))
    assert len(found) == len(events)
    for event, given_ in zip(found, events, strict=True):
        assert not event.errors
        assert event["DTSTART"].dt == given_.day
        assert event["DTEND"].dt == given_.day + timedelta(days=1)
        assert event["DTSTAMP"].dt == NOW
        lines_of = given_.summary.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        plain = ["".join(" " if category(c) == "Zs" else c for c in line) for line in lines_of]
        said = "\n".join("".join(c for c in line if c.isprintable()) for line in plain)
        assert str(event["SUMMARY"]) == said


def test_a_no_break_space_stays_a_space() -> None:
    made = calendar_file(OWNER, "x", [Event("run", MONDAY, "Run,\u00a030\u202fmin")], NOW)
    assert b"SUMMARY:Run\\, 30 min\r\n" in made


def test_an_event_stays_the_same_when_the_file_is_made_anew_and_differs_between_runners() -> None:
    def uids(owner: UUID, now: datetime) -> list[str]:
        events = [Event("run:2026-03-02", MONDAY, "Run"), Event("programme:3", MONDAY, "Programme")]
        return [str(e["UID"]) for e in Calendar.from_ical(calendar_file(owner, "x", events, now)).walk("VEVENT")]

    assert uids(OWNER, NOW) == uids(OWNER, NOW + timedelta(days=9))
    assert not set(uids(OWNER, NOW)) & set(uids(UUID(int=OWNER.int + 1), NOW))
    assert len(set(uids(OWNER, NOW))) == 2
