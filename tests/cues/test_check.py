"""Trying out the wiring, and darkening it, on simulated pins."""

import pytest
from gpiozero import LED

from monitor.cues import check
from monitor.cues.board import simulated_factory
from monitor.cues.check import darken, try_out
from monitor.cues.lamps import LampError
from monitor.cues.pins import Pins


class Bench:
    """Pins, what is said about them, and what is on meanwhile."""

    def __init__(self, pins: Pins, button: list[str] | None = None) -> None:
        self.pins = pins
        self.factory = simulated_factory()
        self.outputs = {name: self.factory.pin(pin) for name, pin in pins.outputs.items()}
        self.button = self.factory.pin(pins.button) if pins.button is not None else None
        self.press = button
        self.said: list[str] = []
        self.on: list[list[str]] = []

    def say(self, text: str) -> None:
        self.said.append(text)
        if self.press and text.startswith(self.press[0]):
            (self.button.drive_high if self.button.state is False else self.button.drive_low)()
            self.press.pop(0)

    def wait(self, seconds: float) -> None:
        assert seconds == check.LIT_S
        self.on.append([name for name, pin in self.outputs.items() if pin.state])

    def try_out(self) -> None:
        try_out(self.pins, self.factory, self.say, self.wait)


def test_each_output_is_on_by_itself_and_the_button_is_heard():
    bench = Bench(Pins(), ["Press the button", "Long enough"])
    bench.try_out()
    assert bench.on == [[name] for name in Pins().outputs]
    assert bench.said == [
        "The left lamp lights amber, and nothing else (BCM 22).",
        "The left lamp lights blue, and nothing else (BCM 27).",
        "The right lamp lights amber, and nothing else (BCM 23).",
        "The right lamp lights blue, and nothing else (BCM 24).",
        "The status lamp lights, and nothing else (BCM 25).",
        "The buzzer sounds, and nothing else (BCM 26).",
        "Press the button (BCM 3) within 30 s.",
        "Long enough: let go.",
        "Heard: a long press.",
    ]
    assert not any(pin.state for pin in bench.outputs.values())


def test_what_is_not_fitted_is_said():
    bench = Bench(Pins(left_blue=None, right_blue=None, buzzer=None, button=None))
    bench.try_out()
    assert bench.on == [["left_amber"], ["right_amber"], ["status"]]
    assert [text for text in bench.said if "not fitted" in text] == [
        "Left blue: not fitted.",
        "Right blue: not fitted.",
        "Buzzer: not fitted.",
        "Button: not fitted.",
    ]


def test_a_button_that_is_not_heard_is_one_sentence(monkeypatch):
    monkeypatch.setattr(check, "PRESS_WITHIN_S", 0.01)
    with pytest.raises(LampError, match="the button was not heard on BCM 3"):
        Bench(Pins()).try_out()


def test_an_interrupt_leaves_everything_dark():
    bench = Bench(Pins())

    def interrupt(_: float) -> None:
        assert bench.outputs["left_amber"].state
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        try_out(bench.pins, bench.factory, bench.say, interrupt)
    assert not any(pin.state for pin in bench.outputs.values())


def test_nothing_is_switched_on_while_somebody_holds_a_pin():
    bench = Bench(Pins())
    with LED(Pins().buzzer, pin_factory=bench.factory), pytest.raises(LampError, match="medius-monitor"):
        bench.try_out()
    assert bench.said == []
    bench = Bench(Pins())
    with LED(Pins().button, pin_factory=bench.factory), pytest.raises(LampError, match="medius-monitor"):
        bench.try_out()
    assert bench.said == []


def test_darkening_switches_off_what_was_left_on_and_goes_past_what_refuses():
    factory = simulated_factory()
    outputs = {name: factory.pin(pin) for name, pin in Pins().outputs.items()}
    for pin in outputs.values():
        pin.function = "output"
        pin.state = 1.0
    with LED(Pins().left_blue, initial_value=True, pin_factory=factory):
        with pytest.raises(LampError, match=r"^not switched off: left blue; .*in use"):
            darken(Pins(), factory)
        assert [name for name, pin in outputs.items() if pin.state] == ["left_blue"]
    darken(Pins(), factory)
    assert not any(pin.state for pin in outputs.values())
