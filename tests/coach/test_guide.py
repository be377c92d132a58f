"""The guide through a control check: what it wants, what is heard, what lights, and that it always ends."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.coach.check import Part, Rep, Watch
from monitor.coach.check.guide import (
    ASKED,
    LONGEST_S,
    MOST_PRACTICE,
    MOST_RECORDED,
    NOTHING_HAPPENED,
    PATIENCE_S,
    SAID_S,
    TOO_LONG,
    Beep,
    Guide,
    Seen,
    Step,
)
from monitor.gait import GaitSettings
from monitor.vocabulary import Measure, Observation, Side, View
from tests.coach.squatter import Squatter

SEVEN = (0.1,) * 7
BOTH = ((Side.LEFT, SEVEN), (Side.RIGHT, SEVEN))


def rep(side: Side = Side.LEFT, reason: str | None = None) -> Rep:
    return Rep(side, 0.0, 1.0, 2.0, 0.1, reason, {part: Measure(5.0, 0.5) for part in Part})


def led(track: list[Observation]) -> tuple[Guide, list[tuple[Beep, Side]], list[Side | None]]:
    """Guide somebody who does not listen; what was heard on which leg, and the lamp with every frame."""
    guide, watch = Guide(View.REAR, "full"), Watch(GaitSettings())
    heard, lamps = [], []
    for o in track:
        reps = watch.push(o)
        seen = Seen(o.time_s, watch.reason, watch.side, watch.depth, reps, dict(watch.touches))
        side = guide.side
        heard += [(beep, side) for beep in guide.see(seen)]
        lamps.append(guide.lamp)
    return guide, heard, lamps


def at_record(guide: Guide) -> float:
    """Bring a guide to the first leg's recording; the time then."""
    for n in range(12):
        guide.see(Seen(n / 4.0, None, Side.LEFT))
    guide.see(Seen(4.0, None, Side.LEFT, reps=[rep(), rep()]))
    assert guide.step is Step.RECORD
    return 4.0


def test_two_practice_and_five_recorded_squats_of_each_leg_make_a_result() -> None:
    guide, heard, lamps = led(Squatter(squats=BOTH).observe())
    leg = [Beep.GO, Beep.COUNTED, Beep.COUNTED, Beep.GO, *[Beep.COUNTED] * 5]
    assert [beep for beep, _ in heard] == [*leg, Beep.CHANGE, *leg, Beep.DONE]
    assert [side for _, side in heard] == [Side.LEFT] * 10 + [Side.RIGHT] * 10
    assert guide.step is Step.DONE
    assert guide.result is not None
    assert {side: (leg.reps, leg.valid) for side, leg in guide.result.legs.items()} == {
        Side.LEFT: (5, 5),
        Side.RIGHT: (5, 5),
    }
    # The lamp of the leg goes out once in every squat, when it is deep enough.
    goes_out = {side: sum(a is side and b is None for a, b in pairwise(lamps)) for side in Side}
    assert goes_out == {Side.LEFT: 7, Side.RIGHT: 7}
    assert lamps[-1] is None


def test_the_wrong_leg_is_said_and_its_squats_do_not_count() -> None:
    guide, heard, _ = led(Squatter(squats=((Side.RIGHT, SEVEN), (Side.LEFT, SEVEN))).observe())
    assert guide.step is Step.STAND, "the left leg was done, the right one was done too early"
    assert guide.side is Side.RIGHT
    assert heard[-1] == (Beep.CHANGE, Side.LEFT)
    guide.see(Seen(1000.0, None, Side.LEFT))
    assert guide.stage.wrong_leg


def test_a_squat_that_does_not_count_is_heard_and_said_and_another_is_wanted() -> None:
    guide = Guide(View.REAR)
    now_s = at_record(guide)
    assert guide.see(Seen(now_s, None, Side.LEFT, reps=[rep(reason="too shallow")])) == [Beep.NOT_COUNTED]
    assert (guide.stage.done, guide.stage.wanted, guide.stage.last) == (0, 5, "too shallow")
    for n in range(4):
        assert guide.see(Seen(now_s + n, None, Side.LEFT, reps=[rep()])) == [Beep.COUNTED]
    assert (guide.stage.done, guide.stage.last) == (4, "")
    assert guide.see(Seen(now_s + 5, None, Side.LEFT, reps=[rep()])) == [Beep.COUNTED, Beep.CHANGE]


def test_who_cannot_do_it_is_not_kept_for_ever() -> None:
    guide = Guide(View.REAR)
    now_s = at_record(guide)
    for n in range(MOST_RECORDED):
        guide.see(Seen(now_s + n, None, Side.LEFT, reps=[rep(reason="too deep")]))
    assert (guide.step, guide.side) == (Step.STAND, Side.RIGHT)
    for n in range(MOST_PRACTICE):
        guide.see(Seen(now_s + n, None, Side.RIGHT, reps=[rep(Side.RIGHT, "turned")]))
    assert guide.step is Step.RECORD


