"""The copy of the sessions: whole or not there, and put back without mixing two databases."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import Recorder, SessionStart, SystemClock
from monitor.upkeep.database import copy, copy_of, forget, restore
from monitor.vocabulary import View


def record(path: Path, source: str) -> None:
    with Recorder(path, SystemClock()) as recorder:
        recorder.open_session(SessionStart(source, View.REAR, "lite", 0.0))


def sources(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in connection.execute("SELECT source FROM sessions ORDER BY id")]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "medius.sqlite"
    record(path, "before")
    copy(path, copy_of(path))
    return path


def names(database: Path) -> set[str]:
    return {path.name for path in database.parent.iterdir()} - {"medius.sqlite.lock"}


def test_a_copy_of_a_database_in_use_holds_what_is_in_its_wal(tmp_path: Path) -> None:
    path = tmp_path / "medius.sqlite"
    record(path, "first")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE sessions SET source = 'second'")
        assert path.with_name("medius.sqlite-wal").stat().st_size
        copy(path, tmp_path / "copy")
    assert sources(tmp_path / "copy") == ["second"]


def test_what_was_written_meanwhile_is_kept_beside(database: Path) -> None:
    record(database, "meanwhile")
    restore(database, "1.1")
    assert sources(database) == ["before"]
    assert sources(database.with_name("medius.sqlite.of-1.1")) == ["before", "meanwhile"]
    record(database, "afterwards")
    copy(database, copy_of(database))
    record(database, "again")
    restore(database, "1.1")
    assert sources(database) == ["before", "afterwards"]
    assert sources(database.with_name("medius.sqlite.of-1.1.2")) == ["before", "afterwards", "again"]


def test_where_nothing_was_written_nothing_is_kept(database: Path) -> None:
    restore(database, "1.1")
    assert sources(database) == ["before"]
    assert names(database) == {"medius.sqlite"}


def test_a_wal_is_not_applied_to_the_copy(database: Path) -> None:
    """A monitor that is killed leaves it behind."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE sessions SET source = 'meanwhile'")
        left = database.with_name("medius.sqlite-wal").read_bytes()
    database.with_name("medius.sqlite-wal").write_bytes(left)
    restore(database, "1.1")
    assert sources(database) == ["before"]


def test_the_files_of_the_last_minutes_belong_to_it(database: Path) -> None:
    journal, live = (database.with_name(f"medius.sqlite.{ending}") for ending in ("journal", "live"))
    live.unlink(missing_ok=True)
    journal.write_bytes(b"before")
    copy(database, copy_of(database))
    journal.write_bytes(b"meanwhile")
    live.write_bytes(b"meanwhile")
    restore(database, "1.1")
    assert (journal.read_bytes(), live.exists()) == (b"before", False)
    aside = [database.with_name(f"medius.sqlite.of-1.1.{ending}") for ending in ("journal", "live")]
    assert [path.read_bytes() for path in aside] == [b"meanwhile", b"meanwhile"]
    assert not list(database.parent.glob("*before-update*"))


def test_a_database_that_was_destroyed_is_put_back_and_its_rest_is_kept(database: Path) -> None:
    database.write_bytes(b"overwritten" * 1000)
    restore(database, "1.1")
    assert sources(database) == ["before"]
    assert database.with_name("medius.sqlite.of-1.1").read_bytes() == b"overwritten" * 1000


def test_where_there_was_none_there_is_none_again(tmp_path: Path) -> None:
    database = tmp_path / "medius.sqlite"
    copy(database, copy_of(database))
    record(database, "meanwhile")
    restore(database, "1.1")
    record(database, "afterwards")
    assert sources(database) == ["afterwards"]
    assert sources(database.with_name("medius.sqlite.of-1.1")) == ["meanwhile"]


def test_without_a_copy_nothing_is_put_back(database: Path) -> None:
    forget(database)
    record(database, "afterwards")
    restore(database, "1.1")
    assert sources(database) == ["before", "afterwards"]
    forget(database)
