"""One stance, measured."""

import math
from dataclasses import dataclass, field

from monitor.gait.axes import FloatArray
from monitor.gait.curves import Courses
from monitor.gait.drop import drop_measures
from monitor.gait.frames import stance_frames
from monitor.gait.limbs import limb_measures
from monitor.gait.steps import Step
from monitor.gait.window import Window
from monitor.vocabulary import VARIABLES, Measure, Stance


@dataclass(frozen=True, slots=True)
class Measured:
    """A stance, and the stride that it begins."""

    stance: Stance
    length: float = 0.0
    """From contact to toe-off, in strides."""
    courses: Courses = field(default_factory=dict)


def measure(window: Window, step: Step, contacts_s: FloatArray) -> Measured:
    """Measure `step` from the frames of its own and its neighbours' strides.

    Args:
        window: the frames.
        step: a step; one with a reason against it becomes a stance without values.
        contacts_s: rising contact times of the same leg, this step's among them.
    """
    midstance_s = (step.contact_s + step.toe_off_s) / 2.0
    frames = step.reason or stance_frames(window, step, contacts_s)
    if isinstance(frames, str):
        nothing = {variable.name: Measure.withheld(frames) for variable in VARIABLES}
        return Measured(Stance(step.side, step.contact_s, midstance_s, step.toe_off_s, nothing, None, False, frames))
    drop = drop_measures(frames)
    limbs = limb_measures(frames)
    found = drop.measures | limbs.measures
    found["hip_adduction_deg"] = _sum(drop.at_midstance, found["femoral_adduction_deg"])
    measures = {variable.name: found[variable.name] for variable in VARIABLES}
    stance = Stance(step.side, step.contact_s, midstance_s, step.toe_off_s, measures, drop.source)
    return Measured(stance, frames.length, drop.courses | limbs.courses)


def _sum(first: Measure, second: Measure) -> Measure:
    if first.value is None or first.sd is None:
        return first
    if second.value is None or second.sd is None:
        return second
    return Measure(
        first.value + second.value,
        math.hypot(first.sd, second.sd),
        shared_sd=math.hypot(first.shared_sd, second.shared_sd),
    )
