"""Drawing, tables, settings and code name the same pins."""

import re
import xml.etree.ElementTree as ET
from dataclasses import asdict

import pytest

from hardware import circuit, diagram, document
from hardware.parts import BUILDS
from monitor.cues.pins import Pins
from monitor.settings import Settings

DRAWN = re.compile(r"(.+) · BCM (\d+) · pin (\d+)")


def drawn_pins(svg: str) -> dict[str, tuple[int, int]]:
    """Of each part in a diagram: BCM number and header pin."""
    labels = (text for text in ET.fromstring(svg).itertext() if text.strip())
    return {m[1]: (int(m[2]), int(m[3])) for m in map(DRAWN.fullmatch, map(str.strip, labels)) if m}


def wired(pins: Pins) -> dict[str, tuple[int, int]]:
    """The same from gpiozero's knowledge of the header, past `hardware.circuit`."""
    header = {pin.name: number for number, pin in circuit.HEADER.items()}
    return {
        circuit.NAMES[setting]: (bcm, header[f"GPIO{bcm}"]) for setting, bcm in asdict(pins).items() if bcm is not None
    }


def rows(text: str, first_cell: str) -> list[list[str]]:
    """The cells of the one table whose head begins with a cell."""
    lines = iter(text.splitlines())
    found = [line for line in lines if line.strip().startswith(f"| {first_cell} |")]
    assert len(found) == 1, f"a table that begins with {first_cell}"
    table = text[text.index(found[0]) :].split("\n")
    body = table[2 : next(i for i, line in enumerate(table) if not line.strip().startswith("|"))]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in body]


@pytest.mark.parametrize("build", BUILDS)
def test_the_committed_drawing_shows_the_pins_of_the_code(build: str) -> None:
    svg = (document.FOLDER / f"wiring-{build}.svg").read_text(encoding="utf-8")
    assert drawn_pins(svg) == wired(BUILDS[build])


def test_a_drawing_follows_other_pins() -> None:
    moved = Pins(status=17, buzzer=None, left_blue=None, right_blue=None)
    assert drawn_pins(diagram.draw(moved)) == wired(moved)
    assert wired(moved)["status lamp"] == (17, 11)


def test_the_full_build_is_what_the_settings_have_unless_told_otherwise() -> None:
    assert Settings.model_fields["pins"].default == circuit.FULL


def test_what_the_readme_says_to_set_makes_the_simple_build() -> None:
    text = document.README.read_text(encoding="utf-8")
    said = dict(re.findall(r'`(\w+) =\s"(none)"`', text))
    assert Settings.model_validate({"pins": said}).pins == circuit.SIMPLE


def test_the_readmes_table_has_the_pins_of_the_code() -> None:
    text = document.README.read_text(encoding="utf-8")
    table = {row[1].strip("`"): row for row in rows(text, "part | setting") if row[1]}
    assert {row[0]: (int(row[2]), int(row[3])) for row in table.values()} == wired(circuit.FULL)
    assert {name for name, row in table.items() if row[-1] == "yes"} == {
        name for name, bcm in asdict(circuit.SIMPLE).items() if bcm is not None
    }
    assert {name: getattr(circuit.FULL, name) for name in table} == {name: int(row[2]) for name, row in table.items()}


def test_the_table_in_the_codes_docstring_is_right() -> None:
    table = rows((Pins.__doc__ or "").replace("|---|", "| --- |"), "part | BCM | header pin | ground beside it")
    assert {row[0]: (int(row[1]), int(row[2])) for row in table} == wired(circuit.FULL)
    assert {circuit.HEADER[int(row[3])].name for row in table} == {"GND"}


def test_supply_wires_and_signals_share_nothing() -> None:
    assert circuit.HEADER[circuit.POWER_PIN].name == "5V"
    assert circuit.HEADER[circuit.GROUND_PIN].name == "GND"
    all_lines = circuit.lines(circuit.FULL)
    wires = [circuit.POWER_WIRE, circuit.GROUND_WIRE, *(line.wire for line in all_lines)]
    assert sorted(wires) == list(range(1, 10)), "the cable has nine wires, each used once"
    driver = [circuit.COMMON_PIN, circuit.DRIVER_GROUND_PIN]
    driver += [pin for line in all_lines if line.channel is not None for pin in (line.channel, line.output_pin)]
    assert len(set(driver)) == len(driver)
    assert set(driver) <= set(range(1, 19)), "the driver has eighteen pins"


def test_the_simple_build_grows_into_the_full_one() -> None:
    full = {line.setting: line for line in circuit.lines(circuit.FULL)}
    assert all(full[line.setting] == line for line in circuit.lines(circuit.SIMPLE))


def test_outputs_are_held_down_from_power_up_and_the_button_is_held_up() -> None:
    pulls = {setting: circuit.HEADER[header].pull for setting, (_, header) in _by_setting(circuit.FULL).items()}
    assert pulls.pop("button") == "up"
    assert set(pulls.values()) == {""}, "no pull-up of the board's own, which would light a lamp"
    assert all(bcm > 8 for setting, (bcm, _) in _by_setting(circuit.FULL).items() if setting != "button")


def _by_setting(pins: Pins) -> dict[str, tuple[int, int]]:
    return {line.setting: (line.bcm, line.header_pin) for line in circuit.lines(pins)}
