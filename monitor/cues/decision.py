"""The decision to cue: pure, told the time, about one side at a time, or about one leg only.

Continual feedback is among the worst protocols (Davis 2020, abstract): a cue says one thing, rests, and is silent
inside the runner's own band. Only a stance can start a claim; the passing of time can only end one. A cue therefore
never comes on for a runner who has stopped, and every way of going silent works without a new stance.
"""

import math
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from monitor.cues.settings import CueSettings
from monitor.vocabulary import Cue, CueKind, Measure, Side, Stance

NOT_YET = "waiting to see you run"
WAITING = "waiting for enough good steps"
CANNOT_SEE = "cannot see you"
UNSURE = "the pelvis drop is not measured closely enough to cue on"
RESTING = "the cue rests: run on your own for a while"
TRUNK = "your trunk leans more than before the cue: level the pelvis, not the trunk"
INSIDE = "inside your band on both legs"
INSIDE_ONE = "inside your band on the {side} leg"
OUTSIDE = "the pelvis drops beyond your band while you stand on the {side} leg"

LATE_S = 1.0
"""A clock that runs back by more than this is another clock: everything before it is forgotten."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of a variable over stances of one leg, in degrees, with what is known of its error."""

    mean_deg: float
    own_sd_deg: float
    """From the stances' own errors: averages out."""
    shared_sd_deg: float
    """From the error that all stances share: does not."""

    @property
    def sd_deg(self) -> float:
        """Both together."""
        return math.hypot(self.own_sd_deg, self.shared_sd_deg)


class _Step(NamedTuple):
    contact_s: float
    toe_off_s: float
    drop: Measure
    lean: Measure


@dataclass(slots=True)
class _Episode:
    """A runner being spoken to about one leg."""

    side: Side
    start_s: float
    lean_before: Estimate | None
    leaning: bool = False


