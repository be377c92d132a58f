"""Waiting for a board's own threads."""

import threading
from collections.abc import Callable

from monitor.cues.board import Board

WAIT_S = 20.0
"""For what comes within milliseconds; a slow computer is given more."""


def wait_until(holds: Callable[[], object]) -> None:
    waited = threading.Event()
    for _ in range(round(WAIT_S / 0.01)):
        if holds():
            return
        waited.wait(0.01)
    raise AssertionError("it never came")


def is_down(board: Board) -> bool:
    """Whether the press was noticed: it may be let go."""
    assert board._button is not None
    return board._button._presses._began_s is not None
