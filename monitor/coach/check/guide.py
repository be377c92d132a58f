"""Leads somebody through a control check, step by step: a state machine without a clock, told what is seen and when."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.coach.check.reading import AT_DEPTH
from monitor.coach.check.result import WIDEST, CheckResult, leg
from monitor.coach.check.verdict import Rep
from monitor.vocabulary import Side, View

ORDER = (Side.LEFT, Side.RIGHT)
PRACTICE_REPS = 2
RECORDED_REPS = 5
MOST_PRACTICE, MOST_RECORDED = 5, 8
"""So many tries, whatever they are worth, and it goes on [ours]."""
SETTLE_S = 3.0
"""So long after the legs are to be changed, nobody is told that it is the other one [ours]."""
STILL_S = 1.0
"""So long in view, or on the leg, before it goes on [ours]."""
SAID_S = 3.0
"""So long nobody is seen, or somebody stands on the other leg, before it is heard [ours]."""
PATIENCE_S = 60.0
"""So long without a squat on the leg that is wanted or a new step, and the check ends [ours]."""
LONGEST_S = 480.0
BACK_UP = 0.03
"""Of the leg's length: who is no deeper is up again."""

NOTHING_HAPPENED = "nothing happened for a minute"
TOO_LONG = "it took longer than eight minutes"
RECORDING_OVER = "the recording is over"
ASKED = "it was stopped"


class Step(StrEnum):
    """What is to be done now."""

    PLACE = "place"
    """Come into view, both feet down."""
    STAND = "stand"
    """Stand on the leg."""
    PRACTICE = "practice"
    RECORD = "record"
    DONE = "done"
    STOPPED = "stopped"


