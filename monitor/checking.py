"""A control check at a camera: what is seen goes to the guide; what it says, to lamps, buzzer and whoever looks."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from monitor.camera import Camera
from monitor.coach.check import Watch, body
from monitor.coach.check.guide import ASKED, RECORDING_OVER, Beep, Guide, Seen
from monitor.control import RefusedError
from monitor.cues.lamps import Lamps
from monitor.gait import GaitSettings
from monitor.onlookers import Heartbeat
from monitor.pose.pool import PosePool
from monitor.store import Recorder
from monitor.vocabulary import LampState, Observation

BEEPS: Mapping[Beep, tuple[float, ...]] = {
    Beep.GO: (0.25,),
    Beep.COUNTED: (0.12, 0.12, 0.12),
    Beep.NOT_COUNTED: (0.12, 0.12, 0.12, 0.12, 0.12),
    Beep.CHANGE: (1.0,),
    Beep.DONE: (1.0, 0.4, 1.0),
    Beep.STOPPED: (1.0, 0.4, 1.0, 0.4, 1.0),
}
"""Seconds on, off, on…: told apart by number and length, for the buzzer has one tone."""
BETWEEN_S = 1.0
"""Of silence, before the next of two things that are to be heard."""
SHOWN_S = 4.0
"""So long the end of a check is shown before the unit measures again [ours]."""
ON = "a control check is on"


@dataclass(frozen=True, slots=True)
class CheckWish:
    """A control check that was asked for."""

    runner_id: str


def sound(beeps: Iterable[Beep]) -> tuple[float, ...]:
    """One pattern for several things that are to be heard."""
    return tuple(chain(*((*BEEPS[beep], BETWEEN_S) for beep in beeps)))[:-1]


class GuidedCheck:
    """Leads somebody through a control check.

    :param settings: how the camera stands.
    :param roll_sd_deg: of the roll in `settings`; None where it was taken for level.
    :param network: the size of the pose network in `pool`.
    :param keep: takes the result when there is one. Raises RefusedError.
    """

    def __init__(
        self,
        camera: Camera,
        pool: PosePool,
        settings: GaitSettings,
        roll_sd_deg: float | None,
        network: str,
        heartbeat: Heartbeat,
        keep: Callable[[Mapping[str, Any]], object],
    ) -> None:
        self._camera = camera
        self._pool = pool
        self._view = settings.view
        self._watch = Watch(settings)
        self._guide = Guide(settings.view, network, roll_sd_deg)
        self._heartbeat = heartbeat
        self._keep = keep
        self._lock = threading.Lock()
        self._kept = False
        self._complaint = ""

    def stop(self) -> None:
        """End it soon and keep nothing; from any thread. A check that is over stays as it ended."""
        with self._lock:
            self._guide.stop()

    def stage(self) -> dict[str, Any]:
        """Where it is, in plain values; from any thread."""
        with self._lock:
            stage = asdict(self._guide.stage)
            return {**stage, "view": str(self._view), "kept": self._kept, "complaint": self._complaint}

    def run(self, lamps: Lamps, recorder: Recorder) -> None:
        """Guide until it is over; show for a while that it is, unless it was stopped. Raises CameraError, PoseFault."""
        give = self._pool.offer if self._camera.live else self._pool.submit
        recorder.state(LampState.CHECKING, ON)
        over_s = None
        for frame in self._camera:
            lamps.status(LampState.CHECKING, ON)
            recorder.alive()
            give(frame)
            for observation in self._pool.poll():
                self._take(observation, lamps)
            if self._guide.over:
                over_s = frame.time_s if over_s is None else over_s
                self._keep_result()
                if self._guide.ended_because == ASKED or frame.time_s - over_s >= SHOWN_S:
                    return
        for observation in self._pool.drain():
            self._take(observation, lamps)
        with self._lock:
            self._guide.stop(RECORDING_OVER)
        self._keep_result()

    def _take(self, observation: Observation, lamps: Lamps) -> None:
        reps = self._watch.push(observation)
        watch = self._watch
        seen = Seen(observation.time_s, watch.reason, watch.side, watch.depth, reps, dict(watch.touches))
        with self._lock:
            beeps = self._guide.see(seen)
        lamps.point(self._guide.lamp, sound(beeps))
        self._heartbeat.observation(observation)

    def _keep_result(self) -> None:
        """Hand the result over, once."""
        result = self._guide.result
        if result is None or self._kept or self._complaint:
            return
        try:
            self._keep(body(result))
        except RefusedError as error:
            with self._lock:
                self._complaint = str(error)
        else:
            with self._lock:
                self._kept = True
