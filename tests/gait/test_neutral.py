"""The zero that is taken standing."""

from dataclasses import replace

import numpy as np
import pytest

from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.gait.neutral import REPEATS_SD_DEG, STILL_S
from monitor.vocabulary import Landmark, Observation, PelvicSource, Side, Stance, View
from tests.gait.synthetic import HEIGHT, WIDTH, Runner, moved

LEFT_FOOT = [Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL, Landmark.LEFT_TOE]
STANDS = Runner(
    bounce_px=0.0, lift_px=0.0, drop_deg=(0.0, 0.0), collapse_deg=(0.0, 0.0), lean_deg=(0.0, 0.0), line_noise_deg=0.3
)


def tilted(track: list[Observation], askew_deg: float) -> list[Observation]:
    return moved(track, np.eye(2), np.zeros(2), 1, askew_deg)


def after(first: list[Observation], second: list[Observation]) -> list[Observation]:
    offset_s = first[-1].time_s + 1 / 60
    return first + [replace(o, time_s=o.time_s + offset_s) for o in second]


def of_belt(track: list[Observation]) -> list[Observation]:
    return [replace(o, line=o.line and replace(o.line, source=PelvicSource.BELT, shared_sd_deg=1.0)) for o in track]


def follow(track: list[Observation], view: View = View.REAR) -> tuple[GaitTracker, list[Stance]]:
    tracker = GaitTracker(GaitSettings(view))
    stances = [stance for observation in track for stance in tracker.push(observation)]
    return tracker, stances + tracker.finish()


def drops(stances: list[Stance]) -> list[float | None]:
    summary = summarise(stances)
    return [summary[side]["pelvic_drop_deg"].mean for side in (Side.LEFT, Side.RIGHT)]


@pytest.mark.parametrize("askew_deg", [-3.0, 1.5])
def test_a_belt_askew_is_counted_from_where_it_stood(askew_deg: float) -> None:
    straight = follow(of_belt(Runner().observe(12.0)))[1]
    tracker, stances = follow(of_belt(tilted(after(STANDS.observe(6.0), Runner().observe(12.0)), askew_deg)))
    assert tracker.neutral is not None
    assert tracker.neutral.source is PelvicSource.BELT
    assert tracker.neutral.angle_deg == pytest.approx(askew_deg, abs=0.2)
    assert drops(stances) == pytest.approx(drops(straight), abs=0.25)
    shared = stances[-1].measures["pelvic_drop_deg"].shared_sd
    assert REPEATS_SD_DEG[PelvicSource.BELT] < shared < 0.6 < straight[-1].measures["pelvic_drop_deg"].shared_sd


def test_without_standing_the_offset_is_in_both_sides() -> None:
    plain, offset = (drops(follow(track)[1]) for track in (Runner().observe(8.0), tilted(Runner().observe(8.0), 2.0)))
    assert plain[0] is not None
    assert plain[1] is not None
    assert offset == pytest.approx([plain[0] - 2.0, plain[1] + 2.0], abs=0.05)


def lifted(o: Observation) -> Observation:
    return shifted(o, LEFT_FOOT, 0.0, -30.0)


def leaning_on_a_leg(o: Observation) -> Observation:
    return shifted(o, [p for p in range(33) if p not in (*LEFT_FOOT, *(q + 1 for q in LEFT_FOOT))], 40.0, 0.0)


def swaying(o: Observation) -> Observation:
    return shifted(o, list(range(33)), 25.0 * np.sin(2.0 * o.time_s), 0.0)


def shifted(o: Observation, points: list[int], right_px: float, down_px: float) -> Observation:
    assert o.pose is not None
    landmarks = o.pose.landmarks.copy()
    landmarks[points, :2] += [right_px / WIDTH, down_px / HEIGHT]
    return replace(o, pose=replace(o.pose, landmarks=landmarks))


def far_askew(o: Observation) -> Observation:
    return tilted([o], 8.0)[0]


def by_landmarks(o: Observation) -> Observation:
    return replace(o, line=o.line and replace(o.line, source=PelvicSource.LANDMARKS))


def by_network(o: Observation) -> Observation:
    return replace(o, line=o.line and replace(o.line, source=PelvicSource.NETWORK))


@pytest.mark.parametrize("how", [lifted, leaning_on_a_leg, swaying, far_askew, by_landmarks, by_network])
def test_who_does_not_stand_straight_in_a_belt_gives_no_zero(how) -> None:
    assert follow([how(o) for o in STANDS.observe(8.0)])[0].neutral is None


def test_standing_for_a_moment_gives_no_zero() -> None:
    assert follow(after(STANDS.observe(STILL_S - 1.0), Runner().observe(5.0)))[0].neutral is None


def test_a_pause_during_the_run_changes_no_zero() -> None:
    runs, stands = Runner().observe(6.0), STANDS.observe(8.0)
    assert follow(after(runs, tilted(stands, 2.0)))[0].neutral is None
    begun = follow(after(stands, runs))[0].neutral
    assert begun is not None
    assert follow(after(after(stands, runs), tilted(stands, 2.0)))[0].neutral == begun


def test_walking_up_to_the_treadmill_spoils_no_zero() -> None:
    walks = Runner(stride_s=1.1, bounce_px=-18.0).observe(4.0)
    assert follow(after(walks, STANDS.observe(7.0)))[0].neutral is not None


def test_somebody_else_has_another_zero() -> None:
    other = Runner(leg_px=250.0, hip_width_px=50.0, centre=(120.0, 500.0)).observe(5.0)
    tracker, _ = follow(after(STANDS.observe(6.0), other))
    assert tracker.neutral is None
