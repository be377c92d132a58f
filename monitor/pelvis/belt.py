"""Reads the tilt of a bright strap, white or of any colour, that the runner wears over the hips.

The strap is found by what little else on a runner has: two edges at a constant distance, another colour between them
than above and below, all across the pelvis. A hem or the border of two garments has one such edge; a rail or a window
behind the runner ends where the body begins, or goes on beyond it; a shadow lightens no colour. A single bright band of
the clothes themselves, of a strap's thickness and at its height, is read as one.

The strap bends over the back and turns with the pelvis, so its tilt is taken at the middle of the pelvis. It rides on
skin and cloth that follow the hip joints with a slope of 0.98 to 0.99 on rendered runners. A shirt that hangs over it,
or a strap that slips during the run, is not noticed here.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.pelvis.edges import cut_band
from monitor.pelvis.region import hip_region
from monitor.pelvis.strap import crop_hips, rough_line
from monitor.pelvis.trace import Strap, trace
from monitor.vocabulary import PelvicLine, PelvicSource, Pose

LEAST_CONTRAST = 10.0
"""Grey levels [ours]: a pale strap on a white shirt has 15."""

MOST_RIVAL = 0.6
"""Strength of a second line [ours]: 0.27 at most with one strap, nearly 1 on a striped shirt."""

LEAST_LIGHTER = 3.0
"""Grey levels by which a bright strap lightens one colour at least, whatever it does to the others [ours]."""

OWN_SD_DEG = 0.1
"""What the fit cannot know, cloth and compression: all errors together have SD 0.10 to 0.21 on rendered runs, some of
them driven by motion capture [ours]."""

LEAST_BEND = 0.06
"""Of a strap over the whole back, per hip width; the part that is read bends less [ours]."""

MOST_SD_DEG = 1.5
"""A line known worse than this is withheld: too little of the strap is seen [ours]."""

SHARED_SD_DEG = 1.0
"""How far a strap sits askew before a standing calibration [ours]: one side 5 mm higher, over 32 cm, is 0.9°; and
0.4° for a strap's own error, which is the same in every stance (bias and response on rendered runners)."""

NOT_A_BELT = "no belt: "


@dataclass(frozen=True, slots=True)
class BeltReading:
    """A line, or the reason why there is none."""

    line: PelvicLine | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BeltReader:
    """Finds the belt in one picture; keeps nothing from picture to picture."""

    shared_sd_deg: float = SHARED_SD_DEG

    def __call__(self, image_rgb: npt.NDArray[np.uint8], pose: Pose) -> PelvicLine | None:
        """The strap's line, or None; `read` says why."""
        return self.read(image_rgb, pose).line

    def read(self, image_rgb: npt.NDArray[np.uint8], pose: Pose) -> BeltReading:
        """The strap's line, or why there is none.

        Args:
            image_rgb: (height, width, 3), the picture in which the pose was found, at full resolution.
            pose: where the hips are, to about 0.3 hip widths.

        Raises:
            ValueError: the pose was found in a picture of another size.
        """
        if image_rgb.shape != (pose.height, pose.width, 3):
            raise ValueError(f"the pose is of a {pose.width} x {pose.height} picture, this one is {image_rgb.shape}")
        region = hip_region(pose)
        if isinstance(region, str):
            return BeltReading(None, region)
        crop = crop_hips(image_rgb, region)
        rough = rough_line(crop)
        if rough is None:
            return BeltReading(None, "the picture ends too near the hips")
        if rough.contrast < LEAST_CONTRAST:
            return BeltReading(None, "no belt is seen")
        if rough.rival > MOST_RIVAL:
            return BeltReading(None, NOT_A_BELT + "several stripes alike")
        band = cut_band(crop, rough)
        if band.lighter < LEAST_LIGHTER or band.contrast < LEAST_CONTRAST:
            return BeltReading(None, NOT_A_BELT + "a stripe not brighter than the clothes")
        strap = trace(band)
        if isinstance(strap, str):
            return BeltReading(None, NOT_A_BELT + strap)
        line = self.line(strap)
        if line.sd_deg > MOST_SD_DEG:
            return BeltReading(None, NOT_A_BELT + "too little of a stripe is seen")
        return BeltReading(line)

    def line(self, strap: Strap) -> PelvicLine:
        """The strap's tilt where it is the pelvis's, and how far that can be trusted."""
        curve, at = strap.curve, strap.reference
        bend = max(LEAST_BEND, abs(float(curve.coefficients[2])))
        slope_sd = math.hypot(curve.slope_sd(at), 2.0 * bend * strap.reference_sd)
        sd_deg = math.hypot(OWN_SD_DEG, math.degrees(slope_sd))
        angle_deg = -math.degrees(math.atan(curve.slope(at)))
        return PelvicLine(angle_deg, sd_deg, PelvicSource.BELT, self.shared_sd_deg)
