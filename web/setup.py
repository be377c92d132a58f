"""The set-up of the camera on a phone: its picture and what to move, while the unit is set up."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from monitor.control import RefusedError, UnitUnreachableError, ask, picture
from web.asking import asked, unit_socket
from web.language import N_, _

setup = Blueprint("setup", __name__)

OPENING = {"steps": [], "findings": [], "advice": N_("The camera is opened: a few seconds."), "complete": False}


@setup.get("/setup")
def page() -> str:
    """Show how the set-up is, or offer to open it; with a script it goes on by itself."""
    is_open = asked(_("The unit cannot be set up now"), "status")["setup"]
    return render_template("setup.html", is_open=is_open, report=_report() if is_open else None)


@setup.get("/setup/picture.jpg")
def camera_picture() -> Response:
    """Give the newest picture; asking keeps the set-up open."""
    try:
        return Response(picture(unit_socket()), mimetype="image/jpeg")
    except (RefusedError, UnitUnreachableError):
        return Response(status=204)


@setup.get("/setup/report")
def report() -> Response:
    """Give what the page shows beside the picture, as JSON with HTML."""
    news = _report()
    body = {"open": news is not None, "html": render_template("_setup.html", report=news) if news else ""}
    return Response(json.dumps(body), mimetype="application/json")


@setup.post("/setup/open")
def open_it() -> AnyResponse:
    """Have the unit be set up."""
    given = {name: _number(name) for name in ("height_cm", "lens_deg")}
    return _do(open=True, **{name: value for name, value in given.items() if value is not None})


@setup.post("/setup/close")
def close() -> AnyResponse:
    """Have it measure again; what was found is forgotten."""
    return _do(open=False)


@setup.post("/setup/keep")
def keep() -> str:
    """Keep what was found."""
    return render_template("kept.html", complaint=asked(_("Nothing was kept"), "keep")["complaint"])


def _report() -> dict[str, Any] | None:
    """How it is now; None when it is closed."""
    try:
        return ask(unit_socket(), "report")
    except UnitUnreachableError:
        return None
    except RefusedError:
        pass
    try:
        return OPENING if ask(unit_socket(), "status")["setup"] else None
    except (RefusedError, UnitUnreachableError):
        return None


def _do(**arguments: Any) -> AnyResponse:
    asked(_("The unit did not do it"), "setup", **arguments)
    return redirect(url_for("setup.page"), 303)


def _number(name: str) -> float | str | None:
    """What the form says: nothing, a number, or what the unit is to refuse."""
    said = request.form.get(name, "")[:20].strip().replace(",", ".")
    try:
        return float(said) if said else None
    except ValueError:
        return said
