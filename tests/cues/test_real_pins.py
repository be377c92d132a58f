"""The way to real pins, with a stand-in for lgpio's C library below gpiozero's own lgpio factory."""

import importlib
import queue
import sys
from collections.abc import Callable
from contextlib import closing
from types import ModuleType, SimpleNamespace

import pytest

from monitor.cues.board import Press, open_board, open_factory
from monitor.cues.check import darken
from monitor.cues.lamps import LampError
from monitor.cues.pins import Pins
from monitor.vocabulary import Cue, CueKind, Side
from tests.cues.hand import WAIT_S, is_down, wait_until

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
        self.alerts: dict[int, Callable[[int, int, int, int], None]] = {}
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

    def gpio_free(self, _handle, line):
        del self.mode[line]

    def gpio_claim_alert(self, _handle, line, edges, flags):
        assert (edges, flags) == (self.BOTH_EDGES, 0)
        self.mode[line] = 0

    def callback(self, chip, line, edges, told):
        assert (chip, edges) == (7, self.BOTH_EDGES)
        self.alerts[line] = told
        return SimpleNamespace(cancel=lambda: self.alerts.pop(line))

    def pull(self, line, level):
        """What a hand does to a button."""
        self.level[line] = level
        self.alerts[line](7, line, level, 0)

    def gpio_set_debounce_micros(self, _handle, _line, micros):
        assert micros == 0, "Presses does that"

    def gpio_claim_output(self, _handle, line, level=0):
        self.mode[line] = IS_OUT
        self.level[line] = level

    def gpio_write(self, _handle, line, level):
        self.level[line] = int(level)

    def gpio_read(self, _handle, line):
        return self.level.get(line, 1)

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
    with open_board(model_path=model_path) as board:
        assert not board.simulated
        assert board.describe() == (
            "lamps on the BCM pins left amber 22, left blue 27, right amber 23, right blue 24, status 25, buzzer 26"
        )
        board.lamps.show(Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left"))
        assert {line for line, level in lgpio.level.items() if level} == {22, 25, 26}
        lgpio.level[23] = 1
        assert board.lamps.state.right_amber
    assert set(lgpio.level.values()) == {0}
    assert set(lgpio.mode.values()) == {0}
    assert not lgpio.open


def test_a_press_reaches_who_listens_and_the_close_lets_go_of_the_line(lgpio, model_path):
    asked: queue.Queue[Press] = queue.Queue()
    with open_board(model_path=model_path, on_press=asked.put) as board:
        assert board.describe().endswith("buzzer 26, button 3")
        lgpio.pull(3, 0)
        wait_until(lambda: is_down(board))
        lgpio.pull(3, 1)
        assert asked.get(timeout=WAIT_S) is Press.SESSION
    assert not lgpio.alerts
    assert set(lgpio.mode.values()) == {0}
    assert not lgpio.open


def test_a_build_of_one_colour_is_named_so(lgpio, model_path):
    with open_board(Pins(left_blue=None, right_blue=None), model_path=model_path) as board:
        assert board.describe() == (
            "lamps on the BCM pins left amber 22, right amber 23, status 25, buzzer 26; "
            "of one colour: dark inside the band"
        )
        board.lamps.show(Cue(0.0, None, CueKind.INSIDE, "inside"))
        assert {line for line, level in lgpio.level.items() if level} == {25}
    assert set(lgpio.level) == {22, 23, 25, 26}


def test_lines_that_a_killed_unit_left_on_are_darkened_and_let_go(lgpio, model_path):
    lgpio.level = dict.fromkeys(Pins().outputs.values(), 1)
    with closing(open_factory(model_path=model_path)) as factory:
        darken(Pins(), factory)
    assert lgpio.level == dict.fromkeys(Pins().outputs.values(), 0)
    assert set(lgpio.mode.values()) == {0}
    assert not lgpio.open


def test_a_pin_in_use_by_another_program_is_one_clear_sentence(lgpio, model_path):
    lgpio.busy.add(Pins().status)
    with pytest.raises(LampError, match=r"'GPIO busy'.*another program"):
        open_board(model_path=model_path)
    assert {line for line, mode in lgpio.mode.items() if mode} == set()
    assert not lgpio.open


def test_no_right_to_the_chip_is_one_clear_sentence(lgpio, model_path, monkeypatch):
    def refuse(_chip):
        raise lgpio.error("'can not open gpiochip'")

    monkeypatch.setattr(lgpio, "gpiochip_open", refuse)
    with pytest.raises(LampError, match="group gpio"):
        open_board(model_path=model_path)
