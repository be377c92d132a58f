"""A Raspberry Pi's own camera, through Picamera2.

Not run on a real camera yet: the computer it was written on has none. It was run on the real Picamera2 with libcamera's
virtual camera (tests/camera/real_picamera2.sh), which has no exposure, no colours and no focus that could be set.

Unless the shutter is global, the sensor's rows are exposed one after the other, in some 17 ms. In a picture that is
turned by 90° one hip is then seen 2 to 3 ms before the other. That is nothing while the pelvis is lowest; while it
falls at 0.7 m/s it tilts the hip line by half a degree, which is more drop for one leg and less for the other
[ours, reckoned: 17 ms over the metre that the picture is wide, times the speed].
"""

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from monitor.camera import errors
from monitor.camera.exposure import (
    STEADY_PICTURES,
    Exposure,
    Light,
    Metered,
    fixed_exposure,
    has_settled,
    middle_of_exposure_s,
)
from monitor.camera.sensor import AF_MANUAL, AUTOMATIC, CABLE, SILENT_AFTER_S, Sensor, load_picamera2
from monitor.vocabulary import Frame

METERING_S = 2.0
LEAST_METERING_S = 0.5
"""White balance moves in steps some tenths of a second apart, between which it looks settled."""
MOST_REOPENINGS = 3
"""In a row without a picture."""
PAUSE_S = 1.0
"""Before another try, where the camera could not even be opened."""
PATIENCE_S = 5.0
"""So long `close` waits for a camera that does not let go of a picture."""
QUARTERS_DEG = 0, 90, 180, 270
_LIGHT = {
    Light.GOOD: "",
    Light.DIM: "; it is dim here, and more light on the runner makes the picture sharper",
    Light.DARK: "; it is too dark here: put more light on the runner and start again",
}


@dataclass(frozen=True, slots=True)
class PiSettings:
    """How the camera hangs and the wishes for its pictures."""

    turn_deg: int = 0
    """By how much the camera is turned clockwise, seen from behind it: 0, 90, 180 or 270."""
    fps: float = 50.0
    """At most so many frames a second."""
    mains_hz: int = 50
    """Frequency of the lamps' current, 50 or 60."""
    size: tuple[int, int] = (1280, 720)
    """(width, height) of the picture as the sensor lies, pixels."""

    def __post_init__(self) -> None:
        if self.turn_deg not in QUARTERS_DEG or self.mains_hz not in (50, 60) or not self.fps > 0.0:
            raise ValueError("a camera is turned by quarters, the mains have 50 or 60 Hz, and a rate is positive")


