"""Memory that is given back: one heap for all threads."""

import ctypes
from contextlib import suppress

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""Of glibc's `mallopt`."""
LARGE_BYTES = 1 << 16


def keep_one_heap() -> None:
    """Have all threads share a heap, and what is large lie outside of it; to be called before there are any threads.

    glibc gives each thread that finds the heap taken one of its own, and what a page needed in one is of no use in
    another: where large pages were asked for one after the other, 170 MB in place of 90. Python's threads run one at a
    time, and lose nothing by sharing. Another C library than glibc is left as it is.
    """
    with suppress(AttributeError):
        tell = ctypes.CDLL(None).mallopt
        tell(M_ARENA_MAX, 1)
        tell(M_MMAP_THRESHOLD, LARGE_BYTES)
