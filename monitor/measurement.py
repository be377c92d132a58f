"""What is known of one runner: from observations to stances, cues and their summary. No lamp, no disk, no camera."""

import math
from collections.abc import Iterator
from dataclasses import replace

from monitor.coach.programme import RunningClock, available
from monitor.cues.decision import INSIDE_ONE, RESTING, TRUNK, UNSURE, Decider
from monitor.cues.decision import WAITING as STEPS_WANTED
from monitor.cues.settings import Band
from monitor.cues.sound import BuzzerUse, Sound
from monitor.gait import GaitTracker, SessionSummary
from monitor.gait.tracker import NOBODY, STANDING
from monitor.pose.runner import ARRIVING, EMPTY_TREADMILL
from monitor.vocabulary import Cue, CueKind, CuePlan, Curves, LampState, Neutral, Observation, Stance, Summary

MEASURING_S = 3.0
"""So long after a stance the unit still says that it measures [ours]."""
WAITING = "waiting for steps"
NOBODY_RUNS = frozenset({None, NOBODY, EMPTY_TREADMILL, ARRIVING, STANDING})
"""Reasons for which nothing is measured and nothing is wrong."""

SILENT_RUN = "a silent run: nothing is cued"
ON_YOUR_OWN = "the cue is silent now: run on your own"
CLICKS = "a click for every step: let your steps follow"
CLICKS_REST = "the clicks rest: keep to their rate on your own"
MINUTES_DONE = "all minutes of this session are run"
OTHER_SPEED = "the belt does not run at your baseline's speed: nothing is cued"

OF_THE_LAMP = (STEPS_WANTED, UNSURE, RESTING)
"""Why a lamp is dark; of no matter to a metronome."""


class Measurement:
    """Begun anew with every session, for the next runner may be another."""

    def __init__(self, tracker: GaitTracker, decider: Decider) -> None:
        self.tracker = tracker
        self._decider = decider
        self._summary = SessionSummary()
        self._plan: CuePlan | None = None
        self._running = RunningClock()
        self._said: str | None = None
        """Why no lamp is lit, where a metronome cues."""
        self.at_speed = True
        """Whether the belt runs as a plan wants it, as far as anybody said."""
        self.time_s: float | None = None
        """Of the newest observation, by the camera's clock."""
        self.last_stance_s: float | None = None
        """When the last stance ended that could be measured."""

    def follow(self, plan: CuePlan) -> None:
        """Cue as a plan says from now on."""
        band = Band(plan.target_deg, plan.target_deg)
        self._decider = Decider(replace(self._decider.settings, band=band, leg=plan.side))
        self._plan, self._running = plan, RunningClock(plan.behind_s)

    def sound(self, usual: Sound) -> Sound:
        """What the buzzer is used for now: a plan's metronome, or nothing that a plan has not in it."""
        plan = self._plan
        if plan is None:
            return usual
        if plan.metronome_spm is not None and self._clicks(plan):
            return Sound(BuzzerUse.METRONOME, plan.metronome_spm)
        return Sound(BuzzerUse.OFF if usual.use is BuzzerUse.OFF else BuzzerUse.CUE)

    @property
    def summary(self) -> Summary:
        """Of the stances until now."""
        return self._summary.summary()

    @property
    def curves(self) -> Curves:
        """The average stride of the stances until now."""
        return self.tracker.curves.curves()

    @property
    def neutral(self) -> Neutral | None:
        """The zero that the drop is counted from; None = the level line."""
        return self.tracker.neutral

    def push(self, observation: Observation) -> list[Stance]:
        """Take the next frame; the stances that are now over."""
        self.time_s = observation.time_s
        return self._noted(self.tracker.push(observation))

    def finish(self) -> list[Stance]:
        """The stances that were still waited for."""
        return self._noted(self.tracker.finish())

    def cues(self, stances: list[Stance]) -> Iterator[Cue]:
        """What is said because of these stances and the newest frame, one after the other."""
        given: list[Cue | None] = []
        for stance in stances:
            self._running.contact(stance.contact_s, self.at_speed)
            given += [self._decider.hush(self._why_silent()), self._decider.stance(stance)]
        if self.time_s is not None:
            given.append(self._decider.hush(self._why_silent()))
            given.append(self._decider.tick(self.time_s, self.tracker.seen, self.tracker.reason))
        return self._told(given)

    def silence(self, time_s: float, reason: str) -> Cue | None:
        """What is said when no frame has come until `time_s`."""
        return next(self._told([self._decider.tick(time_s, False, reason)]), None)

    def state(self) -> tuple[LampState, str]:
        """What the newest frame shows, and why nothing is measured."""
        reason = self.tracker.reason
        if self.tracker.seen and self._is_measuring():
            return LampState.MEASURING, ""
        if reason in NOBODY_RUNS:
            return LampState.READY, reason or WAITING
        return LampState.CANNOT_SEE, reason or ""

    def _is_measuring(self) -> bool:
        return (
            self.time_s is not None
            and self.last_stance_s is not None
            and self.time_s - self.last_stance_s < MEASURING_S
        )

    def _is_available(self, plan: CuePlan) -> bool:
        return self.at_speed and available(plan, self._running.run_s)

    def _told(self, given: list[Cue | None]) -> Iterator[Cue]:
        """What is told of what was decided; where a metronome cues, only what holds now, and only when it changed."""
        plan = self._plan
        if plan is not None and plan.metronome_spm is not None:
            cue = self._beside_clicks(plan)
            given = [cue if cue.reason != self._said and math.isfinite(cue.time_s) else None]
            self._said = cue.reason
        return (cue for cue in given if cue is not None)

    def _clicks(self, plan: CuePlan) -> bool:
        """Whether a plan's metronome clicks now: as long as a cue lasts, then it rests; not while the trunk leans."""
        if not self._is_available(plan) or self._decider.current.reason == TRUNK:
            return False
        settings, run_s = self._decider.settings, self._running.run_s
        since_s = min(run_s - start_s for start_s, _ in plan.windows if start_s <= run_s)
        return since_s % (settings.cue_limit_s + settings.silence_s) < settings.cue_limit_s

    def _beside_clicks(self, plan: CuePlan) -> Cue:
        """What holds where a metronome cues: no lamp is lit, and of what a lamp would say only the trunk is told."""
        cue = self._decider.current
        if cue.kind is CueKind.OFF and cue.reason not in (*OF_THE_LAMP, INSIDE_ONE.format(side=plan.side)):
            return cue
        time_s = cue.time_s if self.time_s is None else self.time_s
        return Cue(time_s, None, CueKind.OFF, CLICKS if self._clicks(plan) else CLICKS_REST)

    def _why_silent(self) -> str | None:
        """Why a plan has no lamp lit now."""
        plan = self._plan
        if plan is None:
            return None
        if not self.at_speed:
            return OTHER_SPEED
        if self._running.run_s >= plan.run_s:
            return MINUTES_DONE
        if not self._is_available(plan):
            return ON_YOUR_OWN if plan.windows else SILENT_RUN
        return None

    def _noted(self, stances: list[Stance]) -> list[Stance]:
        for stance in stances:
            self._summary.add(stance)
            if stance.valid:
                self.last_stance_s = stance.toe_off_s
        return stances
