"""Makes one thread of a running process hang, and none of the others: as root, `freeze.py PID camera|writer`.

A thread that is stopped under ptrace does nothing more, its process goes on without it, and SIGKILL ends both. It says
which thread is frozen, and holds it until that ends. Needs nothing but the standard library.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

PTRACE_SEIZE = 0x4206
PTRACE_INTERRUPT = 0x4207
WALL = 0x40000000
"""From linux/ptrace.h and linux/wait.h."""
WATCHED_S = 3.0


def main() -> None:
    """Freeze and hold."""
    pid, which = int(sys.argv[1]), sys.argv[2]
    thread = {"writer": writer_of, "camera": camera_of}[which](pid)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, thread, None, None) != 0:
            refusal = ctypes.get_errno()
            raise OSError(refusal, f"thread {thread} of {pid} cannot be stopped: {os.strerror(refusal)}")
    os.waitpid(thread, WALL)
    print("frozen", thread, flush=True)
    while os.WIFSTOPPED(os.waitpid(thread, WALL)[1]):
        pass


def writer_of(pid: int) -> int:
    """The thread that writes to the disk: no other one of the monitor does."""
    return _busiest(pid, _written_bytes)


def camera_of(pid: int) -> int:
    """The thread that decodes the clip: besides the main one, which decides, none works as much."""
    return _busiest(pid, _processor_ticks, but=pid)


def _busiest(pid: int, work: Callable[[Path], int], but: int = 0) -> int:
    threads = [path for path in Path(f"/proc/{pid}/task").iterdir() if int(path.name) != but]
    before = {thread: work(thread) for thread in threads}
    time.sleep(WATCHED_S)
    done = {thread: work(thread) - before[thread] for thread in threads}
    busiest = max(done, key=done.__getitem__)
    if done[busiest] == 0:
        raise RuntimeError(f"no thread of {pid} does anything")
    return int(busiest.name)


def _written_bytes(thread: Path) -> int:
    counts = dict(line.split(": ") for line in (thread / "io").read_text().splitlines())
    return int(counts["write_bytes"])


def _processor_ticks(thread: Path) -> int:
    user, system = (thread / "stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


if __name__ == "__main__":
    main()
