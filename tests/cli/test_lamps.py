"""`medius lamps`: what is done with the lamps while no unit runs."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from gpiozero import LED
from gpiozero.pins import Factory

from monitor.cues import board, check
from monitor.cues.board import simulated_factory
from monitor.cues.pins import Pins
from tests.cli.command import medius


@pytest.fixture
def pi(monkeypatch: pytest.MonkeyPatch) -> Factory:
    """This computer is taken for a Raspberry Pi with pins that exist in memory only."""
    factory = simulated_factory()
    monkeypatch.setattr(board, "is_raspberry_pi", lambda *_: True)
    monkeypatch.setattr(board, "open_factory", lambda **_: factory)
    monkeypatch.setattr(check, "LIT_S", 0.0)
    monkeypatch.setattr(check, "PRESS_WITHIN_S", 0.01)
    return factory


def test_every_lamp_is_tried_and_a_button_that_is_not_heard_is_said(pi: Factory) -> None:
    done = medius("lamps", "test")
    assert done.status == 1
    assert [line.split(",")[0] for line in done.out.splitlines()] == [
        *check.OUTPUTS.values(),
        "Press the button (BCM 3) within 0.01 s.",
    ]
    assert done.err.startswith("Error: the button was not heard on BCM 3: it closes that pin to ground")
    assert not pi.pins


def test_a_unit_that_holds_the_pins_is_left_alone(pi: Factory) -> None:
    with LED(Pins().status, pin_factory=pi):
        assert "sudo systemctl stop medius-monitor" in medius("lamps", "test").sentence


def test_a_lamp_that_a_killed_unit_left_on_is_darkened(pi: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIUS_PINS__LEFT_AMBER", "5")
    pin = pi.pin(5)
    pin.function, pin.state = "output", True
    assert medius("lamps", "dark").status == 0
    assert not pin.state


def test_a_computer_without_pins_has_nothing_to_try_and_nothing_to_darken() -> None:
    assert medius("lamps", "test").sentence == "this computer is not a Raspberry Pi and has no pins for lamps."
    done = medius("lamps", "dark")
    assert (done.status, done.err) == (0, "")
    assert done.out == "This computer has no pins for lamps: nothing to switch off.\n"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_fault_is_held_until_it_is_stopped(ending: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "lamps", "fault"], stdout=subprocess.PIPE, text=True
    ) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == "Fault: simulated lamps: no pin of this computer is used.\n"
        held.send_signal(ending)
        assert held.wait(timeout=20) == 0


def test_darkening_loads_nothing_that_is_slow_or_may_be_broken() -> None:
    code = (
        "import sys; sys.argv = ['medius', 'lamps', 'dark']\n"
        "from monitor.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'cv2', 'mediapipe', 'sqlalchemy', 'flask'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.stdout.splitlines()[-1] == "[]", ended.stderr


def test_settings_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "medius.toml").write_text("[pins]\nleft_blue = 'none'\n")
    assert medius("lamps", "fault").sentence == (
        "The setting pins cannot be used: blue lamps are fitted on both sides or on neither "
        "(it was {'left_blue': None})."
    )
