"""What is due today for each leg."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.coach.ladder.exercises import Dose, Exercise, Ladder, Legs, Range
from monitor.coach.ladder.state import (
    STOP_PAIN,
    LadderState,
    Session,
    allowed,
    asked_for,
    lacking,
    mastered,
)
from monitor.vocabulary import Side


@dataclass(frozen=True, slots=True)
class Item:
    """An exercise that a leg is asked for."""

    exercise: Exercise
    dose: Dose
    optional: bool
    done: bool
    """In its dose, today."""


@dataclass(frozen=True, slots=True)
class LegToday:
    """What one leg is asked for."""

    stage: int
    items: tuple[Item, ...]
    """Nothing on a day of rest."""
    next_day: date
    """When the next session is due: today, or later when nothing is due any more."""
    painful: bool
    """Whether it hurt so much today that nothing more is done."""
    moved: int
    """How many stages it went up (+) or back (-) today."""
    lacks: tuple[tuple[str, ...], ...]
    """What the last sessions lacked for the stage's condition, oldest first; one that held it lacks nothing.

    Without today's while it is still being done.
    """
    waits: bool
    """Whether the stage has nothing that the leg may do, as its outer hip hurts."""

    @property
    def due(self) -> tuple[Item, ...]:
        """What is not done yet."""
        return tuple(item for item in self.items if not item.done)


@dataclass(frozen=True, slots=True)
class Today:
    """What is due. Nothing before the questions are answered, nor while a red flag stands."""

    legs: Mapping[Side, LegToday]
    lighter: bool
    """Whether running rises, so that the exercises are those of the stage below."""


def today(state: LadderState, day: date, ladder: Ladder, *, lighter: bool) -> Today:
    """Return what is due on a day, for which nothing after it may have been written."""
    return Today({side: _leg(side, state, day, ladder, lighter) for side in Side}, lighter)


def _leg(side: Side, state: LadderState, day: date, ladder: Ladder, lighter: bool) -> LegToday:
    leg = state.legs[side]
    session = leg.session_of(day)
    painful = session is not None and session.worst_pain >= STOP_PAIN
    moved = leg.stage - session.stage if session else 0
    stage = ladder.stages[leg.stage]
    next_day = max(day, leg.sessions[-1].day + timedelta(days=stage.frequency.days)) if leg.sessions else day
    items: tuple[Item, ...] = ()
    if state.asked and not state.stopped and not painful and not moved and (session or next_day <= day):
        done = _done_on(state, side, day)
        items = tuple(
            Item(exercise, dose, ladder.stages[exercise.stage].optional, exercise.id in done)
            for exercise, dose in _asked(side, session, state, ladder, lighter)
        )
        next_day = day if any(not item.done for item in items) else next_day
    waits, open_today = not asked_for(side, state, ladder), any(not item.done for item in items)
    up = None if waits else stage.up
    running = [each for each in leg.running(stage.frequency.days) if not (open_today and each.day == day)]
    lacks = tuple(lacking(up, each, side, state, day, ladder) for each in running) if up else ()
    return LegToday(leg.stage, items, next_day, painful, moved, lacks, waits)


def _done_on(state: LadderState, side: Side, day: date) -> set[str]:
    """What a leg did in its dose; what is done on both legs may stand in the other one's session."""
    sessions = [(each, state.legs[each].session_of(day)) for each in Side]
    return {
        done.exercise.id
        for each, session in sessions
        for done in (session.done if session else ())
        if done.in_dose() and (each is side or done.exercise.legs is Legs.BOTH)
    }


def _asked(
    side: Side, session: Session | None, state: LadderState, ladder: Ladder, lighter: bool
) -> list[tuple[Exercise, Dose]]:
    """The stage's exercises; one stage lighter where running rises; of a stage before where none is left to do.

    The optional stage goes on with the exercises of the one before it [ours].
    """
    leg = state.legs[side]
    if lighter:
        found = _permitted(side, state, ladder, max(0, leg.stage - 1))
        least = leg.stage == 0
        return [(exercise, _least(exercise.dose) if least else exercise.dose) for exercise in found]
    asked = tuple(ladder.exercises[name] for name in session.asked) if session else asked_for(side, state, ladder)
    found = [each for each in asked if allowed(each, side, state)] or _permitted(
        side, state, ladder, max(0, leg.stage - 1)
    )
    if ladder.stages[leg.stage].optional:
        found = _permitted(side, state, ladder, leg.stage - 1) + [e for e in found if e.stage == leg.stage]
    return [(exercise, exercise.dose) for exercise in found]


def _permitted(side: Side, state: LadderState, ladder: Ladder, number: int) -> list[Exercise]:
    """What a leg may do of a stage, or of the nearest one below it where that is nothing."""
    leg = state.legs[side]
    for stage in range(number, -1, -1):
        found = [
            exercise
            for exercise in ladder.of_stage(stage)
            if allowed(exercise, side, state) and mastered(exercise.after, leg, ladder)
        ]
        if found:
            return found
    return []


def _least(dose: Dose) -> Dose:
    """The lower end of a dose."""

    def low(of: Range | None) -> Range | None:
        return Range(of.least, of.least) if of else None

    return Dose(Range(dose.sets.least, dose.sets.least), low(dose.reps), low(dose.seconds))
