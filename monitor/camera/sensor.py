"""The few calls of Picamera2 that are used: a camera from its opening until it is closed, and what can be wrong.

Facts about Picamera2 and libcamera in this file: picamera2 0.3.38.
"""

import contextlib
import importlib
import logging
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.camera import errors
from monitor.camera.exposure import Limits, frame_duration_us

BUFFERS = 6
"""Fewer lose frames whenever this process is not scheduled for a while."""
SILENT_AFTER_S = 1.0
FIRST_WITHIN_S = 3.0
"""A sensor takes some tenths of a second from its start to the first picture."""
AF_MANUAL, AF_CONTINUOUS = 0, 2
"""libcamera's `AfMode`."""
AUTOMATIC: Mapping[str, Any] = {"AeEnable": True, "AwbEnable": True, "AfMode": AF_CONTINUOUS}
DEBIANS = Path("/usr/lib/python3/dist-packages/picamera2")
DEVICES = "/dev"
JOIN_GROUP = 'have yourself added to the group "video" (sudo usermod -aG video $USER) and log in again'
CABLE = (
    "switch the computer off, check that the camera's cable sits firmly at both ends, its contacts towards those of "
    "the socket (a Raspberry Pi 5 takes the narrower cable with 22 of them), and switch it on again"
)


def load_picamera2() -> Any:
    """Picamera2's package, its messages and libcamera's kept off the terminal.

    :raises CameraNotSupported: it is not there.
    """
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:FATAL")  # read when libcamera is loaded
    logging.getLogger("picamera2").setLevel(logging.CRITICAL)
    try:
        return importlib.import_module("picamera2")
    except (ImportError, OSError, RuntimeError, ValueError) as error:  # the last for another numpy than its own
        if not (isinstance(error, ImportError) and error.name == "picamera2"):
            raise errors.CameraNotSupported(
                f"picamera2 cannot be loaded ({_in_words(error)}): install it anew with sudo apt install --reinstall "
                "python3-picamera2 python3-libcamera, then start ./medius again."
            ) from error
    if DEBIANS.exists():
        raise errors.CameraNotSupported(
            "picamera2 is on this computer and Medius does not find it: start Medius with ./medius, on a Raspberry Pi "
            "OS of 2025 or later (Debian 13), since older ones have a numpy that is too old."
        )
    raise errors.CameraNotSupported(
        "The Pi camera needs picamera2, which is not on this computer: sudo apt install python3-picamera2, then start "
        "./medius again, which sets itself up anew; or use a USB camera (usb:0) or a video file."
    )


