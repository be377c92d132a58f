"""Who may ask, and what every answer says to the browser."""

import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed

from web.config import Config
from web.language import _
from web.words import sentence

guard = Blueprint("guard", __name__)

READ_ONLY = frozenset({"GET", "HEAD"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def host_is_allowed(host_header: str, allowed_hosts: tuple[str, ...]) -> bool:
    """Whether a `Host` header names this unit.

    A foreign web page can point its own name at an address of the LAN (DNS rebinding) and then read
    what that address answers, unless the answer depends on the name. IP literals cannot be rebound.
    """
    name = _without_port(host_header).lower().rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return any(_matches(name, pattern.lower()) for pattern in ("localhost", "*.local", *allowed_hosts))
    return True


def is_this_computer(host: str) -> bool:
    """Whether a host is the computer itself, as only it can say."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_from_here(origin: str | None, host_header: str) -> bool:
    """Whether a form was sent from a page of this unit; every browser says whence, and another page may not ask."""
    parts = urlsplit(origin or "")
    return parts.scheme in ("http", "https") and parts.netloc == host_header


def page_before() -> str | None:
    """Return the address of the page of ours that a form stood on, for going back; None where it cannot be shown again.

    The answer to a form can stand at an address that only takes forms.
    """
    came_from = urlsplit(request.headers.get("Referer", ""))
    path, adapter = came_from.path, request_ctx.url_adapter
    ours = came_from.netloc == request.host and path.startswith("/") and not path.startswith("//")
    if not ours or adapter is None or not adapter.test(path, method="GET"):
        return None
    return f"{path}?{came_from.query}" if came_from.query else path


def _without_port(host_header: str) -> str:
    if host_header.startswith("["):
        return host_header[1:].partition("]")[0]
    return host_header.partition(":")[0]


def _matches(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    return name == pattern


@guard.before_app_request
def _refuse_strangers() -> None:
    config: Config = current_app.config["MEDIUS"]
    if not host_is_allowed(request.headers.get("Host", ""), config.allowed_hosts):
        if request_ctx.url_adapter is None:  # what is no name at all; no page can be made, for its links need one
            abort(Response(sentence(_("This unit does not answer to that name")), 421, mimetype="text/plain"))
        abort(421)
    if request.method in READ_ONLY:
        return
    if request.method != "POST" or request.routing_exception is not None:
        raise MethodNotAllowed(sorted(READ_ONLY))
    if not is_from_here(request.headers.get("Origin"), request.headers.get("Host", "")):
        abort(403)


@guard.after_app_request
def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure or is_this_computer(_without_port(request.headers.get("Host", ""))):
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"  # elsewhere browsers ignore it, and complain
    response.headers.setdefault("Cache-Control", "no-store")
    return response
