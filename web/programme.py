"""The retraining programme on a runner's phone: who may start, what comes next, what was run, and every way out."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.coach.programme import Why, fold, runs_of
from monitor.coach.red_flags import SAID
from monitor.control import RefusedError, UnitUnreachableError, ask
from web import speed
from web.asking import asked, unit_socket
from web.coach import Coached, coached, note
from web.language import _
from web.programme_view import View, view
from web.runners import find
from web.turns import in_turn
from web.whose import known_phone

programme = Blueprint("programme", __name__)

NONE_OF_THESE = "none"
PATIENCE_S = 1.0
NOT_NOW = (Why.RED_FLAG, Why.NOT_JOINED, Why.PAIN, Why.ENDED_EARLY)
"""Whatever runs, this is what the page is about."""
Page = Response | str | tuple[str, int]


@programme.app_template_global("programme_of")
def programme_of(of: Coached) -> View:
    """Return what a runner's card and page show."""
    state = fold(of.diary)
    kept = {past.ended.session_id for past in state.past if of.reader.session(past.ended.session_id) is not None}
    return view(state, runs_of(of.reader, of.runner.id, state.sessions, of.now), of.now, kept)


@programme.get("/runners/<runner_id>/programme")
def page(runner_id: str) -> str:
    """Show the programme."""
    return _page(runner_id)


@programme.post("/runners/<runner_id>/programme/start")
def start(runner_id: str) -> Page:
    """Make the next session the runner's."""
    try:
        speed_mps = speed.typed(request.form.get("speed", ""))
    except speed.NoSpeedError as error:
        return _page(runner_id, str(error)), 400
    _ask(runner_id, "run_as", **({} if speed_mps is None else {"speed_mps": speed_mps}))
    return _back(runner_id)


@programme.post("/runners/<runner_id>/programme/speed")
def say_speed(runner_id: str) -> Page:
    """Say how fast the belt runs from now on."""
    try:
        speed_mps = speed.typed(request.form.get("speed", ""))
    except speed.NoSpeedError as error:
        return _page(runner_id, str(error)), 400
    if speed_mps is not None:
        _ask(runner_id, "belt_speed", speed_mps=speed_mps)
    return _back(runner_id)


@programme.post("/runners/<runner_id>/programme/<step>")
def do(runner_id: str, step: str) -> Response:
    """Write down what the runner says, and end what is to be ended."""
    if step not in STEPS:
        abort(404)
    STEPS[step](runner_id, request.form)
    return _back(runner_id)


def _join(runner_id: str, form: Mapping[str, str]) -> None:
    note(runner_id, "programme.joined", consent=form.get("consent") == "yes")


def _choose(runner_id: str, form: Mapping[str, str]) -> None:
    note(runner_id, "programme.cue", cue=form.get("cue", ""))


def _give_back(runner_id: str, _form: Mapping[str, str]) -> None:
    _ask(runner_id, "not_mine")


def _hurt(runner_id: str, _form: Mapping[str, str]) -> None:
    note(runner_id, "programme.pain")


def _stop(runner_id: str, _form: Mapping[str, str]) -> None:
    """It hurts in what the live page shows: said by who only looks on, it is refused."""
    _ask(runner_id, "note", kind="programme.pain", body={}, of_what_runs=True)


def _did_not_hurt(runner_id: str, _form: Mapping[str, str]) -> None:
    note(runner_id, "programme.no pain")


def _resume(runner_id: str, _form: Mapping[str, str]) -> None:
    flags = request.form.getlist("flag")
    if said := [flag for flag in flags if flag != NONE_OF_THESE]:
        note(runner_id, SAID, flags=said)
    else:
        note(runner_id, "programme.resumed", red_flags=None if not flags else False)


def _leave(runner_id: str, _form: Mapping[str, str]) -> None:
    note(runner_id, "programme.left")


STEPS: Mapping[str, Callable[[str, Mapping[str, str]], None]] = {
    "join": _join,
    "cue": _choose,
    "not-mine": _give_back,
    "pain": _hurt,
    "stop": _stop,
    "no-pain": _did_not_hurt,
    "resume": _resume,
    "leave": _leave,
}


def _page(runner_id: str, complaint: str = "") -> str:
    of = coached(runner_id)
    status = _status()
    phone = known_phone()
    shown = in_turn(programme_of)(of)
    is_running = shown.why not in NOT_NOW and (
        status.get("runner_now") == of.runner.id if status else shown.why is Why.RUNNING
    )
    return render_template(
        "programme.html",
        coached=of,
        runner=of.runner,
        view=shown,
        headline=_headline(shown, is_running),
        is_running=is_running,
        is_next=status.get("next_runner") == of.runner.id,
        can_click=status.get("can_click", True),
        reachable=bool(status),
        complaint=complaint,
        speed=speed,
        is_own_phone=phone is not None and phone.runner.id == of.runner.id,
    )


def _headline(shown: View, is_running: bool) -> str:
    """What is so now; the diary can have a run open that was over long ago, until the unit looks."""
    if is_running:
        return _("Your session is running")
    return _("Your last session is over") if shown.why is Why.RUNNING else shown.headline


def _status() -> dict[str, Any]:
    try:
        return ask(unit_socket(), "status", patience_s=PATIENCE_S)
    except (RefusedError, UnitUnreachableError):
        return {}


def _ask(runner_id: str, command: str, **arguments: Any) -> None:
    _reader, runner = find(runner_id)
    asked(_("The unit did not do it"), command, runner=runner.id, **arguments)


def _back(runner_id: str) -> Response:
    return redirect(url_for("programme.page", runner_id=runner_id), 303)
