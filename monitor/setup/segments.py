"""Straight edges in a picture."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

SHORTEST = 0.04
"""Of a segment, as a part of the picture's longer side: shorter ones are texture, not things [ours]."""
END_PX = 0.5
"""Standard deviation of an end across its edge [ours]."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight edges, with ends in pixels of a picture of `size`."""

    ends: FloatArray
    """(n, 2, 2): both ends of each, u right and v down."""
    size: tuple[int, int]
    """(width, height)."""

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def middles(self) -> FloatArray:
        """(n, 2)."""
        middles: FloatArray = self.ends.mean(axis=1)
        return middles

    @property
    def vectors(self) -> FloatArray:
        """(n, 2), from end to end."""
        vectors: FloatArray = self.ends[:, 1] - self.ends[:, 0]
        return vectors

    @property
    def lengths_px(self) -> FloatArray:
        """(n,)."""
        lengths: FloatArray = np.hypot(*self.vectors.T)
        return lengths

    @property
    def direction_sd(self) -> FloatArray:
        """(n,) standard deviation of the direction as seen, radians."""
        sd: FloatArray = END_PX * np.sqrt(2.0) / np.maximum(self.lengths_px, 1.0)
        return sd

    def scaled(self, by: float) -> "Segments":
        """In a picture so many times as large."""
        return Segments(self.ends * by, (round(self.size[0] * by), round(self.size[1] * by)))

    def where(self, mask: npt.NDArray[np.bool_]) -> "Segments":
        """Those that `mask` (n,) keeps."""
        return Segments(self.ends[mask], self.size)


def find_segments(grey: npt.NDArray[np.uint8]) -> Segments:
    """The straight edges of a grey picture (height, width), by the line segment detector of von Gioi et al. (2010)."""
    height, width = grey.shape
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    ends = np.empty((0, 2, 2)) if found is None else found.reshape(-1, 2, 2).astype(np.float64)
    segments = Segments(ends, (width, height))
    return segments.where(segments.lengths_px >= SHORTEST * max(width, height))
