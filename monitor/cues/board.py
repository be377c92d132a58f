"""Which lamps there are: those on a Raspberry Pi's pins, or simulated ones on any other computer."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gpiozero import GPIOZeroError
from gpiozero.pins import Factory
from gpiozero.pins.mock import MockFactory, MockPWMPin

from monitor.cues.lamps import LampError, Lamps, LampsState
from monitor.cues.pins import Pins

MODEL_PATH = Path("/proc/device-tree/model")


def open_lamps(
    pins: Pins | None = None,
    simulate: bool | None = None,
    *,
    on_change: Callable[[LampsState], None] | None = None,
    model_path: Path = MODEL_PATH,
) -> Lamps:
    """Claim the lamps, all dark. `simulate` None: real on a Raspberry Pi, simulated elsewhere (`describe` says which).

    Raises LampError when the pins of a Raspberry Pi are asked for and cannot be had.
    """
    if pins is None:
        pins = Pins()
    if simulate is None:
        simulate = not is_raspberry_pi(model_path)
    if simulate:
        return Lamps(pins, simulated_factory(), on_change=on_change)
    if not is_raspberry_pi(model_path):
        raise LampError("this computer is not a Raspberry Pi and has no pins for lamps; simulate them instead")
    return _real_lamps(pins, on_change)


def is_raspberry_pi(model_path: Path = MODEL_PATH) -> bool:
    """Whether the kernel says that this is a Raspberry Pi."""
    try:
        return model_path.read_text(encoding="utf-8", errors="replace").startswith("Raspberry Pi")
    except OSError:
        return False


def simulated_factory() -> Factory:
    """Pins that exist in memory only."""
    return MockFactory(pin_class=MockPWMPin)


def _real_lamps(pins: Pins, on_change: Callable[[LampsState], None] | None) -> Lamps:
    try:
        lgpio = _import_lgpio()
    except ImportError as error:
        raise LampError(
            "the lamps need lgpio: sudo apt install python3-lgpio, and a virtual environment made with "
            "--system-site-packages"
        ) from error
    except OSError as error:
        raise LampError(f"lgpio could not make its working file ({error}): set LG_WD to a writable folder") from error
    from gpiozero.pins.lgpio import LGPIOFactory

    try:
        return Lamps(pins, LGPIOFactory(), on_change=on_change)
    except (lgpio.error, GPIOZeroError, OSError) as error:
        raise LampError(
            f"the pins of the lamps cannot be used ({error}): is another program using them, "
            "and is this user in the group gpio?"
        ) from error


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
