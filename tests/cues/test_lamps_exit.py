"""However a process ends, short of SIGKILL, its lamps are dark."""

import signal
import subprocess
import sys

import pytest

START = """
import atexit, os, signal, sys, time
from gpiozero.pins.mock import MockFactory, MockPWMPin
from monitor.cues.board import simulated_factory
from monitor.cues.lamps import Lamps
from monitor.cues.pins import Pins
from monitor.vocabulary import Cue, CueKind, Side

factory = simulated_factory()
amber = factory.pin(Pins().left_amber)
atexit.register(lambda: print("at the end", amber.state, len(amber.states) > 2, flush=True))
lamps = Lamps(Pins(), factory)
lit = Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left")
dark = Cue(0.0, None, CueKind.OFF, "off")
lamps.show(lit)
print("lit", amber.state, flush=True)
"""

ENDINGS = {
    "the end of the script": ("", 0),
    "an exception": ("raise ZeroDivisionError", 1),
    "an exception in a with": ("with lamps: raise ZeroDivisionError", 1),
    "sys.exit": ("sys.exit(3)", 3),
    "SIGTERM made an exception": (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); os.kill(os.getpid(), signal.SIGTERM); time.sleep(9)",
        143,
    ),
    "SIGINT": ("os.kill(os.getpid(), signal.SIGINT); time.sleep(9)", -signal.SIGINT),
    "close in a handler, amid the lamps' own work": (
        "signal.signal(signal.SIGALRM, lambda *_: (lamps.close(), sys.exit(5)))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "while True: lamps.show(dark); lamps.show(lit)",
        5,
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_lamps_are_dark_after(ending):
    code, status = ENDINGS[ending]
    ended = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, timeout=20)
    assert ended.stdout.splitlines() == ["lit 1.0", "at the end 0.0 True"], ended.stderr
    assert ended.returncode == status
