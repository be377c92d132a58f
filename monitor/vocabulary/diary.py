"""What a runner's coach remembers: entries that are added and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """Something that happened to a runner beside the sessions: an exercise done, a check, a step of a programme."""

    seq: int
    """Counted from 1; a later entry has a greater one."""
    at: datetime
    """Aware and in UTC, never before the entry before it."""
    kind: str
    """What happened: "check", "ladder.done"."""
    body: Mapping[str, Any]
    """What there is to it, as JSON holds it."""
