"""Frames as the set-up looks at them: grey, upright, small."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Frame

GreyPicture = npt.NDArray[np.uint8]
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def grey(frame: Frame, longest_px: int) -> GreyPicture:
    """(height, width), its longer side no longer than so many pixels; a copy of its own."""
    small = reduced(frame.image, longest_px)
    picture = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY if frame.rgb else cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.rotate(picture, _TURNS[frame.turn_deg]) if frame.turn_deg else picture, np.uint8)


def reduced(picture: GreyPicture, longest_px: int) -> GreyPicture:
    """A picture (height, width, …) no longer than so many pixels."""
    height, width = picture.shape[:2]
    part = longest_px / max(height, width)
    if part >= 1.0:
        return picture
    size = round(width * part), round(height * part)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def mean(pictures: Sequence[GreyPicture]) -> GreyPicture:
    """Of pictures of one size in which nothing moves: without their noise."""
    total = np.zeros(pictures[0].shape, np.uint16)
    for picture in pictures:
        total += picture
    return (total // len(pictures)).astype(np.uint8)
