"""The tables of README.md, from data and arithmetic."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from hardware import aim, circuit, currents, optics, parts
from hardware.aim import Place
from hardware.optics import View

LAMPS_AT_M = 1.2
"""From the runner's eyes to the cue bar on the console."""
DAYLIGHT_LUX = 1e-3
"""At the eye, from which a signal light is seen by day before a bright sky (IALA E-200-2, read second-hand)."""
TYPICAL_M = 2.5
DISTANCES_M = 1.5, 2.0, 2.5, 3.0, 3.5


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def bill() -> str:
    """What to order, and what that comes to."""
    prices_of, listed = parts.read()
    rows = []
    for part in listed:
        number = "any" if part.number is None else part.number if part.seen else f"{part.number} (?)"
        only = [*(f"{build} build" for build in part.builds if len(part.builds) == 1)]
        only += [f"Pi {computer}" for computer in part.computers if len(part.computers) == 1]
        only += ["one of these"] if part.choice else []
        price = f"{part.count * part.price_usd:g}" + ("" if part.price_from == "list" else " ~")
        rows.append([str(part.count), part.name, ", ".join(only), number, part.instead, price])
    totals = ", ".join(
        f"Pi {computer} {build} {parts.total_usd(listed, build, computer):.0f}"
        for computer in parts.COMPUTERS
        for build in parts.BUILDS
    )
    head = ["", "part", "for", "number", "or, mind", f"USD, {prices_of.isoformat()}"]
    return f"{_table(head, rows)}\n\nTogether, with the first camera and everything in it: {totals} USD."


def cameras() -> str:
    """What each camera costs in field of view and frames."""
    rows = []
    for camera in optics.CAMERAS:
        for wished_fps in (50.0, 100.0):
            upright = optics.view(camera, wished_fps=wished_fps)
            if wished_fps > 50.0 and upright.fps == optics.view(camera).fps:
                continue
            lying = optics.view(camera, wished_fps=wished_fps, portrait=False)
            at_60_hz = optics.view(camera, wished_fps=wished_fps, mains_hz=60)
            across_deg, tall_deg = upright.angles_deg
            rows.append(
                [
                    camera.name,
                    f"{wished_fps:g}",
                    f"{upright.fps:.0f}, {at_60_hz.fps:.0f}",
                    f"{tall_deg:.0f}° × {across_deg:.0f}°",
                    f"{aim.nearest_m(upright):.1f} m ({aim.nearest_m(lying):.1f} m)",
                    *_hips(upright, TYPICAL_M),
                    f"≤ {upright.readout_ms:.0f} ms" if upright.readout_ms else "all at once",
                ]
            )
    head = [
        "camera",
        "`camera_fps`",
        "frames a second, 50 and 60 Hz mains",
        "sees, upright × across",
        f"a runner of {aim.TALLEST_M:.1f} m fits from (camera not turned)",
        f"hips at {TYPICAL_M:g} m",
        "1 px at one hip",
        "first to last row",
    ]
    return _table(head, rows)


def _hips(view: View, distance_m: float) -> list[str]:
    """Pixels across narrow and wide hips, and what one of them is in degrees."""
    narrow, usual, wide = (aim.hips_px(view, distance_m, hips_m) for hips_m in aim.HIPS_M)
    return [f"{narrow:.0f} to {wide:.0f} px", f"{math.degrees(math.atan(1.0 / usual)):.1f}°"]


def distances() -> str:
    """Camera Module 3 on its side, over the distance."""
    view = optics.view(optics.MODULE_3)
    height_m, differs_m = aim.one_height_m()
    rows = [
        [
            f"{distance_m:.1f} m",
            f"{aim.tallest_m(view, distance_m):.1f} m",
            f"{2.0 * distance_m * math.tan(math.radians(view.angles_deg[0] / 2.0)):.1f} m",
            *_hips(view, distance_m),
            f"± {100.0 * aim.height_tolerance_m(distance_m):.0f} cm",
            f"± {abs(aim.fakes_deg(Place(distance_m, differs_m), 0.0)[0]):.1f}°",
            f"{aim.later_ms(view, distance_m):.1f} ms, {aim.tilted_by_later_deg(view, distance_m):.1f}°",
        ]
        for distance_m in DISTANCES_M
    ]
    head = [
        "lens to runner",
        "tallest who fits",
        "picture's width there",
        "hips",
        "1 px at one hip",
        f"lens height for {aim.ALLOWED_DEG:g}°",
        f"lens fixed {height_m:.2f} m above the belt, runners of {aim.SHORTEST_M:g} to {aim.TALLEST_M:g} m",
        "one hip later, at contact",
    ]
    return _table(head, rows)


def errors() -> str:
    """What a camera in the wrong place adds to the drop."""
    ten_degrees_m = TYPICAL_M * math.tan(math.radians(10.0))
    aside_cm = 100.0 * TYPICAL_M * math.tan(math.radians(5.0))
    places = [
        ("lens 10 cm too high", Place(TYPICAL_M, above_m=0.1)),
        ("lens 10 cm too low", Place(TYPICAL_M, above_m=-0.1)),
        (f"lens {100.0 * ten_degrees_m:.0f} cm too high, 10°", Place(TYPICAL_M, above_m=ten_degrees_m)),
        ("rolled by 0.3°", Place(TYPICAL_M, roll_deg=0.3)),
        (f"{aside_cm:.0f} cm (5°) right of straight behind, aimed at the runner", Place(TYPICAL_M, aside_deg=5.0)),
        ("… and 10 cm too high", Place(TYPICAL_M, above_m=0.1, aside_deg=5.0)),
        ("straight behind, aimed 5° past the runner", Place(TYPICAL_M, pan_deg=5.0)),
        ("… and 10 cm too high", Place(TYPICAL_M, above_m=0.1, pan_deg=5.0)),
        ("at hip height, tilted down by 10°", Place(TYPICAL_M, pitch_deg=10.0)),
    ]
    rows = []
    for words, place in places:
        left_deg, right_deg = aim.fakes_deg(place)
        rows.append([words, *(_signed(deg) for deg in (left_deg, right_deg, left_deg - right_deg))])
    return _table(["camera", "added to a left drop", "to a right drop", "to left less right"], rows)


