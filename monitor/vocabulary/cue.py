"""What the runner is told."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.vocabulary.side import Side


class CueKind(StrEnum):
    """What the lamp of a side says."""

    OFF = "off"
    """Nothing is claimed: no stable estimate, or no runner."""
    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Cue:
    """A decision, taken when a stance came in or when time passed."""

    time_s: float
    side: Side | None
    """The one leg that is spoken of; None while nothing is said, or the same of both."""
    kind: CueKind
    reason: str
    """In words a runner understands."""
    estimate_deg: float | None = None
    sd_deg: float | None = None
    target_deg: float | None = None


class LampState(StrEnum):
    """What the status lamp says, told apart by pattern and not by colour alone."""

    STARTING = "starting"
    READY = "ready"
    MEASURING = "measuring"
    CANNOT_SEE = "cannot see you"
    SETUP = "somebody looks through the camera"
    CHECKING = "a control check is on"
    FAULT = "fault"
    OFF = "off"
