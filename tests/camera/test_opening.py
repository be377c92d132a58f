from pathlib import Path

import pytest

from monitor.camera import Camera, VideoFile, errors, open_camera
from tests.camera.mp4 import write_video


def test_a_name_is_a_file_played_at_its_own_rate(tmp_path: Path) -> None:
    path = write_video(tmp_path / "run.mp4", 4)
    camera: Camera = open_camera(str(path), loop=True)
    assert isinstance(camera, VideoFile)
    assert camera.live
    assert "run.mp4, 64 × 96, 30 frames a second; played at its own rate, over and over" in camera.describe()
    assert not open_camera(str(path), realtime=False).live


def test_a_file_below_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_video(tmp_path / "run.mp4", 4)
    assert open_camera("~/run.mp4").size == (64, 96)


@pytest.mark.parametrize("name", ["usb.mp4", "usb: 1.mp4", "pi.mp4", "concat:a|b", "a%03d.mp4", "-i.mp4"])
def test_odd_names_are_still_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "x.mp4", 4).rename(tmp_path / name)
    if name.startswith("usb:"):
        name = f"./{name}"
    assert open_camera(name).size == (64, 96)


@pytest.mark.parametrize("source", ["usb:99", "/dev/video99"])
def test_a_usb_camera_by_number_or_name(source: str) -> None:
    with pytest.raises(errors.CameraNotFound, match="There is no camera /dev/video99"):
        open_camera(source)


def test_a_usb_camera_by_something_else() -> None:
    with pytest.raises(errors.CameraNotFound, match="usb:0 is the first one"):
        open_camera("usb:first")


@pytest.mark.parametrize("source", ["rtsp://10.0.0.7/stream", "HTTP://example.org/a.mp4"])
def test_no_cameras_over_a_network(source: str) -> None:
    with pytest.raises(errors.CameraNotSupported, match="over a network: use a USB camera or a video file"):
        open_camera(source)
