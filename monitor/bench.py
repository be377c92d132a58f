"""How fast a computer is as a unit: the figures behind `medius bench`.

Everything is measured on one clip, so that two computers can be compared. Throughput is measured on some three strides
of it, decoded beforehand and played in a loop: decoding a video is no part of a unit.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

import cv2

from monitor.audience import Progress
from monitor.camera import Camera, VideoFile
from monitor.cues.board import open_board
from monitor.cues.decision import Decider
from monitor.errors import MediusError
from monitor.gait import GaitSettings, GaitTracker
from monitor.machine import processor_s, proportional_bytes
from monitor.measurement import Measurement
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.slots import FrameSlots
from monitor.store import Recorder, SessionStart, SystemClock
from monitor.unit import Unit
from monitor.vocabulary import Cue, EngineFigures, Frame, Neutral, Stance, View

LOOP_FRAMES = 64
"""Three strides of the bundled clip are 64.2 frames."""
WARM_UP_S = 2.0
MOST_PATIENCE_S = 60.0
LATEST_KILL_S = 20.0
"""However long the run, so that its memory is first looked at in its second minute."""
BEFORE_S, AFTER_S = 2.0, 10.0
BARE = [sys.executable, "-P", "-m", "monitor.pose.bare"]


@dataclass(frozen=True, slots=True)
class Speed:
    """What some workers do in a second, and what it costs, ms of CPU a frame."""

    workers: int
    fps: float
    pose_ms: float
    line_ms: float
    other_ms: float
    engine: EngineFigures | None = None

    @property
    def other_share(self) -> float:
        """Of all CPU, what is spent on neither network nor pelvic line."""
        return self.other_ms / (self.pose_ms + self.line_ms + self.other_ms)


@dataclass(frozen=True, slots=True)
class LiveRun:
    """What a unit does that plays the clip at its own rate, and loses a worker on the way."""

    workers: int
    nominal_fps: float
    engine: EngineFigures
    first_stance_s: float
    """From the unit's start to the first stance measured."""
    bytes_early: int
    """Proportional set size of all its processes, early on and at the end."""
    bytes_late: int
    recovered_s: float
    """From killing a worker to the new one being ready."""
    stances: int
    stances_lost: int
    """Withheld or missing from `BEFORE_S` before the worker was killed until `AFTER_S` after it."""


class Loop:
    """A camera that has the next frame ready as soon as it is wanted, for so many seconds."""

    live = False
    skipped = 0

    def __init__(self, pictures: list[Frame], fps: float, seconds: float) -> None:
        self._pictures = pictures
        self._until_s = time.monotonic() + seconds
        self.nominal_fps = fps
        height, width = pictures[0].image.shape[:2]
        self.size = width, height

    def describe(self) -> str:
        """What this is."""
        return f"{len(self._pictures)} frames in memory, over and over"

    def pace(self, fps: float) -> None:
        """It has no pace of its own."""

    def adjust(self) -> None:
        """Pictures in memory stay as they are."""

    def close(self) -> None:
        """End the iteration."""
        self._until_s = 0.0

    def __iter__(self) -> Iterator[Frame]:
        """Frames whose times are those of the clip."""
        index = 0
        while time.monotonic() < self._until_s:
            yield Frame(index, index / self.nominal_fps, self._pictures[index % len(self._pictures)].image)
            index += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Reading:
    at_s: float
    frames: int
    all_cpu_s: float
    pose_cpu_s: float
    line_cpu_s: float

    @classmethod
    def of(cls, pool: PosePool, frames: int) -> "_Reading":
        stats = pool.stats()
        cpu_s = sum(processor_s(pid) for pid in (os.getpid(), *(worker.pid for worker in stats.workers)))
        return cls(time.perf_counter(), frames, cpu_s, stats.pose_cpu_s, stats.line_cpu_s)


@dataclass(frozen=True, slots=True)
class _Heard:
    """All that is kept of a stance: whole ones would be memory that grows."""

    at_s: float
    contact_s: float
    valid: bool


