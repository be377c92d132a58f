"""Panels that go on by themselves: server-sent events, one thread a reader."""

import threading
from collections.abc import Callable, Iterator

from flask import Response, abort, current_app, stream_with_context

from web.config import Config
from web.language import _

RETRY_MS = 1000
"""A unit that begins anew is there by then."""
NEXT_MS = 20
"""After a stream that has lasted as long as it may: a phone misses no stance between it and the next."""


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


def follow(look: Callable[[], str], config: Config) -> Response:
    """Answer with a `stream`, or with 503 and a sentence when too many are open: pages then look now and then."""
    streams: Streams = current_app.extensions["medius.streams"]
    if not streams.take():
        said = _("Too many live pages are open"), _("Close one of them, or wait a moment and load this page again.")
        abort(Response(". ".join(said), 503, {"Retry-After": "5"}, mimetype="text/plain"))
    told = stream_with_context(stream(look, streams.pause, config))
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
    for _number in range(looks_in_all):
        news = look()
        quiet = 0 if news != told else quiet + 1
        if news != told:
            told = news
            yield f"data: {news}\n\n"
        elif quiet % looks_a_beat == 0:
            yield "event: beat\ndata: \n\n"
        if not pause(config.poll_s):
            return
    yield f"retry: {NEXT_MS}\n\n"
