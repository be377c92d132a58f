"""What is read, drawn over frames of the test: at the greatest tilt of some runners, and where it is most wrong."""

import json
import math
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Observation, PelvicLine
from tests.bench.pelvis import ours
from tests.bench.rendered import Clip, FloatArray, observe

SHOWN = 8
TILE_PX = 240
REACH = 1.9
"""Hip widths from the middle of the hips to a tile's edge."""
WHITE, GREEN = (255, 255, 255), (0, 230, 0)

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Reading:
    """A frame that was read."""

    clip: Clip
    index: int
    line: PelvicLine
    true_deg: float

    @property
    def error_deg(self) -> float:
        return abs(self.line.angle_deg - self.true_deg)


def main(root: str, out: str) -> None:
    """A row of the greatest tilts and a row of the greatest errors, one frame of a clip, into the PNG `out`."""
    metas = sorted(meta for meta in Path(root).glob("*-*-*/meta.json") if meta.parent.suffix != ".part")
    people = [list(group) for _, group in groupby(metas, lambda meta: meta.parent.name.split("-")[:3])]
    if not people:
        raise SystemExit(f"There are no clips in {root}: make them with `python -m training clips`.")
    tilts, errors = [], []
    for metas_of_one in people:
        clip = Clip(metas_of_one[-1].parent, float(json.loads(metas_of_one[-1].read_text())["args"]["cam_roll"]))
        read = readings(clip, observe(clip))
        if read:
            tilts.append(max(read, key=lambda reading: abs(reading.true_deg - clip.roll_deg)))
            errors.append(max(read, key=lambda reading: reading.error_deg))
            print(f"{clip.name:28s} worst frame {errors[-1].error_deg:.1f} deg", flush=True)
    tilts = [tilts[n] for n in np.linspace(0, len(tilts) - 1, min(SHOWN, len(tilts))).round().astype(int)]
    errors = sorted(errors, key=lambda reading: -reading.error_deg)[: len(tilts)]
    rows = [np.hstack([tile(reading) for reading in row]) for row in (tilts, errors)]
    if not cv2.imwrite(out, np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise SystemExit(f"{out} cannot be written.")


def readings(clip: Clip, observations: list[Observation]) -> list[Reading]:
    truth_deg: FloatArray = clip.truth()["hipline_img_deg"]
    lines = [(o.index, ours(o)) for o in observations]
    return [Reading(clip, n, line, float(truth_deg[n])) for n, line in lines if line is not None]


def tile(reading: Reading) -> Image:
    """The hips of a frame: white the truth, green what is read."""
    truth = reading.clip.truth()
    names = [str(name) for name in truth["joint_names"]]
    hips = truth["uv"][reading.index, [names.index("hipL"), names.index("hipR")]]
    hip_width_px = float(truth["hipwidth_px"][reading.index])
    scale = TILE_PX / (2.0 * REACH * hip_width_px)
    placing = np.column_stack([scale * np.eye(2), TILE_PX / 2.0 - scale * hips.mean(axis=0)])
    drawn = np.asarray(
        cv2.warpAffine(
            frame(reading), placing, (TILE_PX, TILE_PX), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )
    for angle_deg, colour, thickness in ((reading.true_deg, WHITE, 3), (reading.line.angle_deg, GREEN, 2)):
        along = (
            0.9
            * hip_width_px
            * scale
            * np.array([math.cos(math.radians(angle_deg)), -math.sin(math.radians(angle_deg))])
        )
        ends = [(TILE_PX / 2.0 + sign * along).round().astype(int).tolist() for sign in (-1.0, 1.0)]
        cv2.line(drawn, ends[0], ends[1], colour, thickness, cv2.LINE_AA)
    cv2.rectangle(drawn, (0, 0), (TILE_PX, 20), (0, 0, 0), -1)
    within = 1.96 * math.hypot(reading.line.sd_deg, reading.line.shared_sd_deg)
    text = f"true {reading.true_deg:+.1f}  read {reading.line.angle_deg:+.1f} +- {within:.1f}"
    cv2.putText(drawn, text, (4, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.45, WHITE, 1, cv2.LINE_AA)
    return drawn


def frame(reading: Reading) -> Image:
    capture = cv2.VideoCapture(str(reading.clip.folder / "video.mp4"))
    for _ in range(reading.index):
        capture.grab()
    found, image = capture.read()
    if not found:
        raise SystemExit(f"Frame {reading.index} of {reading.clip.name} cannot be read.")
    return np.asarray(image, np.uint8)
