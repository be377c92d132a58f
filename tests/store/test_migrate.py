"""The history of the schema, and files that an older medius wrote."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.store import OlderStoreError, Reader, Recorder, StoreError, UnitRow, migrate
from monitor.store.codec import stance_values
from monitor.store.database import open_making, open_reading, open_writing
from monitor.store.schema import metadata, stances
from monitor.vocabulary import LampState
from tests.store.made import START, HandClock, make_stance
from tests.store.test_recovery import die_after

NEXT = """
import os
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("sessions", recreate="always") as sessions:
        sessions.add_column(sa.Column("note", sa.Text))
    op.drop_table("cues")
    {then}
"""

OPEN = """
import sys
from monitor.store import Reader, Recorder, SystemClock
with Recorder(sys.argv[1], SystemClock()), Reader.open(sys.argv[1]) as reader:
    print(len(reader.sessions()), "alembic" in sys.modules)
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
    (steps / "versions" / "next.py").write_text(NEXT.format(then=then, head=migrate.head()))
    config = Config()
    config.set_main_option("script_location", str(steps))
    monkeypatch.setattr(migrate, "_config", lambda: config)
    monkeypatch.setattr(migrate, "REVISIONS", (*migrate.REVISIONS, "next"))


def test_migrations_make_what_the_tables_say(recorder: Recorder) -> None:
    engine = open_reading(recorder.url_or_path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(migrate._config())
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(migrate.REVISIONS))


def test_a_store_that_is_up_to_date_is_opened_without_alembic(filled: Path) -> None:
    done = subprocess.run([sys.executable, "-c", OPEN, str(filled)], capture_output=True, text=True, check=True)
    assert done.stdout == "1 False\n"


def test_a_file_of_the_first_version_keeps_all_that_is_in_it(filled: Path) -> None:
    old = filled.with_name("old.db")
    make_v0001(old, filled)
    with pytest.raises(OlderStoreError):
        Reader.open(old)
    with Reader.open(filled) as reader:
        sessions = reader.sessions()
        rows = reader.stances(sessions[0].id)
    clock = HandClock()
    with Recorder(old, clock) as recorder, Reader.open(old) as reader:
        assert recorder.flush()
        assert reader.sessions() == sessions
        assert reader.stances(sessions[0].id) == rows
        assert reader.curves(sessions[0].id) is None
        assert reader.unit() == UnitRow(clock.now(), LampState.STARTING, "", clock.now(), clock.now())
    assert not {"state", "state_reason"} & columns_of_sessions(old)
    copied = columns_of_sessions(old.with_name(f"old.db.before-{migrate.head()}"))
    assert {"state", "state_reason"} <= copied


def make_v0001(old: Path, filled: Path) -> None:
    """Make a file as the first version wrote it, with the sessions and stances of `filled`."""
    engine = open_making(old)
    config = migrate._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    shared = ", ".join(sorted(columns_of_sessions(filled) - {"stance_count", "curves"}))
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("ATTACH ? AS newer", [str(filled)])
        connection.execute(
            f"INSERT INTO sessions ({shared}, state, state_reason) "
            f"SELECT {shared}, 'measuring', 'as it was' FROM newer.sessions"
        )
    engine = open_writing(old)
    with engine.begin() as there, Reader.open(filled) as reader:
        for row in reader.stances(reader.sessions()[0].id):
            key = {"session_id": reader.sessions()[0].id, "seq": row.seq}
            there.execute(stances.insert(), key | stance_values(row.stance))
    engine.dispose()


def test_an_older_file_is_copied_and_migrated(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    next_version(tmp_path, monkeypatch)
    with Recorder(filled, HandClock()), Reader.open(filled) as reader:
        [session] = reader.sessions()
        assert [row.stance for row in reader.stances(session.id)] == [make_stance(n) for n in range(1, 51)]
    assert "note" in columns_of_sessions(filled)
    monkeypatch.undo()
    with Reader.open(filled.with_name("medius.db.before-next")) as before:
        assert before.sessions() == [session]
    assert not filled.with_name("medius.db.before-next.partial").exists()


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
    filled.with_name("medius.db.before-next.partial").mkdir()
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
