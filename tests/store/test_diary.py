"""What a runner's coach remembers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.store import (
    Diary,
    Keep,
    Ownership,
    PhoneKey,
    Reader,
    Recorder,
    RunnerGoneError,
    TooManyRunnersError,
    digest_of,
    new_token,
)
from monitor.store.errors import DiaryFullError, DiaryFullTodayError
from monitor.store.ownership import JOINED, MOST_WITHOUT_SESSION
from monitor.vocabulary import DiaryEntry
from tests.store.made import START, HandClock, make_stance

SECRET = "the knee hurts a little"


def phone(number: int) -> PhoneKey:
    return PhoneKey(f"00000000-0000-4000-8000-{number:012}", digest_of(f"secret {number}"))


@pytest.fixture
def ownership(recorder: Recorder) -> Ownership:
    return Ownership(recorder)


@pytest.fixture
def diary(recorder: Recorder) -> Diary:
    return Diary(recorder)


def joined(ownership: Ownership, reader: Reader, clock: HandClock, number: int = 1) -> str:
    ownership.join(phone(number), clock.now(), f"runner {number}")
    row = reader.phone(phone(number).id)
    assert row is not None
    assert row.runner.nickname == f"runner {number}"
    return row.runner.id


def holds(body: Mapping[str, Any]) -> Any:
    return lambda _: body


def kinds(reader: Reader, runner: str) -> list[tuple[int, str]]:
    return [(entry.seq, entry.kind) for entry in reader.diary(runner)]


def run(recorder: Recorder) -> str:
    session_id = recorder.open_session(START)
    recorder.stance(make_stance(1))
    recorder.close_session()
    assert recorder.flush()
    return session_id


def test_a_runner_can_begin_without_a_session(ownership: Ownership, reader: Reader, clock: HandClock) -> None:
    runner = joined(ownership, reader, clock)
    assert [(e.kind, e.at, e.body) for e in reader.diary(runner)] == [(JOINED, clock.now(), {})]
    assert reader.sessions_of(runner) == []


def test_entries_come_in_their_order_though_the_clock_is_set_back(
    ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary
) -> None:
    runner = joined(ownership, reader, clock)
    later, body = clock.now() + timedelta(days=3), {"side": "left", "effort": 7, "note": None}
    assert diary.add(runner, "b", later, holds(body)) == DiaryEntry(2, later, "b", body)
    assert diary.add(runner, "c", clock.now(), holds({})).at == later
    assert reader.diary(runner)[1:] == [DiaryEntry(2, later, "b", body), DiaryEntry(3, later, "c", {})]


def test_a_rule_sees_what_was_before_and_can_refuse(
    ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary
) -> None:
    def rule(entries: Sequence[DiaryEntry]) -> Mapping[str, Any]:
        if len(entries) > 1:
            raise KeyError("enough")
        return {"before": [entry.kind for entry in entries]}

    runner = joined(ownership, reader, clock)
    assert diary.add(runner, "a", clock.now(), rule).body == {"before": [JOINED]}
    with pytest.raises(KeyError):
        diary.add(runner, "a", clock.now(), rule)
    for unfit in ({"x": float("nan")}, {"x": "y" * 64_000}):
        with pytest.raises(ValueError, match=r"JSON|long"):
            diary.add(runner, "a", clock.now(), holds(unfit))
    assert kinds(reader, runner) == [(1, JOINED), (2, "a")]


def test_a_diary_has_room_for_so_much_in_all_and_in_a_day(
    ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.diary.MOST_ENTRIES", 5)
    monkeypatch.setattr("monitor.store.diary.MOST_A_DAY", 3)
    runner = joined(ownership, reader, clock)
    for _ in range(2):
        diary.add(runner, "a", clock.now(), holds({}))
    clock.advance(86_399.0)
    with pytest.raises(DiaryFullTodayError):
        diary.add(runner, "a", clock.now(), holds({}))
    clock.advance(1.0)
    for _ in range(2):
        diary.add(runner, "b", clock.now(), holds({}))
    clock.advance(86_400.0)
    with pytest.raises(DiaryFullError):
        diary.add(runner, "c", clock.now(), holds({}))
    assert [kind for _, kind in kinds(reader, runner)] == [JOINED, "a", "a", "b", "b"]


def test_nobody_has_no_diary(reader: Reader, diary: Diary, clock: HandClock) -> None:
    for nobody in ("00000000-0000-4000-8000-000000000001", "nobody"):
        with pytest.raises(RunnerGoneError):
            diary.add(nobody, "a", clock.now(), holds({}))
        assert reader.diary(nobody) == []


def test_two_diaries_are_put_together_in_the_order_in_which_they_happened(
    ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary
) -> None:
    one, two = joined(ownership, reader, clock, 1), joined(ownership, reader, clock, 2)
    for hours, runner, kind in ((1, one, "a"), (2, two, "b"), (3, one, "c")):
        diary.add(runner, kind, clock.now() + timedelta(hours=hours), holds({"of": kind}))
    token = new_token()
    ownership.invite(two, digest_of(token), clock.now(), clock.now() + timedelta(minutes=10))
    ownership.accept(digest_of(token), clock.now(), runner_id=one, phone=None)
    assert kinds(reader, two) == [(1, JOINED), (2, JOINED), (3, "a"), (4, "b"), (5, "c")]
    assert [entry.body for entry in reader.diary(two)[2:]] == [{"of": "a"}, {"of": "b"}, {"of": "c"}]
    assert reader.diary(one) == []


def test_a_session_can_be_somebodys_before_it_ends(
    recorder: Recorder, ownership: Ownership, reader: Reader, clock: HandClock
) -> None:
    one, two = joined(ownership, reader, clock, 1), joined(ownership, reader, clock, 2)
    session_id = recorder.open_session(START)
    assert recorder.flush()
    ownership.give(session_id, one)
    ownership.give(session_id, two)
    assert not ownership.offer(session_id, digest_of("x"), clock.now(), clock.now() + timedelta(minutes=10))
    ownership.belt_speed(session_id, 1.5, 3.0)
    ownership.belt_speed(session_id, 60.0, 3.5)
    recorder.close_session()
    assert recorder.flush()
    assert [row.id for row in reader.sessions_of(one)] == [session_id]
    assert reader.sessions_of(two) == []
    assert reader.belt_speeds(session_id) == [(1.5, 3.0), (60.0, 3.5)]
    recorder.delete_session(session_id)
    assert reader.belt_speeds(session_id) == []
    with pytest.raises(RunnerGoneError):
        ownership.give(session_id, "00000000-0000-4000-8000-000000000099")


def test_who_never_runs_cannot_fill_the_disk(ownership: Ownership, clock: HandClock) -> None:
    for number in range(MOST_WITHOUT_SESSION):
        ownership.join(phone(number), clock.now())
    with pytest.raises(TooManyRunnersError):
        ownership.join(phone(MOST_WITHOUT_SESSION), clock.now())


def test_who_only_began_makes_room_after_a_day_and_who_wrote_or_ran_stays(
    recorder: Recorder,
    ownership: Ownership,
    reader: Reader,
    clock: HandClock,
    diary: Diary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrote, ran, idle, late = (joined(ownership, reader, clock, number) for number in (1, 2, 3, 4))
    diary.add(wrote, "a", clock.now(), holds({}))
    ownership.give(run(recorder), ran)
    monkeypatch.setattr("monitor.store.ownership.MOST_WITHOUT_SESSION", 3)
    clock.advance(86_400.0)
    with pytest.raises(TooManyRunnersError):
        ownership.join(phone(5), clock.now())
    diary.add(late, "a", clock.now(), holds({}))
    clock.advance(1.0)
    newest = joined(ownership, reader, clock, 5)
    assert [reader.runner(one) is None for one in (wrote, ran, idle, late, newest)] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert reader.phone(phone(3).id) is None
    assert reader.diary_count() == 4
    with pytest.raises(TooManyRunnersError):
        ownership.join(phone(6), clock.now())


def test_a_diary_outlives_sessions_and_goes_with_its_runner_leaving_no_trace(
    recorder: Recorder, ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary, path: Path
) -> None:
    one, two = joined(ownership, reader, clock, 1), joined(ownership, reader, clock, 2)
    session_id = run(recorder)
    ownership.give(session_id, one)
    diary.add(one, "a", clock.now(), holds({"note": SECRET}))
    recorder.delete_session(session_id)
    assert kinds(reader, one) == [(1, JOINED), (2, "a")]
    assert SECRET.encode() in b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    ownership.delete_runner(one)
    assert reader.runner(one) is None
    assert reader.diary(one) == []
    assert kinds(reader, two) == [(1, JOINED)]
    assert SECRET.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    recorder.delete_everything()
    assert reader.runner(two) is None


def test_a_diary_is_kept_whole_until_its_last_entry_is_too_old(
    recorder: Recorder, ownership: Ownership, reader: Reader, clock: HandClock, diary: Diary
) -> None:
    one, two = joined(ownership, reader, clock, 1), joined(ownership, reader, clock, 2)
    clock.advance(20 * 86_400.0)
    diary.add(one, "a", clock.now(), holds({}))
    recorder.keep(Keep(days=10.0))
    run(recorder)
    recorder.close()
    assert kinds(reader, one) == [(1, JOINED), (2, "a")], "what the first entry says may still hold"
    assert reader.runner(two) is None
