"""The pose workers as one thing: frames in, observations out, in the order of the frames.

MediaPipe runs every call of a process through one thread, so workers are processes. Between the camera's picture and
the landmarker lies one copy, the conversion of colours into memory that the worker shares. It is made when the frame is
taken in, so that the camera can have its own memory back. A thread attends to the workers, so a frame that waits is
handed out the moment a worker is free, whatever the caller is doing.

Live (`offer`), a frame goes to the idle worker that has had the fewest, so that none loses sight of the runner; if none
is idle it waits, and the newest frame takes the place of the one that waited. In a recording (`submit`), frames go
round the workers in turn, two to each, and every worker is told the runner's place as it was a fixed number of frames
ago: the same recording gives the same result every time.
"""

import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from statistics import median
from types import TracebackType
from typing import Self

import cv2

from monitor.pose.desk import DYING_S, START_TIMEOUT_S, TASKS_PER_DESK, Desk, Task
from monitor.pose.isolation import Isolation
from monitor.pose.messages import Answer, Job, LandmarkerFactory, Reader, Start
from monitor.pose.region import Region
from monitor.pose.runner import Follower, Place
from monitor.pose.serving import mediapipe_landmarker
from monitor.pose.slots import FrameSlots
from monitor.pose.system import library_hint, missing_libraries
from monitor.pose.times import quantiles
from monitor.vocabulary import Frame, Observation, Quantiles

LIVE_PATIENCE_S = 1.0
"""A worker that is silent for longer hangs: found and replaced, it costs less than two seconds of a run."""
PATIENCE_MEDIANS = 10.0
"""On a slow computer, so many times what a picture usually takes; the first sight of a runner takes up to five."""
LONG_PATIENCE_S = 20.0
"""For a recording, where nobody waits, and until it is known what a picture usually takes."""
USUAL_PICTURES = 20
"""So many show what a picture usually takes."""
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60.0
TIMES_KEPT = 1000
ROUND_S = 0.2
"""How often the attendant looks for workers that hang or grow."""
RESTARTED = "pose worker restarted"
HUNG = "it was silent for too long"


class PoseFault(RuntimeError):  # noqa: N818 - reads as what is wrong
    """The pose workers cannot start or cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A frame whose picture lies in a slot."""

    index: int
    time_s: float
    epoch: int
    slot: int


@dataclass(frozen=True, slots=True)
class WorkerStats:
    """One worker as it is now."""

    pid: int
    isolation: Isolation | None
    """None while it starts."""
    private_bytes: int
    """Memory shared with nobody."""


@dataclass(frozen=True, slots=True)
class PoolStats:
    """Counts since the pool was made, and times over the last `TIMES_KEPT` pictures (None before the first)."""

    frames: int
    """Taken in, those dropped later included."""
    dropped: int
    restarts: int
    renewals: int
    """Workers replaced for their size while nobody ran."""
    last_failure: str | None
    """Why a worker was restarted last."""
    inference_s: Quantiles | None
    """One picture in a worker."""
    pose_cpu_s: float
    """Of the pose network, since the pool was made."""
    line_cpu_s: float
    """Of the reader."""
    workers: tuple[WorkerStats, ...]


