"""Who is told what happens, and who looks on, beside lamps and store."""

from dataclasses import dataclass
from typing import Protocol

from monitor.vocabulary import Cue, CuePlan, EngineFigures, Frame, LampState, Neutral, Observation, Stance


@dataclass(frozen=True, slots=True)
class Progress:
    """How it goes: told every `REPORT_S`, and whenever the state changes."""

    time_s: float
    state: LampState
    reason: str
    cadence_spm: float | None
    engine: EngineFigures


class Audience(Protocol):
    """Who is told what happens, besides lamps and store."""

    def stance(self, stance: Stance) -> None:
        """A stance is over."""

    def cue(self, cue: Cue) -> None:
        """What is said changed."""

    def neutral(self, neutral: Neutral) -> None:
        """The runner stood still: what the drop is counted from."""

    def progress(self, progress: Progress) -> None:
        """How it goes now."""


class Host(Protocol):
    """Knows whose a session is, and what their coach has for it. Never waits."""

    @property
    def at_speed(self) -> bool:
        """Whether the belt runs as the plan wants it, as far as anybody said."""

    def plan(self, session_id: str, time_s: float) -> CuePlan | None:
        """The plan that an open session is to follow from now on; None while there is no other."""

    def ended(self, session_id: str) -> None:
        """A session is over."""

    def waiting(self) -> str:
        """Whose the next session is, in words; empty when it is nobody's yet."""


class Nobody:
    """A host who knows nobody."""

    at_speed = True

    def plan(self, session_id: str, time_s: float) -> None:
        """There is none."""

    def ended(self, session_id: str) -> None:
        """Of no matter."""

    def waiting(self) -> str:
        """Nobody's."""
        return ""


class Onlooker(Protocol):
    """Who sees pictures, besides the pose network."""

    def frame(self, frame: Frame) -> None:
        """A frame has come, on the camera's thread, which waits meanwhile; its picture is lent."""

    def observation(self, observation: Observation) -> None:
        """What was seen in a frame."""

    def warning(self) -> str | None:
        """What is not right, in a sentence, though the unit goes on."""
