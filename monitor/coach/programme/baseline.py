"""Who may start, and what is aimed at: the runner's own baseline."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.coach.programme.table import (
    BASELINE_IS_GOOD_FOR,
    BASELINE_MIN,
    BASELINE_STANCES,
    SHARE_OF_BASELINE,
    SPEED_TOLERANCE,
    THRESHOLD_DEG,
)
from monitor.vocabulary import HIGHEST_TARGET_DEG, Side, Statistic


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of one of the runner's sessions that was no session of the programme."""

    session_id: str
    at: datetime
    """When it began."""
    run_min: float
    """Minutes of running in it."""
    drop: Mapping[Side, Statistic]
    """Pelvis drop, its interval with the error that all stances share."""
    cadence_spm: float | None
    speeds_mps: tuple[float, ...] = ()
    """How fast the belt ran, as was said: one value for each time it was said."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the programme starts from; it stays as it is until the programme is over."""

    session_id: str
    at: datetime
    side: Side
    """The leg that is cued."""
    target_deg: float
    drop: Mapping[Side, Statistic]
    cadence_spm: float | None
    speed_mps: float | None


class Wanted(StrEnum):
    """What a baseline has to have."""

    MINUTES = "minutes"
    STANCES = "stances"
    """Of a leg, with a pelvis drop."""
    ONE_SPEED = "one speed"
    """Its value: by which part the greatest speed said exceeds the least."""
    AGE = "age"
    """In days."""
    DROP = "drop"
    """The lower end of a leg's interval, in degrees."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the things that a baseline has to have, and how it is."""

    wanted: Wanted
    value: float | None
    """None where it is not known."""
    limit: float
    met: bool
    side: Side | None = None


def newest(runs: Sequence[Run], of_programme: Collection[str], now: datetime) -> Run | None:
    """The run that would be the baseline: the newest that was no session or check of the programme.

    One that is too short, of two speeds or too old is it only where there is no other.
    A lamp that was lit in it can only have made the drop smaller, and the target with it: that lets fewer start, and
    claims less of a change.
    """
    others = [run for run in runs if run.session_id not in of_programme]
    usable = [run for run in others if is_usable(run, now)]
    return max(usable or others, key=lambda run: run.at, default=None)


def is_usable(run: Run, now: datetime) -> bool:
    """Whether a run is long, even and new enough to start from, whatever the drop was."""
    return all(condition.met for condition in _usable(run, now))


def conditions(run: Run, now: datetime) -> tuple[Condition, ...]:
    """Every condition; of the last two, one for each leg, one has to be met."""
    return (*_usable(run, now), *_above(run))


def baseline_of(run: Run | None, now: datetime) -> Baseline | None:
    """What the programme starts from; None when a condition is not met.

    Of two legs above the threshold the one whose interval begins higher is cued.
    """
    if run is None or not is_usable(run, now):
        return None
    above = {c.side: c.value for c in _above(run) if c.met and c.side is not None and c.value is not None}
    if not above:
        return None
    side = max(above, key=above.__getitem__)
    speed_mps = sum(run.speeds_mps) / len(run.speeds_mps) if run.speeds_mps else None
    target_deg = target_of(run.drop[side].mean or 0.0)
    return Baseline(run.session_id, run.at, side, target_deg, dict(run.drop), run.cadence_spm, speed_mps)


def target_of(baseline_deg: float) -> float:
    """The pelvis drop that is aimed at, in degrees: 80 % of the runner's own, but at least 5°."""
    return min(max(THRESHOLD_DEG, SHARE_OF_BASELINE * baseline_deg), HIGHEST_TARGET_DEG)


def at_speed(speed_mps: float | None, baseline: Baseline | None, first_mps: float | None = None) -> bool:
    """Whether a speed is the baseline's, or the session's first where the baseline's was not said.

    Where one of the two is not known, nothing contradicts it.
    """
    wanted_mps = (baseline.speed_mps or first_mps) if baseline else None
    if speed_mps is None or wanted_mps is None:
        return True
    return abs(speed_mps - wanted_mps) <= SPEED_TOLERANCE * wanted_mps


def _usable(run: Run, now: datetime) -> Iterator[Condition]:
    yield Condition(Wanted.MINUTES, run.run_min, BASELINE_MIN, run.run_min >= BASELINE_MIN)
    for side in Side:
        n = run.drop[side].n if side in run.drop else 0
        yield Condition(Wanted.STANCES, float(n), float(BASELINE_STANCES), n >= BASELINE_STANCES, side)
    spread = max(run.speeds_mps) / min(run.speeds_mps) - 1.0 if run.speeds_mps else None
    yield Condition(Wanted.ONE_SPEED, spread, SPEED_TOLERANCE, spread is None or spread <= SPEED_TOLERANCE)
    age = abs(now - run.at)
    days = age.total_seconds() / 86400.0
    yield Condition(Wanted.AGE, days, float(BASELINE_IS_GOOD_FOR.days), age <= BASELINE_IS_GOOD_FOR)


def _above(run: Run) -> Iterator[Condition]:
    for side in Side:
        interval = run.drop[side].ci95 if side in run.drop else None
        low_deg = None if interval is None else interval[0]
        yield Condition(Wanted.DROP, low_deg, THRESHOLD_DEG, low_deg is not None and low_deg > THRESHOLD_DEG, side)
