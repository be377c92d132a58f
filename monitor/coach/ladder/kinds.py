"""What the ladder lets a runner write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from monitor.coach.errors import CoachError
from monitor.coach.ladder.entries import (
    DONE,
    MORNING,
    REVIEWED,
    UNDONE,
    Morning,
    day_of,
    done_of,
    legs_of,
    several,
)
from monitor.coach.ladder.reading import ladder
from monitor.coach.ladder.refusal import refusal
from monitor.coach.ladder.state import LadderState, fold
from monitor.coach.red_flags import ASKED, SEEN, RedFlag
from monitor.vocabulary import DiaryEntry, Side

Given = Mapping[str, Any]
Body = Mapping[str, Any]
Rule = Callable[[LadderState, Given, date], Body]
MORNING_REMEMBERED = timedelta(days=7)
"""So long one is asked how the morning after was [ours]."""


def _asked(state: LadderState, given: Given, _: date) -> Body:
    flags, hips = several(given.get("flags"), RedFlag), several(given.get("outer_hip"), Side)
    if flags is None or hips is None:
        raise CoachError("Answer each of the questions.")
    if state.stopped:
        raise CoachError("The exercises are stopped. Say first that a professional has seen what it was about.")
    return {"flags": sorted(flags), "outer_hip": sorted(hips)}


def _seen(state: LadderState, _given: Given, _: date) -> Body:
    if not state.stopped:
        raise CoachError("The exercises are not stopped.")
    return {}


def _reviewed(state: LadderState, _given: Given, today: date) -> Body:
    if not state.review_is_due(today):
        raise CoachError("Six weeks are not over yet.")
    return {}


def _done(state: LadderState, given: Given, today: date) -> Body:
    done = done_of(given, today, ladder())
    if done is None:
        raise CoachError("Say which exercise, with which leg, how much, how hard it was and how much it hurt.")
    if refused := refusal(done.exercise, done.legs, state, today, ladder()):
        raise CoachError(refused)
    return {
        "exercise": done.exercise.id,
        "leg": given["leg"],
        "sets": done.sets,
        "reps": done.reps,
        "seconds": done.seconds,
        "effort": done.effort,
        "pain": done.pain,
    }


def _morning(state: LadderState, given: Given, today: date) -> Body:
    sides = legs_of(given.get("leg"))
    if sides is None or len(sides) != 1 or given.get("pain") not in list(Morning):
        raise CoachError("Say which leg, and how it was.")
    if state.stopped:
        raise CoachError("The exercises are stopped. See a professional first.")
    [side] = sides
    session = state.legs[side].unanswered(today)
    if session is None or today - session.day > MORNING_REMEMBERED:
        raise CoachError("There is no morning to be asked about.")
    return {"leg": side.value, "of": session.day.isoformat(), "pain": str(given["pain"])}


def _kind(rule: Rule) -> Callable[[Sequence[DiaryEntry], Given, datetime], Body]:
    return lambda entries, given, now: rule(fold(entries, ladder()), given, day_of(now))


def _undone(entries: Sequence[DiaryEntry], _given: Given, now: datetime) -> Body:
    """Take back what was written last, on the same day."""
    ours = [entry for entry in entries if entry.kind in (ASKED, SEEN, REVIEWED, DONE, MORNING, UNDONE)]
    if not ours or ours[-1].kind not in (DONE, MORNING) or day_of(ours[-1].at) != day_of(now):
        raise CoachError("There is nothing of today to take back.")
    return {}


LADDER_KINDS: Mapping[str, Callable[[Sequence[DiaryEntry], Given, datetime], Body]] = {
    ASKED: _kind(_asked),
    SEEN: _kind(_seen),
    REVIEWED: _kind(_reviewed),
    DONE: _kind(_done),
    MORNING: _kind(_morning),
    UNDONE: _undone,
}
