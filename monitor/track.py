"""A landmark track: what a pose network made of a recording, in an `.npz` file."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.errors import TrackError
from monitor.pelvis import landmark_line
from monitor.vocabulary import Observation, PelvicLine, PelvicSource, Pose
from monitor.vocabulary.frame import LANDMARK_COUNT

_REQUIRED = ("time_s", "landmarks", "width", "height")
_LINE, _LINE_SD = "pelvic_line_deg", "pelvic_line_sd_deg"


@dataclass(frozen=True, slots=True)
class Track:
    """A whole landmark track.

    With `line_deg` the hip line is used as given, where it is not NaN, with its stated uncertainty; without it the
    landmarks' own hip line is used, with the wide uncertainty it deserves.
    """

    time_s: npt.NDArray[np.float64]
    """(n,) rising strictly."""
    landmarks: npt.NDArray[np.float64]
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
            landmarks = self.landmarks[index]
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
    time_s = _numbers(path, arrays, "time_s", 1)
    landmarks = _numbers(path, arrays, "landmarks", 3)
    n = len(time_s)
    if landmarks.shape != (n, LANDMARK_COUNT, 3):
        raise TrackError(
            f"{path.name}: landmarks must be of shape ({n}, 33, 3) to match time_s, not {landmarks.shape}."
        )
    if np.isinf(landmarks).any():
        raise TrackError(f"{path.name}: landmarks holds infinite values; write NaN where a point was not measured.")
    _check_times(path, time_s)
    width, height = (_size(path, arrays, name) for name in ("width", "height"))
    if _LINE not in arrays:
        return Track(time_s, landmarks, width, height)
    line, sd = (_numbers(path, arrays, name, 1) for name in (_LINE, _LINE_SD))
    if line.shape != (n,) or sd.shape != (n,):
        raise TrackError(f"{path.name}: {_LINE} and {_LINE_SD} must have one entry for each of the {n} times.")
    if np.isinf(line).any() or np.isinf(sd).any() or (sd[np.isfinite(line)] <= 0.0).any():
        raise TrackError(f"{path.name}: {_LINE} must be finite or NaN and {_LINE_SD} above 0.")
    return Track(time_s, landmarks, width, height, line, sd)


def _arrays(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            if isinstance(archive, np.ndarray):
                raise TrackError(f"{path.name} holds a single array: a landmark track is an .npz with named arrays.")
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise TrackError(f"There is no file {path}.") from None
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise TrackError(f"{path.name} cannot be read as an .npz file: it is damaged or of another kind.") from error


def _numbers(
    path: Path, arrays: dict[str, npt.NDArray[np.generic]], name: str, dimensions: int
) -> npt.NDArray[np.float64]:
    array = arrays[name]
    if array.dtype.kind not in "fiu" or array.ndim != dimensions:
        raise TrackError(f"{path.name}: {name} must hold numbers in {dimensions} dimension(s), not {array.shape}.")
    return array.astype(np.float64)


def _size(path: Path, arrays: dict[str, npt.NDArray[np.generic]], name: str) -> int:
    array = arrays[name]
    if array.size != 1 or array.dtype.kind not in "fiu" or not 1 <= float(array.ravel()[0]) <= 100_000:
        raise TrackError(f"{path.name}: {name} must be one number of pixels above 0.")
    return int(array.ravel()[0])


def _check_times(path: Path, time_s: npt.NDArray[np.float64]) -> None:
    if len(time_s) == 0:
        raise TrackError(f"{path.name} holds no frame.")
    if not np.isfinite(time_s).all():
        raise TrackError(
            f"{path.name}: time_s holds {int((~np.isfinite(time_s)).sum())} times that are NaN or infinite."
        )
    late = np.flatnonzero(np.diff(time_s) <= 0.0)
    if len(late):
        row = int(late[0]) + 1
        raise TrackError(
            f"{path.name}: time_s must rise strictly, but entry {row} ({time_s[row]:g} s) does not come after "
            f"entry {row - 1} ({time_s[row - 1]:g} s)."
        )
