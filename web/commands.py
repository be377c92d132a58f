"""What the dashboard asks of the unit: a session's beginning and end, silence."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from web import speed
from web.asking import asked
from web.errors import NotDoneError
from web.language import _
from web.source import control

commands = Blueprint("commands", __name__)

KNOWN: dict[str, dict[str, Any]] = {"begin": {}, "end": {}, "mute": {"on": True}, "unmute": {"on": False}, "mark": {}}


@commands.app_context_processor
def _commanded() -> dict[str, bool]:
    return {"commanded": control() is not None}


@commands.post("/unit/speed")
def say_speed() -> Response:
    """Have the unit remember how fast the belt runs from now on. Raises NotDoneError."""
    title = _("The unit did not do it")
    try:
        speed_mps = speed.typed(request.form.get("speed", ""))
    except speed.NoSpeedError as error:
        raise NotDoneError(title, str(error), 400) from error
    asked(title, "belt_speed", speed_mps=speed_mps)
    return redirect(url_for("live.page"), 303)


@commands.post("/unit/<command>")
def command(command: str) -> Response:
    """Ask the unit, and go back to the page that asked."""
    if command not in KNOWN:
        abort(404)
    asked(_("The unit did not do it"), command.removeprefix("un"), **KNOWN[command])
    return redirect(url_for("live.page" if request.args.get("then") == "live.page" else "unit.page"), 303)
