"""The other end of the unit's socket."""

import json
import socket
from pathlib import Path
from typing import Any

from monitor.control.server import RefusedError

PATIENCE_S = 5.0
MOST_BYTES = 4_000_000
"""No picture is larger [ours]."""


class UnitUnreachableError(Exception):
    """The unit does not answer; the message says what to look at."""


class UnitBusyError(UnitUnreachableError):
    """The unit was asked and has not answered yet: it may still do it."""


def ask(path: Path, command: str, *, patience_s: float = PATIENCE_S, **arguments: Any) -> dict[str, Any]:
    """Ask the unit for something, and return its answer. Raises RefusedError, UnitUnreachableError, UnitBusyError."""
    return _ask(path, command, arguments, patience_s)[0]


def picture(path: Path, command: str = "preview", **arguments: Any) -> bytes:
    """The JPEG that comes after the unit's answer. Raises RefusedError, UnitUnreachableError."""
    return _ask(path, command, arguments, PATIENCE_S)[1]


def _ask(path: Path, command: str, arguments: dict[str, Any], patience_s: float) -> tuple[dict[str, Any], bytes]:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(patience_s)
            line.connect(str(path))
            line.sendall(json.dumps({"do": command, **arguments}).encode() + b"\n")
            with line.makefile("rb") as heard:
                answer = json.loads(heard.readline())
                size = int(answer.pop("bytes", 0))
                after = heard.read(size) if 0 < size <= MOST_BYTES else b""
        if len(after) != size:
            raise EOFError("it broke off")
    except TimeoutError as error:
        raise UnitBusyError(f"The unit at {path} has not answered within {patience_s:g} s.") from error
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise UnitUnreachableError(f"The unit does not answer at {path} ({error}): is it running?") from error
    if not answer.pop("ok", False):
        raise RefusedError(str(answer.get("error", "The unit refuses.")))
    return answer, after
