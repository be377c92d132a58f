"""What is wired to the unit: on a Raspberry Pi's pins, or simulated on any other computer."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gpiozero import GPIOZeroError
from gpiozero.pins import Factory
from gpiozero.pins.mock import MockFactory, MockPWMPin

from monitor.cues.button import Button
from monitor.cues.lamps import LampError, Lamps, LampsState
from monitor.cues.pins import Pins
from monitor.cues.presses import Moment
from monitor.cues.sound import Sound

MODEL_PATH = Path("/proc/device-tree/model")


class Press(StrEnum):
    """What the button asks for."""

    SESSION = "session"
    """Begin a session, or end the one that runs: a short press."""
    MUTE = "mute"
    """Silence the buzzer, or let it sound again: a long press, at its release."""
    SHUTDOWN = "shutdown"
    """Shut down safely: held for 8 s, and still down."""


PRESSES = {Moment.SHORT: Press.SESSION, Moment.LONG: Press.MUTE, Moment.HELD: Press.SHUTDOWN}


class Board:
    """Lamps, buzzer and button: one owner of the pins, and of the factory that gives them."""

    def __init__(
        self,
        pins: Pins,
        factory: Factory,
        *,
        sound: Sound | None = None,
        on_change: Callable[[LampsState], None] | None = None,
        on_press: Callable[[Press], None] | None = None,
    ) -> None:
        """Claim the pins; `open_board` says the rest."""
        self.simulated = isinstance(factory, MockFactory)
        self._pins = pins
        self._on_press = on_press
        self._button: Button | None = None
        with ExitStack() as claimed:
            claimed.callback(factory.close)
            claimed.callback(self._close_button)
            self.lamps = claimed.enter_context(Lamps(pins, factory, sound=sound, on_change=on_change))
            if on_press is not None and pins.button is not None:
                self._button = Button(pins.button, factory, self._take)
            self._claimed = claimed.pop_all()

    def describe(self) -> str:
        """What is wired, in words."""
        if self.simulated:
            return "simulated lamps: no pin of this computer is used"
        parts = [f"{name.replace('_', ' ')} {pin}" for name, pin in self._pins.outputs.items()]
        parts += [] if self._button is None else [f"button {self._pins.button}"]
        one_colour = "" if self._pins.has_blue else "; of one colour: dark inside the band"
        return f"lamps on the BCM pins {', '.join(parts)}{one_colour}"

    def close(self) -> None:
        """Darken everything at once, then release all pins. May be called again, and from a signal handler."""
        self._claimed.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, moment: Moment) -> None:
        if moment in (Moment.LONG_ENOUGH, Moment.HELD):
            with contextlib.suppress(LampError):
                self.lamps.answer()
        if moment in PRESSES and self._on_press is not None:
            self._on_press(PRESSES[moment])

    def _close_button(self) -> None:
        if self._button is not None:
            self._button.close()


def open_board(
    pins: Pins | None = None,
    *,
    sound: Sound | None = None,
    on_change: Callable[[LampsState], None] | None = None,
    on_press: Callable[[Press], None] | None = None,
    simulate: bool | None = None,
    model_path: Path = MODEL_PATH,
) -> Board:
    """Claim what is wired, all dark but the status lamp.

    `simulate` None: real on a Raspberry Pi, simulated elsewhere (`describe` says which). `on_press` is told what the
    button asks for, on the button's own thread, and returns soon: a press meanwhile may be missed. What it raises is
    logged. Without it the button's pin is left alone.

    Raises LampError when the pins of a Raspberry Pi are asked for and cannot be had.
    """
    with pin_errors():
        factory = open_factory(simulate, model_path)
        return Board(Pins() if pins is None else pins, factory, sound=sound, on_change=on_change, on_press=on_press)


def open_factory(simulate: bool | None = None, model_path: Path = MODEL_PATH) -> Factory:
    """What gives pins, real or simulated; whoever asked for it closes it. Raises LampError."""
    if simulate is None:
        simulate = not is_raspberry_pi(model_path)
    if simulate:
        return simulated_factory()
    if not is_raspberry_pi(model_path):
        raise LampError("this computer is not a Raspberry Pi and has no pins for lamps")
    try:
        _import_lgpio()
    except ImportError as error:
        raise LampError(
            "the lamps need lgpio: sudo apt install python3-lgpio, and a virtual environment made with "
            "--system-site-packages"
        ) from error
    except OSError as error:
        raise LampError(f"lgpio could not make its working file ({error}): set LG_WD to a writable folder") from error
    from gpiozero.pins.lgpio import LGPIOFactory

    with pin_errors():
        return LGPIOFactory()


def is_raspberry_pi(model_path: Path = MODEL_PATH) -> bool:
    """Whether the kernel says that this is a Raspberry Pi."""
    try:
        return model_path.read_text(encoding="utf-8", errors="replace").startswith("Raspberry Pi")
    except OSError:
        return False


def simulated_factory() -> Factory:
    """Pins that exist in memory only."""
    return MockFactory(pin_class=MockPWMPin)


@contextlib.contextmanager
def pin_errors() -> Iterator[None]:
    """Say in a sentence, as LampError, why pins cannot be had."""
    try:
        yield
    except _pin_errors() as error:
        raise LampError(
            f"the pins of lamps and button cannot be used ({error}): does the unit or another program use them "
            "(sudo systemctl stop medius-monitor), and is this user in the group gpio?"
        ) from error


def _pin_errors() -> tuple[type[Exception], ...]:
    """What gpiozero and lgpio raise; lgpio's own error is known once it was imported."""
    lgpio = sys.modules.get("lgpio")
    return (GPIOZeroError, OSError) if lgpio is None else (GPIOZeroError, OSError, lgpio.error)


def _import_lgpio() -> Any:
    """Import lgpio, which makes a pipe in the folder LG_WD and changes into it: neither is wanted of a library."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="medius-") as folder:
        given = os.environ.setdefault("LG_WD", folder)
        try:
            import lgpio
        finally:
            os.chdir(here)
            if given == folder:
                del os.environ["LG_WD"]
    return lgpio
