"""Guides through a set-up: takes frames and what was seen in them, says how the camera stands and what to do."""

import threading

from monitor.setup.body import Stature
from monitor.setup.lens import Lens
from monitor.setup.looks import Looks, Seen
from monitor.setup.reference import Reference
from monitor.setup.report import Report, report_on, still_edges
from monitor.vocabulary import Frame, Observation


class Wizard:
    """May be given frames, observations and questions from three threads; a frame never waits for an answer.

    :param lens: of the camera.
    :param stature: of who stands on the treadmill.
    :param exposure_ms: of a camera that tells it.
    """

    def __init__(self, lens: Lens, stature: Stature, exposure_ms: float | None = None) -> None:
        self.lens = lens
        self._stature = stature
        self._exposure_ms = exposure_ms
        self._looks = Looks()
        self._gathering = threading.Lock()

    def frame(self, frame: Frame) -> None:
        """Take a frame; most are not looked at, so give all of them."""
        with self._gathering:
            self._looks.look(frame)

    def observation(self, observation: Observation) -> None:
        """Take what the pose network saw in a frame that was given; in the order of frames."""
        with self._gathering:
            self._looks.observe(observation)

    def seen(self) -> Seen:
        """All that was seen until now."""
        with self._gathering:
            return self._looks.seen()

    def report(self) -> Report:
        """How the set-up is; takes a tenth of a second or more, so ask once a second."""
        return report_on(self.seen(), self.lens, self._stature, self._exposure_ms)

    def still(self) -> Reference | None:
        """What stands still in the picture, to tell later whether the camera was moved."""
        return still_edges(self.seen())
