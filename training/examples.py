"""Batches of crops as a unit may see them: turned, shifted, blurred, badly lit, with something in front."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from monitor.pelvis.network import ANGLE_UNIT_DEG, HEIGHT_PX, OFFSET_UNIT, WIDTH_PX
from training import crops
from training.network import HIP_WIDTH_PX, SCALE_UNIT, normalised

ROTATION_SD_DEG = 8.0
PLACE_MEAN, PLACE_SD = (0.05, -0.05), (0.04, 0.09)
"""Of MediaPipe's middle of the hips right of and below the true one, in hip widths, on 80 rendered runners; its hip
width is good to 5 % [ours]."""
OFFSET_SD = 0.1, 0.13
"""The same, taught."""
LOG_SCALE_SD = 0.07
MOST_SD = 2.5
HELD_OUT_EVERY = 12
"""Every twelfth identity is not trained on: it tells when to believe the network."""
_NOISE_BANK = np.random.default_rng(0).standard_normal((HEIGHT_PX + 64, WIDTH_PX + 64, 3)).astype(np.float32)

Image = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Collection:
    """All crops of a folder, n of them."""

    images: list[Image]
    angle_deg: FloatArray
    """(n,)"""
    identity: npt.NDArray[np.int64]
    """(n,) number of the identity, rising."""
    hangs: npt.NDArray[np.bool_]
    """(n,) whether the hem hangs from the trunk."""

    @classmethod
    def of(cls, folder: Path) -> "Collection":
        """Read a folder.

        Raises:
            SystemExit: nothing is there.
        """
        paths = sorted(folder.glob("[0-9]*[0-9].npz"))
        if not paths:
            raise SystemExit(f"There are no crops in {folder}: make them with `python -m training crops`.")
        people = [crops.read(path) for path in paths]
        counts = [len(who.images) for who in people]
        return cls(
            [image for who in people for image in who.images],
            np.concatenate([who.angle_deg for who in people]),
            np.repeat(np.arange(len(people)), counts),
            np.repeat([who.hangs > 0.0 for who in people], counts),
        )

    @property
    def held_out(self) -> npt.NDArray[np.bool_]:
        """(n,) those of the identities that are not trained on."""
        return self.identity % HELD_OUT_EVERY == 0


class Batches(Dataset[tuple[Tensor, Tensor]]):
    """Batch k is the same whenever and wherever it is made."""

    def __init__(self, collection: Collection, size: int, count: int, seed: int) -> None:
        self._collection = collection
        self._among = np.flatnonzero(~collection.held_out)
        self._size, self._count, self._seed = size, count, seed

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if index >= self._count:
            raise IndexError(index)
        in_epoch = len(self._among) // self._size
        epoch, place = divmod(index, in_epoch)
        order = np.random.default_rng([self._seed, epoch]).permutation(self._among)
        random = np.random.default_rng([self._seed, epoch, place])
        made = [
            example(self._collection.images[n], self._collection.angle_deg[n], random)
            for n in order[place * self._size : (place + 1) * self._size]
        ]
        return as_input([image for image, _ in made]), torch.tensor([target for _, target in made])


def as_input(images: list[Image]) -> Tensor:
    """The network's input from RGB crops."""
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float()
    return normalised(stacked).contiguous(memory_format=torch.channels_last)


def plain(image: Image, right: float = 0.0, down: float = 0.0) -> Image:
    """A stored crop as the network takes it, so many hip widths beside the hips and with nothing else done to it."""
    return np.ascontiguousarray(_placed(image, 0.0, right, down, 1.0)[..., ::-1])


