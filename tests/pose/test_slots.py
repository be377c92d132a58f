import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pose.slots import FrameSlots
from monitor.vocabulary import Frame


@given(st.sampled_from([0, 90, 180, 270]), st.booleans(), st.integers(1, 9), st.integers(1, 9))
def test_a_picture_lies_upright_and_in_rgb(turn_deg: int, rgb: bool, width: int, height: int) -> None:
    upright = np.random.default_rng(width + 10 * height).integers(0, 255, (height, width, 3), np.uint8)
    taken = np.rot90(upright, turn_deg // 90)  # what a camera sees that is turned clockwise
    taken = np.ascontiguousarray(taken if rgb else taken[..., ::-1])
    slots = FrameSlots((width, height), 2)
    slots.put(1, Frame(0, 0.0, taken, rgb=rgb, turn_deg=turn_deg))
    assert np.array_equal(slots[1], upright)
    assert not slots[0].any()
    slots.close()


def test_a_picture_of_another_size_is_refused_and_nothing_written() -> None:
    slots = FrameSlots((6, 4), 1)
    for turn_deg, shape in ((0, (6, 4, 3)), (90, (4, 6, 3)), (180, (4, 7, 3))):
        with pytest.raises(ValueError, match="size"):
            slots.put(0, Frame(0, 0.0, np.ones(shape, np.uint8), turn_deg=turn_deg))
    assert not slots[0].any()
    slots.close()
