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
    LampState.SETUP: (1.7, 0.3),
    LampState.CHECKING: (1.5, 0.5, 0.5, 0.5),
    LampState.FAULT: (0.4, 0.4),
}
"""Seconds lit, dark, lit, dark… over and over. In words: dark; slow and even; a short flash every two seconds; steady;
two flashes and a pause; lit with a short gap every two seconds, as an eye that blinks; long and short in turn; quick
and even."""
ANSWER_S = 0.65
"""An answer to the button is dark for so long and then lit: whatever the pattern, it shows, and flashes no faster."""
WALK_S = 2.0
"""So long each lamp and the buzzer are on when they are tried out one after the other."""


def phase(state: LampState, elapsed_s: float) -> tuple[bool, float]:
    """Whether the lamp is lit `elapsed_s` after the state began, and for how many seconds that stays so."""
    pattern = PATTERNS[state]
    if not pattern:
        return False, math.inf
    edges = list(accumulate(pattern))
    into_s = elapsed_s % edges[-1]
    part = bisect_right(edges, into_s)
    return part % 2 == 0, edges[part] - into_s


def answer(elapsed_s: float) -> tuple[bool, float] | None:
    """As `phase`, `elapsed_s` after an answer began; None when it is over."""
    if not 0.0 <= elapsed_s < 2.0 * ANSWER_S:
        return None
    return (True, 2.0 * ANSWER_S - elapsed_s) if elapsed_s >= ANSWER_S else (False, ANSWER_S - elapsed_s)


def walk(elapsed_s: float, outputs: int) -> tuple[int, float] | None:
    """Which of so many outputs is on `elapsed_s` after a walk began, and for how much longer; None = it is over."""
    if not 0.0 <= elapsed_s < WALK_S * outputs:
        return None
    step = int(elapsed_s // WALK_S)
    return step, WALK_S * (step + 1) - elapsed_s
