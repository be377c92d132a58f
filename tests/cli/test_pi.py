"""`--camera pi`, from the settings to the camera."""

from pathlib import Path

import pytest

from monitor.camera import CameraError, PiSettings
from tests.cli.command import medius


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, PiSettings]]:
    """What is asked of the Pi camera, which then says no."""
    asked: list[tuple[int, PiSettings]] = []

    def refuse(number: int, settings: PiSettings) -> None:
        asked.append((number, settings))
        raise CameraError("No.")

    monkeypatch.setattr("monitor.camera.opening.PiCamera", refuse)
    return asked


@pytest.mark.parametrize("command", ["run", "setup"])
def test_the_settings_reach_the_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[tuple[int, PiSettings]], command: str
) -> None:
    (tmp_path / "medius.toml").write_text("camera_fps = 60\ncamera_turn_deg = 270\n")
    monkeypatch.setenv("MEDIUS_MAINS_HZ", "60")
    monkeypatch.setenv("MEDIUS_CAMERA_TURN_DEG", "90")
    assert medius(command, "--camera", "pi:1").sentence == "No."
    assert opened == [(1, PiSettings(turn_deg=90, fps=60.0, mains_hz=60))]


def test_without_settings_the_camera_has_its_own(opened: list[tuple[int, PiSettings]]) -> None:
    assert medius("run", "--camera", "pi").sentence == "No."
    assert opened == [(0, PiSettings())]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("MEDIUS_CAMERA_TURN_DEG", "45", "Input should be 0, 90, 180 or 270 (it was 45)."),
        ("MEDIUS_CAMERA_TURN_DEG", "left", "Input should be 0, 90, 180 or 270 (it was 'left')."),
        ("MEDIUS_MAINS_HZ", "55", "Input should be 50 or 60 (it was 55)."),
        ("MEDIUS_CAMERA_FPS", "500", "Input should be less than or equal to 120 (it was '500')."),
    ],
)
def test_settings_that_no_camera_has(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(name, value)
    setting = name.removeprefix("MEDIUS_").lower()
    assert medius("run", "--camera", "pi").sentence == f"The setting {setting} cannot be used: {complaint}"
