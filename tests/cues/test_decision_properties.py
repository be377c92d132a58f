import math
import pickle
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.cues.decision import TRUNK, Decider
from monitor.cues.settings import Band, CueSettings
from monitor.vocabulary import Cue, CueKind, Side, Stance
from tests.cues.runner import STEP_S, TICK_S, drops, mirrored, run, stance, steps

LIMIT_S, SILENCE_S = 6.0, 6.0
SHORT = CueSettings(cue_limit_s=LIMIT_S, silence_s=SILENCE_S)
"""The duty limit a fifth as long, so that short runs meet it."""

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

degrees = st.integers(-80, 160).map(lambda eighths: eighths / 8)
"""Exact in binary."""


@st.composite
def phases(draw: st.DrawFn) -> list[dict]:
    """A run in phases of a few seconds, each with its own drops, errors, lean and sight of the runner."""
    phase = st.fixed_dictionaries(
        {
            "length_s": st.integers(1, 8).map(float),
            "drop_deg": st.fixed_dictionaries({side: st.none() | degrees for side in Side}),
            "lean_deg": st.fixed_dictionaries({side: st.none() | st.integers(-8, 8).map(float) for side in Side}),
            "sd_deg": st.sampled_from([0.25, 1.0, 4.0]),
            "shared_sd_deg": st.sampled_from([0.0, 0.0, 0.5, 1.25, 3.0]),
            "seen": st.sampled_from([True, True, True, False]),
            "valid": st.sampled_from([True, True, True, False]),
        }
    )
    return draw(st.lists(phase, min_size=1, max_size=8))


class Story:
    """What a list of phases says about a moment."""

    def __init__(self, told: list[dict], start_s: float = 0.0, swapped: bool = False) -> None:
        self.told, self.start_s, self.swapped = told, start_s, swapped
        self.end_s = start_s + sum(phase["length_s"] for phase in told)

    def at(self, time_s: float) -> dict:
        left_s = time_s - self.start_s
        for phase in self.told:
            left_s -= phase["length_s"]
            if left_s < 0.0:
                return phase
        return self.told[-1]

    def stance(self, side: Side, contact_s: float) -> Stance:
        phase, told = self.at(contact_s), side.other if self.swapped else side
        return stance(
            side,
            contact_s,
            phase["drop_deg"][told],
            sd_deg=phase["sd_deg"],
            shared_sd_deg=phase["shared_sd_deg"],
            lean_deg=phase["lean_deg"][told],
            valid=phase["valid"],
        )

    def seen(self, time_s: float) -> bool:
        return bool(self.at(time_s)["seen"])

    def run(self, chosen: CueSettings = SHORT, **more) -> list[Cue]:
        return run(Decider(chosen), self.stance, start_s=self.start_s, end_s=self.end_s, seen=self.seen, **more)


def lit(cues: list[Cue], end_s: float) -> Iterator[tuple[float, float]]:
    """From when to when a lamp was amber."""
    for cue, following in pairwise([*cues, Cue(end_s, None, CueKind.OFF, "end")]):
        if cue.kind is CueKind.OUTSIDE:
            yield cue.time_s, following.time_s


def is_far(cue: Cue) -> bool:
    """Whether the target is out of reach of the estimate's error."""
    return abs(cue.estimate_deg - cue.target_deg) > SHORT.sure_sds * cue.sd_deg


@unhurried
@given(phases())
def test_the_left_leg_is_told_what_the_right_leg_would_be(told):
    straight = Story(told).run(CueSettings(Band(5.0, 7.0), cue_limit_s=LIMIT_S, silence_s=SILENCE_S))

    def other_leg_first(side: Side, contact_s: float) -> Stance:
        return Story(told, swapped=True).stance(side.other, contact_s)

    story = Story(told)
    decider = Decider(CueSettings(Band(7.0, 5.0), cue_limit_s=LIMIT_S, silence_s=SILENCE_S))
    swapped = run(decider, other_leg_first, end_s=story.end_s, seen=story.seen)
    assert [mirrored(cue) for cue in swapped] == straight


@unhurried
@given(phases(), st.integers(1, 10**6).map(float))
def test_when_the_clock_began_changes_nothing(told, later_s):
    early, late = Story(told).run(), Story(told, start_s=later_s).run()
    assert [(c.time_s + later_s, c.side, c.kind, c.reason, c.estimate_deg) for c in early] == [
        (c.time_s, c.side, c.kind, c.reason, c.estimate_deg) for c in late
    ]


@unhurried
@given(phases())
def test_every_cue_is_new_says_one_thing_and_is_sure_of_it(told):
    before = Cue(math.nan, None, CueKind.OFF, "")
    for cue in Story(told).run():
        assert (cue.kind, cue.side, cue.reason) != (before.kind, before.side, before.reason)
        assert cue.reason
        assert (cue.side is not None) == (cue.kind is CueKind.OUTSIDE)
        if cue.kind is CueKind.OUTSIDE:
            resumes = before.reason == TRUNK
            begins = before.kind is CueKind.OFF and not resumes
            exact = cue.sd_deg <= (SHORT.start_sd_deg if begins else SHORT.keep_sd_deg)
            assert exact or is_far(cue)
            assert cue.estimate_deg - cue.target_deg >= -SHORT.hysteresis_deg
            assert cue.estimate_deg - cue.target_deg > SHORT.hysteresis_deg or resumes
        before = cue


