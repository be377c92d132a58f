"""A recording as a camera.

Times are the file's own presentation times as OpenCV gives them in `CAP_PROP_POS_MSEC` after `grab`, counted from the
first picture. Compared with ffprobe for H.264 with B-frames, HEVC, MPEG-4, MJPEG, VP8, GIF and ProRes in MP4, MOV,
fragmented MP4, Matroska, WebM, AVI, FLV and MPEG-TS, at constant and variable rate, with edit lists and offsets, with
OpenCV 5.0: equal to the microsecond in every picture. A bare H.264 stream has no times and is refused.
A recording does not say how long the shutter was open: its times are of the picture, not of the exposure's middle.
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
import numpy as np
import numpy.typing as npt

from monitor.camera import errors
from monitor.camera.container import look_at
from monitor.camera.opencv import silence_opencv
from monitor.vocabulary import Frame

PLAUSIBLE_FPS = (1.0, 1000.0)
PLAUSIBLE_FRAMES = (2, 100_000_000)
MOST_SKIPPED_S = 1.0
"""A computer too slow to decode the file at its own rate sees one picture for every second of it at least."""


class VideoFile:
    """A video file, read no further than it is used.

    :param path: the file.
    :param realtime: play at the file's own rate; a picture not taken in time is skipped for a newer one.
        Otherwise every picture comes as soon as it is asked for.
    :param loop: start over at the end, with a new epoch; times go on rising, one frame interval later.
    :param clock: seconds, monotonic.
    :param sleep: waits for so many seconds.
    :raises VideoError: or another CameraError, with the reason.
    """

    def __init__(
        self,
        path: Path,
        *,
        realtime: bool = False,
        loop: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.path = path
        self.live = realtime
        self.skipped = 0
        self._loop = loop
        self._clock = clock
        self._sleep = sleep
        self._closed = False
        silence_opencv()
        _check_readable(path)
        outside = look_at(path)
        self.ends_early = outside.ends_early
        """Whether the file's end is missing: it gives what it has."""
        if outside.lacks_index:
            raise errors.CutOff(
                f"{path} was cut off before the recording was finished, so its pictures cannot be found: "
                "use the original, or repair it with the app that recorded it."
            )
        if outside.sound_only:
            raise errors.SoundOnly(f"{path} holds sound and no pictures: choose a video.")
        self.size, self.nominal_fps, self.claimed_frames = _probe(path, outside.is_video)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<VideoFile {self.path}{', closed' if self._closed else ''}>"

    def close(self) -> None:
        """End the iteration at its next step. Idempotent."""
        self._closed = True

    def pace(self, fps: float) -> None:
        """A recording keeps its own pace."""

    def adjust(self) -> None:
        """A recording is as it is."""

    def describe(self) -> str:
        """What this is and whose clock it keeps."""
        width, height = self.size
        manner = "played at its own rate" if self.live else "every frame"
        return (
            f"{self.path.name}, {width} × {height}, {self.nominal_fps:.4g} frames a second"
            f"{', its end is missing' if self.ends_early else ''}; {manner}"
            f"{', over and over' if self._loop else ''}; times are the file's own"
        )

    def __iter__(self) -> Iterator[Frame]:
        """Frames from the beginning."""
        pace = _Pace(self._clock, self._sleep, 1.0 / self.nominal_fps) if self.live else None
        index, epoch, start_s, last_s = 0, 0, 0.0, -math.inf
        while True:
            for time_s, retrieve in self._pictures():
                now_s = start_s + time_s
                if self._closed:
                    return
                if now_s <= last_s or (pace is not None and not pace.is_due(now_s)):
                    self.skipped += 1
                    continue
                decoded, image = retrieve()
                if not decoded:
                    continue
                yield Frame(index, now_s, image, epoch)
                index, last_s = index + 1, now_s
            if not self._loop or last_s < start_s:
                return
            epoch, start_s = epoch + 1, last_s + 1.0 / self.nominal_fps

    def _pictures(self) -> Iterator[tuple[float, Callable[[], tuple[bool, npt.NDArray[np.uint8]]]]]:
        """Time since the first picture, and how to get the picture."""
        capture = _open(self.path)
        try:
            if not capture.isOpened():
                raise errors.CameraNotFound(f"{self.path} can no longer be read: put it back where it was.")
            first_s = None
            while capture.grab():
                time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
                first_s = time_s if first_s is None else first_s
                yield time_s - first_s, capture.retrieve
        finally:
            capture.release()


class _Pace:
    """Keeps a recording at its own rate: says which pictures are due and waits for them."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], interval_s: float) -> None:
        self._clock = clock
        self._sleep = sleep
        self._interval_s = interval_s
        self._zero_s: float | None = None
        self._shown_s = 0.0

    def is_due(self, time_s: float) -> bool:
        """Wait until `time_s` has come; False if the next picture is due as well."""
        if self._zero_s is None:
            self._zero_s = self._clock() - time_s
        late_s = self._clock() - self._zero_s - time_s
        if late_s < 0.0:
            self._sleep(-late_s)
        elif late_s > self._interval_s:
            if time_s - self._shown_s < MOST_SKIPPED_S:
                return False
            self._zero_s += late_s
        self._shown_s = time_s
        return True


def _check_readable(path: Path) -> None:
    try:
        found = path.stat()
        if stat.S_ISREG(found.st_mode):
            path.open("rb").close()
    except FileNotFoundError:
        raise errors.CameraNotFound(f"There is no file {path}: check the name.") from None
    except PermissionError:
        raise errors.CameraNotAllowed(
            f"You may not read {path}: ask its owner, or copy it to your own folder."
        ) from None
    except OSError as error:
        raise errors.CameraError(f"{path} cannot be read ({error.strerror}): choose another file.") from error
    if stat.S_ISDIR(found.st_mode):
        raise errors.NotAFile(f"{path} is a folder: name one video in it.")
    if not stat.S_ISREG(found.st_mode):
        raise errors.NotAFile(f"{path} is not a file: name a recording.")
    if found.st_size == 0:
        raise errors.EmptyFile(f"{path} is empty: copy it again from where it was recorded.")


def _open(path: Path) -> Any:
    return cv2.VideoCapture(os.fspath(path.absolute()), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])


def _probe(path: Path, is_video: bool) -> tuple[tuple[int, int], float, int | None]:
    """(width, height) upright, frames a second, and how many frames the file says that it has, if it says so."""
    capture = _open(path)
    try:
        if not capture.isOpened() and not is_video:
            raise errors.NotAVideo(f"{path} is not a video: use MP4, MOV, MKV, WebM or AVI.")
        decoded, image = capture.read()
        if not decoded:
            raise errors.NotDecodable(
                f"The pictures in {path} are damaged or in a code that cannot be decoded here: "
                "convert it to H.264, for example with ffmpeg -i IN -c:v libx264 OUT.mp4."
            )
        first_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
        if not capture.grab():
            raise errors.SinglePicture(f"{path} holds a single picture: a measurement takes a video of some seconds.")
        interval_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0 - first_s
        if not interval_s > 0.0:
            raise errors.NoTimes(
                f"The pictures in {path} do not say when they were taken: use the recording in its original MP4 or MOV."
            )
        fps = capture.get(cv2.CAP_PROP_FPS)
        count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return (
            (image.shape[1], image.shape[0]),
            fps if PLAUSIBLE_FPS[0] <= fps <= PLAUSIBLE_FPS[1] else 1.0 / interval_s,
            int(count) if PLAUSIBLE_FRAMES[0] <= count <= PLAUSIBLE_FRAMES[1] else None,
        )
    finally:
        capture.release()
