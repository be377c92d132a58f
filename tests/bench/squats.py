"""Rendered single-leg squats with exact truth, through the real pose network: reps, depth, and the angles at 8 %.

Runs among the clips are the control: no squat may be found in them.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from monitor.camera import VideoFile
from monitor.coach.check import AT_DEPTH, Part, Rep, Watch, leg, level_of
from monitor.gait import GaitSettings
from monitor.gait.axes import outward
from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.weights import Model, ensure_model
from monitor.vocabulary import Side, View
from tests.bench.mocap import SHARED
from tests.bench.rendered import LETTER, FloatArray

NEAR_S = 0.5
"""A squat whose bottom is within this of a true one's is that one."""


@dataclass(frozen=True)
class TrueSquat:
    """One squat as it was rendered."""

    side: Side
    bottom_s: float
    depth: float
    """Hips in the picture against the leg in the picture, hip joint to ankle."""
    angles_deg: dict[Part, float]
    """Where the hips are down by `AT_DEPTH` on the way down; NaN where they do not go so far."""


@dataclass(frozen=True)
class SquatClip:
    """A rendered clip, of squats or of a run."""

    folder: Path
    squats: bool
    settings: GaitSettings

    def truth(self) -> list[TrueSquat]:
        """Every squat in time order."""
        with np.load(self.folder / "truth.npz", allow_pickle=True) as data:
            truth = {name: data[name] for name in data.files}
        with (self.folder / "events.csv").open() as file:
            events = list(csv.DictReader(file))
        found = []
        for side in Side:
            times = [
                sorted(float(e["time_s"]) for e in events if (e["side"], e["event"]) == (LETTER[side], f"rep_{name}"))
                for name in ("start", "bottom", "end")
            ]
            found += [self._squat(truth, side, *moments) for moments in zip(*times, strict=True)]
        return sorted(found, key=lambda squat: squat.bottom_s)

    def _squat(
        self, truth: dict[str, FloatArray], side: Side, start_s: float, bottom_s: float, end_s: float
    ) -> TrueSquat:
        time_s, letter = truth["t"], LETTER[side]
        names = [str(name) for name in truth["joint_names"]]
        at = {joint: truth["uv"][:, names.index(joint)] for joint in ("hipL", "hipR", f"ankle{letter}")}
        inside = (time_s >= start_s) & (time_s <= end_s)
        leg_px = np.linalg.norm(at[f"hip{letter}"] - at[f"ankle{letter}"], axis=1)[inside].max()
        down_px = (at["hipL"][:, 1] + at["hipR"][:, 1]) / 2.0
        standing_px = down_px[(time_s >= start_s - 0.2) & (time_s <= start_s + 0.3)].min()
        depth = (down_px - standing_px) / leg_px
        way_down = (time_s >= start_s) & (time_s <= bottom_s)
        mirror = -1 if self.settings.view is View.FRONT else 1
        roll = self.settings.roll_deg
        courses = {
            Part.PELVIS: outward(side) * mirror * (truth["hipline_img_deg"] - roll),
            Part.KNEE: truth[f"fppa_img_{letter}_deg"],
            Part.TRUNK: outward(side) * mirror * (truth["trunk_lean_img_deg"] + roll),
        }
        deep_enough = depth[way_down].max() >= AT_DEPTH
        angles = {
            part: float(np.interp(AT_DEPTH, depth[way_down], course[way_down])) if deep_enough else np.nan
            for part, course in courses.items()
        }
        return TrueSquat(side, bottom_s, float(depth[inside].max()), angles)

    def reps(self, model: Model) -> list[Rep]:
        """What the check finds."""
        return reps_in(self.folder / "video.mp4", self.settings, model)


def reps_in(video_path: Path, settings: GaitSettings, model: Model) -> list[Rep]:
    """What the check finds in a video."""
    watch = Watch(settings)
    with (
        VideoFile(video_path) as video,
        PosePool(ensure_model(model), workers=os.cpu_count() or 1, size=video.size, reader=PelvicReader()) as pool,
    ):
        return [rep for observation in pool.observe(video) for rep in watch.push(observation)]


