"""What is seen while a camera is set up: the treadmill with nobody on it, somebody who stands on it, who moves on it.

They come in any order, and each is ticked off as soon as it was had. Whoever moves the camera meanwhile begins anew.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from monitor.setup.body import ANKLES, HIPS, body_of
from monitor.setup.bump import in_words
from monitor.setup.picture import GreyPicture, grey, reduced
from monitor.setup.reference import LONGEST_PX, Reference, movement, reference_of
from monitor.vocabulary import Frame, Observation, Pose

LOOK_EVERY_S = 0.2
ROUNDING_S = 0.01
"""Of a camera's times."""
EMPTY_S, STAND_S, MOVE_S = 3.0, 5.0, 10.0
PICTURES = 15
"""Of a look: `EMPTY_S` of them."""
LONGEST_SEEN_PX = 1280
COMPARE_EVERY_S = 1.0
STRANGE_LOOKS = 3
"""In a row: the camera was moved far, or somebody walks past the lens and little is lost."""
MOMENT_S = 1.0
LONGEST_ON_BELT = 3000
"""Observations: more say no more about where the treadmill is."""
MISSING_S = 0.3
"""The five seconds may lack an interval between pictures."""
MOST_SWAY_LEGS, MOST_ANKLES_LEGS = 0.03, 0.06
"""Ranges of the hips and of every ankle, but for a twentieth of the pictures at each end, who stands still [ours]."""
MOST_FEET_APART_LEGS = 0.1
"""Difference of the ankles' heights in the picture, which the camera's roll is in, who stands on both feet [ours]."""
STAYS_LEGS = 0.35
"""Range of the hips in a moment of who stays in place, on a moving belt too [ours]."""
STEPS_LEGS = 0.08
"""Range of the ankles in a moment of who walks [ours]."""
DECK_LENGTHS = 0.5
"""About the feet, where a moving belt changes the picture, in lengths from shoulders to ankles [ours]."""
NOBODY, SEVERAL = "nobody in view", "several people in view"
"""An observation's reasons."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen until now; the pictures are of one size."""

    empty: tuple[GreyPicture, ...]
    """At most `PICTURES`, with nobody in view."""
    peopled: GreyPicture | None
    """The newest with somebody."""
    newest: tuple[GreyPicture, ...]
    recent: tuple[Observation, ...]
    """The newest `STAND_S`."""
    standing: tuple[Observation, ...]
    """Of who stood still, the longest yet."""
    on_belt: tuple[Observation, ...]
    """Of who stays in place, and of several people."""
    standing_s: float
    moving_s: float
    moved: int
    """How often the camera was moved, so that all looks began anew."""


