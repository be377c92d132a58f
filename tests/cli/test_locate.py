"""`medius locate` for real, and what it changes for who is measured."""

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
from monitor.treadmill import Located, keep, kept
from tests.camera.mp4 import write_video
from tests.cli.clips import beginning_of_demo
from tests.cli.command import medius
from tests.cli.units import Unit
from tests.pose.scenes import LEFT_PX, ROOM_PX, TREADMILL, WIDTH

ELSEWHERE = "0,0.1,0.2,0.3"


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


@pytest.mark.usefixtures("cached")
def test_the_treadmill_of_the_bundled_clip_is_found_and_kept(tmp_path: Path) -> None:
    done = medius("locate", "--seconds", "5")
    assert (done.status, done.err) == (0, "")
    first, last = done.out.splitlines()
    assert first == "Be on the treadmill, alone in the picture, for 5 seconds."
    assert re.fullmatch(
        r"Treadmill: feet land between \d+% and .* of its height\. This is kept in .*setup\.json\.", last
    )
    located = kept(tmp_path / "state")
    assert located is not None
    assert (located.camera, located.size) == ("the bundled clip", (720, 1280))
    in_scene = Region(
        (LEFT_PX + ROOM_PX * located.region.left) / WIDTH,
        located.region.top,
        (LEFT_PX + ROOM_PX * located.region.right) / WIDTH,
        located.region.bottom,
        located.region.trunk,
    )
    assert astuple(in_scene) == pytest.approx(astuple(TREADMILL), abs=0.01)


@pytest.mark.usefixtures("cached")
def test_two_people_are_refused(tmp_path: Path) -> None:
    done = medius("locate", "--camera", two_people(tmp_path / "two.mp4"))
    assert done.status == 1
    assert done.err.startswith("Error: Several people were in view: ")
    assert kept(tmp_path / "state") is None


@pytest.mark.usefixtures("cached")
def test_an_empty_room_is_refused(tmp_path: Path) -> None:
    done = medius("locate", "--camera", write_video(tmp_path / "gym.mp4", 40))
    assert done.status == 1
    assert "Only 0 of 40 pictures showed somebody from head to foot" in done.err


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
        assert unit.end() == 0
    keep(Located(Region(0.36, 0.7, 0.64, 0.84), "the bundled clip", (720, 1280), datetime.now(UTC)), tmp_path)
    with Unit(tmp_path, lite_model, *options, "--seconds", "1") as unit:
        unit.wait_for("Treadmill: feet land between 36% and 64% of the picture's width")
        assert unit.end() == 0
