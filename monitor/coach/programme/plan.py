"""From the tables to one session's plan."""

from dataclasses import replace

from monitor.coach.programme.baseline import Baseline
from monitor.coach.programme.table import BLOCKS, CUE_MIN, RUN_MIN, SILENT_MIN, STEP_RATES, THRESHOLD_DEG
from monitor.vocabulary import LEAST_SPM, MOST_SPM, CuePlan, Side

MINUTE_S = 60.0
EXTRA_S = 86400.0
"""Longer than anybody runs."""


def windows(run_min: float, cue_min: float) -> tuple[tuple[float, float], ...]:
    """When the cue is available, in seconds of running: all the time, or at the start of each third."""
    if cue_min >= run_min:
        return ((0.0, run_min * MINUTE_S),)
    block_s, every_s = cue_min * MINUTE_S / BLOCKS, run_min * MINUTE_S / BLOCKS
    return tuple((i * every_s, i * every_s + block_s) for i in range(BLOCKS))


def session_plan(number: int, baseline: Baseline, metronome_level: int | None, behind_s: float) -> CuePlan:
    """The plan of a session, 1 to 8. `metronome_level`: which of the step rates; None for the lamp."""
    run_min, cue_min = RUN_MIN[number - 1], CUE_MIN[number - 1]
    return CuePlan(
        run_min * MINUTE_S,
        windows(run_min, cue_min),
        baseline.side,
        baseline.target_deg,
        None if metronome_level is None else step_rate(baseline, metronome_level),
        behind_s,
    )


def silent_plan(baseline: Baseline | None) -> CuePlan:
    """Without a cue; of a runner without a baseline, neither side nor target mean anything in it."""
    side, target_deg = (baseline.side, baseline.target_deg) if baseline else (Side.LEFT, THRESHOLD_DEG)
    return CuePlan(SILENT_MIN * MINUTE_S, (), side, target_deg)


def extra_plan(baseline: Baseline | None) -> CuePlan:
    """For a session beside the programme: a lamp in it would be one more than the tables say."""
    return replace(silent_plan(baseline), run_s=EXTRA_S)


def step_rate(baseline: Baseline, level: int) -> float | None:
    """Steps a minute that are asked for, as a metronome can click them; None where the runner's own are not known."""
    if baseline.cadence_spm is None:
        return None
    return min(max(STEP_RATES[level] * baseline.cadence_spm, LEAST_SPM), MOST_SPM)


def available(plan: CuePlan, run_s: float) -> bool:
    """Whether the cue is available after so many seconds of running."""
    return any(start_s <= run_s < end_s for start_s, end_s in plan.windows)


def changes_in_s(plan: CuePlan, run_s: float) -> float | None:
    """How many seconds of running it stays so; None after the last change, which is the end."""
    edges = [edge for window in plan.windows for edge in window] + [plan.run_s]
    return min((edge - run_s for edge in edges if edge > run_s), default=None)


def cue_times(plan: CuePlan) -> float:
    """For how many seconds of running the cue is available."""
    return sum(end_s - start_s for start_s, end_s in plan.windows)