class _Listener:
    """Reads the meters once the engine is warm and at the end, and notes when which stance came."""

    def __init__(self, pool: PosePool) -> None:
        self._pool = pool
        self._began_s = time.perf_counter()
        self.readings: list[_Reading] = []
        self.engine: EngineFigures | None = None
        self.stances: list[_Heard] = []

    def stance(self, stance: Stance) -> None:
        self.stances.append(_Heard(time.perf_counter(), stance.contact_s, stance.valid))

    def cue(self, cue: Cue) -> None:
        del cue

    def neutral(self, neutral: Neutral) -> None:
        del neutral

    def progress(self, progress: Progress) -> None:
        self.engine = progress.engine
        if time.perf_counter() - self._began_s > WARM_UP_S:
            self.readings = [*self.readings[:1], _Reading.of(self._pool, progress.engine.frames)]


def load_pictures(clip: Path) -> tuple[list[Frame], float]:
    """Frames to loop over, and their rate."""
    with VideoFile(clip) as video:
        return list(islice(video, LOOP_FRAMES)), video.nominal_fps


def measure_bare(model_path: Path, pictures: list[Frame], seconds: float) -> Speed:
    """The pose network alone in one process, looking at one picture after the other."""
    height, width = pictures[0].image.shape[:2]
    slots = FrameSlots((width, height), len(pictures))
    for n, frame in enumerate(pictures):
        cv2.cvtColor(frame.image, cv2.COLOR_BGR2RGB, dst=slots[n])
    numbers = width, height, len(pictures), slots.descriptor, seconds
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [*BARE, str(model_path), *map(str, numbers)]
    done = subprocess.run(command, pass_fds=[slots.descriptor], env=environment, capture_output=True, text=True)
    slots.close()
    if done.returncode:
        raise MediusError(f"The pose network cannot be run alone: {done.stderr.strip().splitlines()[-1]}")
    frames, elapsed_s, cpu_s = map(float, done.stdout.split())
    return Speed(1, frames / elapsed_s, 1e3 * cpu_s / frames, 0.0, 0.0)


def mean_bare(one: Speed, other: Speed) -> Speed:
    """Of a measurement before and one after what it is compared with: computers change their speed."""
    return Speed(1, (one.fps + other.fps) / 2.0, (one.pose_ms + other.pose_ms) / 2.0, 0.0, 0.0)


def measure_pose(model_path: Path, pictures: list[Frame], fps: float, workers: int, seconds: float) -> Speed:
    """The pose workers alone: frames in, poses out in order, nothing measured from them."""
    with (
        Loop(pictures, fps, WARM_UP_S + seconds) as camera,
        PosePool(model_path, workers=workers, size=camera.size) as pool,
    ):
        readings: list[_Reading] = []
        began_s, frames = time.perf_counter(), 0
        for frame in camera:
            pool.submit(frame)
            frames += len(pool.poll())
            if not readings and time.perf_counter() - began_s > WARM_UP_S:
                readings.append(_Reading.of(pool, frames))
        return _speed(workers, [*readings, _Reading.of(pool, frames)], None)


def measure_unit(model_path: Path, pictures: list[Frame], fps: float, workers: int, seconds: float) -> Speed:
    """A whole unit, from frame to lamp and store, as fast as it can."""
    with ExitStack() as stack:
        camera = Loop(pictures, fps, WARM_UP_S + seconds)
        unit, listener, _ = _unit(stack, camera, model_path, workers)
        unit.run()
        return _speed(workers, listener.readings, listener.engine)


