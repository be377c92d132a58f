"""A stand-in for the package picamera2: the few calls of it that are used, as the real one (0.3.38) answers them."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

MODULE_3: list[dict[str, Any]] = [
    {"size": (1536, 864), "bit_depth": 10, "fps": 120.13, "crop_limits": (768, 432, 3072, 1728)},
    {"size": (2304, 1296), "bit_depth": 10, "fps": 56.03, "crop_limits": (0, 0, 4608, 2592)},
    {"size": (4608, 2592), "bit_depth": 10, "fps": 14.35, "crop_limits": (0, 0, 4608, 2592)},
]
"""Camera Module 3's, as in raspberrypi/picamera2#1184."""
LEAST_GAIN = 1.125
CONTROLS: dict[str, tuple[Any, Any, Any]] = {
    "AeEnable": (False, True, True),
    "AwbEnable": (False, True, None),
    "AfMode": (0, 2, 0),
    "LensPosition": (0.0, 32.0, 1.0),
    "ExposureTime": (13, 77208, 20000),
    "AnalogueGain": (LEAST_GAIN, 16.0, 1.0),
    "ColourGains": (0.0, 32.0, None),
    "FrameDurationLimits": (17849, 220417486, 33333),
}
AUTOMATICS = {
    "AeEnable": ("ExposureTime", "AnalogueGain"),
    "AwbEnable": ("ColourGains",),
    "AfMode": ("LensPosition",),
}
"""Which control, switched on, takes back what."""
STRIDE = 64
"""Rows begin at multiples of it."""
LATENCY = 6
"""So many pictures are on their way when a control is set."""
LENS, COLOURS = 0.4, (2.1, 1.6)


class World:
    """A computer with Pi cameras. Its time passes while pictures are waited for.

    :param brightness: exposure (µs) times gain that a picture needs.
    :param settling: pictures until the camera's automatics have found it.
    :param lives: how many pictures each opening gives before it falls silent; None and those after: for ever.
    """

    def __init__(self, *, brightness: float = 20_000.0, settling: int = 5, lives: tuple[int | None, ...] = ()) -> None:
        self.now_s = 100.0
        self.brightness = brightness
        self.settling = settling
        self.lives = lives
        self.cameras: list[dict[str, Any]] = [{"Id": "/base/axi/pcie/i2c/imx708@1a", "Model": "imx708", "Num": 0}]
        self.offered = dict(CONTROLS)
        self.modes = MODULE_3
        self.refusals: list[Exception | None] = []
        """What each opening from now on raises."""
        self.start_refusal: Exception | None = None
        self.cancel_refusal: Exception | None = None
        self.stamp_step_s = 0.0
        """Added to the next picture's time stamp."""
        self.openings: list[Picamera2] = []
        self.controls: list[tuple[float, dict[str, Any]]] = []
        """When what was set, over all openings."""
        self.pauses_s: list[float] = []
        self.held = 0
        """Requests that were not given back."""
        self.Picamera2 = _Opener(self)
        self.MappedArray = MappedArray

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        self.pauses_s.append(seconds)

    @property
    def open(self) -> int:
        return sum(device.is_open for device in self.openings)


class _Opener:
    """The class Picamera2: called, it opens a camera."""

    def __init__(self, world: World) -> None:
        self._world = world

    def global_camera_info(self) -> list[dict[str, Any]]:
        return self._world.cameras

    def __call__(self, camera_num: int) -> "Picamera2":
        refusal = self._world.refusals.pop(0) if self._world.refusals else None
        if refusal is not None:
            raise RuntimeError("Camera __init__ sequence did not complete.") from refusal
        assert self._world.open == 0, "it was opened twice"
        device = Picamera2(self._world, camera_num)
        self._world.openings.append(device)
        return device


