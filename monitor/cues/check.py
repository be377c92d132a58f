"""The wiring tried out by hand, and everything darkened: what is done with the pins while no unit holds them."""

import queue
import time
from collections.abc import Callable
from contextlib import ExitStack

from gpiozero import LED
from gpiozero.pins import Factory

from monitor.cues.board import pin_errors
from monitor.cues.button import Button
from monitor.cues.lamps import LampError
from monitor.cues.pins import Pins
from monitor.cues.presses import Moment

LIT_S = 2.0
PRESS_WITHIN_S = 30.0
OUTPUTS = {
    "left_amber": "The left lamp lights amber",
    "left_blue": "The left lamp lights blue",
    "right_amber": "The right lamp lights amber",
    "right_blue": "The right lamp lights blue",
    "status": "The status lamp lights",
    "buzzer": "The buzzer sounds",
}


def darken(pins: Pins, factory: Factory) -> None:
    """Switch every output off and release it, and go on past one that refuses.

    Raises LampError that names those that refused.
    """
    refused: dict[str, LampError] = {}
    for name, pin in pins.outputs.items():
        try:
            with pin_errors():
                LED(pin, pin_factory=factory).close()  # is off from the beginning
        except LampError as error:
            refused[name.replace("_", " ")] = error
    if refused:
        raise LampError(f"not switched off: {', '.join(refused)}; {next(iter(refused.values()))}")


def try_out(
    pins: Pins, factory: Factory, say: Callable[[str], None], wait: Callable[[float], None] = time.sleep
) -> None:
    """Switch on one output after the other for `LIT_S`, then wait for the button; `say` is told what is to be seen.

    Everything is claimed, and dark, before the first is switched on, and dark again whatever happens.

    Raises LampError when the pins cannot be had, or the button is not heard within `PRESS_WITHIN_S`.
    """
    heard: queue.Queue[Moment] = queue.Queue()
    with ExitStack() as claimed:
        with pin_errors():
            outputs = {name: claimed.enter_context(LED(pin, pin_factory=factory)) for name, pin in pins.outputs.items()}
            if pins.button is not None:
                claimed.enter_context(Button(pins.button, factory, heard.put))
        for output in outputs.values():
            claimed.callback(output.off)
        for name, words in OUTPUTS.items():
            if name not in outputs:
                say(f"{name.replace('_', ' ').capitalize()}: not fitted.")
                continue
            say(f"{words}, and nothing else (BCM {pins.outputs[name]}).")
            outputs[name].on()
            wait(LIT_S)
            outputs[name].off()
        if pins.button is None:
            say("Button: not fitted.")
        else:
            say(f"Press the button (BCM {pins.button}) within {PRESS_WITHIN_S:g} s.")
            say(f"Heard: {_press(heard, pins.button, say).value}.")


def _press(heard: queue.Queue[Moment], pin: int, say: Callable[[str], None]) -> Moment:
    try:
        while (moment := heard.get(timeout=PRESS_WITHIN_S)) is Moment.LONG_ENOUGH:
            say("Long enough: let go.")
    except queue.Empty:
        raise LampError(
            f"the button was not heard on BCM {pin}: it closes that pin to ground, and is open until it is pressed"
        ) from None
    return moment
