"""The average course of an angle over a stride."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.vocabulary.side import Side

CURVE_POINTS = 41
"""Equally spaced over the stride, the first at contact and the last at the same foot's next contact."""
CURVES = ("pelvic_drop_deg", "knee_collapse_deg", "trunk_lean_deg")
"""Whose course is kept; signs as those of the variables of these names."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One side's strides, averaged: point i lies i / 40 of a stride after contact."""

    mean: tuple[float, ...]
    """At most 41 points: the knee's end with the stance, for it is the angle of a leg that carries."""
    sd: tuple[float, ...] | None
    """Between strides, at the points from contact to toe-off; None below two strides."""
    n: int
    """Strides."""
    toe_off: float
    """When the foot leaves the belt, on average, in parts of the stride."""

    def __post_init__(self) -> None:
        if not (0 < len(self.mean) <= CURVE_POINTS and len(self.sd or ()) <= len(self.mean)):
            raise ValueError(f"a curve has 1 to {CURVE_POINTS} points, and no deviation where it has no mean")
        if self.n < 1 or not 0.0 < self.toe_off < 1.0:
            raise ValueError("a curve is that of a stride at least, whose stance ends before it does")


Curves = Mapping[Side, Mapping[str, Curve]]
"""For each side, a curve for those of `CURVES` that were measured."""
