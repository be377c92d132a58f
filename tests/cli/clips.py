"""Small recordings, good and bad, for the tests of the command line."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from monitor.camera import VideoFile
from monitor.cli.parts import DEMO_CLIP
from tests.camera.mp4 import set_times

LANDSCAPE = (854, 480)


def beginning_of_demo(path: Path, size_bytes: int) -> Path:
    """The bundled clip, cut off: its index is at the front."""
    path.write_bytes(DEMO_CLIP.read_bytes()[:size_bytes])
    return path


def landscape_at_uneven_times(path: Path, frames: int) -> Path:
    """The bundled runner in a wide picture, every third frame left out."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 30.0, LANDSCAPE)
    assert writer.isOpened()
    times_s = []
    for frame in islice(VideoFile(DEMO_CLIP), frames):
        if frame.index % 3 == 1:
            continue
        height, width = frame.image.shape[:2]
        picture = cv2.resize(frame.image, (width * LANDSCAPE[1] // height, LANDSCAPE[1]), interpolation=cv2.INTER_AREA)
        side = (LANDSCAPE[0] - picture.shape[1]) // 2
        wide = np.full((LANDSCAPE[1], LANDSCAPE[0], 3), 90, np.uint8)
        wide[:, side : side + picture.shape[1]] = picture
        writer.write(wide)
        times_s.append(frame.time_s)
    writer.release()
    return set_times(path, [*np.diff(times_s).tolist(), 1.0 / 30.0])


def nobody(path: Path, frames: int) -> Path:
    """A grey wall, 30 pictures a second."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 30.0, LANDSCAPE)
    assert writer.isOpened()
    for _ in range(frames):
        writer.write(np.full((LANDSCAPE[1], LANDSCAPE[0], 3), 90, np.uint8))
    writer.release()
    return path
