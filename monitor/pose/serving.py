"""What a pose worker does all day: takes a slot's number, looks at the picture in it, answers.

A failure is not caught here: it ends the process, and its message is what the parent finds last in the process's
standard error.
"""

import os
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from monitor.pose.isolation import Isolation
from monitor.pose.messages import Answer, Cost, Job, Landmarker, Ready, Start
from monitor.pose.region import Region
from monitor.pose.slots import FrameSlots


def serve(connection: int, frames: int, isolation: Isolation) -> None:
    """Answer jobs without end. The parent ends it through the lifeline."""
    cv2.setNumThreads(1)  # more of them spin, and the other workers need the cores
    parent = Connection(connection)
    start: Start = parent.recv()
    slots = FrameSlots(start.size, start.slot_count, frames)
    landmarker = start.landmarker(start.model_path, start.treadmill)
    landmarker.find(np.zeros_like(slots[0]), None)
    _silence_native_code()
    parent.send(Ready(isolation))
    while True:
        job = Job.unpack(parent.recv_bytes())
        began_s, idle_cpu_s = time.perf_counter(), time.process_time()
        picture = slots[job.slot]
        sighting = landmarker.find(picture, job.near)
        pose_cpu_s = time.process_time() - idle_cpu_s
        line = start.reader(picture, sighting.pose) if start.reader and sighting.pose else None
        line_cpu_s = time.process_time() - idle_cpu_s - pose_cpu_s
        cost = Cost(time.perf_counter() - began_s, pose_cpu_s, line_cpu_s)
        parent.send_bytes(Answer(sighting, line, cost).pack())


def mediapipe_landmarker(model_path: Path, treadmill: Region | None = None) -> Landmarker:
    """What follows the runner, for the worker: no other process may import MediaPipe."""
    _do_without()
    from monitor.pose.landmarker import MediaPipeLandmarker

    return MediaPipeLandmarker(model_path, treadmill)


def lone_person(model_path: Path, _treadmill: Region | None = None) -> Landmarker:
    """What finds somebody who is alone, for the worker."""
    _do_without()
    from monitor.pose.landmarker import LonePerson

    return LonePerson(model_path)


def _do_without() -> None:
    # MediaPipe imports these for uses that nobody makes of it here: drawing (37 MB a worker, and a font cache to build)
    # and recording sound (which looks for audio devices, and runs the compiler where there is no PortAudio).
    for name in ("matplotlib", "matplotlib.pyplot", "sounddevice"):
        sys.modules.setdefault(name, ModuleType(name))


def _silence_native_code() -> None:
    """Keep Python's own last words, and nothing that a library may log for days."""
    sys.stderr = os.fdopen(os.dup(2), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