def squat_clips(root: Path = SHARED / "clips" / "rendered") -> Iterator[SquatClip]:
    """The clips of a folder, squats first; none where it is absent."""
    found = []
    for meta in root.glob("*/meta.json"):
        given = json.loads(meta.read_text())["args"]
        settings = GaitSettings(View(given["view"]), float(given["cam_roll"]))
        found.append(SquatClip(meta.parent, given["mode"] == "squat", settings))
    yield from sorted(found, key=lambda clip: (not clip.squats, clip.folder.name))


@dataclass(frozen=True)
class SquatFigures:
    """One clip's."""

    true: int
    found: int
    matched: int
    """Found on the right leg at the right time."""
    depth_errors: list[float]
    """Of the squats matched, in leg lengths."""
    angle_errors_deg: dict[tuple[Side, Part], float]
    """Of the mean over the squats matched, too deep or too shallow ones among them."""
    held: dict[tuple[Side, Part], bool]
    """Whether the 95 % interval holds the truth."""
    same_level: dict[tuple[Side, Part], bool]
    """Whether the level is that of the truth."""


def squat_figures(clip: SquatClip, model: Model) -> SquatFigures:
    """A clip of squats against its truth."""
    truth, reps = clip.truth(), clip.reps(model)
    pairs = [
        (true, rep)
        for true in truth
        for rep in reps
        if true.side is rep.side and abs(true.bottom_s - rep.bottom_s) < NEAR_S
    ]
    errors, held, same_level = {}, {}, {}
    for side in Side:
        of_leg = leg([replace(rep, reason=None) for _, rep in pairs if rep.side is side], network=str(model))
        for part in Part:
            true_deg = float(np.mean([true.angles_deg[part] for true, _ in pairs if true.side is side]))
            statistic = of_leg.parts[part]
            if statistic.mean is None or statistic.ci95 is None or not np.isfinite(true_deg):
                continue
            errors[side, part] = statistic.mean - true_deg
            held[side, part] = statistic.ci95[0] <= true_deg <= statistic.ci95[1]
            same_level[side, part] = level_of(part, statistic.mean) is level_of(part, true_deg)
    depths = [rep.depth - true.depth for true, rep in pairs]
    return SquatFigures(len(truth), len(reps), len(pairs), depths, errors, held, same_level)


def main(root: str | None = None, model: str = Model.HEAVY) -> None:
    """Every clip, and over all of them depth and angles."""
    depths: list[float] = []
    errors: dict[Part, list[float]] = {part: [] for part in Part}
    differences: dict[Part, list[float]] = {part: [] for part in Part}
    held: dict[Part, list[bool]] = {part: [] for part in Part}
    same_level: dict[Part, list[bool]] = {part: [] for part in Part}
    for clip in squat_clips() if root is None else squat_clips(Path(root)):
        if not clip.squats:
            print(f"{clip.folder.name:26s} a run: {len(clip.reps(Model(model)))} squats found", flush=True)
            continue
        f = squat_figures(clip, Model(model))
        depths += f.depth_errors
        print(
            f"{clip.folder.name:26s} {f.true} squats, {f.found} found, {f.matched} of them right; depth off by "
            f"{100 * np.mean(np.abs(f.depth_errors)):.1f} % of the leg on average",
            flush=True,
        )
        for part in Part:
            of = {side: f.angle_errors_deg[side, part] for side in Side if (side, part) in f.angle_errors_deg}
            said = ", ".join(f"{side} {error:+.1f}" for side, error in of.items()) or "withheld"
            print(f"    {part:8s} error of the mean at 8 %: {said} deg")
            errors[part] += of.values()
            held[part] += [so for (_, name), so in f.held.items() if name is part]
            same_level[part] += [so for (_, name), so in f.same_level.items() if name is part]
            if len(of) == len(Side):
                differences[part].append(of[Side.LEFT] - of[Side.RIGHT])
    if not depths:
        return
    size = np.abs(depths)
    print(
        f"depth    {len(size)} squats: |error| mean {100 * size.mean():.2f}, 95 % {100 * np.quantile(size, 0.95):.2f} %"
    )
    for part in Part:
        size, apart = np.abs(errors[part]), np.abs(differences[part])
        if len(size):
            print(
                f"{part:8s} {len(size)} legs: |error| mean {size.mean():.2f}, rms {np.sqrt(np.mean(size**2)):.2f}, "
                f"worst {size.max():.2f} deg; left less right: mean {apart.mean():.2f}, worst {apart.max():.2f}; "
                f"interval holds {sum(held[part])}, level right {sum(same_level[part])}"
            )
