"""Deleting a session, or all: first a page that asks, then the unit does it, for the unit holds the store."""

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from web.asking import asked
from web.keeping import in_words
from web.language import _
from web.sessions import find
from web.source import source
from web.standing import Standing

deletion = Blueprint("deletion", __name__)

PATIENCE_S = 60.0
"""What is deleted is overwritten, on a card that also takes what is measured now."""
SURE = "yes"


@deletion.app_template_global("how_long_kept")
def how_long_kept() -> str:
    """Return how long the unit keeps sessions."""
    standing: Standing = current_app.extensions["medius.standing"]
    return in_words(standing.now())


@deletion.get("/sessions/<session_id>/delete")
def ask_about_one(session_id: str) -> str:
    """Ask whether the session is to be deleted."""
    session = find(session_id)[1]
    return render_template("delete.html", session=session)


@deletion.post("/sessions/<session_id>/delete")
def delete_one(session_id: str) -> ResponseReturnValue:
    """Have the unit delete the session."""
    session = find(session_id)[1]
    return _deleted(f"medius delete {session.id}", session=session.id)


@deletion.get("/delete-everything")
def ask_about_all() -> str:
    """Ask whether all sessions are to be deleted."""
    return _ask_about_all()


@deletion.post("/delete-everything")
def delete_all() -> ResponseReturnValue:
    """Have the unit delete all sessions, if that was confirmed."""
    if request.form.get("sure") != SURE:
        return _ask_about_all(_("Tick the box to say that you are sure. Nothing was deleted.")), 400
    return _deleted("medius delete --everything", everything=True)


def _ask_about_all(complaint: str = "") -> str:
    reader = source().reader_if_any()
    return render_template(
        "delete_everything.html",
        count=reader.session_count() if reader else 0,
        diaries=reader.diary_count() if reader else 0,
        complaint=complaint,
    )


def _deleted(by_hand: str, **what: object) -> str:
    otherwise = _("Start the unit and try again; or, while none runs, %(command)s does it", command=by_hand)
    asked(_("Nothing was deleted"), "delete", otherwise=otherwise, patience_s=PATIENCE_S, **what)
    return render_template("deleted.html", everything="everything" in what)
