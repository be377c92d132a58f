"""How the status lamp tells its states apart: by pattern, so that colour is never needed.

No pattern flashes faster than 1.6 times a second, well away from the 2.5–3.2 Hz of running steps.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from monitor.vocabulary import LampState

PATTERNS: Mapping[LampState, tuple[float, ...]] = {
    LampState.OFF: (),
    LampState.STARTING: (1.0, 1.0),
    LampState.READY: (0.2, 1.8),
    LampState.MEASURING: (math.inf,),
    LampState.CANNOT_SEE: (0.3, 0.4, 0.3, 2.0),
    LampState.FAULT: (0.4, 0.4),
}
"""Seconds lit, dark, lit, dark… over and over. In words: dark; slow and even; a short flash every two seconds; steady;
two flashes and a pause; quick and even."""


def phase(state: LampState, elapsed_s: float) -> tuple[bool, float]:
    """Whether the lamp is lit `elapsed_s` after the state began, and for how many seconds that stays so."""
    pattern = PATTERNS[state]
    if not pattern:
        return False, math.inf
    edges = list(accumulate(pattern))
    into_s = elapsed_s % edges[-1]
    part = bisect_right(edges, into_s)
    return part % 2 == 0, edges[part] - into_s
