"""Where each leg stands on the ladder: a fold over the diary.

A leg's exercises of one day are a session. A leg goes up when the stage's condition held in its last two sessions since
it came to the stage; a session holds it only when every exercise asked for that day was done in its dose, and one on a
day of rest does not count [ours]. It goes one stage back at pain of 5 or more, or when the next morning was worse:
once for each session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo
from typing import Any

from monitor.coach import red_flags
from monitor.coach.check import kinds as check_kinds
from monitor.coach.ladder import entries
from monitor.coach.ladder.entries import (
    Done,
    Morning,
    day_of,
    done_of,
    legs_of,
    several,
)
from monitor.coach.ladder.exercises import Condition, Exercise, Ladder, Legs, LiesOn, Stage
from monitor.coach.red_flags import RedFlag
from monitor.vocabulary import DiaryEntry, Side

STOP_PAIN = 5
"""Of 10: from here on one stops, and goes a stage back."""
SESSIONS_RUNNING = 2
CHECK_COUNTS = timedelta(weeks=4)
"""So long a control check says something about a leg [ours]."""
REVIEW_EVERY = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Session:
    """What a leg did on one day."""

    number: int
    """Counted from 1."""
    day: date
    stage: int
    """Of the leg, when the day began."""
    asked: tuple[str, ...]
    """The exercises that the stage asked for."""
    done: tuple[Done, ...] = ()
    morning: Morning | None = None

    @property
    def counts(self) -> bool:
        """Whether anything of the stage itself was done."""
        return any(each.exercise.stage == self.stage for each in self.done)

    @property
    def worst_pain(self) -> int:
        """Of 10."""
        return max((each.pain for each in self.done), default=0)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg on the ladder."""

    stage: int = 0
    since: int = 1
    """The number of the first session that can count for this stage."""
    sessions: tuple[Session, ...] = ()
    stepped_back_for: frozenset[date] = frozenset()
    """The days of the sessions that it went back for."""

    def session_of(self, day: date) -> Session | None:
        """Return the session of a day after which there was none."""
        return self.sessions[-1] if self.sessions and self.sessions[-1].day == day else None

    def running(self, every_days: int) -> tuple[Session, ...]:
        """Return the last sessions that can count for the stage, as many as it takes at most, oldest first.

        One on a day of rest, sooner after the one that counted than so many days, does not count.
        """
        found: list[Session] = []
        for session in self.sessions[self.since - 1 :]:
            rested = not found or (session.day - found[-1].day).days >= every_days
            if session.stage == self.stage and session.counts and rested:
                found.append(session)
        return tuple(found[-SESSIONS_RUNNING:])

    def unanswered(self, today: date) -> Session | None:
        """Return the last session before today if nobody has said how the morning after it was."""
        before = [session for session in self.sessions if session.day < today]
        return before[-1] if before and before[-1].morning is None else None

    def held_s(self) -> int | None:
        """Return how long the last hold of the kind was that has a condition on its sides."""
        held = [d.seconds for s in self.sessions for d in s.done if _is_hold(d.exercise) and d.seconds is not None]
        return held[-1] if held else None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a control check said of a leg."""

    day: date
    steady: bool
    """Pelvis and knee."""
    pelvis_read: bool


@dataclass(frozen=True, slots=True)
class LadderState:
    """All that the diary says about the ladder."""

    asked: bool = False
    """Whether the questions are answered: before, and again after a stop or a review, nothing is due."""
    flags: frozenset[RedFlag] = frozenset()
    """Not empty: everything stops until a professional has been seen."""
    outer_hip: frozenset[Side] = frozenset()
    """Sides whose outer hip hurts: nobody lies on them."""
    reviewed: date | None = None
    """When it began, or was last looked at as a whole."""
    legs: Mapping[Side, Leg] = field(default_factory=lambda: {side: Leg() for side in Side})
    checks: Mapping[Side, Checked] = field(default_factory=dict)
    """Each leg's last control check."""

    @property
    def stopped(self) -> bool:
        """Whether nothing is done before a professional has been seen."""
        return bool(self.flags)

    def review_is_due(self, today: date) -> bool:
        """Whether six weeks are over."""
        return self.reviewed is not None and today - self.reviewed >= REVIEW_EVERY


def fold(diary: Sequence[DiaryEntry], ladder: Ladder, zone: tzinfo | None = None) -> LadderState:
    """Return the state after all that a diary holds. What makes no sense there is passed over."""
    state = LadderState()
    for entry in _kept(diary):
        state = step(state, entry, ladder, zone)
    return state


