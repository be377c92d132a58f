"""Crops about the hips of random runners, with the true image angle of the hip line."""

import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.people import Person, person
from training.renderer import FloatArray, Renderer

HIP_WIDTH_PX = 48.0
"""Pixels of a stored crop between the true hip centres, as a mean over the identity's frames."""
WIDTH_PX, HEIGHT_PX = 240, 208
FRAMES = 24
"""Asked of an identity; those nearer than `APART_S` to another are dropped."""
APART_S = 0.035
_REACH = np.array([2.75, 2.4])
TILT = "ob"
_LOOSENED = ((TILT, 90.0), ("prot", 60.0), ("tilt", 30.0), ("lean", 50.0), ("trot", 60.0))
"""The renderer's name of an angle and the standard deviation of its speed, degrees a second."""
_LOOSENED_SD_DEG = {"prot": 6.0, "tilt": 4.0, "lean": 5.0, "trot": 5.0}

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Crops:
    """Of one identity, n frames."""

    images: list[Image]
    """n of (HEIGHT_PX, WIDTH_PX, 3), BGR, the middle of the true hips in the middle."""
    angle_deg: FloatArray
    """(n,) of the hip line in the picture, + when its right end is higher."""
    hangs: float
    """Share by which the hem follows the spine."""
    captured: bool
    """Whether the legs and the pelvis are motion capture."""


def make(renderer: Renderer, motion_capture: Path, folder: Path, first: int, count: int, tilt_sd_deg: float) -> None:
    """Write the identities of `count` seeds, one file each; those that are there already are kept.

    `tilt_sd_deg` is what is added to the pelvis's planned tilt in every frame.
    """
    cv2.setNumThreads(1)
    folder.mkdir(parents=True, exist_ok=True)
    began_s = time.monotonic()
    for done, seed in enumerate(range(first, first + count), start=1):
        path = folder / f"{seed:06d}.npz"
        if not path.exists():
            save(path, render(renderer, person(renderer.runner, seed), motion_capture, tilt_sd_deg))
        print(f"\r{done} of {count} identities, {time.monotonic() - began_s:.0f} s", end="", flush=True)
    print()


def save(path: Path, crops: Crops) -> None:
    """Write one identity."""
    files = [cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 96])[1].ravel() for image in crops.images]
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        jpg=np.concatenate(files),
        n=np.array([len(file) for file in files]),
        y=crops.angle_deg.astype("f4"),
        hang=np.float32(crops.hangs),
        mocap=crops.captured,
    )
    part.rename(path)


def read(path: Path) -> Crops:
    """What `save` wrote."""
    with np.load(path) as data:
        ends = np.cumsum(np.r_[0, data["n"]])
        files = data["jpg"]
        images = [np.asarray(cv2.imdecode(files[a:b], cv2.IMREAD_COLOR), np.uint8) for a, b in pairwise(ends)]
        return Crops(images, data["y"].astype(float), float(data["hang"]), bool(data["mocap"]))


