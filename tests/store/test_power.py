"""What a power cut leaves."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.disk_model import SECTOR, Disk

PATH = Path("/state/file")
HALF = random.Random(3)


def test_a_power_cut_at_any_moment_costs_at_most_the_last_second() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed, so no recorder was watched")
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.power", "24"], capture_output=True, text=True, check=False
    )
    if "PTRACE" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("strace may watch nobody here")
    assert done.returncode == 0, done.stderr
    assert "every database opened and was sound, every session closed" in done.stdout


def test_what_was_synced_is_there_and_the_rest_is_any_part_of_it() -> None:
    disk = Disk()
    disk.open(PATH)
    disk.write(PATH, 0, b"a" * 2 * SECTOR)
    disk.sync(PATH)
    disk.write(PATH, 0, b"b" * 4 * SECTOR)
    found = {disk.cut(HALF)["file"] for _ in range(200)}
    sectors = [[content[at : at + SECTOR][:1] for at in range(0, 4 * SECTOR, SECTOR)] for content in found]
    assert {first for first, *_ in sectors} == {b"a", b"b"}
    assert {len(content) // SECTOR for content in found} == {2, 3, 4}
    assert [b"a", b"b", b"\0", b"b"] in sectors


def test_a_name_is_there_once_its_file_or_its_folder_was_synced() -> None:
    disk = Disk()
    disk.open(PATH)
    assert {len(disk.cut(HALF)) for _ in range(50)} == {0, 1}
    disk.sync(PATH)
    assert disk.cut(HALF) == {"file": b""}
    disk.rename(PATH, PATH.with_name("other"))
    assert {name for _ in range(50) for name in disk.cut(HALF)} == {"file", "other"}
    disk.sync(PATH.parent)
    assert disk.cut(HALF) == {"other": b""}
    disk.unlink(PATH.with_name("other"))
    disk.sync(PATH.parent)
    assert disk.cut(HALF) == {}
