"""Where the treadmill is in the camera's picture, told by somebody who is on it."""

from collections.abc import Sequence

import numpy as np

from monitor.errors import MediusError
from monitor.pose.region import Region, region_of
from monitor.pose.runner import SEVERAL, Place
from monitor.vocabulary import Landmark, Observation, Pose

LEAST_PICTURES = 30
MOST_CROWDED = 0.1
"""This part of the pictures may show several people: somebody passes, or the network errs [ours]."""
LEAST_WHOLE = 0.5
"""This part must show somebody from head to foot [ours]."""
MOST_SPREAD_TRUNKS = 1.0
"""Who stays on a treadmill keeps the hips, but for one picture in ten, within so many trunk lengths [ours]."""


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


def in_words(treadmill: Region | None) -> str:
    """Where it is, for a person to read."""
    if treadmill is None:
        return "its place is not known, so whoever is in view first is the runner; `medius setup` finds it"
    return (
        f"feet land between {treadmill.left:.0%} and {treadmill.right:.0%} of the picture's width "
        f"and between {treadmill.top:.0%} and {treadmill.bottom:.0%} of its height"
    )
