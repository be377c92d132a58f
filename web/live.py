"""The page that follows the running session."""

import json
import threading

from flask import Blueprint, Response, current_app, render_template

from monitor.coach.programme import fold
from monitor.store import RunnerRow
from web import speed
from web.claims import offered
from web.feed import Feed, Live
from web.language import spoken
from web.source import source
from web.streams import follow
from web.whose import known_runner

live = Blueprint("live", __name__)


class Bulletin:
    """The panel as an event's data, rendered once for all streams of a language."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, tuple[Live, str | None, str]] = {}

    def of(self, shown: Live, offered: str | None) -> str:
        """Return what is told of `shown`, and of the session that is offered; all wait for it, so it asks no unit."""
        code = spoken().code
        with self._lock:
            last = self._last.get(code)
            if last is None or shown is not last[0] or offered != last[1]:
                html = render_template("_live.html", live=shown, offered=lambda: offered)
                self._last[code] = last = shown, offered, json.dumps({"html": html, "said": shown.said})
            return last[2]


@live.get("/live")
def page() -> str:
    """Show the running session; with a script it goes on by itself, without one the browser reloads it."""
    shown = _feed().live()
    takes_part = _takes_part()
    runner = known_runner() if takes_part else _whose(shown)
    return render_template("live.html", live=shown, runner=runner, takes_part=takes_part, speed=speed)


@live.get("/live/events")
def events() -> Response:
    """Tell every change of the running session, as server-sent events."""
    bulletin: Bulletin = current_app.extensions["medius.bulletin"]
    feed = _feed()
    return follow(lambda: bulletin.of(feed.live(), offered()), current_app.config["MEDIUS"])


def _takes_part() -> bool:
    """Whether the runner whose phone asks is in the programme: the next session to run here can be theirs."""
    runner = known_runner()
    reader = source().reader_if_any() if runner else None
    return runner is not None and reader is not None and fold(reader.diary(runner.id)).joined_at is not None


def _whose(shown: Live) -> RunnerRow | None:
    """The runner whose phone asks, if the session that runs is theirs."""
    runner, session = known_runner(), shown.session
    reader = source().reader_if_any() if runner and session and session.ended_at is None else None
    owner = reader.runner_of(session.id) if reader and session else None
    return runner if runner and owner and owner.id == runner.id else None


def _feed() -> Feed:
    feed: Feed = current_app.extensions["medius.feed"]
    return feed