def _kept(diary: Sequence[DiaryEntry]) -> list[DiaryEntry]:
    """Leave out what was taken back."""
    kept: list[DiaryEntry] = []
    for entry in diary:
        if entry.kind == entries.UNDONE:
            last = next(
                (i for i in reversed(range(len(kept))) if kept[i].kind in (entries.DONE, entries.MORNING)), None
            )
            if last is not None:
                del kept[last]
        else:
            kept.append(entry)
    return kept


def step(state: LadderState, entry: DiaryEntry, ladder: Ladder, zone: tzinfo | None = None) -> LadderState:
    """Return the state after one more entry, which takes nothing back."""
    today = day_of(entry.at, zone)
    state = replace(state, flags=red_flags.flags_after(state.flags, entry.kind, entry.body))
    state = _written(state, entry.kind, entry.body, today, ladder)
    if state.asked and not state.stopped:
        for side in Side:
            state = _up(state, side, today, ladder)
    return state


def _written(state: LadderState, kind: str, body: Mapping[str, Any], today: date, ladder: Ladder) -> LadderState:
    match kind:
        case red_flags.ASKED:
            flags, hips = several(body.get("flags"), RedFlag), several(body.get("outer_hip"), Side)
            if flags is None or hips is None:
                return state
            return replace(state, asked=True, outer_hip=hips, reviewed=state.reviewed or today)
        case red_flags.SEEN:
            return replace(state, asked=False)
        case entries.REVIEWED:
            return replace(state, asked=False, reviewed=today)
        case check_kinds.CHECK:
            return replace(state, checks={**state.checks, **_checked(body, today, state.checks)})
        case entries.DONE if state.asked and not state.stopped:
            return _do(state, body, today, ladder)
        case entries.MORNING if not state.stopped:
            return _wake(state, body)
        case _:
            return state


def _checked(body: Mapping[str, Any], day: date, before: Mapping[Side, Checked]) -> dict[Side, Checked]:
    """Return what a control check says of each leg that it looked at; withheld is not steady.

    One that could not read the pelvis, and saw nothing against the knee, leaves one that could and still counts.
    """
    legs = body.get("legs")
    found = {}
    for side in Side:
        leg = legs.get(side.value) if isinstance(legs, Mapping) else None
        levels = leg.get("levels") if isinstance(leg, Mapping) else None
        if isinstance(levels, Mapping):
            pelvis, knee = levels.get("pelvis"), levels.get("knee")
            checked = Checked(day, pelvis == knee == "steady", pelvis is not None)
            says_nothing = not checked.pelvis_read and knee in (None, "steady")
            if not (says_nothing and (last := before.get(side)) and last.pelvis_read and _still_counts(last, day)):
                found[side] = checked
    return found


def _still_counts(check: Checked | None, today: date) -> bool:
    """Whether a control check still says something about its leg."""
    return check is not None and today - check.day <= CHECK_COUNTS


def _do(state: LadderState, body: Mapping[str, Any], today: date, ladder: Ladder) -> LadderState:
    done = done_of(body, today, ladder)
    if done is None:
        return state
    legs = dict(state.legs)
    for side in concerned(done.exercise, done.legs, state):
        leg = legs[side]
        session = leg.session_of(today)
        if session is None:
            asked = tuple(exercise.id for exercise in asked_for(side, state, ladder))
            session = Session(len(leg.sessions) + 1, today, leg.stage, asked)
            leg = replace(leg, sessions=(*leg.sessions, session))
        leg = _with(leg, replace(session, done=(*session.done, done)))
        legs[side] = _back(leg, today) if done.pain >= STOP_PAIN else leg
    return replace(state, legs=legs)


def _wake(state: LadderState, body: Mapping[str, Any]) -> LadderState:
    sides, pain = legs_of(body.get("leg")), body.get("pain")
    if sides is None or pain not in list(Morning):
        return state
    legs = dict(state.legs)
    for side in sides:
        session = next((s for s in legs[side].sessions if s.day.isoformat() == body.get("of")), None)
        if session is not None:
            leg = _with(legs[side], replace(session, morning=Morning(str(pain))))
            legs[side] = _back(leg, session.day) if pain == Morning.WORSE else leg
    return replace(state, legs=legs)


def _with(leg: Leg, session: Session) -> Leg:
    """Put a session in its place."""
    return replace(leg, sessions=(*leg.sessions[: session.number - 1], session, *leg.sessions[session.number :]))


def _back(leg: Leg, day: date) -> Leg:
    """One stage back, once for a session; below the first there is none."""
    if day in leg.stepped_back_for:
        return leg
    stepped = leg.stepped_back_for | {day}
    return replace(leg, stage=max(0, leg.stage - 1), since=len(leg.sessions) + 1, stepped_back_for=stepped)


