"""Whether this installation is whole: two seconds of the bundled clip through all of it, and the sessions opened."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.camera import VideoFile
from monitor.errors import MediusError
from monitor.pelvis.belt import BeltReader
from monitor.pelvis.network import NetworkReader
from monitor.pose.pool import PosePool
from monitor.store import Recorder, SystemClock
from monitor.vocabulary import PelvicLine, Pose

CLIP_S = 2.0
LEAST_SEEN = 0.9
"""The clip's runner is in plain view in every picture of it."""


@dataclass(frozen=True, slots=True)
class BothWays:
    """The belt's line; the network is asked as well, though what it says of the runner with the belt is not needed."""

    belt: BeltReader = field(default_factory=BeltReader)
    network: NetworkReader = field(default_factory=NetworkReader)

    def __call__(self, image_rgb: npt.NDArray[np.uint8], pose: Pose) -> PelvicLine | None:
        """As `PelvicReader` is called."""
        self.network(image_rgb, pose)
        return self.belt(image_rgb, pose)


def measure_clip(clip: Path, model_path: Path, reader: BothWays | None = None) -> tuple[int, int]:
    """The pictures looked at, and those in which a runner and a belt were found.

    Raises MediusError for too few, PoseFault where a network cannot be used.
    """
    reader = reader or BothWays()
    looked = seen = 0
    with (
        VideoFile(clip) as video,
        PosePool(model_path, workers=1, size=video.size, reader=reader) as pool,
    ):
        first_s = None
        for observation in pool.observe(video):
            first_s = observation.time_s if first_s is None else first_s
            if observation.time_s - first_s > CLIP_S:
                break
            looked += 1
            seen += observation.pose is not None and observation.line is not None
    if seen < LEAST_SEEN * looked or not looked:
        raise MediusError(f"The bundled clip shows a runner in every picture, and {seen} of {looked} were found")
    return looked, seen


def open_sessions(database: Path) -> None:
    """Open a database for writing, migrating it if it must be. Raises StoreError."""
    Recorder(database, SystemClock()).close()