def test_it_ends_by_itself_and_keeps_a_leg_that_was_finished() -> None:
    guide = Guide(View.REAR)
    now_s = at_record(guide)
    guide.see(Seen(now_s, None, Side.LEFT, reps=[rep()] * 5, touches={Side.LEFT: 3, Side.RIGHT: 9}))
    assert guide.side is Side.RIGHT
    assert guide.see(Seen(now_s + PATIENCE_S + 1.0, "nobody in view")) == [Beep.STOPPED]
    assert guide.see(Seen(now_s + PATIENCE_S + 2.0, "nobody in view")) == [], "once"
    assert (guide.step, guide.ended_because) == (Step.STOPPED, NOTHING_HAPPENED)
    assert guide.result is not None
    assert set(guide.result.legs) == {Side.LEFT}
    assert guide.result.legs[Side.LEFT].touches == 3


def test_what_does_not_count_is_something_that_happens() -> None:
    guide = Guide(View.REAR)
    began_s = at_record(guide)
    for n in range(1, MOST_RECORDED):
        guide.see(Seen(began_s + 9.0 * n, None, Side.LEFT, reps=[rep(reason="too shallow")]))
    assert 9.0 * (MOST_RECORDED - 1) > PATIENCE_S
    assert guide.step is Step.RECORD


def test_it_never_takes_longer_than_eight_minutes_and_says_that_it_ends() -> None:
    guide, heard = Guide(View.REAR), list[Beep]()
    for n in range(int(LONGEST_S) + 2):
        heard += guide.see(Seen(float(n), None, Side.LEFT, reps=[rep(reason="turned")] if n % 50 == 49 else []))
    assert guide.ended_because == TOO_LONG
    assert heard[-1] is Beep.STOPPED
    assert heard.count(Beep.STOPPED) == 1


def heard_while(guide: Guide, from_s: float, seconds: float, seen: Seen) -> list[Beep]:
    return [beep for n in range(int(4 * seconds)) for beep in guide.see(replace(seen, time_s=from_s + n / 4.0))]


def test_who_is_not_seen_or_on_the_other_leg_hears_it_once() -> None:
    guide = Guide(View.REAR)
    assert heard_while(guide, 0.0, 30.0, Seen(0.0, "nobody in view")) == [], "who has not come yet is not called"
    for wrong in (Seen(0.0, "nobody in view"), Seen(0.0, None, Side.RIGHT)):
        guide = Guide(View.REAR)
        now_s = at_record(guide) + 10.0
        assert heard_while(guide, now_s, SAID_S, wrong) == []
        assert heard_while(guide, now_s + SAID_S, 20.0, wrong) == [Beep.NOT_COUNTED]
        assert heard_while(guide, now_s + 25.0, 1.0, Seen(0.0, None, Side.LEFT)) == []
        assert heard_while(guide, now_s + 26.0, 10.0, wrong) == [Beep.NOT_COUNTED], "again when it is so again"


def test_who_stops_it_leaves_nothing() -> None:
    guide = Guide(View.REAR)
    now_s = at_record(guide)
    guide.see(Seen(now_s, None, Side.LEFT, reps=[rep()] * 5))
    guide.stop()
    assert (guide.step, guide.stage.why_not, guide.result, guide.lamp) == (Step.STOPPED, ASKED, None, None)
    assert guide.see(Seen(now_s + 1.0, None, Side.LEFT, reps=[rep()])) == []
    guide.stop("something else")
    assert guide.ended_because == ASKED


FRAMES = st.lists(
    st.tuples(
        st.floats(0.01, 20.0),
        st.sampled_from([None, "nobody in view"]),
        st.sampled_from([None, *Side]),
        st.floats(0.0, 0.3),
        st.lists(st.tuples(st.sampled_from(Side), st.sampled_from([None, "turned", "too deep"])), max_size=2),
    ),
    max_size=200,
)


@settings(max_examples=100, deadline=None)
@given(frames=FRAMES)
def test_whatever_is_seen_it_goes_forward_and_ends_in_time(
    frames: list[tuple[float, str | None, Side | None, float, list[tuple[Side, str | None]]]],
) -> None:
    guide, now_s, began_s = Guide(View.REAR), 0.0, None
    way = [(Step.PLACE, Side.LEFT)]
    for after_s, why_not, side, depth, done in frames:
        now_s += after_s
        began_s = now_s if began_s is None else began_s
        before_over = guide.over
        beeps = guide.see(Seen(now_s, why_not, side, depth, [rep(*one) for one in done]))
        if (guide.step, guide.side) != way[-1]:
            way.append((guide.step, guide.side))
        assert not (before_over and beeps)
        assert guide.lamp in (None, guide.side)
        assert guide.over or now_s - began_s <= LONGEST_S
        assert guide.stage.done <= guide.stage.wanted or guide.stage.wanted == 0
        assert guide.result is None or guide.over
    order = [
        (side, step)
        for side in (Side.LEFT, Side.RIGHT)
        for step in (Step.PLACE, Step.STAND, Step.PRACTICE, Step.RECORD)
    ]
    places = [order.index((side, step)) for step, side in way if step not in (Step.DONE, Step.STOPPED)]
    assert places == sorted(places)
    assert [step for step, _ in way].count(Step.DONE) <= 1
