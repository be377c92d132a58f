"""A runner who uses the ladder, and the ladder's table once more, in plain figures and apart from the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.coach import KINDS, CoachError
from monitor.coach.check.kinds import CHECK
from monitor.coach.ladder import ladder
from monitor.coach.ladder.entries import DONE, MORNING, REVIEWED, UNDONE, day_of
from monitor.coach.ladder.state import LadderState, fold, step
from monitor.coach.ladder.today import Today, today
from monitor.coach.red_flags import ASKED, SEEN
from monitor.vocabulary import DiaryEntry, Side

BEGIN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ON_STAGE = (
    {"wall-hold", "bridge", "standing-hitch"},
    {"side-lying-abduction", "clam", "single-leg-bridge"},
    {"side-plank", "side-plank-leg-raise"},
    {"wall-slide", "step-hitch", "lateral-step-down"},
    {"reverse-lunge", "split-squat", "box-squat"},
    {"skips", "hops"},
)
MOST = (
    {"sets": 1, "reps": 10, "seconds": 10},
    {"sets": 3, "reps": 15},
    {"sets": 3, "reps": 10, "seconds": 30},
    {"sets": 3, "reps": 12},
    {"sets": 3, "reps": 10},
    {"sets": 3, "reps": 10},
)
FULL = {name: most for names, most in zip(ON_STAGE, MOST, strict=True) for name in names}
STEADY = {"pelvis": "steady", "knee": "steady", "trunk": "marked"}


@dataclass
class Runner:
    """Writes through the coach's rules, as the unit does."""

    now: datetime = BEGIN
    entries: list[DiaryEntry] = field(default_factory=list)
    known: tuple[int, LadderState] = (0, LadderState())
    """The state after so many entries."""

    def write(self, kind: str, given: Mapping[str, Any] | None = None) -> DiaryEntry:
        """Raises CoachError."""
        body = given or {}
        if kind != CHECK:  # a check is written by its own part
            body = KINDS[kind](self.entries, body, self.now)
        entry = DiaryEntry(len(self.entries) + 1, self.now, kind, body)
        self.entries.append(entry)
        return entry

    def begin(self, flags: list[str] | None = None, outer_hip: list[str] | None = None) -> "Runner":
        self.write(ASKED, {"flags": flags or [], "outer_hip": outer_hip or []})
        return self

    def do(self, exercise: str, leg: str, *, effort: int = 5, pain: int = 0, **dose: int) -> None:
        self.write(DONE, {"exercise": exercise, "leg": leg, "effort": effort, "pain": pain, **FULL[exercise], **dose})

    def session(self, *legs: Side, **how: int) -> None:
        """Do all that is due for these legs."""
        for side in legs:
            for item in self.today().legs[side].due:
                leg = "both" if item.exercise.legs.value == "both" else side.value
                self.do(item.exercise.id, leg, **how)

    def check(self, levels: Mapping[str, str | None], *legs: Side) -> None:
        self.write(CHECK, {"legs": {side.value: {"levels": levels} for side in legs}})

    def morning(self, leg: Side, pain: str) -> None:
        self.write(MORNING, {"leg": leg.value, "pain": pain})

    def later(self, days: float) -> None:
        self.now += timedelta(days=days)

    def state(self) -> LadderState:
        known, state = self.known
        if known > len(self.entries) or any(entry.kind == UNDONE for entry in self.entries[known:]):
            state = fold(self.entries, ladder())
        else:
            for entry in self.entries[known:]:
                state = step(state, entry, ladder())
        self.known = len(self.entries), state
        return state

    @property
    def day(self) -> date:
        return day_of(self.now)

    def stage(self, side: Side) -> int:
        return self.state().legs[side].stage

    def today(self, *, lighter: bool = False) -> Today:
        return today(self.state(), self.day, ladder(), lighter=lighter)

    def climb_to(self, stage: int, *legs: Side) -> "Runner":
        """Do all that it takes, with nothing that hurts."""
        for _ in range(100):
            behind = [side for side in legs if self.stage(side) < stage]
            if not behind:
                return self
            self.check(STEADY, *behind)
            self.session(*behind)
            self.later(1)
            for side in behind:
                if self.state().legs[side].unanswered(self.day):
                    self.morning(side, "none")
        raise AssertionError("never got there")


# The rules, written down again.

LEAST = (
    {"sets": 1, "reps": 5, "seconds": 5},
    {"sets": 2, "reps": 10},
    {"sets": 3},
    {"sets": 3, "reps": 8},
    {"sets": 3, "reps": 6},
)
LYING_ON_THE_OTHER = {"wall-hold", "side-lying-abduction", "clam"}
LYING_ON_THE_SAME = {"side-plank", "side-plank-leg-raise"}


def may_lie(exercise: str, side: Side, hurting: set[str]) -> bool:
    below = side.other if exercise in LYING_ON_THE_OTHER else side if exercise in LYING_ON_THE_SAME else None
    return below is None or below.value not in hurting


