"""What the camera sees, for whoever aims it: while the set-up is open, in memory, and the status lamp says so."""

import threading
import time
from collections.abc import Callable

import cv2
import numpy as np

from monitor.control.server import RefusedError
from monitor.vocabulary import Frame

LEASE_S = 15.0
"""The set-up closes when nobody has looked for so long: a phone may be put away [ours]."""
EVERY_S = 0.2
HEIGHT_PX = 640
QUALITY = 70
WATCHED = "the set-up is open: somebody sees the camera's picture"
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class Preview:
    """The newest picture, upright and small."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closes_s: float | None = None
        self._encoded_s = 0.0
        self._jpeg: bytes | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody looks."""
        return self._closes_s is not None and self._clock() < self._closes_s

    def open(self) -> None:
        """Let pictures be seen from the next one on."""
        with self._lock:
            self._closes_s = self._clock() + LEASE_S

    def close(self) -> None:
        """Let none be seen any more, and forget the last one. Idempotent."""
        with self._lock:
            self._closes_s, self._jpeg = None, None

    def look(self) -> bytes:
        """The newest picture as a JPEG; who looks keeps the set-up open. Raises RefusedError."""
        with self._lock:
            if not self.is_open:
                raise RefusedError("The set-up is closed: open it first.")
            self._closes_s = self._clock() + LEASE_S
            if self._jpeg is None:
                raise RefusedError("There is no picture yet: wait a moment.")
            return self._jpeg

    def frame(self, frame: Frame) -> None:
        """Take a frame, if anybody looks."""
        if not self.is_open:
            if self._jpeg is not None:
                self.close()
            return
        now_s = self._clock()
        if now_s - self._encoded_s < EVERY_S:
            return
        self._encoded_s = now_s
        jpeg = as_jpeg(frame)
        with self._lock:
            if self._closes_s is not None:
                self._jpeg = jpeg


def as_jpeg(frame: Frame) -> bytes:
    """A frame upright, `HEIGHT_PX` high at most."""
    image = frame.image if frame.turn_deg not in _TURNS else cv2.rotate(frame.image, _TURNS[frame.turn_deg])
    share = min(1.0, HEIGHT_PX / image.shape[0])
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    shown = cv2.cvtColor(small, cv2.COLOR_RGB2BGR) if frame.rgb else small
    done, jpeg = cv2.imencode(".jpg", np.ascontiguousarray(shown), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError(f"no JPEG can be made of a picture of {image.shape}")
    return jpeg.tobytes()
