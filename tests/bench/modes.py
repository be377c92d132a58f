"""MediaPipe's running modes on rendered runners with exact truth: what each costs, and what it does to a movement.

Frames are shared out in turn, as the pose pool does with a recording: each of N landmarkers sees every Nth frame.
"""

import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.camera import VideoFile
from monitor.gait.axes import knee_collapse_deg, trunk_lean_deg
from monitor.pose.weights import Model, ensure_model
from monitor.vocabulary import Landmark, Side
from tests.bench.rendered import LETTER, Clip, clips

FloatArray = npt.NDArray[np.float64]

STRETCHED = "VIDEO, one person, stretched times"
MODES = {
    "VIDEO, one person, true times": ("VIDEO", 1),
    "VIDEO, two persons": ("VIDEO", 2),
    "IMAGE, one person": ("IMAGE", 1),
    STRETCHED: ("VIDEO", 1),
}
"""Name, MediaPipe's running mode, people asked for."""
FPS = 60.0
"""Of the clips that are taken: their rates below it are made by leaving frames out."""
EVERY = (1, 2, 4)
WORKERS = (1, 2, 3)
MOST_FRAMES = 360
LAGS_S = np.arange(-0.08, 0.1, 0.001)
"""Less than half a bounce, beyond which its mirror image would fit."""
CHILD = """
import sys
from monitor.pose.isolation import leave_network
isolation = leave_network()  # before NumPy starts its threads
if not isolation.isolated:
    sys.exit(f"MediaPipe is not run with a network in reach: {isolation.reason}.")
from tests.bench.modes import track
track(*sys.argv[1:])
"""


def landmarks(clip: Clip, mode: str, every: int, workers: int, model: Model) -> tuple[FloatArray, float]:
    """Pixels (n, 33, 2), NaN where nobody was found, and ms of CPU a frame, from a process without a network."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "track.npz"
        arguments = (clip.folder / "video.mp4", ensure_model(model), mode, every, workers, out)
        command = [sys.executable, "-c", CHILD, *map(str, arguments)]
        child = subprocess.run(command, capture_output=True, text=True, check=False)
        if child.returncode:
            raise SystemExit(child.stderr.strip().splitlines()[-1])
        with np.load(out) as data:
            return data["pixels"], float(data["cost_ms"])


def track(video: str, model_path: str, mode: str, every: str, workers: str, out: str) -> None:
    """In the process without a network: the frames, each to the landmarker whose turn it is."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    from monitor.pose.landmarker import STRETCHED_STEP_MS

    running, people = MODES[mode]
    options = vision.PoseLandmarkerOptions(
        BaseOptions(model_asset_path=model_path), running_mode=vision.RunningMode[running], num_poses=people
    )
    turns = itertools.cycle([vision.PoseLandmarker.create_from_options(options) for _ in range(int(workers))])
    pixels, spent_s = [], 0.0
    with VideoFile(Path(video)) as frames:
        for frame in itertools.islice(frames, 0, MOST_FRAMES, int(every)):
            image = mediapipe.Image(mediapipe.ImageFormat.SRGB, np.ascontiguousarray(frame.image[..., ::-1]))
            time_ms = STRETCHED_STEP_MS * (frame.index + 1) if mode == STRETCHED else round(1e3 * frame.time_s)
            landmarker: Any = next(turns)
            before_s = time.process_time()
            found = landmarker.detect(image) if running == "IMAGE" else landmarker.detect_for_video(image, time_ms)
            spent_s += time.process_time() - before_s
            points = [(point.x, point.y) for person in found.pose_landmarks[:1] for point in person]
            pixels.append(np.array(points or [(np.nan, np.nan)] * 33) * [image.width, image.height])
    np.savez(out, pixels=pixels, cost_ms=1e3 * spent_s / len(pixels))


