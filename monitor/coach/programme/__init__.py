"""The retraining programme: eight sessions in which a cue fades, then silent checks. Pure.

What happened is in the runner's diary; everything else is made of it anew whenever it is asked for (`state.fold`), so a
restart, a missed week or a month cannot lose the place. No study of a lamp or a buzzer as a cue for pelvic drop was
found: the programme is shaped by trials of other cues, and promises nothing.
"""

from monitor.coach.programme.baseline import Baseline, Condition, Run, Wanted, at_speed, conditions
from monitor.coach.programme.entries import Begun, Cueing, Ended, How, Parts, Purpose
from monitor.coach.programme.kinds import PROGRAMME_KINDS, SEE_A_PROFESSIONAL
from monitor.coach.programme.measured import Stances, measured, nothing_measured, running_of
from monitor.coach.programme.outcome import Change, Outcome, outcome
from monitor.coach.programme.plan import available, changes_in_s, cue_times, extra_plan
from monitor.coach.programme.running import RunningClock, cadence_spm
from monitor.coach.programme.state import Course, Past, State, fold
from monitor.coach.programme.step import Step, Waits, Why, candidate, next_step
from monitor.coach.programme.stored import runs_of, stances_of
from monitor.coach.programme.table import CHECKS, CUE_MIN, RUN_MIN, SESSIONS

__all__ = [
    "CHECKS",
    "CUE_MIN",
    "PROGRAMME_KINDS",
    "RUN_MIN",
    "SEE_A_PROFESSIONAL",
    "SESSIONS",
    "Baseline",
    "Begun",
    "Change",
    "Condition",
    "Course",
    "Cueing",
    "Ended",
    "How",
    "Outcome",
    "Parts",
    "Past",
    "Purpose",
    "Run",
    "RunningClock",
    "Stances",
    "State",
    "Step",
    "Waits",
    "Wanted",
    "Why",
    "at_speed",
    "available",
    "cadence_spm",
    "candidate",
    "changes_in_s",
    "conditions",
    "cue_times",
    "extra_plan",
    "fold",
    "measured",
    "next_step",
    "nothing_measured",
    "outcome",
    "running_of",
    "runs_of",
    "stances_of",
]
