"""Stances of a made-up runner whose values are known."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.gait import GaitSettings, summarise
from monitor.gait.drop import HIDDEN, MOST_NETWORK_SD_DEG
from monitor.vocabulary import VARIABLES, Landmark, PelvicSource, Side, Stance, View
from tests.gait.synthetic import HEIGHT, Runner, mirrored, moved, rolled, run

NAMES = [variable.name for variable in VARIABLES]


def values(stances: list[Stance], side: Side, name: str) -> list[float]:
    return [m.value for s in stances if s.side is side and s.valid and (m := s.measures[name]).value is not None]


def mean(stances: list[Stance], side: Side, name: str) -> float:
    found = summarise(stances)[side][name].mean
    assert found is not None
    return found


@pytest.fixture(scope="module")
def stances() -> list[Stance]:
    return run(Runner().observe())


def test_every_stance_is_found_once_and_sides_alternate(stances: list[Stance]) -> None:
    expected = 2 * 12.0 / 0.7
    assert abs(len(stances) - expected) <= 2
    assert all(before.side is after.side.other for before, after in pairwise(stances))
    assert all(before.contact_s < after.contact_s for before, after in pairwise(stances))
    assert {s.pelvic_source for s in stances} == {PelvicSource.GIVEN}


def test_contacts_are_at_the_start_of_each_half_stride(stances: list[Stance]) -> None:
    offsets = [(s.contact_s / 0.7 - (0.0 if s.side is Side.LEFT else 0.5)) % 1.0 for s in stances]
    wrapped_s = [0.7 * (o if o < 0.5 else o - 1.0) for o in offsets]
    assert np.abs(wrapped_s).max() < 0.012


@pytest.mark.parametrize(("side", "index"), [(Side.LEFT, 0), (Side.RIGHT, 1)])
def test_values_are_the_runners(stances: list[Stance], side: Side, index: int) -> None:
    runner = Runner()
    assert mean(stances, side, "pelvic_drop_deg") == pytest.approx(runner.drop_deg[index], abs=0.3)
    assert mean(stances, side, "trunk_lean_deg") == pytest.approx(runner.lean_deg[index], abs=0.3)
    peak = max(runner.collapse_deg[index], 0.0)
    assert mean(stances, side, "knee_collapse_deg") == pytest.approx(peak, abs=0.5)


def test_a_hike_is_a_negative_drop() -> None:
    stances = run(Runner(drop_deg=(-4.0, 5.0)).observe())
    contact = values(stances, Side.LEFT, "pelvic_drop_excursion_deg")
    assert mean(stances, Side.LEFT, "pelvic_drop_deg") < 0.5, "a hike's highest point is where it is least"
    assert min(contact) > -1.0
    assert mean(stances, Side.RIGHT, "pelvic_drop_deg") == pytest.approx(5.0, abs=0.4)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    left=st.floats(0.0, 14.0),
    right=st.floats(0.0, 14.0),
    stride_s=st.floats(0.6, 0.85),
    fps=st.sampled_from([24.0, 30.0, 50.0, 60.0, 120.0]),
)
def test_drop_is_read_within_its_uncertainty_at_any_rate(
    left: float, right: float, stride_s: float, fps: float
) -> None:
    runner = Runner(drop_deg=(left, right), stride_s=stride_s)
    summary = summarise(run(runner.observe(10.0, fps)))
    time_s = np.arange(0.0, 10.0, 0.001)
    for side, sign in ((Side.LEFT, -1.0), (Side.RIGHT, 1.0)):
        start = 0.0 if side is Side.LEFT else 0.5
        phase = (time_s / stride_s - start) % 1.0
        true = (sign * runner.line_deg(time_s))[phase < 0.33].max()
        found = summary[side]["pelvic_drop_deg"]
        assert found.ci95 is not None
        assert found.ci95[0] - 0.3 <= true <= found.ci95[1] + 0.3
        assert found.ci95[1] - found.ci95[0] < 2.5


def test_mirroring_swaps_the_sides_and_keeps_the_values(stances: list[Stance]) -> None:
    other = run(mirrored(Runner().observe()))
    assert [s.side.other for s in other] == [s.side for s in stances]
    for name in NAMES:
        for mine, theirs in zip(stances, other, strict=True):
            assert theirs.measures[name].value == pytest.approx(mine.measures[name].value, abs=1e-6)


@settings(max_examples=5, deadline=None)
@given(roll_deg=st.floats(-8.0, 8.0))
def test_a_camera_rolled_and_told_so_changes_nothing(roll_deg: float) -> None:
    track = Runner().observe(6.0)
    plain = run(track)
    told = run(rolled(track, roll_deg), GaitSettings(roll_deg=roll_deg))
    for name in NAMES:
        for mine, theirs in zip(plain, told, strict=True):
            assert theirs.measures[name].value == pytest.approx(mine.measures[name].value, abs=1e-5)


def test_a_camera_rolled_and_not_told_adds_to_one_side_what_it_takes_from_the_other(stances: list[Stance]) -> None:
    untold = run(rolled(Runner().observe(), 2.0))
    left = mean(untold, Side.LEFT, "pelvic_drop_deg") - mean(stances, Side.LEFT, "pelvic_drop_deg")
    right = mean(untold, Side.RIGHT, "pelvic_drop_deg") - mean(stances, Side.RIGHT, "pelvic_drop_deg")
    assert left == pytest.approx(-2.0, abs=0.1)
    assert right == pytest.approx(2.0, abs=0.1)


@settings(max_examples=5, deadline=None)
@given(scale=st.floats(0.4, 1.05), u=st.floats(-60.0, 60.0), v=st.floats(-40.0, 40.0))
def test_scale_and_shift_change_nothing(scale: float, u: float, v: float) -> None:
    track = Runner().observe(5.0)
    plain = run(track)
    centre = np.array([360.0, 640.0])
    other = run(moved(track, scale * np.eye(2), centre - scale * centre + np.array([u, v]), 1, 0.0))
    for name in NAMES:
        for mine, theirs in zip(plain, other, strict=True):
            assert theirs.measures[name].value == pytest.approx(mine.measures[name].value, abs=1e-6)


def test_seen_from_the_front(stances: list[Stance]) -> None:
    behind = Runner(ankles_early_s=0.13).observe()
    track = moved(behind, np.diag([-1.0, 1.0]), np.array([720.0, 0.0]), -1, 0.0)
    front = run(track, GaitSettings(view=View.FRONT))
    assert len(front) >= len(stances) - 1
    for side in Side:
        for name in ("pelvic_drop_deg", "trunk_lean_deg", "femoral_adduction_deg", "step_width"):
            assert mean(front, side, name) == pytest.approx(mean(stances, side, name), abs=0.3)


def test_halving_the_frame_rate_moves_a_mean_by_less_than_its_uncertainty(stances: list[Stance]) -> None:
    fewer = run(Runner().observe(12.0, 60.0)[::2])
    for side in Side:
        for name in NAMES:
            full, half = summarise(stances)[side][name], summarise(fewer)[side][name]
            assert full.mean is not None
            assert half.mean is not None
            assert full.ci95 is not None
            assert half.ci95 is not None
            uncertainty = (full.ci95[1] - full.ci95[0] + half.ci95[1] - half.ci95[0]) / 2.0
            assert abs(full.mean - half.mean) < uncertainty


def test_uncertainty_is_that_of_the_noise() -> None:
    errors = []
    for seed in range(6):
        stances = run(Runner(line_noise_deg=1.6, seed=seed).observe(8.0))
        for s in stances:
            m = s.measures["pelvic_drop_deg"]
            if s.valid and m.value is not None and m.sd is not None:
                true = Runner().drop_deg[s.side is Side.RIGHT]
                errors.append((m.value - true) / math.hypot(m.sd, m.shared_sd))
    assert 0.6 < float(np.std(errors)) < 1.2


def test_without_a_line_everything_else_is_measured() -> None:
    track = [replace(o, line=None) for o in Runner().observe()]
    stances = run(track)
    assert all(s.valid and s.pelvic_source is None for s in stances)
    assert {s.measures["pelvic_drop_deg"].reason for s in stances} == {"pelvic line not seen in this stance"}
    assert all(s.measures["knee_collapse_deg"].value is not None for s in stances)


@pytest.mark.parametrize(("sd_deg", "read"), [(MOST_NETWORK_SD_DEG - 0.1, True), (MOST_NETWORK_SD_DEG + 0.1, False)])
def test_a_network_that_is_unsure_most_of_the_time_is_not_believed(sd_deg: float, read: bool) -> None:
    track = []
    for o in Runner().observe():
        sure = o.index % 3 == 0  # in a third of the frames it is sure, whatever it says of the others
        assert o.line is not None
        line = replace(o.line, source=PelvicSource.NETWORK, sd_deg=0.5 if sure else sd_deg)
        track.append(replace(o, line=line))
    stances = [s for s in run(track) if s.valid]
    assert stances
    if read:
        assert {s.pelvic_source for s in stances} == {PelvicSource.NETWORK}
    else:
        assert {s.pelvic_source for s in stances} == {None}
        assert {s.measures["pelvic_drop_deg"].reason for s in stances} == {HIDDEN}
        assert all(s.measures["knee_collapse_deg"].value is not None for s in stances)


def test_without_shoulders_only_the_trunk_is_withheld() -> None:
    track = []
    for o in Runner().observe():
        assert o.pose is not None
        landmarks = o.pose.landmarks.copy()
        landmarks[11:13] = [np.nan, np.nan, 0.0]
        track.append(replace(o, pose=replace(o.pose, landmarks=landmarks)))
    stances = run(track)
    assert {s.measures["trunk_lean_deg"].reason for s in stances} == {"shoulders not seen"}
    assert all(s.measures[name].value is not None for s in stances for name in NAMES if name != "trunk_lean_deg")


def test_hips_and_feet_that_the_network_gets_wrong_move_no_contact(stances: list[Stance]) -> None:
    """As it does to real ones: the hips' height follows the swinging leg, an ankle twitches when the other passes."""
    track = []
    for o in Runner().observe(12.0):
        assert o.pose is not None
        landmarks = o.pose.landmarks.copy()
        turns = o.time_s / Runner().stride_s
        landmarks[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1] += 12.0 / HEIGHT * np.sin(6.0 * np.pi * turns)
        if turns % 1.0 < 0.07:
            landmarks[Landmark.LEFT_ANKLE, 1] -= 60.0 / HEIGHT
        track.append(replace(o, pose=replace(o.pose, landmarks=landmarks)))
    disturbed = run(track)
    assert [s.side for s in disturbed] == [s.side for s in stances]
    assert all(s.valid for s in disturbed)
    assert [s.contact_s for s in disturbed] == pytest.approx([s.contact_s for s in stances], abs=1e-9)
