"""How much memory a worker holds, and when that is too much.

MediaPipe has open reports of memory that grows over days. What counts is the memory that a process shares with nobody:
pages of libraries and of the weights come and go with the other processes that use them.
"""

import os
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SETTLED_S = 60.0
"""After so long a worker has given back what it took to begin [ours]."""
FAT_BYTES = 128 << 20
"""Growth beyond that with which a worker is replaced when nobody runs [ours]; looking for several people takes 60."""
BURSTING_BYTES = 256 << 20
"""Growth with which it is replaced at once [ours]: two such workers and the rest still fit into 1 GiB."""


def private_bytes(pid: int) -> int | None:
    """Resident memory of a process that lies in no file and is shared with nobody; None when the process is gone."""
    try:
        _, resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[:3]
    except OSError:
        return None
    return (int(resident) - int(shared)) * PAGE_BYTES


class MemoryWatch:
    """The memory of one worker process over its life.

    :param pid: the process.
    :param now_s: when it became ready, seconds of the clock that `look` is told.
    """

    def __init__(self, pid: int, now_s: float) -> None:
        self._pid = pid
        self._settles_s = now_s + SETTLED_S
        self._settled: int | None = None
        self.bytes = private_bytes(pid) or 0

    def look(self, now_s: float) -> None:
        """Measure again."""
        self.bytes = private_bytes(self._pid) or self.bytes
        if self._settled is None and now_s >= self._settles_s:
            self._settled = self.bytes

    @property
    def fat(self) -> bool:
        """Whether the worker ought to be replaced when nobody runs."""
        return self._growth > FAT_BYTES

    @property
    def bursting(self) -> bool:
        """Whether the worker has to be replaced now."""
        return self._growth > BURSTING_BYTES

    @property
    def _growth(self) -> int:
        return 0 if self._settled is None else self.bytes - self._settled
