import pickle
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.pelvis import BeltReader
from monitor.vocabulary import PelvicSource, Pose
from tests.pelvis.drawing import Box, Colour, Runner

READER = BeltReader()
WHITE, GREY, BLACK, SKIN = (235, 235, 225), (150, 150, 155), (25, 25, 30), (205, 155, 125)

angles_deg = st.floats(-15.0, 15.0)
dark_colours = st.tuples(*[st.integers(10, 120)] * 3)


def read_deg(runner: Runner) -> float:
    reading = READER.read(runner.picture(), runner.pose())
    assert reading.line is not None, reading.reason
    assert reading.line.source is PelvicSource.BELT
    return reading.line.angle_deg


@given(
    angle_deg=angles_deg,
    shirt=dark_colours,
    shorts=dark_colours,
    belt_v=st.floats(-0.75, -0.2),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_reads_the_tilt_of_a_belt_on_any_dark_clothes(
    angle_deg: float, shirt: Colour, shorts: Colour, belt_v: float, seed: int
) -> None:
    runner = Runner(angle_deg, shirt=shirt, shorts=shorts, belt_v=belt_v, seed=seed)
    line = READER(runner.picture(), runner.pose())
    assert line is not None
    assert abs(line.angle_deg - angle_deg) < min(0.6, 3.0 * line.sd_deg)


@pytest.mark.parametrize(
    ("shirt", "belt"),
    [((42, 174, 160), (216, 232, 64)), ((215, 150, 140), (240, 176, 48)), ((120, 60, 140), (250, 120, 40))],
    ids=["yellow on turquoise", "orange on pink", "orange on purple"],
)
@pytest.mark.parametrize("angle_deg", [-12.0, 3.0])
def test_a_bright_belt_of_any_colour_is_read(angle_deg: float, shirt: Colour, belt: Colour) -> None:
    assert read_deg(Runner(angle_deg, shirt=shirt, belt=belt)) == pytest.approx(angle_deg, abs=0.6)


@given(angle_deg=angles_deg)
@settings(max_examples=15, deadline=None)
def test_mirroring_the_picture_negates_the_angle(angle_deg: float) -> None:
    runner = Runner(angle_deg)
    picture, pose = runner.picture(), runner.pose()
    landmarks = pose.landmarks * (-1.0, 1.0, 1.0) + (1.0 - 1.0 / pose.width, 0.0, 0.0)
    mirrored = READER(np.ascontiguousarray(picture[:, ::-1]), Pose(landmarks, pose.width, pose.height))
    seen = READER(picture, pose)
    assert seen is not None
    assert mirrored is not None
    assert mirrored.angle_deg == pytest.approx(-seen.angle_deg, abs=0.15)


@given(angle_deg=st.floats(-10.0, 10.0), turn_deg=st.floats(-8.0, 8.0))
@settings(max_examples=15, deadline=None)
def test_rolling_the_camera_adds_to_the_angle(angle_deg: float, turn_deg: float) -> None:
    runner = Runner(angle_deg)
    pose = runner.pose()
    turn = cv2.getRotationMatrix2D((runner.u_px, runner.v_px), turn_deg, 1.0)
    size = (runner.width, runner.height)
    turned = np.asarray(cv2.warpAffine(runner.picture(), turn, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    landmarks = pose.landmarks.copy()
    landmarks[:, :2] = ((landmarks[:, :2] * size) @ turn[:, :2].T + turn[:, 2]) / size
    line = READER(turned, Pose(landmarks, *size))
    assert line is not None
    assert line.angle_deg == pytest.approx(read_deg(runner) + turn_deg, abs=0.4)


@given(
    angle_deg=angles_deg,
    hip_width_px=st.floats(34.0, 100.0),
    u_px=st.floats(190.0, 210.0),
    v_px=st.floats(240.0, 280.0),
)
@settings(max_examples=25, deadline=None)
def test_size_and_place_change_nothing(angle_deg: float, hip_width_px: float, u_px: float, v_px: float) -> None:
    runner = Runner(angle_deg, 400, 400, hip_width_px, u_px, v_px)
    assert read_deg(runner) == pytest.approx(angle_deg, abs=0.5)


@given(angle_deg=angles_deg, du=st.floats(-0.3, 0.3), dv=st.floats(-0.3, 0.3))
@settings(max_examples=25, deadline=None)
def test_needs_the_hips_only_roughly(angle_deg: float, du: float, dv: float) -> None:
    runner = Runner(angle_deg)
    line = READER(runner.picture(), runner.pose(du, dv))
    assert line is not None
    assert line.angle_deg == pytest.approx(angle_deg, abs=0.6)


def test_a_belt_on_a_white_shirt_in_dim_light_is_read() -> None:
    runner = Runner(6.0, shirt=(95, 95, 95), belt=(118, 118, 112), room=(60, 62, 64), noise=4.0)
    assert read_deg(runner) == pytest.approx(6.0, abs=0.8)


@pytest.mark.parametrize("left", [-1.1, 0.55])
def test_a_hand_before_an_end_moves_the_line_by_less_than_it_says(left: float) -> None:
    runner = Runner(7.0, in_front=(((left, -0.9, left + 0.55, 0.0), SKIN),))
    line = READER(runner.picture(), runner.pose())
    assert line is not None
    assert abs(line.angle_deg - 7.0) < 2.0 * line.sd_deg


def test_a_hand_before_the_middle_is_read_past() -> None:
    runner = Runner(-4.0, in_front=(((-0.1, -0.9, 0.2, 0.0), SKIN),))
    assert read_deg(runner) == pytest.approx(-4.0, abs=0.5)


def test_a_belt_mostly_hidden_is_withheld() -> None:
    runner = Runner(7.0, in_front=(((-0.45, -1.5, 1.2, 0.5), SKIN),))
    assert READER(runner.picture(), runner.pose()) is None


def stripes(height: float, pitch: float, colour: Colour) -> tuple[tuple[Box, Colour], ...]:
    return tuple(((-3.0, v, 3.0, v + height), colour) for v in np.arange(-2.5, 1.0, pitch))


BARE = Runner(5.0, belt=None)
WITHOUT = {
    "plain clothes": BARE,
    "white shirt over black shorts": replace(BARE, shirt=WHITE, shorts=BLACK),
    "black shirt over white shorts": replace(BARE, shirt=BLACK, shorts=WHITE),
    "dark belt": replace(BARE, shirt=GREY, belt=BLACK),
    "broad sash": replace(BARE, belt=WHITE, belt_thickness=0.6),
    "string": replace(BARE, belt=WHITE, belt_thickness=0.05),
    "striped shirt": replace(BARE, on_body=stripes(0.18, 0.45, WHITE)),
    "finely striped shirt": replace(BARE, on_body=stripes(0.1, 0.25, WHITE)),
    "broadly striped shirt": replace(BARE, on_body=stripes(0.25, 0.7, WHITE)),
    "logo": replace(BARE, on_body=(((-0.3, -0.7, 0.3, -0.5), WHITE),)),
    "two side panels": replace(BARE, on_body=(((-1.0, -0.7, -0.5, -0.5), WHITE), ((0.5, -0.7, 1.0, -0.5), WHITE))),
    "rail behind the runner": replace(BARE, in_room=(((-4.0, -0.65, 4.0, -0.45), WHITE),)),
    "rail before the runner": replace(BARE, in_front=(((-4.0, -0.65, 4.0, -0.45), WHITE),)),
    "window behind the runner": replace(BARE, in_room=(((-4.0, -2.0, 4.0, 0.0), WHITE),)),
    "wedge": replace(BARE, in_front=(((-0.9, -0.65, 0.0, -0.55), WHITE), ((0.0, -0.65, 0.9, -0.3), WHITE))),
    "stripe at the knees": replace(BARE, on_body=(((-1.0, 0.9, 1.0, 1.1), WHITE),)),
    "stripe over the shoulder blades": replace(BARE, on_body=(((-1.0, -1.9, 1.0, -1.7), WHITE),)),
}


@pytest.mark.parametrize("runner", WITHOUT.values(), ids=WITHOUT.keys())
@pytest.mark.parametrize("angle_deg", [-8.0, 0.0, 5.0])
def test_a_belt_that_is_not_there_is_not_found(runner: Runner, angle_deg: float) -> None:
    runner = replace(runner, angle_deg=angle_deg)
    reading = READER.read(runner.picture(), runner.pose())
    assert reading.line is None
    assert reading.reason


@given(seed=st.integers(0, 2**32 - 1), grain_px=st.sampled_from([1, 3, 9, 27]), spread=st.floats(5.0, 120.0))
@settings(max_examples=60, deadline=None)
def test_noise_of_any_grain_holds_no_belt(seed: int, grain_px: int, spread: float) -> None:
    noise = np.random.default_rng(seed).normal(0.0, spread, (280 // grain_px + 1, 240 // grain_px + 1, 3))
    picture = np.clip(128.0 + cv2.resize(noise, (240, 280), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
    assert READER(picture, BARE.pose()) is None


@pytest.mark.parametrize(
    ("pose", "reason"),
    [
        (Pose(np.full((33, 3), np.nan), 240, 280), "no hips"),
        (BARE.pose(du=5.0), "outside"),
        (BARE.pose(du=2.2), "ends too near"),
        (replace(BARE, hip_width_px=20.0).pose(), "too small"),
    ],
)
def test_says_what_is_wrong_with_the_pose(pose: Pose, reason: str) -> None:
    reading = READER.read(Runner().picture(), pose)
    assert reading.line is None
    assert reason in str(reading.reason)


def test_a_picture_that_is_not_the_poses_own_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="240 x 280"):
        READER.read(np.zeros((100, 100, 3), np.uint8), BARE.pose())


def test_a_view_into_shared_memory_will_do() -> None:
    runner = Runner(3.0)
    picture = runner.picture()
    view = np.ascontiguousarray(picture[..., ::-1])[..., ::-1]
    view.flags.writeable = False
    assert READER.read(view, runner.pose()) == READER.read(picture, runner.pose())


def test_can_be_sent_to_another_process() -> None:
    runner = Runner(3.0)
    copy = pickle.loads(pickle.dumps(READER))
    assert copy.read(runner.picture(), runner.pose()) == READER.read(runner.picture(), runner.pose())
