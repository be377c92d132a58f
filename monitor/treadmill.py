"""Where the treadmill is in the camera's picture: found once from somebody who is on it, kept beside the sessions."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from monitor.camera import Camera
from monitor.errors import MediusError
from monitor.files import write_whole
from monitor.pose.pool import PosePool
from monitor.pose.region import Region, region_of
from monitor.pose.runner import SEVERAL, Place
from monitor.settings import Settings
from monitor.vocabulary import Landmark, Observation, Pose

LEAST_PICTURES = 30
MOST_CROWDED = 0.1
"""This part of the pictures may show several people: somebody passes, or the network errs [ours]."""
LEAST_WHOLE = 0.5
"""This part must show somebody from head to foot [ours]."""
MOST_SPREAD_TRUNKS = 1.0
"""Who stays on a treadmill keeps the hips, but for one picture in ten, within so many trunk lengths [ours]."""
SAME_SHAPE = 0.01


@dataclass(frozen=True, slots=True)
class Located:
    """A region that was found, when, and in whose picture."""

    region: Region
    camera: str
    """As sessions name it."""
    size: tuple[int, int]
    """(width, height) of the picture."""
    date: datetime


def locate_treadmill(camera: Camera, pool: PosePool, seconds: float) -> Region:
    """Watch who is on the treadmill for so many seconds of the camera's; `pool` has `lone_person` for a landmarker.

    Raises CameraError, MediusError, PoseFault.
    """
    give = pool.offer if camera.live else pool.submit
    seen: list[Observation] = []
    first_s = None
    for frame in camera:
        first_s = frame.time_s if first_s is None else first_s
        if frame.time_s - first_s > seconds:
            break
        give(frame)
        seen += pool.poll()
    return treadmill_under([*seen, *pool.drain()])


def treadmill_under(observations: Sequence[Observation]) -> Region:
    """The treadmill's region, from pictures of one person who stays on it. Raises MediusError."""
    if sum(o.reason == SEVERAL for o in observations) > MOST_CROWDED * len(observations):
        raise MediusError(
            "Several people were in view: let only the person on the treadmill be in the picture, and cover mirrors."
        )
    poses = [o.pose for o in observations if o.pose is not None and _stands_in_view(o.pose)]
    if len(poses) < max(LEAST_PICTURES, LEAST_WHOLE * len(observations)):
        raise MediusError(
            f"Only {len(poses)} of {len(observations)} pictures showed somebody from head to foot: aim the camera so "
            "that the feet are in the picture, and stay on the treadmill until the time is over."
        )
    places = [Place.of(pose) for pose in poses]
    inner = np.quantile([(place.u_px, place.v_px) for place in places], (0.05, 0.95), axis=0)
    if np.ptp(inner, axis=0).max() > MOST_SPREAD_TRUNKS * np.median([place.trunk_px for place in places]):
        raise MediusError("The person in view went from place to place: begin when somebody is on the treadmill.")
    return region_of(poses)


def _stands_in_view(pose: Pose) -> bool:
    ankles = pose.landmarks[[Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE], :2]
    return bool(((ankles >= 0.0) & (ankles <= 1.0)).all())


def keep(located: Located, state_dir: Path) -> Path:
    """Write it into the set-up file, and return that. Raises MediusError."""
    path = _setup_file(state_dir)
    treadmill = {
        "region": asdict(located.region),
        "camera": located.camera,
        "size": located.size,
        "date": located.date.isoformat(timespec="seconds"),
    }
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({"treadmill": treadmill}, indent=1) + "\n")
    except OSError as error:
        raise MediusError(
            f"The set-up cannot be written to {path} ({error.strerror}): choose another folder with MEDIUS_STATE_DIR."
        ) from error
    return path


def kept(state_dir: Path) -> Located | None:
    """What `keep` wrote last, if anything. Raises MediusError."""
    path = _setup_file(state_dir)
    try:
        treadmill = json.loads(path.read_text(encoding="utf-8"))["treadmill"]
        width, height = treadmill["size"]
        date = datetime.fromisoformat(treadmill["date"])
        return Located(Region(**treadmill["region"]), treadmill["camera"], (width, height), date)
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise MediusError(f"The set-up in {path} cannot be read: run `medius locate` again.") from error


def treadmill_of(settings: Settings, camera: str, size: tuple[int, int]) -> Region | None:
    """The region that was set, or else the one found in this camera's picture, if one was.

    Raises:
        MediusError: it was found in a picture of another shape, or the set-up cannot be read.
    """
    if settings.treadmill is not None:
        return settings.treadmill
    located = kept(settings.state_dir)
    if located is None or located.camera != camera:
        return None
    shape, found_shape = size[0] / size[1], located.size[0] / located.size[1]
    if abs(shape - found_shape) > SAME_SHAPE * found_shape:
        raise MediusError(
            f"The treadmill was located in pictures of {located.size[0]} × {located.size[1]}, and the camera now gives "
            f"{size[0]} × {size[1]}: run `medius locate` again."
        )
    return located.region


def in_words(treadmill: Region | None) -> str:
    """Where it is, for a person to read."""
    if treadmill is None:
        return "its place is not known, so whoever is in view first is the runner; `medius locate` finds it"
    return (
        f"feet land between {treadmill.left:.0%} and {treadmill.right:.0%} of the picture's width "
        f"and between {treadmill.top:.0%} and {treadmill.bottom:.0%} of its height"
    )


def _setup_file(state_dir: Path) -> Path:
    return state_dir / "setup.json"
