"""What went wrong, in plain words."""

import logging

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import HTTPException, InternalServerError

from monitor.store import StoreError
from web.heard import heard
from web.language import N_, _
from web.words import sentence

log = logging.getLogger(__name__)

errors = Blueprint("errors", __name__)

WORDS = {
    403: (N_("This cannot be asked from there"), N_("Open the unit's own page and try again.")),
    404: (N_("There is no such page here"), N_("The address may be mistyped, or the session was deleted.")),
    400: (N_("That could not be understood"), N_("Go back, load the page again and try once more.")),
    405: (N_("Nothing can be done at this address"), N_("Go back to the page before, and use its links and buttons.")),
    413: (N_("That is too much"), N_("Send less.")),
    421: (
        N_("This unit does not answer to that name"),
        N_("Open it by its IP address or by its name ending in .local, or start the dashboard with --allow-host NAME."),
    ),
}
OTHER = (N_("The dashboard could not make this page"), N_("Load it again. The measurement itself is not affected."))


@errors.app_errorhandler(HTTPException)
def _in_plain_words(error: HTTPException) -> Response:
    title, text = WORDS.get(error.code or 500, OTHER)
    response = Response(render_template("error.html", title=_(title), text=_(text)), error.code)
    response.headers.extend({k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")})
    return response


@errors.app_errorhandler(StoreError)
def _no_store(error: StoreError) -> tuple[str, int]:
    return told(_("The sessions cannot be read"), heard(str(error))), 503


class NotDoneError(Exception):
    """What was asked of the unit is not done; it is answered with the page that says why."""

    def __init__(self, title: str, text: str, status: int) -> None:
        super().__init__(text)
        self.answer = told(title, text), status


class StillDoingError(NotDoneError):
    """The unit was asked, and may still do it."""


@errors.app_errorhandler(NotDoneError)
def _not_done(error: NotDoneError) -> tuple[str, int]:
    return error.answer


def told(title: str, text: str) -> str:
    """Return a page that says what went wrong."""
    return render_template("error.html", title=title, text=sentence(text))


@errors.app_errorhandler(Exception)
def _our_own_fault(error: Exception) -> Response:
    log.error("A page failed", exc_info=error)
    return _in_plain_words(InternalServerError())
