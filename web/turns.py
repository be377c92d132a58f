"""Large answers are made a few at a time: each takes megabytes meanwhile, and none is ready sooner beside others."""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import islice
from typing import ParamSpec, TypeVar

from flask import current_app, make_response
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from monitor.store import Clock
from web.errors import told
from web.language import _

PAGES = 2
"""Python does one thing at a time; the other may wait for the disk [ours]."""
FILES = 3
"""Each keeps some megabytes until its last byte is taken [ours]."""
WAITING = 2
"""Who waits for a file's place has a thread of the server meanwhile; the others are told at once [ours]."""
PATIENCE_S = 10.0
TAKEN_S = 300.0
"""By then a file is taken, or it is cut off: the longest session's at 0.2 Mbit a second [ours]."""
PIECES = 200

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_pages = threading.BoundedSemaphore(PAGES)
_files = threading.BoundedSemaphore(FILES)
_waiting = threading.BoundedSemaphore(WAITING)


class TakenTooLongError(Exception):
    """A file was not taken in its time; raised within, so that nobody takes what came for the whole."""


def in_turn(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Have a page wait for its turn. It may ask the store, and nobody who can keep it waiting."""

    @wraps(view)
    def waiting(*arguments: Asked.args, **named: Asked.kwargs) -> Answer:
        with _pages:
            return view(*arguments, **named)

    return waiting


class _Place:
    """Among those who take a file away, until it is left; it may be left twice."""

    def __init__(self) -> None:
        self._taken = threading.Semaphore(1)

    def leave(self) -> None:
        if self._taken.acquire(blocking=False):
            _files.release()


def one_of_few(view: Callable[Asked, ResponseReturnValue]) -> Callable[Asked, Response | tuple[str, int]]:
    """Have a file that is taken away wait until fewer others are, or be refused; and be taken in its time."""

    @wraps(view)
    def waiting(*arguments: Asked.args, **named: Asked.kwargs) -> Response | tuple[str, int]:
        if not _has_place():
            return told(_("This cannot be taken away just now"), _("Others take theirs: try again in a minute")), 503
        place = _Place()
        try:
            response = make_response(view(*arguments, **named))
        except BaseException:
            place.leave()
            raise
        clock: Clock = current_app.extensions["medius.clock"]
        response.response = _taken(response.iter_encoded(), place, clock)
        response.call_on_close(place.leave)
        return response

    return waiting


def _has_place() -> bool:
    """Take a place, if one is free or is left soon."""
    if _files.acquire(blocking=False):
        return True
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return _files.acquire(timeout=PATIENCE_S)
    finally:
        _waiting.release()


def _taken(pieces: Iterable[bytes], place: _Place, clock: Clock) -> Iterator[bytes]:
    end_s = clock.monotonic_s() + TAKEN_S
    try:
        for piece in pieces:
            if clock.monotonic_s() > end_s:
                raise TakenTooLongError
            yield piece
    finally:
        place.leave()


def together(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the same text in fewer pieces, for each one is a system call."""
    left = iter(pieces)
    while piece := "".join(islice(left, PIECES)):
        yield piece
