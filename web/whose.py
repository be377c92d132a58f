"""Whose phone it is: a runner is known by a key in a cookie, of which the store has the digest."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from monitor.store import PhoneKey, PhoneRow, RunnerRow, StoreError, digest_of, new_token, opens
from web.source import source

COOKIE = "medius_runner"
"""`ID.SECRET` of a phone."""
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[A-Za-z0-9_-]{24}")
KEPT_S = 2 * 365 * 86400
"""As long as sessions are kept, unless the unit's settings say otherwise."""


def known_phone() -> PhoneRow | None:
    """Return the phone that asks; None for a stranger's, or when the store cannot say."""
    if "phone" not in g:
        g.phone = _look_up(request.cookies.get(COOKIE, ""))
    found: PhoneRow | None = g.phone
    return found


def known_runner() -> RunnerRow | None:
    """Return whose phone asks."""
    phone = known_phone()
    return phone.runner if phone else None


def is_theirs(asked_for: Mapping[str, Any]) -> bool:
    """Whether a page about one session or one runner, as its address names them, is about who asks."""
    runner = known_runner()
    wanted = asked_for.keys() & {"session_id", "runner_id"}
    if runner is None or not wanted:
        return False
    return all(_owner_of(name, str(asked_for[name])) == runner.id for name in wanted)


def new_key() -> tuple[PhoneKey, str]:
    """Make a key for a phone; return what the unit is told and what the cookie holds."""
    phone_id, secret = str(uuid.uuid4()), new_token()
    return PhoneKey(phone_id, digest_of(secret)), f"{phone_id}.{secret}"


def same_key(cookie: str) -> tuple[PhoneKey, str]:
    """Return the key that a form of ours holds, so that sent twice it is one phone's; a new one for what is no key."""
    if not KEY.fullmatch(cookie):
        return new_key()
    phone_id, _, secret = cookie.partition(".")
    return PhoneKey(phone_id, digest_of(secret)), cookie


def remember(response: Response, cookie: str) -> None:
    """Have the phone keep its key."""
    response.set_cookie(COOKIE, cookie, max_age=KEPT_S, httponly=True, samesite="Strict", secure=request.is_secure)


def forget(response: Response) -> None:
    """Have the phone keep it no longer."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)


def _look_up(cookie: str) -> PhoneRow | None:
    phone_id, _, secret = cookie.partition(".")
    if not secret:
        return None
    try:
        reader = source().reader_if_any()
        phone = reader.phone(phone_id) if reader else None
    except StoreError:
        return None
    return phone if phone is not None and opens(secret, phone.digest) else None


def _owner_of(name: str, wanted: str) -> str | None:
    if name == "runner_id":
        return wanted
    try:
        reader = source().reader_if_any()
        runner = reader.runner_of(wanted) if reader else None
    except StoreError:
        return None
    return runner.id if runner else None
