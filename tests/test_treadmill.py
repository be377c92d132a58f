"""The treadmill: what is found, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from monitor.errors import MediusError
from monitor.pose.region import Region, region_of
from monitor.pose.runner import SEVERAL
from monitor.treadmill import in_words, treadmill_under
from monitor.vocabulary import Observation, Pose
from tests.pose.test_region import HEIGHT, STRIDE, WIDTH, Somebody

REGION = Region(0.36, 0.7, 0.64, 0.84, trunk=0.15)


def observed(poses: list[Pose | None], reason: str = "nobody in view") -> list[Observation]:
    return [Observation(n, n / 15.0, pose, reason=None if pose else reason) for n, pose in enumerate(poses)]


RUNNING: list[Pose | None] = [replace(STRIDE[n % 4], right_m=0.03 * np.sin(0.2 * n)).seen() for n in range(200)]


def test_one_person_who_stays_shows_where_the_treadmill_is() -> None:
    assert treadmill_under(observed(RUNNING)) == region_of([pose for pose in RUNNING if pose])


def test_a_moments_absence_or_company_does_not_matter() -> None:
    track = observed([*RUNNING, *[None] * 60]) + observed([None] * 20, SEVERAL)
    assert treadmill_under(track) == treadmill_under(observed(RUNNING))


def without_feet(pose: Pose) -> Pose:
    landmarks = pose.landmarks.copy()
    landmarks[27:29, 1] = 1.05
    return Pose(landmarks, WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("track", "complaint"),
    [
        (observed(RUNNING) + observed([None] * 30, SEVERAL), "Several people were in view"),
        (observed([*RUNNING, *[None] * 210]), "Only 200 of 410 pictures showed somebody from head to foot"),
        (observed(RUNNING[:29]), "Only 29 of 29 pictures"),
        (observed([pose and without_feet(pose) for pose in RUNNING]), "Only 0 of 200 pictures"),
        (observed([Somebody(right_m=-1.0 + n / 100).seen() for n in range(200)]), "went from place to place"),
        ([], "Only 0 of 0 pictures"),
    ],
)
def test_what_shows_no_treadmill_is_refused(track: list[Observation], complaint: str) -> None:
    with pytest.raises(MediusError, match=complaint):
        treadmill_under(track)


def test_it_is_said_in_words() -> None:
    assert in_words(REGION) == (
        "feet land between 36% and 64% of the picture's width and between 70% and 84% of its height"
    )
    assert "medius setup" in in_words(None)
