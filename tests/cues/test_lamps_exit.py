"""However a process ends, short of SIGKILL, its lamps and its buzzer are dark."""

import signal
import subprocess
import sys

import pytest

START = """
import atexit, os, signal, sys, threading, time
from monitor.cues.board import Board, simulated_factory
from monitor.cues.pins import Pins
from monitor.cues.sound import BuzzerUse, Sound
from monitor.endings import STOPPED, heeded
from monitor.vocabulary import Cue, CueKind, LampState, Side

factory = simulated_factory()
outputs = {name: factory.pin(pin) for name, pin in Pins().outputs.items()}
amber, button = outputs["left_amber"], factory.pin(Pins().button)
asked = threading.Event()
at_a_press = lambda press: None

def lit():
    return [name for name, pin in outputs.items() if pin.state]

def take(press):
    asked.set()
    at_a_press(press)

def press():
    button.drive_low()
    while board._button._presses._began_s is None:
        time.sleep(0.001)
    button.drive_high()
    asked.wait()

def at_the_end():
    board.lamps.refresh()
    print("at the end", lit(), len(amber.states) > 2, flush=True)

atexit.register(at_the_end)
board = Board(Pins(), factory, sound=Sound(BuzzerUse.METRONOME, 200.0), on_press=take)
lamps = board.lamps
outside = Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left")
dark = Cue(0.0, None, CueKind.OFF, "off")
lamps.status(LampState.MEASURING)
lamps.show(outside)
while not outputs["buzzer"].state:
    time.sleep(0.001)
print("lit", lit()[0], flush=True)
"""

ENDINGS = {
    "the end of the script": ("", 0),
    "an exception": ("raise ZeroDivisionError", 1),
    "an exception in a with": ("with board: raise ZeroDivisionError", 1),
    "sys.exit": ("sys.exit(3)", 3),
    "SIGTERM made an exception": (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
        143,
    ),
    "SIGTERM as the unit takes it": (
        "with board, heeded(STOPPED, lambda: sys.exit(0)): os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
        0,
    ),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", -signal.SIGINT),
    "close in a handler, amid the lamps' own work": (
        "signal.signal(signal.SIGALRM, lambda *_: (board.close(), sys.exit(5)))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "while True: lamps.show(dark); lamps.show(outside)",
        5,
    ),
    "the end of the script while the button is down": ("button.drive_low()", 0),
    "the end of the script while a press is being heeded": ("at_a_press = lambda _: time.sleep(9)\npress()", 0),
    "an exception in the button's thread": ("at_a_press = lambda _: 1 / 0\npress()", 0),
    "sys.exit in the button's thread, which ends nothing else": ("at_a_press = lambda _: sys.exit(7)\npress()", 0),
    "a press that ends the process": (
        "at_a_press = lambda _: os.kill(os.getpid(), signal.SIGINT)\npress()\ntime.sleep(9)",
        -signal.SIGINT,
    ),
    "close in a handler, while a press waits for who was interrupted": (
        "at_a_press = lambda _: lamps.mute(True)\n"
        "signal.signal(signal.SIGALRM, lambda *_: (board.close(), sys.exit(5)))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.5)\n"
        "with lamps._due: press(); time.sleep(9)",
        5,
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_lamps_and_buzzer_are_dark_after(ending):
    code, status = ENDINGS[ending]
    ended = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, timeout=20)
    assert ended.stdout.splitlines() == ["lit left_amber", "at the end [] True"], ended.stderr
    assert ended.returncode == status
