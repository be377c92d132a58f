"""Resistors and currents of lamps, buzzer and button, from the least, the usual and the most that the parts promise.

Figures of parts are those of their data sheets, read second-hand: of a kind of part rather than of one maker's.
"""

import math
from dataclasses import dataclass

from monitor.cues.pins import Pins

RAIL_V = 4.75, 5.0, 5.25
"""The 5 V pins: least, usual, most (USB)."""
LOGIC_V = 3.3
PIN_HIGH_V, PIN_MOST_MA = 2.6, 8.0
"""What a pin of a Raspberry Pi 4 still promises at 4 mA, and the most it may be set to give (raspberrypi/documentation,
BCM2711). A Raspberry Pi 5 is taken to be no weaker."""
PINS_MOST_MA = 50.0
"""All pins together (raspberrypi/documentation, power supplies)."""
PIN_LEAK_UA = 10.0
"""Into or out of a pin that is an input (BCM2711)."""
BUTTON_PULL_UP_OHM = 1800.0
"""On the board, at BCM 2 and 3."""
PIN_LOW_V = 0.8
"""What is surely read as low (BCM2711)."""

FUSE_OHM = 1.2
"""Resettable, 0.5 A: at most."""
FUSE_HOLDS_MA = 250.0
"""At 75 °C, which no case should reach."""
WIRE_OHM = 5.0 * 0.22
"""One of the cable's: 5 m of AWG 28."""
PULL_DOWN_OHM = 10_000.0
BASE_OHM = 1000.0
BUTTON_SERIES_OHM = 330.0
TOLERANCE = 0.01
E12 = 10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82
RESISTOR_W = 0.25
BUZZER_MA = 30.0
"""TMB12A05, at 5 V."""
BUZZER_DB, BUZZER_AT_M = 85.0, 0.1


@dataclass(frozen=True, slots=True)
class Led:
    """A kind of LED: volts at its current, least, usual and most."""

    colour: str
    forward_v: tuple[float, float, float]
    most_ma: float = 30.0
    at_ma: float = 20.0
    """At which its brightness is given."""
    candela: float = 0.5
    """The dimmest that the parts list allows."""


AMBER = Led("amber", (1.8, 2.1, 2.6))
BLUE = Led("blue", (2.8, 3.2, 3.6))
GREEN = Led("green", (1.8, 2.1, 2.6), candela=0.05)
LEDS = {"left_amber": AMBER, "left_blue": BLUE, "right_amber": AMBER, "right_blue": BLUE, "status": GREEN}


@dataclass(frozen=True, slots=True)
class Driver:
    """What is lost in an output that is on."""

    name: str
    drop_v: tuple[float, float, float]
    """Least, usual, most at 30 mA."""
    input_ma: float
    """The most that an input takes at 3.3 V."""
    on_v: float
    """The input that surely switches it on."""
    off_v: float
    """The input at which it is surely off."""


MOSFETS = Driver("TBD62083APG", (0.0, 0.05, 0.1), 0.15, 2.5, 0.6)
"""0.65 V at most at 200 mA, a resistance: 0.1 V at 30 mA."""
DARLINGTONS = Driver("ULN2803A", (0.6, 0.75, 0.9), 0.75, 2.4, 0.8)
"""2.7 kΩ before two base-emitter junctions: (3.3 V - 1.3 V) / 2.7 kΩ; it holds itself off through 10 kΩ."""


@dataclass(frozen=True, slots=True)
class Computer:
    """What a computer takes and what its supply gives, A at 5 V."""

    name: str
    supply_a: float
    busy_a: float


COMPUTERS = Computer("Raspberry Pi 5", 5.0, 2.4), Computer("Raspberry Pi 4", 3.0, 1.25)
"""Busy: raspberrypi/documentation, power supplies, for the 4; 12 W, read second-hand, for the 5."""
CAMERA_A = 0.25
"""raspberrypi/documentation, power supplies."""


def series_ohm(led: Led) -> int:
    """The smallest E12 value with which the LED is safe at the highest rail, even if nothing is lost on the way."""
    least_ohm = (RAIL_V[2] - led.forward_v[0]) / (led.most_ma / 1000.0) / (1.0 - TOLERANCE)
    return next(ohm for decade in (1, 10, 100) for one in E12 if (ohm := one * decade) >= least_ohm)


def led_ma(led: Led, driver: Driver, others_ma: float = 0.0) -> tuple[float, float, float]:
    """The current of a lamp with `series_ohm`: least and usual at the cable's far end, most at its near one, mA.

    :param others_ma: what else the fuse and the 5 V wire carry; counted for the least.
    """
    ohm = series_ohm(led)
    lost_v = others_ma / 1000.0 * (FUSE_OHM + WIRE_OHM)
    least_v, usual_v, most_v = (
        rail_v - drop_v - forward_v
        for rail_v, drop_v, forward_v in zip(
            (RAIL_V[0] - lost_v, RAIL_V[1], RAIL_V[2]), driver.drop_v[::-1], led.forward_v[::-1], strict=True
        )
    )
    return (
        1000.0 * max(0.0, least_v) / (ohm * (1.0 + TOLERANCE) + FUSE_OHM + 2.0 * WIRE_OHM),
        1000.0 * usual_v / (ohm + FUSE_OHM + 2.0 * WIRE_OHM),
        1000.0 * most_v / (ohm * (1.0 - TOLERANCE)),
    )


def lamps_ma(pins: Pins, driver: Driver) -> float:
    """The most that lamps and buzzer take from 5 V, all on at once; the status lamp is there twice, mA."""
    lit = [name for name in (*pins.outputs, "status") if name in LEDS]
    return sum(led_ma(LEDS[name], driver)[2] for name in lit) + (BUZZER_MA if pins.buzzer is not None else 0.0)


def inputs_ma(pins: Pins, driver: Driver) -> float:
    """The most that the computer's own pins give, with everything on and the button pressed, mA."""
    each_ma = 1000.0 * LOGIC_V / PULL_DOWN_OHM + driver.input_ma
    button_ma = 1000.0 * LOGIC_V / (BUTTON_PULL_UP_OHM + BUTTON_SERIES_OHM) if pins.button is not None else 0.0
    return len(pins.outputs) * each_ma + button_ma


def base_ma() -> tuple[float, float, float]:
    """A transistor (BC337-25) in place of a driver's output: its base current, least and most, and what it needs.

    It needs twice what its least gain of 160 asks for 30 mA, so that it saturates.
    """
    least_ma = 1000.0 * ((PIN_HIGH_V - 0.9) / BASE_OHM - 0.9 / PULL_DOWN_OHM)
    return least_ma, 1000.0 * (LOGIC_V - 0.6) / BASE_OHM, 2.0 * AMBER.most_ma / 160.0


def floating_v() -> float:
    """An input of the driver beside a pin that nobody drives."""
    return PIN_LEAK_UA / 1e6 * PULL_DOWN_OHM


def pressed_v() -> float:
    """The button's pin while it is pressed."""
    return LOGIC_V * BUTTON_SERIES_OHM / (BUTTON_PULL_UP_OHM + BUTTON_SERIES_OHM)


def lux(led: Led, ma: float, distance_m: float) -> float:
    """What a lamp gives to the eye that looks at it; its brightness goes with its current."""
    return led.candela * ma / led.at_ma / distance_m**2


def buzzer_db(distance_m: float) -> float:
    """How loud the buzzer is in the open."""
    return BUZZER_DB - 20.0 * math.log10(distance_m / BUZZER_AT_M)
