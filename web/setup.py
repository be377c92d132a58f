"""The set-up of the camera on a phone: its picture and what to move, while the unit is set up."""

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from monitor.control import RefusedError, UnitUnreachableError, ask, picture
from web.errors import told
from web.source import control

setup = Blueprint("setup", __name__)

OPENING = {"steps": [], "findings": [], "advice": "The camera is opened: a few seconds.", "complete": False}
Page = AnyResponse | tuple[str, int] | str


@setup.get("/setup")
def page() -> Page:
    """Show how the set-up is, or offer to open it; with a script it goes on by itself."""
    try:
        is_open = ask(_unit(), "status")["setup"]
    except (RefusedError, UnitUnreachableError) as error:
        return told("The unit cannot be set up now", str(error)), 503
    return render_template("setup.html", is_open=is_open, report=_report() if is_open else None)


@setup.get("/setup/picture.jpg")
def camera_picture() -> Response:
    """Give the newest picture; asking keeps the set-up open."""
    try:
        return Response(picture(_unit()), mimetype="image/jpeg")
    except (RefusedError, UnitUnreachableError):
        return Response(status=204)


@setup.get("/setup/report")
def report() -> Response:
    """Give what the page shows beside the picture, as JSON with HTML."""
    news = _report()
    body = {"open": news is not None, "html": render_template("_setup.html", report=news) if news else ""}
    return Response(json.dumps(body), mimetype="application/json")


@setup.post("/setup/open")
def open_it() -> Page:
    """Have the unit be set up."""
    given = {name: _number(name) for name in ("height_cm", "lens_deg")}
    return _do(open=True, **{name: value for name, value in given.items() if value is not None})


@setup.post("/setup/close")
def close() -> Page:
    """Have it measure again; what was found is forgotten."""
    return _do(open=False)


@setup.post("/setup/keep")
def keep() -> Page:
    """Keep what was found."""
    try:
        complaint = ask(_unit(), "keep")["complaint"]
    except (RefusedError, UnitUnreachableError) as error:
        return told("Nothing was kept", str(error)), 409
    return render_template("kept.html", complaint=complaint)


def _report() -> dict[str, Any] | None:
    """How it is now; None when it is closed."""
    try:
        return ask(_unit(), "report")
    except UnitUnreachableError:
        return None
    except RefusedError:
        pass
    try:
        return OPENING if ask(_unit(), "status")["setup"] else None
    except (RefusedError, UnitUnreachableError):
        return None


def _do(**arguments: Any) -> Page:
    try:
        ask(_unit(), "setup", **arguments)
    except (RefusedError, UnitUnreachableError) as error:
        return told("The unit did not do it", str(error)), 409
    return redirect(url_for("setup.page"), 303)


def _number(name: str) -> float | str | None:
    """What the form says: nothing, a number, or what the unit is to refuse."""
    said = request.form.get(name, "")[:20].strip().replace(",", ".")
    try:
        return float(said) if said else None
    except ValueError:
        return said


def _unit() -> Path:
    path = control()
    if path is None:
        abort(404)
    return path
