"""Whether there is light enough, and whether it is steady."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.setup.picture import GreyPicture

DARK_GREY, BRIGHT_GREY = 45.0, 225.0
"""Medians of the picture: outside, dark clothes have no edges, or bright ones none [ours]."""
NOISY_GREY = 9.0
"""Standard deviation of a pixel from picture to picture: a belt 12 pixels thick is still read to 0.5 degrees [ours]."""
FLICKER = 0.03
"""Of the brightness, from picture to picture [ours]."""
SAMPLES = 240
"""Pixels along the longer side that are looked at."""


@dataclass(frozen=True, slots=True)
class Light:
    """How bright, noisy and steady the pictures are."""

    median_grey: float
    noise_grey: float
    flicker: float
    """Standard deviation of the brightness, as a part of it."""


def light_of(pictures: Sequence[GreyPicture]) -> Light | None:
    """Of at least four pictures of one size, newest last; None of fewer."""
    if len(pictures) < 4:
        return None
    step = max(1, max(pictures[0].shape) // SAMPLES)
    stack = np.array([picture[::step, ::step] for picture in pictures], dtype=np.float64)
    steps = np.diff(stack, axis=0)
    brightness = np.median(stack, axis=(1, 2))
    noise = 1.4826 * np.median(np.abs(steps - np.median(steps, axis=(1, 2), keepdims=True))) / math.sqrt(2.0)
    changes = np.diff(stack.mean(axis=(1, 2)))
    flicker = 1.4826 * float(np.median(np.abs(changes))) / math.sqrt(2.0) / max(1.0, float(stack.mean()))
    return Light(float(np.median(brightness)), float(noise), flicker)
