"""Cameras, and what the unit's own software makes of them: mode, picture, frames a second, angle of view.

Sensors, angles, focal lengths and modes: raspberrypi/documentation (camera hardware, rpicam-apps). A lens is taken to
draw straight lines straight, which the wide one does only near the middle of the picture, where the pelvis is.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.camera.exposure import frame_duration_us
from monitor.camera.pi import PiSettings
from monitor.camera.sensor import choose_mode


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera module with its lens."""

    name: str
    focal_px: float
    """Focal length in pixels of the sensor."""
    modes: tuple[Mapping[str, Any], ...]
    """As Picamera2 names them."""
    rolling: bool
    """Whether its rows are exposed one after the other."""


@dataclass(frozen=True, slots=True)
class View:
    """What the unit sees through a camera."""

    focal_px: float
    """In pixels of the picture."""
    size: tuple[int, int]
    """(width, height) of the picture as the runner stands in it, pixels."""
    fps: float
    readout_ms: float
    """From the first row to the last, at most; 0 for a global shutter."""

    @property
    def angles_deg(self) -> tuple[float, float]:
        """Of view, across and upright."""
        width, height = self.size
        return _across_deg(width, self.focal_px), _across_deg(height, self.focal_px)


def _across_deg(pixels: float, focal_px: float) -> float:
    return 2.0 * math.degrees(math.atan(pixels / 2.0 / focal_px))


def _from_angle(pixels: int, across_deg: float) -> float:
    return pixels / 2.0 / math.tan(math.radians(across_deg) / 2.0)


def _mode(size: tuple[int, int], fps: float, seen: tuple[int, int, int, int]) -> Mapping[str, Any]:
    return {"size": size, "fps": fps, "crop_limits": seen, "bit_depth": 10}


IMX708 = (
    _mode((1536, 864), 120.13, (768, 432, 3072, 1728)),
    _mode((2304, 1296), 56.03, (0, 0, 4608, 2592)),
    _mode((4608, 2592), 14.35, (0, 0, 4608, 2592)),
)
IMX296 = (_mode((1456, 1088), 60.38, (0, 0, 1456, 1088)),)
IMX296_PITCH_MM = 0.00345

MODULE_3 = Camera("Camera Module 3", _from_angle(4608, 66.0), IMX708, rolling=True)
MODULE_3_WIDE = Camera("Camera Module 3 Wide", _from_angle(4608, 102.0), IMX708, rolling=True)
GLOBAL_SHUTTER = Camera("Global Shutter Camera, 6 mm lens", 6.0 / IMX296_PITCH_MM, IMX296, rolling=False)
CAMERAS = MODULE_3, MODULE_3_WIDE, GLOBAL_SHUTTER


def view(camera: Camera, *, wished_fps: float = 50.0, mains_hz: int = 50, portrait: bool = True) -> View:
    """What `monitor.camera.sensor` opens a camera as: the mode it chooses, cut to the picture's shape and scaled."""
    long_px, short_px = PiSettings().size
    mode = choose_mode(camera.modes, (long_px, short_px), 1e6 / frame_duration_us(wished_fps, mains_hz))
    assert mode is not None, "every camera here has a mode that is large enough"
    _, _, seen_width, seen_height = mode["crop_limits"]
    cut_width = min(seen_width, seen_height * long_px / short_px)
    cut_height = cut_width * short_px / long_px
    return View(
        focal_px=camera.focal_px * long_px / cut_width,
        size=(short_px, long_px) if portrait else (long_px, short_px),
        fps=1e6 / frame_duration_us(wished_fps, mains_hz, 1e6 / mode["fps"]),
        readout_ms=1e3 / mode["fps"] * cut_height / seen_height if camera.rolling else 0.0,
    )
