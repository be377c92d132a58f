"""The wiring diagram, drawn from `hardware.circuit`: header, driver, resistors, cable, parts, from left to right."""

import re
from itertools import pairwise

import schemdraw
import schemdraw.elements as elm

from hardware import circuit, currents
from hardware.circuit import Line
from monitor.cues.pins import Pins

PI_LEFT, PI, TAP, DRIVER_IN, DRIVER_OUT = 0.0, 9.6, 11.2, 13.2, 17.2
SPLIT, PLUG, SOCKET, PART, RAIL, EDGE = 18.2, 23.6, 26.6, 27.6, 31.6, 36.8
"""Where things stand, from the left: the header's box, pull-downs, driver, cable, parts, their 5 V, the edge."""
ROW = 2.2
COLOURS = {"amber": "#b86e00", "blue": "#1c5fd4", "green": "#1f7a3a"}


class _Sheet:
    """A drawing and the few strokes that this diagram needs."""

    def __init__(self) -> None:
        schemdraw.use("svg")
        schemdraw.svgconfig.text = "text"
        self.drawing = schemdraw.Drawing(show=False, fontsize=11, lw=1.3, inches_per_unit=0.34, margin=0.4)
        self.drawing.config(bgcolor="white")

    def put(self, element: elm.Element) -> None:
        self.drawing.add(element)

    def line(self, *points: tuple[float, float]) -> None:
        for start, end in pairwise(points):
            self.put(elm.Line().at(start).to(end))

    def text(self, at: tuple[float, float], words: str, align: str = "center", size: int = 11) -> None:
        x, y = at
        self.put(
            elm.Label().at((x, y - 0.18)).theta(0).label(words, halign=align, valign="center", fontsize=size, ofst=0)
        )

    def box(self, left: float, bottom: float, right: float, top: float, title: str) -> None:
        self.put(elm.Rect(corner1=(left, bottom), corner2=(right, top)).at((0, 0)).linewidth(1.6))
        self.text(((left + right) / 2, top + 0.55), title)

    def across(self, x: tuple[float, float], y: float, element: elm.Element, words: str) -> None:
        self.put(element.at((x[0], y)).to((x[1], y)).label(words, fontsize=10))

    def wire_numbers(self, y: float, wire: int) -> None:
        self.text((PLUG + 0.3, y), str(wire), "left")
        self.text((SOCKET - 0.3, y), str(wire), "right")


def draw(pins: Pins) -> str:
    """A build's diagram: an SVG whose labels are text."""
    sheet = _Sheet()
    signals = circuit.lines(pins)
    driven = [line for line in signals if line.channel is not None]
    rows = {}
    y = 0.0
    for line in signals:
        rows[line.setting] = y
        y -= ROW * (2.0 if line.setting == "status" else 1.6 if line is driven[-1] else 1.0)
    lowest_output = rows[driven[-1].setting]
    _boxes(sheet, ROW, lowest_output, y)
    _power(sheet, ROW, lowest_output, y)
    for line in signals:
        at = rows[line.setting]
        sheet.text((PI - 0.3, at), f"{line.part} · BCM {line.bcm} · pin {line.header_pin}", "right")
        sheet.wire_numbers(at, line.wire)
        if line.channel is None:
            _button(sheet, at, y)
        else:
            _driven(sheet, line, at)
    return _rounded(sheet.drawing.get_imagedata("svg").decode()) + "\n"


def _rounded(svg: str) -> str:
    """Two decimals are a hundredth of a point; further ones differ between computers."""
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), 2) + 0.0:.2f}", svg)


def _boxes(sheet: _Sheet, top: float, lowest_output: float, bottom: float) -> None:
    sheet.box(PI_LEFT, bottom - 0.8, PI, top + 0.8, "Raspberry Pi, 40-pin header")
    sheet.box(DRIVER_IN, lowest_output - 1.8, DRIVER_OUT, 0.45 * ROW, f"U1 {currents.MOSFETS.name}")
    sheet.box(PLUG, bottom - 0.8, SOCKET, top + 0.8, "cable, DE-9")
    sheet.text(((PLUG + SOCKET) / 2, bottom - 1.4), "unit | cue bar")
    sheet.put(elm.Line().at((EDGE, top)).to((EDGE, top - 0.01)).color("white"))