class PiCamera:
    """A camera at the Pi's camera socket, with exposure, white balance and focus fixed until `adjust`.

    A frame's picture is the camera's own memory, turned as the camera is, until the next frame is asked for. Where none
    comes for a second the camera is opened anew with the same exposure. Its clock goes on meanwhile, so that the frames
    after it belong to the same epoch.

    :param number: 0 is the first camera.
    :param load: gives Picamera2's package.
    :param clock: seconds, monotonic.
    :param sleep: waits for so many seconds.
    :raises CameraError: with the reason.
    """

    live = True

    def __init__(
        self,
        number: int = 0,
        settings: PiSettings = PiSettings(),
        *,
        load: Callable[[], Any] = load_picamera2,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.number = number
        self.skipped = 0
        self._settings = settings
        self._library = load()
        self._clock = clock
        self._sleep = sleep
        self._taking = threading.Lock()  # held while a picture is waited for or lent: its memory must not go
        self._lent = contextlib.ExitStack()
        self._borrower: int | None = None
        """The thread that has a picture."""
        self._closed = False
        self._exposure: Exposure | None = None
        self._controls: dict[str, Any] = dict(AUTOMATIC)
        self._fps = settings.fps
        self._sensor = self._open()
        width, height = self._sensor.size
        self.size = (height, width) if settings.turn_deg in (90, 270) else (width, height)
        try:
            self._fix(self._meter())
        except (OSError, RuntimeError) as error:
            self.close()
            raise errors.CameraSilent(f"The Pi camera gives no picture: {CABLE}.") from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<PiCamera {self.number}{', closed' if self._closed else ''}>"

    def close(self) -> None:
        """Let go of the camera, after the picture that is being taken or copied. Idempotent, from any thread."""
        if self._closed:
            return
        self._closed = True
        if self._borrower == threading.get_ident():
            self._give_back()
        if self._taking.acquire(timeout=PATIENCE_S):
            try:
                self._sensor.close()
            finally:
                self._taking.release()

    @property
    def nominal_fps(self) -> float:
        """Frames a second that were asked for."""
        return 1e6 / self._sensor.frame_duration_us

    @property
    def sensor(self) -> tuple[str, float]:
        """The sensor by libcamera's name, and the part of its width that the pictures show."""
        return self._sensor.model, self._sensor.part_seen

    @property
    def exposure_ms(self) -> float | None:
        """Of every picture, until `adjust`; None of a camera that cannot be told."""
        return None if self._exposure is None else self._exposure.exposure_us / 1000.0

    def describe(self) -> str:
        """What this is, how it exposes and whose clock it keeps."""
        width, height = self.size
        exposure, light = "", Light.GOOD
        if self._exposure is not None:
            exposure = f", exposed for {self._exposure.exposure_us / 1000.0:.2g} ms at gain {self._exposure.gain:.2g}"
            light = self._exposure.light
        return (
            f"Pi camera {self.number} ({self._sensor.model}), {width} × {height}, {self.nominal_fps:.4g} frames a "
            f"second{exposure}; times are the camera's own{_LIGHT[light]}"
        )

    def pace(self, fps: float) -> None:
        """Give at most so many frames a second, until `adjust`; never more than were given before."""
        if fps < self._fps and not self._closed:
            self._fps = fps
            with contextlib.suppress(OSError, RuntimeError):  # of a camera that is opened anew, at this pace
                self._sensor.pace(fps, self._settings.mains_hz)

    def adjust(self) -> None:
        """Look at the light anew, for at most two seconds; a camera that gives no picture keeps what it had."""
        self._give_back()
        with self._taking, contextlib.suppress(OSError, RuntimeError):
            if not self._closed:
                self._fps = self._settings.fps
                self._sensor.pace(self._fps, self._settings.mains_hz, AUTOMATIC)
                self._fix(self._meter())

    def __iter__(self) -> Iterator[Frame]:
        """Frames as they come."""
        index, last_s = 0, -math.inf
        try:
            while (taken := self._take()) is not None:
                time_s, image = taken
                if time_s <= last_s:
                    self.skipped += 1
                    continue
                if time_s - last_s < SILENT_AFTER_S:
                    self.skipped += max(0, round((time_s - last_s) * self.nominal_fps) - 1)
                yield Frame(index, time_s, image, rgb=True, turn_deg=self._settings.turn_deg)
                index, last_s = index + 1, time_s
        finally:
            self._give_back()

    def _open(self) -> Sensor:
        wish = self._settings
        return Sensor(
            self._library,
            self.number,
            size=wish.size,
            fps=self._fps,
            mains_hz=wish.mains_hz,
            controls=self._controls,
        )

    def _meter(self) -> Metered | None:
        """What the camera's automatics settle on; None where it has none."""
        seen: deque[Metered] = deque(maxlen=STEADY_PICTURES)
        began_s = None
        while True:
            with self._sensor.take() as (metadata, _):
                metered = Metered.of(metadata)
            if metered is None:
                return None
            seen.append(metered)
            now_s = self._clock()
            began_s = now_s if began_s is None else began_s
            enough = now_s - began_s >= LEAST_METERING_S and has_settled(list(seen))
            if enough or now_s - began_s >= METERING_S:
                return metered

    def _fix(self, metered: Metered | None) -> None:
        self._controls = {}
        if metered is None:
            return
        self._exposure = fixed_exposure(metered.exposure_us, metered.gain, self._sensor.limits)
        self._controls = {"ExposureTime": self._exposure.exposure_us, "AnalogueGain": self._exposure.gain}
        if metered.colour_gains is not None:
            self._controls["ColourGains"] = metered.colour_gains  # which ends the automatic as well
        if metered.lens_dioptres is not None:
            self._controls |= {"AfMode": AF_MANUAL, "LensPosition": metered.lens_dioptres}
        self._sensor.set(self._controls)

    def _take(self) -> tuple[float, npt.NDArray[np.uint8]] | None:
        """The next picture and its time, from a camera opened anew if need be; None once closed.

        The picture is lent until it is given back.
        """
        self._give_back()
        last: Exception | None = None
        for attempt in range(1 + MOST_REOPENINGS):
            if isinstance(last, errors.CameraError):
                self._sleep(PAUSE_S)
            with contextlib.ExitStack() as held:
                held.enter_context(self._taking)
                if self._closed:
                    self._sensor.close()  # for who closed it may have lost patience
                    return None
                try:
                    if attempt:
                        self._sensor.close()
                        self._sensor = self._open()
                    metadata, picture = held.enter_context(self._sensor.take())
                    time_s = middle_of_exposure_s(metadata["SensorTimestamp"], metadata.get("ExposureTime", 0))
                except (errors.CameraError, OSError, RuntimeError) as error:
                    last = error
                else:
                    self._lent, self._borrower = held.pop_all(), threading.get_ident()
                    return time_s, picture
        raise errors.CameraSilent(
            f"The Pi camera gives no picture any more, though it was opened anew {MOST_REOPENINGS} times: {CABLE}."
        ) from last

    def _give_back(self) -> None:
        """Let the camera have the picture's memory again. Idempotent."""
        self._borrower = None
        with contextlib.suppress(OSError, RuntimeError):  # of a camera that has gone meanwhile
            self._lent.close()
