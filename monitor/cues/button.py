"""The button: a pin to ground, and a thread of its own that tells what the presses were."""

import logging
import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from gpiozero import DigitalInputDevice
from gpiozero.pins import Factory

from monitor.cues.presses import Moment, Presses

log = logging.getLogger(__name__)


class Button:
    """Tells every moment of a press once, on its own thread: GPIO's threads only wake it.

    The pin is a plain input and not gpiozero's `Button`, whose second thread measures what `Presses` does.
    """

    def __init__(
        self,
        pin: int,
        factory: Factory,
        on_moment: Callable[[Moment], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        background: bool = True,
    ) -> None:
        """Claim the pin, pulled up. `clock` gives seconds; without `background` the caller runs `look` when due."""
        self._on_moment = on_moment
        self._clock = clock
        self._presses = Presses()
        self._closed = False
        self._edge = False
        # Reentrant: a signal handler may close the button in the middle of any method.
        self._woken = threading.Condition(threading.RLock())
        self._input = DigitalInputDevice(pin, pull_up=True, pin_factory=factory)
        self.look()
        self._input.when_activated = self._input.when_deactivated = self._wake
        self._thread = threading.Thread(target=self._run, name="button", daemon=True) if background else None
        if self._thread is not None:
            self._thread.start()

    def look(self) -> float:
        """Tell what follows from the pin's level; return the seconds until this is due again (inf = at an edge)."""
        if self._closed:
            return math.inf
        with self._woken:
            edged, self._edge = self._edge, False
        moment = self._presses.look(bool(self._input.value), self._clock(), edged)
        if moment is not None:
            self._tell(moment)
        return self._presses.due_s(self._clock())

    def close(self) -> None:
        """Tell nothing more and release the pin. May be called again, from `on_moment` and from a signal handler."""
        with self._woken:
            if self._closed:
                return
            self._closed = True
            self._woken.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)
        self._input.pin.when_changed = None  # or lgpio goes on to tell of a pin that is closed
        self._input.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wake(self) -> None:
        with self._woken:
            self._edge = True
            self._woken.notify()

    def _tell(self, moment: Moment) -> None:
        try:
            self._on_moment(moment)
        except Exception:
            log.exception("what was to be done at %s of the button failed", moment.value)

    def _run(self) -> None:
        try:
            while not self._closed:
                due_s = self.look()
                with self._woken:
                    if not (self._edge or self._closed):
                        self._woken.wait(None if due_s == math.inf else due_s)
        except Exception:
            if not self._closed:
                log.exception("the button stopped answering")
