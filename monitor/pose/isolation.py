"""Where a pose worker lives: without a network, deaf to the terminal, and not a moment longer than its parent.

MediaPipe since 1.0 sends usage metrics to its vendor and has no switch for it (google-ai-edge/mediapipe#6291, #6306).
A process in an empty network namespace has nobody to send them to, and MediaPipe works there unharmed.
Linux gives an unprivileged process such a namespace together with a user namespace of its own, but only while it has
one thread: enter before NumPy is imported.
"""

import contextlib
import ctypes
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
"""From linux/sched.h; `os` knows them only since Python 3.12."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """Whether this process has no network, and by what or why not."""

    isolated: bool
    reason: str


def leave_network() -> Isolation:
    """Enter an empty network namespace, unless this process is in one already. Call before any thread is started."""
    try:
        if _interfaces() <= {"lo"}:
            return Isolation(True, "the process was started without a network")
        user, group = os.getuid(), os.getgid()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
                refusal = os.strerror(ctypes.get_errno())
                return Isolation(False, f"this system does not let a process leave the network ({refusal})")
            _keep_identity(user, group)
        left = _interfaces()
    except OSError as error:
        return Isolation(False, f"the process cannot tell whether it has a network ({error.strerror})")
    if not left <= {"lo"}:
        return Isolation(False, f"the new network is not empty: {', '.join(sorted(left))}")
    return Isolation(True, "an empty network namespace")


def ignore_interruptions() -> None:
    """Leave Ctrl-C and a service manager's stop to the parent, which closes its workers when it is done with them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def end_with_parent(lifeline: int) -> None:
    """End this process at once when the other end of the pipe `lifeline` is closed, even if the parent was killed."""

    def wait_for_the_end() -> None:
        os.read(lifeline, 1)
        os._exit(0)

    threading.Thread(target=wait_for_the_end, name="lifeline", daemon=True).start()


def _interfaces() -> set[str]:
    lines = Path("/proc/self/net/dev").read_text(encoding="utf-8").splitlines()[2:]
    return {line.partition(":")[0].strip() for line in lines}


def _keep_identity(user: int, group: int) -> None:
    """Be the same user inside the new user namespace, which is "nobody" until it is told."""
    with contextlib.suppress(PermissionError):  # "nobody" can do the work as well
        Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="utf-8")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="utf-8")