def _power(sheet: _Sheet, top: float, lowest_output: float, bottom: float) -> None:
    """The 5 V wire with its fuse, ground, and the driver's own two supply pins."""
    sheet.text((PI - 0.3, top), f"5 V · pin {circuit.POWER_PIN}", "right")
    sheet.text((PI - 0.3, bottom), f"ground · pin {circuit.GROUND_PIN}", "right")
    sheet.across((PI, DRIVER_IN), top, elm.Fuse(), "F1 500 mA")
    sheet.line((DRIVER_IN, top), (PLUG, top))
    sheet.put(elm.Dot().at((SPLIT + 2.4, top)))
    sheet.put(elm.Vdd().at((SPLIT + 2.4, top)).theta(0).label("+5 V", fontsize=10))
    sheet.line((SOCKET, top), (RAIL, top), (RAIL, lowest_output))
    sheet.line((PI, bottom), (PLUG, bottom))
    sheet.wire_numbers(top, circuit.POWER_WIRE)
    sheet.wire_numbers(bottom, circuit.GROUND_WIRE)
    y = lowest_output - 1.2
    sheet.text((DRIVER_IN + 0.3, y), f"GND {circuit.DRIVER_GROUND_PIN}", "left", 9)
    sheet.text((DRIVER_OUT - 0.3, y), f"COM {circuit.COMMON_PIN}", "right", 9)
    sheet.line((DRIVER_IN, y), (DRIVER_IN - 0.7, y))
    sheet.put(elm.Ground().at((DRIVER_IN - 0.7, y)).theta(0))
    sheet.line((DRIVER_OUT, y), (SPLIT, y))
    sheet.put(elm.Vdd().at((SPLIT, y)).theta(0).label("+5 V", fontsize=10))


def _driven(sheet: _Sheet, line: Line, y: float) -> None:
    """From the pin, held down by its resistor, through the driver to a lamp or the buzzer."""
    sheet.line((PI, y), (DRIVER_IN, y))
    sheet.put(elm.Dot().at((TAP, y)))
    sheet.put(elm.Resistor().at((TAP, y)).to((TAP, y - 1.15)).scale(0.6))
    sheet.text((TAP + 0.35, y - 0.6), "10k", "left", 9)
    sheet.put(elm.Ground().at((TAP, y - 1.15)).theta(0).scale(0.7))
    sheet.text((DRIVER_IN + 0.3, y), f"IN {line.channel}", "left", 9)
    sheet.text((DRIVER_OUT - 0.3, y), f"OUT {line.output_pin}", "right", 9)
    sheet.line((DRIVER_OUT, y), (SPLIT, y))
    sheet.line((SOCKET, y), (PART, y))
    sheet.text((RAIL + 0.4, y), line.part, "left")
    led = currents.LEDS.get(line.setting)
    if led is None:
        sheet.line((SPLIT, y), (PLUG, y))
        sheet.across((RAIL, PART), y, elm.RBox(), "5 V, active")
        return
    ohm = f"{currents.series_ohm(led)} Ω"
    sheet.across((SPLIT, PLUG), y, elm.Resistor(), ohm)
    sheet.put(elm.LED().at((RAIL, y)).to((PART, y)).color(COLOURS[led.colour]))
    if line.setting == "status":
        _case_lamp(sheet, ohm, COLOURS[led.colour], y)


def _case_lamp(sheet: _Sheet, ohm: str, colour: str, y: float) -> None:
    """The status lamp is there twice: nobody stands before a camera that does not show what it does."""
    below = y - 0.95 * ROW
    sheet.put(elm.Dot().at((SPLIT, y)))
    sheet.line((SPLIT, y), (SPLIT, below))
    sheet.across((SPLIT, SPLIT + 2.2), below, elm.Resistor(), ohm)
    sheet.put(elm.LED().at((PLUG - 1.0, below)).to((SPLIT + 2.2, below)).color(colour))
    sheet.put(elm.Vdd().at((PLUG - 1.0, below)).theta(0).label("+5 V", fontsize=10))
    sheet.text((SPLIT + 0.3, below - 1.1), "status lamp on the case", "left", 9)


def _button(sheet: _Sheet, y: float, bottom: float) -> None:
    sheet.across((PI, DRIVER_IN), y, elm.Resistor(), f"{currents.BUTTON_SERIES_OHM:.0f} Ω")
    sheet.line((DRIVER_IN, y), (PLUG, y))
    sheet.line((SOCKET, y), (PART, y))
    sheet.put(elm.Button().at((PART, y)).to((RAIL, y)))
    sheet.line((RAIL, y), (RAIL, bottom), (SOCKET, bottom))
    sheet.text((RAIL + 0.4, y), "button", "left")
