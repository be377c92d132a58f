"""The button's level over time, and what is made of it."""

import math
from itertools import accumulate, chain, pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.cues.presses import BOUNCE_S, HELD_S, LONG_S, Moment, Presses

SHORT, LONG_ENOUGH, LONG, HELD = Moment


def play(changes_s: list[float], until_s: float, down: bool = False) -> list[tuple[float, Moment]]:
    """What is told, and when, of a level that is `down` at 0 and changes at these times; looked at when it is due."""
    presses = Presses()
    now_s, edged, told, left = 0.0, False, [], sorted(changes_s)
    while now_s <= until_s:
        moment = presses.look(down, now_s, edged)
        if moment is not None:
            told.append((round(now_s, 2), moment))
        due_s = now_s + max(1e-6, presses.due_s(now_s))
        edged = bool(left) and left[0] <= due_s
        if edged:
            now_s, down = left.pop(0), not down
        else:
            now_s = due_s
    return told


def test_a_short_press_is_told_at_its_release():
    assert play([1.0, 1.2], 20.0) == [(1.23, SHORT)]


def test_a_long_press_is_felt_while_it_lasts_and_told_at_its_release():
    assert play([1.0, 4.0], 20.0) == [(2.5, LONG_ENOUGH), (4.03, LONG)]


def test_a_button_that_is_held_is_told_while_it_is_down_and_mutes_nothing():
    assert play([1.0, 15.0], 20.0) == [(2.5, LONG_ENOUGH), (9.0, HELD)]


def test_a_button_that_sticks_is_told_once():
    assert play([1.0], 3600.0) == [(2.5, LONG_ENOUGH), (9.0, HELD)]


def test_a_button_that_is_down_at_the_start_does_nothing_until_it_was_released():
    assert play([], 100.0, down=True) == []
    assert play([20.0], 100.0, down=True) == []
    assert play([20.0, 30.0, 30.1], 100.0, down=True) == [(30.13, SHORT)]


def test_a_lost_edge_delays_a_press_and_makes_none():
    presses = Presses()
    told = [presses.look(down, at_s) for down, at_s in ((False, 0.0), (True, 1.0), (True, 1.1), (False, 12.0))]
    told += [presses.look(down, at_s) for down, at_s in ((False, 12.1), (False, 60.0))]
    assert told == [None, None, None, None, HELD, None]


@given(
    lasts_s=st.lists(st.tuples(st.floats(0.05, 12.0), st.floats(0.05, 30.0)), max_size=6),
    down=st.booleans(),
    data=st.data(),
)
def test_bounces_change_nothing(lasts_s, down, data):
    """Every press and every pause may begin and be broken by changes shorter than a bounce."""
    clean_s, bouncing_s, now_s = [], [], 1.0
    for parts_s in lasts_s:
        for lasts in parts_s:
            clean_s.append(now_s)
            pairs_s = data.draw(st.lists(st.floats(1e-4, 0.9 * BOUNCE_S).map(lambda gap_s: [gap_s] * 2), max_size=3))
            bouncing_s += [now_s, *(now_s - before_s for before_s in accumulate(chain.from_iterable(pairs_s)))]
            now_s += lasts + 0.5
    until_s = now_s + 20.0
    assert [m for _, m in play(bouncing_s, until_s, down)] == [m for _, m in play(clean_s, until_s, down)]


@given(st.lists(st.floats(0.001, 10.0), max_size=40), st.booleans())
def test_whatever_the_level_does_no_press_is_told_twice(gaps_s, down):
    changes_s = list(accumulate(gaps_s))
    told = [moment for _, moment in play(changes_s, sum(gaps_s) + 20.0, down)]
    assert len([moment for moment in told if moment is not LONG_ENOUGH]) <= len(changes_s) / 2 + 1
    assert {after for moment, after in pairwise(told) if moment is LONG_ENOUGH} <= {LONG, HELD}


@given(st.lists(st.floats(0.001, 0.9 * BOUNCE_S), min_size=2), st.lists(st.floats(0.001, 0.5), min_size=1))
def test_a_level_that_never_holds_is_no_press_whenever_it_is_looked_at(gaps_s, looks_s):
    changes_s, presses, before = list(accumulate(gaps_s)), Presses(), 0
    assert presses.look(False, 0.0) is None
    for now_s in accumulate(looks_s):
        changed = sum(at_s <= now_s for at_s in changes_s)
        if changed == len(changes_s):
            return
        assert presses.look(changed % 2 == 1, now_s, edged=changed > before) is None
        before = changed


@given(st.floats(0.05, 20.0))
def test_the_length_decides(lasts_s):
    told = [moment for _, moment in play([1.0, 1.0 + lasts_s], 60.0)]
    if math.isclose(lasts_s, LONG_S, abs_tol=0.01) or math.isclose(lasts_s, HELD_S, abs_tol=0.01):
        return
    expected = [SHORT] if lasts_s < LONG_S else [LONG_ENOUGH, LONG if lasts_s < HELD_S else HELD]
    assert told == expected