def measure_live(model_path: Path, clip: Path, workers: int, seconds: float, began_s: float) -> LiveRun:
    """A whole unit that plays the clip in a loop at its own rate; after a third of the time, at most `LATEST_KILL_S`,
    a worker is killed.

    `began_s` is when the unit's start began, by `time.perf_counter`.
    """
    killed: list[tuple[float, float]] = []
    sizes: list[int] = []
    errors: list[OSError] = []
    with ExitStack() as stack:
        camera = stack.enter_context(VideoFile(clip, realtime=True, loop=True))
        unit, listener, pool = _unit(stack, camera, model_path, workers)

        def attend() -> None:
            try:
                time.sleep(min(LATEST_KILL_S, seconds / 3.0))
                killed.append(_kill_one(pool))
                time.sleep(min(60.0, seconds / 3.0))  # by then the new worker has settled
                sizes.append(_memory(pool))
                time.sleep(max(0.0, began_s + seconds - time.perf_counter()))
                sizes.append(_memory(pool))
            except OSError as error:
                errors.append(error)
            finally:
                unit.stop()

        attendant = threading.Thread(target=attend, daemon=True)
        attendant.start()
        unit.run()
        attendant.join()
    if errors:
        raise MediusError(f"The unit could not be watched: {errors[0]}.")
    if listener.engine is None or not any(stance.valid for stance in listener.stances):
        raise MediusError(
            f"The unit measured no stance on {clip.name}: the computer is too slow for the model, or nobody runs."
        )
    kill_s, recovered_s = killed[0]
    return LiveRun(
        workers,
        camera.nominal_fps,
        listener.engine,
        next(stance.at_s for stance in listener.stances if stance.valid) - began_s,
        sizes[0],
        sizes[1],
        recovered_s,
        len(listener.stances),
        lost_stances([s.contact_s for s in listener.stances if s.valid and -BEFORE_S < s.at_s - kill_s < AFTER_S]),
    )


def lost_stances(contacts_s: Sequence[float]) -> int:
    """How many are missing among those measured, by their contacts."""
    steps_s = [b - a for a, b in pairwise(contacts_s)]
    return sum(round(step_s / median(steps_s)) - 1 for step_s in steps_s)


def _unit(stack: ExitStack, camera: Camera, model_path: Path, workers: int) -> tuple[Unit, _Listener, PosePool]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="medius-bench-")))
    recorder = stack.enter_context(Recorder(folder / "medius.sqlite", SystemClock()))
    lamps = stack.enter_context(open_board(simulate=True)).lamps
    pool = stack.enter_context(PosePool(model_path, workers=workers, size=camera.size, reader=PelvicReader()))
    listener = _Listener(pool)
    start = SessionStart("benchmark", View.REAR, model_path.stem, 0.0)

    def measurement() -> Measurement:
        return Measurement(GaitTracker(GaitSettings()), Decider())

    unit = Unit(camera, pool, measurement, lamps, recorder, start, listener)
    return unit, listener, pool


def _speed(workers: int, readings: list[_Reading], engine: EngineFigures | None) -> Speed:
    if len(readings) < 2 or readings[-1].frames == readings[0].frames:
        raise MediusError("Too few frames were looked at to tell the speed: give it more --seconds.")
    first, last = readings[0], readings[-1]
    frames = last.frames - first.frames
    pose_s, line_s = last.pose_cpu_s - first.pose_cpu_s, last.line_cpu_s - first.line_cpu_s
    other_s = last.all_cpu_s - first.all_cpu_s - pose_s - line_s
    a_frame = 1e3 / frames
    fps = frames / (last.at_s - first.at_s)
    return Speed(workers, fps, pose_s * a_frame, line_s * a_frame, other_s * a_frame, engine)


def _memory(pool: PosePool) -> int:
    return sum(proportional_bytes(pid) for pid in (os.getpid(), *(worker.pid for worker in pool.stats().workers)))


def _kill_one(pool: PosePool) -> tuple[float, float]:
    """Kill the first worker; when, and how long until all are ready again."""
    victim, began_s = pool.stats().workers[0].pid, time.perf_counter()
    os.kill(victim, signal.SIGKILL)
    until_s = began_s + MOST_PATIENCE_S
    while any(worker.pid == victim or worker.isolation is None for worker in pool.stats().workers):
        if time.perf_counter() > until_s:
            raise OSError(f"a killed worker was not replaced within {MOST_PATIENCE_S:g} s")
        time.sleep(0.01)
    return began_s, time.perf_counter() - began_s
