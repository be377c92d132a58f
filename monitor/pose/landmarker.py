"""MediaPipe's pose network, without the smoothing, kept on the runner.

Running mode, measured with MediaPipe 1.2.2 on three rendered clips of 6 s against their true joints, by
`python -m tests.bench modes FOLDER`. Cost in ms of CPU a frame; size and lag (ms) of the hips' bounce against the true
one; standard deviation of the error of hips in % of the hip width, of knee collapse in stance and of trunk lean in
degrees, the greatest of nine. Lite / full network; 60, 30 and 15 frames a second, shared out among 1, 2 and 3 trackers:

==================================  =======  ========================  ========  =========  =========  =========
mode                                cost     size of the bounce        lag       hips       knee       lean
==================================  =======  ========================  ========  =========  =========  =========
VIDEO, one person, true times       13 / 21  0.99-0.64 / 1.13-0.88     32 to -5  7.2 / 6.8  1.7 / 1.6  0.9 / 0.9
VIDEO, two persons                  25 / 32  the same numbers as IMAGE
IMAGE, one person                   26 / 33  0.94-0.95 / 1.07-1.08     2         4.6 / 4.7  1.9 / 1.7  0.6 / 0.8
VIDEO, one person, stretched times  14 / 18  0.91-1.04 / 1.15-1.20     -3 to 4   5.6 / 5.3  2.0 / 1.8  0.6 / 0.8
==================================  =======  ========================  ========  =========  =========  =========

So the mode is VIDEO with one person, which looks for people only when it has lost its own, and the time stamps it is
given lie `STRETCHED_STEP_MS` apart. The One-Euro filter of that mode (cutoff at least 0.05 Hz) then lets 99.7 % and
more of every change through, whatever the frame rate and however frames are shared out. Visibility goes through an
exponential mean that knows no time; it is undone exactly. With two persons asked for and one in view, MediaPipe looks
for the other in every frame. In every mode the ankles' vertical swing comes out at 0.4 of its size.
"""

import ctypes
from pathlib import Path
from typing import Any

import mediapipe
import numpy as np
import numpy.typing as npt
from mediapipe.tasks.python import BaseOptions, vision

from monitor.pose.joints import hips_right_of, move_hips_left
from monitor.pose.messages import Picture, Sighting
from monitor.pose.region import Region
from monitor.pose.runner import EMPTY_TREADMILL, IN_VIEW, NOBODY, SEVERAL, Place, choose, doubt
from monitor.vocabulary import Pose

STRETCHED_STEP_MS = 1_000_000
LAST_TIME_MS = 9_000_000_000_000
"""MediaPipe's filters count nanoseconds in 64 bits: 292 years, or 9 million frames."""
VISIBILITY_SHARE = 0.1
"""What a new visibility contributes to MediaPipe's exponential mean."""
MOST_PEOPLE = 3
ATTEMPTS_TO_TURN = 3
"""One frame to lose the wrong person, one to find the right one, one more."""
TRACKER_WIDTHS, FINDER_WIDTHS = 1.0, 0.5
"""So much is shown on either side of the treadmill when the runner is looked for, in its widths [ours]. Less, and the
tracker misses her where the edge cuts through somebody else; more, and the finder finds who stands beside her."""
PICTURES_BETWEEN_SEARCHES = 5
"""While nobody in view can be the runner; the finder then costs half as much as the tracker."""
PICTURES_UNTIL_CLOSED = 100
"""So long unused, the finder is closed, for it holds 50 MB; a new one costs less than ten pictures."""