class Sensor:
    """An opening of a Pi camera that runs, with its own automatics if it is not told otherwise.

    :param library: the package `picamera2`.
    :param number: 0 is the first camera.
    :param size: (width, height) as the sensor lies, pixels.
    :param fps: most frames a second.
    :param mains_hz: frequency of the lamps' current.
    :param controls: by libcamera's names, from the first picture on; those that the camera lacks are left out.
    :raises CameraError: with the reason.
    """

    def __init__(
        self,
        library: Any,
        number: int,
        *,
        size: tuple[int, int],
        fps: float,
        mains_hz: int,
        controls: Mapping[str, Any] = AUTOMATIC,
    ) -> None:
        self._library = library
        _check_connected(library.Picamera2.global_camera_info(), number)
        try:
            self._device = library.Picamera2(number)
        except (OSError, RuntimeError) as error:
            raise _why_not_opened(error) from error
        self._patience_s = FIRST_WITHIN_S
        try:
            self._start(size, fps, mains_hz, controls)
        except Exception as error:  # libcamera's errors are of many kinds
            self.close()
            raise errors.CameraError(
                f"The Pi camera cannot be set up ({_in_words(error)}): bring the system up to date (sudo apt update && "
                "sudo apt full-upgrade), restart the computer and start again."
            ) from error

    def _start(self, size: tuple[int, int], fps: float, mains_hz: int, controls: Mapping[str, Any]) -> None:
        modes = self._device.sensor_modes
        mode = choose_mode(modes, size, 1e6 / frame_duration_us(fps, mains_hz))
        self._device.configure(
            self._device.create_video_configuration(
                main={"size": size, "format": "BGR888"},  # libcamera's name for red, green, blue in memory
                buffer_count=BUFFERS,
                queue=False,  # a picture is taken after it is asked for, never kept from before
                **({} if mode is None else {"sensor": {"output_size": mode["size"], "bit_depth": mode["bit_depth"]}}),
            )
        )
        width, height = self._device.camera_configuration()["main"]["size"]
        self.size = int(width), int(height)
        """(width, height) as the sensor lies, pixels."""
        self.model = str(self._device.camera_properties.get("Model", "camera"))
        self.part_seen = 1.0 if mode is None else _width(mode) / max(map(_width, modes))
        """Of the sensor's width."""
        offered = self._device.camera_controls
        least_us, most_us, *_ = offered.get("FrameDurationLimits", (0, math.inf))
        self._durations_us = least_us, most_us
        self.limits = _limits(offered)
        self.pace(fps, mains_hz, controls)
        self._device.start()

    def pace(self, fps: float, mains_hz: int, controls: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Give at most so many frames a second from the next picture on that the camera begins; set `controls` too."""
        least_us, most_us = self._durations_us
        self.frame_duration_us = int(min(frame_duration_us(fps, mains_hz, least_us), most_us))
        self.set({**controls, "FrameDurationLimits": (self.frame_duration_us, self.frame_duration_us)})

    def set(self, controls: Mapping[str, Any]) -> None:
        """Set what the camera has of these controls, with the next picture that it begins."""
        offered = self._device.camera_controls
        self._device.set_controls({name: value for name, value in controls.items() if name in offered})

    @contextlib.contextmanager
    def take(self) -> Iterator[tuple[dict[str, Any], npt.NDArray[np.uint8]]]:
        """The next picture's metadata and, in memory that is the camera's again afterwards, itself.

        :raises TimeoutError: none came.
        """
        with (
            self._device.captured_request(wait=self._patience_s) as request,
            self._library.MappedArray(request, "main", write=False) as mapped,
        ):
            self._patience_s = SILENT_AFTER_S
            yield request.get_metadata(), mapped.array

    def close(self) -> None:
        """Let go of the camera, however it is. Idempotent."""
        with contextlib.suppress(Exception):
            self._device.cancel_all_and_flush()  # who waits for a picture would be given one that nobody releases
        with contextlib.suppress(Exception):  # a camera that fails while it is closed is gone all the same
            self._device.close()


def choose_mode(modes: Iterable[Mapping[str, Any]], size: tuple[int, int], fps: float) -> Mapping[str, Any] | None:
    """The sensor's mode that sees most at `fps` frames a second; None leaves the choice to libcamera.

    Of modes that see equally much the one with the fewest pixels is best, whose pixels gather most light. Where none is
    as fast, the fastest of those that see most [ours].

    :param modes: Picamera2's `sensor_modes`.
    :param size: (width, height) as the sensor lies: no mode with fewer pixels is chosen.
    """
    fit = [mode for mode in modes if "size" in mode and mode["size"][0] >= size[0] and mode["size"][1] >= size[1]]
    fast = [mode for mode in fit if mode["fps"] >= fps]

    def merit(mode: Mapping[str, Any]) -> tuple[int, float, int, int]:
        width, height = mode["size"]
        _, _, seen_width, seen_height = mode["crop_limits"]
        return seen_width * seen_height, 0.0 if fast else mode["fps"], -width * height, mode["bit_depth"]

    return max(fast or fit, key=merit, default=None)


def _width(mode: Mapping[str, Any]) -> float:
    """What a mode sees, pixels of the whole sensor."""
    return float(mode["crop_limits"][2]) if "crop_limits" in mode else 0.0


def _limits(offered: Mapping[str, Any]) -> Limits:
    exposures, gains = offered.get("ExposureTime"), offered.get("AnalogueGain")
    if exposures is None or gains is None:
        return Limits()
    return Limits(max(1, int(exposures[0])), max(1.0, float(gains[0])), max(1.0, float(gains[1])))


def _check_connected(cameras: Iterable[Mapping[str, Any]], number: int) -> None:
    count = sum("/usb" not in str(camera.get("Id", "")) for camera in cameras)
    if number < count:
        return
    if count:
        raise errors.CameraNotFound(
            f"There is no Pi camera pi:{number}, only {count}: pi:0 is the first; or connect another to the second "
            f"socket: {CABLE}."
        )
    # Who may not use these devices is told that there is no camera.
    locked = [device for device in sorted(Path(DEVICES).glob("media*")) if not os.access(device, os.R_OK | os.W_OK)]
    if locked:
        raise errors.CameraNotAllowed(f"You may not use the Pi camera ({locked[0]}): {JOIN_GROUP}.")
    raise errors.CameraNotFound(f"There is no Pi camera on this computer: {CABLE}.")


def _why_not_opened(error: BaseException) -> errors.CameraError:
    reasons = _reasons(error)
    words = " ".join(map(str, reasons)).lower()
    if "busy" in words or "in use" in words:
        return errors.CameraBusy("The Pi camera is used by another program: end that one, and start again.")
    if any(isinstance(reason, PermissionError) for reason in reasons) or "permission denied" in words:
        return errors.CameraNotAllowed(f"You may not use the Pi camera: {JOIN_GROUP}.")
    return errors.CameraError(
        f"The Pi camera cannot be opened ({_in_words(error)}): restart the computer and start again; "
        f"if that does not help, {CABLE}."
    )


def _reasons(error: BaseException | None) -> list[BaseException]:
    """An error and those that led to it: Picamera2 wraps libcamera's."""
    return [] if error is None else [error, *_reasons(error.__cause__)]


def _in_words(error: BaseException) -> str:
    first = _reasons(error)[-1]
    words = str(getattr(first, "strerror", None) or first)
    return (words.splitlines() or [type(first).__name__])[0].rstrip(".")[:120]
