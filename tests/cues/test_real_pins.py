"""The way to real pins, with a stand-in for lgpio's C library below gpiozero's own lgpio factory."""

import importlib
import sys
from types import ModuleType

import pytest

from monitor.cues.board import open_lamps
from monitor.cues.lamps import LampError
from monitor.cues.pins import Pins
from monitor.vocabulary import Cue, CueKind, Side

IS_OUT = 1 << 1


class FakeLgpio(ModuleType):
    """A chip whose lines keep what was written to them and who claimed them."""

    BOTH_EDGES, RISING_EDGE, FALLING_EDGE, SET_PULL_NONE, SET_PULL_UP, SET_PULL_DOWN = range(6)

    class error(Exception):  # noqa: N801, N818 # lgpio's own name
        pass

    def __init__(self) -> None:
        super().__init__("lgpio")
        self.level: dict[int, int] = {}
        self.mode: dict[int, int] = {}
        self.busy: set[int] = set()
        self.open = False

    def gpiochip_open(self, _chip):
        self.open = True
        return 7

    def gpiochip_close(self, _handle):
        self.open = False

    def gpio_claim_input(self, _handle, line, _flags=0):
        if line in self.busy:
            raise self.error("'GPIO busy'")
        self.mode[line] = 0

    def gpio_claim_output(self, _handle, line, level=0):
        self.mode[line] = IS_OUT
        self.level[line] = level

    def gpio_write(self, _handle, line, level):
        self.level[line] = int(level)

    def gpio_read(self, _handle, line):
        return self.level[line]

    def gpio_get_mode(self, _handle, line):
        return self.mode[line]


@pytest.fixture
def lgpio(monkeypatch):
    fake = FakeLgpio()
    monkeypatch.setitem(sys.modules, "lgpio", fake)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    factory = importlib.import_module("gpiozero.pins.lgpio").LGPIOFactory
    monkeypatch.setattr(factory, "_get_revision", lambda _: 0xD04170)
    yield fake
    sys.modules.pop("gpiozero.pins.lgpio", None)


@pytest.fixture
def model_path(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    return path


def test_a_cue_reaches_the_line_and_the_close_leaves_all_low_and_released(lgpio, model_path):
    with open_lamps(model_path=model_path) as lamps:
        assert not lamps.simulated
        assert lamps.describe() == (
            "lamps on the BCM pins left amber 22, left blue 27, right amber 23, right blue 24, status 25, buzzer 26"
        )
        lamps.show(Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left"))
        assert {line for line, level in lgpio.level.items() if level} == {22, 25, 26}
        lgpio.level[23] = 1
        assert lamps.state.right_amber
    assert set(lgpio.level.values()) == {0}
    assert set(lgpio.mode.values()) == {0}
    assert not lgpio.open


def test_a_pin_in_use_by_another_program_is_one_clear_sentence(lgpio, model_path):
    lgpio.busy.add(Pins().status)
    with pytest.raises(LampError, match=r"'GPIO busy'.*another program"):
        open_lamps(model_path=model_path)
    assert {line for line, mode in lgpio.mode.items() if mode} == set()
    assert not lgpio.open


def test_no_right_to_the_chip_is_one_clear_sentence(lgpio, model_path, monkeypatch):
    def refuse(_chip):
        raise lgpio.error("'can not open gpiochip'")

    monkeypatch.setattr(lgpio, "gpiochip_open", refuse)
    with pytest.raises(LampError, match="group gpio"):
        open_lamps(model_path=model_path)
