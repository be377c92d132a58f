"""One leg only, and silence on demand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cues.decision import INSIDE_ONE, NOT_YET, OUTSIDE, RESTING, WAITING, Decider
from monitor.cues.settings import Band, CueSettings
from monitor.cues.sound import BuzzerUse, Sound
from monitor.vocabulary import Cue, CueKind, LampState, Side, Stance
from tests.cues.runner import drops, run, stance
from tests.cues.virtual import VirtualLamps

QUIET = "run on your own"


def one_leg(side: Side = Side.LEFT, target_deg: float = 6.0) -> CueSettings:
    return CueSettings(Band(target_deg, target_deg), side)


@given(left=st.floats(0.0, 15.0), right=st.floats(0.0, 15.0), leg=st.sampled_from(Side))
def test_only_the_one_leg_is_spoken_of_whatever_the_other_does(left: float, right: float, leg: Side) -> None:
    cues = run(Decider(one_leg(leg)), drops(left, right), end_s=20.0)
    assert {cue.side for cue in cues} <= {leg, None}
    mine, other = (left, right) if leg is Side.LEFT else (right, left)
    alone = run(Decider(one_leg(leg)), drops(mine, mine), end_s=20.0)
    said = [(cue.kind, cue.side, cue.reason) for cue in cues]
    assert said == [(cue.kind, cue.side, cue.reason) for cue in alone], other


def test_inside_is_said_of_the_one_leg() -> None:
    cues = run(Decider(one_leg()), drops(4.0, 12.0), end_s=12.0)
    assert (cues[-1].kind, cues[-1].side, cues[-1].reason) == (
        CueKind.INSIDE,
        Side.LEFT,
        INSIDE_ONE.format(side=Side.LEFT),
    )


@pytest.mark.parametrize("leg", [Side.LEFT, None])
def test_inside_is_lit_of_one_leg_for_half_a_minute_and_again_only_after_something_else(leg: Side | None) -> None:
    decider = Decider(CueSettings(Band(6.0, 6.0), leg))

    def step(side: Side, at_s: float) -> Stance:
        return stance(side, at_s, 9.0 if side is leg and 60.0 < at_s < 75.0 else 4.0)

    cues = [cue for cue in run(decider, step, end_s=150.0) if cue.reason not in (NOT_YET, WAITING)]
    kinds = [cue.kind for cue in cues]
    if leg is None:
        assert kinds == [CueKind.INSIDE], "who has no plan sees it all the time"
        return
    inside, dark, outside, again, dark_again = cues
    assert kinds == [CueKind.INSIDE, CueKind.OFF, CueKind.OUTSIDE, CueKind.INSIDE, CueKind.OFF]
    assert inside.reason == dark.reason == again.reason == dark_again.reason == INSIDE_ONE.format(side=leg)
    assert dark.time_s - inside.time_s == pytest.approx(30.0, abs=0.1)
    assert dark_again.time_s - again.time_s == pytest.approx(30.0, abs=0.1)
    assert outside.time_s > 60.0


@given(start_s=st.floats(0.0, 40.0), length_s=st.floats(0.1, 40.0), left=st.floats(0.0, 15.0))
def test_nothing_is_cued_while_it_is_hushed(start_s: float, length_s: float, left: float) -> None:
    decider = Decider(one_leg())

    def watch(now_s: float, _: Cue) -> None:
        hushed = start_s <= now_s < start_s + length_s
        decider.hush(QUIET if hushed else None)
        if hushed:
            assert decider.current.kind is CueKind.OFF
            assert decider.current.reason == QUIET

    run(decider, drops(left, 3.0), end_s=90.0, watch=watch)
    off = (RESTING, WAITING, INSIDE_ONE.format(side=Side.LEFT))
    assert decider.current.kind is not CueKind.OFF or decider.current.reason in off or 4.0 < left < 8.0


def test_after_the_silence_the_cue_comes_back_with_the_next_stance() -> None:
    decider = Decider(one_leg())
    run(decider, drops(9.0, 3.0), end_s=10.0)
    assert decider.current.kind is CueKind.OUTSIDE
    cue = decider.hush(QUIET)
    assert cue is not None
    assert (cue.kind, cue.reason) == (CueKind.OFF, QUIET)
    assert decider.hush(QUIET) is None
    lifted = decider.hush(None)
    assert lifted is not None
    assert (lifted.kind, lifted.reason) == (CueKind.OFF, WAITING)
    cue = decider.stance(stance(Side.LEFT, 10.1, 9.0))
    assert cue is not None
    assert (cue.kind, cue.reason) == (CueKind.OUTSIDE, OUTSIDE.format(side=Side.LEFT))


def test_who_is_not_seen_is_told_so_and_not_that_it_is_silent() -> None:
    decider = Decider(one_leg())
    decider.hush(QUIET)
    run(decider, drops(9.0, 3.0), end_s=10.0)
    decider.tick(11.0, False, "nobody in view")
    assert decider.current.reason == "nobody in view"
    decider.tick(11.1, True)
    assert decider.current.reason == QUIET


@pytest.mark.parametrize("side", Side)
def test_inside_of_one_leg_lights_that_blue_lamp_alone(monkeypatch: pytest.MonkeyPatch, side: Side) -> None:
    virtual = VirtualLamps(monkeypatch)
    virtual.lamps.status(LampState.MEASURING)
    virtual.lamps.show(Cue(1.0, side, CueKind.INSIDE, "inside"))
    state = virtual.lamps.state
    assert (state.left_blue, state.right_blue) == (side is Side.LEFT, side is Side.RIGHT)
    assert (state.left_amber, state.right_amber) == (False, False)


def test_the_buzzer_can_be_used_for_something_else_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    virtual = VirtualLamps(monkeypatch)
    assert clicks(virtual) == 0
    virtual.lamps.use(Sound(BuzzerUse.METRONOME, 180.0))
    assert clicks(virtual) == pytest.approx(30, abs=1)
    virtual.lamps.use(virtual.lamps.sound)
    assert clicks(virtual) == 0


def clicks(virtual: VirtualLamps) -> int:
    """Within ten seconds."""
    virtual.pins["buzzer"].clear_states()
    for _ in range(1000):
        virtual.lamps.status(LampState.MEASURING)
        virtual.lamps.refresh()
        virtual.now_s += 0.01
    return sum(bool(state.state) for state in virtual.pins["buzzer"].states[1:])


def test_before_the_first_tick_nothing_is_said() -> None:
    decider = Decider(one_leg())
    assert decider.hush(QUIET) is None
    cue = decider.tick(3.0, True)
    assert cue is not None
    assert (cue.time_s, cue.reason) == (3.0, QUIET)
