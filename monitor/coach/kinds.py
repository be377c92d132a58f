"""What can be written in a runner's diary, and by which rule."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.coach.check.kinds import CHECK_KINDS
from monitor.coach.errors import CoachError
from monitor.coach.ladder.kinds import LADDER_KINDS
from monitor.coach.plan import PLAN_KINDS
from monitor.coach.programme.kinds import PROGRAMME_KINDS
from monitor.vocabulary import DiaryEntry

__all__ = ["KINDS", "CoachError", "Kind"]

Kind = Callable[[Sequence[DiaryEntry], Mapping[str, Any], datetime], Mapping[str, Any]]
"""(the diary so far, what was given, now in UTC) -> what the entry holds. Raises `CoachError`.

What is given comes from a phone and can be anything that JSON holds.
"""
KINDS: Mapping[str, Kind] = {**PROGRAMME_KINDS, **LADDER_KINDS, **PLAN_KINDS, **CHECK_KINDS}
