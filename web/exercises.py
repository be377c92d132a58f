"""What the pages show of the exercise ladder, and in which words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from monitor.coach.ladder import Condition, Dose, Exercise, Legs, Range, drawing, ladder
from monitor.coach.ladder.entries import Done, Morning, day_of
from monitor.coach.ladder.refusal import refusal
from monitor.coach.ladder.running import Load, Run, load
from monitor.coach.ladder.state import LadderState, Session, fold
from monitor.coach.ladder.today import LegToday, Today, today
from monitor.vocabulary import Side
from web import words
from web.coach import Coached
from web.heard import heard
from web.language import N_, _

MOST_SESSIONS = 60
"""Looked at for how much was run in five weeks."""

MORNING_WORDS = {
    Morning.NONE: N_("No pain"),
    Morning.SOME: N_("Some, no more than during"),
    Morning.WORSE: N_("Worse than during"),
}
LACK_WORDS = {
    "all": N_("not every exercise of the stage was done in its dose"),
    "sets": N_("fewer sets than the stage asks for"),
    "reps": N_("fewer repetitions than the stage asks for"),
    "seconds": N_("not held long enough"),
    "effort_at_most": N_("it was still too hard"),
    "pain_at_most": N_("it hurt"),
    "sides_within_percent": N_("the other side was not held about as long, or never"),
    "other_rests": N_("the other side rests while its outer hip hurts"),
    "check": N_("no control check of the last four weeks says “steady” for pelvis and knee of this leg"),
    "pelvis_unread": N_(
        "the pelvis could not be read (camera in front, or clothing): the check has to be seen from behind"
    ),
    "morning": N_("the next morning was not without pain, or not answered"),
}


@dataclass(frozen=True, slots=True)
class Doing:
    """An exercise that is due or done today, and with which leg."""

    exercise: Exercise
    leg: str
    dose: Dose
    optional: bool
    done: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What one leg does today, or both together."""

    title: str
    side: Side | None
    doings: tuple[Doing, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A morning that nobody has told of."""

    side: Side
    day: date


@dataclass(frozen=True, slots=True)
class Climb:
    """Where somebody stands on the ladder, today."""

    state: LadderState
    today: Today
    load: Load
    day: date
    groups: tuple[Group, ...]
    mornings: tuple[Asked, ...]
    can_take_back: bool

    @property
    def review(self) -> bool:
        """Whether six weeks are over."""
        return self.state.review_is_due(self.day)


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise in the history."""

    done: Done
    leg: str
    morning: Morning | None


def climb(of: Coached) -> Climb:
    """Return where a runner stands."""
    state, day = fold(of.diary, ladder()), day_of(of.now)
    sessions = of.reader.sessions_of(of.runner.id, MOST_SESSIONS)
    found = load([Run(day_of(session.started_at), session.elapsed_s / 60.0) for session in sessions], day)
    plan = today(state, day, ladder(), lighter=found.rises)
    mornings = tuple(
        Asked(side, session.day)
        for side in Side
        if (session := state.legs[side].unanswered(day)) and (day - session.day).days <= 7 and not state.stopped
    )
    last = of.diary[-1] if of.diary else None
    can_take_back = last is not None and last.kind in ("ladder.done", "ladder.morning") and day_of(last.at) == day
    return Climb(state, plan, found, day, _groups(plan), mornings, can_take_back)


def _groups(plan: Today) -> tuple[Group, ...]:
    both: dict[str, Doing] = {}
    groups = []
    for side, leg in plan.legs.items():
        own = []
        for item in leg.items:
            together = item.exercise.legs is Legs.BOTH
            doing = Doing(item.exercise, "both" if together else side.value, item.dose, item.optional, item.done)
            if together:
                both.setdefault(item.exercise.id, doing)
            else:
                own.append(doing)
        groups.append(Group(words.heading(side), side, tuple(own)))
    return tuple(g for g in (*groups, Group(_("Both legs"), None, tuple(both.values()))) if g.doings)


def picture(exercise: Exercise, side: Side) -> Markup:
    """Return the drawing of an exercise, which is our own."""
    return Markup(drawing(exercise, side))


def may(exercise: Exercise, leg: str, state: LadderState, day: date) -> str:
    """Say why an exercise is not to be ticked with a leg; nothing where it may."""
    legs = frozenset(Side) if leg == Legs.BOTH else frozenset([Side(leg)])
    return heard(refusal(exercise, legs, state, day, ladder()))


def span(of: Range) -> str:
    """`3`, `10–15`."""
    return str(of.least) if of.least == of.most else f"{of.least}–{of.most}"


def dose(of: Dose) -> str:
    """How much, in short."""
    if of.reps and of.seconds:
        return _("%(reps)s times, each held for %(seconds)s s", reps=span(of.reps), seconds=span(of.seconds))
    if of.seconds:
        return _("%(sets)s × %(seconds)s s", sets=span(of.sets), seconds=span(of.seconds))
    return _("%(sets)s × %(reps)s", sets=span(of.sets), reps=span(of.reps or Range(0, 0)))


def amount(of: Done) -> str:
    """How much was done."""
    sets, reps, seconds = (Range(n or 0, n or 0) for n in (of.sets, of.reps, of.seconds))
    return dose(Dose(sets, reps if of.reps else None, seconds if of.seconds else None))


def frequency(days: int) -> str:
    """How often a stage is due."""
    return _("every day") if days == 1 else _("every other day, that is 3–4 a week")


def condition(up: Condition | None) -> str:
    """When one goes up, in words; nothing for the last stage."""
    if up is None:
        return ""
    parts = []
    if up.sets is not None:
        parts.append(_("%(sets)s × %(reps)s of each", sets=up.sets, reps=up.reps))
    if up.seconds is not None:
        parts.append(_("held for %(seconds)s s on each side", seconds=up.seconds))
    if up.sides_within_percent is not None:
        parts.append(_("sides within %(percent)s %% of each other", percent=up.sides_within_percent))
    if up.effort_at_most is not None:
        parts.append(_("effort at most %(n)s of 10", n=up.effort_at_most))
    if up.check is not None:
        parts.append(_("control check “steady” for pelvis and knee on that leg"))
    if up.pain_at_most is not None:
        parts.append(_("pain at most %(n)s of 10", n=up.pain_at_most))
    if up.morning is not None:
        parts.append(_("no pain on the next morning"))
    return ", ".join(parts)


def lacks(leg: LegToday) -> tuple[str, ...]:
    """Why the last session does not count towards the next stage, in words."""
    return tuple(_(LACK_WORDS[name]) for name in leg.lacks[-1]) if leg.lacks else ()


def standing(leg: LegToday) -> str:
    """How far a leg is towards the next stage."""
    held = len(leg.lacks) - next((i + 1 for i in reversed(range(len(leg.lacks))) if leg.lacks[i]), 0)
    if leg.moved > 0:
        return _("One stage up, from the next session on.")
    if leg.painful:
        return _("It hurt: nothing more today, and one stage back. If it goes on, see a professional.")
    if leg.moved < 0:
        return _("One stage back, from the next session on.")
    if leg.waits:
        return _("It waits: this stage's exercises are left out while the outer hip hurts.")
    if held:
        return _("The last session was enough for the next stage. One more like it.")
    return ""


def rows(state: LadderState) -> tuple[Row, ...]:
    """All that was done, the newest first."""
    sessions: Sequence[tuple[Side, Session]] = [(side, s) for side in Side for s in state.legs[side].sessions]
    found: dict[int, Row] = {}
    for side, session in sorted(sessions, key=lambda each: each[1].day, reverse=True):
        for done in reversed(session.done):
            leg = _("both") if len(done.legs) == 2 else words.side(side)
            found.setdefault(id(done), Row(done, leg, session.morning))
    return tuple(found.values())