def render(renderer: Renderer, who: Person, motion_capture: Path, tilt_sd_deg: float) -> Crops:
    """The crops of one identity, at random moments of its run."""
    arguments, random = who.arguments, who.random
    captured = bool(arguments["mocap"])
    if captured:
        arguments = arguments | {"mocap": str(motion_capture / arguments["mocap"])}
    body = renderer.body.build(arguments)
    motion = renderer.runner.make_motion(body, arguments)
    lens, rotation, place = renderer.runner.camera(arguments)
    time_s = np.sort(random.uniform(0.3, arguments["seconds"] - 0.4, FRAMES))
    time_s = time_s[np.r_[True, np.diff(time_s) > APART_S]]
    if not captured:
        _loosen(motion, time_s, tilt_sd_deg, random)
    renderer.scene.garments(body, arguments)
    truth, _, points_px, posed = renderer.runner.truth(motion, time_s, lens, rotation, place)

    middle_px = 0.5 * (points_px["hipL"] + points_px["hipR"])
    hip_width_px = float(truth["hipwidth_px"].mean())
    corner = np.floor(middle_px.min(axis=0) - _REACH * hip_width_px).astype(int)
    size = (np.ceil(middle_px.max(axis=0) + _REACH * hip_width_px).astype(int) - corner) // 2 * 2
    arguments.update(width=int(size[0]), image_height=int(size[1]))
    window = lens.copy()
    window[:2, 2] -= corner
    drawing = renderer.scene.Renderer(body, arguments, window, rotation, place)
    for name, value in zip(
        ("pat", "pat2", "patcol"),
        (who.printed.kind_and_scale, who.printed.spot_and_garment, who.printed.colour),
        strict=True,
    ):
        drawing.set(drawing.pp, name, value)

    exposures = 3 if random.random() < 0.5 else 1
    shutter_s = random.uniform(0.1, 0.6) / 60.0
    quality = int(random.integers(40, 95))
    exposed_s = time_s
    if exposures > 1:
        exposed_s = (time_s[:, None] + ((np.arange(exposures) + 0.5) / exposures - 0.5) * shutter_s).ravel()
        posed = motion.pose(exposed_s)[1]
    images = []
    for index in range(len(time_s)):
        moments = range(index * exposures, (index + 1) * exposures)
        drawn = [drawing.draw(posed, moment, motion.belt(exposed_s[moment])) for moment in moments]
        picture = np.mean(drawn, axis=0, dtype="f4") if exposures > 1 else drawn[0].astype("f4")
        picture = _photograph(picture, arguments, quality, random)
        images.append(_cut(picture, middle_px[index] - corner, HIP_WIDTH_PX / hip_width_px))
    drawing.ctx.release()
    angle_deg = (np.asarray(truth["hipline_img_deg"]) + 90.0) % 180.0 - 90.0
    return Crops(images, angle_deg, arguments["hang"], captured)


def _loosen(motion: Any, time_s: FloatArray, tilt_sd_deg: float, random: np.random.Generator) -> None:
    """Give every frame a tilt, turn and lean of its own, and a speed of them: the legs then tell nothing of it."""
    for name, speed_deg_s in _LOOSENED:
        sd_deg = _LOOSENED_SD_DEG.get(name, tilt_sd_deg)
        planned = motion.ang[name].copy()
        for moment in time_s:
            near = np.flatnonzero(abs(motion.tg - moment) < 0.016)
            turned = np.interp(moment, motion.tg, planned) + random.normal(0.0, sd_deg)
            motion.ang[name][near] = turned + random.normal(0.0, speed_deg_s) * (motion.tg[near] - moment)


def _photograph(picture: Any, arguments: dict[str, Any], quality: int, random: np.random.Generator) -> Image:
    """Defocus, noise, compression; RGB in, BGR out."""
    if arguments["defocus"] > 0.0:
        picture = cv2.GaussianBlur(picture, (0, 0), max(arguments["defocus"], 0.2))
    if arguments["noise"] > 0.2:
        coloured = random.standard_normal(picture.shape) * 0.6
        grey = random.standard_normal((*picture.shape[:2], 1)) * 0.8
        picture = picture + (coloured + grey) * arguments["noise"]
    plain = np.clip(picture, 0, 255).astype(np.uint8)
    file = cv2.imencode(".jpg", plain[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)


def _cut(picture: Image, middle_px: FloatArray, scale: float) -> Image:
    blur = 0.5 * (1.0 / scale - 1.0)
    if blur > 0.15:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    corner = np.array([WIDTH_PX, HEIGHT_PX]) / 2.0 - scale * middle_px
    placing = np.array([[scale, 0.0, corner[0]], [0.0, scale, corner[1]]])
    cut = cv2.warpAffine(
        picture, placing, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, np.uint8)
