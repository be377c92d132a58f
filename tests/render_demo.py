"""Renders the bundled demo clip and its truth.

    python -m tests.render_demo ../shared/render

RENDER is a copy of the project's runner generator; its own README names what it needs (moderngl,
numpy, scipy, opencv, pillow, ffmpeg). It is not part of the project because its data files are large.
About ten minutes on one core. The same command gives the same runner; the video's bytes depend on the encoder.

The story: even for ten seconds, then the drop in left stance grows over five strides and stays.
"""

import argparse
import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
CLIP = HERE.parent / "monitor" / "demo" / "runner.mp4"
TRUTH = HERE / "data" / "demo_truth.csv"
EVENTS = HERE / "data" / "demo_events.csv"

FPS = 30
SECONDS = 24.0
CADENCE_SPM = 168.0
EVEN_DROP_DEG = 3.8
LARGE_DROP_DEG = 9.5
CHANGE_BEGINS_S = 10.0
CHANGE_TAKES_S = 3.5
BLUR_SAMPLES = 3
POINTS = ("hipL", "hipR", "shoulderL", "shoulderR")

ARGUMENTS = [
    *("--out", "unused", "--seed", "23", "--seconds", str(SECONDS), "--fps", str(FPS)),
    *("--cadence", str(CADENCE_SPM), "--speed", "3", "--variability", "0.6"),
    *("--drop-right", str(EVEN_DROP_DEG), "--valgus-left", "3", "--valgus-right", "3"),
    *("--outfit", "short_tights_tee", "--top-col", "c8572b", "--bottom-col", "23262e", "--shoe-col", "40b080"),
    *("--markers", "belt", "--scene", "2", "--cam-height", "0.95", "--noise", "1.2"),
    *("--shutter", "0.2", "--blur-samples", str(BLUR_SAMPLES)),
]


class Story(dict[str, Any]):
    """The generator's parameters, with a left drop that changes from step to step.

    The generator asks for `drop_left` once for every step of either foot, beginning six steps before time zero.
    """

    steps_asked = 0

    def __getitem__(self, key: str) -> Any:
        if key != "drop_left":
            return super().__getitem__(key)
        time_s = (self.steps_asked - 6) * 60.0 / CADENCE_SPM
        self.steps_asked += 1
        change = float(np.clip((time_s - CHANGE_BEGINS_S) / CHANGE_TAKES_S, 0.0, 1.0))
        return EVEN_DROP_DEG + (LARGE_DROP_DEG - EVEN_DROP_DEG) * change


def encoder(path: Path, width: int, height: int) -> "subprocess.Popen[bytes]":
    """An ffmpeg that takes RGB frames on its standard input."""
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FPS), "-i", "-"]
    h264 = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "25", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    h264 += ["-refs", "1", "-bf", "0"]  # decoding it with more of them takes 25 MB
    return subprocess.Popen(["ffmpeg", "-y", "-loglevel", "error", *raw, *h264, str(path)], stdin=subprocess.PIPE)


def write_truth(truth: dict[str, Any], points_px: dict[str, Any], events: list[tuple[float, str, str]]) -> None:
    """One row a frame, with hips and shoulders in pixels, and one row a foot contact or toe-off."""
    TRUTH.parent.mkdir(exist_ok=True)
    columns = ("hipline_img_deg", "beltline_img_deg", "trunk_lean_img_deg", "fppa_img_L_deg", "fppa_img_R_deg")
    with TRUTH.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", "stance", *columns, *(f"{point}_{axis}_px" for point in POINTS for axis in "uv")])
        for i, time_s in enumerate(truth["t"]):
            values = (f"{truth[name][i]:.3f}" for name in columns)
            pixels = (f"{points_px[point][i, axis]:.1f}" for point in POINTS for axis in (0, 1))
            writer.writerow([f"{time_s:.5f}", int(truth["stance"][i]), *values, *pixels])
    with EVENTS.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", "event", "side"])
        writer.writerows([f"{time_s:.4f}", event, side] for time_s, event, side in events)


def render(generator: Path, still: Path | None, truth_only: bool) -> None:
    """Writes the truth and, unless `truth_only`, the clip; or one picture at the height of the story into `still`."""
    sys.path.insert(0, str(generator))
    import body
    import make_runner
    import scene

    parameters = Story(make_runner.prepare(vars(make_runner.parser().parse_args(ARGUMENTS))))
    person = body.build(parameters)
    runner = make_runner.make_motion(person, parameters)
    time_s = (np.arange(round(SECONDS * FPS)) + 0.5) / FPS
    camera = make_runner.camera(parameters)
    scene.garments(person, parameters)
    truth, _, points_px, _ = make_runner.truth(runner, time_s, *camera)
    renderer = scene.Renderer(person, parameters, *camera)
    width, height = parameters["width"], parameters["image_height"]
    offsets_s = ((np.arange(BLUR_SAMPLES) + 0.5) / BLUR_SAMPLES - 0.5) * parameters["shutter"] / FPS
    exposure_s = (time_s[:, None] + offsets_s).ravel()
    bones = runner.pose(exposure_s)[1]
    rng = np.random.default_rng(parameters["seed"])

    def picture(frame: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
        samples = range(frame * BLUR_SAMPLES, (frame + 1) * BLUR_SAMPLES)
        exposed = np.mean([renderer.draw(bones, i, runner.belt(exposure_s[i])) for i in samples], axis=0)
        noise = rng.normal(0.0, parameters["noise"], exposed.shape)
        return np.clip(exposed + noise, 0, 255).astype(np.uint8)

    if still is not None:
        from PIL import Image

        Image.fromarray(picture(int(np.argmin(truth["hipline_img_deg"])))).save(still)
        return
    write_truth(truth, points_px, runner.events(SECONDS))
    if truth_only:
        return
    with encoder(CLIP, width, height) as ffmpeg:
        assert ffmpeg.stdin is not None
        for frame in range(len(time_s)):
            ffmpeg.stdin.write(picture(frame).tobytes())
    if ffmpeg.returncode:
        raise SystemExit(f"ffmpeg could not encode {CLIP.name}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("generator", type=Path, help="folder of the runner generator")
    parser.add_argument("--still", type=Path, help="only write the picture of largest drop into this PNG file")
    parser.add_argument("--truth-only", action="store_true", help="write the truth and leave the clip as it is")
    arguments = parser.parse_args()
    render(arguments.generator, arguments.still, arguments.truth_only)


if __name__ == "__main__":
    main()
