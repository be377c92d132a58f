"""What a phone may write of the programme, and by which rule. What the unit itself saw, no phone can write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from monitor.coach.errors import CoachError
from monitor.coach.programme.entries import CUE, JOINED, LEFT, NO_PAIN, PAIN, RESUMED, Cueing
from monitor.coach.programme.state import State, fold, is_later_day
from monitor.coach.red_flags import SAID, RedFlag
from monitor.vocabulary import DiaryEntry

Given = Mapping[str, Any]
Body = dict[str, Any]
SEE_A_PROFESSIONAL = (
    "Everything is stopped: see a professional first. Groin pain, a limp, pain at night or a leg that you cannot hop "
    "on are not for a training aid."
)


def _join(entries: Sequence[DiaryEntry], given: Given, _: datetime) -> Body:
    state = fold(entries)
    if state.flags:
        raise CoachError(SEE_A_PROFESSIONAL)
    if state.joined_at is not None and not (state.course and state.course.is_complete):
        raise CoachError("You are in the programme already.")
    if given.get("consent") is not True:
        raise CoachError("The programme begins when you have agreed to it: tick the box.")
    return {"consent": True}


def _choose(entries: Sequence[DiaryEntry], given: Given, _: datetime) -> Body:
    _inside(entries)
    cue = given.get("cue")
    if cue not in list(Cueing):
        raise CoachError("The cue can be the lamps or the metronome.")
    return {"cue": str(cue)}


def _leave(entries: Sequence[DiaryEntry], _: Given, __: datetime) -> Body:
    _inside(entries)
    return {}


def _hurt(entries: Sequence[DiaryEntry], _: Given, __: datetime) -> Body:
    _inside(entries)
    return {}


def _resume(entries: Sequence[DiaryEntry], given: Given, now: datetime) -> Body:
    state = _inside(entries)
    if state.pain_at is None:
        raise CoachError("The programme is not stopped.")
    if not is_later_day(now, state.pain_at):
        raise CoachError("Not today: look how it is tomorrow.")
    if state.flags:
        raise CoachError(SEE_A_PROFESSIONAL)
    if given.get("red_flags") is not False:
        raise CoachError("Say which of these is so, or that none is.")
    return {"red_flags": False}


def _flagged(_: Sequence[DiaryEntry], given: Given, __: datetime) -> Body:
    flags = given.get("flags")
    if not isinstance(flags, list) or not flags or not all(flag in list(RedFlag) for flag in flags):
        raise CoachError("Say which of these is so, or that none is.")
    return {"flags": sorted(set(flags))}


def _no_pain(entries: Sequence[DiaryEntry], _: Given, __: datetime) -> Body:
    if _inside(entries).asked_about is None:
        raise CoachError("There is nothing to answer.")
    return {}


def _inside(entries: Sequence[DiaryEntry]) -> State:
    state = fold(entries)
    if state.joined_at is None:
        raise CoachError("You are not in the programme.")
    return state


PROGRAMME_KINDS = MappingProxyType(
    {JOINED: _join, CUE: _choose, LEFT: _leave, PAIN: _hurt, RESUMED: _resume, SAID: _flagged, NO_PAIN: _no_pain}
)
