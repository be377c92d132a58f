"""Disks that are full, read-only or gone."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import Reader, Recorder
from tests.store.made import START, HandClock, make_stance
from tests.store.namespace import run_with_mounts
from tests.store.test_recovery import die_after

WAIT_S = 10.0
NOBODY = 65534

SHOW = """
import sys
import tempfile
from monitor.store import Reader, Recorder, StoreError, SystemClock
try:
    Recorder(sys.argv[1], SystemClock())
except StoreError as error:
    print(error)
with Reader.open(sys.argv[1]) as reader:
    for session in reader.sessions():
        print(session.stance_count, len(reader.stances(session.id)))
"""


def as_seen_read_only(path: Path) -> list[str]:
    directory = path.parent
    mount = f'mount --bind "{directory}" "{directory}" && mount -o remount,bind,ro "{directory}"'
    return run_with_mounts(mount, sys.executable, "-c", SHOW, str(path))


def refusal(path: Path) -> str:
    return (
        f"nothing can be recorded in {path.parent} (Read-only file system): "
        "it must be a directory with free space that this user may write to"
    )


def record(path: Path) -> Recorder:
    recorder = Recorder(path, HandClock())
    recorder.open_session(START)
    for number in range(1, 101):
        recorder.stance(make_stance(number))
    assert recorder.flush()
    return recorder


def test_read_only_after_a_clean_end(path: Path) -> None:
    record(path).close()
    assert as_seen_read_only(path) == [refusal(path), "100 100"]


def test_read_only_after_a_crash(path: Path) -> None:
    die_after(lambda: record(path))
    assert as_seen_read_only(path) == [refusal(path), "100 100"]


def test_a_reader_that_may_not_write_while_another_process_records(path: Path) -> None:
    with record(path):
        assert as_seen_read_only(path) == [refusal(path), "100 100"]


@pytest.mark.parametrize("recording", [True, False])
def test_a_reader_who_may_not_write_in_the_directory(recording: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "medius.db")
        recorder = record(path)
        if not recording:
            recorder.close()
        path.parent.chmod(0o555)

        def look() -> None:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            with Reader.open(path) as reader:
                assert [session.stance_count for session in reader.sessions()] == [100]

        die_after(look)
        path.parent.chmod(0o755)
        recorder.close()


def test_a_full_disk_costs_nothing_once_there_is_room(tmp_path: Path) -> None:
    said = run_with_mounts(
        f'mount -t tmpfs -o size=512k none "{tmp_path}"',
        sys.executable,
        "-m",
        "tests.store.full_disk",
        "ballast",
        str(tmp_path),
    )
    assert said[0] == f"the disk that holds {tmp_path}/medius.db is full: free some space on it"
    assert said[1] == f"the disk that holds {tmp_path}/new.db is full: free some space on it"


def test_a_database_that_another_program_holds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.database.BUSY_TIMEOUT_S", 0.01)
    news = threading.Event()
    with Recorder(path, HandClock(), lambda _: news.set(), commit_every_s=0.01) as recorder:
        session_id = recorder.open_session(START)
        assert recorder.flush()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            recorder.stance(make_stance(1))
            recorder.close_session()
            assert news.wait(WAIT_S)
            assert recorder.fault == f"{path} is held by another program: close that program"
        assert recorder.flush()
        with Reader.open(path) as reader:
            assert [row.stance for row in reader.stances(session_id)] == [make_stance(1)]


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.full_disk", "limit", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path) in done.stdout


@pytest.mark.parametrize(
    ("replaced", "sentence"),
    [
        (False, "is gone (No such file or directory): bring its disk or file back"),
        (True, "was replaced by another file"),
    ],
)
def test_a_file_that_is_taken_away_and_brought_back(path: Path, replaced: bool, sentence: str) -> None:
    news = threading.Event()
    elsewhere = path.parent.with_name("elsewhere")
    with Recorder(path, HandClock(), lambda _: news.set(), commit_every_s=0.01) as recorder:
        session_id = recorder.open_session(START)
        recorder.stance(make_stance(1))
        assert recorder.flush()
        path.parent.rename(elsewhere)
        if replaced:
            Recorder(path, HandClock()).close()
        recorder.stance(make_stance(2))
        assert news.wait(WAIT_S)
        assert sentence in str(recorder.fault)
        assert not recorder.flush(0.05)
        if replaced:
            path.parent.rename(path.parent.with_name("replacement"))
        elsewhere.rename(path.parent)
        assert recorder.flush(WAIT_S)
        assert recorder.fault is None
        with Reader.open(path) as reader:
            assert [row.stance for row in reader.stances(session_id)] == [make_stance(1), make_stance(2)]
