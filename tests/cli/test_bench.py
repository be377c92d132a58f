"""`medius bench` for real, as short as it can be."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from monitor.bench import Loop, Speed, lost_stances
from monitor.bench_report import speed_table
from monitor.vocabulary import Frame
from tests.cli.units import ENVIRONMENT

SPEED_ROW = r"^\| {name} +\| +1 \| +(\d+\.\d) \| +(\d+\.\d\d) \|"


def test_the_tables_of_a_short_run(lite_model: Path, tmp_path: Path) -> None:
    folders = {"MEDIUS_STATE_DIR": str(tmp_path / "state"), "MEDIUS_CACHE_DIR": str(lite_model.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "bench", "--workers", "1", "--seconds", "4"],
        env=ENVIRONMENT | folders,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "cores, " in done.stdout.splitlines()[0]
    for name in ("the bare network", "pose workers", "the whole unit"):
        row = re.search(SPEED_ROW.format(name=name), done.stdout, re.MULTILINE)
        assert row is not None, done.stdout
        assert float(row[1]) > 0.0
    for figure in (
        r"CPU of all that is no network ÷ all CPU +\| +0\.\d{3} \| +at most 0\.08",
        r"CPU of the pelvic line ÷ the pose network's +\| +\d\.\d\d \|",
        r"median/95th/99th +\| +\d+/\d+/\d+ ms \|",
        r"memory with 1 workers?, early and late +\| +\d{3} and \d{3} MB \|",
        r"start to the first stance measured +\| +\d+\.\d s \|",
        r"a killed worker is replaced after +\| +\d+\.\d\d s \|",
        r"stances that it costs +\| +\d+ of \d+ \|",
    ):
        assert re.search(figure, done.stdout), (figure, done.stdout)
    assert not (tmp_path / "state").exists(), "a benchmark is no session"


@pytest.mark.parametrize("clip", ["none.mp4", "notes.mp4"])
def test_a_clip_that_is_none_is_one_sentence(clip: str, lite_model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video")
    folders = {"MEDIUS_STATE_DIR": str(tmp_path / "state"), "MEDIUS_CACHE_DIR": str(lite_model.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "bench", "--clip", str(tmp_path / clip)],
        env=ENVIRONMENT | folders,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert clip in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_loop_gives_its_pictures_in_turn_with_the_clips_times() -> None:
    pictures = [Frame(n, 9.0, np.full((2, 4, 3), n, np.uint8)) for n in range(3)]
    loop = Loop(pictures, 30.0, 1000.0)
    frames = [frame for _, frame in zip(range(5), loop, strict=False)]
    assert loop.size == (4, 2)
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [0, 1, 2, 0, 1]
    assert [(frame.index, frame.time_s) for frame in frames] == [(n, pytest.approx(n / 30.0)) for n in range(5)]
    loop.close()
    assert list(loop) == []


def test_a_stance_that_is_missing_is_lost() -> None:
    assert lost_stances([0.35 * n for n in range(12)]) == 0
    assert lost_stances([0.35 * n for n in range(12) if n != 4]) == 1
    assert lost_stances([0.35 * n for n in range(12) if n not in (5, 6)]) == 2
    assert lost_stances([]) == lost_stances([1.0]) == 0


def test_what_is_no_network_is_told_as_a_part_of_all() -> None:
    speed = Speed(2, 100.0, pose_ms=12.0, line_ms=2.0, other_ms=1.0)
    assert speed.other_share == pytest.approx(1.0 / 15.0)
    row = list(speed_table("lite", Speed(1, 50.0, 12.0, 0.0, 0.0), [speed], []).columns[3].cells)
    assert row == ["1.00", "2.00"]