@dataclass
class Table:
    """Follows a diary by the table alone."""

    stage: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))
    begun: dict[Side, list[date]] = field(default_factory=lambda: {side: [] for side in Side})
    """The days on which a leg did anything of its stage, since it came to it."""
    wanted: dict[tuple[Side, date], set[str]] = field(default_factory=dict)
    begun_at: dict[tuple[Side, date], int] = field(default_factory=dict)
    did: dict[tuple[Side, date], list[dict[str, Any]]] = field(default_factory=dict)
    mornings: dict[tuple[Side, date], str] = field(default_factory=dict)
    back: set[tuple[Side, date]] = field(default_factory=set)
    held: dict[Side, list[tuple[date, int]]] = field(default_factory=lambda: {side: [] for side in Side})
    steady_on: dict[Side, date | None] = field(default_factory=lambda: dict.fromkeys(Side))
    seen_on: dict[Side, date | None] = field(default_factory=lambda: dict.fromkeys(Side))
    """When a check last read the pelvis."""
    hurting: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    answered: bool = False

    def read(self, entry: DiaryEntry) -> None:
        day, body = day_of(entry.at), dict(entry.body)
        if entry.kind == ASKED:
            self.answered, self.hurting = True, set(body["outer_hip"])
            self.flags |= set(body["flags"])
        elif entry.kind == SEEN:
            self.answered, self.flags = False, set()
        elif entry.kind == REVIEWED:
            self.answered = False
        elif entry.kind == CHECK:
            for name, leg in body["legs"].items():
                steady = leg["levels"].get("pelvis") == leg["levels"].get("knee") == "steady"
                blind = leg["levels"].get("pelvis") is None
                seen_on = self.seen_on[Side(name)]
                if blind and leg["levels"].get("knee") in (None, "steady") and seen_on and (day - seen_on).days <= 28:
                    continue
                self.steady_on[Side(name)] = day if steady else None
                self.seen_on[Side(name)] = None if blind else day
        elif entry.kind == DONE:
            assert self.answered
            assert not self.flags
            self._done(body, day)
        elif entry.kind == MORNING:
            side, of = Side(body["leg"]), date.fromisoformat(body["of"])
            self.mornings[side, of] = body["pain"]
            if body["pain"] == "worse":
                self._step_back(side, of)
        if self.answered and not self.flags:
            for side in Side:
                self._maybe_up(side, day)

    def _done(self, body: dict[str, Any], day: date) -> None:
        name = body["exercise"]
        number = next(n for n, names in enumerate(ON_STAGE) if name in names)
        sides = [side for side in Side if body["leg"] in (side.value, "both")]
        if body["leg"] == "both":
            sides = [side for side in sides if self.stage[side] == number] or sides
        before = dict(self.stage)
        for side in sides:
            assert number <= before[side], "above its stage"
            assert may_lie(name, side, self.hurting), "lying on a hip that hurts"
            key = side, day
            if key not in self.did:
                raise_too = any(seconds >= 30 for on, seconds in self.held[side] if on < day)
                self.wanted[key] = {
                    each
                    for each in ON_STAGE[before[side]]
                    if (each != "side-plank-leg-raise" or raise_too)
                    and (each != "skips" or min(before.values()) == 5)
                    and may_lie(each, side, self.hurting)
                }
                self.begun_at[key] = before[side]
                self.did[key] = []
            self.did[key].append({**body, "stage": number})
            if name == "side-plank":
                self.held[side].append((day, body["seconds"]))
            if (
                number == self.begun_at[key] == self.stage[side]
                and (not self.begun[side] or (day - self.begun[side][-1]).days >= (2 if number else 1))
                and key not in self.back
            ):
                self.begun[side].append(day)
            if body["pain"] >= 5:
                self._step_back(side, day)

    def _step_back(self, side: Side, day: date) -> None:
        if (side, day) not in self.back:
            self.back.add((side, day))
            self.stage[side] = max(0, self.stage[side] - 1)
            self.begun[side] = []

    def _maybe_up(self, side: Side, day: date) -> None:
        last = self.begun[side][-2:]
        if len(last) == 2 and self.stage[side] < 5 and all(self._held(side, on, day) for on in last):
            self.stage[side] += 1
            self.begun[side] = []

    def _held(self, side: Side, on: date, day: date) -> bool:
        stage = self.stage[side]
        did = [d for d in self.did[side, on] if d["stage"] == stage]
        wanted = {name for name in self.wanted[side, on] if may_lie(name, side, self.hurting)}
        if not wanted or not all(any(self._in_dose(d, stage) for d in did if d["exercise"] == name) for name in wanted):
            return False
        if stage == 0:
            return all(d["pain"] <= 2 for d in self.did[side, on])
        if stage == 1:
            return all(d["sets"] >= 3 and d["reps"] >= 15 and d["effort"] <= 7 for d in did)
        if stage == 2:
            held = [d["seconds"] for d in did if d["exercise"] == "side-plank"]
            if min(held) < 30 or not self.held[side.other]:
                return False
            one, other = held[-1], self.held[side.other][-1][1]
            return abs(one - other) <= 0.2 * max(one, other)
        if stage == 3:
            steady = self.steady_on[side]
            return steady is not None and (day - steady).days <= 28
        strong = all(d["sets"] >= 3 and d["reps"] >= 10 for d in did)
        return strong and all(d["pain"] <= 2 for d in self.did[side, on]) and self.mornings.get((side, on)) == "none"

    def _in_dose(self, did: dict[str, Any], stage: int) -> bool:
        least = LEAST[stage]
        if did["exercise"] == "side-plank":
            least = {"sets": 3, "seconds": 20}
        if did["exercise"] == "side-plank-leg-raise":
            least = {"sets": 3, "reps": 6}
        return all(did[name] >= figure for name, figure in least.items())


__all__ = ["ASKED", "CHECK", "DONE", "MORNING", "REVIEWED", "SEEN", "UNDONE", "CoachError", "Runner", "Table"]
