"""A gym keeps its sessions in PostgreSQL: nothing here may be SQLite's alone."""

import getpass
import importlib.util
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from monitor.store import Calibration, Reader, Recorder, queries, recover, writer
from monitor.store.database import open_reading
from monitor.store.identity import uuid7
from monitor.store.migrations.versions import (
    v0001_sessions,
    v0002_unit,
    v0003_journal,
    v0004_curves,
    v0005_runners,
    v0006_diary,
)
from monitor.store.schema import EVENTS, metadata, sessions
from monitor.store.writer import UNIT
from monitor.vocabulary import Cue, CueKind, LampState, Side
from tests.store.made import ENGINE, START, HandClock, make_stance, make_summary

ID = uuid7(1_700_000_000_000)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_tables_compile(table: sa.Table) -> None:
    assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_migrations_compile() -> None:
    script = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": script})
    with Operations.context(context):
        v0001_sessions.upgrade()
        v0002_unit.upgrade()
        v0003_journal.upgrade()
        v0004_curves.upgrade()
        v0005_runners.upgrade()
        v0006_diary.upgrade()
    assert [line.split()[2] for line in script.getvalue().splitlines() if "CREATE TABLE" in line] == [
        "sessions",
        "stances",
        "cues",
        "calibrations",
        "unit",
        "chunks",
        "journal",
        "marks",
        "runners",
        "phones",
        "links",
        "claims",
        "speeds",
        "diary",
    ]
    assert " UUID NOT NULL" in script.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        queries.select_sessions(50, None),
        queries.select_sessions(50, ID),
        queries.select_session(ID),
        queries.select_unfinished(),
        queries.select_sessions_of(ID, 9, oldest=True),
        queries.select_runners_of([ID]),
        queries.select_phone(ID),
        queries.select_marks(ID),
        *(queries.select_events(table, ID, 7, 3) for table in EVENTS),
        *(queries.select_chunks(table, ID, 7) for table in EVENTS),
        *(writer.insert_once(table, "postgresql") for table in metadata.sorted_tables),
        writer.update_row((sessions, ID), {"frames_seen": 3, "withheld": {"nobody": 1}, "summary": None}),
        writer.update_row(UNIT, {"state": "ready", "engine": None}),
    ],
    ids=lambda statement: str(statement).partition("\n")[0][:40],
)
def test_statements_compile(statement: sa.ClauseElement) -> None:
    assert str(statement.compile(dialect=postgresql.dialect()))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server of the test's own, on a socket in a temporary directory."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed, so no PostgreSQL server was asked")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda initdb: int(initdb.parts[4]))
    initdb = str(installed[-1]) if installed else shutil.which("initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed, so no server was asked")
    user = "postgres" if os.getuid() == 0 else getpass.getuser()  # the server refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="medius-pg-"))
    shutil.chown(home, user)
    pg_ctl = [str(Path(initdb).with_name("pg_ctl")), "-D", str(home / "data")]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=user, cwd=home)

    try:
        run(initdb, "--no-sync", "-A", "trust", "-U", "medius", "-D", str(home / "data"))
        run(*pg_ctl, "-w", "-l", str(home / "log"), "-o", f"-c listen_addresses= -k {home} -F", "start")
        try:
            yield f"postgresql+psycopg://medius@/postgres?host={home}"
        finally:
            run(*pg_ctl, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def test_a_real_server_keeps_a_session(server: str) -> None:
    clock = HandClock()
    stances = [make_stance(number) for number in range(1, 31)]
    cue = Cue(101.0, Side.LEFT, CueKind.OUTSIDE, "the left side drops more", 7.5, 0.4, 6.0)
    with Recorder(server, clock, commit_every_s=0.01) as recorder, Reader.open(server) as reader:
        finished = recorder.open_session(START)
        for stance in stances:
            recorder.stance(stance)
        recorder.cue(cue)
        recorder.calibration(Calibration(100.0, "given", -0.4))
        recorder.state(LampState.MEASURING, "")
        recorder.engine(ENGINE)
        clock.advance(12.0)
        recorder.progress(700, 3, 59.0, 170.0, {"nobody is in the picture": 3}, make_summary(stances))
        recorder.close_session()
        left_open = recorder.open_session(START)
        recorder.stance(stances[0])
        assert recorder.flush()
        assert recorder.fault is None
        assert [row.stance for row in reader.stances(finished)] == stances
        assert [row.seq for row in reader.stances(finished, after_seq=20, limit=3)] == [21, 22, 23]
        assert [row.cue for row in reader.cues(finished)] == [cue]
        assert reader.calibration(finished) == Calibration(100.0, "given", -0.4)
        unit = reader.unit()
        assert unit is not None
        assert (unit.state, unit.updated_at, unit.engine) == (LampState.MEASURING, clock.now(), ENGINE)
        row = reader.session(finished)
        assert row is not None
        assert (row.started_at, row.stance_count, row.ended_how) == (HandClock().now(), 30, "finished")
        assert (row.withheld, row.summary) == ({"nobody is in the picture": 3}, make_summary(stances))
        current = reader.current()
        assert current is not None
        assert current.id == left_open
        assert recover(server, make_summary) == [left_open]
        assert [session.id for session in reader.sessions(before=left_open)] == [finished]
        assert reader.session("no id") is None


def test_a_real_server_has_the_tables_that_the_migrations_make(server: str) -> None:
    Recorder(server, HandClock()).close()
    engine = open_reading(server)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
