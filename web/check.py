"""The control check: the questions before it, the guidance while it is on, its result and how it went over time."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from monitor.coach.check import LIMITS_DEG, Part
from monitor.coach.check.questions import MOST_PAIN, Ready, answers
from monitor.coach.red_flags import CHECK_REFUSED, RedFlag
from monitor.control import RefusedError, UnitUnreachableError, ask
from monitor.vocabulary import DiaryEntry, View
from web.asking import asked, unit_socket
from web.checked import ADVICE, LEVEL_NAMES, PART_MEANS, PART_NAMES, REASONS, Checked, checks, trends
from web.coach import coached, flags_of, note
from web.errors import NotDoneError
from web.language import N_, _
from web.turns import in_turn

check = Blueprint("check", __name__)

READY_WORDS = {
    Ready.TREADMILL_OFF: N_("The treadmill is off and its safety key is out."),
    Ready.HOLD: N_("Something to hold on to is within reach."),
}
NONE_OF_THESE = "none"
BEGINS = {"step": "begins"}
PATIENCE_S = 1.0


@check.get("/runners/<runner_id>/check")
def page(runner_id: str) -> str:
    """Show the check that is on, or the newest result, what was before it, and the questions before another."""
    found = coached(runner_id)
    on = _on()
    if on == found.runner.id:
        return render_template("check_on.html", runner=found.runner, stage=_stage() or BEGINS, **_words())
    return _page(runner_id, busy=on is not None)


@check.post("/runners/<runner_id>/check/begin")
def begin(runner_id: str) -> AnyResponse | str | tuple[str, int]:
    """Begin a check, unless what was answered is against it."""
    found = coached(runner_id)
    runner = found.runner
    if flags_of(found.diary):
        return _page(runner_id), 409
    given = _given()
    said = answers(given)
    nothing_wrong = NONE_OF_THESE in request.form.getlist("flag") and not said.flags
    if not said.complete or not (said.flags or nothing_wrong):
        return _page(runner_id, complaint=_("Answer every question first."), given=given), 400
    if not said.may_begin:
        kept = _write_down(runner_id, given)
        return render_template("check_refused.html", runner=runner, said=said, kept=kept, most=MOST_PAIN)
    asked(_("The check cannot begin now"), "check", open=True, runner=runner.id, answers=given)
    return redirect(url_for("check.page", runner_id=runner_id), 303)


@check.post("/runners/<runner_id>/check/stop")
def stop(runner_id: str) -> AnyResponse:
    """Stop the check that is on; nothing of it is kept."""
    if _on() == coached(runner_id).runner.id:
        asked(_("The check was not stopped"), "check", open=False)
    return redirect(url_for("check.page", runner_id=runner_id), 303)


@check.get("/runners/<runner_id>/check/stage")
def stage(runner_id: str) -> Response:
    """Tell where the check is, as JSON with HTML; whether it is still on."""
    runner = coached(runner_id).runner
    on = _on() == runner.id
    now = (_stage() or BEGINS) if on else None
    body = {"on": on, "html": render_template("_check_stage.html", stage=now, **_words()) if now else ""}
    return Response(json.dumps(body), mimetype="application/json")


@check.app_template_global("last_check")
def last_check(diary: Sequence[DiaryEntry]) -> Checked | None:
    """Return the newest check of a diary."""
    return next(iter(checks(diary)), None)


@check.app_template_global("level_word")
def level_word(level: str | None) -> str:
    """Return a level's name in the language of the page."""
    return _(LEVEL_NAMES[level]) if level is not None else _("withheld")


@check.app_template_global("part_word")
def part_word(part: Part) -> str:
    """Return what a part is called."""
    return _(PART_NAMES[part])


@check.app_template_global("reason_word")
def reason_word(reason: str) -> str:
    """Return why a squat did not count."""
    return _(REASONS[reason])


@in_turn
def _page(runner_id: str, *, busy: bool = False, complaint: str = "", given: dict[str, Any] | None = None) -> str:
    found = coached(runner_id)
    past = checks(found.diary)
    return render_template(
        "check.html",
        runner=found.runner,
        newest=past[0] if past else None,
        past=past,
        trends=trends(past),
        busy=busy,
        complaint=complaint,
        given=given or {},
        ready_words=READY_WORDS,
        flags=flags_of(found.diary),
        coached=found,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"means": PART_MEANS, "limits": LIMITS_DEG, "advice": ADVICE, "front": View.FRONT}


def _given() -> dict[str, Any]:
    """What the form says, as the coach takes it."""
    pain = request.form.get("pain", "")
    ready, flags = request.form.getlist("ready"), request.form.getlist("flag")
    return {
        **{str(one): True for one in Ready if one in ready},
        **{str(one): True for one in RedFlag if one in flags},
        **({"pain": int(pain)} if pain.isascii() and pain.isdecimal() and len(pain) < 3 else {}),
    }


def _write_down(runner_id: str, given: dict[str, Any]) -> bool:
    """Remember why there was none; whether it surely was. That there is none does not hang on it."""
    try:
        note(runner_id, CHECK_REFUSED, **given)
    except NotDoneError:
        return False
    return True


def _on() -> str | None:
    """Whose check is on; None without one, or where no unit can be asked."""
    try:
        found: str | None = ask(unit_socket(), "status", patience_s=PATIENCE_S).get("check")
    except (RefusedError, UnitUnreachableError):
        return None
    return found


def _stage() -> dict[str, Any] | None:
    """Where the check is; None while it begins."""
    try:
        return ask(unit_socket(), "stage", patience_s=PATIENCE_S)
    except (RefusedError, UnitUnreachableError):
        return None
