"""From what the user typed to a camera."""

import importlib.util
import re
from pathlib import Path

from monitor.camera import errors
from monitor.camera.protocol import Camera
from monitor.camera.usb import UsbCamera
from monitor.camera.video import VideoFile


def open_camera(source: str, *, realtime: bool = True, loop: bool = False) -> Camera:
    """Open `usb:N`, `/dev/videoN`, `pi`, or else a video file of that name.

    :param realtime: for a file: play it at its own rate.
    :param loop: for a file: over and over.
    :raises CameraError: with the reason.
    """
    if source == "pi":
        raise errors.CameraNotSupported(_why_no_pi_camera())
    if re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE):
        raise errors.CameraNotSupported(
            f"{source} is on a network, and Medius reads no camera over a network: use a USB camera or a video file."
        )
    if number := re.fullmatch(r"usb:(\d+)", source):
        return UsbCamera(int(number[1]))
    if source.startswith("usb:"):
        raise errors.CameraNotFound(f"{source} is not a USB camera: usb:0 is the first one, usb:1 the second.")
    if source.startswith("/dev/"):
        return UsbCamera(Path(source))
    return VideoFile(Path(source).expanduser(), realtime=realtime, loop=loop)


def _why_no_pi_camera() -> str:
    if importlib.util.find_spec("picamera2") is None:
        return (
            "The Pi camera needs picamera2, which is not on this computer, and this version of Medius does not read it "
            "yet: use a USB camera (usb:0) or a video file."
        )
    return "This version of Medius does not read the Pi camera yet: use a USB camera (usb:0) or a video file."
