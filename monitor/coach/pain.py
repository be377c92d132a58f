"""Pain: which entries of a diary say so much of it that running stops for the day."""

from collections.abc import Mapping
from typing import Any

from monitor.coach.check.questions import MOST_PAIN
from monitor.coach.ladder.entries import DONE
from monitor.coach.ladder.state import STOP_PAIN
from monitor.coach.red_flags import CHECK_REFUSED

LEAST = {CHECK_REFUSED: MOST_PAIN + 1, DONE: STOP_PAIN}
"""Of 10, from which on it stops running too; an exercise that is taken back afterwards does not undo it [ours]."""


def says_pain(kind: str, body: Mapping[str, Any]) -> bool:
    """Whether an entry of the ladder or the control check says of pain that stops running."""
    pain = body.get("pain")
    return kind in LEAST and isinstance(pain, int) and pain >= LEAST[kind]
