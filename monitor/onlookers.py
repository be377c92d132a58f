"""Who follows the frames beside the measurement: the watchdog's heart, and the watch over the camera's place."""

from monitor.service import Service
from monitor.setup import BumpWatch, Reference
from monitor.store import Recorder
from monitor.vocabulary import Frame, Observation

STUCK_S = 1.0
"""A write that takes longer keeps the watchdog's food back, so a hang is noticed within the service's 8 s and this one;
a card that is merely slow is done before [ours]."""


class Heartbeat:
    """Feeds the watchdog with frames that were looked at, unless what is measured cannot be stored any more."""

    def __init__(self, service: Service, recorder: Recorder) -> None:
        self._service = service
        self._recorder = recorder
        self._beats = False

    def frame(self, frame: Frame) -> None:
        """A frame that has only arrived proves nothing."""

    def observation(self, observation: Observation) -> None:
        """A frame has gone all the way."""
        del observation
        if not self._beats:
            self._beats = True
            self._service.ready()
            self._service.watch_every(self._service.watchdog_s)
        if self._recorder.writing_s < STUCK_S:
            self._service.alive()

    def warning(self) -> str | None:
        """Nothing of its own."""
        return None


class BumpWarning:
    """Says when the camera no longer stands as it was set up."""

    def __init__(self, still: Reference) -> None:
        self._watch = BumpWatch(still)

    def frame(self, frame: Frame) -> None:
        """Look at it, now and then."""
        self._watch.look(frame)

    def observation(self, observation: Observation) -> None:
        """Who is seen does not matter."""

    def warning(self) -> str | None:
        """Why the set-up no longer fits."""
        return self._watch.complaint


class Notice:
    """Says the same thing that is not right for as long as the unit goes on."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def frame(self, frame: Frame) -> None:
        """No picture changes it."""

    def observation(self, observation: Observation) -> None:
        """Nor does who is seen."""

    def warning(self) -> str | None:
        """What is not right."""
        return self._sentence
