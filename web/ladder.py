"""The exercise ladder on the phone: what is due today, how it is done, ticked off in two taps."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.coach.ladder import Exercise, Legs, ladder
from monitor.coach.ladder import entries as kinds
from monitor.coach.ladder.entries import MOST_REPS, MOST_SECONDS, MOST_SETS, SCALE, day_of, done_of
from monitor.coach.ladder.running import RISE_PERCENT
from monitor.coach.ladder.state import STOP_PAIN, fold
from monitor.coach.red_flags import ASKED, SEEN
from monitor.vocabulary import Side
from web import exercises
from web.coach import Coached, coached, note
from web.language import _
from web.turns import in_turn

climbing = Blueprint("ladder", __name__)

NONE_OF_THESE = "none"
AGREED = "yes"
CHOICES = {"sets": range(1, 6), "reps": range(1, 21), "seconds": (5, 6, 7, 8, 9, 10, *range(15, 61, 5))}
"""What the form offers; the page adds what was done last [ours]."""
MOST = {"sets": MOST_SETS, "reps": MOST_REPS, "seconds": MOST_SECONDS}


@climbing.app_template_global("climb_of")
def climb_of(of: Coached) -> exercises.Climb:
    """Return where a runner stands, for the coach's card."""
    return exercises.climb(of)


@climbing.app_context_processor
def _words() -> dict[str, Any]:
    return {"exercises": exercises}


@climbing.get("/runners/<runner_id>/exercises")
@in_turn
def page(runner_id: str) -> str:
    """Show the ladder, and where each leg stands."""
    of = coached(runner_id)
    climb = exercises.climb(of)
    if not climb.state.asked and not climb.state.stopped:
        return _questions(of)
    return render_template("ladder.html", coached=of, climb=climb, ladder=ladder(), rise=RISE_PERCENT)


@climbing.get("/runners/<runner_id>/exercises/questions")
def questions(runner_id: str) -> str:
    """Ask what has to be known before an exercise."""
    return _questions(coached(runner_id))


@climbing.post("/runners/<runner_id>/exercises/questions")
def answer(runner_id: str) -> Response | tuple[str, int]:
    """Write down what was answered."""
    of = coached(runner_id)
    flags, hips = request.form.getlist("flag"), request.form.getlist("hip")
    if not flags or (NONE_OF_THESE in flags and len(flags) > 1):
        return _questions(of, _("Tick what is so, or “none of these”.")), 400
    if request.form.get("agreed") != AGREED:
        return _questions(of, _("Tick the box to say that you agree. Nothing was kept.")), 400
    note(runner_id, ASKED, flags=[flag for flag in flags if flag != NONE_OF_THESE], outer_hip=hips)
    return _back(runner_id)


@climbing.post("/runners/<runner_id>/exercises/seen")
def seen(runner_id: str) -> Response:
    """A professional has seen it: ask the questions anew."""
    note(runner_id, SEEN)
    return redirect(url_for("ladder.questions", runner_id=runner_id), 303)


@climbing.post("/runners/<runner_id>/exercises/reviewed")
def reviewed(runner_id: str) -> Response:
    """The six weeks were looked at: ask the questions anew."""
    note(runner_id, kinds.REVIEWED)
    return redirect(url_for("ladder.questions", runner_id=runner_id), 303)


@climbing.post("/runners/<runner_id>/exercises/undone")
def undone(runner_id: str) -> Response:
    """Take the last tick back."""
    note(runner_id, kinds.UNDONE)
    return _back(runner_id)


@climbing.post("/runners/<runner_id>/exercises/morning")
def morning(runner_id: str) -> Response:
    """Write down how a leg was this morning."""
    note(runner_id, kinds.MORNING, leg=request.form.get("leg", ""), pain=request.form.get("pain", ""))
    return _back(runner_id)


@climbing.get("/runners/<runner_id>/exercises/history")
@in_turn
def history(runner_id: str) -> str:
    """Show all that was done."""
    of = coached(runner_id)
    return render_template("exercise_history.html", coached=of, rows=exercises.rows(fold(of.diary, ladder())))


@climbing.get("/runners/<runner_id>/exercises/<name>/<leg>")
def exercise(runner_id: str, name: str, leg: str) -> str:
    """Show how an exercise is done, and ask how hard it was."""
    of, found = coached(runner_id), _exercise(name, leg)
    state = fold(of.diary, ladder())
    return render_template(
        "exercise.html",
        coached=of,
        exercise=found,
        leg=leg,
        side=Side.LEFT if leg == "left" else Side.RIGHT,
        refusal=exercises.may(found, leg, state, day_of(of.now)),
        fields=_fields(of, found, leg),
        scale=range(SCALE + 1),
    )


@climbing.get("/runners/<runner_id>/exercises/<name>/<leg>/pain")
def pain(runner_id: str, name: str, leg: str) -> str | Response:
    """Ask whether it hurt: the second tap."""
    of, found = coached(runner_id), _exercise(name, leg)
    given = {each: value for each in (*MOST, "effort") if (value := request.args.get(each, type=int)) is not None}
    if done_of({"exercise": name, "leg": leg, "pain": 0, **given}, day_of(of.now), ladder()) is None:
        return redirect(url_for("ladder.exercise", runner_id=runner_id, name=name, leg=leg), 303)
    return render_template(
        "exercise_pain.html",
        coached=of,
        exercise=found,
        leg=leg,
        given=given,
        scale=range(SCALE + 1),
        stop_pain=STOP_PAIN,
    )


@climbing.post("/runners/<runner_id>/exercises/<name>/<leg>/done")
def done(runner_id: str, name: str, leg: str) -> Response:
    """Tick it off."""
    _exercise(name, leg)
    figures = {each: request.form.get(each, type=int) for each in (*MOST, "effort", "pain")}
    note(runner_id, kinds.DONE, exercise=name, leg=leg, **figures)
    return _back(runner_id)


def _exercise(name: str, leg: str) -> Exercise:
    found = ladder().exercises.get(name)
    legs = (Legs.BOTH.value,) if found and found.legs is Legs.BOTH else tuple(Side)
    if found is None or leg not in legs:
        abort(404)
    return found


def _fields(of: Coached, found: Exercise, leg: str) -> list[tuple[str, str, list[int], int]]:
    """What the form asks: name, label, choices, and what is chosen: as last time, or else the least of the dose."""
    labels = {"sets": _("Sets"), "reps": _("Repetitions"), "seconds": _("Seconds held")}
    last = next(
        (
            e.body
            for e in reversed(of.diary)
            if e.kind == kinds.DONE and (e.body["exercise"], e.body["leg"]) == (found.id, leg)
        ),
        {},
    )
    shown = []
    for name, asked in (("sets", found.dose.sets), ("reps", found.dose.reps), ("seconds", found.dose.seconds)):
        if asked is not None:
            chosen = last.get(name) or asked.least
            shown.append((name, labels[name], sorted({*CHOICES[name], chosen}), chosen))
    return shown


def _questions(of: Coached, complaint: str = "") -> str:
    state = fold(of.diary, ladder())
    return render_template("ladder_questions.html", coached=of, state=state, complaint=complaint, sides=tuple(Side))


def _back(runner_id: str) -> Response:
    return redirect(url_for("coach.page", runner_id=runner_id, _anchor="coach-ladder"), 303)
