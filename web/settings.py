"""The owner's page: settings, the lamps tried out, a copy of all sessions, which version runs."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.control import RefusedError, UnitUnreachableError, ask
from web import fields
from web.asking import asked, unit_socket
from web.language import N_, _
from web.source import control
from web.version import version
from web.words import LAMP_WORDS

settings = Blueprint("settings", __name__)

NO_UNIT = N_("This dashboard belongs to no unit that runs as a service: what is set stands in the settings file.")

Page = str | Response | tuple[str, int]


@settings.get("/settings")
def page() -> Page:
    """Show what is set."""
    return _page({}, {})


@settings.post("/settings")
def change() -> Page:
    """Have the unit use what the form says."""
    said = fields.typed(request.form)
    try:
        wrong = ask(unit_socket(), "change", to=said)["wrong"]
    except (RefusedError, UnitUnreachableError) as error:
        return _page(said, {}, refusal=str(error)), 409 if isinstance(error, RefusedError) else 503
    if wrong:
        return _page(said, wrong), 422
    if "language" in said:
        current_app.extensions["medius.standing"].set_language(said["language"])
    return redirect(url_for("settings.page", kept=1), 303)


@settings.post("/settings/lamps")
def lamps() -> str:
    """Have every lamp lit in turn, and say which."""
    answer = asked(_("The lamps cannot be tried out now"), "lamps")
    order = [_(LAMP_WORDS[name]) for name in answer["lamps"]]
    return render_template("lamps.html", order=order, each_s=answer["each_s"], simulated=answer["simulated"])


def _page(said: dict[str, str], wrong: dict[str, str], refusal: str = "") -> str:
    known, silence = _known()
    return render_template(
        "settings.html",
        groups=fields.shown(known, said, wrong) if known else [],
        silence=silence,
        refusal=refusal,
        count_wrong=len(wrong),
        kept="kept" in request.args,
        version=version(current_app.config["MEDIUS"].home),
    )


def _known() -> tuple[dict[str, Any], str]:
    """What is set, or why that cannot be told."""
    path = control()
    if path is None:
        return {}, _(NO_UNIT)
    try:
        return ask(path, "settings")["settings"], ""
    except (RefusedError, UnitUnreachableError) as error:
        return {}, str(error)
