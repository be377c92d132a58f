import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store import AlreadyRecordingError, Reader, Recorder, recover
from monitor.vocabulary import Cue, CueKind
from tests.store.made import START, HandClock, make_curves, make_stance, make_summary


def die_after(work: Callable[[], object]) -> None:
    """Do some work in a child that then dies as if the power had gone."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize(
    ("last", "elapsed_s"), [("stance", 1.3088235), ("cue", 9.0), ("progress", 20.0), ("none", 0.0)]
)
def test_what_a_crash_left_open_ends_with_the_last_thing_heard(path: Path, last: str, elapsed_s: float) -> None:
    stances = [make_stance(number) for number in range(1, 5)]

    def crash() -> None:
        clock = HandClock()
        recorder = Recorder(path, clock)
        recorder.open_session(START)
        if last != "none":
            for stance in stances:
                recorder.stance(stance)
        if last == "cue":
            recorder.cue(Cue(START.origin_s + 9.0, None, CueKind.OFF, "no runner"))
        if last == "progress":
            clock.advance(20.0)
            recorder.progress(1000, 0, 60.0, None, {}, None, make_curves())
        recorder.flush()

    die_after(crash)
    with Reader.open(path) as reader:
        open_one = reader.current()
    assert open_one is not None
    assert recover(path, make_summary) == [open_one.id]
    with Reader.open(path) as reader:
        row = reader.session(open_one.id)
        assert reader.current() is None
        assert reader.curves(open_one.id) == (make_curves() if last == "progress" else None)
    assert row is not None
    assert row.ended_how == "recovered"
    assert row.ended_at is not None
    assert abs(row.ended_at - row.started_at - timedelta(seconds=elapsed_s)) < timedelta(milliseconds=1)
    assert row.summary == make_summary([] if last == "none" else stances)
    assert recover(path, make_summary) == []


def test_a_session_that_is_being_recorded_is_left_alone(recorder: Recorder) -> None:
    recorder.open_session(START)
    assert recorder.flush()
    with pytest.raises(AlreadyRecordingError, match="another medius"):
        recover(recorder.url_or_path, make_summary)


def test_nothing_to_recover_makes_nothing(path: Path) -> None:
    assert recover(path, make_summary) == []
    assert not path.parent.exists()
