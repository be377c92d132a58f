from pathlib import Path

import numpy as np
import pytest

from monitor.pose.joints import HIPS_RIGHT_TRUNKS, hips_right_of, move_hips_left
from monitor.pose.weights import Model
from monitor.vocabulary import Landmark, Pose

HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


@pytest.mark.parametrize("model", Model)
def test_a_bundle_is_known_by_its_name(model: Model) -> None:
    assert hips_right_of(Path("somewhere") / model.file_name) == HIPS_RIGHT_TRUNKS.get(model, 0.0)
    assert hips_right_of(Path("another.task")) == 0.0


def test_only_the_hips_move_and_by_a_part_of_the_trunk() -> None:
    landmarks = np.full((33, 3), 0.5)
    landmarks[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], 1] = 0.25
    pose = Pose(landmarks.copy(), 720, 1280)
    move_hips_left(pose, 0.01)
    moved = (landmarks - pose.landmarks) * [720, 1280, 1]
    assert moved[HIPS] == pytest.approx(np.array([[0.01 * 320.0, 0.0, 0.0]] * 2))
    assert not np.delete(moved, HIPS, axis=0).any()
