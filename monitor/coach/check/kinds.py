"""What of a control check stands in a runner's diary."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.coach.check.questions import answers
from monitor.coach.check.reading import Part
from monitor.coach.check.result import Level
from monitor.coach.check.verdict import DISCARDED
from monitor.coach.errors import CoachError
from monitor.coach.red_flags import CHECK_REFUSED
from monitor.vocabulary import DiaryEntry, Side, View

CHECK = "check"
MOST_DEG = 90.0
MOST_REPS = 1000
_NO_CHECK = "This is no result of a control check."


def checked(_diary: Sequence[DiaryEntry], given: Mapping[str, Any], _now: datetime) -> Mapping[str, Any]:
    """A result as `monitor.coach.check.body` makes it, and nothing else."""
    legs = _mapping(given.get("legs"))
    if given.get("view") not in list(View) or not legs or not legs.keys() <= set(Side):
        raise CoachError(_NO_CHECK)
    return {
        "view": given["view"],
        "at_depth": _number(given.get("at_depth"), 1.0),
        "roll_sd": _known(given.get("roll_sd"), MOST_DEG),
        "legs": {side: _leg(_mapping(of)) for side, of in legs.items()},
        "differences": {
            part: None if (of := _mapping(given.get("differences")).get(part)) is None else _difference(_mapping(of))
            for part in map(str, Part)
        },
    }


def refused(_diary: Sequence[DiaryEntry], given: Mapping[str, Any], _now: datetime) -> Mapping[str, Any]:
    """Why there was no check: what was said that stops it."""
    said = answers(given)
    if not said.complete or said.may_begin:
        raise CoachError("Nothing was answered that stops a control check.")
    return {"flags": [str(flag) for flag in said.flags], "pain": said.pain}


def _leg(of: Mapping[str, Any]) -> dict[str, Any]:
    levels, values = _mapping(of.get("levels")), _mapping(of.get("values"))
    if any(levels.get(part) not in (None, *Level) for part in Part):
        raise CoachError(_NO_CHECK)
    return {
        "levels": {str(part): levels.get(part) for part in Part},
        "values": {str(part): _value(_mapping(values.get(part))) for part in Part},
        "sum": _value(_mapping(of.get("sum")), len(Part) * MOST_DEG),
        **{name: _count(of.get(name)) for name in ("reps", "valid", "touches")},
        "discarded": {reason: _count(n) for reason, n in _mapping(of.get("discarded")).items() if reason in DISCARDED},
    }


def _value(of: Mapping[str, Any], most_deg: float = MOST_DEG) -> dict[str, Any]:
    reason = of.get("reason")
    return {
        **{name: _known(of.get(name), most_deg) for name in ("value", "sd", "half95")},
        "n": _count(of.get("n")),
        "reason": reason[:200] if isinstance(reason, str) else None,
    }


def _difference(of: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _number(of.get(name), 2 * MOST_DEG) for name in ("value", "detectable")}


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CoachError(_NO_CHECK)
    return value


def _known(value: Any, most: float) -> float | None:
    return None if value is None else _number(value, most)


def _number(value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > most:
        raise CoachError(_NO_CHECK)
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_REPS:
        raise CoachError(_NO_CHECK)
    return value


CHECK_KINDS = {CHECK: checked, CHECK_REFUSED: refused}
