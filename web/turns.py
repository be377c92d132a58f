"""Large answers are made a few at a time: each takes megabytes meanwhile, and none is ready sooner beside others."""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import islice
from typing import ParamSpec

from flask import make_response
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from web.errors import told
from web.language import _

PAGES = 2
"""Python does one thing at a time; the other may wait for the disk [ours]."""
FILES = 3
"""Each keeps some megabytes until its last byte is taken [ours]."""
PATIENCE_S = 10.0
PIECES = 200

Asked = ParamSpec("Asked")

_pages = threading.BoundedSemaphore(PAGES)
_files = threading.BoundedSemaphore(FILES)


def in_turn(view: Callable[Asked, ResponseReturnValue]) -> Callable[Asked, ResponseReturnValue]:
    """Have a page wait for its turn. It may ask the store, and nobody who can keep it waiting."""

    @wraps(view)
    def waiting(*arguments: Asked.args, **named: Asked.kwargs) -> ResponseReturnValue:
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
    """Have a file that is taken away wait until fewer others are, or be refused."""

    @wraps(view)
    def waiting(*arguments: Asked.args, **named: Asked.kwargs) -> Response | tuple[str, int]:
        if not _files.acquire(timeout=PATIENCE_S):
            return told(_("This cannot be taken away just now"), _("Others take theirs: try again in a minute")), 503
        place = _Place()
        try:
            response = make_response(view(*arguments, **named))
        except BaseException:
            place.leave()
            raise
        response.response = _taken(response.iter_encoded(), place)
        response.call_on_close(place.leave)
        return response

    return waiting


def _taken(pieces: Iterable[bytes], place: _Place) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        place.leave()


def together(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the same text in fewer pieces, for each one is a system call."""
    left = iter(pieces)
    while piece := "".join(islice(left, PIECES)):
        yield piece
