"""Real workers with the real pose network."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from monitor.pose.pool import PoseFault, PosePool
from monitor.pose.runner import ELSEWHERE, Place
from monitor.vocabulary import Frame, Landmark, Observation
from tests.pose.conftest import CLIP

SIZE = (720, 1280)
Picture = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def pool(lite_model: Path) -> Iterator[PosePool]:
    with PosePool(lite_model, workers=2, size=SIZE) as pool:
        yield pool


@pytest.fixture(scope="module")
def observations(pool: PosePool, runner_frames: list[Frame]) -> list[Observation]:
    return list(pool.observe(runner_frames))


def hips_px(observation: Observation) -> npt.NDArray[np.float64]:
    """(2, 2): left and right hip, u and v."""
    assert observation.pose is not None
    return observation.pose.landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :2] * SIZE


def test_the_runner_is_found_where_she_is(runner_frames: list[Frame], observations: list[Observation]) -> None:
    truth = np.load(CLIP / "truth.npz")
    names = list(truth["joint_names"])
    assert [observation.index for observation in observations] == [frame.index for frame in runner_frames]
    for observation, joints in zip(observations, truth["uv"], strict=False):
        true_px = joints[[names.index("hipL"), names.index("hipR")]]
        assert np.abs(hips_px(observation) - true_px).max() < 0.5 * np.ptp(true_px[:, 0])


def test_seen_from_behind_the_left_hip_is_image_left(observations: list[Observation]) -> None:
    assert all(left_u < right_u for left_u, right_u in (hips_px(observation)[:, 0] for observation in observations))


def test_visibility_is_of_the_frame_itself(observations: list[Observation]) -> None:
    """MediaPipe's running mean over ten frames moves by a tenth of a change; a single frame's visibility jumps."""
    visibility = np.array([o.pose.landmarks[:, 2] for o in observations if o.pose is not None])
    assert ((visibility >= 0.0) & (visibility <= 1.0)).all()
    assert np.abs(np.diff(visibility, axis=0)).max() > 0.1


def test_a_change_arrives_at_once_and_whole(lite_model: Path, runner_frames: list[Frame]) -> None:
    """MediaPipe's own smoothing, with true times, would show a third of this shift after one frame."""
    still = runner_frames[0].image
    shift_px = 24
    shifted = np.roll(still, shift_px, axis=1)
    images = [still] * 8 + [shifted] * 3
    with PosePool(lite_model, workers=1, size=SIZE) as pool:
        seen = list(pool.observe(Frame(n, n / 60.0, image) for n, image in enumerate(images)))
    u_px = [hips_px(observation)[:, 0].mean() for observation in seen]
    assert u_px[8] - u_px[7] == pytest.approx(shift_px, abs=0.25 * shift_px)


def test_nobody_in_view_is_said(pool: PosePool) -> None:
    empty = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    assert [o.reason for o in pool.observe([Frame(0, 100.0, empty, epoch=1)])] == ["nobody in view"]


def _scene(frame: Frame, *places: tuple[int, float]) -> Picture:
    """The runner of the frame, pasted at (left edge, scale) as often as wished."""
    scene = np.full((720, 1080, 3), 120, np.uint8)
    for left, scale in places:
        person = cv2.resize(frame.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        scene[-person.shape[0] :, left : left + person.shape[1]] = person
    return scene


def _watch(lite_model: Path, scenes: list[Picture], fps: float = 15.0) -> list[Observation]:
    with PosePool(lite_model, workers=2, size=(1080, 720)) as pool:
        return list(pool.observe(Frame(n, n / fps, scene) for n, scene in enumerate(scenes)))


def test_of_two_people_the_large_and_central_one_is_followed(lite_model: Path, runner_frames: list[Frame]) -> None:
    seen = _watch(lite_model, [_scene(frame, (310, 0.55), (30, 0.3)) for frame in runner_frames[:12]])
    u_px = [Place.of(o.pose).u_px for o in seen if o.pose is not None]
    assert len(u_px) == 12
    assert all(abs(u - (310 + 0.55 * 360)) < 40 for u in u_px)


def test_two_people_who_change_places_are_not_swapped_silently(lite_model: Path, runner_frames: list[Frame]) -> None:
    left, right = [_scene(runner_frames[n % 30], (20, 0.55)) for n in range(12)], (640, 0.55)
    seen = _watch(lite_model, [*left, *(_scene(runner_frames[n % 30], right) for n in range(45))])
    assert all(o.pose is not None for o in seen[:12])
    first_again = next(o for o in seen[12:] if o.pose is not None)
    assert first_again.time_s - seen[11].time_s > 2.0
    assert ELSEWHERE in {o.reason for o in seen[12 : first_again.index]}
    assert all(o.pose is None and o.reason for o in seen[12 : first_again.index])


def test_a_worker_has_no_network_and_the_parent_no_mediapipe(pool: PosePool) -> None:
    if not pool.isolation.isolated:
        pytest.skip(pool.isolation.reason)
    for worker in pool.stats().workers:
        assert worker.isolation == pool.isolation
        assert Path(f"/proc/{worker.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        table = Path(f"/proc/{worker.pid}/net/dev").read_text(encoding="ascii").splitlines()[2:]
        assert [line.split(":")[0].strip() for line in table] == ["lo"]
    assert "mediapipe" not in sys.modules


def test_a_file_that_is_no_model_is_told_in_one_sentence(tmp_path: Path) -> None:
    model = tmp_path / "bad.task"
    model.write_bytes(b"not a model")
    with pytest.raises(PoseFault, match="a pose worker could not start: ") as caught:
        PosePool(model, workers=1, size=SIZE)
    assert "\n" not in str(caught.value)


def test_memory_does_not_grow(pool: PosePool, runner_frames: list[Frame]) -> None:
    pids = [worker.pid for worker in pool.stats().workers]

    def resident_mib() -> float:
        return sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids) / 256.0

    def run(epoch: int) -> None:
        for frame in runner_frames * 3:
            pool.submit(Frame(0, time.monotonic(), frame.image, epoch))
        pool.drain()

    run(2)
    before_mib = resident_mib()
    run(3)
    assert resident_mib() - before_mib < 16.0
