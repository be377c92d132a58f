"""Whose a session is, and what a link opens, once."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store import (
    Keep,
    LinkDeadError,
    Ownership,
    PhoneKey,
    Reader,
    Recorder,
    RunnerRow,
    delete_everything,
    digest_of,
    new_token,
    opens,
)
from monitor.store.ownership import NICKNAME_LENGTH, tidy
from tests.store.made import START, HandClock, make_stance

SOON = timedelta(minutes=10)
PHONES = [PhoneKey(f"00000000-0000-4000-8000-{i:012}", digest_of(f"secret {i}")) for i in range(9)]


@pytest.fixture
def ownership(recorder: Recorder) -> Ownership:
    return Ownership(recorder)


def run(recorder: Recorder) -> str:
    """Record a session; return its id."""
    session_id = recorder.open_session(START)
    recorder.stance(make_stance(1))
    recorder.close_session()
    assert recorder.flush()
    return session_id


def claim(ownership: Ownership, clock: HandClock, session_id: str, phone: int, nickname: str = "") -> None:
    """Have a phone that is new claim a session."""
    token = new_token()
    assert ownership.offer(session_id, digest_of(token), clock.now(), clock.now() + SOON)
    ownership.accept(digest_of(token), clock.now(), runner_id=None, phone=PHONES[phone], nickname=nickname)


def runner_of(reader: Reader, phone: int) -> RunnerRow:
    row = reader.phone(PHONES[phone].id)
    assert row is not None
    assert row.digest == PHONES[phone].digest
    return row.runner


def ids_of(reader: Reader, runner: RunnerRow) -> list[str]:
    return [session.id for session in reader.sessions_of(runner.id)]


def test_tokens_are_long_all_different_and_open_only_their_own() -> None:
    tokens = [new_token() for _ in range(100)]
    assert len(set(tokens)) == 100
    assert {len(token) for token in tokens} == {24}
    assert [opens(token, digest_of(tokens[0])) for token in tokens] == [True] + 99 * [False]
    assert not opens("é" * 3, digest_of(tokens[0]))


def test_the_first_phone_has_the_session_and_the_link_opens_no_more(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    session_id = run(recorder)
    token = new_token()
    assert ownership.offer(session_id, digest_of(token), clock.now(), clock.now() + SOON)
    [link] = reader.links(clock.now())
    assert (link.session_id, link.runner_id, link.expires_at) == (session_id, None, clock.now() + SOON)
    assert reader.runner_of(session_id) is None
    ownership.accept(digest_of(token), clock.now(), runner_id=None, phone=PHONES[1], nickname=" Ann\tO \0")
    runner = runner_of(reader, 1)
    assert runner.nickname == "Ann O ?"
    assert reader.runner_of(session_id) == runner
    assert reader.runner(runner.id) == runner
    assert reader.links(clock.now()) == []
    with pytest.raises(LinkDeadError):
        ownership.accept(digest_of(token), clock.now(), runner_id=None, phone=PHONES[2])
    assert reader.phone(PHONES[2].id) is None
    assert not ownership.offer(session_id, digest_of("another"), clock.now(), clock.now() + SOON)
    assert token.encode() not in Path(recorder.url_or_path).read_bytes()


@pytest.mark.parametrize("late", [SOON, 2 * SOON])
def test_an_old_link_opens_nothing_and_goes_with_the_next(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership, late: timedelta
) -> None:
    session_id = run(recorder)
    ownership.offer(session_id, digest_of("old"), clock.now(), clock.now() + SOON)
    clock.advance(late.total_seconds())
    assert reader.links(clock.now()) == []
    with pytest.raises(LinkDeadError):
        ownership.accept(digest_of("old"), clock.now(), runner_id=None, phone=PHONES[0])
    ownership.offer(session_id, digest_of("new"), clock.now(), clock.now() + SOON)
    assert [link.digest for link in reader.links(clock.now() - 9 * SOON)] == [digest_of("new")]


def test_of_two_phones_at_once_one_has_it(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    session_id = run(recorder)
    ownership.offer(session_id, digest_of("t"), clock.now(), clock.now() + SOON)

    def take(phone: PhoneKey) -> None:
        with suppress(LinkDeadError):
            ownership.accept(digest_of("t"), clock.now(), runner_id=None, phone=phone)

    threads = [threading.Thread(target=take, args=(phone,)) for phone in PHONES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [phone] = [found for key in PHONES if (found := reader.phone(key.id))]
    assert reader.runner_of(session_id) == phone.runner


def test_a_phone_that_is_known_gathers_its_sessions_and_may_be_renamed(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    first, second, strange = run(recorder), run(recorder), run(recorder)
    claim(ownership, clock, first, 0, "Ann")
    claim(ownership, clock, strange, 1)
    ann = runner_of(reader, 0)
    ownership.offer(second, digest_of("t"), clock.now(), clock.now() + SOON)
    ownership.accept(digest_of("t"), clock.now(), runner_id=ann.id, phone=None)
    assert ids_of(reader, ann) == [second, first]
    assert [s.id for s in reader.sessions_of(ann.id, 1, oldest=True)] == [first]
    assert runner_of(reader, 0).nickname == "Ann", "no nickname said is no other nickname"
    ownership.rename(ann.id, "  Annabel ")
    assert runner_of(reader, 0).nickname == "Annabel"
    ownership.rename(ann.id, "")
    assert runner_of(reader, 0).nickname == ""
    assert set(reader.runners_of([first, second, strange, "nonsense"])) == {first, second, strange}


def test_a_second_phone_sees_the_same_and_brings_its_own(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    one, two, three = run(recorder), run(recorder), run(recorder)
    claim(ownership, clock, one, 0, "Ann")
    claim(ownership, clock, two, 1)
    claim(ownership, clock, three, 2)
    ann = runner_of(reader, 0)
    for token in ("first", "second"):
        ownership.invite(ann.id, digest_of(token), clock.now(), clock.now() + SOON)
    with pytest.raises(LinkDeadError):
        ownership.accept(digest_of("first"), clock.now(), runner_id=None, phone=PHONES[3])
    ownership.accept(digest_of("second"), clock.now(), runner_id=None, phone=PHONES[3])
    assert runner_of(reader, 3) == ann
    ownership.invite(ann.id, digest_of("third"), clock.now(), clock.now() + SOON)
    ownership.accept(digest_of("third"), clock.now(), runner_id=runner_of(reader, 1).id, phone=None)
    assert runner_of(reader, 1) == ann
    assert ids_of(reader, ann) == [two, one]
    assert ids_of(reader, runner_of(reader, 2)) == [three]
    ownership.forget_phone(PHONES[0].id)
    assert reader.phone(PHONES[0].id) is None
    assert runner_of(reader, 3) == ann
    with pytest.raises(LinkDeadError):
        ownership.invite("nobody", digest_of("x"), clock.now(), clock.now() + SOON)


def test_a_runner_goes_with_all_that_is_theirs_and_nobody_else(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    one, two, theirs, free = (run(recorder) for _ in range(4))
    claim(ownership, clock, one, 0, "Zebediah")
    claim(ownership, clock, theirs, 1, "Ben")
    ann = runner_of(reader, 0)
    ownership.offer(two, digest_of("t"), clock.now(), clock.now() + SOON)
    ownership.accept(digest_of("t"), clock.now(), runner_id=ann.id, phone=None)
    ownership.invite(ann.id, digest_of("invite"), clock.now(), clock.now() + SOON)
    ownership.offer(free, digest_of("free"), clock.now(), clock.now() + SOON)
    ownership.mark(one, 101.0)
    ownership.delete_runner(ann.id)
    assert reader.runner(ann.id) is reader.phone(PHONES[0].id) is None
    assert [s.id for s in reader.sessions()] == [free, theirs]
    assert [link.session_id for link in reader.links(clock.now())] == [free]
    assert runner_of(reader, 1).nickname == "Ben"
    assert b"Zebediah" not in Path(recorder.url_or_path).read_bytes()


def test_a_runner_stays_until_the_last_session_is_deleted(
    recorder: Recorder, reader: Reader, clock: HandClock, ownership: Ownership
) -> None:
    one, two = run(recorder), run(recorder)
    ownership.offer(two, digest_of("free"), clock.now(), clock.now() + SOON)
    claim(ownership, clock, one, 0)
    ann = runner_of(reader, 0)
    recorder.delete_session(one)
    assert reader.runner(ann.id) is None
    assert len(reader.links(clock.now())) == 1, "a link to a session that is there"
    claim(ownership, clock, two, 1)
    recorder.delete_everything()
    assert reader.phone(PHONES[1].id) is None


def test_what_is_too_old_takes_its_runner_along(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder, Reader.open(path) as reader:
        claim(Ownership(recorder), clock, run(recorder), 0)
        assert runner_of(reader, 0)
    clock.advance(40 * 86400.0)
    with Recorder(path, clock, keep=Keep(days=30)), Reader.open(path) as reader:
        assert reader.phone(PHONES[0].id) is None
        assert reader.sessions() == []


def test_claims_outlive_the_process(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock) as recorder:
        session_id = run(recorder)
        claim(Ownership(recorder), clock, session_id, 0, "Ann")
    with Recorder(path, clock), Reader.open(path) as reader:
        assert reader.runner_of(session_id) == runner_of(reader, 0) == RunnerRow(runner_of(reader, 0).id, "Ann")
    delete_everything(path)
    with Reader.open(path) as reader:
        assert reader.phone(PHONES[0].id) is None


def test_moments_are_marked_while_the_session_runs(recorder: Recorder, reader: Reader, ownership: Ownership) -> None:
    session_id = recorder.open_session(START)
    for time_s in (130.5, 101.25):
        ownership.mark(session_id, time_s)
    assert reader.marks(session_id) == [130.5, 101.25]
    recorder.close_session()
    recorder.delete_session(session_id)
    assert reader.marks(session_id) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("", ""),
        ("  a  b ", "a b"),
        ("x" * 99, "x" * NICKNAME_LENGTH),
        ("a\u202eb\n\x1b[31m", "a b [31m"),
        ("Zoë 🏃", "Zoë 🏃"),
    ],
)
def test_a_nickname_is_one_line_that_can_be_read(said: str, kept: str) -> None:
    assert tidy(said) == kept
