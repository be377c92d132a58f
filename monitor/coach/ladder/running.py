"""Whether somebody runs more than usual, as far as this unit saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(weeks=1)
USUAL_WEEKS = 4
RISE_PERCENT = 30
"""More than the usual week by so much is a rise [ours]."""


@dataclass(frozen=True, slots=True)
class Run:
    """One session of running."""

    day: date
    minutes: float


@dataclass(frozen=True, slots=True)
class Load:
    """How much somebody ran."""

    week_min: float
    """In the seven days up to today."""
    usual_min: float | None
    """A week's mean over the four weeks before; None while the unit knows less than that, or nothing was run then."""

    @property
    def rises(self) -> bool:
        """Whether it is more than 30 % above the usual."""
        return self.usual_min is not None and 100.0 * self.week_min > (100 + RISE_PERCENT) * self.usual_min


def load(runs: Sequence[Run], today: date) -> Load:
    """Return how much was run in the last week, and usually."""
    begin = today - WEEK
    usual = [run.minutes for run in runs if begin - USUAL_WEEKS * WEEK < run.day <= begin]
    week = sum(run.minutes for run in runs if begin < run.day <= today)
    known = any(run.day <= begin - USUAL_WEEKS * WEEK + WEEK for run in runs)
    return Load(week, sum(usual) / USUAL_WEEKS if known and sum(usual) > 0.0 else None)
