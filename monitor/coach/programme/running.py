"""How long somebody has run: the time from contact to contact, without breaks."""

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
BREAK_S = 3.0
"""Contacts farther apart have a break between them, which does not count [ours]."""
LONGEST_STEP_S = 0.6
"""Contacts of both feet that lie farther apart are not those of one step and the next: 100 steps a minute [ours]."""
FEWEST_STEPS = 6


class RunningClock:
    """Told every contact in time order, as it happens."""

    def __init__(self, behind_s: float = 0.0) -> None:
        self.run_s = behind_s
        self._last_s = math.nan

    def contact(self, time_s: float, counts: bool = True) -> float:
        """Take a contact; return the seconds run. The time until one that does not count does not."""
        gap_s = time_s - self._last_s
        if counts and 0.0 < gap_s <= BREAK_S:
            self.run_s += gap_s
        if not gap_s < 0.0:
            self._last_s = time_s
        return self.run_s


def running_s(contact_s: FloatArray, counts: BoolArray, behind_s: float = 0.0) -> FloatArray:
    """What a `RunningClock` says at every contact.

    :param contact_s: (n,), in any order within a step.
    :returns: (n,).
    """
    clock = RunningClock(behind_s)
    return np.array([clock.contact(float(t), bool(c)) for t, c in zip(contact_s, counts, strict=True)], np.float64)


def cadence_spm(contact_s: FloatArray, is_left: BoolArray) -> float | None:
    """Steps a minute, by the median time from a foot's contact to the other's; None of too few.

    :param contact_s: (n,), in time order.
    """
    steps_s = np.diff(contact_s)
    steps_s = steps_s[(is_left[1:] != is_left[:-1]) & (steps_s > 0.0) & (steps_s < LONGEST_STEP_S)]
    return 60.0 / float(np.median(steps_s)) if len(steps_s) >= FEWEST_STEPS else None
