"""`medius run`, or another command, as a process of its own, with a pipe or a terminal for its output."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

PATIENCE_S = 180.0
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}


class Unit:
    """Starts at once. Use it in a `with`, which leaves nothing behind."""

    def __init__(
        self, folder: Path, weights: Path, *arguments: str, columns: int | None = None, command: str = "run"
    ) -> None:
        """With `columns` it has a terminal so wide, and else a pipe."""
        self.database = folder / "medius.sqlite"
        self._text = ""
        ours, theirs = os.openpty() if columns else os.pipe()
        if columns:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self._ours = ours
        own = {"MEDIUS_STATE_DIR": str(folder), "MEDIUS_CACHE_DIR": str(weights.parent), "XDG_CONFIG_HOME": str(folder)}
        look = {"TERM": "xterm-256color", "NO_COLOR": "1"} if columns else {}
        self.process = subprocess.Popen(
            [*(["setsid", "--ctty"] if columns else []), sys.executable, "-m", "monitor", command, *arguments],
            stdin=theirs if columns else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env=ENVIRONMENT | own | look,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Unit":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()

    @property
    def text(self) -> str:
        """All that it has written."""
        return self._text

    @property
    def lines(self) -> list[str]:
        """What it has written, line by line, without the terminal's control codes."""
        return re.split(r"[\r\n]+", CONTROL.sub("", self._text))

    def wait_for(self, pattern: str, times: int = 1) -> "re.Match[str]":
        """The line in which `pattern` is written for the first time, or for so many times."""
        deadline_s = time.monotonic() + PATIENCE_S
        while len(found := list(filter(None, (re.search(pattern, line) for line in self.lines)))) < times:
            assert self.process.poll() is None, self._text
            assert time.monotonic() < deadline_s, self._text
            time.sleep(0.02)
        return found[times - 1]

    def type(self, keys: str) -> None:
        """Type in its terminal."""
        os.write(self._ours, keys.encode())

    def end(self, how: signal.Signals | str | None = None) -> int:
        """Its status, after a signal or what is typed in its terminal, if either is given."""
        if isinstance(how, str):
            self.type(how)
        elif how is not None:
            self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status

    def _read(self) -> None:
        with os.fdopen(self._ours, "rb", buffering=0, closefd=True) as file:
            while self.process.poll() is None or select.select([file], [], [], 0.0)[0]:
                if select.select([file], [], [], 0.1)[0]:
                    try:
                        content = file.read(65536)
                    except OSError:  # how a terminal ends
                        return
                    if not content:
                        return
                    self._text += content.decode()


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    return [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _status(stat)[1:2] == [str(pid)]]


def wait_until_gone(pids: list[int], within_s: float) -> None:
    """A process that nobody has asked for its status counts as gone."""
    deadline_s = time.monotonic() + within_s
    while alive := [pid for pid in pids if _status(Path(f"/proc/{pid}/stat"))[:1] not in ([], ["Z"])]:
        assert time.monotonic() < deadline_s, alive
        time.sleep(0.02)


def _status(stat: Path) -> list[str]:
    """State, parent and what follows; nothing for a process that is gone."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
