"""The button on simulated pins: its own thread, and what happens to it."""

import gc
import queue
import threading
import weakref

import pytest
from gpiozero import LED, GPIOPinInUse

from monitor.cues.board import Board, Press, simulated_factory
from monitor.cues.button import Button
from monitor.cues.pins import Pins
from monitor.cues.presses import Moment
from monitor.vocabulary import Cue, CueKind, LampState, Side
from tests.cues.hand import WAIT_S, is_down, wait_until

LEFT = Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left")


class Hand:
    """A hand on a button whose clock the test moves; the button's thread never waits for real time in its answers."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.told: list[tuple[Moment, str]] = []
        self.factory = simulated_factory()
        self.pin = self.factory.pin(3)
        self.button = Button(3, self.factory, self._take, clock=lambda: self.now_s, background=False)

    def _take(self, moment: Moment) -> None:
        self.told.append((moment, threading.current_thread().name))

    def press(self, lasts_s: float) -> None:
        self.pin.drive_low()
        self.play(lasts_s)
        self.pin.drive_high()
        self.play(1.0)

    def play(self, for_s: float) -> None:
        until_s = self.now_s + for_s
        while (due_s := self.now_s + max(1e-6, self.button.look())) < until_s:
            self.now_s = due_s
        self.now_s = until_s
        self.button.look()


def test_presses_of_every_length():
    hand = Hand()
    for lasts_s in (0.02, 0.3, 3.0, 9.0, 0.3):
        hand.press(lasts_s)
    told = [moment for moment, _ in hand.told]
    assert told == [
        Moment.SHORT,
        *(Moment.LONG_ENOUGH, Moment.LONG),
        *(Moment.LONG_ENOUGH, Moment.HELD),
        Moment.SHORT,
    ]
    hand.button.close()
    hand.button.close()
    assert hand.button.look() == float("inf")
    assert hand.pin.function == "input"


@pytest.fixture
def pressed():
    """A board, its button's pin, and what it asked for with the thread that said so."""
    factory = simulated_factory()
    asked: queue.Queue[tuple[Press, str]] = queue.Queue()
    pin = factory.pin(Pins().button)
    with Board(Pins(), factory, on_press=lambda press: asked.put((press, threading.current_thread().name))) as board:
        yield board, pin, asked


def press(board, pin) -> None:
    """Let go as soon as the press was noticed."""
    pin.drive_low()
    wait_until(lambda: is_down(board))
    pin.drive_high()


def test_a_press_is_told_on_the_button_s_own_thread(pressed):
    board, pin, asked = pressed
    press(board, pin)
    assert asked.get(timeout=WAIT_S) == (Press.SESSION, "button")


def test_a_long_press_is_answered_by_the_status_lamp_while_it_lasts(pressed):
    board, pin, asked = pressed
    board.lamps.status(LampState.OFF)
    pin.drive_low()
    wait_until(lambda: board.lamps.state.buzzer)
    assert asked.empty()
    wait_until(lambda: board.lamps.state.status)
    pin.drive_high()
    assert asked.get(timeout=WAIT_S) == (Press.MUTE, "button")
    wait_until(lambda: not board.lamps.state.status)


def test_what_a_press_raises_is_logged_and_the_next_one_is_heard(caplog):
    asked: queue.Queue[Press] = queue.Queue()

    def fail(press: Press) -> None:
        asked.put(press)
        raise ZeroDivisionError

    factory = simulated_factory()
    pin = factory.pin(Pins().button)
    with Board(Pins(), factory, on_press=fail) as board:
        for _ in range(2):
            press(board, pin)
            assert asked.get(timeout=WAIT_S) is Press.SESSION
    assert [record.message for record in caplog.records] == [
        "what was to be done at a short press of the button failed"
    ] * 2


def test_a_press_may_close_the_board():
    factory = simulated_factory()
    pins = {name: factory.pin(pin) for name, pin in Pins().outputs.items()}
    pin, closed = factory.pin(Pins().button), threading.Event()

    def close(_: Press) -> None:
        board.close()
        closed.set()

    board = Board(Pins(), factory, on_press=close)
    board.lamps.show(LEFT)
    press(board, pin)
    assert closed.wait(WAIT_S)
    assert [name for name, output in pins.items() if output.state] == []
    board.close()
    assert not factory.pins


def test_a_board_that_is_closed_hears_nothing_and_ends_its_threads(pressed):
    board, pin, asked = pressed
    pin.drive_low()
    board.close()
    pin.drive_high()
    assert asked.empty()
    assert not {"button", "lamps"} & {thread.name for thread in threading.enumerate()}


def test_closed_boards_are_let_go():
    board = Board(Pins(), simulated_factory(), on_press=lambda _: None)
    board.close()
    watched = weakref.ref(board)
    del board
    gc.collect()
    assert watched() is None


def test_a_button_whose_pin_is_in_use_leaves_the_lamps_dark_and_free():
    factory = simulated_factory()
    pins = {name: factory.pin(pin) for name, pin in Pins().outputs.items()}
    with LED(Pins().button, pin_factory=factory), pytest.raises(GPIOPinInUse):
        Board(Pins(), factory, on_press=lambda _: None)
    assert [name for name, output in pins.items() if output.state] == []
    assert not factory.pins
    assert "lamps" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("pins", [Pins(), Pins(button=None)])
def test_a_board_without_a_listener_or_a_button_leaves_the_pin_alone(pins):
    factory = simulated_factory()
    on_press = None if pins.button is not None else lambda _: None
    with Board(pins, factory, on_press=on_press), LED(3, pin_factory=factory):
        pass


def test_a_pin_that_can_no_longer_be_read_is_logged_and_leaves_the_lamps_working(caplog, monkeypatch, pressed):
    board, pin, asked = pressed

    def gone() -> None:
        raise OSError("no such line")

    (button,) = (thread for thread in threading.enumerate() if thread.name == "button")
    monkeypatch.setattr(pin, "_get_state", gone)
    pin.drive_low()
    button.join(WAIT_S)
    assert not button.is_alive()
    assert [record.message for record in caplog.records] == ["the button stopped answering"]
    board.lamps.show(LEFT)
    assert board.lamps.state.left_amber
    assert asked.empty()
