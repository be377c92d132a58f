"""`medius backup` and `medius restore`."""

from pathlib import Path

import pytest

from monitor.store import Reader, Recorder, SystemClock
from tests.cli.command import medius
from tests.store.made import START, make_stance


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIUS_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state" / "medius.sqlite"


def test_sessions_are_taken_away_and_put_back(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "sessions.backup"
    with Recorder(database, SystemClock()) as recorder:
        recorder.open_session(START)
        recorder.stance(make_stance(1))
        assert recorder.flush()
        done = medius("backup", file)
        assert (done.status, done.out) == (0, f"{file} holds 1 session.\n")
        assert medius("restore", file).sentence.endswith("or give this one a database of its own.")
    assert medius("backup", file).sentence.startswith(f"{file} is there already: ")
    assert medius("backup", file, "--force").status == 0
    done = medius("restore", file)
    assert done.status == 0
    first, second = done.out.splitlines()
    assert first == f"The sessions of {file} are in place."
    assert second.startswith(f"Those that were here before are in {database}.before-restore-")
    with Reader.open(database) as reader:
        assert [session.stance_count for session in reader.sessions()] == [1]


def test_what_cannot_be_done_is_a_sentence(database: Path, tmp_path: Path) -> None:
    assert "nothing has been recorded" in medius("backup", tmp_path / "new").sentence
    assert "there is no backup" in medius("restore", tmp_path / "new").sentence
    assert not database.parent.exists()
