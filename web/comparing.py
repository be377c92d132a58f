"""Two sessions of a runner beside each other, or the two parts of one: test, cue, retest."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from flask import Blueprint, abort, render_template, request

from monitor.coach.comparison import can_be_told, difference, part
from monitor.export.session import speeds_of
from monitor.store import Reader, SessionRow, StanceColumns
from monitor.vocabulary import VARIABLES, Side, Statistic, Variable
from web.comparison import verdict
from web.language import N_, _
from web.sessions import find
from web.speed import differ, in_words
from web.turns import in_turn
from web.words import SIDES, Shown, clock, duration, moment, number, show

comparing = Blueprint("comparing", __name__)

Speeds = list[tuple[float, float]]

MIXED_S = 5.0
"""A stance is read from a fit of twelve strides: so long on both sides of a moment, stances know of the other part."""
LONGEST_MOMENT = 20
OFFERED = 60
"""Sessions to choose from."""


BY_CHANCE = N_("Sixteen values are compared: one in twenty differs by more than its ± though nothing has changed.")


@dataclass(frozen=True, slots=True)
class Change:
    """A variable of one side, before and after."""

    side: Side
    before: Shown
    after: Shown
    difference: Shown
    verdict: str
    told: bool
    """Whether it is more than the measurement can tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A variable, left and right."""

    variable: Variable
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page shows."""

    before: str
    after: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def compared(
    before: Callable[[Side, Variable], Statistic], after: Callable[[Side, Variable], Statistic]
) -> tuple[Row, ...]:
    """Put every variable of both sides beside itself."""

    def change(side: Side, variable: Variable) -> Change:
        was, is_now = before(side, variable), after(side, variable)
        changed = difference(was, is_now)
        return Change(
            side,
            show(was, variable),
            show(is_now, variable),
            show(changed, variable),
            verdict(changed),
            can_be_told(changed),
        )

    return tuple(Row(v, tuple(change(side, v) for side in SIDES)) for v in VARIABLES)


@comparing.get("/sessions/<session_id>/compare")
def sessions(session_id: str) -> str:
    """Compare a session with another of the same runner."""
    reader, session = find(session_id)
    others = [other for other in _others(reader, session) if other.summary is not None]
    other_id = request.args.get("with") or next((o.id for o in others if o.id < session.id), None)
    other = next((o for o in others if o.id == other_id), None)
    if other is None and "with" in request.args:
        abort(404)
    comparison = None
    if other is not None and session.summary is not None:
        first, second = sorted((session, other), key=lambda s: s.id)
        comparison = Comparison(
            moment(first.started_at),
            moment(second.started_at),
            compared(_of(first), _of(second)),
            (*_speeds(speeds_of(reader, first), speeds_of(reader, second)), *_notes(first, second)),
        )
    return render_template("compare.html", session=session, others=others, other=other, comparison=comparison)


@comparing.get("/sessions/<session_id>/parts")
@in_turn
def parts(session_id: str) -> str:
    """Compare what was before a moment of a session with what came after it."""
    reader, session = find(session_id)
    stances = reader.stance_columns(session.id)
    marks = [time_s - session.origin_s for time_s in reader.marks(session.id)]
    typed = request.args.get("at", "").strip()[:LONGEST_MOMENT]
    at_s = parse_clock(typed)
    complaint = ""
    if at_s is None:
        at_s = marks[0] if marks else session.elapsed_s / 2.0
        if typed:
            complaint = _(
                "This is no moment: write minutes and seconds, as 3:07. What is shown is %(moment)s.",
                moment=clock(at_s),
            )
    time_s = session.origin_s + at_s
    earlier, later = stances.midstance_s < time_s - MIXED_S, stances.midstance_s > time_s + MIXED_S
    comparison = Comparison(
        _("until %(moment)s", moment=clock(at_s)),
        _("from %(moment)s on", moment=clock(at_s)),
        compared(_over(stances, earlier), _over(stances, later)),
        (
            *_speeds(*_split(speeds_of(reader, session), at_s)),
            _(
                "Stances within %(n)s s of that moment are left out: they are read from strides of both parts.",
                n=number(MIXED_S),
            ),
            _(
                "What all stances of a session share (how the belt sits, what is left of the camera's roll) moves both "
                "parts alike and is not in these ±."
            ),
            _(BY_CHANCE),
        ),
    )
    return render_template(
        "parts.html",
        session=session,
        marks=marks,
        at_s=at_s,
        typed=typed if complaint else clock(at_s),
        complaint=complaint,
        comparison=comparison,
    )


def parse_clock(text: str) -> float | None:
    """Read `3:07`, `1:03:07`, `187`, or each with tenths, as seconds; None for anything else."""
    found = re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)", text.strip(), re.ASCII)
    if found is None:
        return None
    hours, minutes, seconds = (float((group or "0").replace(",", ".")) for group in found.groups())
    return 3600.0 * hours + 60.0 * minutes + seconds


def _others(reader: Reader, session: SessionRow) -> list[SessionRow]:
    """Sessions of the same runner; or, of those that are nobody's, the others that are."""
    runner = reader.runner_of(session.id)
    if runner is not None:
        found = reader.sessions_of(runner.id, OFFERED)
    else:
        newest = reader.sessions(OFFERED)
        taken = reader.runners_of([other.id for other in newest])
        found = [other for other in newest if other.id not in taken]
    return [other for other in found if other.id != session.id]


def _of(session: SessionRow) -> Callable[[Side, Variable], Statistic]:
    summary = session.summary or {}
    return lambda side, variable: summary[side][variable.name]


def _over(stances: StanceColumns, inside: npt.NDArray[np.bool_]) -> Callable[[Side, Variable], Statistic]:
    return lambda side, variable: part(stances.value[variable.name][inside & stances.of(side)])


def _split(speeds: Speeds, at_s: float) -> tuple[Speeds, Speeds]:
    """How fast the belt ran until a moment, and from then on."""
    before = [said for said in speeds if said[0] < at_s]
    return before, [*before[-1:], *(said for said in speeds if said[0] >= at_s)]


def _speeds(first: Speeds, second: Speeds) -> Iterable[str]:
    if differ(first, second):
        yield _(
            "The belt did not run at the same speed (%(first)s; then %(second)s): all these values change with it.",
            first=in_words(first),
            second=in_words(second),
        )
    elif not (first and second):
        yield _("How fast the belt ran was not said: with another speed all these values change.")


def _notes(first: SessionRow, second: SessionRow) -> tuple[str, ...]:
    return tuple(_sentences(first, second))


def _sentences(first: SessionRow, second: SessionRow) -> Iterable[str]:
    yield _(
        "The error that all stances of a session share (how the belt sits, how the clothes fall) is in the ± of each."
    )
    if first.model != second.model:
        yield _(
            "The pose networks were not the same (%(first)s, then %(second)s): a difference of knee or trunk "
            "may come from that.",
            first=first.model,
            second=second.model,
        )
    if first.view is not second.view:
        yield _("The camera stood behind the runner once and in front once.")
    yield _(BY_CHANCE)
    longer, shorter = max(first.elapsed_s, second.elapsed_s), min(first.elapsed_s, second.elapsed_s)
    if longer > 2.0 * shorter:
        yield _(
            "One lasted %(shorter)s and the other %(longer)s: who runs longer may tire.",
            shorter=duration(shorter),
            longer=duration(longer),
        )
