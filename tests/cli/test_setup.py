"""`medius setup` for real, and what it changes for who is measured."""

import json
import re
from dataclasses import astuple
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.camera import VideoFile
from monitor.cli.parts import DEMO_CLIP
from monitor.pose.region import Region
from monitor.setup import Placement, Roll
from monitor.setup.placing import Length
from monitor.setup_file import SetUp, keep, kept
from tests.camera.mp4 import write_video
from tests.cli.clips import beginning_of_demo
from tests.cli.command import medius
from tests.cli.units import Unit
from tests.pose.scenes import LEFT_PX, ROOM_PX, TREADMILL, WIDTH

ELSEWHERE = "0,0.1,0.2,0.3"
STILLS = Path(__file__).parents[1] / "setup"


@pytest.fixture
def cached(lite_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_CACHE_DIR", str(lite_model.parent))


def two_people(path: Path) -> Path:
    """The bundled runner twice, side by side, for four seconds."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 15.0, (640, 480))
    assert writer.isOpened()
    for frame in islice(VideoFile(DEMO_CLIP), 0, 120, 2):
        one = cv2.resize(frame.image, (270, 480), interpolation=cv2.INTER_AREA)
        wide = np.full((480, 640, 3), 90, np.uint8)
        wide[:, 40:310] = wide[:, 330:600] = one
        writer.write(wide)
    writer.release()
    return path


def visit(path: Path) -> Path:
    """Four seconds of a treadmill, then six of somebody who stands on it, ten pictures a second."""
    empty, standing = (cv2.imread(str(STILLS / f"{name}.jpg")) for name in ("empty", "standing"))
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 10.0, (540, 960))
    assert writer.isOpened()
    for picture in [empty] * 40 + [standing] * 60:
        writer.write(picture)
    writer.release()
    return path


@pytest.mark.usefixtures("cached")
def test_the_treadmill_of_the_bundled_clip_is_found_and_kept(tmp_path: Path) -> None:
    done = medius("setup", "--seconds", "6")
    assert (done.status, done.err) == (0, "")
    first, *_, last = done.out.splitlines()
    assert first.startswith("Camera: runner.mp4, 720 × 1280")
    assert "✓ walking or running" not in done.out, "six seconds are not ten"
    assert re.fullmatch(r"This is kept in .*setup\.json\.", last)
    found = kept(tmp_path / "state")
    assert found is not None
    assert (found.camera, found.size) == ("the bundled clip", (720, 1280))
    assert found.treadmill is not None
    assert found.still is not None
    in_scene = Region(
        (LEFT_PX + ROOM_PX * found.treadmill.left) / WIDTH,
        found.treadmill.top,
        (LEFT_PX + ROOM_PX * found.treadmill.right) / WIDTH,
        found.treadmill.bottom,
        found.treadmill.trunk,
    )
    assert astuple(in_scene) == pytest.approx(astuple(TREADMILL), abs=0.012)


@pytest.mark.usefixtures("cached")
def test_a_camera_is_measured_and_what_to_move_is_said(tmp_path: Path) -> None:
    """A rendered room: roll +4.1°, 217 cm away, 14 cm below the hips, 28 cm to the right of the belt's middle."""
    done = medius("setup", "--camera", visit(tmp_path / "visit.mp4"), "--height-cm", "168.5", "--lens-deg", "66")
    assert (done.status, done.err) == (0, "")
    assert "✓ empty treadmill: seen" in done.out
    assert "✓ standing still: seen" in done.out
    assert "· walking or running: 0 of 10 s" in done.out
    move = r"^→ Move the camera (25|30) cm to the left, and turn it so that it looks along the belt\.$"
    assert re.search(move, done.out, re.MULTILINE)
    found = kept(tmp_path / "state")
    assert found is not None
    assert found.roll is not None
    assert found.placement is not None
    assert found.placement.height_cm is not None
    assert found.placement.aside_cm is not None
    assert found.roll.deg == pytest.approx(4.1, abs=0.3)
    assert found.placement.distance_cm.value == pytest.approx(217.0, rel=0.05)
    assert found.placement.height_cm.value == pytest.approx(-14.0, abs=4.0)
    assert found.placement.aside_cm.value == pytest.approx(28.0, abs=4.0)


@pytest.mark.usefixtures("cached")
def test_two_people_are_refused(tmp_path: Path) -> None:
    done = medius("setup", "--camera", two_people(tmp_path / "two.mp4"))
    assert done.status == 1
    assert "Only the person on the treadmill may be in the picture" in done.out
    assert done.err.startswith("Error: Several people were in view: ")
    assert kept(tmp_path / "state") is None


@pytest.mark.usefixtures("cached")
def test_an_empty_room_is_refused(tmp_path: Path) -> None:
    done = medius("setup", "--camera", write_video(tmp_path / "gym.mp4", 40))
    assert done.status == 1
    assert "Only 0 of 0 pictures showed somebody from head to foot" in done.err


def test_a_height_that_nobody_has_is_a_wrong_command_line() -> None:
    assert medius("setup", "--height-cm", "1.78").status == 2


@pytest.mark.usefixtures("cached")
def test_a_recording_is_measured_on_the_treadmill_that_is_named_and_on_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = beginning_of_demo(tmp_path / "run.mp4", 200_000)
    monkeypatch.setenv("MEDIUS_TREADMILL", ELSEWHERE)

    def withheld(*options: str) -> dict[str, int]:
        done = medius("analyze", clip, "--json", "-", *options)
        assert done.status == 0
        frames: dict[str, int] = json.loads(done.out)["quality"]["frames_withheld"]
        return frames

    assert withheld() == {}
    assert set(withheld("--treadmill", "0.36,0.7,0.64,0.84")) <= {"somebody has just come onto the treadmill"}
    assert set(withheld("--treadmill", ELSEWHERE)) <= {
        "nobody is on the treadmill",
        "the person in view is not on the treadmill",
    }


def test_a_treadmill_that_cannot_be_is_said(track: Path) -> None:
    assert "The setting treadmill cannot be used" in medius("analyze", track, "--treadmill", "1,2,3").sentence
    assert "--treadmill is for videos" in medius("analyze", track, "--treadmill", ELSEWHERE).sentence


def test_the_unit_says_where_the_treadmill_is_and_measures_nobody_beside_it(tmp_path: Path, lite_model: Path) -> None:
    options = ("--no-dashboard", "--workers", "1")
    with Unit(tmp_path, lite_model, *options, "--treadmill", ELSEWHERE, "--seconds", "4") as unit:
        unit.wait_for(
            "Treadmill: feet land between 0% and 20% of the picture's width and between 10% and 30% of its height"
        )
        assert unit.end() == 0
    assert re.search(r"frames? not used: |No stance was measured", unit.text)
    assert not re.search(r"(left|right) +drop [ +-]", unit.text)
    with Unit(tmp_path, lite_model, *options, "--seconds", "1") as unit:
        unit.wait_for("Treadmill: its place is not known, so whoever is in view first is the runner")
        unit.wait_for("Roll: not known, taken for level; `medius setup` measures it")
        assert unit.end() == 0
    placement = Placement(Roll(0.4, 0.1, ("upright edges",)), "", None, Length(260.0, 9.0), None, None, 66.0)
    region, date = Region(0.36, 0.7, 0.64, 0.84), datetime(2026, 3, 1, tzinfo=UTC)
    keep(SetUp("the bundled clip", (720, 1280), date, 66.0, placement, region, None), tmp_path)
    with Unit(tmp_path, lite_model, *options, "--seconds", "1") as unit:
        unit.wait_for("Treadmill: feet land between 36% and 64% of the picture's width")
        unit.wait_for(r"Roll: \+0\.4 ± 0\.2°, measured on 2026-03-01")
        assert unit.end() == 0
