"""Who may see and change what from another computer: anybody the live page, a runner their own, the owner everything.

A dashboard that listens on its own computer only asks nobody: who can open it can read the file behind it.
"""

import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from monitor.control.pin import Owner, file_in, owner_of
from monitor.store import Clock
from web.guard import page_before
from web.language import _
from web.whose import is_theirs, known_runner

owner = Blueprint("owner", __name__)

FOR_ALL = frozenset(
    {
        "static",
        "live.page",
        "live.events",
        "unit.page",
        "unit.events",
        "owner.page",
        "owner.enter",
        "claims.scan",
        "claims.page",
        "claims.take",
        "claims.here",
        "claims.qr",
        "coach.mine",
        "coach.begin",
        "coach.join",
        "help.page",
        "health.healthz",
        "health.metrics",
        "language.choose",
    }
)
FREE_TRIES = 5
MINUTE_S = 60.0
MOST_A_MINUTE = 10
SIGNED_IN = "owner"


class Tries:
    """Slows who guesses: after five wrong PINs, ten a minute for everybody together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._next_s = 0.0

    def wait_s(self) -> float:
        """How long until the next PIN may be said."""
        with self._lock:
            return max(0.0, self._next_s - self._clock.monotonic_s())

    def wrong(self) -> None:
        """A PIN was wrong."""
        with self._lock:
            self._wrong += 1
            if self._wrong >= FREE_TRIES:
                self._next_s = self._clock.monotonic_s() + MINUTE_S / MOST_A_MINUTE

    def right(self) -> None:
        """Who knows the PIN does not guess."""
        with self._lock:
            self._wrong, self._next_s = 0, 0.0


class _Kept:
    """The owner as the file has it, read when it is another. Safe between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int] | None, Owner] | None = None

    def owner(self) -> Owner:
        """Raises OSError."""
        with self._lock:
            mark = self._mark()
            if self._read is None or mark is None or self._read[0] != mark:
                self._read = mark, owner_of(self._folder)
            return self._read[1]

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            found = file_in(self._folder).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


class _Cookies(SecureCookieSessionInterface):
    """Signed with the owner's secret as it is now: a new PIN ends what was signed with the old one."""

    def get_signing_serializer(self, app: Flask) -> Any:
        known = known_owner(app)
        app.secret_key = known.secret if known else None
        return super().get_signing_serializer(app)


def install(app: Flask, clock: Clock) -> None:
    """Let the application know its owner. Raises OSError."""
    app.extensions["medius.tries"] = Tries(clock)
    folder = app.config["MEDIUS"].owner_dir
    app.extensions["medius.owner"] = _Kept(Path(folder)) if folder else None
    app.session_interface = _Cookies()
    known_owner(app)  # or the first to ask would find that it cannot be kept
    app.config.update(SESSION_COOKIE_NAME="medius", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict")


def known_owner(app: Flask) -> Owner | None:
    """The unit's owner; None where nobody is asked."""
    kept: _Kept | None = app.extensions["medius.owner"]
    return kept.owner() if kept else None


def is_owner() -> bool:
    """Whether who asks may see and change everything."""
    return current_app.config["MEDIUS"].owner_dir is None or session.get(SIGNED_IN) is True


@owner.before_app_request
def _ask_for_the_pin() -> Response | None:
    if request.endpoint is None or request.endpoint in FOR_ALL or is_owner() or is_theirs(request.view_args or {}):
        return None
    if request.endpoint == "sessions.index" and (runner := known_runner()) is not None:
        return redirect(url_for("runners.page", runner_id=runner.id), 303)
    return redirect(url_for("owner.page", next=_after_the_pin()), 303)


def _after_the_pin() -> str | None:
    """The page that was asked for; of a form the one that it stood on, where it can be sent again."""
    if request.method != "POST":
        return request.full_path if request.query_string else request.path
    return page_before()


@owner.app_context_processor
def _whose() -> dict[str, bool]:
    return {"owner": is_owner(), "signed_in": session.get(SIGNED_IN) is True}


@owner.get("/owner")
def page() -> str:
    """Ask for the PIN."""
    return _page()


@owner.post("/owner")
def enter() -> Response | tuple[str, int, dict[str, str]]:
    """Let in who says the PIN."""
    tries: Tries = current_app.extensions["medius.tries"]
    known = known_owner(current_app)
    if known is None:  # nobody is asked here
        return redirect(_next(), 303)
    wait_s = tries.wait_s()
    if wait_s > 0.0:
        seconds = str(int(wait_s) + 1)
        return _page(_("Too many wrong PINs. Try again in %(n)s s.", n=seconds)), 429, {"Retry-After": seconds}
    if not known.knows(request.form.get("pin", "")[:40]):
        tries.wrong()
        return _page(_("That is not the PIN.")), 403, {}
    tries.right()
    session[SIGNED_IN] = True
    return redirect(_next(), 303)


@owner.post("/owner/leave")
def leave() -> Response:
    """Forget who was let in."""
    if SIGNED_IN in session:
        session.clear()
    return redirect(url_for("live.page"), 303)


def _page(complaint: str = "") -> str:
    return render_template("owner.html", complaint=complaint, next=_next())


def _next() -> str:
    """Where to go afterwards: a page of ours."""
    wanted = request.values.get("next", "")
    if not wanted.isprintable():  # no redirect takes a line break
        return url_for("sessions.index")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if ours else url_for("sessions.index")
