"""The way from a QR code to sessions of one's own: the link's secret becomes a cookie, and the form asks the unit.

Opening a link changes nothing, so that no preview of it uses it up; its address is left at once.
"""

from typing import Any

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.store import LINK_PATH, Clock, LinkRow, link_to, opens
from web.asking import asked
from web.errors import StillDoingError, told
from web.language import N_, _
from web.offers import offers
from web.qr import address, qr_svg
from web.source import source
from web.whose import known_runner, new_key, remember

claims = Blueprint("claims", __name__)

COOKIE = "medius_link"
COOKIE_S = 600
LONGEST_TOKEN = 100
Page = Response | tuple[str, int] | str
DEAD = (
    N_("This link opens nothing"),
    N_("It was used already, or its ten minutes are over. The phone that opened it first has the session."),
)


@claims.app_template_global("offered")
def offered() -> str | None:
    """Return the session that can be claimed now."""
    offer = offers().now()
    return offer.session_id if offer else None


@claims.get(f"{LINK_PATH}<token>")
def scan(token: str) -> Page:
    """Take the secret out of the address."""
    if _link(token) is None:
        return told(*map(_, DEAD)), 404
    return _with_secret(token)


@claims.get("/claim")
def page() -> Page:
    """Show what the link opens, and ask whether to take it."""
    link = _link(request.cookies.get(COOKIE, ""))
    reader = source().reader_if_any()
    if link is None or reader is None:
        return told(*map(_, DEAD)), 404
    return render_template(
        "claim.html",
        session=reader.session(link.session_id) if link.session_id else None,
        whose=reader.runner(link.runner_id) if link.runner_id else None,
        runner=known_runner(),
    )


@claims.post("/claim")
def take() -> Page:
    """Have the unit give this phone what the link opens."""
    link = _link(request.cookies.get(COOKIE, ""))
    if link is None:
        return told(*map(_, DEAD)), 404
    runner = known_runner()
    phone, cookie = new_key()
    known: dict[str, Any] = {"runner": runner.id} if runner else {"phone": phone.id, "key": phone.digest}
    nickname = request.form.get("nickname", "")[:100]
    try:
        asked(_("Nothing was taken"), "accept", link=link.digest, nickname=nickname, **known)
        response = redirect(
            url_for("sessions.page", session_id=link.session_id) if link.session_id else url_for("sessions.index"), 303
        )
        response.delete_cookie(COOKIE, path=url_for("claims.page"), httponly=True, samesite="Strict")
    except StillDoingError as error:  # without its key the phone would lose what it is being given
        response = make_response(error.answer)
    offers().forget()
    if runner is None:
        remember(response, cookie)
    return response


@claims.post("/claim/here")
def here() -> Page:
    """Take what is offered without a QR code, on the phone that shows the page."""
    offer = offers().now()
    if offer is None or offer.session_id != request.form.get("session"):
        return told(_("This session is not offered any more"), _("Another began, or somebody has it")), 409
    return _with_secret(offer.token)


@claims.get("/claim/qr.svg")
def qr() -> Response:
    """Draw the link of what is offered now."""
    offer = offers().now()
    if offer is None:
        abort(404)
    return Response(qr_svg(link_to(address(), offer.token)), mimetype="image/svg+xml")


def _link(token: str) -> LinkRow | None:
    """Return the link of a secret, if it is open."""
    clock: Clock = current_app.extensions["medius.clock"]
    reader = source().reader_if_any()
    if reader is None or not 0 < len(token) <= LONGEST_TOKEN:
        return None
    found = [link for link in reader.links(clock.now()) if opens(token, link.digest)]
    return found[0] if found else None


def _with_secret(token: str) -> Response:
    response = redirect(url_for("claims.page"), 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_S,
        path=url_for("claims.page"),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response
