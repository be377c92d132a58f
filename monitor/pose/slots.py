"""Pictures in memory that the parent and its workers share.

One anonymous file (memfd) holds all slots: it has no name under /dev/shm, so nothing is left behind however the
processes end.
"""

import mmap
import os

import numpy as np
import numpy.typing as npt


class FrameSlots:
    """A fixed number of RGB pictures of one size.

    :param size: (width, height) in pixels.
    :param count: pictures that fit.
    :param descriptor: the parent's anonymous file, in a worker, which can then read and not write;
        None makes a new one.
    """

    def __init__(self, size: tuple[int, int], count: int, descriptor: int | None = None) -> None:
        width, height = size
        total = count * height * width * 3
        if descriptor is None:
            self.descriptor = os.memfd_create("medius-frames")
            os.ftruncate(self.descriptor, total)
            memory = mmap.mmap(self.descriptor, total)
        else:
            self.descriptor = descriptor
            memory = mmap.mmap(self.descriptor, total, access=mmap.ACCESS_READ)
        self._pictures = np.frombuffer(memory, dtype=np.uint8).reshape(count, height, width, 3)

    def __getitem__(self, slot: int) -> npt.NDArray[np.uint8]:
        """The picture in a slot, (height, width, 3), RGB, not copied."""
        picture: npt.NDArray[np.uint8] = self._pictures[slot]
        return picture

    def close(self) -> None:
        """Let go of the file; the memory goes when the last picture taken from here does. Idempotent."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
            self._pictures = self._pictures[:0].copy()
