"""Pictures in memory that the parent and its workers share.

One anonymous file (memfd) holds all slots: it has no name under /dev/shm, so nothing is left behind however the
processes end.
"""

import mmap
import os

import cv2
import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Frame

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


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

    def put(self, slot: int, frame: Frame) -> None:
        """Write a frame's picture, upright and in RGB, into a slot: one pass over it but for a turned one in BGR.

        Raises:
            ValueError: it is of another size.
        """
        height, width = frame.image.shape[:2]
        upright = (width, height, 3) if frame.turn_deg in (90, 270) else (height, width, 3)
        picture = self[slot]
        if upright != picture.shape:
            raise ValueError(f"a picture of size {upright} came to a place for one of size {picture.shape}")
        if frame.turn_deg:
            cv2.rotate(frame.image, _TURNS[frame.turn_deg], dst=picture)
            if not frame.rgb:
                cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, dst=picture)
        elif frame.rgb:
            np.copyto(picture, frame.image)
        else:
            cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB, dst=picture)

    def close(self) -> None:
        """Let go of the file; the memory goes when the last picture taken from here does. Idempotent."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
            self._pictures = self._pictures[:0].copy()