def _up(state: LadderState, side: Side, today: date, ladder: Ladder) -> LadderState:
    """One stage up, where the condition held in the last sessions."""
    leg = state.legs[side]
    stage = ladder.stages[leg.stage]
    up, last = stage.up, leg.running(stage.frequency.days)
    if up is None or len(last) < SESSIONS_RUNNING:
        return state
    if any(lacking(up, session, side, state, today, ladder) for session in reversed(last)):
        return state
    leg = replace(leg, stage=leg.stage + 1, since=len(leg.sessions) + 1)
    return replace(state, legs={**state.legs, side: leg})


def lacking(
    up: Condition, session: Session, side: Side, state: LadderState, today: date, ladder: Ladder
) -> tuple[str, ...]:
    """Name what a session lacks for its stage's condition: `Condition`'s fields, or "all" when not all was done.

    "other_rests" stands for `sides_within_percent` while the other side's hip forbids the hold, "pelvis_unread" for
    `check` when the last one could not read the pelvis.
    """
    own = [done for done in session.done if done.exercise.stage == session.stage]
    asked = [e for name in session.asked if allowed(e := ladder.exercises[name], side, state)]
    done_in_dose = {done.exercise.id for done in own if done.in_dose()}
    check = state.checks.get(side)
    held = [done.seconds for done in own if _is_hold(done.exercise) and done.seconds is not None]
    met = {
        "all": bool(asked) and done_in_dose >= {exercise.id for exercise in asked},
        "sets": up.sets is None or all(done.sets >= up.sets for done in own),
        "reps": up.reps is None or all(done.reps is None or done.reps >= up.reps for done in own),
        "seconds": up.seconds is None or (bool(held) and min(held) >= up.seconds),
        "effort_at_most": up.effort_at_most is None or all(done.effort <= up.effort_at_most for done in own),
        "pain_at_most": up.pain_at_most is None or session.worst_pain <= up.pain_at_most,
        "sides_within_percent": up.sides_within_percent is None
        or _alike(held[-1] if held else None, state.legs[side.other].held_s(), up.sides_within_percent),
        "check": up.check is None or (check is not None and check.steady and _still_counts(check, today)),
        "morning": up.morning is None or session.morning == up.morning,
    }
    instead = {}
    if not any(_is_hold(each) and allowed(each, side.other, state) for each in ladder.of_stage(session.stage)):
        instead["sides_within_percent"] = "other_rests"
    if check is not None and not check.pelvis_read and _still_counts(check, today):
        instead["check"] = "pelvis_unread"
    return tuple(instead.get(name, name) for name, holds in met.items() if not holds)


def asked_for(side: Side, state: LadderState, ladder: Ladder) -> tuple[Exercise, ...]:
    """Return the exercises that a leg's stage asks for now, without those that its hips or the other leg forbid.

    One that comes after another is asked for when that was mastered: held for as long as the stage wants.
    """
    leg = state.legs[side]
    return tuple(
        exercise
        for exercise in ladder.of_stage(leg.stage)
        if allowed(exercise, side, state) and mastered(exercise.after, leg, ladder)
    )


def allowed(exercise: Exercise, side: Side, state: LadderState) -> bool:
    """Whether a leg may do it: not lying on a hip that hurts, nor on both legs while one is not so far."""
    if exercise.legs is Legs.BOTH and any(state.legs[each].stage < exercise.stage for each in Side):
        return False
    on = {LiesOn.NEITHER: None, LiesOn.SAME: side, LiesOn.OTHER: side.other}[exercise.lies_on]
    return on not in state.outer_hip


def mastered(name: str | None, leg: Leg, ladder: Ladder) -> bool:
    """Whether an exercise was once held for as long as its stage wants."""
    if name is None:
        return True
    wanted = _up_of(ladder.stages[ladder.exercises[name].stage]).seconds or 0
    return any(d.exercise.id == name and (d.seconds or 0) >= wanted for s in leg.sessions for d in s.done)


def concerned(exercise: Exercise, legs: frozenset[Side], state: LadderState) -> tuple[Side, ...]:
    """Return whose session an exercise belongs to: on both legs, the leg whose stage it is of."""
    if exercise.legs is Legs.ONE:
        return tuple(legs)
    return tuple(side for side in Side if state.legs[side].stage == exercise.stage) or tuple(Side)


def _is_hold(exercise: Exercise) -> bool:
    """Whether it is only held, as the side plank is."""
    return exercise.dose.reps is None


def _alike(one_s: int | None, other_s: int | None, percent: int) -> bool:
    if one_s is None or other_s is None:
        return False
    return 100 * abs(one_s - other_s) <= percent * max(one_s, other_s)


def _up_of(stage: Stage) -> Condition:
    return stage.up or Condition()