class PosePool:
    """Pose workers that start with the pool and end with it.

    :param model_path: the `.task` file.
    :param workers: how many processes; the caller knows how many cores are free.
    :param size: (width, height) of every frame, pixels.
    :param reader: reads the hip line in the worker, from the full picture and the pose found in it.
    :param treadmill: where it is in the picture, if that is known: then nobody is the runner who is not on it.
    :param answer_timeout_s: a worker that takes longer over one picture is replaced; None finds it from what a picture
        usually takes.
    :param landmarker: makes what finds the pose.
    :param clock: seconds, monotonic.
    :raises PoseFault: when a worker cannot start.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        workers: int,
        size: tuple[int, int],
        reader: Reader | None = None,
        treadmill: Region | None = None,
        answer_timeout_s: float | None = None,
        landmarker: LandmarkerFactory = mediapipe_landmarker,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if workers < 1:
            raise ValueError(f"a pose pool has at least one worker, not {workers}")
        cv2.setNumThreads(1)  # more of them spin, and the workers need the cores
        self._clock = clock
        self._answer_timeout_s = answer_timeout_s
        self._room = workers * TASKS_PER_DESK
        self._slot_count = self._room + 1  # for the frame that waits
        start = pickle.dumps(Start(model_path, size, self._slot_count, landmarker, reader, treadmill))
        self._slots = FrameSlots(size, self._slot_count)

        self._change = threading.Condition()  # held by whoever touches what follows
        self._closed = False
        self._fault: PoseFault | None = None
        self._order: deque[Task] = deque()  # every task not delivered yet, in the order of frames
        self._waiting: _Arrived | None = None
        self._observations: list[Observation] = []
        self._follower = Follower(treadmill)
        self._places: deque[Place | None] = deque([None] * self._room, maxlen=self._room)
        self._frames = self._submitted = self._delivered = self._dropped = self._restarts = self._renewals = 0
        self._live = False
        self._renewing = False
        self._last_failure: str | None = None
        self._restarted_s: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._inference_s: deque[float] = deque(maxlen=TIMES_KEPT)
        self._pose_cpu_s = self._line_cpu_s = 0.0
        self._desks = [Desk(start, self._slots, clock) for _ in range(workers)]
        self._attendant = threading.Thread(target=self._attend, name="pose pool", daemon=True)
        try:
            self.isolation = self._wait_until_ready()
            """Of the worker that is isolated worst."""
        except BaseException:
            self.close()
            raise
        self._attendant.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<PosePool, {'closed' if self._closed else f'{len(self._desks)} workers'}>"

    def close(self) -> None:
        """End the workers and give up what they were at. Idempotent."""
        with self._change:
            if self._closed:
                return
            self._closed = True
            for desk in self._desks:
                desk.process.let_go()
            self._change.notify_all()
        if self._attendant.ident is not None:
            self._attendant.join()
        for desk in self._desks:
            desk.process.close(DYING_S)
        self._slots.close()

    def renew_fat_workers(self) -> None:
        """Replace workers that have grown, one at a time. Call it again and again, as long as nobody runs."""
        with self._change:
            self._renewing = True

    def offer(self, frame: Frame) -> bool:
        """Take a live frame, never waiting; False when an older frame that waited was dropped for it."""
        with self._change:
            self._check()
            displaced = self._waiting
            self._waiting = self._take_in(frame, None if displaced is None else displaced.slot)
            self._live = True
            self._frames += 1
            self._dropped += displaced is not None
            self._give_the_waiting()
            return displaced is None

    def submit(self, frame: Frame) -> None:
        """Take a frame of a recording, waiting until there is room for it; nothing is dropped."""
        with self._change:
            self._check()
            self._change.wait_for(lambda: self._over or len(self._order) < self._room)
            self._check()
            ahead = self._delivered - (self._submitted - self._room + 1)
            near = self._places[-1 - ahead]
            self._give(self._take_in(frame), self._desks[self._submitted % len(self._desks)], near)
            self._frames += 1
            self._submitted += 1

    def poll(self, timeout_s: float = 0.0) -> list[Observation]:
        """All observations that have not been fetched, in the order of frames; waits for the first one if need be."""
        with self._change:
            self._change.wait_for(lambda: self._over or self._observations, timeout_s)
            return self._fetch()

    def drain(self) -> list[Observation]:
        """Wait until every frame has been looked at, then the same as `poll`."""
        with self._change:
            self._change.wait_for(lambda: self._over or not (self._order or self._waiting))
            return self._fetch()

    def observe(self, frames: Iterable[Frame]) -> Iterator[Observation]:
        """The observations of a whole recording, dropping nothing."""
        for frame in frames:
            self.submit(frame)
            yield from self.poll()
        yield from self.drain()

    def stats(self) -> PoolStats:
        """Counts and times until now."""
        with self._change:
            return PoolStats(
                self._frames,
                self._dropped,
                self._restarts,
                self._renewals,
                self._last_failure,
                quantiles(self._inference_s),
                self._pose_cpu_s,
                self._line_cpu_s,
                tuple(WorkerStats(desk.process.pid, desk.process.isolation, desk.memory.bytes) for desk in self._desks),
            )

    @property
    def _over(self) -> bool:
        return self._closed or self._fault is not None

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault
        if self._over:
            raise PoseFault("the pose pool is closed")

    def _fetch(self) -> list[Observation]:
        if not self._observations:
            self._check()
        fetched, self._observations = self._observations, []
        return fetched

    def _give_the_waiting(self) -> None:
        idle = min((desk for desk in self._desks if desk.idle), key=lambda desk: desk.given, default=None)
        if self._waiting is not None and idle is not None:
            arrived, self._waiting = self._waiting, None
            self._give(arrived, idle, self._follower.place)

    def _take_in(self, frame: Frame, slot: int | None = None) -> _Arrived:
        """Copy a frame into `slot`, or else into one in which no picture lies."""
        if slot is None:
            taken = {slot for desk in self._desks for slot in desk.slots}
            slot = next(slot for slot in range(self._slot_count) if slot not in taken)
        self._slots.put(slot, frame)
        return _Arrived(frame.index, frame.time_s, frame.epoch, slot)

    def _give(self, arrived: _Arrived, desk: Desk, near: Place | None) -> None:
        task = Task(arrived.index, arrived.time_s, arrived.epoch, Job(arrived.slot, near))
        self._order.append(task)
        desk.give(task)

    def _deliver(self) -> None:
        while self._order and self._order[0].observation is not None:
            self._observations.append(self._follower.follow(self._order[0].observation))
            self._places.append(self._follower.place)
            self._delivered += 1
            self._order.popleft()

    def _wait_until_ready(self) -> Isolation:
        while not all(desk.ready for desk in self._desks):
            starting = [desk for desk in self._desks if not desk.ready]
            wait([desk.process.connection for desk in starting], ROUND_S)
            for desk in starting:
                if desk.process.connection.poll():
                    if desk.hear() is None:
                        ending = desk.process.close(DYING_S)
                        hint = library_hint(missing_libraries())
                        raise PoseFault(hint or f"a pose worker could not start: {ending}")
                elif desk.overdue(START_TIMEOUT_S):
                    raise PoseFault(f"a pose worker does not start: it has been silent for {START_TIMEOUT_S:g} seconds")
        known = (desk.process.isolation for desk in self._desks)
        return min(filter(None, known), key=lambda isolation: isolation.isolated)

    def _attend(self) -> None:
        with DefaultSelector() as workers:
            for desk in self._desks:
                workers.register(desk.process.connection, EVENT_READ, desk)
            round_s = time.monotonic()
            while not self._over:
                heard = workers.select(max(0.0, round_s + ROUND_S - time.monotonic()))
                with self._change:
                    try:
                        self._hear(workers, [key.data for key, _ in heard])
                        if time.monotonic() - round_s >= ROUND_S:
                            round_s = time.monotonic()
                            self._go_round(workers)
                    except Exception as error:  # noqa: BLE001 - it must reach the callers, who wait for this thread
                        self._fault = PoseFault(f"the pose workers cannot be attended to: {error}")
                    self._change.notify_all()

    def _hear(self, workers: DefaultSelector, desks: list[Desk]) -> None:
        for desk in desks:
            if self._over:
                return
            message = desk.hear()
            if message is None:
                self._replace(workers, desk, patience_s=DYING_S)
            elif isinstance(message, Answer):
                self._inference_s.append(message.cost.elapsed_s)
                self._pose_cpu_s += message.cost.pose_cpu_s
                self._line_cpu_s += message.cost.line_cpu_s
        self._deliver()
        self._give_the_waiting()

    def _go_round(self, workers: DefaultSelector) -> None:
        for desk in self._desks:
            desk.memory.look(self._clock())
            if desk.overdue(self._answer_timeout_s or LIVE_PATIENCE_S) and desk.overdue(self._patience_s()):
                self._replace(workers, desk, HUNG)
            elif desk.memory.bursting:
                self._replace(workers, desk, f"it held {desk.memory.bytes >> 20} MiB")
            elif desk.memory.fat and self._renewing and all(other.ready for other in self._desks):
                self._renewals += 1
                self._begin_again(workers, desk)
        self._renewing = False

    def _patience_s(self) -> float:
        if self._answer_timeout_s is not None:
            return self._answer_timeout_s
        if not self._live or len(self._inference_s) < USUAL_PICTURES:
            return LONG_PATIENCE_S
        return max(LIVE_PATIENCE_S, PATIENCE_MEDIANS * median(self._inference_s))

    def _replace(self, workers: DefaultSelector, desk: Desk, cause: str | None = None, patience_s: float = 0.0) -> None:
        ending = self._begin_again(workers, desk, patience_s)
        self._last_failure = cause or ending
        self._restarts += 1
        self._restarted_s.append(self._clock())
        since_oldest_s = self._restarted_s[-1] - self._restarted_s[0]
        if len(self._restarted_s) == MOST_RESTARTS and since_oldest_s <= RESTARTS_WITHIN_S:
            self._fault = PoseFault(
                f"the pose workers failed {MOST_RESTARTS} times within a minute: {self._last_failure}"
            )

    def _begin_again(self, workers: DefaultSelector, desk: Desk, patience_s: float = 0.0) -> str:
        workers.unregister(desk.process.connection)
        ending = desk.restart(RESTARTED, patience_s)
        workers.register(desk.process.connection, EVENT_READ, desk)
        return ending
