"""A landmark track: what a pose network made of a recording, in an `.npz` file."""

import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from monitor.errors import TrackError
from monitor.pelvis import landmark_line
from monitor.vocabulary import Landmark, Observation, PelvicLine, PelvicSource, Pose
from monitor.vocabulary.frame import LANDMARK_COUNT

Numbers = npt.NDArray[np.floating | np.integer]
Arrays = dict[str, npt.NDArray[np.generic]]

_REQUIRED = ("time_s", "landmarks", "width", "height")
_LINE, _LINE_SD = "pelvic_line_deg", "pelvic_line_sd_deg"
LARGEST_PX = 100_000
PIXELS_ABOVE = 3.0
"""Hips are never so many pictures away: such coordinates are pixels."""

_DAMAGED = (EOFError, MemoryError, OSError, OverflowError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What zipfile and numpy raise for bytes that make no sense, found by changing bytes at random."""


@dataclass(frozen=True, slots=True)
class Track:
    """A whole landmark track.

    With `line_deg` the hip line is used as given, where neither it nor its uncertainty is NaN; without it the
    landmarks' own hip line is used, with the wide uncertainty it deserves.
    """

    time_s: npt.NDArray[np.float64]
    """(n,) rising strictly."""
    landmarks: Numbers
    """(n, 33, 3): x and y as fractions of width and height, visibility; NaN = not measured."""
    width: int
    height: int
    line_deg: npt.NDArray[np.float64] | None = None
    """(n,) image angle of the hip line, + = image-right end higher; NaN = not measured."""
    line_sd_deg: npt.NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.time_s)

    def __iter__(self) -> Iterator[Observation]:
        for index, time_s in enumerate(self.time_s):
            landmarks = self.landmarks[index].astype(np.float64)
            if np.isnan(landmarks[:, :2]).all():
                yield Observation(index, float(time_s), None, reason="nobody in view")
                continue
            pose = Pose(landmarks, self.width, self.height)
            yield Observation(index, float(time_s), pose, self._line(index, pose))

    def _line(self, index: int, pose: Pose) -> PelvicLine | None:
        if self.line_deg is None or self.line_sd_deg is None:
            return landmark_line(pose)
        angle_deg, sd_deg = float(self.line_deg[index]), float(self.line_sd_deg[index])
        if np.isnan(angle_deg) or np.isnan(sd_deg):
            return None
        return PelvicLine(angle_deg, sd_deg, PelvicSource.GIVEN)


def read_track(path: Path) -> Track:
    """Read and check a track.

    Raises:
        TrackError: the file is missing, damaged, lacks an array, or an array has a wrong shape or impossible values.
    """
    arrays = _arrays(path)
    absent = [name for name in _REQUIRED if name not in arrays]
    if absent:
        raise TrackError(f"{path.name} is not a landmark track: it lacks {', '.join(absent)}.")
    if (_LINE in arrays) != (_LINE_SD in arrays):
        raise TrackError(
            f"{path.name} has only one of {_LINE} and {_LINE_SD}: a line needs its uncertainty, give both."
        )
    n = arrays["time_s"].size
    time_s = _numbers(path, arrays, "time_s", (n,)).astype(np.float64)
    landmarks = _numbers(path, arrays, "landmarks", (n, LANDMARK_COUNT, 3))
    _check_times(path, time_s)
    _check_landmarks(path, landmarks)
    width, height = (_size(path, arrays, name) for name in ("width", "height"))
    if _LINE not in arrays:
        return Track(time_s, landmarks, width, height)
    line, sd = (_numbers(path, arrays, name, (n,)).astype(np.float64) for name in (_LINE, _LINE_SD))
    if np.isinf(line).any() or np.isinf(sd).any() or (sd[np.isfinite(line)] <= 0.0).any():
        raise TrackError(f"{path.name}: {_LINE} must be finite or NaN, and {_LINE_SD} above 0 or NaN.")
    return Track(time_s, landmarks, width, height, line, sd)


def _arrays(path: Path) -> Arrays:
    """What a track may hold of what is in the file; nothing in it is unpickled."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise TrackError(f"There is no file {path}: check the name.") from None
    except OSError as error:
        raise TrackError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        try:
            with zipfile.ZipFile(file) as archive:
                members = {info.filename: info for info in archive.infolist()}
                wanted = [name for name in (*_REQUIRED, _LINE, _LINE_SD) if f"{name}.npy" in members]
                _check_memory(path, sum(members[f"{name}.npy"].file_size for name in wanted))
                return {name: _array(archive, name) for name in wanted}
        except _DAMAGED as error:
            raise TrackError(
                f"{path.name} is damaged, or no .npz file of plain numbers: save the track again with numpy.savez."
            ) from error


def _array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[np.generic]:
    with archive.open(f"{name}.npy") as file:
        array: npt.NDArray[np.generic] = np.lib.format.read_array(file, allow_pickle=False)
        return array


def _check_memory(path: Path, size_bytes: int) -> None:
    most_bytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    if size_bytes > most_bytes:
        raise TrackError(
            f"{path.name} holds {size_bytes / 1e6:.0f} MB of numbers and this computer has room for "
            f"{most_bytes / 1e6:.0f} MB: cut the track into shorter ones."
        )


def _numbers(path: Path, arrays: Arrays, name: str, shape: tuple[int, ...]) -> Numbers:
    array = arrays[name]
    if array.dtype.kind not in "fiu":
        raise TrackError(f"{path.name}: {name} must hold real numbers, not {array.dtype}.")
    if array.shape != shape:
        raise TrackError(f"{path.name}: {name} must be of shape {shape}, not {array.shape}.")
    return cast(Numbers, array)


def _size(path: Path, arrays: Arrays, name: str) -> int:
    array = arrays[name]
    if array.size == 1 and array.dtype.kind in "fiu":
        pixels = float(array.ravel()[0])
        if 1.0 <= pixels <= LARGEST_PX and pixels.is_integer():
            return int(pixels)
    raise TrackError(f"{path.name}: {name} must be one whole number of pixels above 0.")


def _check_times(path: Path, time_s: npt.NDArray[np.float64]) -> None:
    if len(time_s) == 0:
        raise TrackError(f"{path.name} holds no frame.")
    wrong = np.flatnonzero(~np.isfinite(time_s))
    if len(wrong):
        raise TrackError(f"{path.name}: time_s must be finite, but entry {wrong[0]} is {time_s[wrong[0]]}.")
    late = np.flatnonzero(np.diff(time_s) <= 0.0)
    if len(late):
        row = int(late[0]) + 1
        raise TrackError(
            f"{path.name}: time_s must rise strictly, but entry {row} ({time_s[row]:.9g} s) does not come after "
            f"entry {row - 1} ({time_s[row - 1]:.9g} s)."
        )


def _check_landmarks(path: Path, landmarks: Numbers) -> None:
    if np.isinf(landmarks).any():
        raise TrackError(f"{path.name}: landmarks holds infinite values: write NaN where a point was not measured.")
    hips = landmarks[:, Landmark.LEFT_HIP : Landmark.RIGHT_HIP + 1, :2]
    if (np.abs(hips) > PIXELS_ABOVE).mean() > 0.5:
        raise TrackError(f"{path.name}: landmarks must be fractions of width and height (0 to 1), not pixels.")
