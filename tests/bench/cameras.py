"""The set-up on rendered rooms: how well a camera's place is found, and whether a bump is told from people and light.

FOLDER is made by `python -m tests.render_cameras`.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from monitor.pelvis import PelvicReader
from monitor.pose.pool import PosePool
from monitor.pose.serving import lone_person
from monitor.pose.weights import Model, ensure_model
from monitor.setup import Lens, Placement, Stature
from monitor.setup.body import body_of
from monitor.setup.bump import in_words
from monitor.setup.picture import GreyPicture, reduced
from monitor.setup.placing import placement
from monitor.setup.reference import LONGEST_PX, movement, reference_of
from monitor.setup.segments import find_segments
from monitor.vocabulary import Frame, Observation, PelvicSource

LENS = Lens(66.0, 0.01)
NOISE_GREY = 3.0
STANDING = ("standing0", "standing1", "standing2")
FIGURES: dict[str, Callable[[Placement], tuple[float, float] | None]] = {
    "roll_deg": lambda placed: None if placed.roll is None else (placed.roll.deg, placed.roll.sd_deg),
    "distance_cm": lambda placed: (placed.distance_cm.value, placed.distance_cm.sd),
    "height_cm": lambda placed: None if (found := placed.height_cm) is None else (found.value, found.sd),
    "aside_cm": lambda placed: None if (found := placed.aside_cm) is None else (found.value, found.sd),
}
BUMPS = 6
"""For each camera."""


def main(folder: str, model: str = "lite") -> None:
    truths = {path.stem: json.loads(path.read_text()) for path in sorted(Path(folder).glob("*.json"))}
    seen = observations(Path(folder), list(truths), Model(model))
    for title, told, peopled in (
        ("nobody in the picture, height told", True, False),
        ("nobody in the picture, height not told", False, False),
        ("somebody in the picture, height told", True, True),
    ):
        print(f"\n{title}")
        found = {name: placed(Path(folder), name, seen[name], truths[name], told, peopled) for name in truths}
        for figure, value_of in FIGURES.items():
            values = {name: value_of(placement) for name, placement in found.items()}
            print_errors(figure, [(v[0] - truths[n][figure], v[1]) for n, v in values.items() if v], len(values))
    print_bumps(Path(folder), list(truths))


def observations(folder: Path, names: list[str], model: Model) -> dict[str, list[Observation]]:
    """What the pose network sees in the pictures of somebody standing."""
    files = [folder / f"{name}_{moment}.png" for name in names for moment in STANDING]
    first = cv2.imread(str(files[0]))
    assert first is not None
    size = first.shape[1], first.shape[0]
    frames = (Frame(n, 0.1 * n, np.asarray(cv2.imread(str(file)), np.uint8)) for n, file in enumerate(files))
    with PosePool(ensure_model(model), workers=1, size=size, reader=PelvicReader(), landmarker=lone_person) as pool:
        seen = list(pool.observe(frames))
    return {name: seen[len(STANDING) * n : len(STANDING) * (n + 1)] for n, name in enumerate(names)}


def grey(folder: Path, name: str, kind: str) -> GreyPicture:
    picture = cv2.imread(str(folder / f"{name}_{kind}.png"), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def noisy(picture: GreyPicture, light: float, seed: int) -> GreyPicture:
    noise = np.random.default_rng(seed).normal(0.0, NOISE_GREY, picture.shape)
    return np.clip(light * picture + noise, 0.0, 255.0).astype(np.uint8)


def placed(
    folder: Path, name: str, seen: list[Observation], truth: dict[str, Any], told: bool, peopled: bool
) -> Placement:
    body = body_of([o.pose for o in seen if o.pose is not None])
    assert body is not None
    belts = [o.line.angle_deg for o in seen if o.line is not None and o.line.source is PelvicSource.BELT]
    picture = noisy(grey(folder, name, STANDING[0] if peopled else "empty"), 1.0, int(name))
    return placement(
        find_segments(picture),
        body,
        Stature.of(100.0 * truth["stature_m"] if told else None),
        LENS,
        people=body if peopled else None,
        stands=True,
        belt_deg=float(np.median(belts)) if len(belts) == len(seen) else None,
    )


def print_errors(figure: str, errors: list[tuple[float, float]], cameras: int) -> None:
    off, sd = np.array(errors).T
    print(
        f"{figure:>12}: {len(off)} of {cameras} found, RMS {np.sqrt(np.mean(off**2)):.2f}, bias {off.mean():+.2f}, "
        f"worst {np.abs(off).max():.2f}, RMS in stated standard deviations {np.sqrt(np.mean((off / sd) ** 2)):.2f}"
    )


def print_bumps(folder: Path, names: list[str]) -> None:
    still = fits = lost = 0
    errors = []
    for name in names:
        empty = grey(folder, name, "empty")
        reference = reference_of(reduced(empty, LONGEST_PX))
        assert reference is not None
        for kind, light in (("empty", 0.5), ("empty", 1.4), (STANDING[0], 0.8), (STANDING[0], 1.2)):
            same = movement(reference, reduced(noisy(grey(folder, name, kind), light, int(name)), LONGEST_PX))
            still += 1
            fits += same is not None and in_words(same) is None
        for turn_deg, right, down, picture in bumped(folder, name):
            found = movement(reference, reduced(picture, LONGEST_PX))
            if found is None:
                lost += 1
            else:
                errors.append((found.turned_deg - turn_deg, found.right - right, found.down - down))
    turn, *shifts = np.sqrt(np.mean(np.square(errors), axis=0))
    print(f"\n{fits} of {still} unmoved pictures fit, with another light or somebody before the lens")
    print(
        f"{len(errors)} of {len(errors) + lost} bumps measured: turn RMS {turn:.3f}°, "
        f"worst {np.abs(np.array(errors)[:, 0]).max():.2f}°; shift RMS {100.0 * max(shifts):.2f} % of the width"
    )


def bumped(folder: Path, name: str) -> Iterator[tuple[float, float, float, GreyPicture]]:
    """The picture turned clockwise by up to 5°, shifted by up to 9 % of the width, and 3 % larger or smaller."""
    lot = np.random.default_rng(int(name))
    for number in range(BUMPS):
        picture = grey(folder, name, STANDING[0] if number % 2 else "empty")
        height, width = picture.shape
        turn_deg, right, down, scale = lot.uniform((-5.0, -0.09, -0.09, 0.97), (5.0, 0.09, 0.09, 1.03)).tolist()
        matrix = cv2.getRotationMatrix2D((width / 2.0, height / 2.0), -turn_deg, scale)
        matrix[:, 2] += right * width, down * width
        turned = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
        yield turn_deg, right, down, noisy(np.asarray(turned, np.uint8), lot.uniform(0.6, 1.3), number)