def response(rows: npt.NDArray[np.int64], found: FloatArray, true: FloatArray) -> tuple[float, float]:
    """Gain and delay (ms) of the signals `found` (n, k), NaN where missing, on `true` (m, k): least squares over both.

    `rows` (n,) says at which of the rows of `true`, `FPS` a second, `found` was seen.
    """
    usable = np.isfinite(found).all(axis=1) & (rows > LAGS_S[-1] * FPS) & (rows < len(true) - 1 + LAGS_S[0] * FPS)
    target = found[usable] - found[usable].mean(axis=0)
    fits = []
    for lag_s in LAGS_S:
        late = np.column_stack([np.interp(rows[usable] - lag_s * FPS, np.arange(len(true)), one) for one in true.T])
        late -= late.mean(axis=0)
        gain = float(np.sum(late * target) / np.sum(late**2))
        fits.append((float(np.sum((target - gain * late) ** 2)), gain, 1e3 * float(lag_s)))
    _, gain, delay_ms = min(fits)
    return gain, delay_ms


def figures(clip: Clip, every: int, pixels: FloatArray) -> dict[str, float]:
    """What came out of a mode against the truth, by the names of the table's columns."""
    truth = clip.truth()
    names = [str(name) for name in truth["joint_names"]]
    rows = np.arange(len(pixels)) * every
    seen = {j: pixels[:, [Landmark[f"{s.name}_{j}"] for s in Side]] for j in ("SHOULDER", "HIP", "KNEE", "ANKLE")}
    true = {j: truth["uv"][:, [names.index(j.lower() + LETTER[s]) for s in Side]] for j in ("HIP", "KNEE")}

    bounce, bounce_ms = response(rows, *(p["HIP"].mean(axis=1)[:, 1:] for p in (seen, true)))
    sway, sway_ms = response(rows, seen["KNEE"][..., 0], true["KNEE"][..., 0])
    hips = (seen["HIP"] - true["HIP"][rows]) / truth["hipwidth_px"][rows, None, None]
    trunk = (seen["SHOULDER"] - seen["HIP"]).mean(axis=1) * [1, -1]
    lean_deg = trunk_lean_deg(trunk, Side.RIGHT) - truth["trunk_lean_img_deg"][rows]
    knees = []
    for at, side in enumerate(Side):
        thigh, shank = ((seen[b] - seen[a])[:, at] * [1, -1] for a, b in (("HIP", "KNEE"), ("KNEE", "ANKLE")))
        error_deg = knee_collapse_deg(thigh, shank, side) - truth[f"fppa_img_{LETTER[side]}_deg"][rows]
        knees.append(np.nanstd(error_deg[truth["stance"][rows] == at]))
    return {
        "bounce": bounce,
        "its delay ms": bounce_ms,
        "knees": sway,
        "their delay ms": sway_ms,
        "hips %": 100.0 * float(np.nanstd(hips, axis=0).mean()),
        "knee °": float(np.mean(knees)),
        "lean °": float(np.nanstd(lean_deg)),
    }


def main(root: str | None = None, model: str = Model.LITE) -> None:
    """The mean over the clips at 60 frames a second, for every mode, frame rate and number of landmarkers.

    `bounce` and `knees` are amplitudes over the true ones, of the hips' height and of the knees' sideways place; the
    last three are standard deviations of the error: hip points in % of the hip width, knee collapse in stance, lean.
    """
    found = [c for c in (clips() if root is None else clips(Path(root))) if np.isclose(c.truth()["t"][0], 0.5 / FPS)]
    if not found:
        raise SystemExit(f"There is no rendered clip of {FPS:.0f} frames a second.")
    head = True
    for mode, every, workers in itertools.product(MODES, EVERY, WORKERS):
        results = []
        for clip in found:
            pixels, cost_ms = landmarks(clip, mode, every, workers, Model(model))
            results.append({"cost ms": cost_ms} | figures(clip, every, pixels))
        if head:
            print(f"{'mode':35s} fps  of {' '.join(f'{name:>14s}' for name in results[0])}")
            head = False
        means = (np.mean([result[name] for result in results]) for name in results[0])
        print(f"{mode:35s} {FPS / every:3.0f} {workers:3d} {' '.join(f'{mean:14.2f}' for mean in means)}", flush=True)
