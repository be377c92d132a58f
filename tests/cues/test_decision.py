import math

import pytest

from monitor.cues import decision
from monitor.cues.decision import Decider
from monitor.cues.settings import Band, CueSettings
from monitor.vocabulary import Cue, CueKind, Side
from tests.cues.runner import drops, run, stance

LEFT_OUT = decision.OUTSIDE.format(side="left")
RIGHT_OUT = decision.OUTSIDE.format(side="right")


def said(cues: list[Cue]) -> list[tuple[float, CueKind, Side | None, str]]:
    return [(cue.time_s, cue.kind, cue.side, cue.reason) for cue in cues]


def test_before_anything_nothing_is_claimed():
    current = Decider().current
    assert (current.kind, current.side, current.reason) == (CueKind.OFF, None, decision.NOT_YET)
    assert math.isnan(current.time_s)


def test_inside_on_both_legs_is_said_once_and_is_quiet():
    cues = run(Decider(), drops(3.0, 4.0), end_s=60.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.625, CueKind.INSIDE, None, decision.INSIDE),
    ]


def test_the_leg_outside_its_band_is_cued_with_its_numbers():
    cues = run(Decider(CueSettings(Band(5.0, 6.0))), drops(4.0, 8.0), end_s=20.0)
    assert cues == [
        Cue(0.0, None, CueKind.OFF, decision.WAITING),
        Cue(3.625, Side.RIGHT, CueKind.OUTSIDE, RIGHT_OUT, 8.0, pytest.approx(1 / math.sqrt(5)), 6.0),
    ]


def test_the_leg_farthest_outside_is_cued_and_kept_until_it_is_back():
    def drop(side, contact_s):
        left = 9.0 if contact_s < 10.0 else 6.0 if contact_s < 20.0 else 3.0
        return stance(side, contact_s, left if side is Side.LEFT else 8.0)

    # From 10 s on the right is the worse leg, but the cue stays on the left until that is inside.
    cues = run(Decider(CueSettings(cue_limit_s=60.0)), drop, end_s=30.0)
    assert [(cue.kind, cue.side) for cue in cues] == [
        (CueKind.OFF, None),
        (CueKind.OUTSIDE, Side.LEFT),
        (CueKind.OUTSIDE, Side.RIGHT),
    ]
    assert cues[2].time_s > 20.0


@pytest.mark.parametrize("last", Side)
def test_of_two_legs_equally_far_outside_the_one_just_used_is_cued(last):
    decider = Decider()
    for n in range(10):
        decider.stance(stance(Side.LEFT, 1.0 + n, 8.0))
        decider.stance(stance(Side.RIGHT, 1.5 + n, 8.0))
    decider.tick(11.0, True)
    assert decider.stance(stance(last, 11.0, 8.0)).side is last