def _signed(degrees: float) -> str:
    return "0.0°" if abs(degrees) < 0.05 else f"{degrees:+.1f}°".replace("-", "−")


def pins() -> str:
    """The pin table: setting, header, driver, cable."""
    simple = {line.setting for line in circuit.lines(circuit.SIMPLE)}
    rows = [["5 V", "", "", str(circuit.POWER_PIN), "", "fuse", str(circuit.POWER_WIRE), "yes"]]
    for line in circuit.lines(circuit.FULL):
        driver = "" if line.channel is None else f"{line.channel} → {line.output_pin}"
        numbers = [str(line.bcm), str(line.header_pin), driver, _through(line), str(line.wire)]
        rows.append([line.part, f"`{line.setting}`", *numbers, "yes" if line.setting in simple else "no"])
    ground = [str(circuit.GROUND_PIN), str(circuit.DRIVER_GROUND_PIN), "", str(circuit.GROUND_WIRE)]
    rows.append(["ground", "", "", *ground, "yes"])
    head = ["part", "setting", "BCM", "header pin", "driver, in → out", "through", "cable wire", "simple build"]
    return _table(head, rows)


def _through(line: circuit.Line) -> str:
    if line.channel is None:
        return f"{currents.BUTTON_SERIES_OHM:.0f} Ω"
    led = currents.LEDS.get(line.setting)
    return "" if led is None else f"{currents.series_ohm(led)} Ω"


def lamps() -> str:
    """Resistors and currents of the LEDs."""
    rows = []
    for led in (currents.AMBER, currents.BLUE, currents.GREEN):
        for driver in (currents.MOSFETS, currents.DARLINGTONS):
            others_ma = currents.lamps_ma(circuit.FULL, driver)
            least, usual, most = currents.led_ma(led, driver, others_ma)
            ohm = currents.series_ohm(led)
            seen = currents.lux(led, least, LAMPS_AT_M) / DAYLIGHT_LUX
            rows.append(
                [
                    f"{led.colour}, {led.forward_v[0]:g} to {led.forward_v[2]:g} V",
                    driver.name,
                    f"{ohm} Ω",
                    f"{least:.0f}, {usual:.0f}, {most:.0f} mA",
                    f"{ohm * (most / 1000.0) ** 2 * 1000.0:.0f} mW",
                    "dark" if least == 0.0 else f"{_two_digits(seen)} ×",
                ]
            )
    head = ["LED", "driver", "resistor", "current: least, usual, most", "in the resistor", "least, as seen"]
    return _table(head, rows)


def rails() -> str:
    """What is taken from where, against what it gives."""
    inputs_ma = currents.inputs_ma(circuit.FULL, currents.DARLINGTONS)
    lamps_ma = currents.lamps_ma(circuit.FULL, currents.MOSFETS)
    blue_v = f"{currents.BLUE.forward_v[0]:g} to {currents.BLUE.forward_v[2]:g} V"
    rows = [
        ["all pins on, button pressed", f"{inputs_ma:.0f} mA", f"{currents.PINS_MOST_MA:.0f} mA in all"],
        ["lamps and buzzer, all on", f"{lamps_ma:.0f} mA", f"{currents.FUSE_HOLDS_MA:.0f} mA, the fuse when hot"],
    ]
    for computer in currents.COMPUTERS:
        taken_a = computer.busy_a + currents.CAMERA_A + lamps_ma / 1000.0
        rows.append([f"{computer.name} busy, camera, lamps", f"{taken_a:.1f} A", f"{computer.supply_a:.1f} A"])
    base_ma = currents.base_ma()
    rows += [
        ["into a BC337-25's base, instead", f"{base_ma[0]:.1f} to {base_ma[1]:.1f} mA", f"≥ {base_ma[2]:.1f} mA"],
        ["a pin that nobody drives", f"{currents.floating_v():.1f} V", f"off below {currents.MOSFETS.off_v} V"],
        ["the button's pin, pressed", f"{currents.pressed_v():.1f} V", f"low below {currents.PIN_LOW_V} V"],
        ["a blue LED straight at a pin", blue_v, f"{currents.PIN_HIGH_V:g} V: dark"],
        [f"the buzzer, {LAMPS_AT_M:g} m away", f"{currents.buzzer_db(LAMPS_AT_M):.0f} dB", ""],
    ]
    return _table(["what", "takes or has", "of, or limit"], rows)


def _two_digits(number: float) -> str:
    return f"{round(number, 1 - math.floor(math.log10(number))):.0f}"


SECTIONS: Mapping[str, Callable[[], str]] = {
    "bill": bill,
    "cameras": cameras,
    "pins": pins,
    "lamps": lamps,
    "rails": rails,
    "distances": distances,
    "errors": errors,
}
"""By the name in README.md's marks `<!-- NAME: … -->` and `<!-- end of NAME -->`."""
