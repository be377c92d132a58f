"""Deleting a session, or all: first a page that asks, then the unit does it, for the unit holds the store."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from monitor.control import RefusedError, UnitBusyError, UnitUnreachableError, ask
from web.errors import told
from web.keeping import Keeping
from web.owner import is_owner
from web.sessions import find
from web.source import control, source

deletion = Blueprint("deletion", __name__)

PATIENCE_S = 60.0
"""What is deleted is overwritten, on a card that also takes what is measured now."""
SURE = "yes"


@deletion.before_request
def _owner_only() -> Response | None:
    return None if is_owner() else redirect(url_for("owner.page", next=request.path), 303)


@deletion.app_template_global("how_long_kept")
def how_long_kept() -> str:
    """Return how long the unit keeps sessions."""
    keeping: Keeping = current_app.extensions["medius.keeping"]
    return keeping.in_words()


@deletion.get("/sessions/<session_id>/delete")
def ask_about_one(session_id: str) -> str:
    """Ask whether the session is to be deleted."""
    _, session = find(session_id)
    return render_template("delete.html", session=session)


@deletion.post("/sessions/<session_id>/delete")
def delete_one(session_id: str) -> ResponseReturnValue:
    """Have the unit delete the session."""
    _, session = find(session_id)
    return _deleted(f"medius delete {session.id}", session=session.id)


@deletion.get("/delete-everything")
def ask_about_all() -> str:
    """Ask whether all sessions are to be deleted."""
    return _ask_about_all()


@deletion.post("/delete-everything")
def delete_all() -> ResponseReturnValue:
    """Have the unit delete all sessions, if that was confirmed."""
    if request.form.get("sure") != SURE:
        return _ask_about_all("Tick the box to say that you are sure. Nothing was deleted."), 400
    return _deleted("medius delete --everything", everything=True)


def _ask_about_all(complaint: str = "") -> str:
    reader = source().reader_if_any()
    return render_template("delete_everything.html", count=reader.session_count() if reader else 0, complaint=complaint)


def _deleted(by_hand: str, **what: object) -> ResponseReturnValue:
    path = control()
    try:
        if path is None:
            raise UnitUnreachableError("This dashboard commands no unit.")
        ask(path, "delete", patience_s=PATIENCE_S, **what)
    except UnitBusyError as error:
        return told("The unit still deletes", f"{error} Look again in a minute"), 503
    except UnitUnreachableError as error:
        hint = f"Start the unit and try again; or, while none runs, {by_hand} does it"
        return told("Nothing was deleted", f"{error} {hint}"), 503
    except RefusedError as error:
        return told("Nothing was deleted", str(error)), 409
    return render_template("deleted.html", everything="everything" in what)