def test_a_cue_rests_after_thirty_seconds_for_thirty_seconds():
    cues = run(Decider(), drops(8.0, 3.0), end_s=100.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.25, CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (33.25, CueKind.OFF, None, decision.RESTING),
        (63.25, CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (93.25, CueKind.OFF, None, decision.RESTING),
    ]


def test_an_interrupted_cue_uses_up_the_same_thirty_seconds():
    cues = run(Decider(), drops(8.0, 3.0), end_s=50.0, seen=lambda s: not 20.0 <= s < 25.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.25, CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (20.375, CueKind.OFF, None, decision.CANNOT_SEE),
        (25.0, CueKind.OFF, None, decision.WAITING),
        (25.0, CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (37.9375, CueKind.OFF, None, decision.RESTING),
    ]


def test_a_runner_who_comes_back_during_a_rest_is_still_left_alone():
    cues = run(Decider(), drops(8.0, 3.0), end_s=60.0, seen=lambda s: not 40.0 <= s < 45.0)
    assert [cue.reason for cue in cues] == [
        decision.WAITING,
        LEFT_OUT,
        decision.RESTING,
        decision.CANNOT_SEE,
        decision.RESTING,
    ]


def test_the_reason_for_not_seeing_the_runner_is_passed_on_and_kept():
    decider = Decider()
    assert said([decider.tick(0.0, False, "two people")]) == [(0.0, CueKind.OFF, None, "two people")]
    assert decider.tick(1.0, False, "nobody") is None
    assert decider.tick(2.0, True).reason == decision.WAITING
    assert decider.tick(2.3, False, "nobody") is None
    assert decider.tick(2.5, False, "two people").reason == "nobody"


def test_one_frame_without_the_runner_changes_nothing():
    cues = run(Decider(), drops(8.0, 3.0), end_s=20.0, seen=lambda s: s != 10.0)
    assert [cue.kind for cue in cues] == [CueKind.OFF, CueKind.OUTSIDE]


def test_without_ticks_nothing_is_cued():
    decider = Decider()
    assert [decider.stance(stance(Side.LEFT, float(n), 20.0)) for n in range(20)] == [None] * 20
    assert decider.current.reason == decision.NOT_YET


def test_when_the_ticks_stop_the_next_one_ends_the_cue():
    decider = Decider()
    run(decider, drops(8.0, 3.0), end_s=10.0)
    assert decider.current.kind is CueKind.OUTSIDE
    assert decider.tick(12.0, True).kind is CueKind.OFF


def test_a_stance_after_the_ticks_stopped_ends_the_cue():
    decider = Decider()
    run(decider, drops(8.0, 3.0), end_s=10.0)
    cue = decider.stance(stance(Side.LEFT, 12.0, 8.0))
    assert (cue.kind, cue.reason) == (CueKind.OFF, decision.CANNOT_SEE)


def test_whoever_stands_still_in_the_picture_is_not_cued():
    def drop(side, contact_s):
        return stance(side, contact_s, 8.0) if contact_s < 10.0 else None

    cues = run(Decider(), drop, end_s=30.0)
    assert [cue.kind for cue in cues] == [CueKind.OFF, CueKind.OUTSIDE, CueKind.OFF]
    assert cues[-1].reason == decision.WAITING
    assert 13.0 < cues[-1].time_s < 14.5


@pytest.mark.parametrize("lacking", [{"valid": False}, {"drop_deg": None}], ids=["invalid", "withheld"])
def test_stances_without_a_drop_do_not_count(lacking):
    cues = run(Decider(), lambda side, s: stance(side, s, **{"drop_deg": 9.0} | lacking), end_s=20.0)
    assert [cue.reason for cue in cues] == [decision.WAITING]


def test_stances_that_come_too_rarely_are_waited_for():
    def drop(side, contact_s):
        return stance(side, contact_s, 9.0) if contact_s % 6.0 < 0.75 else None

    assert [cue.reason for cue in run(Decider(), drop, end_s=60.0)] == [decision.WAITING]


def test_a_large_shared_error_keeps_the_cue_silent_and_says_so():
    cues = run(Decider(), drops(9.0, 9.0, shared_sd_deg=3.0), end_s=30.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.625, CueKind.OFF, None, decision.UNSURE),
    ]


def test_a_great_drop_is_cued_though_it_is_read_less_exactly():
    assert said(run(Decider(), drops(9.0, 9.0, shared_sd_deg=1.4), end_s=10.0))[-1][3] == decision.UNSURE
    kinds = [cue.kind for cue in run(Decider(), drops(16.0, 3.0, shared_sd_deg=1.4), end_s=10.0)]
    assert kinds[-1] is CueKind.OUTSIDE


@pytest.mark.parametrize(("drop_deg", "kind"), [(9.0, CueKind.OUTSIDE), (2.0, CueKind.INSIDE)])
def test_uncertainty_that_hovers_about_the_limit_does_not_flicker(drop_deg, kind):
    def drop(side, contact_s):
        return stance(side, contact_s, drop_deg, shared_sd_deg=0.8 if contact_s < 5.0 else 1.2, sd_deg=0.3)

    cues = run(Decider(), drop, end_s=20.0)
    assert [cue.kind for cue in cues] == [CueKind.OFF, kind]


def test_a_claim_is_dropped_when_it_becomes_too_uncertain():
    def drop(side, contact_s):
        return stance(side, contact_s, 9.0, shared_sd_deg=0.0 if contact_s < 5.0 else 3.0, sd_deg=0.3)

    cues = run(Decider(), drop, end_s=20.0)
    assert [cue.reason for cue in cues] == [decision.WAITING, LEFT_OUT, decision.UNSURE]


def test_a_trunk_that_leans_more_under_the_cue_is_named_instead():
    def drop(side, contact_s):
        return stance(side, contact_s, 8.0, lean_deg=1.0 if not 8.0 <= contact_s < 16.0 else 5.5)

    cues = run(Decider(CueSettings(cue_limit_s=60.0)), drop, end_s=25.0)
    assert [(cue.kind, cue.side, cue.reason) for cue in cues] == [
        (CueKind.OFF, None, decision.WAITING),
        (CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (CueKind.OFF, None, decision.TRUNK),
        (CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
    ]


def test_a_trunk_is_named_for_leaning_since_the_cue_and_until_it_is_clearly_back():
    def drop(side, contact_s):
        leg_steps = int(contact_s / 0.75)
        lean_deg = 0.0 if leg_steps < 5 else 10.0 if leg_steps < 20 else 8.8
        return stance(side, contact_s, 0.0 if leg_steps < 10 else 60.0, lean_deg=lean_deg)

    # Of the ten steps that lead up to the cue six are at 10°: the trunk leant 6° before it.
    cues = run(Decider(), drop, end_s=25.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.625, CueKind.INSIDE, None, decision.INSIDE),
        (7.75, CueKind.OUTSIDE, Side.LEFT, LEFT_OUT),
        (7.75 + 5 * 0.75, CueKind.OFF, None, decision.TRUNK),
    ]


def test_a_trunk_lean_read_too_vaguely_is_not_named():
    def drop(side, contact_s):
        return stance(side, contact_s, 8.0, lean_deg=0.0 if contact_s < 8.0 else 8.0, lean_sd_deg=4.0)

    assert [cue.reason for cue in run(Decider(), drop, end_s=20.0)] == [decision.WAITING, LEFT_OUT]


def test_a_pelvis_levelled_by_the_trunk_is_not_praised():
    def drop(side, contact_s):
        cheats = contact_s >= 8.0
        return stance(side, contact_s, 3.0 if cheats else 8.0, lean_deg=6.0 if cheats else 1.0)

    cues = run(Decider(), drop, end_s=30.0)
    assert [cue.reason for cue in cues] == [decision.WAITING, LEFT_OUT, decision.TRUNK]


@pytest.mark.parametrize("lean_deg", [-20.0, 2.9, None])
def test_less_lean_a_small_rise_or_no_reading_says_nothing_about_the_trunk(lean_deg):
    def drop(side, contact_s):
        return stance(side, contact_s, 8.0, lean_deg=0.0 if contact_s < 8.0 else lean_deg)

    cues = run(Decider(), drop, end_s=20.0)
    assert [cue.reason for cue in cues] == [decision.WAITING, LEFT_OUT]


def test_lean_alone_never_cues():
    def drop(side, contact_s):
        return stance(side, contact_s, 3.0, lean_deg=0.0 if contact_s < 8.0 else 15.0)

    assert [cue.kind for cue in run(Decider(), drop, end_s=30.0)] == [CueKind.OFF, CueKind.INSIDE]


def test_a_clock_that_runs_back_begins_anew():
    decider = Decider()
    run(decider, drops(8.0, 3.0), start_s=1000.0, end_s=1010.0)
    assert decider.current.kind is CueKind.OUTSIDE
    cues = run(decider, drops(3.0, 8.0), end_s=10.0)
    assert said(cues) == [
        (0.0, CueKind.OFF, None, decision.WAITING),
        (3.625, CueKind.OUTSIDE, Side.RIGHT, RIGHT_OUT),
    ]


def test_a_stance_told_twice_counts_once():
    decider = Decider()
    decider.tick(1.0, True)
    for _ in range(20):
        decider.stance(stance(Side.LEFT, 1.0, 9.0))
    assert decider.estimate(Side.LEFT) is None


def test_a_stance_without_a_finite_time_is_ignored():
    decider = Decider()
    decider.tick(1.0, True)
    for _ in range(20):
        decider.stance(stance(Side.LEFT, 1.0, 9.0))
    endless = stance(Side.LEFT, 1.0, 9.0)
    object.__setattr__(endless, "toe_off_s", math.inf)
    assert decider.stance(endless) is None
    assert decider.tick(1.1, True) is None


@pytest.mark.parametrize("time_s", [math.nan, math.inf])
def test_a_tick_has_a_time(time_s):
    with pytest.raises(ValueError, match="finite time"):
        Decider().tick(time_s, True)


def test_the_estimate_holds_own_and_shared_error():
    decider = Decider()
    decider.tick(10.0, True)
    for n in range(12):
        decider.stance(stance(Side.LEFT, 1.0 + n * 0.75, float(n), sd_deg=2.0, shared_sd_deg=0.5))
    estimate = decider.estimate(Side.LEFT)
    assert estimate.mean_deg == pytest.approx(6.5)  # the last ten of 0…11
    assert estimate.sd_deg == pytest.approx(math.sqrt(2.0**2 / 10 + 0.5**2))
    assert decider.estimate(Side.RIGHT) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: Band(0.0, 5.0),
        lambda: Band(5.0, 31.0),
        lambda: Band(math.nan, 5.0),
        lambda: CueSettings(Band(0.4, 5.0)),
        lambda: CueSettings(hysteresis_deg=-0.1),
        lambda: CueSettings(least_stances=0),
        lambda: CueSettings(least_stances=11),
        lambda: CueSettings(stances=101),
        lambda: CueSettings(fresh_s=21.0),
        lambda: CueSettings(window_s=math.inf),
        lambda: CueSettings(start_sd_deg=1.8),
        lambda: CueSettings(keep_sd_deg=math.nan),
        lambda: CueSettings(cue_limit_s=0.0),
        lambda: CueSettings(silence_s=-1.0),
        lambda: CueSettings(trunk_rise_deg=0.5),
        lambda: CueSettings(lost_after_s=0.6),
    ],
)
def test_settings_that_cannot_work_are_refused(make):
    with pytest.raises(ValueError, match=r"target|cannot work"):
        make()
