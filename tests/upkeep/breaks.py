"""Breaking a process off before a change it makes to files, whichever that is."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from enum import Enum

CHANGES = frozenset({"os.rename", "os.remove", "os.symlink", "os.mkdir", "os.rmdir", "os.chmod", "sqlite3.connect"})
WRITING = os.O_WRONLY | os.O_RDWR
KILLED = -signal.SIGKILL


class Break(Enum):
    """What happens at a change."""

    KILL = "SIGKILL, or a power cut"
    FAIL = "an error of the disk"
    INTERRUPT = "Ctrl-C"


def broken_off(action: Callable[[], object], kind: Break) -> Iterator[int]:
    """Do `action` in a process of its own, broken off before its first change, then before its second, and so on.

    Yields after each of them which it was, and ends when it is done before it comes to be broken off.
    """
    at = 0
    while _run(action, kind, at):
        yield at
        at += 1


def _run(action: Callable[[], object], kind: Break, at: int) -> bool:
    """Whether it was broken off."""
    process = os.fork()
    if process == 0:
        changes = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal changes
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
            if event not in CHANGES and not writes:
                return
            changes += 1
            if changes == at + 1:
                _break(kind)

        sys.addaudithook(hook)
        try:
            action()
        except BaseException:  # noqa: BLE001 - what it says is not asked for here
            os._exit(2 if changes > at else 3)
        os._exit(2 if changes > at else 0)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 2, KILLED), "it failed without being broken off"
    return code != 0


def _break(kind: Break) -> None:
    if kind is Break.KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if kind is Break.FAIL:
        raise OSError("the disk fails")
    raise KeyboardInterrupt
