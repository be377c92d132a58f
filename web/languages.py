"""Every page is in the language of who asks, says which that is, and lets a phone choose another."""

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from web.guard import page_before
from web.language import COOKIE, languages, spoken

language_choice = Blueprint("language", __name__)

KEPT_S = 365 * 86400


@language_choice.post("/language")
def choose() -> Response:
    """Have the phone keep a language, and show the page that asked again."""
    wanted = request.form.get("to", "")
    if wanted not in languages():
        abort(400)
    response = redirect(page_before() or url_for("live.page"), 303)
    response.set_cookie(COOKIE, wanted, max_age=KEPT_S, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


@language_choice.app_context_processor
def _choices() -> dict[str, object]:
    return {"language": spoken(), "languages": tuple(languages().values())}


@language_choice.after_app_request
def _say_which(response: Response) -> Response:
    """Of pages and what open ones are told; a file is the same in every language."""
    if response.mimetype in ("text/html", "text/event-stream"):
        response.content_language.add(spoken().code)
        response.vary.update(("Accept-Language", "Cookie"))
    return response
