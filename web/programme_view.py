"""The programme as its page shows it: what comes next, what it needs, what was run and what it changed. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.coach.programme import (
    CHECKS,
    CUE_MIN,
    RUN_MIN,
    SESSIONS,
    Change,
    Cueing,
    How,
    Past,
    Purpose,
    Run,
    State,
    Step,
    Waits,
    Why,
    candidate,
    cue_times,
    next_step,
    outcome,
)
from monitor.coach.red_flags import RedFlag
from monitor.vocabulary import Statistic
from web.language import N_, _, ngettext
from web.programme_needs import Need, needs_of
from web.words import PELVIC_DROP, Shown, day, number, show, side, with_unit

CHECK_NAMES = (N_("1 week"), N_("1 month"), N_("3 months"))
NOTHING = Statistic(None, None, 0, None, "")


@dataclass(frozen=True, slots=True)
class Row:
    """A run that is over."""

    session_id: str | None
    """None of one that is gone."""
    at: datetime
    name: str
    run_s: float
    drop: Shown
    change: Shown
    change_words: str
    silent: Shown
    silent_words: str
    note: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One of the eight."""

    number: int
    run_min: float
    cue_min: float
    done: bool
    next: bool


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One of the silent checks."""

    name: str
    how: str
    done: bool


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    joined: bool
    can_begin_anew: bool
    cue: Cueing
    step: Step | None
    why: Why | None
    headline: str
    detail: tuple[str, ...]
    needs: tuple[Need, ...]
    of: Run | None
    """The session that the needs are about."""
    planned: tuple[Planned, ...]
    checks: tuple[CheckRow, ...]
    rows: tuple[Row, ...]
    """The newest first."""
    pain_at: datetime | None
    flags: frozenset[RedFlag]
    speed_mps: float | None
    """Of the baseline."""


def view(state: State, runs: Sequence[Run], now: datetime, kept: Collection[str]) -> View:
    """Put the page together.

    :param kept: the sessions that are still in the store.
    """
    step = next_step(state, runs, now)
    run = candidate(state, runs, now)
    waits = step if isinstance(step, Waits) else None
    going = step if isinstance(step, Step) else None
    baseline = (going.baseline if going else None) or (state.course.baseline if state.course else None)
    starts = going is not None and (going.purpose is Purpose.BASELINE or going.anew)
    complete = state.course is not None and state.course.is_complete
    return View(
        state.joined_at is not None,
        complete and (waits is None or waits.why in (Why.CHECK_LATER, Why.OVER)),
        state.cue,
        going,
        waits.why if waits else None,
        _headline(step),
        tuple(_detail(step, run)),
        tuple(needs_of(run, now)) if run is not None and (starts or state.joined_at is None) else (),
        run,
        tuple(_planned(state, going)),
        tuple(_checks(state, now)),
        tuple(_row(past, past.ended.session_id in kept) for past in reversed(state.past)),
        state.pain_at,
        state.flags,
        baseline.speed_mps if baseline else None,
    )


def name_of(purpose: Purpose, number_of: int) -> str:
    """`Session 3 of 8`."""
    if purpose is Purpose.SESSION:
        return _("Session %(number)s of %(all)s", number=number_of, all=SESSIONS)
    if purpose is Purpose.CHECK:
        return _("Silent check after %(time)s", time=_(CHECK_NAMES[number_of - 1]))
    return _("Silent run for your baseline")


def minutes(seconds: float) -> str:
    """`21 minutes`."""
    return ngettext("%(num)s minute", "%(num)s minutes", round(seconds / 60.0))


def _headline(step: Step | Waits) -> str:
    if isinstance(step, Step):
        return name_of(step.purpose, step.number)
    return {
        Why.RED_FLAG: _("Stopped"),
        Why.NOT_JOINED: _("Eight sessions in which the cue fades"),
        Why.PAIN: _("Stopped, because it hurt"),
        Why.ENDED_EARLY: _("Did it hurt?"),
        Why.RUNNING: _("Your session is running"),
        Why.ONE_A_DAY: _("Done for today"),
        Why.CHECK_LATER: _("All eight sessions are done"),
        Why.OVER: _("The programme is over"),
    }[step.why]


def _detail(step: Step | Waits, run: Run | None) -> Iterator[str]:
    if isinstance(step, Waits):
        yield from _waits(step)
        return
    left_s = step.plan.run_s - step.plan.behind_s
    if step.purpose is Purpose.BASELINE:
        yield _("Run %(time)s as you always do. The lamps stay dark.", time=minutes(left_s))
        if run is not None:
            yield _("The programme can begin when a run of yours meets all that is listed below.")
        return
    if step.purpose is Purpose.CHECK:
        yield _("Run %(time)s as you run now. The lamps stay dark.", time=minutes(left_s))
        return
    if step.plan.behind_s:
        yield _("%(time)s of it are left today.", time=minutes(left_s))
    if step.again:
        yield _("The last session is more than two weeks ago: it is run once more.")
    yield _cue_words(step)
    if step.plan.metronome_spm is None:
        yield _(
            "The %(side)s lamp lights amber when the pelvis drops by more than %(target)s in %(side)s stance, and blue "
            "inside that. It is lit for half a minute at most, then it rests.",
            side=side(step.plan.side),
            target=with_unit(number(step.plan.target_deg, 1), PELVIC_DROP),
        )
    else:
        yield _(
            "The buzzer clicks %(n)s times a minute, one for each step, for half a minute; then it rests for as long.",
            n=number(step.plan.metronome_spm, 0),
        )


def _cue_words(step: Step) -> str:
    run, cue = minutes(step.plan.run_s), minutes(cue_times(step.plan))
    if len(step.plan.windows) < 2:
        return _("%(run)s of running, with the cue all the time.", run=run)
    return _(
        "%(run)s of running. The cue is there for %(cue)s in three parts; in between, and at the end, it is silent.",
        run=run,
        cue=cue,
    )


def _waits(waits: Waits) -> Iterator[str]:
    if waits.why is Why.PAIN:
        yield _("It goes on when you say so, on another day.")
        yield _("Groin pain, a limp, pain at night, a leg that you cannot hop on: see a professional.")
    elif waits.why is Why.ENDED_EARLY:
        yield _("You ended the last run early. Say why, then it can be run again.")
    elif waits.why is Why.ONE_A_DAY:
        yield _("One session a day is enough.")
        yield _("What you run besides is kept, with dark lamps.")
    elif waits.why is Why.CHECK_LATER and waits.until is not None:
        yield _("The next silent check is open from %(day)s on.", day=day(waits.until))
        yield _("What you run besides is kept, with dark lamps.")


def _planned(state: State, step: Step | None) -> Iterator[Planned]:
    done = 0 if step is not None and step.anew else state.course.done if state.course else 0
    upcoming = step.number if step is not None and step.purpose is Purpose.SESSION else None
    for n, (run_min, cue_min) in enumerate(zip(RUN_MIN, CUE_MIN, strict=True), start=1):
        yield Planned(n, run_min, cue_min, n <= done, n == upcoming)


def _checks(state: State, now: datetime) -> Iterator[CheckRow]:
    course = state.course
    if course is None or not course.is_complete or course.done_at is None:
        return
    for n, check in enumerate(CHECKS, start=1):
        opens, closes = course.done_at + check.opens, course.done_at + check.closes
        if n in course.checked:
            how = _("done")
        elif now > closes:
            how = _("missed: it was open until %(day)s", day=day(closes))
        else:
            due = course.done_at + check.due
            how = _("around %(due)s (%(first)s to %(last)s)", due=day(due), first=day(opens), last=day(closes))
        yield CheckRow(_("After %(time)s", time=_(CHECK_NAMES[n - 1])), how, n in course.checked)


def _row(past: Past, is_kept: bool) -> Row:
    begun, ended = past.begun, past.ended
    found = outcome(begun, ended)
    leg = begun.plan.side
    is_session = begun.purpose is Purpose.SESSION
    return Row(
        ended.session_id if is_kept else None,
        past.at,
        name_of(begun.purpose, begun.number),
        ended.run_s,
        show(ended.drop[leg].whole if found else NOTHING, PELVIC_DROP),
        show(found.change if found else NOTHING, PELVIC_DROP),
        _changed(found.changed) if found else "",
        show(found.silent if found and is_session else NOTHING, PELVIC_DROP),
        _stayed(found.stayed) if found and is_session else "",
        _note(past, is_kept),
    )


def _changed(change: Change) -> str:
    return {
        Change.NOT_KNOWN: _("change not known"),
        Change.NONE_TOLD: _("no change that the measurement can tell"),
        Change.LESS: _("less drop than at the baseline, beyond the measurement's error"),
        Change.MORE: _("more drop than at the baseline, beyond the measurement's error"),
    }[change]


def _stayed(change: Change) -> str:
    return {
        Change.NOT_KNOWN: "",
        Change.NONE_TOLD: _("about the same while the cue was silent"),
        Change.LESS: _("less drop still while the cue was silent"),
        Change.MORE: _("more drop while the cue was silent"),
    }[change]


def _note(past: Past, is_kept: bool) -> str:
    if past.done:
        return "" if is_kept else _("the session was deleted")
    return {
        How.FINISHED: _("ended early: does not count"),
        How.FAULT: _("the unit had a fault: does not count"),
        How.CUT_OFF: _("cut off: does not count"),
        How.GONE: _("the session was deleted"),
    }[past.ended.how]
