"""The dashboard as a process of its own, beside a unit that was started by hand."""

import logging
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import MediusError

STOP_S = 5.0
LOOPBACK = ("localhost", "::1")

log = logging.getLogger(__name__)


class Dashboard:
    """`python -m web`, ended with this process, however this one ends.

    Raises:
        MediusError: it does not start; the message is its own.
    """

    def __init__(self, database: Path, host: str, port: int, owner_dir: Path, control: Path) -> None:
        arguments = ["--database", str(database), "--host", host, "--port", str(port), "--with-parent"]
        arguments += ["--control", str(control)]
        self.asks_for_pin = not _is_this_computer(host)
        if self.asks_for_pin:
            arguments += ["--owner-dir", str(owner_dir)]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "web", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,  # Ctrl-C is for the unit, which then ends the dashboard
        )
        if self._process.stdout is None:
            raise RuntimeError("a process started with a pipe has one")
        self._output = self._process.stdout
        first = self._output.readline().strip()
        if not first.startswith("dashboard on "):
            with self._output:
                rest = " ".join(self._output.read().split())
            self.close()
            said = f"{first} {rest}".strip().removeprefix("Error: ") or "it ended without a word"
            raise MediusError(f"The dashboard does not start: {said}; or run without it (--no-dashboard).")
        self.address = first.removeprefix("dashboard on ")
        threading.Thread(target=self._log, name="dashboard", daemon=True).start()

    def close(self) -> None:
        """End it. Idempotent."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _log(self) -> None:
        for line in self._output:
            log.warning("dashboard: %s", line.rstrip())
        self._output.close()


def _is_this_computer(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.")
