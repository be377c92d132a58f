"""Left is left with the real network: runners seen from behind, rendered and filmed, and one picture's mirror image."""

import csv
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from monitor.camera import VideoFile
from monitor.gait import GaitSettings, GaitTracker
from monitor.pose.pool import PosePool
from monitor.vocabulary import Frame, Landmark, Observation, Side, Stance
from tests.bench import rendered
from tests.bench.mocap import SHARED
from tests.bench.rendered import LETTER

FloatArray = npt.NDArray[np.float64]
ROOT = Path(__file__).resolve().parents[2]
DEMO_CLIP = ROOT / "monitor" / "demo" / "runner.mp4"
FRAMES = 300
FILMED = SHARED / "clips" / "real" / "rear_run_snow_sinankiliclar.mp4"


def observe(
    path: Path, model: Path, count: int | None = None, change: Callable[[Frame], Frame] = lambda frame: frame
) -> list[Observation]:
    with VideoFile(path) as video, PosePool(model, workers=os.cpu_count() or 1, size=video.size) as pool:
        return list(pool.observe(map(change, islice(video, count))))


def mirrored(frame: Frame) -> Frame:
    return replace(frame, image=np.ascontiguousarray(frame.image[:, ::-1]))


def follow(observations: list[Observation], settings: GaitSettings | None = None) -> tuple[GaitTracker, list[Stance]]:
    tracker = GaitTracker(settings or GaitSettings())
    stances = [stance for observation in observations for stance in tracker.push(observation)]
    return tracker, stances + tracker.finish()


def true_stances(events: Path, until_s: float) -> list[tuple[Side, float, float]]:
    """Side, contact and toe-off of the stances that are whole in the frames."""
    contact_s: dict[str, float] = {}
    found = []
    with events.open() as file:
        for row in csv.DictReader(file):
            time_s = float(row["time_s"])
            if row["event"] == "foot_strike":
                contact_s[row["side"]] = time_s
            elif row["side"] in contact_s and time_s < until_s:
                found.append((Side.LEFT if row["side"] == "L" else Side.RIGHT, contact_s[row["side"]], time_s))
    return found


def sides_hold(stances: list[Stance], true: list[tuple[Side, float, float]]) -> None:
    """Every stance is one of its own side, and at most the two at the ends are missing."""
    middles = [(s.side, s.midstance_s) for s in stances if s.valid]
    whole = [any(side is own and on < at < off for own, on, off in true) for side, at in middles]
    assert all(whole[1:-1])
    assert len(middles) >= len(true) - 2
    assert all(before is not after for (before, _), (after, _) in pairwise(middles))


def exchanged(observations: list[Observation], joint: str, true_px: dict[Side, FloatArray]) -> float:
    """Part of the frames in which both points of a joint lie nearer to their true places when they are exchanged."""
    frames = [(o.index, o.pose) for o in observations if o.pose is not None]
    rows = [index for index, _ in frames]
    seen_px = {
        side: np.array([p.landmarks[Landmark[f"{side.name}_{joint}"], :2] * (p.width, p.height) for _, p in frames])
        for side in Side
    }
    own, other = (
        sum(np.linalg.norm(seen_px[side] - true_px[true][rows], axis=1) for side, true in zip(Side, order, strict=True))
        for order in (tuple(Side), tuple(Side)[::-1])
    )
    return float(np.mean(np.less(other, own)))


@pytest.fixture(scope="module")
def demo(lite_model: Path) -> list[Observation]:
    return observe(DEMO_CLIP, lite_model, FRAMES)


def test_the_bundled_runners_sides_are_hers(demo: list[Observation]) -> None:
    with (ROOT / "tests" / "data" / "demo_truth.csv").open() as file:
        rows = list(csv.DictReader(file))
    true_px = {s: np.array([[float(row[f"hip{LETTER[s]}_{axis}_px"]) for axis in "uv"] for row in rows]) for s in Side}
    assert exchanged(demo, "HIP", true_px) == 0.0
    tracker, stances = follow(demo)
    assert tracker.frames_used == FRAMES, tracker.withheld
    sides_hold(stances, true_stances(ROOT / "tests" / "data" / "demo_events.csv", demo[-1].time_s))


def test_the_mirror_image_exchanges_the_sides_of_the_same_stances(demo: list[Observation], lite_model: Path) -> None:
    """The network is not symmetric: contacts move by up to 0.05 s, a seventh of the 0.36 s between two.

    A stance that begins with the first frame may have begun before it: there it may be missing.
    """
    tracker, turned = follow(observe(DEMO_CLIP, lite_model, FRAMES, mirrored))
    turned, stances = ([s for s in some if s.contact_s > 0.1] for some in (turned, follow(demo)[1]))
    assert tracker.frames_used == FRAMES, tracker.withheld
    assert [(s.side.other, s.valid) for s in turned] == [(s.side, s.valid) for s in stances]
    assert [s.contact_s for s in turned] == pytest.approx([s.contact_s for s in stances], abs=0.08)


@pytest.mark.skipif(not any(rendered.clips()), reason="../shared/clips is not here")
@pytest.mark.parametrize("name", ["05_camroll3_offset_60", "12_mocap_RBDS001_60"])
def test_rendered_runners_keep_their_sides(name: str, lite_model: Path) -> None:
    """A rolled camera that stands off the middle, and a real runner's motion whose ankles pass close to one another."""
    clip = next(clip for clip in rendered.clips() if clip.name == name)
    truth = clip.truth()
    names = list(truth["joint_names"])
    observations = observe(clip.folder / "video.mp4", lite_model, FRAMES)
    for joint, most in (("HIP", 0.0), ("KNEE", 0.0), ("ANKLE", 0.02)):
        true_px = {side: truth["uv"][:, names.index(joint.lower() + LETTER[side])] for side in Side}
        assert exchanged(observations, joint, true_px) <= most
    tracker, stances = follow(observations, GaitSettings(roll_deg=clip.roll_deg))
    assert tracker.frames_used == len(observations), tracker.withheld
    sides_hold(stances, true_stances(clip.folder / "events.csv", observations[-1].time_s))


@pytest.mark.skipif(not FILMED.exists(), reason="../shared/clips/real is not here")
def test_a_man_filmed_from_behind_keeps_his_sides(lite_model: Path) -> None:
    """He runs 16 strides at 164 steps a minute, ever smaller in the picture."""
    tracker, stances = follow(observe(FILMED, lite_model))
    sides = [stance.side for stance in stances if stance.valid]
    assert "left and right contradict the picture" not in tracker.withheld
    assert all(before is not after for before, after in pairwise(sides))
    assert len(sides) == pytest.approx(32, abs=2)
