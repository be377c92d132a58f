"""The retraining programme: eight sessions in which a cue fades, then silent checks. Pure.

What happened is in the runner's diary; everything else is made of it anew whenever it is asked for (`state.fold`), so a
restart, a missed week or a month cannot lose the place. No study of a lamp or a buzzer as a cue for pelvic drop was
found: the programme is shaped by trials of other cues, and promises nothing.
"""

from monitor.coach.programme.baseline import Baseline, Condition, Run, Wanted, conditions
from monitor.coach.programme.entries import Begun, Cueing, Ended, Purpose
from monitor.coach.programme.kinds import PROGRAMME_KINDS
from monitor.coach.programme.measured import Stances, measured
from monitor.coach.programme.outcome import Outcome, outcome
from monitor.coach.programme.plan import available, cue_times
from monitor.coach.programme.running import RunningClock
from monitor.coach.programme.state import State, fold
from monitor.coach.programme.step import Step, Waits, Why, next_step

__all__ = [
    "PROGRAMME_KINDS",
    "Baseline",
    "Begun",
    "Condition",
    "Cueing",
    "Ended",
    "Outcome",
    "Purpose",
    "Run",
    "RunningClock",
    "Stances",
    "State",
    "Step",
    "Waits",
    "Wanted",
    "Why",
    "available",
    "conditions",
    "cue_times",
    "fold",
    "measured",
    "next_step",
    "outcome",
]
