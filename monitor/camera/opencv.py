"""Settings of OpenCV that hold for the whole process."""

import os

import cv2

SILENT_AFTER_S = 5


def silence_opencv() -> None:
    """Keep OpenCV's and FFmpeg's messages off the terminal, and its waiting for a dead camera short.

    Call before the first capture is opened: that is when OpenCV reads the environment.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", str(SILENT_AFTER_S))
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
