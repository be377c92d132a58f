from pathlib import Path

import cv2
import numpy as np
import pytest

from monitor.camera import UsbCamera, errors

DEVICE = Path("/dev/null")
"""Any character device that everybody may use: the capture is a stand-in."""


class Capture:
    """A stand-in for OpenCV's capture of a camera: each entry is a driver's time stamp, or None for silence."""

    def __init__(self, stamps_s: list[float | None], *, opens: bool = True) -> None:
        self._stamps_s = iter(stamps_s)
        self._opened = opens
        self._stamp_s: float | None = None
        self.settings: dict[int, float] = {}

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._opened

    def grab(self) -> bool:
        self._stamp_s = next(self._stamps_s, None)
        return self._stamp_s is not None

    def retrieve(self) -> tuple[bool, np.ndarray | None]:
        return True, np.zeros((480, 640, 3), np.uint8)

    def get(self, setting: int) -> float:
        return (self._stamp_s or 0.0) * 1000.0 if setting == cv2.CAP_PROP_POS_MSEC else 30.0

    def set(self, setting: int, value: float) -> bool:
        self.settings[setting] = value
        return True

    def release(self) -> None:
        self._opened = False


def camera_of(capture: Capture, now_s: list[float]) -> UsbCamera:
    return UsbCamera(DEVICE, open_capture=lambda _: capture, clock=iter(now_s).__next__)


def test_the_drivers_times_are_used_where_they_are_of_the_monotonic_clock() -> None:
    camera = camera_of(Capture([99.99, 100.02, 100.05]), [100.0, 100.03, 100.06])
    frames = iter(camera)
    assert [next(frames).time_s, next(frames).time_s] == [100.02, 100.05]
    assert camera.size == (640, 480)
    assert camera.nominal_fps == 30.0
    assert "the camera driver's" in camera.describe()
    with pytest.raises(errors.CameraSilent, match="no picture for 5 seconds"):
        next(frames)


@pytest.mark.parametrize("stamp_s", [0.0, 1_700_000_000.0, 50.0])
def test_the_time_of_arrival_is_used_where_the_driver_gives_another_clocks(stamp_s: float) -> None:
    camera = camera_of(Capture([stamp_s] * 3), [100.0, 100.03, 100.06])
    frames = iter(camera)
    assert [next(frames).time_s, next(frames).time_s] == [100.03, 100.06]
    assert "those of arrival" in camera.describe()


def test_a_time_that_does_not_rise_is_left_out_and_counted() -> None:
    camera = camera_of(Capture([100.0, 100.1, 100.1, 100.2]), [100.0, 100.1, 100.1, 100.2])
    frames = iter(camera)
    assert [next(frames).time_s, next(frames).time_s] == [100.1, 100.2]
    assert camera.skipped == 1


def test_asks_for_compressed_pictures() -> None:
    capture = Capture([100.0])
    camera_of(capture, [100.0])
    assert capture.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")


def test_closing_ends_the_iteration() -> None:
    capture = Capture([100.0, 100.1, 100.2])
    with camera_of(capture, [100.0, 100.1, 100.2]) as camera:
        frames = iter(camera)
        next(frames)
    assert list(frames) == []
    assert "closed" in repr(camera)
    camera.close()


def test_a_camera_that_gives_nothing_is_let_go() -> None:
    capture = Capture([])
    with pytest.raises(errors.CameraSilent):
        camera_of(capture, [])
    assert not capture.isOpened()


def test_a_camera_in_use() -> None:
    with pytest.raises(errors.CameraBusy, match="used by another program"):
        camera_of(Capture([], opens=False), [])


def test_no_such_camera(tmp_path: Path) -> None:
    with pytest.raises(errors.CameraNotFound, match="There is no camera /dev/video99: plug it in"):
        UsbCamera(99)
    (tmp_path / "video0").touch()
    with pytest.raises(errors.CameraNotFound, match="is not a camera"):
        UsbCamera(tmp_path / "video0")


def test_what_is_no_camera_is_told_by_opencv_itself() -> None:
    with pytest.raises(errors.CameraBusy):
        UsbCamera(DEVICE)
