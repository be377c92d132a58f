"""What is made of the button's level: how long a press lasts. Pure, told the time.

The level is looked at when an edge was felt and when `due_s` says so, and counts when it held for `BOUNCE_S` without
an edge. An edge that gets lost therefore delays a press and never makes one.
"""

import math
from enum import Enum

BOUNCE_S = 0.03
"""A level that lasts for less is a contact that bounces."""
LONG_S = 1.5
HELD_S = 8.0
LOOK_S = 0.1
"""How often the level is looked at while the button is down, should its edge get lost."""


class Moment(Enum):
    """A point in a press at which something may be done."""

    SHORT = "a short press"
    LONG_ENOUGH = "a press that is long enough"
    """Still down; let go now, it is a long press. This is when the hand is told."""
    LONG = "a long press"
    HELD = "a press of 8 s"
    """Mostly still down. Nothing more comes of it."""


class Presses:
    """Tells a press by its length: SHORT or LONG at its release, HELD while it lasts.

    A button that is down when it is looked at for the first time does nothing until it was released.
    """

    def __init__(self) -> None:
        self._down: bool | None = None
        self._other_since_s: float | None = None
        self._began_s: float | None = None
        """When the press began that something may come of."""
        self._is_long = False

    def look(self, down: bool, now_s: float, edged: bool = False) -> Moment | None:
        """Take in the level at a time, seconds of a clock that only goes forward.

        `edged` says that there was an edge since the last look: the level that is met need not have held since then.
        """
        if self._down is None:
            self._down = down
        if down is self._down:
            self._other_since_s = None
            return self._held(now_s)
        if self._other_since_s is None or edged:
            self._other_since_s = now_s
        if now_s - self._other_since_s < BOUNCE_S:
            return None
        since_s, self._other_since_s, self._down = self._other_since_s, None, down
        if not down:
            return self._end(since_s)
        self._began_s, self._is_long = since_s, False
        return None

    def due_s(self, now_s: float) -> float:
        """Seconds until the level is to be looked at again; inf = at the next edge."""
        if self._other_since_s is not None:
            return max(0.0, self._other_since_s + BOUNCE_S - now_s)
        if not self._down:
            return math.inf
        ends_s = (
            [self._began_s + length_s - now_s for length_s in (LONG_S, HELD_S)] if self._began_s is not None else []
        )
        return min([LOOK_S, *(end_s for end_s in ends_s if end_s > 0.0)])

    def _held(self, now_s: float) -> Moment | None:
        if self._began_s is None:
            return None
        if now_s - self._began_s >= HELD_S:
            self._began_s = None
            return Moment.HELD
        if now_s - self._began_s >= LONG_S and not self._is_long:
            self._is_long = True
            return Moment.LONG_ENOUGH
        return None

    def _end(self, released_s: float) -> Moment | None:
        began_s, self._began_s = self._began_s, None
        if began_s is None:
            return None
        lasted_s = released_s - began_s
        return Moment.HELD if lasted_s >= HELD_S else Moment.LONG if lasted_s >= LONG_S else Moment.SHORT
