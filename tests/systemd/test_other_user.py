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
    rights = {
        (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) for path in database.parent.iterdir()
    }
    assert rights == {(RECORDER, RECORDER, 0o640)}


def test_nobody_else_reads_it(database: Path) -> None:
    with recording(database):
        assert looked(database, DASHBOARD).keys() == {"error"}