class MediaPipeLandmarker:
    """A tracker that follows one person, and a finder that is made and asked only when that may be the wrong one."""

    def __init__(self, model_path: Path, treadmill: Region | None = None) -> None:
        self._model_path = model_path
        self._hips_right = hips_right_of(model_path)
        self._treadmill = treadmill
        self._tracker = _create(model_path, vision.RunningMode.VIDEO, people=1)
        self._follows = False
        """Whether the tracker had the runner in the picture before."""
        self._finder: Any = None
        self._unasked = 0
        """Pictures since the finder was asked."""
        self._in_vain = False
        """Whether it found no runner then."""
        self._time_ms = 0
        self._mean_visibility: npt.NDArray[np.float64] | None = None

    def find(self, image_rgb: Picture, near: Place | None) -> Sighting:
        """Look for the runner, who was last at `near`; None while nobody knows where."""
        self._rest()
        pose = self._track(image_rgb if self._follows else self._around_treadmill(image_rgb, TRACKER_WIDTHS))
        if pose is None:
            self._follows = False
            return Sighting(None, NOBODY if self._treadmill is None else EMPTY_TREADMILL)
        reason = doubt(pose, Place.of(pose), near, self._treadmill)
        self._follows = reason is None
        if reason is None and (near is not None or self._treadmill is not None):
            return Sighting(pose)
        if reason is not None and self._in_vain and self._unasked < PICTURES_BETWEEN_SEARCHES:
            return Sighting(None, reason)
        runner = choose([pose, *self._everybody(image_rgb)], near, self._treadmill)
        self._in_vain = runner is None
        if runner is None:
            return Sighting(None, reason)
        if reason is None and Place.of(pose).is_at(Place.of(runner)):
            return Sighting(pose)
        self._turn_to(runner, image_rgb)
        return Sighting(runner)

    def _rest(self) -> None:
        """Give back what is not needed any more: the finder, and the memory that MediaPipe took to begin."""
        self._unasked += 1
        if self._unasked == PICTURES_UNTIL_CLOSED:
            if self._finder is not None:
                self._finder.close()
                self._finder = None
            ctypes.CDLL(None).malloc_trim(0)

    def _track(self, image_rgb: Picture) -> Pose | None:
        if self._time_ms >= LAST_TIME_MS:
            self._tracker.close()
            self._tracker = _create(self._model_path, vision.RunningMode.VIDEO, people=1)
            self._time_ms = 0
            self._mean_visibility = None
        self._time_ms += STRETCHED_STEP_MS
        people = _poses(self._tracker.detect_for_video(_image(image_rgb), self._time_ms), image_rgb)
        if not people:
            self._mean_visibility = None
            return None
        return self._corrected(people[0])

    def _corrected(self, pose: Pose) -> Pose:
        """The pose with its own visibility, and its hips where they are."""
        before, self._mean_visibility = self._mean_visibility, pose.landmarks[:, 2].copy()
        if before is not None:
            own = (self._mean_visibility - (1.0 - VISIBILITY_SHARE) * before) / VISIBILITY_SHARE
            pose.landmarks[:, 2] = np.clip(own, 0.0, 1.0)
        move_hips_left(pose, self._hips_right)
        return pose

    def _everybody(self, image_rgb: Picture) -> list[Pose]:
        self._unasked = 0
        if self._finder is None:
            self._finder = _create(self._model_path, vision.RunningMode.IMAGE, people=MOST_PEOPLE)
        around = self._around_treadmill(image_rgb, FINDER_WIDTHS)
        return _poses(self._finder.detect(_image(around)), around)

    def _around_treadmill(self, image_rgb: Picture, widths: float) -> Picture:
        """The picture; where the treadmill's region is known, black but for its columns and some beside it."""
        if self._treadmill is None:
            return image_rgb
        beside = widths * (self._treadmill.right - self._treadmill.left)
        corners = (self._treadmill.left - beside, 0.0), (self._treadmill.right + beside, 1.0)
        return _only(image_rgb, *np.array(corners))

    def _turn_to(self, runner: Pose, image_rgb: Picture) -> None:
        """Show the tracker the runner alone until it follows her."""
        alone = _cut_out(runner, image_rgb)
        for _ in range(ATTEMPTS_TO_TURN):
            pose = self._track(alone)
            if pose is not None and Place.of(pose).is_at(Place.of(runner)):
                return


class LonePerson:
    """Finds the one person in a picture, and says so when there are several.

    People much smaller than the largest do not count: they are far away, or a mirror image.
    """

    def __init__(self, model_path: Path) -> None:
        self._finder = _create(model_path, vision.RunningMode.IMAGE, people=MOST_PEOPLE)

    def find(self, image_rgb: Picture, near: Place | None) -> Sighting:  # noqa: ARG002 - it is alone, wherever it is
        """Look for one person."""
        people = _poses(self._finder.detect(_image(image_rgb)), image_rgb)
        people.sort(key=lambda pose: Place.of(pose).trunk_px, reverse=True)
        if not people:
            return Sighting(None, NOBODY)
        if len(people) > 1 and Place.of(people[1]).trunk_px > IN_VIEW.least_size * Place.of(people[0]).trunk_px:
            return Sighting(None, SEVERAL)
        return Sighting(people[0])


def _create(model_path: Path, mode: Any, *, people: int) -> Any:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path)), running_mode=mode, num_poses=people
    )
    return vision.PoseLandmarker.create_from_options(options)


def _image(image_rgb: Picture) -> Any:
    return mediapipe.Image(mediapipe.ImageFormat.SRGB, image_rgb)


def _poses(result: Any, image_rgb: Picture) -> list[Pose]:
    height, width = image_rgb.shape[:2]
    return [
        Pose(np.array([(point.x, point.y, point.visibility) for point in person]), width, height)
        for person in result.pose_landmarks
    ]


def _cut_out(person: Pose, image_rgb: Picture) -> Picture:
    """The picture, black but for the person's body and a fifth of its size around it."""
    first, last = person.landmarks[:, :2].min(axis=0), person.landmarks[:, :2].max(axis=0)
    margin = 0.2 * (last - first)
    return _only(image_rgb, first - margin, last + margin)


def _only(image_rgb: Picture, first: npt.NDArray[np.float64], last: npt.NDArray[np.float64]) -> Picture:
    """The picture, black but for what lies between two corners, given as fractions of width and height."""
    height, width = image_rgb.shape[:2]
    left, top = np.clip(first, 0.0, 1.0) * (width, height)
    right, bottom = np.clip(last, 0.0, 1.0) * (width, height)
    window = np.s_[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    part = np.zeros_like(image_rgb)
    part[window] = image_rgb[window]
    return part
