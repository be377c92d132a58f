"""From what the user typed to a camera."""

import re
from pathlib import Path

from monitor.camera import errors
from monitor.camera.pi import PiCamera, PiSettings
from monitor.camera.protocol import Camera
from monitor.camera.usb import UsbCamera
from monitor.camera.video import VideoFile


def open_camera(source: str, *, realtime: bool = True, loop: bool = False, pi: PiSettings | None = None) -> Camera:
    """Open `pi`, `pi:N`, `usb:N`, `/dev/videoN`, or else a video file of that name.

    :param realtime: for a file: play it at its own rate.
    :param loop: for a file: over and over.
    :param pi: for a Pi camera: how it hangs; None for upright, and 50 Hz.
    :raises CameraError: with the reason.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", source, re.IGNORECASE):
        raise errors.CameraNotSupported(
            f"{source} is on a network, and Medius reads no camera over a network: use a USB camera or a video file."
        )
    if number := re.fullmatch(r"usb:(\d+)", source):
        return UsbCamera(int(number[1]))
    if source.startswith("usb:"):
        raise errors.CameraNotFound(f"{source} is not a USB camera: usb:0 is the first one, usb:1 the second.")
    if number := re.fullmatch(r"pi(?::(\d+))?", source):
        return PiCamera(int(number[1] or 0), pi or PiSettings())
    if source.startswith("pi:"):
        raise errors.CameraNotFound(f"{source} is not a Pi camera: pi is the first one, pi:1 the second.")
    if source.startswith("/dev/"):
        return UsbCamera(Path(source))
    return VideoFile(Path(source).expanduser(), realtime=realtime, loop=loop)
