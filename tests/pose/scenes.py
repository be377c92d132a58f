"""Pictures of a gym, put together from the bundled clip: a runner on her treadmill, and who else is about."""

from functools import cache
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt

from monitor.camera import VideoFile
from monitor.cli.parts import DEMO_CLIP
from monitor.pose.region import Region
from monitor.vocabulary import Landmark, Pose
from tests.pelvis.clips import demo

Picture = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

SIZE = WIDTH, HEIGHT = 1280, 720
FPS = 15.0
COUNT = 75
"""Frames of the clip that are used, every second one."""
FIGURES = 4
SCALE = HEIGHT / 1280
ROOM_PX = round(720 * SCALE)
LEFT_PX = (WIDTH - ROOM_PX) // 2
MIDDLE_PX = WIDTH / 2.0
TRUNK_PX = 107.0
"""The runner's."""
TREADMILL = Region(0.457, 0.7, 0.542, 0.84, trunk=0.149)
"""What `medius setup` finds of her."""
RUNNER_ERROR_TRUNKS = 0.5
"""So far from the truth are the middles of hips and shoulders of nobody else, who is at least twice as far away."""


@cache
def clip() -> list[Picture]:
    """The bundled clip, as high as the scene."""
    frames = islice(VideoFile(DEMO_CLIP), 0, 2 * COUNT, 2)
    return [cv2.resize(f.image, (ROOM_PX, HEIGHT), interpolation=cv2.INTER_AREA) for f in frames]  # type: ignore[misc]


@cache
def _truth() -> Points:
    """(frames, 2, 2): middle of the hips and of the shoulders in the scene, pixels."""
    points = demo().points_px
    middles = [(points[f"{name}L"] + points[f"{name}R"]) / 2.0 for name in ("hip", "shoulder")]
    truth: Points = np.stack(middles, axis=1)[: 2 * COUNT : 2] * SCALE + (LEFT_PX, 0.0)
    return truth


def is_runner(pose: Pose, n: int) -> bool:
    """Whether a pose is the runner's in the clip's frame `n`, by the truth."""
    points = pose.landmarks[:, :2] * SIZE
    rows = [[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    away_px = np.linalg.norm(points[rows].mean(axis=1) - _truth()[n], axis=1)
    return bool(away_px.max() < RUNNER_ERROR_TRUNKS * TRUNK_PX)


def runner(n: int) -> Picture:
    """The runner on her treadmill in the middle of the scene."""
    scene = np.full((HEIGHT, WIDTH, 3), (120, 125, 130), np.uint8)
    scene[:, LEFT_PX : LEFT_PX + ROOM_PX] = clip()[n]
    return scene


@cache
def nobody() -> Picture:
    """The treadmill alone: where the runner was, colours go over from one side to the other."""
    scene = runner(0)
    rows, columns = slice(190, 600), slice(LEFT_PX + 120, LEFT_PX + 280)
    share = np.linspace(0.0, 1.0, 160)[None, :, None]
    first, last = scene[rows, columns.start - 1, None], scene[rows, columns.stop, None]
    grain = np.random.default_rng(0).normal(0.0, 2.0, (410, 160, 3))
    scene[rows, columns] = np.clip((1.0 - share) * first + share * last + grain, 0, 255)
    return scene


def somebody(n: int) -> Picture:
    """Somebody who moves: BGR and opacity, from head to foot."""
    return _figure(2 * (n % FIGURES))


@cache
def _figure(n: int) -> Picture:
    """The runner, cut out of a frame of the clip."""
    (u, hips_v), (_, shoulders_v) = (_truth()[n] - (LEFT_PX, 0.0)).astype(int)
    trunk = hips_v - shoulders_v
    top, bottom, reach = shoulders_v - 7 * trunk // 10, hips_v + 19 * trunk // 10, 8 * trunk // 10
    picture = np.ascontiguousarray(clip()[n][top:bottom, u - reach : u + reach])
    parts = np.full(picture.shape[:2], cv2.GC_PR_FGD, np.uint8)
    parts[:, :10] = parts[:, -10:] = parts[:5] = parts[-5:] = cv2.GC_BGD
    parts[shoulders_v - top : hips_v - top, reach - trunk // 5 : reach + trunk // 5] = cv2.GC_FGD
    parts[trunk // 4 : shoulders_v - top, reach - trunk // 10 : reach + trunk // 10] = cv2.GC_FGD
    cv2.grabCut(picture, parts, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    opacity = np.isin(parts, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    left, top, width, height = cv2.boundingRect(opacity)
    return np.dstack([picture, opacity])[top : top + height, left : left + width]


def put(scene: Picture, person: Picture, u_px: float, feet_px: float, height_px: float) -> Picture:
    """Paste a figure over the scene, its feet at a height and so high; what lies outside is cut off."""
    scale = height_px / person.shape[0]
    person = cv2.resize(person, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    move = np.array([[1.0, 0.0, u_px - person.shape[1] / 2.0], [0.0, 1.0, feet_px - person.shape[0]]])
    whole = cv2.warpAffine(person, move, SIZE)
    return np.where(whole[..., 3:] > 127, whole[..., :3], scene)


def leaning(person: Picture, clockwise_deg: float) -> Picture:
    """A figure turned about its feet, in a picture wide enough for it."""
    height, width = person.shape[:2]
    person = cv2.copyMakeBorder(person, 0, 0, height, height, cv2.BORDER_CONSTANT)  # type: ignore[assignment]
    turn = cv2.getRotationMatrix2D((height + width / 2.0, height), -clockwise_deg, 1.0)
    return cv2.warpAffine(person, turn, person.shape[1::-1])  # type: ignore[return-value]
