"""The set-up of the treadmill: what is found, what is refused, what is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from monitor.errors import MediusError
from monitor.pose.region import Region, region_of
from monitor.pose.runner import SEVERAL
from monitor.settings import Settings, read_settings
from monitor.treadmill import Located, in_words, keep, kept, treadmill_of, treadmill_under
from monitor.vocabulary import Observation, Pose
from tests.pose.test_region import HEIGHT, STRIDE, WIDTH, Somebody

REGION = Region(0.36, 0.7, 0.64, 0.84, trunk=0.15)
LOCATED = Located(REGION, "usb:0", (720, 1280), datetime(2026, 3, 1, 10, 30, tzinfo=UTC))


@pytest.fixture(autouse=True)
def no_settings_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())


def settings(folder: Path, **options: object) -> Settings:
    return read_settings({"state_dir": folder, **options})


def observed(poses: list[Pose | None], reason: str = "nobody in view") -> list[Observation]:
    return [Observation(n, n / 15.0, pose, reason=None if pose else reason) for n, pose in enumerate(poses)]


RUNNING: list[Pose | None] = [replace(STRIDE[n % 4], right_m=0.03 * np.sin(0.2 * n)).seen() for n in range(200)]


def test_one_person_who_stays_shows_where_the_treadmill_is() -> None:
    assert treadmill_under(observed(RUNNING)) == region_of([pose for pose in RUNNING if pose])


def test_a_moments_absence_or_company_does_not_matter() -> None:
    track = observed([*RUNNING, *[None] * 60]) + observed([None] * 20, SEVERAL)
    assert treadmill_under(track) == treadmill_under(observed(RUNNING))


def without_feet(pose: Pose) -> Pose:
    landmarks = pose.landmarks.copy()
    landmarks[27:29, 1] = 1.05
    return Pose(landmarks, WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("track", "complaint"),
    [
        (observed(RUNNING) + observed([None] * 30, SEVERAL), "Several people were in view"),
        (observed([*RUNNING, *[None] * 210]), "Only 200 of 410 pictures showed somebody from head to foot"),
        (observed(RUNNING[:29]), "Only 29 of 29 pictures"),
        (observed([pose and without_feet(pose) for pose in RUNNING]), "Only 0 of 200 pictures"),
        (observed([Somebody(right_m=-1.0 + n / 100).seen() for n in range(200)]), "went from place to place"),
        ([], "Only 0 of 0 pictures"),
    ],
)
def test_what_shows_no_treadmill_is_refused(track: list[Observation], complaint: str) -> None:
    with pytest.raises(MediusError, match=complaint):
        treadmill_under(track)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    assert kept(folder) is None
    path = keep(LOCATED, folder)
    assert kept(folder) == LOCATED
    later = replace(LOCATED, region=Region(0.1, 0.2, 0.3, 0.4))
    assert keep(later, folder) == path
    assert kept(folder) == later
    assert list(folder.iterdir()) == [path]
    assert json.loads(path.read_text())["treadmill"]["date"] == "2026-03-01T10:30:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[1]",
        '{"treadmill": {}}',
        '{"treadmill": {"region": 1, "camera": "", "size": [1, 1], "date": "x"}}',
        "\0",
    ],
)
def test_a_damaged_set_up_is_said(tmp_path: Path, text: str) -> None:
    keep(LOCATED, tmp_path).write_text(text)
    with pytest.raises(MediusError, match=r"setup\.json cannot be read: run `medius locate` again"):
        kept(tmp_path)


def test_a_set_up_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(MediusError, match="choose another folder with MEDIUS_STATE_DIR"):
        keep(LOCATED, tmp_path / "state")


def test_the_region_found_is_this_cameras_in_pictures_of_any_size(tmp_path: Path) -> None:
    keep(LOCATED, tmp_path)
    assert treadmill_of(settings(tmp_path), "usb:0", (720, 1280)) == REGION
    assert treadmill_of(settings(tmp_path), "usb:0", (1080, 1920)) == REGION
    assert treadmill_of(settings(tmp_path), "usb:1", (720, 1280)) is None
    assert treadmill_of(settings(tmp_path / "other"), "usb:0", (720, 1280)) is None


def test_a_picture_of_another_shape_is_refused(tmp_path: Path) -> None:
    keep(LOCATED, tmp_path)
    with pytest.raises(
        MediusError, match=r"720 × 1280, and the camera now gives 1280 × 720: run `medius locate` again"
    ):
        treadmill_of(settings(tmp_path), "usb:0", (1280, 720))


def test_what_is_set_wins_over_what_was_found(tmp_path: Path) -> None:
    keep(LOCATED, tmp_path)
    own = settings(tmp_path, treadmill="0.1,0.2,0.3,0.4")
    assert treadmill_of(own, "usb:0", (1280, 720)) == Region(0.1, 0.2, 0.3, 0.4)


def test_a_variable_and_a_table_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "medius.toml"
    file.write_text("[treadmill]\nleft = 0.3\ntop = 0.7\nright = 0.6\nbottom = 0.9\n")
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", (file,))
    assert settings(tmp_path).treadmill == Region(0.3, 0.7, 0.6, 0.9)
    monkeypatch.setenv("MEDIUS_TREADMILL", "0.3,0.7,0.6,0.95")
    assert settings(tmp_path).treadmill == Region(0.3, 0.7, 0.6, 0.95)


@pytest.mark.parametrize("text", ["0.3,0.7,0.6", "left", "0.3,0.7,0.2,0.9", "30,70,60,95", "[0.3, 0.7, 0.6, 0.95]"])
def test_a_region_that_cannot_be_is_refused(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_TREADMILL", text)
    with pytest.raises(MediusError, match="The setting treadmill cannot be used"):
        settings(tmp_path)


def test_it_is_said_in_words() -> None:
    assert in_words(REGION) == (
        "feet land between 36% and 64% of the picture's width and between 70% and 84% of its height"
    )
    assert "medius locate" in in_words(None)
