"""What is known of one runner: from observations to stances, cues and their summary. No lamp, no disk, no camera."""

from collections.abc import Iterator

from monitor.cues.decision import Decider
from monitor.gait import GaitTracker, SessionSummary
from monitor.gait.tracker import NOBODY, STANDING
from monitor.pose.runner import ARRIVING, EMPTY_TREADMILL
from monitor.vocabulary import Cue, Curves, LampState, Neutral, Observation, Stance, Summary

MEASURING_S = 3.0
"""So long after a stance the unit still says that it measures [ours]."""
WAITING = "waiting for steps"
NOBODY_RUNS = frozenset({None, NOBODY, EMPTY_TREADMILL, ARRIVING, STANDING})
"""Reasons for which nothing is measured and nothing is wrong."""


class Measurement:
    """Begun anew with every session, for the next runner may be another."""

    def __init__(self, tracker: GaitTracker, decider: Decider) -> None:
        self.tracker = tracker
        self._decider = decider
        self._summary = SessionSummary()
        self.time_s: float | None = None
        """Of the newest observation, by the camera's clock."""
        self.last_stance_s: float | None = None
        """When the last stance ended that could be measured."""

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
        given = [self._decider.stance(stance) for stance in stances]
        if self.time_s is not None:
            given.append(self._decider.tick(self.time_s, self.tracker.seen, self.tracker.reason))
        return (cue for cue in given if cue is not None)

    def silence(self, time_s: float, reason: str) -> Cue | None:
        """What is said when no frame has come until `time_s`."""
        return self._decider.tick(time_s, False, reason)

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

    def _noted(self, stances: list[Stance]) -> list[Stance]:
        for stance in stances:
            self._summary.add(stance)
            if stance.valid:
                self.last_stance_s = stance.toe_off_s
        return stances
