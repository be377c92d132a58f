"""The history of the schema, and files that an older medius wrote."""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from monitor.store import Reader, Recorder, StoreError, migrate
from monitor.store.database import open_reading
from monitor.store.schema import metadata
from tests.store.made import START, HandClock, make_stance
from tests.store.test_recovery import die_after

NEXT = """
import os
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("sessions", recreate="always") as sessions:
        sessions.add_column(sa.Column("note", sa.Text))
    op.drop_table("cues")
    {then}
"""


@pytest.fixture
def filled(path: Path) -> Path:
    """What this medius has written."""
    with Recorder(path, HandClock()) as recorder:
        recorder.open_session(START)
        for number in range(1, 51):
            recorder.stance(make_stance(number))
    return path


def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str = "pass") -> None:
    """Make this the next medius, whose schema has one step more."""
    steps = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).with_name("migrations"), steps)
    (steps / "versions" / "v0002_next.py").write_text(NEXT.format(then=then))
    config = Config()
    config.set_main_option("script_location", str(steps))
    monkeypatch.setattr(migrate, "_config", lambda: config)


def test_migrations_make_what_the_tables_say(recorder: Recorder) -> None:
    engine = open_reading(recorder.url_or_path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_older_file_is_copied_and_migrated(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_version(tmp_path, monkeypatch)
    with Recorder(filled, HandClock()), Reader.open(filled) as reader:
        [session] = reader.sessions()
        assert [row.stance for row in reader.stances(session.id)] == [make_stance(n) for n in range(1, 51)]
    assert "note" in columns_of_sessions(filled)
    monkeypatch.undo()
    with Reader.open(filled.with_name("medius.db.before-0002")) as before:
        assert before.sessions() == [session]
    assert not filled.with_name("medius.db.before-0002.partial").exists()


def test_a_new_file_is_not_copied(path: Path) -> None:
    Recorder(path, HandClock()).close()
    assert not [file for file in path.parent.iterdir() if "before" in file.name]


def test_a_migration_that_fails_changes_nothing(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_version(tmp_path, monkeypatch, then="op.execute('SELECT 1 FROM nowhere')")
    with pytest.raises(StoreError, match=r"does not answer \(no such table: nowhere\)"):
        Recorder(filled, HandClock())
    monkeypatch.undo()
    assert_untouched(filled)


def test_a_power_cut_in_a_migration_changes_nothing(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch, then=f"os.kill(os.getpid(), {int(signal.SIGKILL)})")
    die_after(lambda: Recorder(filled, HandClock()).close())
    monkeypatch.undo()
    assert_untouched(filled)


def test_a_file_that_cannot_be_copied_is_not_migrated(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)
    filled.with_name("medius.db.before-0002.partial").mkdir()
    with pytest.raises(StoreError, match=r"could not be copied to .*: make room there; nothing was changed"):
        Recorder(filled, HandClock())
    monkeypatch.undo()
    assert_untouched(filled)


def assert_untouched(path: Path) -> None:
    assert "note" not in columns_of_sessions(path)
    with Recorder(path, HandClock()), Reader.open(path) as reader:
        [session] = reader.sessions()
        assert session.stance_count == 50
        assert reader.cues(session.id) == []


def columns_of_sessions(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(sessions)")}
