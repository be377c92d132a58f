"""What is not running seen from behind gives no number, and the reason."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from monitor.gait import GaitSettings, GaitTracker
from monitor.gait.window import CAPACITY
from monitor.vocabulary import Observation, Pose
from tests.gait.synthetic import HEIGHT, WIDTH, Runner, moved, observations, run


def track_all(track: list[Observation]) -> tuple[GaitTracker, list[bool], Counter[str | None]]:
    tracker = GaitTracker(GaitSettings())
    stances = [s for o in track for s in tracker.push(o)] + tracker.finish()
    return tracker, [s.valid for s in stances], Counter(s.reason for s in stances)


def test_nobody() -> None:
    track = [Observation(i, i / 30, None, reason="nobody in view") for i in range(90)]
    tracker, valid, _ = track_all(track)
    assert valid == []
    assert tracker.withheld == {"nobody in view": 90}
    assert tracker.reason == "nobody in view"
    assert not tracker.seen


def test_walking_is_called_walking() -> None:
    _, valid, reasons = track_all(Runner(stride_s=1.1, bounce_px=-18.0).observe(15.0))
    assert not any(valid)
    assert set(reasons) == {"walking"}


def test_fast_walking_is_known_by_the_pelvis_not_by_the_cadence() -> None:
    _, valid, reasons = track_all(Runner(stride_s=0.8, bounce_px=-18.0).observe(15.0))
    assert not any(valid)
    assert set(reasons) == {"walking"}


def test_hours_of_walking_between_two_runs_hold_nothing_back() -> None:
    run_track = Runner().observe(5.0)
    offset_s = run_track[-1].time_s + 1 / 60
    walk = [replace(o, time_s=o.time_s + offset_s) for o in Runner(stride_s=1.1, bounce_px=-18.0).observe(30.0)]
    tracker = GaitTracker(GaitSettings())
    reasons = [s.reason for o in run_track + walk for s in tracker.push(o)]
    assert reasons[-20:] == ["walking"] * 20, "each is told as it comes"
    assert len(reasons) > 2 * 5.0 / 0.7 + 2 * 30.0 / 1.1 - 8


def test_standing() -> None:
    runner = Runner(bounce_px=0.0, lift_px=0.0, drop_deg=(0.0, 0.0), collapse_deg=(0.0, 0.0), lean_deg=(0.0, 0.0))
    tracker = GaitTracker(GaitSettings())
    stances = [s for o in runner.observe(6.0) for s in tracker.push(o)]
    assert stances == []
    assert tracker.reason == "standing"
    assert tracker.seen


def test_from_the_side() -> None:
    _, valid, reasons = track_all(Runner(hip_width_px=14.0, line_noise_deg=2.0).observe())
    assert not any(valid)
    assert set(reasons) == {"seen from the side"}


@pytest.mark.parametrize("shift_px", [(0.0, 420.0), (-380.0, 0.0)])
def test_cut_off(shift_px: tuple[float, float]) -> None:
    track = moved(Runner().observe(6.0), np.eye(2), np.array(shift_px), 1, 0.0)
    tracker, valid, _ = track_all(track)
    assert not any(valid)
    assert tracker.withheld.most_common(1)[0][0] == "body cut off by the picture's edge"


def test_left_and_right_against_the_picture() -> None:
    track = moved(Runner().observe(6.0), np.diag([-1.0, 1.0]), np.array([WIDTH, 0.0]), -1, 0.0)
    tracker, valid, _ = track_all(track)
    assert not any(valid)
    assert set(tracker.withheld) == {"left and right contradict the picture"}


def test_too_far_away_and_upside_down() -> None:
    far = moved(Runner().observe(3.0), 0.08 * np.eye(2), np.array([300.0, 600.0]), 1, 0.0)
    assert set(track_all(far)[0].withheld) == {"too small in the picture"}
    fallen = moved(Runner().observe(3.0), np.diag([1.0, -1.0]), np.array([0.0, HEIGHT]), -1, 0.0)
    assert set(track_all(fallen)[0].withheld) == {"not upright"}
    point = [replace(o, pose=Pose(np.full((33, 3), 0.5), WIDTH, HEIGHT)) for o in Runner().observe(1.0)]
    assert set(track_all(point)[0].withheld) == {"too small in the picture"}


def test_points_that_stand_nowhere_on_a_body_are_not_believed() -> None:
    track = []
    for o in Runner().observe(8.0):
        assert o.pose is not None
        landmarks = o.pose.landmarks.copy()
        landmarks[[11, 12, 29, 30, 31, 32]] = [0.0, 0.0, 1.0]
        track.append(replace(o, pose=Pose(landmarks, WIDTH, HEIGHT)))
    stances = run(track)
    plain = run(Runner().observe(8.0))
    assert {s.measures["trunk_lean_deg"].reason for s in stances} == {"shoulders not seen"}
    for one, other in zip(reversed(stances), reversed(plain), strict=False):
        assert (one.contact_s, one.toe_off_s) == pytest.approx((other.contact_s, other.toe_off_s), abs=0.01)


def test_two_people_swapping() -> None:
    near, far = Runner().observe(12.0), Runner(leg_px=250.0, hip_width_px=50.0, centre=(120.0, 500.0)).observe(12.0)
    swapping = [far[i] if (i // 45) % 2 else near[i] for i in range(len(near))]
    tracker, valid, _ = track_all(swapping)
    assert tracker.withheld["another person, or a jump of the picture"] == (len(near) - 1) // 45
    assert not any(valid), "no stretch is long enough for two strides"


def test_points_not_seen() -> None:
    track = []
    for o in Runner().observe(4.0):
        assert o.pose is not None
        landmarks = o.pose.landmarks.copy()
        landmarks[27] = np.nan
        track.append(replace(o, pose=Pose(landmarks, WIDTH, HEIGHT)))
    tracker, valid, _ = track_all(track)
    assert not any(valid)
    assert set(tracker.withheld) == {"hips, knees or ankles not seen"}


def test_a_clock_that_repeats_or_goes_back_is_told_and_survived() -> None:
    track = Runner().observe(8.0)
    stuck = [replace(o, time_s=track[i - 1].time_s) if i % 40 == 20 else o for i, o in enumerate(track)]
    tracker, valid, _ = track_all(stuck)
    assert tracker.withheld["the camera's clock repeated or went back"] == sum(i % 40 == 20 for i in range(len(track)))
    assert sum(valid) >= 2 * 8.0 / 0.7 - 3


def test_dropped_frames_leave_the_values_where_they_were() -> None:
    track = Runner().observe(12.0)
    keep = np.random.default_rng(4).random(len(track)) > 0.2
    fewer = run([o for o, kept in zip(track, keep, strict=True) if kept])
    drops = [s.measures["pelvic_drop_deg"].value for s in fewer if s.valid and s.side == "left"]
    assert len([s for s in fewer if s.valid]) > 0.9 * 2 * 12.0 / 0.7
    assert np.mean(np.array(drops, dtype=float)) == pytest.approx(8.0, abs=0.4)


def test_a_gap_costs_the_stances_it_touches_and_no_more() -> None:
    track = Runner().observe(12.0)
    gap = [o for o in track if not 6.0 < o.time_s < 6.6]
    stances = run(gap)
    lost = [
        s for s in run(track) if not any(abs(s.contact_s - other.contact_s) < 0.05 for other in stances if other.valid)
    ]
    assert 1 <= len(lost) <= 4
    assert all(5.2 < s.contact_s < 7.3 for s in lost)


def test_a_hole_within_a_stance_withholds_it() -> None:
    track = Runner().observe(12.0)
    contact = next(s.contact_s for s in run(track) if s.side == "left" and s.contact_s > 6.0)
    holed = [o for o in track if not contact + 0.02 < o.time_s < contact + 0.18]
    withheld = [s for s in run(holed) if not s.valid]
    assert [s.reason for s in withheld] == ["frames missing during the stance"]
    assert withheld[0].contact_s == pytest.approx(contact, abs=0.05)


def test_a_new_epoch_begins_anew() -> None:
    track = Runner().observe(5.0)
    offset_s = track[-1].time_s + 1 / 60
    again = [replace(o, time_s=o.time_s + offset_s, epoch=1) for o in track]
    both = run(track + again)
    once = run(track)
    assert len(both) == 2 * len(once)
    for first, second in zip(once, both[len(once) :], strict=True):
        assert second.contact_s - offset_s == pytest.approx(first.contact_s, abs=1e-6)
        assert second.measures["pelvic_drop_deg"].value == pytest.approx(
            first.measures["pelvic_drop_deg"].value, abs=1e-6
        )


def test_a_short_clip_gives_what_it_has() -> None:
    assert run(Runner().observe(0.3)) == []
    stances = run(Runner().observe(2.0))
    assert [s.valid for s in stances] == [True] * len(stances)
    assert len(stances) >= 3


def test_stances_come_in_time_order_and_the_window_does_not_grow() -> None:
    fps, seconds = 120.0, 40.0
    tracker = GaitTracker(GaitSettings())
    stances = [s for o in Runner(stride_s=0.7).observe(seconds, fps) for s in tracker.push(o)] + tracker.finish()
    assert fps * seconds > CAPACITY
    contacts = [s.contact_s for s in stances]
    assert contacts == sorted(contacts)
    assert all(s.valid for s in stances)
    assert len(stances) == pytest.approx(2 * seconds / 0.7, abs=2)


def test_a_constant_picture_is_not_a_runner() -> None:
    time_s = np.arange(0.0, 5.0, 1 / 30)
    pixels = np.repeat(Runner().pixels(np.array([0.1])), len(time_s), axis=0)
    assert run(list(observations(time_s, pixels, None))) == []