@unhurried
@given(phases(), st.floats(1.51, 50.0))
def test_nothing_is_claimed_beyond_the_uncertainty_allowed_that_is_not_far_beyond_it(told, shared_sd_deg):
    vague = [phase | {"shared_sd_deg": shared_sd_deg} for phase in told]
    cues = Story(vague).run()
    assert all(is_far(cue) for cue in cues if cue.kind is CueKind.OUTSIDE)
    if shared_sd_deg > 10.0:  # three of them are farther than any drop told
        assert {cue.kind for cue in cues} <= {CueKind.OFF}


@unhurried
@given(phases())
def test_a_hike_is_never_cued(told):
    hikes = [
        phase | {"drop_deg": {side: drop if drop is None else -abs(drop) for side, drop in phase["drop_deg"].items()}}
        for phase in told
    ]
    assert CueKind.OUTSIDE not in {cue.kind for cue in Story(hikes).run()}


@unhurried
@given(phases())
def test_the_lamp_is_lit_for_no_longer_than_the_limit_in_any_window(told):
    story = Story(told)
    spans = list(lit(story.run(), story.end_s))
    for _, window_end_s in spans:
        window_start_s = window_end_s - LIMIT_S - SILENCE_S
        on_s = sum(max(0.0, min(end, window_end_s) - max(start, window_start_s)) for start, end in spans)
        assert on_s <= LIMIT_S + TICK_S


@unhurried
@given(phases())
def test_half_a_second_after_the_runner_was_last_seen_nothing_is_claimed(told):
    story = Story(told)
    last_seen_s = -math.inf

    def watch(now_s: float, current: Cue) -> None:
        nonlocal last_seen_s
        if story.seen(now_s):
            last_seen_s = now_s
        if now_s - last_seen_s >= 0.5:
            assert current.kind is CueKind.OFF

    story.run(watch=watch)


@unhurried
@given(st.lists(st.floats(-0.5, 0.5), min_size=40, max_size=40), st.sampled_from([0.0, 20.0]))
def test_within_half_a_degree_of_the_target_what_is_said_stays(wobble_deg, before_deg):
    """Whether it came from inside (0°) or from outside (20°), and with estimates of as few as one stance."""
    one_step = CueSettings(stances=1, least_stances=1, cue_limit_s=1000.0, start_sd_deg=1.0)
    start_s = 6 * STEP_S

    def make(side: Side, contact_s: float) -> Stance:
        n = round(contact_s / STEP_S)
        left_deg = before_deg if contact_s < start_s else 5.0 + wobble_deg[n - 6]
        return stance(side, contact_s, left_deg if side is Side.LEFT else 0.0)

    cues = run(Decider(one_step), make, end_s=start_s + 39 * STEP_S)
    assert [cue.kind for cue in cues] == [CueKind.OFF, CueKind.INSIDE if before_deg == 0.0 else CueKind.OUTSIDE]


@unhurried
@given(phases())
def test_the_cue_never_jumps_to_the_other_leg_while_the_first_is_outside(told):
    decider = Decider(SHORT)
    story = Story(told)
    before = decider.current

    def watch(_: float, current: Cue) -> None:
        nonlocal before
        if before.side is not None and current.side is before.side.other:
            estimate = decider.estimate(before.side)
            assert (
                estimate is None
                or estimate.sd_deg > SHORT.keep_sd_deg
                or estimate.mean_deg < SHORT.band.target_deg(before.side) - SHORT.hysteresis_deg
            )
        before = current

    run(decider, story.stance, end_s=story.end_s, seen=story.seen, watch=watch)


@unhurried
@given(st.data())
def test_the_order_in_which_stances_come_in_does_not_change_the_estimate(data):
    told = [
        stance(side, contact_s, data.draw(degrees), sd_deg=data.draw(st.floats(0.1, 3.0)))
        for side, contact_s in steps(0.0, 14.0)
    ]
    estimates = []
    for order in (told, data.draw(st.permutations(told))):
        decider = Decider()
        decider.tick(15.0, True)
        for each in order:
            decider.stance(each)
        estimates.append([decider.estimate(side) for side in Side])
    assert estimates[0] == estimates[1]
    assert None not in estimates[0]


@unhurried
@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.floats(-90.0, 90.0)), max_size=60
    )
)
def test_no_order_of_times_breaks_it(events):
    decider = Decider()
    for is_tick, time_s, value in events:
        if is_tick:
            decider.tick(time_s, value > 0.0)
        elif time_s < time_s + 0.125 < time_s + 0.25:
            decider.stance(stance(Side.LEFT if value > 0.0 else Side.RIGHT, time_s, value))
        assert (decider.current.side is None) == (decider.current.kind is not CueKind.OUTSIDE)


def test_memory_does_not_grow():
    decider = Decider()
    sizes = []
    for hour in (1, 2):
        run(decider, drops(8.0, 3.0), start_s=3600.0 * hour, end_s=3600.0 * hour + 600.0)
        sizes.append(len(pickle.dumps(decider)))
    assert sizes[1] == pytest.approx(sizes[0], rel=0.1)
