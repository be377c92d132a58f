"""One line for every frame: of what there is, the best known."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from monitor.pelvis.belt import BeltReader
from monitor.pelvis.landmarks import landmark_line
from monitor.pelvis.network import NetworkReader
from monitor.vocabulary import PelvicLine, Pose


def best_line(*lines: PelvicLine | None) -> PelvicLine | None:
    """The line with the least uncertainty, own and shared together; None when there is none.

    Lines are not averaged: the landmarks' error is the drop itself and not noise about it, and beside a belt their
    weight would be a hundredth.
    """
    known = [line for line in lines if line is not None]
    return min(known, key=lambda line: math.hypot(line.sd_deg, line.shared_sd_deg), default=None)


@dataclass(frozen=True, slots=True)
class PelvicReader:
    """Reads the hip line of one frame: the belt where there is one, else the network, else the landmarks.

    Can be sent to a process.
    """

    belt: BeltReader = field(default_factory=BeltReader)
    network: NetworkReader = field(default_factory=NetworkReader)

    def __call__(self, image_rgb: npt.NDArray[np.uint8], pose: Pose) -> PelvicLine | None:
        """The best line known, its source named, or None.

        Args:
            image_rgb: (height, width, 3), the picture in which the pose was found, at full resolution.
            pose: of the same picture.
        """
        belt = self.belt(image_rgb, pose)
        network = self.network(image_rgb, pose) if belt is None else None
        return best_line(belt, network, landmark_line(pose))
