"""One stance and the values read in it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.vocabulary.frame import PelvicSource
from monitor.vocabulary.side import Side


@dataclass(frozen=True, slots=True)
class Variable:
    """A quantity measured once a stance."""

    name: str
    """As in the JSON, with its unit."""
    label: str
    unit: str
    meaning_of_plus: str


VARIABLES: tuple[Variable, ...] = (
    Variable("pelvic_drop_deg", "Pelvis drop", "°", "the swing-side hip is lower than the stance-side hip"),
    Variable("pelvic_drop_excursion_deg", "Pelvis drop since contact", "°", "the pelvis drops during stance"),
    Variable("knee_collapse_deg", "Knee collapse", "°", "the knee is medial of the hip-ankle line"),
    Variable("femoral_adduction_deg", "Thigh angle", "°", "the knee is medial of the hip"),
    Variable("hip_adduction_deg", "Hip adduction", "°", "adducted"),
    Variable("knee_window", "Knee window", "hip widths", "open"),
    Variable("trunk_lean_deg", "Trunk lean", "°", "toward the stance side"),
    Variable("step_width", "Step width", "hip widths", "lateral; negative = crossover"),
)

_NAMES = {variable.name for variable in VARIABLES}


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with its standard deviation, or no value and the reason."""

    value: float | None
    sd: float | None
    """Of this stance's own error: it averages out over stances."""
    reason: str | None = None
    shared_sd: float = 0.0
    """Of the error that every stance shares: it does not average out."""

    def __post_init__(self) -> None:
        if self.value is None:
            if not self.reason:
                raise ValueError("a withheld value has a reason")
        elif self.sd is None or not (math.isfinite(self.value) and math.isfinite(self.sd) and self.sd >= 0.0):
            raise ValueError("a value is finite and has a finite standard deviation")

    @classmethod
    def withheld(cls, reason: str) -> "Measure":
        """No value, and why."""
        return cls(None, None, reason)


@dataclass(frozen=True, slots=True)
class Stance:
    """One foot's time on the belt. Times are the camera's, in seconds."""

    side: Side
    contact_s: float
    midstance_s: float
    toe_off_s: float
    measures: Mapping[str, Measure]
    """One entry for every name in `VARIABLES`."""
    pelvic_source: PelvicSource | None
    valid: bool = True
    reason: str | None = None
    """Why it is not valid: a stance that is not valid has no values."""

    def __post_init__(self) -> None:
        if not self.contact_s < self.midstance_s < self.toe_off_s:
            raise ValueError("contact, mid-stance and toe-off follow one another")
        if self.measures.keys() != _NAMES:
            raise ValueError("a stance has a measure, or a reason, for every variable")
        if not self.valid and not self.reason:
            raise ValueError("a stance that is not valid has a reason")


@dataclass(frozen=True, slots=True)
class Statistic:
    """A variable over the stances of one side."""

    mean: float | None
    sd: float | None
    """Between stances; None below two."""
    n: int
    """Stances that had a value."""
    ci95: tuple[float, float] | None
    """95 % interval of the mean, stance-to-stance spread and shared error both in it."""
    reason: str | None = None
    """Why there is no mean."""


Summary = Mapping[Side, Mapping[str, Statistic]]
"""For each side, a statistic for every name in `VARIABLES`."""
