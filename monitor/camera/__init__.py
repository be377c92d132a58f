"""Where pictures come from: a recording, a USB camera, the Pi camera. One Protocol, frames with true times."""

from monitor.camera.errors import CameraError
from monitor.camera.opening import open_camera
from monitor.camera.pi import PiCamera, PiSettings
from monitor.camera.protocol import Camera
from monitor.camera.usb import UsbCamera
from monitor.camera.video import VideoFile

__all__ = ["Camera", "CameraError", "PiCamera", "PiSettings", "UsbCamera", "VideoFile", "open_camera"]
