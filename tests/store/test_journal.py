"""The journal and the tables together hold every row once."""

import os
import threading
from pathlib import Path

import pytest

from monitor.store import Reader, Recorder, filewriter
from monitor.store.frames import frame, unframe, unframe_all
from monitor.store.journal import journal_path
from monitor.store.live import live_path
from monitor.vocabulary import Cue, CueKind, LampState
from tests.store.made import ENGINE, START, HandClock, make_stance, make_summary
from tests.store.test_recovery import die_after


def test_a_frame_is_whole_and_of_its_token_or_none() -> None:
    payloads = [b"", b"one", bytes(range(256))]
    data = b"".join(frame(payload, 7) for payload in payloads)
    assert unframe_all(data, 0, 7) == (payloads, len(data))
    assert unframe(data, 0, 8) is None
    for cut in range(len(data) - 1, len(data) - 200, -1):
        assert unframe_all(data[:cut], 0, 7)[0] == payloads[:2]
    for at in range(len(data) - 100, len(data)):
        torn = bytearray(data)
        torn[at] ^= 1
        assert unframe_all(bytes(torn), 0, 7)[0] == payloads[:2]


def test_every_row_is_seen_once_while_the_journal_is_moved_all_the_time(
    path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filewriter, "JOURNAL_BYTES", 400)
    torn: list[list[int]] = []
    done = threading.Event()
    with Recorder(path, clock, commit_every_s=0.0) as recorder, Reader.open(path) as reader:
        session_id = recorder.open_session(START)
        assert recorder.flush()

        def look() -> None:
            while not done.is_set():
                count = reader.session(session_id).stance_count  # type: ignore[union-attr]
                seqs = [row.seq for row in reader.stances(session_id)]
                if seqs != list(range(1, len(seqs) + 1)) or len(seqs) < count:
                    torn.append(seqs)

        lookers = [threading.Thread(target=look) for _ in range(3)]
        for looker in lookers:
            looker.start()
        for number in range(1, 301):
            recorder.stance(make_stance(number))
            if number % 10 == 0:
                assert recorder.flush()
        done.set()
        for looker in lookers:
            looker.join()
        assert torn == []
        assert [row.stance for row in reader.stances(session_id)] == [make_stance(n) for n in range(1, 301)]
        assert [row.seq for row in reader.stances(session_id, after_seq=150, limit=100)] == list(range(151, 251))


def test_a_stopped_recorder_leaves_one_file_and_its_lock(recorder: Recorder, path: Path) -> None:
    recorder.open_session(START)
    assert recorder.flush()
    recorder.stance(make_stance(1))
    recorder.engine(ENGINE)
    assert recorder.flush()
    assert {journal_path(path).exists(), live_path(path).exists()} == {True}
    recorder.close()
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}
    with Reader.open(path) as reader:
        unit = reader.unit()
        assert unit is not None
        assert (unit.state, unit.engine) == (LampState.OFF, ENGINE)


def test_a_torn_end_is_cut_off(path: Path) -> None:
    def record() -> None:
        recorder = Recorder(path, HandClock(), commit_every_s=0.0)
        recorder.open_session(START)
        for number in range(1, 51):
            recorder.stance(make_stance(number))
            recorder.flush()
        recorder.cue(Cue(1.0, None, CueKind.OFF, "no runner"))
        recorder.flush()

    die_after(record)
    whole = journal_path(path).read_bytes()
    with Reader.open(path) as reader:
        session = reader.current()
        assert session is not None
        assert session.stance_count == 50
    journal_path(path).write_bytes(whole[: len(whole) // 2] + os.urandom(len(whole) // 2))
    with Reader.open(path) as reader:
        kept = [row.stance for row in reader.stances(session.id)]
        assert 20 < len(kept) < 30
        assert kept == [make_stance(number) for number in range(1, len(kept) + 1)]
        assert reader.cues(session.id) == []
    with Recorder(path, HandClock()), Reader.open(path) as reader:
        assert [row.stance for row in reader.stances(session.id)] == kept


@pytest.mark.parametrize("content", [b"", b"rubbish" * 100, b"\xff" * 64])
def test_a_journal_that_is_another_s_is_left_out_and_written_over(path: Path, content: bytes) -> None:
    with Recorder(path, HandClock()) as recorder:
        session_id = recorder.open_session(START)
        recorder.stance(make_stance(1))
    for file in (journal_path(path), live_path(path)):
        file.write_bytes(content)
    with Reader.open(path) as reader:
        assert [row.stance for row in reader.stances(session_id)] == [make_stance(1)]
    with Recorder(path, HandClock()) as recorder, Reader.open(path) as reader:
        session_id = recorder.open_session(START)
        recorder.stance(make_stance(2))
        recorder.progress(9, 1, 30.0, 170.0, {}, make_summary([]))
        assert recorder.flush()
        assert [row.stance for row in reader.stances(session_id)] == [make_stance(2)]
        session = reader.session(session_id)
        assert session is not None
        assert session.frames_seen == 9


def test_a_journal_that_is_taken_away_is_a_fault_until_it_is_back(path: Path, clock: HandClock) -> None:
    with Recorder(path, clock, commit_every_s=0.0) as recorder:
        recorder.open_session(START)
        assert recorder.flush()
        recorder.stance(make_stance(1))
        assert recorder.flush()
        taken = journal_path(path).with_name("taken")
        journal_path(path).rename(taken)
        recorder.stance(make_stance(2))
        assert not recorder.flush(0.3)
        assert "check that its directory exists" in str(recorder.fault)
        taken.rename(journal_path(path))
        assert recorder.flush()
        assert recorder.fault is None
    with Reader.open(path) as reader:
        [session] = reader.sessions()
        assert [row.stance for row in reader.stances(session.id)] == [make_stance(1), make_stance(2)]