class Beep(StrEnum):
    """What is to be heard."""

    GO = "go"
    """Once: down when you are ready."""
    COUNTED = "counted"
    """Twice."""
    NOT_COUNTED = "not counted"
    """Three times: a squat, or standing on the other leg, or where nobody is seen."""
    CHANGE = "change"
    """Long: change the leg."""
    DONE = "done"
    """Long, twice."""
    STOPPED = "stopped"
    """Long, three times: it ended by itself."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch knows after a frame."""

    time_s: float
    why_not: str | None
    """Why nobody is seen, or None."""
    side: Side | None = None
    """The leg that somebody stands on."""
    depth: float = 0.0
    """Of the leg's length."""
    reps: Sequence[Rep] = ()
    """That are over with this frame."""
    touches: Mapping[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    """Of the free foot so far, by the leg that stood."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the check is, for whoever shows it."""

    step: Step
    side: Side
    done: int
    """Squats of this step that count."""
    wanted: int
    last: str | None
    """Why the last squat did not count; "" when it did; None before the first."""
    why_not: str | None
    """Why nobody is seen, or what ended it."""
    wrong_leg: bool
    """Somebody stands on the other leg."""


class Guide:
    """Takes what is seen, frame by frame, and says what is to be heard.

    A squat on the right leg that comes before the leg has stood still is practice, too: nobody is held up.
    """

    def __init__(self, view: View, network: str = WIDEST, roll_sd_deg: float | None = None) -> None:
        self._view = view
        self._network = network
        self._roll_sd_deg = roll_sd_deg
        self.step = Step.PLACE
        self.side = ORDER[0]
        self.ended_because: str | None = None
        self._began_s: float | None = None
        self._helped_s = self._step_since_s = 0.0
        self._held_since_s: float | None = None
        """Since when what the step waits for is so."""
        self._wrong_since_s: float | None = None
        """Since when nobody is seen, or somebody stands on the other leg; infinite once that was heard."""
        self._reps: list[Rep] = []
        """Of this step."""
        self._touches_before = 0
        self._recorded: dict[Side, tuple[list[Rep], int]] = {}
        self._last: str | None = None
        self._seen = Seen(0.0, None)
        self._deep = False

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.step in (Step.DONE, Step.STOPPED)

    @property
    def lamp(self) -> Side | None:
        """Which lamp is lit: that of the leg, but dark while the hips are deep enough to come up."""
        if self.step not in (Step.STAND, Step.PRACTICE, Step.RECORD) or self._deep:
            return None
        return self.side

    @property
    def stage(self) -> Stage:
        """Where it is now."""
        counts = {Step.PRACTICE: PRACTICE_REPS, Step.RECORD: RECORDED_REPS}
        return Stage(
            self.step,
            self.side,
            len(self._counted()) if self.step in counts else 0,
            counts.get(self.step, 0),
            self._last,
            self.ended_because or self._seen.why_not,
            self._on_wrong_leg,
        )

    @property
    def _on_wrong_leg(self) -> bool:
        return self._seen.side is self.side.other and self._seen.time_s - self._step_since_s > SETTLE_S

    @property
    def result(self) -> CheckResult | None:
        """Of the legs that were recorded to their end; None without one, or when it was stopped by somebody."""
        if not self.over or self.ended_because == ASKED or not self._recorded:
            return None
        legs = {side: leg(reps, touches, self._network) for side, (reps, touches) in self._recorded.items()}
        return CheckResult(self._view, legs, self._roll_sd_deg)

    def stop(self, reason: str = ASKED) -> None:
        """End it now, unless it is over. Idempotent."""
        if not self.over:
            self.step, self.ended_because = Step.STOPPED, reason

    def see(self, seen: Seen) -> list[Beep]:
        """Take the next frame; what is to be heard because of it, one after the other."""
        if self.over:
            return []
        if self._began_s is None:
            self._began_s = self._helped_s = seen.time_s
        self._seen = seen
        self._deep = seen.side is self.side and seen.depth >= (BACK_UP if self._deep else AT_DEPTH)
        beeps = [beep for rep in seen.reps if rep.side is self.side for beep in self._take(rep)]
        if self.step is Step.PLACE and self._held(seen.why_not is None, seen.time_s):
            self._go_to(Step.STAND)
        elif self.step is Step.STAND and self._held(seen.side is self.side, seen.time_s):
            self._go_to(Step.PRACTICE)
            beeps.append(Beep.GO)
        if self._wrong_for_long():
            beeps.append(Beep.NOT_COUNTED)
        if self.over:
            return beeps
        if seen.time_s - self._helped_s > PATIENCE_S:
            self.stop(NOTHING_HAPPENED)
        elif seen.time_s - self._began_s > LONGEST_S:
            self.stop(TOO_LONG)
        return [*beeps, Beep.STOPPED] if self.over else beeps

    def _wrong_for_long(self) -> bool:
        """True once, when nobody is seen or the other leg stands; not before somebody has come into view."""
        if self.over or self.step is Step.PLACE or not (self._seen.why_not or self._on_wrong_leg):
            self._wrong_since_s = None
            return False
        if self._wrong_since_s is None:
            self._wrong_since_s = self._seen.time_s
        if self._seen.time_s - self._wrong_since_s < SAID_S:
            return False
        self._wrong_since_s = math.inf
        return True

    def _held(self, so: bool, time_s: float) -> bool:
        if not so:
            self._held_since_s = None
            return False
        if self._held_since_s is None:
            self._held_since_s = time_s
        return time_s - self._held_since_s >= STILL_S

    def _go_to(self, step: Step) -> None:
        self.step, self._reps, self._held_since_s = step, [], None
        self._helped_s = self._step_since_s = self._seen.time_s
        self._touches_before = self._seen.touches[self.side]

    def _counted(self) -> list[Rep]:
        return [rep for rep in self._reps if rep.reason is None]

    def _take(self, rep: Rep) -> list[Beep]:
        """A squat on the leg that is wanted is over."""
        if self.step is Step.STAND:
            self._go_to(Step.PRACTICE)
        if self.step not in (Step.PRACTICE, Step.RECORD):
            return []
        self._reps.append(rep)
        self._last = rep.reason or ""
        self._helped_s = self._seen.time_s
        beeps = [Beep.COUNTED if rep.reason is None else Beep.NOT_COUNTED]
        wanted, most = (PRACTICE_REPS, MOST_PRACTICE) if self.step is Step.PRACTICE else (RECORDED_REPS, MOST_RECORDED)
        if len(self._counted()) < wanted and len(self._reps) < most:
            return beeps
        if self.step is Step.PRACTICE:
            self._go_to(Step.RECORD)
            return [*beeps, Beep.GO]
        self._recorded[self.side] = self._reps, self._seen.touches[self.side] - self._touches_before
        if len(self._recorded) == len(ORDER):
            self.step = Step.DONE
            return [*beeps, Beep.DONE]
        self.side, self._last, self._deep = ORDER[len(self._recorded)], None, False
        self._go_to(Step.STAND)
        return [*beeps, Beep.CHANGE]
