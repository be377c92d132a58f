"""The set-up as it is kept, and what a session takes from it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import MediusError
from monitor.pose.region import Region
from monitor.settings import Settings, read_settings
from monitor.setup import Placement, Reference, Roll
from monitor.setup.placing import Length
from monitor.setup_file import SetUp, keep, kept, roll_in_words, roll_of, roll_sd_of, setup_of, treadmill_of

REGION = Region(0.36, 0.7, 0.64, 0.84, trunk=0.15)
ROLL = Roll(1.25, 0.1, ("upright edges", "the belt worn"))
PLACEMENT = Placement(ROLL, "", Length(2.0, 0.5), Length(251.0, 9.0), None, Length(-3.0, 2.0), 66.0)
STILL = Reference(((10.0, 20.0, 45.0), (30.0, 40.5, -90.0)), (270, 480))
SET_UP = SetUp("usb:0", (720, 1280), datetime(2026, 3, 1, 10, 30, tzinfo=UTC), 66.0, PLACEMENT, REGION, STILL)


@pytest.fixture(autouse=True)
def no_settings_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.SETTINGS_FILES", ())


def settings(folder: Path, **options: object) -> Settings:
    return read_settings({"state_dir": folder, **options})


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    assert kept(folder) is None
    path = keep(SET_UP, folder)
    assert kept(folder) == SET_UP
    later = replace(SET_UP, placement=None, treadmill=None, still=None)
    assert keep(later, folder) == path
    assert kept(folder) == later
    assert list(folder.iterdir()) == [path]
    assert json.loads(path.read_text())["date"] == "2026-03-01T10:30:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"treadmill": {"region": {"left": 0.3, "top": 0.7, "right": 0.6, "bottom": 0.9}}}',
        "\0",
    ],
)
def test_a_damaged_set_up_is_said(tmp_path: Path, text: str) -> None:
    keep(SET_UP, tmp_path).write_text(text)
    with pytest.raises(MediusError, match=r"setup\.json cannot be read: set the camera up again"):
        kept(tmp_path)


def test_an_impossible_region_is_said(tmp_path: Path) -> None:
    path = keep(SET_UP, tmp_path)
    path.write_text(path.read_text().replace("0.36", "0.99"))
    with pytest.raises(MediusError, match=r"setup\.json cannot be read"):
        kept(tmp_path)


def test_a_set_up_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(MediusError, match="choose another folder with MEDIUS_STATE_DIR"):
        keep(SET_UP, tmp_path / "state")


def test_the_set_up_is_this_cameras_in_pictures_of_any_size(tmp_path: Path) -> None:
    keep(SET_UP, tmp_path)
    assert setup_of(settings(tmp_path), "usb:0", (720, 1280)) == SET_UP
    assert setup_of(settings(tmp_path), "usb:0", (1080, 1920)) == SET_UP
    assert setup_of(settings(tmp_path), "usb:1", (720, 1280)) is None
    assert setup_of(settings(tmp_path / "other"), "usb:0", (720, 1280)) is None


def test_a_picture_of_another_shape_is_refused(tmp_path: Path) -> None:
    keep(SET_UP, tmp_path)
    with pytest.raises(MediusError, match=r"720 × 1280, and now gives 1280 × 720: set the camera up again"):
        setup_of(settings(tmp_path), "usb:0", (1280, 720))


def test_what_is_set_wins_over_what_was_found(tmp_path: Path) -> None:
    own = settings(tmp_path, treadmill="0.1,0.2,0.3,0.4", roll_deg=0.0)
    assert treadmill_of(own, SET_UP) == Region(0.1, 0.2, 0.3, 0.4)
    assert roll_of(own, SET_UP) == 0.0
    assert roll_sd_of(own, SET_UP) == 0.5
    assert roll_in_words(own, SET_UP) == "+0.0°, as set"


def test_what_was_found_is_used(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    assert treadmill_of(plain, SET_UP) == REGION
    assert roll_of(plain, SET_UP) == 1.25
    assert roll_sd_of(plain, SET_UP) == 0.1
    assert roll_in_words(plain, SET_UP) == "+1.2 ± 0.2°, measured on 2026-03-01"


@pytest.mark.parametrize(
    "placement", [None, replace(PLACEMENT, roll=None), replace(PLACEMENT, roll=replace(ROLL, sd_deg=0.8))]
)
def test_a_roll_that_is_not_known_well_is_not_used(tmp_path: Path, placement: Placement | None) -> None:
    plain, setup = settings(tmp_path), replace(SET_UP, placement=placement)
    assert setup.roll is None
    assert roll_of(plain, setup) == 0.0
    assert roll_sd_of(plain, setup) is None
    assert roll_in_words(plain, setup) == "not known, taken for level; `medius setup` measures it"


def test_without_a_set_up_nothing_is_known(tmp_path: Path) -> None:
    assert treadmill_of(settings(tmp_path), None) is None
    assert roll_of(settings(tmp_path), None) == 0.0
    assert roll_sd_of(settings(tmp_path), None) is None


def test_a_variable_and_a_table_set_the_treadmill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
