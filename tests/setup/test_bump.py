"""A camera that was bumped is noticed; who runs, passes or switches a lamp off is not taken for it."""

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.setup import BumpWatch, Reference
from monitor.setup.bump import EVERY_S, LOOKS, STRANGE_LOOKS
from monitor.setup.picture import GreyPicture, reduced
from monitor.setup.reference import LONGEST_PX, movement, reference_of
from monitor.vocabulary import Frame
from tests.setup.drawing import Scene

SCENE = Scene(roll_deg=1.0, tilt_deg=3.0)


def reference(scene: Scene = SCENE) -> Reference:
    found = reference_of(reduced(scene.picture(), LONGEST_PX))
    assert found is not None
    return found


def moved(picture: GreyPicture, turn_deg: float, right_px: float, down_px: float) -> GreyPicture:
    """The picture turned clockwise about its middle, and shifted."""
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2.0, height / 2.0), -turn_deg, 1.0)
    matrix[:, 2] += right_px, down_px
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


@settings(max_examples=10)
@given(turn_deg=st.floats(-5.0, 5.0), right=st.floats(-0.1, 0.1), down=st.floats(-0.1, 0.1), light=st.floats(0.5, 1.6))
def test_a_movement_is_measured(turn_deg: float, right: float, down: float, light: float) -> None:
    width = SCENE.size[0]
    picture = moved(SCENE.picture(person=True, light=light, seed=3), turn_deg, right * width, down * width)
    found = movement(reference(), reduced(picture, LONGEST_PX))
    assert found is not None
    assert found.turned_deg == pytest.approx(turn_deg, abs=0.2)
    assert (found.right, found.down) == (pytest.approx(right, abs=0.005), pytest.approx(down, abs=0.005))


@pytest.mark.parametrize("light", [0.4, 1.0, 1.6])
@pytest.mark.parametrize("person", [False, True])
def test_light_and_people_are_no_movement(light: float, person: bool) -> None:
    found = movement(reference(), reduced(SCENE.picture(person=person, light=light, seed=5), LONGEST_PX))
    assert found is not None
    assert abs(found.turned_deg) < 0.1
    assert max(abs(found.right), abs(found.down), abs(found.scale - 1.0)) < 0.003


def test_a_bare_wall_is_no_reference_and_nothing_like_it() -> None:
    bare = reduced(Scene(bare=True).picture(), LONGEST_PX)
    assert reference_of(bare) is None
    assert movement(reference(), bare) is None
    with pytest.raises(ValueError, match="is compared with"):
        movement(reference(), bare[:-1])


def test_what_is_hidden_is_not_in_the_reference() -> None:
    picture = reduced(SCENE.picture(), LONGEST_PX)
    hidden = np.zeros(picture.shape, bool)
    hidden[:, :135] = True
    found = reference_of(picture, hidden)
    assert found is not None
    assert min(u for u, _, _ in found.edges) >= 135.0


class Watched:
    """A watch, and a picture for as many looks as one likes."""

    def __init__(self) -> None:
        self.watch = BumpWatch(reference())
        self._count = itertools.count()

    def looks(self, picture: GreyPicture, times: int = 1) -> str | None:
        said = None
        for number in itertools.islice(self._count, times):
            said = self.watch.look(Frame(number, number * EVERY_S, np.repeat(picture[..., None], 3, axis=2)))
        return said


@pytest.mark.parametrize(
    ("turn_deg", "right", "down", "sentence"),
    [
        (1.2, 0.0, 0.0, "the camera was turned anticlockwise by 1.2°"),
        (-0.8, 0.0, 0.0, "the camera was turned clockwise by 0.8°"),
        (0.0, 0.04, 0.0, "the camera now looks farther left, by 4% of the picture's width"),
        (0.0, -0.03, 0.01, "the camera now looks farther right, by 3% of the picture's width"),
        (0.0, 0.0, 0.05, "the camera now looks farther up, by 5% of the picture's width"),
    ],
)
def test_a_bump_is_said_when_it_stays(turn_deg: float, right: float, down: float, sentence: str) -> None:
    watched, width = Watched(), SCENE.size[0]
    assert watched.looks(SCENE.picture(seed=1), 5) is None
    bumped = moved(SCENE.picture(person=True, seed=2), turn_deg, right * width, down * width)
    assert watched.looks(bumped, LOOKS - 1) is None
    assert watched.looks(bumped) == f"The set-up no longer fits: {sentence}: put it back, or set the camera up again."
    assert watched.looks(SCENE.picture(seed=1)) is None


def test_a_room_rolled_in_three_dimensions_is_said() -> None:
    watched = Watched()
    said = watched.looks(replace(SCENE, roll_deg=SCENE.roll_deg + 2.0).picture(), LOOKS)
    assert said is not None
    assert "was turned clockwise by 2.0°" in said


def test_a_little_is_nothing_and_darkness_says_nothing() -> None:
    watched = Watched()
    assert watched.looks(moved(SCENE.picture(), 0.3, 7.0, -7.0), 10) is None
    assert watched.looks(np.full(SCENE.size[::-1], 8, np.uint8), 100) is None


def test_another_view_is_said_at_last() -> None:
    watched = Watched()
    elsewhere = Scene(bare=True).picture()
    assert watched.looks(elsewhere, STRANGE_LOOKS - 1) is None
    assert watched.looks(elsewhere) == (
        "The picture no longer looks as it did at the set-up: put it back, or set the camera up again."
    )
    assert watched.looks(SCENE.picture()) is None


def test_frames_between_looks_are_not_looked_at() -> None:
    watch = BumpWatch(reference())
    bumped = moved(SCENE.picture(), 3.0, 0.0, 0.0)
    frames = (Frame(n, n * 0.02, np.repeat(bumped[..., None], 3, axis=2)) for n in range(100))
    assert {watch.look(frame) for frame in frames} == {None}


def test_turned_frames_and_other_colours_are_the_same_to_it() -> None:
    watch = BumpWatch(reference())
    picture = np.repeat(moved(SCENE.picture(), 2.0, 0.0, 0.0)[..., None], 3, axis=2)
    on_its_side = np.rot90(picture)
    said = [watch.look(Frame(n, n * EVERY_S, on_its_side, rgb=True, turn_deg=90)) for n in range(LOOKS)]
    assert said[-1] is not None
    assert "anticlockwise by 2.0°" in said[-1]
