"""A worker's place in the pool, which outlasts the worker's process."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from monitor.pose.memory import MemoryWatch
from monitor.pose.messages import Answer, Job, Ready
from monitor.pose.process import WorkerProcess
from monitor.pose.slots import FrameSlots
from monitor.vocabulary import Observation

START_TIMEOUT_S = 120.0
"""The first import from a cold SD card takes long."""
DYING_S = 1.0
"""What a process may take to end by itself."""
TASKS_PER_DESK = 2
"""Of a recording: a worker that has answered finds the next picture there."""


@dataclass(slots=True)
class Task:
    """A frame on its way, without its picture."""

    index: int
    time_s: float
    epoch: int
    job: Job
    observation: Observation | None = None

    def conclude(self, answer: Answer) -> None:
        """Note what was seen in the frame."""
        seen = answer.sighting
        self.observation = Observation(self.index, self.time_s, seen.pose, answer.line, seen.reason, self.epoch)

    def give_up(self, reason: str) -> None:
        """Note that nobody will look at the frame."""
        self.observation = Observation(self.index, self.time_s, None, reason=reason, epoch=self.epoch)


class Desk:
    """Gives tasks to a worker, and a new worker to the tasks when the old one has died or hangs.

    :param start: a `Start`, pickled.
    :param clock: seconds, monotonic.
    """

    def __init__(self, start: bytes, slots: FrameSlots, clock: Callable[[], float]) -> None:
        self._start = start
        self._slots = slots
        self._clock = clock
        self._tasks: deque[Task] = deque()
        self.given = 0
        """Tasks until now."""
        self._begin()

    def _begin(self) -> None:
        self.process = WorkerProcess(self._start, self._slots)
        self._since_s = self._clock()
        self.memory = MemoryWatch(self.process.pid, self._since_s)

    @property
    def ready(self) -> bool:
        """Whether the worker has warmed up."""
        return self.process.isolation is not None

    @property
    def idle(self) -> bool:
        """Whether a task given now would be looked at now."""
        return self.ready and not self._tasks

    def overdue(self, patience_s: float) -> bool:
        """Whether the worker ought to have said something by now, if a task may take `patience_s`."""
        silent_s = self._clock() - self._since_s
        return silent_s > START_TIMEOUT_S if not self.ready else bool(self._tasks) and silent_s > patience_s

    @property
    def slots(self) -> list[int]:
        """Where the pictures of its tasks lie."""
        return [task.job.slot for task in self._tasks]

    def give(self, task: Task) -> None:
        """Hand over a task whose picture lies in its slot."""
        if not self._tasks and self.ready:
            self._since_s = self._clock()
        self.given += 1
        self._tasks.append(task)
        self.process.give(task.job)

    def hear(self) -> Ready | Answer | None:
        """What the worker said, after noting it; None when it has died. Call when its connection is readable."""
        message = self.process.hear()
        if isinstance(message, Answer):
            self._tasks.popleft().conclude(message)
        self._since_s = self._clock()
        return message

    def restart(self, reason: str, patience_s: float = 0.0) -> str:
        """End the process, which has `patience_s` to do so itself, give up what it was at, begin again with the rest.

        Returns how it ended.
        """
        ending = self.process.close(patience_s)
        if self.ready and self._tasks:
            self._tasks.popleft().give_up(reason)
        self._begin()
        for task in self._tasks:
            self.process.give(task.job)
        return ending
