"""The dashboard is another user than the recorder: what it can read with the rights that the services have.

By hand, `real_systemd.sh` tries the same with the services themselves.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.store import Recorder, SystemClock, back_up, restore
from tests.store.made import START
from tests.systemd.as_user import STANCES

RECORDER, DASHBOARD = 48101, 48102
"""Users and groups that nobody has."""
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become two other users")


@pytest.fixture
def database() -> Iterator[Path]:
    """In a folder as the service's StateDirectory= makes it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        state = Path(folder, "medius")
        state.mkdir()
        os.chown(state, RECORDER, RECORDER)
        state.chmod(0o750)
        yield state / "medius.sqlite"


@contextmanager
def recording(database: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.systemd.as_user", "record", str(RECORDER), str(RECORDER), str(database)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "recorded\n"
            yield process
        finally:
            process.kill()


def looked(database: Path, *groups: int) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "tests.systemd.as_user",
        "look",
        str(DASHBOARD),
        ",".join(map(str, groups)),
        database,
    ]
    found: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    return found


def rights_in(folder: Path) -> set[tuple[int, int, int]]:
    found = [path.stat() for path in folder.iterdir()]
    return {(file.st_uid, file.st_gid, file.st_mode & 0o777) for file in found}


def test_the_dashboards_user_reads_while_it_is_recorded_after_a_crash_and_after_the_end(database: Path) -> None:
    with recording(database) as recorder:
        found = looked(database, DASHBOARD, RECORDER)
        assert (found["stances"], len(found["open"])) == (STANCES, 1)
        recorder.send_signal(signal.SIGKILL)
        recorder.wait()
        assert looked(database, DASHBOARD, RECORDER) == found
    with recording(database) as recorder:
        recorder.communicate()
        assert recorder.returncode == 0
    found = looked(database, DASHBOARD, RECORDER)
    assert found["stances"] == 2 * STANCES
    assert rights_in(database.parent) == {(RECORDER, RECORDER, 0o640)}


def test_nobody_else_reads_it(database: Path) -> None:
    with recording(database):
        assert looked(database, DASHBOARD).keys() == {"error"}


@pytest.mark.parametrize("recorded_before", [True, False])
def test_the_recorder_goes_on_with_what_root_has_put_back(database: Path, recorded_before: bool) -> None:
    with Recorder(database.parents[1] / "other.sqlite", SystemClock()) as recorder:
        recorder.open_session(START)
    backup = database.parents[1] / "backup"
    back_up(database.parents[1] / "other.sqlite", backup)
    if recorded_before:
        with recording(database) as recording_process:
            recording_process.communicate()
    restore(database, backup)
    assert {(user, group) for user, group, _ in rights_in(database.parent)} == {(RECORDER, RECORDER)}
    assert database.stat().st_mode & 0o777 == 0o640
    with recording(database) as recording_process:
        recording_process.communicate()
        assert recording_process.returncode == 0
    assert looked(database, DASHBOARD, RECORDER)["stances"] == STANCES
