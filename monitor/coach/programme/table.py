"""The programme's figures, as data. All are [ours], shaped by the trials of retraining (science.md section 5).

who may start   has opted in; a baseline of at least 5 min and 50 stances a leg, at one speed, at most 6 weeks old; the
                drop's 95 % interval lies above 5 degrees on a side
target          of one side, max(5 degrees, 80 % of the baseline's drop); the same from the first session to the eighth
sessions        run 15 18 21 24 27 30 30 30 min; cue available for 15 18 21 24 18 12 6 3 of them, in three equal blocks,
                each at the start of a third of the session, so that a faded session ends silent
a cue           lasts 30 s at most, then 30 s of silence (`monitor.cues.settings`); blue goes dark after 30 s too;
                a metronome clicks 30 s and rests 30 s, and stops while the trunk leans
done            80 % of the minutes, at the baseline's speed +- 5 %, or the session's first where that of the baseline
                was not said; parts of one day (cut off, stopped) count together
one a day       a session begins on a later day than the one before it was done
gap             more than 14 days since one was done: that one once more; more than 42: a new baseline and session 1
pain            stops it, also 3 of 10 before a control check or 5 of 10 in an exercise; it goes on on a
                later day, when the runner says so and no red flag holds (section 7)
ended early     of any run the runner is asked whether it hurt before anything goes on
metronome       at 105 % of the baseline's steps; 107.5 and 110 % each after two sessions running within 2 % of the rate
second round    after consent anew, with a baseline that was run after the first; its silent checks are then over
silent checks   6 min without a cue, due 7, 30 and 91 days after the eighth session; open from 5, 21 and 75 until 14, 45
                and 120 days after it; one not run by then is missed
"""

from dataclasses import dataclass
from datetime import timedelta

RUN_MIN = (15.0, 18.0, 21.0, 24.0, 27.0, 30.0, 30.0, 30.0)
CUE_MIN = (15.0, 18.0, 21.0, 24.0, 18.0, 12.0, 6.0, 3.0)
SESSIONS = len(RUN_MIN)
BLOCKS = 3

THRESHOLD_DEG = 5.0
SHARE_OF_BASELINE = 0.8
"""Most trials of retraining aim at 80 % of the runner's own baseline (science.md section 5)."""
BASELINE_MIN = 5.0
BASELINE_STANCES = 50
BASELINE_IS_GOOD_FOR = timedelta(days=42)

SILENT_MIN = 6.0
"""Of a silent run, for a baseline or a check."""
DONE_SHARE = 0.8
REPEAT_AFTER = timedelta(days=14)
ANEW_AFTER = timedelta(days=42)
SPEED_TOLERANCE = 0.05
LEAST_WORTH_DEG = 1.0
"""A smaller difference within a session is not named, be it as certain as it may."""

STEP_RATES = (1.05, 1.075, 1.10)
"""Of the runner's own (Bramah 2019: + 10 % in one session; smaller steps are easier to follow)."""
RATE_TOLERANCE = 0.02
SESSIONS_AT_A_RATE = 2


@dataclass(frozen=True, slots=True)
class Check:
    """A silent check after the last session."""

    due: timedelta
    opens: timedelta
    closes: timedelta


CHECKS = (
    Check(timedelta(days=7), timedelta(days=5), timedelta(days=14)),
    Check(timedelta(days=30), timedelta(days=21), timedelta(days=45)),
    Check(timedelta(days=91), timedelta(days=75), timedelta(days=120)),
)
