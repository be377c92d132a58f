"""The words every room shares: frozen values with their own invariants and no logic beyond them.

Signs (camera behind the runner, picture not mirrored, u to the right, v down):

* the runner's left is image-left;
* an *image angle* is positive when the picture-right end of the line is higher;
* a *gait angle* is positive for more of what its name says, the same on both sides.
"""

from monitor.vocabulary.cue import Cue, CueKind, LampState
from monitor.vocabulary.curve import CURVE_POINTS, CURVES, Curve, Curves
from monitor.vocabulary.diary import DiaryEntry
from monitor.vocabulary.engine import EngineFigures, Quantiles
from monitor.vocabulary.frame import Frame, Neutral, Observation, PelvicLine, PelvicSource, Pose
from monitor.vocabulary.landmark import Landmark
from monitor.vocabulary.plan import HIGHEST_TARGET_DEG, LEAST_SPM, MOST_SPM, CuePlan
from monitor.vocabulary.side import Side, View
from monitor.vocabulary.speed import FASTEST_MPS, SLOWEST_MPS, SpeedUnit
from monitor.vocabulary.stance import VARIABLES, Measure, Stance, Statistic, Summary, Variable

__all__ = [
    "CURVES",
    "CURVE_POINTS",
    "FASTEST_MPS",
    "HIGHEST_TARGET_DEG",
    "LEAST_SPM",
    "MOST_SPM",
    "SLOWEST_MPS",
    "VARIABLES",
    "Cue",
    "CueKind",
    "CuePlan",
    "Curve",
    "Curves",
    "DiaryEntry",
    "EngineFigures",
    "Frame",
    "LampState",
    "Landmark",
    "Measure",
    "Neutral",
    "Observation",
    "PelvicLine",
    "PelvicSource",
    "Pose",
    "Quantiles",
    "Side",
    "SpeedUnit",
    "Stance",
    "Statistic",
    "Summary",
    "Variable",
    "View",
]
