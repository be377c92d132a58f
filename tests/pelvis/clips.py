"""Clips with truth: the bundled demo, and those beside the repository when they are there."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from monitor.vocabulary import Landmark, Pose

ROOT = Path(__file__).resolve().parents[2]
RENDERED = ROOT.parent / "shared" / "clips" / "rendered"
POSE_ERROR = 0.1
"""Hip widths, in each direction: more than the smallest pose network's own (0.04 sideways, 0.08 upward)."""

POINTS = {
    "hipL": Landmark.LEFT_HIP,
    "hipR": Landmark.RIGHT_HIP,
    "shoulderL": Landmark.LEFT_SHOULDER,
    "shoulderR": Landmark.RIGHT_SHOULDER,
}


@dataclass(frozen=True)
class Clip:
    name: str
    video: Path
    belt: bool
    hipline_deg: npt.NDArray[np.float64]
    points_px: dict[str, npt.NDArray[np.float64]]
    """(frames, 2) for every one of `POINTS`."""

    def frames(self, every: int) -> Iterator[tuple[int, npt.NDArray[np.uint8], Pose]]:
        """Number, RGB picture, and the true pose moved as a whole by a pose network's error."""
        rng = np.random.default_rng(0)
        capture = cv2.VideoCapture(str(self.video))
        for i in range(len(self.hipline_deg)):
            if not capture.grab():
                break
            if i % every:
                continue
            picture = cv2.cvtColor(capture.retrieve()[1], cv2.COLOR_BGR2RGB)
            hip_width_px = np.linalg.norm(self.points_px["hipL"][i] - self.points_px["hipR"][i])
            moved_px = rng.normal(0.0, POSE_ERROR * hip_width_px, 2)
            landmarks = np.full((33, 3), np.nan)
            size = picture.shape[1::-1]
            for name, point in POINTS.items():
                landmarks[point] = (*(self.points_px[name][i] + moved_px) / size, 1.0)
            yield i, np.asarray(picture, np.uint8), Pose(landmarks, *size)
        capture.release()


def demo() -> Clip:
    with (ROOT / "tests" / "data" / "demo_truth.csv").open() as file:
        rows = list(csv.DictReader(file))
    points = {p: np.array([[float(row[f"{p}_{axis}_px"]) for axis in "uv"] for row in rows]) for p in POINTS}
    hipline_deg = np.array([float(row["hipline_img_deg"]) for row in rows])
    return Clip("demo", ROOT / "monitor" / "demo" / "runner.mp4", True, hipline_deg, points)


def rendered() -> list[Clip]:
    """The clips with truth; an empty list where they are not."""
    clips = []
    for folder in sorted(RENDERED.glob("*")) if RENDERED.is_dir() else []:
        truth = np.load(folder / "truth.npz")
        names = list(truth["joint_names"])
        points = {p: truth["uv"][:, names.index(p)] for p in POINTS}
        clips.append(Clip(folder.name, folder / "video.mp4", "belt" in folder.name, truth["hipline_img_deg"], points))
    return clips
