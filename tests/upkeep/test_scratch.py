"""Two updates at once, and one that was killed."""

import os
import select
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from monitor.cli import care
from monitor.upkeep.release import Release
from monitor.upkeep.scratch import scratch_in
from tests.cli.command import medius
from tests.upkeep.made import installed, make_release

ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import signal, subprocess, sys
from pathlib import Path
from monitor.upkeep.scratch import scratch_in
with scratch_in(Path(sys.argv[1])) as scratch:
    child = subprocess.Popen(["sleep", "600"], pass_fds=(scratch.lock,), stdout=subprocess.DEVNULL)
    print(child.pid, scratch.folder, flush=True)
    signal.pause()
"""


def test_each_has_a_folder_of_its_own_and_removes_it(tmp_path: Path) -> None:
    with scratch_in(tmp_path) as first:
        (first.folder / "file").touch()
        with scratch_in(tmp_path) as second:
            assert second.folder != first.folder
        assert [path.name for path in tmp_path.rglob("*")] == [first.folder.name, "file"]
    assert not list(tmp_path.iterdir())


def test_what_a_killed_one_left_stays_until_its_child_has_ended_too(tmp_path: Path) -> None:
    (tmp_path / ".unpacked").mkdir()  # of an older version
    with subprocess.Popen(
        [sys.executable, "-P", "-c", HOLDS, tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        child, folder = process.stdout.readline().split()
        process.kill()
    ended = os.pidfd_open(int(child))
    try:
        with scratch_in(tmp_path):
            assert Path(folder).exists()
    finally:
        signal.pidfd_send_signal(ended, signal.SIGKILL)
        select.select([ended], [], [])
        os.close(ended)
    with scratch_in(tmp_path) as scratch:
        assert list(tmp_path.iterdir()) == [scratch.folder]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may update")
def test_two_updates_at_once_leave_each_other_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = installed(tmp_path / "unit", make_release(tmp_path / "one", "1.0"))
    archive = tmp_path / "two.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(make_release(tmp_path / "two", "2.0").folder, "two")
    monkeypatch.setattr(care, "Layout", lambda: layout)
    found: list[str] = []

    def install(folder: Path, *_: object, **__: object) -> int:
        """The first one's installation goes on while the second one's begins and ends."""
        if not found:
            found.append("")
            assert medius("update", archive).status == 0
        found.append(Release.read(folder).version)
        return 0

    monkeypatch.setattr(care, "_upkeep", install)
    assert medius("update", archive).status == 0
    assert found == ["", "2.0", "2.0"]
    assert not list(layout.home.glob(".unpacked*"))
