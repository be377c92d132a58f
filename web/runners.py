"""A runner's own page: sessions, trends, baseline; the name, a second phone, and the end of it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.store import Reader, RunnerRow, digest_of, link_to, new_token
from monitor.vocabulary import VARIABLES
from web.asking import asked
from web.comparison import BASELINE_SESSIONS, FIRST_SESSIONS
from web.deletion import PATIENCE_S
from web.history import history
from web.language import _
from web.qr import address, qr_svg
from web.source import source
from web.whose import forget, known_phone
from web.words import PELVIC_DROP, VARIABLE

runners = Blueprint("runners", __name__)

MOST_SESSIONS = 100
"""On the page, the newest."""


@runners.get("/runners/<runner_id>")
def page(runner_id: str) -> str:
    """Show what a runner has."""
    reader, runner = find(runner_id)
    sessions = reader.sessions_of(runner.id, MOST_SESSIONS)
    first = reader.sessions_of(runner.id, FIRST_SESSIONS, oldest=True)
    variable = VARIABLE.get(request.args.get("of", ""), PELVIC_DROP)
    return render_template(
        "runner.html",
        runner=runner,
        history=history(sessions, first, variable),
        variables=VARIABLES,
        baseline_sessions=BASELINE_SESSIONS,
        most=MOST_SESSIONS,
        is_own_phone=_is_own(runner),
    )


@runners.post("/runners/<runner_id>/name")
def rename(runner_id: str) -> Response:
    """Call the runner otherwise."""
    _do(runner_id, "rename", nickname=request.form.get("nickname", "")[:100])
    return redirect(url_for("runners.page", runner_id=runner_id), 303)


@runners.post("/runners/<runner_id>/phone")
def invite(runner_id: str) -> str:
    """Show the link that lets another phone see the same, this once."""
    token = new_token()
    _do(runner_id, "invite", link=digest_of(token))
    code = qr_svg(link_to(address(), token))
    return render_template("second_phone.html", runner_id=runner_id, code=code)


@runners.post("/runners/<runner_id>/leave")
def leave(runner_id: str) -> Response:
    """Let this phone see it no longer."""
    phone = known_phone()
    if phone is not None:
        _do(runner_id, "forget_phone", phone=phone.id)
    response = redirect(url_for("live.page"), 303)
    forget(response)
    return response


@runners.post("/runners/<runner_id>/delete")
def delete(runner_id: str) -> Response:
    """Delete the runner and all sessions of theirs."""
    runner = find(runner_id)[1]
    own = _is_own(runner)
    _do(runner_id, "delete_runner", patience_s=PATIENCE_S)
    response = redirect(url_for("live.page" if own else "sessions.index"), 303)
    if own:
        forget(response)
    return response


def find(runner_id: str) -> tuple[Reader, RunnerRow]:
    """Return a runner and the store; there is no such page when there is none."""
    reader = source().reader_if_any()
    runner = reader.runner(runner_id) if reader else None
    if reader is None or runner is None:
        abort(404)
    return reader, runner


def _is_own(runner: RunnerRow) -> bool:
    phone = known_phone()
    return phone is not None and phone.runner.id == runner.id


def _do(runner_id: str, command: str, **arguments: Any) -> None:
    runner = find(runner_id)[1]
    asked(_("The unit did not do it"), command, runner=runner.id, **arguments)
