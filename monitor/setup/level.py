"""A camera made level: what its picture would be with the axis horizontal and its right edge upright."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from monitor.setup.lens import FloatArray, Lens
from monitor.setup.verticals import Down


@dataclass(frozen=True, slots=True)
class Level:
    """Turns picture points into slopes right and down of the horizontal axis straight ahead."""

    rotation: FloatArray
    """(3, 3): rows are right, down and ahead in the camera's axes."""
    lens: Lens

    @classmethod
    def of(cls, down: Down, lens: Lens) -> Self:
        """By the direction of gravity."""
        vector = down.vector
        ahead = np.array([0.0, 0.0, 1.0]) - vector[2] * vector
        ahead /= np.linalg.norm(ahead)
        return cls(np.array([np.cross(vector, ahead), vector, ahead]), lens)

    def slopes(self, points_px: npt.ArrayLike, size: tuple[int, int]) -> FloatArray:
        """Of picture points (…, 2): (…, 2), right by ahead and down by ahead."""
        rays = self.lens.rays(points_px, size)
        turned = np.concatenate([rays, np.ones_like(rays[..., :1])], axis=-1) @ self.rotation.T
        slopes: FloatArray = turned[..., :2] / turned[..., 2:]
        return slopes

    def picture_angle_deg(self, direction: npt.ArrayLike, at: npt.ArrayLike) -> float:
        """At which a line along `direction` (3,; right, down, ahead) appears where the slopes are `at` (2,).

        + = its picture-right end higher.
        """
        along = np.asarray(direction) @ self.rotation
        x, y, z = np.append(at, 1.0) @ self.rotation
        return float(np.degrees(np.arctan2(-(along[1] - y / z * along[2]), along[0] - x / z * along[2])))
