"""What is asked before a control check, and when there is none that day."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.coach.red_flags import RedFlag

MOST_PAIN = 2
"""Of 10, anywhere in the legs, hips or back: with more there is no check today [ours]."""


class Ready(StrEnum):
    """What has to be so."""

    TREADMILL_OFF = "treadmill_off"
    """The treadmill is off and its safety key is out."""
    HOLD = "hold"
    """Something to hold on to is within reach."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered."""

    missing: tuple[Ready, ...]
    """What is not confirmed."""
    flags: tuple[RedFlag, ...]
    """What is so; there is no check and no score, and a professional should look at it."""
    pain: int | None
    """0 to 10; None = not answered."""

    @property
    def may_begin(self) -> bool:
        """Whether there is a check today."""
        return not self.missing and not self.flags and self.pain is not None and self.pain <= MOST_PAIN

    @property
    def complete(self) -> bool:
        """Whether everything was answered that lets the check begin, or stops it."""
        return bool(self.flags) or (not self.missing and self.pain is not None)


def answers(given: Mapping[str, Any]) -> Answers:
    """What a phone sent: `True` for what is so, `pain` a whole number from 0 to 10; anything else is no answer."""
    pain = given.get("pain")
    is_number = isinstance(pain, int) and not isinstance(pain, bool) and 0 <= pain <= 10
    return Answers(
        tuple(ready for ready in Ready if given.get(str(ready)) is not True),
        tuple(flag for flag in RedFlag if given.get(str(flag)) is True),
        pain if is_number else None,
    )