class Looks:
    """Gathers what is seen; call `look` with a frame before `observe` with what the pose network saw in it."""

    def __init__(self) -> None:
        self._moved = 0
        self._looked_s = -math.inf
        self._waiting: deque[tuple[int, GreyPicture]] = deque(maxlen=PICTURES)
        self._begin()

    def _begin(self) -> None:
        self._empty: deque[GreyPicture] = deque(maxlen=PICTURES)
        self._peopled: GreyPicture | None = None
        self._newest: deque[GreyPicture] = deque(maxlen=PICTURES)
        self._recent: deque[Observation] = deque()
        self._on_belt: deque[Observation] = deque(maxlen=LONGEST_ON_BELT)
        self._standing: tuple[Observation, ...] = ()
        self._standing_s = self._moving_s = 0.0
        self._first: Reference | None = None
        self._strange = 0
        """Pictures in a row that are nothing like the first."""
        self._compared_s = -math.inf

    def look(self, frame: Frame) -> None:
        """Take a frame; five a second are looked at."""
        if 0.0 <= frame.time_s - self._looked_s < LOOK_EVERY_S - ROUNDING_S:
            return
        self._looked_s = frame.time_s
        self._waiting.append((frame.index, grey(frame, LONGEST_SEEN_PX)))

    def observe(self, observation: Observation) -> None:
        """Take what was seen in a frame; in the order of frames."""
        looked = False
        while self._waiting and self._waiting[0][0] <= observation.index:
            self._sort(self._waiting.popleft()[1], observation)
            looked = True
        while self._recent and not 0.0 <= observation.time_s - self._recent[0].time_s <= STAND_S:
            self._recent.popleft()
        elapsed_s = observation.time_s - self._recent[-1].time_s if self._recent else 0.0
        self._recent.append(observation)
        if observation.reason == SEVERAL:
            self._on_belt.append(observation)
        moment = [o.pose for o in self._recent if observation.time_s - o.time_s <= MOMENT_S and o.pose is not None]
        if observation.pose is None or len(moment) < 3:
            return
        of_hips, of_ankles, _ = ranges_legs(moment)
        if of_hips > STAYS_LEGS:
            return
        self._on_belt.append(observation)
        if of_ankles > STEPS_LEGS:
            self._moving_s += min(elapsed_s, MOMENT_S)
        if looked and self._standing_s < STAND_S:
            self._take_standing()

    def seen(self) -> Seen:
        """All until now."""
        return Seen(
            tuple(self._empty),
            self._peopled,
            tuple(self._newest),
            tuple(self._recent),
            self._standing,
            tuple(self._on_belt),
            self._standing_s,
            self._moving_s,
            self._moved,
        )

    def _sort(self, picture: GreyPicture, observation: Observation) -> None:
        """A picture with somebody or with nobody in it."""
        if observation.time_s - self._compared_s >= COMPARE_EVERY_S:
            self._compared_s = observation.time_s
            self._begin_if_moved(reduced(picture, LONGEST_PX))
        self._newest.append(picture)
        if observation.pose is not None:
            self._peopled = picture
        elif observation.reason == NOBODY and len(self._empty) < PICTURES:
            self._empty.append(picture)

    def _begin_if_moved(self, picture: GreyPicture) -> None:
        if self._first is None:
            self._first = reference_of(picture, where_people_are(picture.shape, self._recent))
            return
        found = movement(self._first, picture)
        self._strange = self._strange + 1 if found is None else 0
        if self._strange >= STRANGE_LOOKS or (found is not None and in_words(found) is not None):
            compared_s = self._compared_s
            self._begin()
            self._compared_s = compared_s
            self._moved += 1

    def _take_standing(self) -> None:
        """The longest part of the newest seconds in which somebody stood still, if it is longer than what was had."""
        seen = [o for o in self._recent if o.pose is not None]
        for begin in range(0, len(seen), max(1, len(seen) // 5)):
            part = seen[begin:]
            lasted_s = part[-1].time_s - part[0].time_s
            if lasted_s <= self._standing_s:
                return
            of_hips, of_ankles, apart = ranges_legs([o.pose for o in part if o.pose is not None])
            if of_hips < MOST_SWAY_LEGS and of_ankles < MOST_ANKLES_LEGS and apart < MOST_FEET_APART_LEGS:
                self._standing, self._standing_s = tuple(part), lasted_s
                if lasted_s >= STAND_S - MISSING_S:
                    self._standing_s = STAND_S
                return


def ranges_legs(poses: Sequence[Pose]) -> tuple[float, float, float]:
    """Ranges of the hips and of the ankles, and how far apart in height these are, in leg lengths."""
    size = poses[0].width, poses[0].height
    points = np.array([pose.landmarks[[*HIPS, *ANKLES], :2] for pose in poses]) * size
    hips, left, right = points[:, :2].mean(axis=1), points[:, 2], points[:, 3]
    leg = max(1.0, float(np.median(np.hypot(*((left + right) / 2.0 - hips).T))))
    ranges = [np.ptp(np.quantile(of, (0.05, 0.95), axis=0), axis=0).max() for of in (hips, left, right)]
    apart = abs(float(np.median(left[:, 1] - right[:, 1])))
    return float(ranges[0]) / leg, float(max(ranges[1:])) / leg, apart / leg


def where_people_are(
    shape: tuple[int, ...], observations: Sequence[Observation], *, deck_too: bool = False
) -> npt.NDArray[np.bool_] | None:
    """Where somebody was seen, and the deck about the feet, in a picture of `shape`; None where nobody was."""
    body = body_of([o.pose for o in observations if o.pose is not None])
    if body is None:
        return None
    part = shape[1] / body.size[0]
    mask = np.zeros(shape, np.uint8)
    thickness = max(1, round(2.0 * part * body.thickness_px))
    for start, end in (part * body.bones).round().astype(int).tolist():
        cv2.line(mask, start, end, 1, thickness)
    if deck_too:
        u, v = (part * body.ankles).round().astype(int).tolist()
        reach = round(part * DECK_LENGTHS * body.length_px)
        cv2.rectangle(mask, (u - reach, v - reach), (u + reach, shape[0]), 1, -1)
    return mask.astype(bool)
