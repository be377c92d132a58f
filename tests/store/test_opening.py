"""What may be wrong before anything is recorded: each a sentence, and nothing is touched."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import (
    AlreadyRecordingError,
    NewerStoreError,
    NoStoreYetError,
    OlderStoreError,
    Reader,
    Recorder,
    StoreDamagedError,
    StoreError,
    StoreUnreachableError,
)
from monitor.store.database import open_writing
from tests.store.made import START, HandClock, make_stance

FULL = 2
"""How SQLite reports `synchronous = FULL`."""


@pytest.fixture
def filled(path: Path, clock: HandClock) -> Path:
    """A database with one session of 100 stances."""
    with Recorder(path, clock) as recorder:
        recorder.open_session(START)
        for number in range(1, 101):
            recorder.stance(make_stance(number))
    return path


def open_both(path: Path, expected: type[StoreError], sentence: str) -> None:
    """Check that writer and reader say the same and leave the file as it was."""
    before = path.read_bytes()
    with pytest.raises(expected, match=sentence):
        Recorder(path, HandClock())
    with pytest.raises(expected, match=sentence):
        Reader.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("rubbish", [b"rubbish" * 1000, b"SQLite format 3\0" + bytes(range(256)) * 40])
def test_a_file_that_is_no_database(path: Path, rubbish: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(rubbish)
    open_both(path, StoreDamagedError, "is damaged or is not a database: move it aside")


def test_a_truncated_database(filled: Path) -> None:
    filled.write_bytes(filled.read_bytes()[:1000])
    open_both(filled, StoreDamagedError, "is damaged")


def test_damage_inside_is_found_when_a_recording_ended_badly(filled: Path) -> None:
    wal = filled.with_name(f"{filled.name}-wal")
    content = bytearray(filled.read_bytes())
    content[len(content) // 2 :] = os.urandom(len(content) - len(content) // 2)
    filled.write_bytes(content)
    wal.write_bytes(b"the power went here")
    with pytest.raises(StoreDamagedError, match="is damaged"):
        Recorder(filled, HandClock())


def test_damage_inside_is_a_sentence_for_the_reader(filled: Path) -> None:
    with Recorder(filled, HandClock()) as recorder:
        recorder.open_session(START)
        for number in range(1, 1001):
            recorder.stance(make_stance(number))
    content = bytearray(filled.read_bytes())
    content[-4096:] = os.urandom(4096)
    filled.write_bytes(content)
    with Reader.open(filled) as reader, pytest.raises(StoreDamagedError, match="is damaged"):
        reader.stances(reader.sessions()[0].id)


def test_a_database_of_another_program(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreDamagedError, match="the database of another program"):
        Recorder(path, HandClock())
    with pytest.raises(NoStoreYetError):
        Reader.open(path)


def test_an_empty_file_is_filled(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with pytest.raises(NoStoreYetError):
        Reader.open(path)
    with Recorder(path, HandClock()), Reader.open(path) as reader:
        assert reader.sessions() == []


def test_a_database_newer_than_this_program(filled: Path) -> None:
    set_revision(filled, "9999")
    open_both(filled, NewerStoreError, r"was written by a newer medius \(schema 9999\): update this medius")


def test_a_database_older_than_this_reader(filled: Path) -> None:
    set_revision(filled, "0001")
    with pytest.raises(OlderStoreError, match="was written by an older medius: start medius run once"):
        Reader.open(filled)


def test_others_on_the_computer_do_not_look_in(recorder: Recorder, path: Path) -> None:
    assert recorder.fault is None
    assert path.parent.stat().st_mode & 0o007 == 0


def test_a_commit_reaches_the_disk_before_it_counts(recorder: Recorder) -> None:
    engine = open_writing(recorder.url_or_path)
    with engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() for pragma in pragmas]
    engine.dispose()
    assert found == ["wal", FULL, 1]


def test_two_writers(recorder: Recorder) -> None:
    with pytest.raises(
        AlreadyRecordingError, match=rf"another medius \(process {os.getpid()}\) is recording in .*: stop"
    ):
        Recorder(recorder.url_or_path, HandClock())
    recorder.close()
    Recorder(recorder.url_or_path, HandClock()).close()


def test_a_writer_that_cannot_open_lets_go_of_the_lock(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)
    with pytest.raises(StoreDamagedError):
        Recorder(path, HandClock())
    path.unlink()
    Recorder(path, HandClock()).close()


def test_a_file_in_the_place_of_the_directory(path: Path) -> None:
    path.parent.touch()
    with pytest.raises(StoreUnreachableError, match="nothing can be recorded in"):
        Recorder(path, HandClock())
    with pytest.raises(NoStoreYetError):
        Reader.open(path)


@pytest.mark.parametrize("place", ["", "/", "sqlite://", "sqlite:///:memory:", "mysql://host/medius", "://"])
def test_what_is_no_place_for_a_store(place: str) -> None:
    for open_it in (lambda: Recorder(place, HandClock()), lambda: Reader.open(place)):
        with pytest.raises(StoreUnreachableError, match=r"is no (place for the store|URL of a database): give"):
            open_it()


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