class Decider:
    """Turns stances and the passing of time into at most one cue for one side.

    `tick` is due with every frame, at least ten times a second; without it nothing is ever cued. Both methods give a
    new `Cue` when what is said changed, otherwise None; `current` is the last one given.
    """

    def __init__(self, settings: CueSettings | None = None) -> None:
        self._settings = settings if settings is not None else CueSettings()
        leg = self._settings.leg
        self._sides = tuple(Side) if leg is None else (leg,)
        self._inside = INSIDE if leg is None else INSIDE_ONE.format(side=leg)
        self._current = Cue(math.nan, None, CueKind.OFF, NOT_YET)
        self._hushed: str | None = None
        self._forget()

    def _forget(self) -> None:
        self._now_s = -math.inf
        self._last_seen_s = -math.inf
        self._rest_until_s = -math.inf
        self._absence = NOT_YET
        self._episode: _Episode | None = None
        self._spoken: list[tuple[float, float]] = []
        self._steps: dict[Side, list[_Step]] = {side: [] for side in Side}

    @property
    def settings(self) -> CueSettings:
        """What it decides by."""
        return self._settings

    @property
    def current(self) -> Cue:
        """What is said now; before anything was said its time is NaN."""
        return self._current

    def stance(self, stance: Stance) -> Cue | None:
        """Take in a stance, in any order; one without a pelvic drop counts only as time passing."""
        if not (math.isfinite(stance.contact_s) and math.isfinite(stance.toe_off_s)):
            return None
        self._pass_time(stance.toe_off_s)
        drop = stance.measures["pelvic_drop_deg"]
        if not stance.valid or drop.value is None:
            return self._take_away()
        self._remember(stance.side, _Step(stance.contact_s, stance.toe_off_s, drop, stance.measures["trunk_lean_deg"]))
        if self._is_lost() or self._is_hushed() or self._is_resting():
            return self._take_away()
        return self._give(stance.side)

    def hush(self, reason: str | None) -> Cue | None:
        """Cue nothing for a reason, until there is none any more; before the first tick, nothing is said of it."""
        if reason == self._hushed:
            return None
        self._hushed = reason
        if not math.isfinite(self._now_s):
            return None
        if reason is None:
            return self._take_away() or self._say_off(WAITING)
        self._end_episode()
        return self._take_away()

    def tick(self, time_s: float, seen: bool, reason: str | None = None) -> Cue | None:
        """Let time pass: `seen` says whether the runner is in the picture now, `reason` why not.

        Raises ValueError for a time that is not finite. A time before the last one begins anew.
        """
        if not math.isfinite(time_s):
            raise ValueError(f"a tick has a finite time, not {time_s}")
        if time_s < self._now_s - LATE_S:
            self._forget()
        self._pass_time(time_s)
        was_lost = self._is_lost()
        if seen:
            self._last_seen_s = self._now_s
            self._absence = CANNOT_SEE
            if was_lost and not self._is_hushed() and not self._is_resting():
                return self._say_off(WAITING)
        elif reason is not None and self._absence in (NOT_YET, CANNOT_SEE):
            self._absence = reason
        return self._take_away()

    def estimate(self, side: Side) -> Estimate | None:
        """Mean pelvic drop of the last stances of a leg; None when they are too few or too old."""
        if not self._is_fresh(side):
            return None
        oldest_s = self._now_s - self._settings.window_s
        return self._mean(step.drop for step in self._steps[side] if step.contact_s >= oldest_s)

    def _pass_time(self, time_s: float) -> None:
        self._now_s = max(self._now_s, time_s)
        if self._is_lost():
            self._end_episode()
        if self._episode is not None and self._spoken_s() >= self._settings.cue_limit_s:
            self._end_episode()
            self._spoken.clear()
            self._rest_until_s = self._now_s + self._settings.silence_s

    def _remember(self, side: Side, step: _Step) -> None:
        steps = self._steps[side]
        if all(step.contact_s != known.contact_s for known in steps):
            insort(steps, step, key=lambda known: known.contact_s)
            del steps[: -self._settings.stances]

    def _mean(self, measures: Iterable[Measure]) -> Estimate | None:
        known = [(m.value, m.sd, m.shared_sd) for m in measures if m.value is not None and m.sd is not None]
        n = len(known)
        if n < self._settings.least_stances:
            return None
        return Estimate(
            math.fsum(value for value, _, _ in known) / n,
            math.sqrt(math.fsum(sd**2 for _, sd, _ in known)) / n,
            math.fsum(shared for _, _, shared in known) / n,
        )

    def _is_fresh(self, side: Side) -> bool:
        steps, least = self._steps[side], self._settings.least_stances
        return (
            len(steps) >= least
            and steps[-least].contact_s >= self._now_s - self._settings.window_s
            and steps[-1].toe_off_s >= self._now_s - self._settings.fresh_s
        )

    def _is_lost(self) -> bool:
        return self._now_s - self._last_seen_s > self._settings.lost_after_s

    def _is_hushed(self) -> bool:
        return self._hushed is not None

    def _is_resting(self) -> bool:
        return self._now_s < self._rest_until_s

    def _spoken_s(self) -> float:
        since_s = self._now_s - self._settings.cue_limit_s - self._settings.silence_s
        self._spoken = [(start_s, end_s) for start_s, end_s in self._spoken if end_s > since_s]
        now = [(self._episode.start_s, self._now_s)] if self._episode is not None else []
        return math.fsum(end_s - max(start_s, since_s) for start_s, end_s in self._spoken + now)

    def _take_away(self) -> Cue | None:
        """End what can no longer be said."""
        if self._is_lost():
            return self._say_off(self._absence)
        if self._hushed is not None:
            return self._say_off(self._hushed)
        if self._is_resting():
            return self._say_off(RESTING)
        claimed = (self._episode.side,) if self._episode is not None else self._sides
        if all(self._is_fresh(side) for side in claimed):
            return self._dim()
        self._end_episode()
        return self._say_off(WAITING)

    def _dim(self) -> Cue | None:
        """Of one leg only, being inside is shown for no longer than any other cue: then it stays so in the dark."""
        said = self._current
        if self._settings.leg is None or said.kind is not CueKind.INSIDE:
            return None
        return self._say_off(said.reason) if self._now_s - said.time_s >= self._settings.cue_limit_s else None

    def _give(self, leg: Side) -> Cue | None:
        """Say what the estimates allow; `leg` is the one that was just on the belt."""
        if self._episode is not None:
            side = self._episode.side
            estimate = self._trusted(side, self._settings.keep_sd_deg)
            if estimate is not None:
                self._episode.leaning = self._is_leaning(self._episode)
                if self._episode.leaning:
                    return self._say_off(TRUNK)
                if self._excess_deg(side, estimate) >= -self._settings.hysteresis_deg:
                    return self._say_outside(side, estimate)
            self._end_episode()
        is_inside = self._current.reason == self._inside
        limit_deg = self._settings.keep_sd_deg if is_inside else self._settings.start_sd_deg
        trusted = {side: known for side in self._sides if (known := self._trusted(side, limit_deg)) is not None}
        excess_deg = {side: self._excess_deg(side, known) for side, known in trusted.items()}
        worst = max(excess_deg, key=lambda side: (excess_deg[side], side is leg), default=None)
        if worst is not None and excess_deg[worst] > self._settings.hysteresis_deg:
            self._episode = _Episode(worst, self._now_s, self._mean(step.lean for step in self._steps[worst]))
            return self._say_outside(worst, trusted[worst])
        if len(trusted) == len(self._sides):
            if is_inside:
                return None
            return self._say(Cue(self._now_s, self._settings.leg, CueKind.INSIDE, self._inside))
        return self._say_off(UNSURE if all(self._is_fresh(side) for side in self._sides) else WAITING)

    def _trusted(self, side: Side, limit_deg: float) -> Estimate | None:
        """The estimate, if it is good enough to be spoken of: exact, or far from the target for what it is."""
        estimate = self.estimate(side)
        if estimate is None:
            return None
        far = abs(self._excess_deg(side, estimate)) > self._settings.sure_sds * estimate.sd_deg
        return estimate if far or estimate.sd_deg <= limit_deg else None

    def _excess_deg(self, side: Side, estimate: Estimate) -> float:
        return estimate.mean_deg - self._settings.band.target_deg(side)

    def _is_leaning(self, episode: _Episode) -> bool:
        """Whether the trunk took over: the shared error is in both means and cancels in their difference."""
        least = self._settings.least_stances
        since = [step.lean for step in self._steps[episode.side] if step.contact_s > episode.start_s]
        before, after = episode.lean_before, self._mean(since[-least:])
        if before is None or after is None:
            return False
        rise_deg = after.mean_deg - before.mean_deg
        needed_deg = self._settings.trunk_rise_deg - (self._settings.hysteresis_deg if episode.leaning else 0.0)
        sure = math.hypot(before.own_sd_deg, after.own_sd_deg) <= self._settings.keep_sd_deg
        return sure and rise_deg > needed_deg

    def _end_episode(self) -> None:
        if self._episode is not None:
            self._spoken.append(
                (self._episode.start_s, min(self._now_s, self._last_seen_s + self._settings.lost_after_s))
            )
            self._episode = None

    def _say_outside(self, side: Side, estimate: Estimate) -> Cue | None:
        target_deg, reason = self._settings.band.target_deg(side), OUTSIDE.format(side=side)
        return self._say(
            Cue(self._now_s, side, CueKind.OUTSIDE, reason, estimate.mean_deg, estimate.sd_deg, target_deg)
        )

    def _say_off(self, reason: str) -> Cue | None:
        return self._say(Cue(self._now_s, None, CueKind.OFF, reason))

    def _say(self, cue: Cue) -> Cue | None:
        said = self._current
        if (cue.kind, cue.side, cue.reason) == (said.kind, said.side, said.reason):
            return None
        self._current = cue
        return cue
