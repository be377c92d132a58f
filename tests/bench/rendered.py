"""Rendered runners with exact truth, through the real pose network: the figures of limbs and of the pelvic line."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.analysis import measure
from monitor.camera import VideoFile
from monitor.export.document import Result
from monitor.gait import GaitSettings
from monitor.gait.axes import outward
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.weights import Model, ensure_model
from monitor.vocabulary import Landmark, Observation, Side
from tests.bench.mocap import SHARED

FloatArray = npt.NDArray[np.float64]
LETTER = {Side.LEFT: "L", Side.RIGHT: "R"}


@dataclass(frozen=True)
class Clip:
    """A rendered run: its video, its truth, its camera."""

    folder: Path
    roll_deg: float = 0.0

    @property
    def name(self) -> str:
        return self.folder.name

    def truth(self) -> dict[str, FloatArray]:
        with np.load(self.folder / "truth.npz", allow_pickle=True) as data:
            return {name: data[name] for name in data.files}

    def events(self) -> dict[Side, list[tuple[float, float]]]:
        """Contact and toe-off of every whole stance."""
        found: dict[Side, list[tuple[float, float]]] = {side: [] for side in Side}
        contact: dict[str, float] = {}
        with (self.folder / "events.csv").open() as file:
            for row in csv.DictReader(file):
                if row["event"] == "foot_strike":
                    contact[row["side"]] = float(row["time_s"])
                elif row["event"] == "toe_off" and row["side"] in contact:
                    side = Side.LEFT if row["side"] == "L" else Side.RIGHT
                    found[side].append((contact.pop(row["side"]), float(row["time_s"])))
        return found

    def true_means(self, column: str) -> dict[Side, float]:
        """Mean over stances of the peak of a truth column; `{S}` in its name stands for the side's letter."""
        truth, events = self.truth(), self.events()
        means = {}
        for side in Side:
            values = truth[column.format(S=LETTER[side])]
            if column == "hipline_img_deg":
                values = outward(side) * (values - self.roll_deg)
            elif column == "trunk_lean_img_deg":  # a level line's right end up turns an upright trunk to the left
                values = outward(side) * (values + self.roll_deg)
            time_s = truth["t"]
            peaks = [values[(time_s >= on) & (time_s <= off)].max() for on, off in events[side]]
            means[side] = float(np.mean(peaks))
        return means


def clips(root: Path = SHARED / "clips" / "rendered") -> Iterator[Clip]:
    """The runs among the clips of a folder; none where it is absent."""
    for meta in sorted(root.glob("*/meta.json")):
        arguments = json.loads(meta.read_text())["args"]
        if arguments["mode"] == "run" and arguments["view"] == "rear":
            yield Clip(meta.parent, float(arguments["cam_roll"]))


def observe(clip: Clip, model: Model = Model.LITE) -> list[Observation]:
    """All frames through the pose network and the belt reader."""
    with (
        VideoFile(clip.folder / "video.mp4") as video,
        PosePool(ensure_model(model), workers=os.cpu_count() or 1, size=video.size, reader=PelvicReader()) as pool,
    ):
        return list(pool.observe(video))


def result(clip: Clip, observations: list[Observation]) -> Result:
    """The clip measured."""
    return measure(clip.name, observations, None, GaitSettings(roll_deg=clip.roll_deg), lambda _done, _count: None)


@dataclass(frozen=True)
class Figures:
    """One clip's."""

    detected: float
    sides_right: float
    """Frames whose knees and ankles lie nearer to their own truth than to the other side's."""
    stances_right: float
    """Stances found at a true contact of their own side, over all true and found."""
    cadence_error_spm: float
    errors_deg: dict[str, dict[Side, float]]
    drop_held: dict[Side, bool]


def figures(clip: Clip, observations: list[Observation]) -> Figures:
    measured, truth, events = result(clip, observations), clip.truth(), clip.events()
    poses = [o.pose for o in observations]
    means = {
        "knee_collapse_deg": clip.true_means("fppa_img_{S}_deg"),
        "trunk_lean_deg": clip.true_means("trunk_lean_img_deg"),
        "pelvic_drop_deg": clip.true_means("hipline_img_deg"),
    }
    errors = {
        name: {side: (measured.summary[side][name].mean or np.nan) - mean[side] for side in Side}
        for name, mean in means.items()
    }
    contacts = sorted((on, side) for side in Side for on, _ in events[side])
    found = [s for s in measured.stances if s.valid]
    right = sum(any(abs(on - s.contact_s) < 0.1 and side is s.side for on, side in contacts) for s in found)
    steps = np.diff([on for on, _ in contacts])
    intervals = {side: measured.summary[side]["pelvic_drop_deg"].ci95 or (np.nan, np.nan) for side in Side}
    return Figures(
        float(np.mean([pose is not None for pose in poses])),
        _sides_right(truth, observations),
        right / max(len(contacts), len(found)),
        (measured.cadence_spm or np.nan) - 60.0 / float(np.mean(steps)),
        errors,
        {side: intervals[side][0] <= means["pelvic_drop_deg"][side] <= intervals[side][1] for side in Side},
    )


def _sides_right(truth: dict[str, FloatArray], observations: list[Observation]) -> float:
    names = [str(name) for name in truth["joint_names"]]
    own = other = 0.0
    right = []
    for o in observations:
        if o.pose is None or o.index >= len(truth["uv"]):
            continue
        pixels = o.pose.landmarks[:, :2] * [o.pose.width, o.pose.height]
        own = other = 0.0
        for joint in ("HIP", "KNEE", "ANKLE"):
            for side in Side:
                point = pixels[Landmark[f"{side.name}_{joint}"]]
                own += float(np.linalg.norm(point - truth["uv"][o.index, names.index(joint.lower() + LETTER[side])]))
                other += float(
                    np.linalg.norm(point - truth["uv"][o.index, names.index(joint.lower() + LETTER[side.other])])
                )
        right.append(own <= other)
    return float(np.mean(right))


def main(root: str | None = None, model: str = Model.LITE) -> None:
    """Every clip, and over all of them the limbs' errors of a side's mean."""
    found = clips() if root is None else clips(Path(root))
    all_errors: dict[str, list[float]] = {}
    for clip in found:
        f = figures(clip, observe(clip, Model(model)))
        print(
            f"{clip.name:26s} detected {100 * f.detected:.1f} %, sides {100 * f.sides_right:.1f} %, "
            f"stances {100 * f.stances_right:.1f} %, cadence {f.cadence_error_spm:+.2f} spm"
        )
        for name, errors in f.errors_deg.items():
            left, right = (f"{errors[side]:+.2f}" for side in Side)
            held = f", interval holds: {[f.drop_held[s] for s in Side]}" if name == "pelvic_drop_deg" else ""
            print(f"    {name:20s} error left {left}, right {right} deg{held}")
            all_errors.setdefault(name, []).extend(e for e in errors.values() if np.isfinite(e))
    for name, values in all_errors.items():
        size = np.abs(values)
        print(f"{name:20s} {len(size)} sides: |error| mean {size.mean():.2f}, 95 % {np.quantile(size, 0.95):.2f} deg")


if __name__ == "__main__":
    main(*sys.argv[1:])
