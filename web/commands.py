"""What the dashboard asks of the unit: a session's beginning and end, silence."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from monitor.control import RefusedError, UnitUnreachableError, ask
from web.errors import told
from web.source import control

commands = Blueprint("commands", __name__)

KNOWN = {"begin": {}, "end": {}, "mute": {"on": True}, "unmute": {"on": False}, "mark": {}}


@commands.app_context_processor
def _commanded() -> dict[str, bool]:
    return {"commanded": control() is not None}


@commands.post("/unit/<command>")
def command(command: str) -> Response | tuple[str, int]:
    """Ask the unit, and go back to the page that asked."""
    path = control()
    if command not in KNOWN or path is None:
        abort(404)
    try:
        ask(path, command.removeprefix("un"), **KNOWN[command])
    except (RefusedError, UnitUnreachableError) as error:
        return told("The unit did not do it", str(error)), 409
    return redirect(url_for("live.page" if request.args.get("then") == "live.page" else "unit.page"), 303)
