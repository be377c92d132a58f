"""Red flags: what stops exercises, programme and checks until a professional has seen it (science.md section 7)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

ASKED = "ladder.asked"
"""The questions before exercising were answered: `flags`, and what the ladder wants to know besides."""
CHECK_REFUSED = "check.refused"
"""There was no control check, because of pain or of these `flags`."""
SAID = "programme.red flags"
"""When the programme was to go on after pain, these `flags` were said."""
SEEN = "ladder.seen"
"""A professional has seen what a red flag was about."""


class RedFlag(StrEnum):
    """What is for a professional to look at."""

    GROIN_PAIN = "groin_pain"
    LIMP = "limp"
    NIGHT_PAIN = "night_pain"
    CANNOT_HOP = "cannot_hop"


def flags_after(flags: frozenset[RedFlag], kind: str, body: Mapping[str, Any]) -> frozenset[RedFlag]:
    """Return the red flags that stand after one more entry of a diary: one stands until it was seen."""
    if kind == SEEN:
        return frozenset()
    said = body.get("flags") if kind in (ASKED, CHECK_REFUSED, SAID) else None
    return flags | {flag for flag in RedFlag if flag in said} if isinstance(said, list) else flags
