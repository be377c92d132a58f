"""Nothing is driven beyond what it bears, and every lamp is seen."""

import pytest

from hardware import circuit, currents, tables
from hardware.currents import AMBER, BLUE, DARLINGTONS, GREEN, MOSFETS, Driver, Led

LEDS = pytest.mark.parametrize("led", [AMBER, BLUE, GREEN], ids=lambda led: led.colour)
DRIVERS = pytest.mark.parametrize("driver", [MOSFETS, DARLINGTONS], ids=lambda driver: driver.name)


@LEDS
@DRIVERS
def test_an_led_is_safe_with_its_resistor(led: Led, driver: Driver) -> None:
    least, usual, most = currents.led_ma(led, driver)
    assert least < usual < most <= led.most_ma
    assert currents.series_ohm(led) * (most / 1000.0) ** 2 <= currents.RESISTOR_W / 2.0


@LEDS
def test_the_next_smaller_resistor_would_not_do(led: Led) -> None:
    ohm = currents.series_ohm(led)
    smaller = max(one * decade for decade in (1, 10, 100) for one in currents.E12 if one * decade < ohm)
    worst_ma = 1000.0 * (currents.RAIL_V[2] - led.forward_v[0]) / (smaller * (1.0 - currents.TOLERANCE))
    assert worst_ma > led.most_ma


def test_kirchhoff_agrees() -> None:
    """The usual current makes the voltages round the loop add up."""
    _, usual_ma, _ = currents.led_ma(AMBER, MOSFETS)
    ohm = currents.series_ohm(AMBER) + currents.FUSE_OHM + 2.0 * currents.WIRE_OHM
    assert usual_ma / 1000.0 * ohm + AMBER.forward_v[1] + MOSFETS.drop_v[1] == pytest.approx(currents.RAIL_V[1])


def test_every_lamp_of_the_full_build_is_seen_at_its_dimmest() -> None:
    others_ma = currents.lamps_ma(circuit.FULL, MOSFETS)
    for led in currents.LEDS.values():
        dimmest = currents.lux(led, currents.led_ma(led, MOSFETS, others_ma)[0], tables.LAMPS_AT_M)
        assert dimmest > 10.0 * tables.DAYLIGHT_LUX


def test_darlingtons_do_for_amber_but_not_for_blue() -> None:
    assert currents.led_ma(AMBER, DARLINGTONS, currents.lamps_ma(circuit.SIMPLE, DARLINGTONS))[0] > 5.0
    assert currents.led_ma(BLUE, DARLINGTONS, currents.lamps_ma(circuit.FULL, DARLINGTONS))[0] < 1.0


@DRIVERS
def test_the_driver_is_on_when_driven_and_off_when_not(driver: Driver) -> None:
    assert driver.on_v <= currents.PIN_HIGH_V
    assert currents.floating_v() < driver.off_v / 2.0
    each_ma = 1000.0 * currents.LOGIC_V / currents.PULL_DOWN_OHM + driver.input_ma
    assert each_ma < currents.PIN_MOST_MA / 4.0
    assert currents.inputs_ma(circuit.FULL, driver) < currents.PINS_MOST_MA / 2.0


def test_transistors_in_the_drivers_place_saturate_and_the_pins_bear_them() -> None:
    least_ma, most_ma, needed_ma = currents.base_ma()
    assert needed_ma < least_ma < most_ma < currents.PIN_MOST_MA
    assert len(circuit.FULL.outputs) * most_ma < currents.PINS_MOST_MA


def test_a_pressed_button_is_read_as_low() -> None:
    assert currents.pressed_v() < currents.PIN_LOW_V


@DRIVERS
def test_the_supplies_bear_everything_at_once(driver: Driver) -> None:
    lamps_ma = currents.lamps_ma(circuit.FULL, driver)
    assert currents.lamps_ma(circuit.SIMPLE, driver) < lamps_ma < currents.FUSE_HOLDS_MA
    for computer in currents.COMPUTERS:
        assert computer.busy_a + currents.CAMERA_A + lamps_ma / 1000.0 < 0.7 * computer.supply_a


def test_the_buzzer_is_six_decibels_quieter_at_twice_the_distance() -> None:
    assert currents.buzzer_db(currents.BUZZER_AT_M) == currents.BUZZER_DB
    assert currents.buzzer_db(1.0) - currents.buzzer_db(2.0) == pytest.approx(6.02, abs=0.01)
