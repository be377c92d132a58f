import threading
from pathlib import Path

import pytest

from monitor.store import NoStoreYetError, Reader, Recorder
from monitor.vocabulary import Cue, CueKind, Side
from tests.store.made import START, HandClock, make_stance


def test_sessions_are_paged_newest_first(recorder: Recorder, reader: Reader, clock: HandClock) -> None:
    ids = []
    for _ in range(7):
        ids.append(recorder.open_session(START))
        recorder.close_session()
        clock.advance(1.0)
    assert recorder.flush()
    newest_first = ids[::-1]
    assert [s.id for s in reader.sessions()] == newest_first
    assert [s.id for s in reader.sessions(limit=3)] == newest_first[:3]
    assert [s.id for s in reader.sessions(limit=3, before=newest_first[2])] == newest_first[3:6]
    assert reader.sessions(before=ids[0]) == []


def test_what_is_new_is_asked_for_by_number(recorder: Recorder, reader: Reader) -> None:
    session_id = recorder.open_session(START)
    for number in range(1, 11):
        recorder.stance(make_stance(number))
        recorder.cue(Cue(100.0 + number, Side.LEFT, CueKind.INSIDE, "level"))
    assert recorder.flush()
    assert [row.seq for row in reader.stances(session_id)] == list(range(1, 11))
    assert [row.seq for row in reader.stances(session_id, after_seq=7)] == [8, 9, 10]
    assert [row.seq for row in reader.stances(session_id, after_seq=2, limit=3)] == [3, 4, 5]
    assert [row.seq for row in reader.cues(session_id, after_seq=9)] == [10]
    assert reader.stances(session_id, after_seq=10) == []


@pytest.mark.parametrize("session_id", ["", "no id", "0195f1b0-0000-7000-8000-000000000000", "%", "\udce9"])
def test_a_session_that_is_not_there(reader: Reader, session_id: str) -> None:
    assert reader.session(session_id) is None
    assert reader.stances(session_id) == []
    assert reader.cues(session_id) == []
    assert reader.calibration(session_id) is None
    assert reader.sessions(before=session_id) == []
    assert reader.current() is None


def test_the_wall_time_of_a_stance(recorder: Recorder, reader: Reader, clock: HandClock) -> None:
    session_id = recorder.open_session(START)
    assert recorder.flush()
    row = reader.session(session_id)
    assert row is not None
    assert (row.when(START.origin_s + 12.5) - clock.now()).total_seconds() == 12.5


def test_many_threads_read_while_one_writes(recorder: Recorder, reader: Reader) -> None:
    session_id = recorder.open_session(START)
    assert recorder.flush()
    gaps: list[list[int]] = []
    done = threading.Event()

    def follow() -> None:
        seen: list[int] = []
        while not done.is_set():
            seen += [row.seq for row in reader.stances(session_id, after_seq=len(seen))]
        seen += [row.seq for row in reader.stances(session_id, after_seq=len(seen))]
        gaps.append(seen)

    followers = [threading.Thread(target=follow) for _ in range(4)]
    for follower in followers:
        follower.start()
    for number in range(1, 201):
        recorder.stance(make_stance(number))
    assert recorder.flush()
    done.set()
    for follower in followers:
        follower.join()
    assert gaps == [list(range(1, 201))] * 4


def test_nothing_recorded_yet(path: Path) -> None:
    with pytest.raises(NoStoreYetError, match=r"nothing has been recorded at .*medius\.db yet"):
        Reader.open(path)
    assert not path.parent.exists()


def test_reading_takes_a_path_or_a_url(recorder: Recorder) -> None:
    assert recorder.flush()
    for place in (recorder.url_or_path, str(recorder.url_or_path), f"sqlite:///{recorder.url_or_path}"):
        with Reader.open(place) as reader:
            assert reader.sessions() == []


def test_a_path_with_odd_characters(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "50% über ?mode=ro#x" / "a b.db"
    with Recorder(path, clock) as recorder:
        recorder.open_session(START)
    with Reader.open(path) as reader:
        assert len(reader.sessions()) == 1
