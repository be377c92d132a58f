"""A USB camera through Video4Linux.

Not run on a real camera yet: the computer it was written on has none, and its kernel no virtual one.
"""

import math
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2

from monitor.camera import errors
from monitor.camera.opencv import SILENT_AFTER_S, silence_opencv
from monitor.vocabulary import Frame

OLDEST_STAMP_S = 2.0
"""A driver's time stamp older than this, or in the future, is not of the computer's monotonic clock."""


def open_v4l2(device: Path) -> Any:
    """A capture of OpenCV's. By name, not number: the numbers are OpenCV's own affair."""
    return cv2.VideoCapture(os.fspath(device), cv2.CAP_V4L2)


class UsbCamera:
    """A camera at /dev/videoN.

    Frames carry the kernel's time of the exposure's start (UVC) where the driver gives it on the monotonic clock, else
    the time of arrival; `describe` says which.

    :param device: number or path of the device.
    :param size: wished (width, height), pixels; the camera takes the nearest it can.
    :param fps: wished frames a second.
    :param open_capture: opens the device.
    :param clock: seconds, the system's monotonic clock.
    :raises CameraError: with the reason.
    """

    live = True

    def __init__(
        self,
        device: int | Path,
        *,
        size: tuple[int, int] = (1280, 720),
        fps: float = 60.0,
        open_capture: Callable[[Path], Any] = open_v4l2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = Path(f"/dev/video{device}") if isinstance(device, int) else device
        self.skipped = 0
        self._clock = clock
        silence_opencv()
        _check_device(self.device)
        self._capture = open_capture(self.device)
        if not self._capture.isOpened():
            self._capture.release()
            raise errors.CameraBusy(
                f"{self.device} is used by another program or is not a camera: close the other program, "
                "or choose another device."
            )
        self._ask_for(size, fps)
        self._stamped: bool | None = None
        try:
            self._grab()
            decoded, image = self._capture.retrieve()
            if not decoded:
                raise errors.CameraSilent(f"The pictures of {self.device} cannot be decoded: choose another camera.")
        except errors.CameraError:
            self.close()
            raise
        self.size: tuple[int, int] = (image.shape[1], image.shape[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<UsbCamera {self.device}{'' if self._capture.isOpened() else ', closed'}>"

    def close(self) -> None:
        """Let go of the device. Idempotent."""
        self._capture.release()

    @property
    def nominal_fps(self) -> float:
        """Frames a second that the camera agreed to."""
        return float(self._capture.get(cv2.CAP_PROP_FPS))

    def pace(self, fps: float) -> None:
        """A USB camera keeps its own pace."""

    def adjust(self) -> None:
        """A USB camera goes on by its own automatics."""

    def describe(self) -> str:
        """What this is and whose clock it keeps."""
        width, height = self.size
        whose = (
            "the camera driver's" if self._stamped else "those of arrival, later than the truth by some milliseconds"
        )
        return f"{self.device}, {width} × {height}, {self.nominal_fps:.4g} frames a second; times are {whose}"

    def __iter__(self) -> Iterator[Frame]:
        """Frames as they come."""
        index, last_s = 0, -math.inf
        while self._capture.isOpened():
            time_s = self._grab()
            decoded, image = self._capture.retrieve()
            if decoded and time_s > last_s:
                yield Frame(index, time_s, image)
                index, last_s = index + 1, time_s
            else:
                self.skipped += 1

    def _ask_for(self, size: tuple[int, int], fps: float) -> None:
        # Uncompressed pictures of this size pass a USB 2 cable five to ten times a second.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        self._capture.set(cv2.CAP_PROP_FPS, fps)

    def _grab(self) -> float:
        """Wait for the next picture; its time."""
        if not self._capture.grab():
            raise errors.CameraSilent(
                f"{self.device} has given no picture for {SILENT_AFTER_S} seconds: "
                "unplug it, plug it in again, and start again."
            )
        arrival_s = self._clock()
        stamp_s = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000.0
        if self._stamped is None:
            self._stamped = 0.0 <= arrival_s - stamp_s <= OLDEST_STAMP_S
        return stamp_s if self._stamped else arrival_s


def _check_device(device: Path) -> None:
    try:
        mode = device.stat().st_mode
    except OSError:
        there = ", ".join(str(path) for path in sorted(Path("/dev").glob("video*"))) or "none"
        raise errors.CameraNotFound(
            f"There is no camera {device}: plug it in, or choose one that is there ({there})."
        ) from None
    if not stat.S_ISCHR(mode):
        raise errors.CameraNotFound(f"{device} is not a camera: name a device such as /dev/video0.")
    if not os.access(device, os.R_OK | os.W_OK):
        raise errors.CameraNotAllowed(
            f'You may not use {device}: have yourself added to the group "video" (sudo usermod -aG video $USER) '
            "and log in again."
        )
