"""Who is told what happens, and who looks on, beside lamps and store."""

from dataclasses import dataclass
from typing import Protocol

from monitor.vocabulary import Cue, EngineFigures, Frame, LampState, Neutral, Observation, Stance


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


class Onlooker(Protocol):
    """Who sees pictures, besides the pose network."""

    def frame(self, frame: Frame) -> None:
        """A frame has come, on the camera's thread, which waits meanwhile; its picture is lent."""

    def observation(self, observation: Observation) -> None:
        """What was seen in a frame."""

    def warning(self) -> str | None:
        """What is not right, in a sentence, though the unit goes on."""
