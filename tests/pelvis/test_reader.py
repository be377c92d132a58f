import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pelvis import PelvicReader, best_line, landmark_line
from monitor.vocabulary import Landmark, PelvicLine, PelvicSource, Pose
from tests.pelvis.drawing import Runner

sds_deg = st.floats(0.01, 20.0)
lines = st.builds(PelvicLine, st.floats(-20.0, 20.0), sds_deg, st.sampled_from(PelvicSource), st.floats(0.0, 20.0))


def tilted(angle_deg: float) -> Pose:
    pose = Runner().pose()
    landmarks = pose.landmarks.copy()
    rise_px = math.tan(math.radians(angle_deg)) * Runner().hip_width_px
    landmarks[Landmark.RIGHT_HIP, 1] -= rise_px / pose.height
    return Pose(landmarks, pose.width, pose.height)


@given(angle_deg=st.floats(-30.0, 30.0))
def test_the_landmark_line_is_the_line_through_the_hips(angle_deg: float) -> None:
    line = landmark_line(tilted(angle_deg))
    assert line is not None
    assert line.source is PelvicSource.LANDMARKS
    assert line.angle_deg == pytest.approx(angle_deg, abs=1e-6)


def test_the_landmark_line_is_the_same_seen_from_the_front() -> None:
    pose = tilted(5.0)
    swapped = pose.landmarks.copy()
    swapped[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]] = swapped[[Landmark.RIGHT_HIP, Landmark.LEFT_HIP]]
    assert landmark_line(Pose(swapped, pose.width, pose.height)) == landmark_line(pose)


@pytest.mark.parametrize(
    ("true_deg", "read_deg"), [(7.8, 0.6), (15.7, 0.6), (7.8, 2.0), (15.7, 1.7), (7.8, -0.3), (15.7, -0.1)]
)
def test_the_landmark_line_says_how_little_it_knows(true_deg: float, read_deg: float) -> None:
    """Peak drops measured on rendered runners with exact truth."""
    line = landmark_line(tilted(read_deg))
    assert line is not None
    assert abs(line.angle_deg - true_deg) < 1.96 * line.shared_sd_deg


def test_there_is_no_landmark_line_without_a_hip_and_one_without_shoulders() -> None:
    landmarks = Runner().pose().landmarks.copy()
    landmarks[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]] = np.nan
    assert landmark_line(Pose(landmarks, 240, 280)) == landmark_line(Runner().pose())
    landmarks[Landmark.LEFT_HIP] = np.nan
    assert landmark_line(Pose(landmarks, 240, 280)) is None


def test_there_is_no_landmark_line_from_the_side() -> None:
    landmarks = Runner().pose().landmarks.copy()
    landmarks[Landmark.LEFT_HIP] = landmarks[Landmark.RIGHT_HIP]
    assert landmark_line(Pose(landmarks, 240, 280)) is None


@given(st.lists(st.none() | lines, max_size=4))
def test_the_best_line_is_the_least_uncertain_one(found: list[PelvicLine | None]) -> None:
    known = [line for line in found if line is not None]
    best = best_line(*found)
    if best is None:
        assert known == []
    else:
        assert best in known
        total_deg = [math.hypot(line.sd_deg, line.shared_sd_deg) for line in known]
        assert math.hypot(best.sd_deg, best.shared_sd_deg) == min(total_deg)


@pytest.mark.parametrize(
    ("runner", "source"), [(Runner(6.0), PelvicSource.BELT), (Runner(6.0, belt=None), PelvicSource.NETWORK)]
)
def test_the_reader_takes_the_belt_or_else_the_network(runner: Runner, source: PelvicSource) -> None:
    reader = pickle.loads(pickle.dumps(PelvicReader()))
    line = reader(runner.picture(), runner.pose())
    assert line is not None
    assert line.source is source


def test_the_reader_falls_back_on_the_landmarks() -> None:
    line = PelvicReader()(np.full((280, 240, 3), 90, np.uint8), Runner().pose())
    assert line is not None
    assert line.source is PelvicSource.LANDMARKS
