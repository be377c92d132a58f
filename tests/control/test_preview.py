"""The camera's picture for whoever aims it."""

import cv2
import numpy as np
import pytest

from monitor.control import RefusedError
from monitor.control.preview import EVERY_S, HEIGHT_PX, LEASE_S, Preview, as_jpeg
from monitor.vocabulary import Frame


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def preview(clock: Clock) -> Preview:
    return Preview(clock)


def grey(level: int) -> Frame:
    return Frame(0, 0.0, np.full((96, 64, 3), level, np.uint8))


def shown(preview: Preview) -> int:
    return int(cv2.imdecode(np.frombuffer(preview.look(), np.uint8), cv2.IMREAD_COLOR).mean().round())


def test_nothing_is_shown_before_it_is_opened_or_after_it_is_closed(preview: Preview) -> None:
    preview.frame(grey(10))
    for word in ("closed", "no picture yet"):
        with pytest.raises(RefusedError, match=word):
            preview.look()
        preview.open()
    preview.frame(grey(20))
    assert shown(preview) == pytest.approx(20, abs=2)
    preview.close()
    preview.frame(grey(30))
    with pytest.raises(RefusedError, match="closed"):
        preview.look()
    preview.open()
    with pytest.raises(RefusedError, match="no picture yet"):
        preview.look()


def test_it_closes_by_itself_when_nobody_looks_and_stays_open_while_somebody_does(
    preview: Preview, clock: Clock
) -> None:
    preview.open()
    for _ in range(5):
        preview.frame(grey(20))
        clock.now_s += 0.9 * LEASE_S
        preview.look()
    clock.now_s += LEASE_S
    assert not preview.is_open
    with pytest.raises(RefusedError, match="closed"):
        preview.look()
    preview.frame(grey(20))
    preview.open()
    with pytest.raises(RefusedError, match="no picture yet"):
        preview.look()


def test_it_is_new_a_few_times_a_second(preview: Preview, clock: Clock) -> None:
    preview.open()
    seen = []
    for level in range(10, 110):
        preview.frame(grey(level))
        seen.append(shown(preview))
        clock.now_s += EVERY_S / 10
    assert len(set(seen)) in (10, 11)


@pytest.mark.parametrize(("turn_deg", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_it_is_upright_whole_and_in_true_colours(turn_deg: int, corner: tuple[int, int]) -> None:
    image = np.zeros((64, 96, 3), np.uint8)
    image[:16, :16] = (200, 40, 40)  # red, in the order red, green, blue
    jpeg = as_jpeg(Frame(0, 0.0, image, rgb=True, turn_deg=turn_deg))
    upright = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert upright.shape == ((64, 96, 3) if turn_deg in (0, 180) else (96, 64, 3))
    row, column = (5 if at == 0 else -5 for at in corner)
    blue, green, red = upright[row, column]
    assert red > 150 > 80 > max(int(blue), int(green))


def test_a_large_picture_is_made_small() -> None:
    jpeg = as_jpeg(Frame(0, 0.0, np.zeros((1280, 720, 3), np.uint8)))
    assert cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR).shape[:2] == (HEIGHT_PX, 360)
