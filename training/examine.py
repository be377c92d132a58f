"""What finished weights make of identities that they never saw: when the unit may believe them."""

import json
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from monitor.pelvis.network import Trust, line, say
from training.examples import PLACE_MEAN, PLACE_SD, Collection, FloatArray, Image, plain


@dataclass(frozen=True)
class Held:
    """Errors on the identities that were held out, in degrees."""

    crops: int
    read: float
    """Fraction that is certain enough to be read; the rest of the figures is of these."""
    rmse_deg: float
    slope: float
    """Of what is read on the truth."""
    identity_sd_deg: float
    """Root mean square of the identities' mean errors."""
    own_scale: float
    """By which a stated standard deviation is multiplied for what differs from frame to frame."""
    shared_scale: float
    """The same for what an identity's frames share."""


def examine(weights: Path, collection: Collection, prior_deg2: float) -> Held:
    """Read every held-out crop as a unit does, the hips supposed where MediaPipe has them.

    Raises:
        SystemExit: none is certain enough to be read.
    """
    network = cv2.dnn.readNetFromONNX(str(weights))
    trust = Trust(prior_deg2, 1.0, 1.0)
    chosen = np.flatnonzero(collection.held_out)
    off = np.random.default_rng(0).normal(PLACE_MEAN, PLACE_SD, (len(np.unique(collection.identity)), 2))

    def cut(n: int, right: float, down: float) -> Image:
        return plain(collection.images[n], *(off[collection.identity[n]] + (right, down)))

    read = [(n, line(*say(network, partial(cut, n)), trust)) for n in chosen]
    known = [(n, found.angle_deg, found.sd_deg) for n, found in read if found is not None]
    if not known:
        raise SystemExit(f"{weights} is certain of none of {len(chosen)} crops that it was not taught: train longer.")
    rows, angle_deg, sd_deg = (np.array(column) for column in zip(*known, strict=True))
    true_deg, identity = collection.angle_deg[rows], collection.identity[rows]
    error_deg = angle_deg - true_deg
    shared_deg, stated_deg = per_identity(error_deg, identity), per_identity(sd_deg, identity)
    return Held(
        len(chosen),
        len(known) / len(chosen),
        rms(error_deg),
        float(np.polyfit(true_deg, angle_deg, 1)[0]),
        rms(shared_deg),
        rms((error_deg - shared_deg) / stated_deg),
        rms(shared_deg / stated_deg),
    )


def write_record(weights: Path, record: dict[str, Any], collection: Collection) -> None:
    """Write the record of training beside the weights, with what they make of the held-out identities."""
    held = examine(weights, collection, record["prior_deg2"])
    path = weights.with_suffix(".json")
    path.write_text(json.dumps(record | {"held_out": asdict(held)}, indent=2) + "\n")


def per_identity(values: FloatArray, identity: npt.NDArray[np.int64]) -> FloatArray:
    """(n,) each value replaced by the mean over its identity."""
    _, which, counts = np.unique(identity, return_inverse=True, return_counts=True)
    return np.asarray((np.bincount(which, values) / counts)[which])


def rms(values: FloatArray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(values))))
