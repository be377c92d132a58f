"""The lamps and the buzzer: what they show, read back from the pins.

Everything goes dark when a `Lamps` is closed: at the end of its `with`, by whatever exception, and at the exit of the
interpreter. A process that dies of a signal runs neither, so whoever owns the process turns SIGTERM into an exception
(`signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))`); `close` may also be called from the handler itself.

`kill -9` and a crash of the interpreter leave the pins to the kernel. Raspberry Pi's kernel keeps a released output as
it was unless config.txt has `dtparam=strict_gpiod` (raspberrypi/linux#6117), so a lamp may stay lit until `medius lamps
dark` or the service's new start, which darkens all lamps first. With that line the pins become inputs and float, as
they do after `close`: each driver transistor needs its own pull-down resistor.
"""

import atexit
import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from gpiozero import LED, Buzzer
from gpiozero.pins import Factory

from monitor.cues.patterns import answer, phase, walk
from monitor.cues.pins import Pins
from monitor.cues.sound import Buzzing, Sound
from monitor.vocabulary import Cue, CueKind, LampState, Side

SOONEST_S = 0.001

log = logging.getLogger(__name__)


class LampError(RuntimeError):
    """Lamps, buzzer or button cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LampsState:
    """What is lit at this moment, read from the pins, and what it means; None = not fitted."""

    left_amber: bool
    left_blue: bool | None
    right_amber: bool
    right_blue: bool | None
    status: bool
    buzzer: bool | None
    means: LampState
    reason: str | None
    """In words: why the status lamp shows what it shows."""
    muted: bool = False
    """Whether the buzzer was silenced."""


class Lamps:
    """The left, right and status lamps and the buzzer.

    `on_change` is called with the new `state` whenever that changed, from whichever thread changed it; it may read the
    lamps but not command them.
    """

    def __init__(
        self,
        pins: Pins,
        factory: Factory,
        *,
        sound: Sound | None = None,
        on_change: Callable[[LampsState], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        silence_limit_s: float = 2.0,
        background: bool = True,
    ) -> None:
        """Claim the pins, all dark but the status lamp.

        `clock` gives seconds. While a cue is lit or the status is MEASURING or CHECKING, `status` or `show` is due
        within `silence_limit_s`: with every frame, say. Beyond it the lamps go to FAULT, because what they say is no
        longer known to be true. Without `background` the caller runs `refresh` when it is due.
        """
        self._clock = clock
        self._on_change = on_change
        self._silence_limit_s = silence_limit_s
        self._means = LampState.STARTING
        self._reason: str | None = None
        self._since_s = self._heard_s = clock()
        self._cue: Cue | None = None
        self._pointed: Side | None = None
        self._told: LampsState | None = None
        self._sound = sound if sound is not None else Sound()
        self._buzzing = Buzzing(self._sound, self._since_s)
        self._answered_s = self._walked_s = -math.inf
        self._due_at_s = -math.inf
        self._closed = False
        # Reentrant throughout: a signal handler may close the lamps in the middle of any method.
        self._due = threading.Condition(threading.RLock())
        self._observing = threading.RLock()
        with ExitStack() as claimed:
            self._outputs = {
                name: claimed.enter_context((Buzzer if name == "buzzer" else LED)(pin, pin_factory=factory))
                for name, pin in pins.outputs.items()
            }
            self._claimed = claimed.pop_all()
        atexit.register(self.close)
        self.refresh()
        self._thread = threading.Thread(target=self._run, name="lamps", daemon=True) if background else None
        if self._thread is not None:
            self._thread.start()

    def show(self, cue: Cue) -> None:
        """Light what a cue says: amber outside, blue inside, dark otherwise; one beep where a side is newly outside.

        Lamps of one colour are dark inside too: only the status lamp then tells that somebody is measured. While the
        lamps show a fault, both stay dark. Raises LampError when the lamps are closed or broken.
        """
        if cue.kind is CueKind.OUTSIDE and cue.side is None:
            raise ValueError("a cue that says outside says on which side")
        with self._due:
            self._check()
            now_s = self._heard_s = self._clock()
            self._walked_s = -math.inf
            before = self._cue
            if cue.kind is CueKind.OUTSIDE and (before is None or (before.kind, before.side) != (cue.kind, cue.side)):
                self._buzzing.cue(now_s)
            self._cue = cue
        self._refresh_now()

    def status(self, state: LampState, reason: str | None = None) -> None:
        """Show how the unit is; call it with every frame, for this is also how the lamps know that they are heeded.

        Any state but FAULT ends a fault; what was cued before it does not come back. Raises LampError when the lamps
        are closed or broken.
        """
        with self._due:
            self._check()
            now_s = self._heard_s = self._clock()
            if (state, reason) == (self._means, self._reason):
                return
            self._set(state, reason, now_s)
        self._refresh_now()

    def point(self, side: Side | None, sound: tuple[float, ...] = ()) -> None:
        """In a control check: light one side's amber lamp, or none, and sound a pattern: seconds on, off, on…

        Raises LampError when the lamps are closed or broken.
        """
        with self._due:
            self._check()
            self._pointed, now_s = side, self._clock()
            if sound:
                self._buzzing.play(now_s, sound)
        self._refresh_now()

    def fault(self, reason: str) -> None:
        """Darken both lamps and the buzzer and let the status lamp say that something is wrong."""
        self.status(LampState.FAULT, reason)

    def mute(self, on: bool) -> None:
        """Silence the buzzer until it is told otherwise, as it should be at the end of a session.

        Raises LampError when the lamps are closed or broken.
        """
        with self._due:
            self._check()
            self._buzzing.muted = on
        self._refresh_now()

    @property
    def sound(self) -> Sound:
        """What the buzzer is set to."""
        return self._sound

    def use(self, sound: Sound) -> None:
        """Use the buzzer for something else until told otherwise.

        Raises LampError when the lamps are closed or broken.
        """
        with self._due:
            self._check()
            if sound == self._buzzing.sound:
                return
            self._buzzing.sound = sound
        self._refresh_now()

    def answer(self) -> None:
        """Show that the button was heard: the status lamp goes dark and comes on again, and the buzzer beeps once.

        Raises LampError when the lamps are closed or broken.
        """
        with self._due:
            self._check()
            self._answered_s = self._clock()
            self._buzzing.answer(self._answered_s)
        self._refresh_now()

    def walk(self) -> tuple[str, ...]:
        """Switch on what is fitted, one after the other for `WALK_S`, and return its names in that order.

        A cue, a measurement that begins, or a fault ends it. Raises LampError when the lamps are closed or broken.
        """
        with self._due:
            self._check()
            self._walked_s = self._clock()
        self._refresh_now()
        return tuple(self._outputs)

    @property
    def state(self) -> LampsState:
        """What is lit now, read back from the pins."""
        with self._due:
            if self._closed:
                lit = dict.fromkeys(self._outputs, False)
            else:
                lit = {name: bool(output.value) for name, output in self._outputs.items()}
            return LampsState(
                left_amber=lit["left_amber"],
                left_blue=lit.get("left_blue"),
                right_amber=lit["right_amber"],
                right_blue=lit.get("right_blue"),
                status=lit["status"],
                buzzer=lit.get("buzzer"),
                means=self._means,
                reason=self._reason,
                muted=self._buzzing.muted,
            )

    def refresh(self) -> float:
        """Bring every pin to what it should be now; return the seconds until this is due again (inf = no sooner)."""
        with self._due:
            if self._closed:
                return math.inf
            now_s = self._clock()
            if self._is_unheeded(now_s):
                reason = f"nothing was heard from the measurement for {self._silence_limit_s:g} s"
                self._set(LampState.FAULT, reason, now_s)
            wanted, due_s = self._wanted(now_s)
            self._write(wanted)
            self._due_at_s = now_s + due_s
        self._tell()
        return due_s

    def close(self) -> None:
        """Darken everything and release the pins. May be called again, and from a signal handler."""
        with self._due:
            if self._closed:
                return
            self._closed = True
            self._means, self._reason, self._buzzing.muted = LampState.OFF, None, False
            self._darken()
            self._claimed.close()
            self._due.notify()
        atexit.unregister(self.close)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=1.0)
        self._tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if self._closed:
            return "<Lamps closed>"
        lit = [name for name, value in asdict(self.state).items() if name in self._outputs and value]
        return f"<Lamps {self._means}, lit: {', '.join(lit) or 'none'}>"

    def _check(self) -> None:
        if self._closed:
            raise LampError("the lamps are closed")
        if self._thread is not None and not self._thread.is_alive():
            raise LampError("the lamps stopped answering; the log says why. Check the wiring and start again")

    def _set(self, state: LampState, reason: str | None, now_s: float) -> None:
        if state is not self._means:
            self._since_s = now_s
        self._means, self._reason = state, reason
        if state is not LampState.CHECKING:
            self._pointed = None
        if state in (LampState.FAULT, LampState.MEASURING):
            self._walked_s = -math.inf
        if state is LampState.FAULT:
            self._cue = None

    def _is_unheeded(self, now_s: float) -> bool:
        return self._claims() and now_s - self._heard_s >= self._silence_limit_s

    def _claims(self) -> bool:
        lit = self._cue is not None and self._cue.kind is not CueKind.OFF
        return self._means is not LampState.FAULT and (lit or self._means in (LampState.MEASURING, LampState.CHECKING))

    def _wanted(self, now_s: float) -> tuple[dict[str, bool], float]:
        """What is to be lit, and for how many seconds that stays so."""
        walked = walk(now_s - self._walked_s, len(self._outputs))
        if walked is not None:
            step, step_s = walked
            return {name: number == step for number, name in enumerate(self._outputs)}, max(SOONEST_S, step_s)
        cue = self._cue if self._means is not LampState.FAULT else None
        outside = cue.side if cue is not None and cue.kind is CueKind.OUTSIDE else None
        inside = [side for side in Side if cue and cue.kind is CueKind.INSIDE and cue.side in (None, side)]
        status, status_s = answer(now_s - self._answered_s) or phase(self._means, now_s - self._since_s)
        buzzer, buzzer_s = self._buzzing.phase(now_s, self._means, outside is not None)
        heeded_s = self._heard_s + self._silence_limit_s - now_s if self._claims() else math.inf
        lit = {
            "left_amber": Side.LEFT in (outside, self._pointed),
            "left_blue": Side.LEFT in inside,
            "right_amber": Side.RIGHT in (outside, self._pointed),
            "right_blue": Side.RIGHT in inside,
            "status": status,
            "buzzer": buzzer,
        }
        return lit, max(SOONEST_S, min(status_s, buzzer_s, heeded_s))

    def _write(self, wanted: dict[str, bool]) -> None:
        """Switch what differs, dark before lit, so that two sides are never lit at once."""
        differ = [name for name, output in self._outputs.items() if bool(output.value) != wanted[name]]
        for name in sorted(differ, key=wanted.__getitem__):
            self._outputs[name].value = wanted[name]

    def _darken(self) -> None:
        for name, output in self._outputs.items():
            try:
                output.off()
            except Exception:
                log.exception("the %s could not be switched off", name)

    def _refresh_now(self) -> None:
        self.refresh()
        with self._due:
            self._due.notify()

    def _tell(self) -> None:
        with self._observing:
            state = self.state
            if self._on_change is None or state == self._told:
                return
            self._told = state
            try:
                self._on_change(state)
            except Exception:
                log.exception("what watches the lamps failed and is told nothing more")
                self._on_change = None

    def _run(self) -> None:
        """Keep the patterns going, and the lamps dark should that fail."""
        try:
            while not self._closed:
                self.refresh()
                with self._due:
                    if not self._closed:
                        wait_s = self._due_at_s - self._clock()
                        self._due.wait(min(max(wait_s, 0.0), threading.TIMEOUT_MAX))
        except Exception:
            log.exception("the lamps stopped answering")
            with self._due:
                self._darken()
