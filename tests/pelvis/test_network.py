import hashlib
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pelvis import NetworkReader
from monitor.pelvis.network import HEIGHT_PX, MOST_SD_DEG, WEIGHTS, WIDTH_PX, Surroundings, Trust, as_input, line
from monitor.pelvis.region import HipRegion
from monitor.vocabulary import Landmark, PelvicSource, Pose
from tests.pelvis.clips import RENDERED, Clip, demo, rendered
from tests.pelvis.drawing import Runner

RUNS = [clip for clip in rendered() if "squat" not in clip.name]
TRUST = Trust(prior_deg2=72.0, own_scale=0.8, shared_scale=0.6)
says_deg = st.floats(-20.0, 20.0)
variances_deg2 = st.floats(0.1, 200.0)


def test_the_weights_are_those_of_the_record_and_small() -> None:
    record = json.loads(WEIGHTS.with_suffix(".json").read_text())
    weights = WEIGHTS.read_bytes()
    assert hashlib.sha256(weights).hexdigest() == record["sha256"]
    assert len(weights) <= 2 << 20


@given(says_deg, variances_deg2)
def test_what_was_seen_is_what_is_said_without_the_expectation(said_deg: float, variance_deg2: float) -> None:
    """A Gaussian prior of mean 0 times what was seen gives back what was said."""
    seen = line(said_deg, variance_deg2, TRUST)
    if seen is None:
        assert 1.0 / variance_deg2 < 1.0 / MOST_SD_DEG**2 + 1.0 / TRUST.prior_deg2 + 1e-9
        return
    own_deg2 = (seen.sd_deg / TRUST.own_scale) ** 2
    assert own_deg2 == pytest.approx((seen.shared_sd_deg / TRUST.shared_scale) ** 2)
    assert 1.0 / (1.0 / own_deg2 + 1.0 / TRUST.prior_deg2) == pytest.approx(variance_deg2)
    assert seen.angle_deg / own_deg2 == pytest.approx(said_deg / variance_deg2)
    assert math.sqrt(own_deg2) <= MOST_SD_DEG + 1e-9
    assert seen.source is PelvicSource.NETWORK


@pytest.mark.parametrize("said_deg", [math.nan, math.inf])
def test_no_number_is_no_line(said_deg: float) -> None:
    assert line(said_deg, 1.0, TRUST) is None
    assert line(1.0, said_deg, TRUST) is None


