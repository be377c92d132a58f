"""The average stride: against its definition, the made-up runner's truth, and the mirror."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.gait.curves import SessionCurves
from monitor.vocabulary import CURVE_POINTS, CURVES, Curves, Observation, Side
from tests.gait.synthetic import Runner, mirrored, observations

PHASE = np.linspace(0.0, 1.0, CURVE_POINTS)


def curves_of(track: list[Observation]) -> tuple[Curves, dict[Side, int]]:
    tracker = GaitTracker(GaitSettings())
    stances = [stance for observation in track for stance in tracker.push(observation)] + tracker.finish()
    summary = summarise(stances)
    return tracker.curves.curves(), {side: summary[side]["pelvic_drop_deg"].n for side in Side}


@given(st.integers(2, 40), st.integers(8, 24), st.floats(-80.0, 80.0), st.integers(0, 2**32 - 1))
def test_mean_and_spread_are_those_of_all_strides(n: int, down: int, about: float, seed: int) -> None:
    length = (down - 0.5) / (CURVE_POINTS - 1)
    courses = about + np.random.default_rng(seed).normal(0.0, 3.0, (n, CURVE_POINTS))
    session = SessionCurves()
    for course in courses:
        session.add(Side.RIGHT, length, {"pelvic_drop_deg": course, "knee_collapse_deg": -course})
    found = session.curves()
    drop, knee = found[Side.RIGHT]["pelvic_drop_deg"], found[Side.RIGHT]["knee_collapse_deg"]
    assert found[Side.LEFT] == {}
    assert found[Side.RIGHT].keys() == {"pelvic_drop_deg", "knee_collapse_deg"}
    assert (drop.n, knee.n) == (n, n)
    assert drop.toe_off == pytest.approx(length)
    np.testing.assert_allclose(drop.mean, courses.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(knee.mean, -courses.mean(axis=0)[:down], atol=1e-9)
    assert drop.sd is not None
    np.testing.assert_allclose(drop.sd, courses.std(axis=0, ddof=1)[:down], atol=1e-5)


def test_one_stride_has_no_spread_and_none_no_curve() -> None:
    session = SessionCurves()
    assert session.curves() == {Side.LEFT: {}, Side.RIGHT: {}}
    session.add(Side.LEFT, 0.4, {"trunk_lean_deg": PHASE})
    assert session.curves()[Side.LEFT]["trunk_lean_deg"].sd is None


def test_the_average_stride_is_the_runners() -> None:
    """But for a shift in time: its contact is where its trunk falls fastest, not where its line begins to move."""
    runner = Runner(drop_deg=(8.0, 3.0), line_noise_deg=1.6)
    found, counted = curves_of(runner.observe(40.0))
    for side in Side:
        assert found[side].keys() == set(CURVES)
        drop = found[side]["pelvic_drop_deg"]
        assert drop.n == counted[side]
        assert len(drop.mean) == CURVE_POINTS
        own = 0.0 if side is Side.LEFT else 0.5
        outward = -1.0 if side is Side.LEFT else 1.0
        shifts = [
            outward * runner.line_deg(runner.stride_s * (PHASE + own + shift_s / runner.stride_s))
            for shift_s in np.arange(-0.06, 0.061, 0.002)
        ]
        best = min(float(np.abs(truth - drop.mean).max()) for truth in shifts)
        assert best < 0.5
        assert max(found[side]["knee_collapse_deg"].mean) == pytest.approx(6.0 if side is Side.LEFT else 0.0, abs=1.0)


def test_strides_that_differ_have_a_band_as_wide() -> None:
    """A pelvis that stands otherwise in each stride by 1.5 degrees (SD), seen with little noise."""
    runner = Runner(line_noise_deg=0.3)
    time_s = np.arange(0.005, 60.0, 1.0 / 60.0)
    dice = np.random.default_rng(5)
    offset = dice.normal(0.0, 1.5, 200)[(time_s / runner.stride_s + 0.2).astype(int)]
    line = runner.line_deg(time_s) + offset + dice.normal(0.0, 0.3, len(time_s))
    found, _ = curves_of(list(observations(time_s, runner.pixels(time_s), line, 0.3)))
    drop = found[Side.LEFT]["pelvic_drop_deg"]
    assert drop.sd is not None
    told = np.mean(drop.sd[2:-2])
    assert 1.1 < told < 1.9


def test_the_mirror_swaps_the_sides() -> None:
    track = Runner(seed=3).observe(15.0)
    plain, turned = curves_of(track)[0], curves_of(mirrored(track))[0]
    for side in Side:
        for name in CURVES:
            np.testing.assert_allclose(turned[side.other][name].mean, plain[side][name].mean, atol=1e-6)