class Picamera2:
    def __init__(self, world: World, camera_num: int) -> None:
        self.world = world
        self.number = camera_num
        self.is_open = True
        self.started = False
        self.cancelled = False
        self.camera_properties = {"Model": "imx708"}
        self.camera_controls = world.offered
        self.sensor_modes = world.modes
        self.configuration: dict[str, Any] = {}
        self._left = world.lives[len(world.openings)] if len(world.openings) < len(world.lives) else None
        self._in_force: dict[str, Any] = {}
        self._under_way: list[tuple[int, dict[str, Any]]] = []
        self._pictures = 0

    def create_video_configuration(
        self, main: dict[str, Any], buffer_count: int = 6, queue: bool = True, sensor: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        controls = {"FrameDurationLimits": (33333, 33333)}
        main = {"format": "XBGR8888", "size": (1280, 720)} | main
        return {"main": main, "buffer_count": buffer_count, "queue": queue, "sensor": sensor, "controls": controls}

    def configure(self, configuration: dict[str, Any]) -> None:
        if self.started:
            raise RuntimeError("Camera must be stopped before configuring")
        self.configuration = configuration
        self._in_force = {k: v for k, v in configuration["controls"].items() if k in self.camera_controls}

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def set_controls(self, controls: dict[str, Any]) -> None:
        for name in controls:
            if name not in self.camera_controls:
                raise RuntimeError(f"Control {name} is not advertised by libcamera")
        self.world.controls.append((self.world.now_s, dict(controls)))
        self._under_way.append((self._pictures + (LATENCY if self.started else 0), dict(controls)))

    def start(self) -> None:
        if not self.configuration:
            raise RuntimeError("Camera has not been configured")
        if self.world.start_refusal is not None:
            raise self.world.start_refusal
        self.started = True

    @contextlib.contextmanager
    def captured_request(self, wait: float | None = None) -> Iterator["CompletedRequest"]:
        assert self.is_open
        assert self.started
        if self._left == 0:
            assert wait is not None, "this would wait for ever"
            self.world.now_s += wait
            raise TimeoutError
        self._left = None if self._left is None else self._left - 1
        for due, controls in self._under_way:
            if due <= self._pictures:
                fixed = {name for switch, names in AUTOMATICS.items() if controls.get(switch) for name in names}
                self._in_force = {k: v for k, v in self._in_force.items() if k not in fixed} | controls
        self._under_way = [(due, controls) for due, controls in self._under_way if due > self._pictures]
        self.world.now_s += self._in_force.get("FrameDurationLimits", (33333, 33333))[0] / 1e6
        self._pictures += 1
        self.world.held += 1
        request = CompletedRequest(self, self._metadata())
        try:
            yield request
        finally:
            request.buffer[:] = 0  # the camera writes the next picture into it
            self.world.held -= 1

    def cancel_all_and_flush(self) -> None:
        self.cancelled = True
        if self.world.cancel_refusal is not None:
            raise self.world.cancel_refusal

    def close(self) -> None:
        self.is_open = self.started = False

    def _metadata(self) -> dict[str, Any]:
        stamp_s = self.world.now_s + self.world.stamp_step_s
        self.world.stamp_step_s = 0.0
        metadata: dict[str, Any] = {"SensorTimestamp": round(stamp_s * 1e9)}
        if "ExposureTime" not in self.camera_controls:
            return metadata
        unsettled = max(0, self.world.settling - self._pictures) if "ExposureTime" not in self._in_force else 0
        longest_us = self._in_force["FrameDurationLimits"][1]
        exposure_us = self._in_force.get("ExposureTime", min(longest_us, self.world.brightness / LEAST_GAIN))
        gain = min(self.camera_controls["AnalogueGain"][1], max(LEAST_GAIN, self.world.brightness / exposure_us))
        metadata |= {
            "ExposureTime": int(exposure_us),
            "AnalogueGain": self._in_force.get("AnalogueGain", gain) / 1.2 ** min(unsettled, 40),
            "DigitalGain": 1.0,
            "AeState": 1 if unsettled else 2,
        }
        if "ColourGains" in self.camera_controls:
            metadata["ColourGains"] = self._in_force.get("ColourGains", COLOURS)
        if "AfMode" in self.camera_controls:
            metadata |= {"LensPosition": self._in_force.get("LensPosition", LENS), "AfState": 2}
        return metadata


class CompletedRequest:
    def __init__(self, device: Picamera2, metadata: dict[str, Any]) -> None:
        width, height = device.configuration["main"]["size"]
        self._metadata = metadata
        self.buffer = np.zeros((height, -(-width * 3 // STRIDE) * STRIDE), np.uint8)
        self.array = self.buffer[:, : width * 3].reshape(height, width, 3)
        assert np.shares_memory(self.array, self.buffer)
        self.array[0, 0] = self.array[0, 1] = (10, 20, 30)  # its top left, along the upper edge

    def get_metadata(self) -> dict[str, Any]:
        return self._metadata


class MappedArray:
    def __init__(self, request: CompletedRequest, stream: str, write: bool = True) -> None:
        assert (stream, write) == ("main", False)
        self.array = request.array

    def __enter__(self) -> "MappedArray":
        return self

    def __exit__(self, *_: object) -> None:
        del self.array
