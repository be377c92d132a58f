"""The page that follows the running session."""

import json
import threading
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, current_app, render_template, stream_with_context
from werkzeug.exceptions import ServiceUnavailable

from web.config import Config
from web.feed import Feed, Live

live = Blueprint("live", __name__)

RETRY_MS = 1000


class Streams:
    """The open event streams: how many there may be, and the end of them all."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._ended = threading.Event()

    def take(self) -> bool:
        """Reserve a stream; False when all are taken."""
        return not self._ended.is_set() and self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Let another have it."""
        self._free.release()

    def end(self) -> None:
        """End every stream within one look, because the server stops."""
        self._ended.set()

    def pause(self, seconds: float) -> bool:
        """Wait. False when the server stops."""
        return not self._ended.wait(seconds)


class Bulletin:
    """The panel as an event's data, rendered once for all streams."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: Live | None = None
        self._data = ""

    def of(self, shown: Live) -> str:
        """Return what is told of `shown`."""
        with self._lock:
            if shown is not self._shown:
                self._data = json.dumps({"html": render_template("_live.html", live=shown), "said": shown.said})
                self._shown = shown
            return self._data


@live.get("/live")
def page() -> str:
    """Show the running session; with a script it goes on by itself, without one the browser reloads it."""
    return render_template("live.html", live=_feed().live())


@live.get("/live/events")
def events() -> Response:
    """Tell every change of the running session, as server-sent events."""
    config: Config = current_app.config["MEDIUS"]
    streams: Streams = current_app.extensions["medius.streams"]
    bulletin: Bulletin = current_app.extensions["medius.bulletin"]
    feed = _feed()
    if not streams.take():
        raise ServiceUnavailable(retry_after=5)
    told = stream_with_context(stream(lambda: bulletin.of(feed.live()), streams.pause, config))
    response = Response(told, mimetype="text/event-stream")
    response.call_on_close(streams.give_back)
    return response


def stream(look: Callable[[], str], pause: Callable[[float], bool], config: Config) -> Iterator[str]:
    """Yield an event when what `look` returns has changed, and a beat when it has not for a while.

    pause: waits so many seconds; False ends the stream.
    """
    looks_a_beat = max(1, round(config.beat_s / config.poll_s))
    looks_in_all = max(1, round(config.stream_s / config.poll_s))
    yield f"retry: {RETRY_MS}\n\n"
    told, quiet = "", 0
    for _ in range(looks_in_all):
        news = look()
        quiet = 0 if news != told else quiet + 1
        if news != told:
            told = news
            yield f"data: {news}\n\n"
        elif quiet % looks_a_beat == 0:
            yield "event: beat\ndata: \n\n"
        if not pause(config.poll_s):
            return


def _feed() -> Feed:
    feed: Feed = current_app.extensions["medius.feed"]
    return feed
