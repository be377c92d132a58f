"""How the engine does: what becomes of the frames between their arrival and what is decided because of them."""

import math
from collections import deque
from collections.abc import Callable

from monitor.camera import Camera
from monitor.camera.clock import ClockWatch
from monitor.gait import GaitTracker
from monitor.machine import temperature_c, throttled
from monitor.pose.pool import PosePool
from monitor.pose.times import quantiles
from monitor.vocabulary import EngineFigures

AGES_KEPT = 1000
HEADROOM = 0.95
"""Of what the workers can look at; the rest is for a picture that takes longer [ours]."""
BEHIND = 0.03
"""Part of the frames that may be lost before the workers count as too slow for the camera [ours]."""


class Engine:
    """Follows frames by their index. `arrived` is for the camera's thread, the rest for the one that decides."""

    def __init__(self, camera: Camera, pool: PosePool, model: str, clock: Callable[[], float]) -> None:
        self._camera = camera
        self._pool = pool
        self._model = model
        self._clock = clock
        self.watch = ClockWatch(clock)
        """The camera's clock."""
        self._arrivals: deque[tuple[int, float]] = deque()
        self._frames_before = self._dropped_before = 0
        self._ages_s: deque[float] = deque(maxlen=AGES_KEPT)

    @property
    def silent_s(self) -> float:
        """How long no frame has arrived, of those that were not looked at yet."""
        return self._clock() - (self._arrivals[-1][1] if self._arrivals else -math.inf)

    @property
    def dropped(self) -> int:
        """Frames lost so far: the workers were busy, or the camera left them out."""
        return self._pool.stats().dropped + self._camera.skipped

    def keep_up(self) -> None:
        """Slow a camera that gives more frames than the workers look at: equally far apart is better than with gaps."""
        stats = self._pool.stats()
        frames, lost = stats.frames - self._frames_before, stats.dropped - self._dropped_before
        self._frames_before, self._dropped_before = stats.frames, stats.dropped
        if stats.inference_s is not None and lost > BEHIND * frames:
            self._camera.pace(HEADROOM * len(stats.workers) / stats.inference_s.median)

    def arrived(self, index: int) -> None:
        """A frame has come from the camera."""
        self._arrivals.append((index, self._clock()))

    def decided(self, index: int) -> None:
        """Note how long after its arrival the frame was decided on; those before it were dropped and are forgotten."""
        while self._arrivals and self._arrivals[0][0] < index:
            self._arrivals.popleft()
        if self._arrivals and self._arrivals[0][0] == index:
            self._ages_s.append(self._clock() - self._arrivals.popleft()[1])

    def figures(self, tracker: GaitTracker, warning: str | None = None) -> EngineFigures:
        """As they are now."""
        stats = self._pool.stats()
        return EngineFigures(
            model=self._model,
            isolation=self._pool.isolation.reason,
            frames=tracker.frames,
            dropped=stats.dropped + self._camera.skipped,
            fps=tracker.fps,
            inference_s=stats.inference_s,
            age_s=quantiles(self._ages_s),
            restarts=stats.restarts,
            last_failure=stats.last_failure,
            worker_bytes=tuple(worker.private_bytes for worker in stats.workers),
            clock_faults=self.watch.faults,
            temperature_c=temperature_c(),
            throttled=throttled(),
            warning=warning,
        )