@given(st.floats(24.0, 300.0), st.floats(0.0, 639.0), st.floats(0.0, 479.0))
def test_the_crop_keeps_angles_and_puts_the_hips_into_its_middle(hip_width_px: float, u_px: float, v_px: float) -> None:
    """On a picture whose red and green are how far right and down a pixel is."""
    across, down = np.meshgrid(np.arange(640), np.arange(480))
    image = np.stack([across * 255 // 639, down * 255 // 479, 0 * across], axis=-1).astype(np.uint8)
    crop = Surroundings(image, HipRegion(u_px, v_px, hip_width_px)).crop().astype(float)
    assert crop.shape == (HEIGHT_PX, WIDTH_PX, 3)
    inside = 1.7 * hip_width_px < u_px < 639.0 - 1.7 * hip_width_px and v_px > 1.4 * hip_width_px
    if inside and v_px < 479.0 - 1.4 * hip_width_px:
        right, below, _ = crop.mean(axis=(0, 1)) * [639 / 255, 479 / 255, 0.0]
        assert right == pytest.approx(u_px, abs=2.5)
        assert below == pytest.approx(v_px, abs=2.5)
        unit_px = (crop[:, -1, 0] - crop[:, 0, 0]).mean() * 639 / 255 / (WIDTH_PX - 1)
        down_px = (crop[-1, :, 1] - crop[0, :, 1]).mean() * 479 / 255 / (HEIGHT_PX - 1)
        assert down_px == pytest.approx(unit_px, rel=0.05, abs=0.1)


@given(st.floats(0.5, 1.0), st.integers(0, 60))
def test_light_and_contrast_hardly_change_what_the_network_is_given(contrast: float, light: int) -> None:
    runner = Runner(u_px=0.5 * WIDTH_PX, v_px=0.5 * HEIGHT_PX, shirt=(190, 160, 150))
    crop = runner.picture()[:HEIGHT_PX, :WIDTH_PX]
    other = np.rint(crop * contrast).astype(np.uint8) + min(light, 255 - int(crop.max()))
    change = as_input(other.astype(np.uint8)) - as_input(crop)
    assert np.sqrt(np.mean(np.square(change))) < 0.15  # of a picture whose own is nearly 1


def test_the_line_follows_the_pelvis_of_the_demo() -> None:
    follows_the_pelvis(demo())


@pytest.mark.skipif(not RUNS, reason=f"no clips in {RENDERED.parent.parent.name}/ beside the repository")
@pytest.mark.parametrize("clip", RUNS, ids=lambda clip: clip.name)
def test_the_line_follows_the_pelvis(clip: Clip) -> None:
    """With a belt or without, in fitted clothing and loose, synthetic motion and captured."""
    follows_the_pelvis(clip)


def follows_the_pelvis(clip: Clip) -> None:
    reader = NetworkReader()
    truth_deg, angle_deg, sd_deg, frames = [], [], [], 0
    for i, picture, pose in clip.frames(every=5):
        frames += 1
        line = reader(picture, pose)
        if line is not None:
            truth_deg.append(clip.hipline_deg[i])
            angle_deg.append(line.angle_deg)
            sd_deg.append(math.hypot(line.sd_deg, line.shared_sd_deg))
    error_deg = np.subtract(angle_deg, truth_deg)
    assert len(angle_deg) >= 0.95 * frames
    assert np.corrcoef(truth_deg, angle_deg)[0, 1] > 0.9
    assert np.polyfit(truth_deg, angle_deg, 1)[0] == pytest.approx(1.0, abs=0.25)
    assert np.sqrt(np.mean((error_deg / sd_deg) ** 2)) < 1.5


def test_a_mirrored_picture_gives_a_mirrored_line() -> None:
    reader, sums_deg, sds_deg = NetworkReader(), [], []
    for _, picture, pose in demo().frames(every=60):
        mirrored = pose.landmarks.copy()
        mirrored[:, 0] = 1.0 - mirrored[:, 0]
        swap = [Landmark.RIGHT_HIP, Landmark.LEFT_HIP, Landmark.RIGHT_SHOULDER, Landmark.LEFT_SHOULDER]
        mirrored[swap] = mirrored[
            [Landmark.LEFT_HIP, Landmark.RIGHT_HIP, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
        ]
        plain = reader(picture, pose)
        other = reader(np.ascontiguousarray(picture[:, ::-1]), Pose(mirrored, pose.width, pose.height))
        assert plain is not None
        assert other is not None
        sums_deg.append(plain.angle_deg + other.angle_deg)
        sds_deg.append(math.hypot(plain.sd_deg, plain.shared_sd_deg))
    assert np.sqrt(np.mean(np.square(sums_deg))) < 2.0 * np.mean(sds_deg)


def test_nothing_is_read_from_the_front_nor_of_somebody_small() -> None:
    reader = pickle.loads(pickle.dumps(NetworkReader()))
    _, picture, pose = next(demo().frames(every=60))
    front = pose.landmarks.copy()
    front[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]] = front[[Landmark.RIGHT_HIP, Landmark.LEFT_HIP]]
    assert reader(picture, pose) is not None
    assert reader(picture, Pose(front, pose.width, pose.height)) is None
    small = pose.landmarks.copy()
    small[:, :2] = 0.5 + 0.1 * (small[:, :2] - 0.5)
    assert reader(picture, Pose(small, pose.width, pose.height)) is None


def test_noise_and_an_even_wall_are_not_read() -> None:
    reader, pose = NetworkReader(), Runner().pose()
    noise = np.random.default_rng(0).integers(0, 255, (280, 240, 3), dtype=np.uint8)
    assert reader(np.full_like(noise, 90), pose) is None
    assert reader(noise, pose) is None