def example(image: Image, angle_deg: float, random: np.random.Generator) -> tuple[Image, list[float]]:
    """An RGB crop made from a stored one, and what the network should say to it."""

    def spread(sd: float) -> float:
        return sd * float(np.clip(random.normal(), -MOST_SD, MOST_SD))

    turn_deg, right, down = spread(ROTATION_SD_DEG), spread(OFFSET_SD[0]), spread(OFFSET_SD[1])
    log_scale = spread(LOG_SCALE_SD)
    crop = _hidden(_blurred(_placed(image, turn_deg, right, down, float(np.exp(log_scale))), random), random)
    crop = _lit(np.ascontiguousarray(crop[..., ::-1]), random)
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    # The crop's middle lies (right, down) of the hips', so they lie the other way, turned with the picture.
    across = -np.exp(log_scale) * (cos * right + sin * down)
    below = -np.exp(log_scale) * (cos * down - sin * right)
    line_deg = angle_deg + turn_deg
    if random.random() < 0.5:
        crop, line_deg, across = crop[:, ::-1], -line_deg, -across
    return crop, [line_deg / ANGLE_UNIT_DEG, across / OFFSET_UNIT, below / OFFSET_UNIT, log_scale / SCALE_UNIT]


def _placed(image: Image, turn_deg: float, right: float, down: float, scale: float) -> Image:
    """The part of a stored crop about a point beside the hips, turned counter-clockwise."""
    u = (crops.WIDTH_PX - 1) / 2.0 + right * crops.HIP_WIDTH_PX
    v = (crops.HEIGHT_PX - 1) / 2.0 + down * crops.HIP_WIDTH_PX
    placing = cv2.getRotationMatrix2D((u, v), turn_deg, scale * HIP_WIDTH_PX / crops.HIP_WIDTH_PX)
    placing[:, 2] += (WIDTH_PX - 1) / 2.0 - u, (HEIGHT_PX - 1) / 2.0 - v
    placed = cv2.warpAffine(
        image, placing, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(placed, np.uint8)


def _blurred(crop: Image, random: np.random.Generator) -> Image:
    kind = random.random()
    if kind < 0.25:
        crop = cv2.GaussianBlur(crop, (0, 0), random.uniform(0.3, 1.3))
    elif kind < 0.4:
        length = int(random.integers(2, 6))
        crop = cv2.blur(crop, (length, 1) if random.random() < 0.5 else (1, length))
    elif kind < 0.55:
        share = random.uniform(0.35, 0.9)
        small = cv2.resize(crop, None, fx=share, fy=share, interpolation=cv2.INTER_LINEAR)
        crop = cv2.resize(small, (WIDTH_PX, HEIGHT_PX))
    return crop


def _hidden(crop: Image, random: np.random.Generator) -> Image:
    if random.random() < 0.2:
        height, width = random.integers(6, 26, 2)
        left, top = random.integers(-6, WIDTH_PX - 6), random.integers(-6, HEIGHT_PX - 6)
        crop[max(top, 0) : top + height, max(left, 0) : left + width] = random.integers(0, 255, 3)
    return crop


def _lit(crop: Image, random: np.random.Generator) -> Image:
    """Another gamma, other colours, another contrast, noise; some grey, some inverted."""
    levels = np.linspace(0.0, 1.0, 256)[:, None] ** random.uniform(0.6, 1.6)
    if random.random() < 0.75:
        levels = levels * random.uniform(0.75, 1.25, 3)
    kind = random.random()
    if kind < 0.25:
        crop = cv2.cvtColor(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    elif kind < 0.5:
        crop = np.ascontiguousarray(crop[..., random.permutation(3)])
    if random.random() < 0.1:
        levels = 1.0 - levels
    mean = float(crop.mean()) / 255.0
    levels = (levels - mean) * random.uniform(0.4, 1.4) + mean
    table = np.clip(255.0 * np.broadcast_to(levels, (256, 3)), 0.0, 255.0).round().astype(np.uint8)
    crop = np.asarray(cv2.LUT(crop, table[:, None]), np.uint8)
    if random.random() < 0.5:
        down, right = random.integers(0, 65, 2)
        noise = _NOISE_BANK[down : down + HEIGHT_PX, right : right + WIDTH_PX] * np.float32(random.uniform(0.0, 13.0))
        crop = np.clip(crop + noise, 0.0, 255.0).astype(np.uint8)
    return crop
