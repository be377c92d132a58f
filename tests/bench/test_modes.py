"""The measure of what a running mode does to a movement, on movements whose gain and delay are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.modes import FPS, response


def bounce(time_s: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(2 * np.pi * 2.8 * time_s), np.cos(2 * np.pi * 1.4 * time_s)], axis=-1)


@settings(max_examples=20, deadline=None)
@given(gain=st.floats(0.3, 1.2), delay_ms=st.floats(-40.0, 70.0), every=st.sampled_from([1, 2, 4]))
def test_gain_and_delay_are_found_at_any_frame_rate(gain: float, delay_ms: float, every: int) -> None:
    true_s = (np.arange(480) + 0.5) / FPS
    rows = np.arange(0, 360, every)
    found = 7.0 + gain * bounce(true_s[rows] - delay_ms / 1e3)
    found[10] = np.nan
    assert response(rows, found, bounce(true_s)) == (pytest.approx(gain, abs=0.02), pytest.approx(delay_ms, abs=1.0))
