"""The states of the status lamp are told apart by pattern, whatever its colour and whenever one looks."""

import math
from itertools import combinations

import numpy as np
import pytest

from monitor.cues.patterns import ANSWER_S, PATTERNS, phase
from monitor.vocabulary import LampState
from tests.cues.virtual import VirtualLamps

STEP_S = 0.05
COMMON_PERIOD_S = 12.0
"""A whole number of every pattern's periods."""
LEAST_DIFFERENCE = 0.08
"""Of the time, at the worst phase: 0.2 s in two seconds is 0.1."""


def course(state: LampState) -> np.ndarray:
    """Lit or dark over the common period."""
    times_s = np.arange(round(COMMON_PERIOD_S / STEP_S)) * STEP_S + STEP_S / 2
    return np.array([phase(state, at_s)[0] for at_s in times_s])


def test_every_state_has_a_pattern_that_repeats_in_the_common_period():
    assert set(PATTERNS) == set(LampState)
    for pattern in PATTERNS.values():
        assert math.inf in pattern or not pattern or math.remainder(COMMON_PERIOD_S, sum(pattern)) == pytest.approx(0.0)


@pytest.mark.parametrize(("one", "other"), list(combinations(LampState, 2)))
def test_no_two_states_look_alike_at_any_phase(one, other):
    lit, others = course(one), course(other)
    shifts = [np.roll(others, shift) for shift in range(len(others))]
    assert min(np.mean(lit != shifted) for shifted in shifts) >= LEAST_DIFFERENCE


@pytest.mark.parametrize("state", LampState)
def test_no_state_flashes_faster_than_1_6_hz_and_no_answer_makes_it(monkeypatch, state):
    virtual = VirtualLamps(monkeypatch, silence_limit_s=math.inf)
    virtual.lamps.status(state)
    for answered_s in np.arange(31) * 3.1:
        virtual.play(answered_s)
        virtual.lamps.answer()
    virtual.play(120.0)
    assert virtual.shortest_onset_gap_s("status") >= 1 / 1.6 - 1e-9


@pytest.mark.parametrize("state", LampState)
def test_an_answer_shows_in_every_state_and_passes(monkeypatch, state):
    virtual = VirtualLamps(monkeypatch, silence_limit_s=math.inf)
    virtual.lamps.status(state)
    virtual.play(24.0)
    virtual.lamps.answer()
    seen = []
    for at_s in (24.001, 24.0 + 0.99 * ANSWER_S, 24.001 + ANSWER_S, 24.0 + 1.99 * ANSWER_S):
        virtual.play(at_s)
        seen.append(virtual.lamps.state.status)
    assert seen == [False, False, True, True]
    virtual.play(24.001 + 2 * ANSWER_S)
    assert virtual.lamps.state.status is phase(state, 0.001 + 2 * ANSWER_S)[0]
