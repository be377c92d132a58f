"""Notices when a camera's clock is not to be believed.

Everything that is measured rests on the frames' own times. They are compared with this computer's monotonic clock: a
frame may come late, so a clock that seems to lag is not at fault, but none comes before it was taken.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from monitor.vocabulary import Frame

JUMP_S = 0.5
"""More than any frame comes early after one that came late [ours]: cameras keep back 6 frames at most."""
REPEATED = "the camera's clock stands still"
STEPPED_BACK = "the camera's clock stepped back"
JUMPED_AHEAD = "the camera's clock jumped ahead"


class ClockWatch:
    """Lets frames through, with times that rise as long as the camera lives.

    A frame that has the time of the one before it is left out. Where the clock steps back or jumps ahead, a new epoch
    begins and the times go on by this computer's clock.

    :param clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._faults: Counter[str] = Counter()
        self._newest: Frame | None = None
        self._seen_s = 0.0
        self._shift_s = 0.0
        self.stands_still = False
        """Whether the newest frame had the time of the one before."""

    @property
    def faults(self) -> dict[str, int]:
        """What was wrong, and in how many frames."""
        return dict(self._faults)

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames that have a time."""
        for frame in frames:
            now_s = self._clock()
            elapsed_s, self._seen_s = now_s - self._seen_s, now_s
            fault = self._fault(frame, elapsed_s)
            self.stands_still = fault == REPEATED
            if fault is not None:
                self._faults[fault] += 1
            if fault in (STEPPED_BACK, JUMPED_AHEAD) and self._newest is not None:
                self._shift_s += self._newest.time_s + elapsed_s - frame.time_s
            if fault != REPEATED:
                self._newest = frame
                jumps = self._faults[STEPPED_BACK] + self._faults[JUMPED_AHEAD]
                if jumps:
                    frame = replace(frame, time_s=frame.time_s + self._shift_s, epoch=frame.epoch + jumps)
                yield frame

    def _fault(self, frame: Frame, elapsed_s: float) -> str | None:
        if self._newest is None or frame.epoch != self._newest.epoch:
            return None
        step_s = frame.time_s - self._newest.time_s
        if step_s == 0.0:
            return REPEATED
        if step_s < 0.0:
            return STEPPED_BACK
        return JUMPED_AHEAD if step_s - elapsed_s > JUMP_S else None
