"""The coach's front page, one card for each of its parts, and how a phone begins that has no session yet.

A card is `_coach_PART.html`; it is given `coached`, and asks its own blueprint's template global for what it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.coach.red_flags import RedFlag, flags_after
from monitor.store import Clock, Reader, RunnerRow
from monitor.vocabulary import DiaryEntry
from web.asking import asked
from web.errors import StillDoingError
from web.language import N_, _
from web.runners import find
from web.slowing import Slowing
from web.turns import in_turn
from web.whose import known_runner, new_key, remember, same_key

coach = Blueprint("coach", __name__)

AGREED = "yes"
FLAG_WORDS = {
    RedFlag.GROIN_PAIN: N_("Pain in the groin"),
    RedFlag.LIMP: N_("I limp"),
    RedFlag.NIGHT_PAIN: N_("Pain at night that wakes me"),
    RedFlag.CANNOT_HOP: N_("I cannot hop on one leg without pain"),
}


@dataclass(frozen=True, slots=True)
class Coached:
    """A runner and what the coach remembers."""

    runner: RunnerRow
    diary: Sequence[DiaryEntry]
    now: datetime
    reader: Reader


def coached(runner_id: str) -> Coached:
    """Return the runner of a page; there is no such page when there is none."""
    reader, runner = find(runner_id)
    clock: Clock = current_app.extensions["medius.clock"]
    return Coached(runner, reader.diary(runner.id), clock.now(), reader)


def flags_of(diary: Sequence[DiaryEntry]) -> frozenset[RedFlag]:
    """Return the red flags that stand: everything is stopped until a professional has seen it."""
    return reduce(lambda flags, entry: flags_after(flags, entry.kind, entry.body), diary, frozenset[RedFlag]())


@coach.app_context_processor
def _flag_words() -> dict[str, Any]:
    return {"FLAG_WORDS": FLAG_WORDS}


def note(runner_id: str, kind: str, **body: Any) -> dict[str, Any]:
    """Have the unit write in the runner's diary; return what the entry holds. Raises NotDoneError."""
    _reader, runner = find(runner_id)
    answer = asked(_("Nothing was written down"), "note", runner=runner.id, kind=kind, body=body)
    written: dict[str, Any] = answer["body"]
    return written


@coach.get("/coach")
def mine() -> Response:
    """Go to the coach of the runner whose phone asks."""
    runner = known_runner()
    return redirect(url_for("coach.page", runner_id=runner.id) if runner else url_for("coach.begin"), 303)


@coach.get("/runners/<runner_id>/coach")
@in_turn
def page(runner_id: str) -> str:
    """Show what is next in each part."""
    return render_template("coach.html", coached=coached(runner_id))


@coach.get("/begin")
def begin() -> Response | str:
    """Ask a phone that is new to the unit whether its runner wants to be remembered."""
    return redirect(url_for("coach.mine"), 303) if known_runner() else _begin(new_key()[1])


@coach.post("/begin")
def join() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Make a runner of who agreed, and have the phone keep the key."""
    if known_runner():
        return redirect(url_for("coach.mine"), 303)
    phone, cookie = same_key(request.form.get("key", ""))
    if request.form.get("agreed") != AGREED:
        return _begin(cookie, _("Tick the box to say that you agree. Nothing was kept.")), 400
    beginnings: Slowing = current_app.extensions["medius.beginnings"]
    wait_s = beginnings.wait_s(request.remote_addr or "")
    if wait_s > 0.0:
        seconds = str(int(wait_s) + 1)
        complaint = _("Too many have begun from there just now. Try again in %(n)s s.", n=seconds)
        return _begin(cookie, complaint), 429, {"Retry-After": seconds}
    nickname = request.form.get("nickname", "")[:100]
    try:
        asked(_("Nothing was begun"), "join", phone=phone.id, key=phone.digest, nickname=nickname)
        response: Response = redirect(url_for("coach.mine"), 303)
    except StillDoingError as error:  # without its key the phone would lose what it is being given
        response = make_response(error.answer)
    remember(response, cookie)
    return response


def _begin(cookie: str, complaint: str = "") -> str:
    """The form, which holds the key to be: tapped twice, it makes one runner."""
    return render_template("begin.html", cookie=cookie, complaint=complaint)
