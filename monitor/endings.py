"""What ends a program from outside: Ctrl-C, a stop by the system, a terminal that is closed."""

import contextlib
import signal
from collections.abc import Callable, Iterable, Iterator

STOPPED = (signal.SIGTERM, signal.SIGHUP)
CTRL_C = signal.SIGINT


@contextlib.contextmanager
def heeded(endings: Iterable[signal.Signals], action: Callable[[], None]) -> Iterator[None]:
    """Let each of `endings` do `action` and nothing else; one that is ignored, as nohup has it, stays so."""
    before = {
        ending: signal.signal(ending, lambda _signal, _frame: action())
        for ending in endings
        if signal.getsignal(ending) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
