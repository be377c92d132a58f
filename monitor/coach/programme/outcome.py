"""What a session of the programme changed, and whether it stayed while the cue was silent: as far as can be told."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.coach.comparison import can_be_told, difference
from monitor.coach.programme.entries import Begun, Ended
from monitor.coach.programme.table import LEAST_WORTH_DEG
from monitor.vocabulary import Statistic

NO_SPEED = "the speed at the baseline was not said"


class Change(StrEnum):
    """What a difference says."""

    NOT_KNOWN = "not known"
    NONE_TOLD = "within the error"
    """Or, within a session, smaller than is worth a word."""
    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the leg that the programme is about."""

    change: Statistic
    """The session less the baseline, whose errors have nothing to do with each other."""
    changed: Change
    silent: Statistic
    """While the cue was silent less while it was available, in the same session."""
    stayed: Change
    """MORE: the drop came back while the cue was silent; NONE_TOLD and LESS: it did not, as far as can be told."""


def outcome(begun: Begun, ended: Ended) -> Outcome | None:
    """None of a run for a baseline."""
    if begun.baseline is None:
        return None
    parts = ended.drop[begun.plan.side]
    change = difference(begun.baseline.drop[begun.plan.side], parts.whole)
    if ended.speed_mps is not None and begun.baseline.speed_mps is None:
        change = Statistic(None, None, 0, None, NO_SPEED)
    silent = difference(parts.cued, parts.silent)
    return Outcome(change, _told(change), silent, _told(silent, LEAST_WORTH_DEG))


def _told(change: Statistic, least_deg: float = 0.0) -> Change:
    if change.mean is None or change.ci95 is None:
        return Change.NOT_KNOWN
    if not can_be_told(change) or abs(change.mean) < least_deg:
        return Change.NONE_TOLD
    return Change.MORE if change.mean > 0.0 else Change.LESS
