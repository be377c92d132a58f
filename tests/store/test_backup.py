"""A copy of everything, made while a unit records, and put back."""

import itertools
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import (
    AlreadyRecordingError,
    BackupExistsError,
    BackupUnusableError,
    NewerStoreError,
    NoStoreYetError,
    Reader,
    Recorder,
    StoreError,
    StoreUnreachableError,
    back_up,
    filewriter,
    recover,
    restore,
)
from tests.store.made import START, HandClock, make_stance, make_summary
from tests.store.test_opening import set_revision
from tests.store.test_recovery import die_after


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "sessions.backup"


@pytest.fixture
def backup(path: Path, target: Path) -> Path:
    """A backup of one session."""
    target.parent.mkdir()
    with Recorder(path, HandClock()) as recorder:
        recorder.open_session(START)
        recorder.stance(make_stance(1))
    assert back_up(path, target) == 1
    return target


def test_a_backup_while_recording_holds_what_is_in_the_journal(path: Path, target: Path) -> None:
    target.parent.mkdir()
    with Recorder(path, HandClock()) as recorder:
        session_id = recorder.open_session(START)
        assert recorder.flush()
        for number in range(1, 101):
            recorder.stance(make_stance(number))
        recorder.progress(60, 0, 30.0, 170.0, {}, make_summary([]))
        assert recorder.flush()
        assert back_up(path, target) == 1
        recorder.stance(make_stance(101))
    assert [file.name for file in target.parent.iterdir()] == [target.name]
    with Reader.open(target) as reader:
        assert [row.stance for row in reader.stances(session_id)] == [make_stance(n) for n in range(1, 101)]
        session = reader.session(session_id)
        assert session is not None
        assert (session.frames_seen, session.stance_count) == (60, 100)


def test_backups_are_sound_while_the_journal_is_moved_all_the_time(
    path: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filewriter, "JOURNAL_BYTES", 1000)
    target.parent.mkdir()
    with Recorder(path, HandClock(), commit_every_s=0.0) as recorder:
        session_id = recorder.open_session(START)
        assert recorder.flush()
        done = threading.Event()
        stored = 0

        def run() -> None:
            nonlocal stored
            for number in itertools.count(1):
                recorder.stance(make_stance(number))
                if number % 5 == 0 and recorder.flush():
                    stored = number
                if done.wait(0.01):
                    return

        runner = threading.Thread(target=run, daemon=True)
        runner.start()
        try:
            for _ in range(5):
                before = stored
                assert back_up(path, target, replace=True) == 1
                with Reader.open(target) as reader:
                    stances = [row.stance for row in reader.stances(session_id)]
                assert stances == [make_stance(n) for n in range(1, len(stances) + 1)]
                assert len(stances) >= before
        finally:
            done.set()
            runner.join()


def test_a_backup_replaces_nothing_unless_told(path: Path, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupExistsError, match="is there already: choose another name, or replace it with --force"):
        back_up(path, backup)
    assert backup.read_bytes() == before
    assert back_up(path, backup, replace=True) == 1


@pytest.mark.usefixtures("backup")
def test_a_store_is_no_backup_of_itself(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(BackupExistsError, match="is the store itself"):
        back_up(path, path, replace=True)
    assert path.read_bytes() == before


def test_nothing_of_a_store_that_is_gone_gets_into_the_one_that_is_put_back(path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE lost (a)")
        connection.commit()
        left = path.with_name(f"{path.name}-wal")
        shutil.copy(left, left.with_name("kept"))
    path.unlink()
    left.with_name("kept").rename(left)
    aside = restore(path, backup)
    assert aside is not None
    assert aside.with_name(f"{aside.name}-wal").exists()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'lost'").fetchall() == []


def test_what_cannot_be_backed_up(path: Path, backup: Path) -> None:
    with pytest.raises(NoStoreYetError):
        back_up(path.with_name("none.db"), backup.with_name("new"))
    with pytest.raises(StoreUnreachableError, match="could not be copied to"):
        back_up(path, backup.parent / "no such folder" / "new")
    content = bytearray(path.read_bytes())
    content[-2048:] = os.urandom(2048)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged|could not be copied"):
        back_up(path, backup.with_name("new"))
    assert [file.name for file in backup.parent.iterdir()] == [backup.name]


def test_a_restored_backup_goes_on_and_the_old_store_is_kept(path: Path, backup: Path) -> None:
    with Recorder(path, HandClock()) as recorder:
        later = recorder.open_session(START)
        assert recorder.flush()
        recorder.stance(make_stance(7))
        with pytest.raises(AlreadyRecordingError):
            restore(path, backup)
    aside = restore(path, backup)
    assert aside is not None
    assert aside.name.startswith("medius.db.before-restore-")
    with Reader.open(aside) as old:
        assert len(old.sessions()) == 2
        assert [row.stance for row in old.stances(later)] == [make_stance(7)]
    with Recorder(path, HandClock()) as recorder, Reader.open(path) as reader:
        assert [session.stance_count for session in reader.sessions()] == [1]
        recorder.open_session(START)
    with Reader.open(path) as reader:
        assert [session.stance_count for session in reader.sessions()] == [0, 1]


def test_a_store_that_a_crash_left_is_moved_aside_with_its_journal(path: Path, backup: Path) -> None:
    def crash() -> None:
        recorder = Recorder(path, HandClock())
        recorder.open_session(START)
        recorder.flush()
        recorder.stance(make_stance(5))
        recorder.flush()

    die_after(crash)
    aside = restore(path, backup)
    assert aside is not None
    with Reader.open(path) as reader:
        assert [session.stance_count for session in reader.sessions()] == [1]
    assert recover(path, make_summary) == []
    [session_id] = recover(aside, make_summary)
    with Reader.open(aside) as old:
        assert [row.stance for row in old.stances(session_id)] == [make_stance(5)]


def test_a_backup_put_where_nothing_was(path: Path, backup: Path) -> None:
    new = path.parent.with_name("new") / "medius.db"
    assert restore(new, backup) is None
    with Reader.open(new) as reader:
        assert len(reader.sessions()) == 1


def test_a_damaged_store_is_replaced(path: Path, backup: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)
    aside = restore(path, backup)
    assert aside is not None
    assert aside.read_bytes() == b"rubbish" * 1000
    with Reader.open(path) as reader:
        assert len(reader.sessions()) == 1


def test_what_cannot_be_put_back_changes_nothing(path: Path, backup: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(BackupUnusableError, match="there is no backup"):
        restore(path, backup.with_name("none"))
    set_revision(backup, "9999")
    with pytest.raises(NewerStoreError, match="newer medius"):
        restore(path, backup)
    for content in (b"", b"rubbish" * 1000, backup.read_bytes()[:5000]):
        backup.write_bytes(content)
        with pytest.raises(BackupUnusableError):
            restore(path, backup)
    backup.unlink()
    with closing(sqlite3.connect(backup)) as other, other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(BackupUnusableError, match="no backup of medius"):
        restore(path, backup)
    assert path.read_bytes() == before
    assert not [file for file in path.parent.iterdir() if "before" in file.name or "restored" in file.name]
