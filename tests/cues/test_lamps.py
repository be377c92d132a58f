import gc
import logging
import math
import threading
import time
import weakref
from typing import ClassVar

import pytest
from gpiozero import LED, GPIOPinInUse
from gpiozero.pins.mock import MockFactory, MockPin, MockPWMPin

from monitor.cues.board import simulated_factory
from monitor.cues.lamps import LampError, Lamps, LampsState
from monitor.cues.pins import Pins
from monitor.vocabulary import Cue, CueKind, LampState, Side
from tests.cues.virtual import NAMES, VirtualLamps

LEFT = Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left")
RIGHT = Cue(0.0, Side.RIGHT, CueKind.OUTSIDE, "right")
INSIDE = Cue(0.0, None, CueKind.INSIDE, "inside")
DARK = Cue(0.0, None, CueKind.OFF, "off")


@pytest.fixture
def virtual(monkeypatch):
    with_lamps = VirtualLamps(monkeypatch, silence_limit_s=math.inf)
    yield with_lamps
    with_lamps.lamps.close()


def test_a_cue_lights_its_side_and_beeps_once(virtual):
    virtual.lamps.status(LampState.MEASURING)
    virtual.play(1.0)
    virtual.lamps.show(LEFT)
    virtual.play(10.0)
    virtual.lamps.show(DARK)
    virtual.play(12.0)
    assert {name: virtual.recorded(name) for name in NAMES} == {
        "left_amber": [(0.0, False), (1.0, True), (10.0, False)],
        "left_blue": [(0.0, False)],
        "right_amber": [(0.0, False)],
        "right_blue": [(0.0, False)],
        "status": [(0.0, False), (0.0, True)],
        "buzzer": [(0.0, False), (1.0, True), (1.15, False)],
    }


def test_another_side_beeps_anew_and_two_sides_are_never_lit_at_once(virtual):
    for at_s, cue in ((1.0, LEFT), (2.0, LEFT), (3.0, RIGHT), (4.0, INSIDE), (5.0, RIGHT), (6.0, DARK)):
        virtual.play(at_s)
        virtual.lamps.show(cue)
    virtual.play(7.0)
    assert virtual.recorded("left_amber") == [(0.0, False), (1.0, True), (3.0, False)]
    assert virtual.recorded("right_amber") == [(0.0, False), (3.0, True), (4.0, False), (5.0, True), (6.0, False)]
    assert virtual.recorded("left_blue") == virtual.recorded("right_blue") == [(0.0, False), (4.0, True), (5.0, False)]
    assert [at_s for at_s, value in virtual.recorded("buzzer") if value] == [1.0, 3.0, 5.0]
    assert not [state for _, state in virtual.told if state.left_amber and state.right_amber]


class LoggedPin(MockPWMPin):
    """A pin that writes down what is switched, in order."""

    log: ClassVar[list[tuple[str, bool]]] = []

    def _change_state(self, value):
        if super()._change_state(value):
            self.log.append((self.info.name, bool(value)))


def test_one_side_goes_dark_before_the_other_is_lit(monkeypatch):
    monkeypatch.setattr(LoggedPin, "log", [])
    with Lamps(Pins(22, None, 23, None, 25, None), MockFactory(pin_class=LoggedPin), background=False) as lamps:
        for cue in (LEFT, RIGHT, LEFT):
            lamps.show(cue)
        assert LoggedPin.log == [
            ("GPIO25", True),
            ("GPIO22", True),
            ("GPIO22", False),
            ("GPIO23", True),
            ("GPIO23", False),
            ("GPIO22", True),
        ]


def test_a_cue_that_ends_within_its_beep_ends_the_beep(virtual):
    virtual.lamps.show(LEFT)
    virtual.play(0.1)
    virtual.lamps.show(DARK)
    virtual.play(1.0)
    assert virtual.recorded("buzzer") == [(0.0, False), (0.0, True), (0.1, False)]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (LampState.OFF, []),
        (LampState.STARTING, [(0, True), (1, False), (2, True), (3, False), (4, True), (5, False), (6, True)]),
        (LampState.READY, [(0, True), (0.2, False), (2, True), (2.2, False), (4, True), (4.2, False), (6, True)]),
        (LampState.MEASURING, [(0, True)]),
        (
            LampState.CANNOT_SEE,
            [
                *[(0, True), (0.3, False), (0.7, True), (1.0, False)],
                *[(3, True), (3.3, False), (3.7, True), (4.0, False), (6, True)],
            ],
        ),
        (
            LampState.SETUP,
            [(0, True), (1.7, False), (2, True), (3.7, False), (4, True), (5.7, False), (6, True)],
        ),
        (LampState.FAULT, [(round(0.4 * n, 1), n % 2 == 0) for n in range(16)]),
    ],
)
def test_the_status_lamp_tells_its_states_apart_by_pattern(monkeypatch, state, expected):
    virtual = VirtualLamps(monkeypatch, silence_limit_s=math.inf)
    virtual.lamps.status(LampState.OFF)
    virtual.pins["status"].clear_states()
    virtual.lamps.status(state)
    virtual.play(6.001)
    assert virtual.recorded("status") == [(0, False), *expected]


def test_another_reason_for_the_same_state_does_not_restart_the_pattern(virtual):
    for n in range(25):
        virtual.lamps.status(LampState.STARTING, f"reason {n}")
        virtual.play(0.1 * (n + 1))
    assert virtual.recorded("status") == [(0, False), (0, True), (1, False), (2, True)]
    assert virtual.lamps.state.reason == "reason 24"


def test_a_fault_darkens_the_cue_and_the_buzzer_and_says_so(virtual):
    virtual.lamps.show(LEFT)
    virtual.play(0.1)
    virtual.lamps.fault("the camera is gone")
    assert virtual.lit_now() == ["status"]
    assert (virtual.lamps.state.means, virtual.lamps.state.reason) == (LampState.FAULT, "the camera is gone")
    virtual.lamps.show(RIGHT)
    virtual.lamps.show(INSIDE)
    virtual.lamps.show(LEFT)
    assert virtual.lit_now() == ["status"]


def test_a_fault_keeps_its_reason_until_it_ends(monkeypatch):
    virtual = VirtualLamps(monkeypatch)
    virtual.lamps.fault("the camera is gone")
    virtual.lamps.show(LEFT)
    virtual.play(10.0)
    assert virtual.lamps.state.reason == "the camera is gone"


def test_the_end_of_a_fault_does_not_bring_an_old_cue_back(virtual):
    virtual.lamps.show(LEFT)
    virtual.lamps.fault("the camera is gone")
    virtual.lamps.status(LampState.READY)
    assert virtual.lit_now() == ["status"]
    virtual.lamps.show(LEFT)
    assert virtual.lit_now() == ["left_amber", "status", "buzzer"]


@pytest.mark.parametrize("cue", [LEFT, INSIDE, None])
def test_lamps_that_nobody_heeds_go_to_fault(monkeypatch, cue):
    virtual = VirtualLamps(monkeypatch)
    for tenth in range(50):
        virtual.play(tenth / 10)
        virtual.lamps.status(LampState.MEASURING)
        if cue is not None and tenth == 20:
            virtual.lamps.show(cue)
    virtual.play(6.8)
    assert virtual.lamps.state.means is LampState.MEASURING
    virtual.play(7.0)
    state = virtual.lamps.state
    assert (state.means, state.reason) == (LampState.FAULT, "nothing was heard from the measurement for 2 s")
    assert virtual.lit_now() == ["status"]
    virtual.lamps.status(LampState.MEASURING)
    assert virtual.lamps.state.means is LampState.MEASURING


def test_lamps_that_claim_nothing_need_not_be_heeded(monkeypatch):
    virtual = VirtualLamps(monkeypatch)
    virtual.play(100.0)
    assert virtual.lamps.state.means is LampState.STARTING
    virtual.lamps.show(LEFT)
    virtual.play(101.0)
    assert virtual.lamps.state.left_amber


def test_the_state_is_read_from_the_pins_themselves(virtual):
    virtual.pins["right_amber"].state = 1.0
    assert virtual.lamps.state == LampsState(False, False, True, False, True, False, LampState.STARTING, None)
    virtual.lamps.refresh()
    assert virtual.lit_now() == ["status"]


def test_the_observer_is_told_every_change_once(virtual):
    virtual.lamps.status(LampState.MEASURING)
    virtual.lamps.show(LEFT)
    virtual.lamps.show(LEFT)
    virtual.lamps.status(LampState.MEASURING)
    virtual.play(1.0)
    virtual.lamps.close()

    def state(left_amber, status, buzzer, means):
        return LampsState(left_amber, False, False, False, status, buzzer, means, None)

    assert virtual.told == [
        (0.0, state(False, True, False, LampState.STARTING)),
        (0.0, state(False, True, False, LampState.MEASURING)),
        (0.0, state(True, True, True, LampState.MEASURING)),
        (0.15, state(True, True, False, LampState.MEASURING)),
        (1.0, state(False, False, False, LampState.OFF)),
    ]


def test_an_observer_that_fails_is_left_out_and_the_lamps_go_on(caplog):
    def fail(_):
        raise RuntimeError("the terminal is gone")

    with Lamps(Pins(), simulated_factory(), on_change=fail, background=False) as lamps:
        lamps.show(LEFT)
        assert lamps.state.left_amber
    assert [record.message for record in caplog.records] == ["what watches the lamps failed and is told nothing more"]


def test_outputs_that_are_not_fitted_are_left_alone(monkeypatch):
    virtual = VirtualLamps(monkeypatch, Pins(left_blue=None, right_blue=None, buzzer=None), silence_limit_s=math.inf)
    virtual.lamps.show(INSIDE)
    assert virtual.lit_now() == ["status"]
    virtual.lamps.show(RIGHT)
    assert virtual.lamps.state == LampsState(False, None, True, None, True, None, LampState.STARTING, None)
    virtual.lamps.mute(True)
    virtual.lamps.answer()
    virtual.play(5.0)
    assert virtual.lit_now() == ["right_amber", "status"]


def test_closing_darkens_everything_and_may_be_done_again(virtual):
    virtual.lamps.status(LampState.MEASURING)
    virtual.lamps.show(LEFT)
    virtual.lamps.mute(True)
    for _ in range(2):
        virtual.lamps.close()
        assert virtual.lit_now() == []
        assert [pin.function for pin in virtual.pins.values()] == ["input"] * len(NAMES)
        assert virtual.lamps.state == LampsState(False, False, False, False, False, False, LampState.OFF, None)
    assert repr(virtual.lamps) == "<Lamps closed>"
    assert virtual.lamps.refresh() == math.inf
    lamps = virtual.lamps
    for use in (lambda: lamps.show(DARK), lambda: lamps.fault("late"), lambda: lamps.mute(True), lamps.answer):
        with pytest.raises(LampError, match="closed"):
            use()


def test_closing_switches_off_and_does_not_leave_it_to_the_release_of_the_pins():
    factory = MockFactory(pin_class=MockPin)
    amber = factory.pin(Pins().left_amber)
    with Lamps(Pins(), factory, background=False) as lamps:
        lamps.show(LEFT)
        assert amber.state
    assert (amber.state, amber.function) == (False, "input")


def test_closed_lamps_are_let_go():
    lamps = Lamps(Pins(), simulated_factory(), background=False)
    lamps.close()
    watched = weakref.ref(lamps)
    del lamps
    gc.collect()
    assert watched() is None


def test_an_exception_leaves_everything_dark(virtual):
    def decide():
        with virtual.lamps as lamps:
            lamps.show(LEFT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        decide()
    assert virtual.lit_now() == []


def test_the_repr_says_what_is_lit(virtual):
    virtual.lamps.show(RIGHT)
    assert repr(virtual.lamps) == "<Lamps starting, lit: right_amber, status, buzzer>"


def test_outside_without_a_side_is_a_mistake(virtual):
    with pytest.raises(ValueError, match="which side"):
        virtual.lamps.show(Cue(0.0, None, CueKind.OUTSIDE, "somewhere"))
    assert virtual.lit_now() == ["status"]


def test_a_pin_in_use_leaves_the_others_free():
    factory = simulated_factory()
    with LED(Pins().status, pin_factory=factory), pytest.raises(GPIOPinInUse):
        Lamps(Pins(), factory, background=False)
    Lamps(Pins(), factory, background=False).close()


@pytest.mark.parametrize(
    "wrong", [{"status": 22}, {"buzzer": 1}, {"left_amber": 28}, {"left_blue": -1}, {"button": 25}]
)
def test_pins_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="pin"):
        Pins(**wrong)


@pytest.mark.parametrize("one", ["left_blue", "right_blue"])
def test_blue_on_one_side_only_is_refused(one):
    with pytest.raises(ValueError, match="blue lamps are fitted on both sides or on neither"):
        Pins(**{one: None})


def test_the_default_pins_are_dark_at_power_up_and_clear_of_the_buses():
    buses = {0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21}
    defaults = Pins()
    used = {getattr(defaults, name) for name in NAMES}
    assert min(used) > 8
    assert not used & buses


# The lamps' own thread, in real time.


def test_the_thread_keeps_the_pattern_ends_the_beep_and_stops_on_close():
    factory = simulated_factory()
    pins = {name: factory.pin(getattr(Pins(), name)) for name in ("status", "buzzer", "left_amber")}
    with Lamps(Pins(), factory, silence_limit_s=60.0) as lamps:
        lamps.show(LEFT)
        time.sleep(0.5)
        beep = pins["buzzer"].states[1:]
        lamps.fault("test")
        pins["status"].clear_states()
        cpu_s = time.process_time()
        time.sleep(1.8)
        assert time.process_time() - cpu_s < 0.5
        blinks = pins["status"].states
        lamps.status(LampState.MEASURING)
        time.sleep(0.1)  # until the thread sleeps, with a minute before it
        started_s = time.monotonic()
    assert time.monotonic() - started_s < 0.5
    assert [bool(state.state) for state in beep] == [True, False]
    assert 0.1 <= beep[1].timestamp < 0.5
    assert [state.timestamp for state in blinks[1:5]] == pytest.approx([0.4] * 4, abs=0.3)
    assert [pin.state for pin in pins.values()] == [0.0] * 3
    assert "lamps" not in [thread.name for thread in threading.enumerate()]


def test_a_slow_observer_does_not_stop_the_pattern():
    def slow(_):
        if threading.current_thread().name == "lamps":
            time.sleep(0.5)

    factory = simulated_factory()
    status = factory.pin(Pins().status)
    with Lamps(Pins(), factory, on_change=slow) as lamps:
        lamps.fault("test")
        status.clear_states()
        time.sleep(1.2)
        assert [bool(state.state) for state in status.states][:3] == [True, False, True]


class BrokenPin(MockPWMPin):
    """A pin that can no longer be written once the test says so."""

    broken = False

    def _set_state(self, value):
        if self.broken and value:
            raise OSError("no such line")
        super()._set_state(value)


def test_a_pin_that_breaks_darkens_the_rest_and_the_next_cue_hears_of_it(caplog):
    factory = MockFactory(pin_class=BrokenPin)
    status, amber = factory.pin(Pins().status), factory.pin(Pins().left_amber)
    with caplog.at_level(logging.CRITICAL), Lamps(Pins(), factory, silence_limit_s=60.0) as lamps:
        lamps.status(LampState.CANNOT_SEE)
        lamps.show(LEFT)
        assert amber.state
        status.broken = True
        while "lamps" in [thread.name for thread in threading.enumerate()]:
            time.sleep(0.05)
        assert (amber.state, status.state) == (0.0, 0.0)
        with pytest.raises(LampError, match="stopped answering"):
            lamps.show(RIGHT)


def test_a_walk_lights_one_thing_after_the_other_and_then_goes_on_as_before(virtual):
    virtual.lamps.status(LampState.READY)
    virtual.play(10.0)
    assert virtual.lamps.walk() == NAMES
    seen = []
    for number in range(len(NAMES)):
        virtual.play(10.1 + 2.0 * number)
        seen.append(virtual.lit_now())
        virtual.play(11.9 + 2.0 * number)
        assert virtual.lit_now() == seen[-1]
    assert seen == [[name] for name in NAMES]
    virtual.play(30.0)
    assert virtual.recorded("buzzer")[-1] == (22.0, False)
    assert virtual.recorded("status")[-3:] == [(26.2, False), (28.0, True), (28.2, False)]


@pytest.mark.parametrize(
    "ends",
    [
        lambda lamps: lamps.show(RIGHT),
        lambda lamps: lamps.show(DARK),
        lambda lamps: lamps.status(LampState.MEASURING),
        lambda lamps: lamps.fault("the camera is gone"),
    ],
)
def test_what_is_to_be_shown_ends_a_walk(virtual, ends):
    virtual.lamps.status(LampState.READY)
    virtual.lamps.walk()
    virtual.play(1.0)
    assert virtual.lit_now() == ["left_amber"]
    ends(virtual.lamps)
    assert not virtual.lamps.state.left_amber


def test_somebody_who_comes_and_goes_does_not_end_a_walk(virtual):
    virtual.lamps.walk()
    for at_s, state in enumerate((LampState.READY, LampState.CANNOT_SEE, LampState.READY), start=1):
        virtual.play(float(at_s))
        virtual.lamps.status(state)
    assert virtual.lit_now() == ["left_blue"]


def test_closed_lamps_do_not_walk(virtual):
    virtual.lamps.close()
    with pytest.raises(LampError):
        virtual.lamps.walk()


def test_a_control_check_lights_the_side_of_the_leg_and_sounds_patterns(virtual):
    virtual.lamps.status(LampState.CHECKING)
    virtual.lamps.point(Side.LEFT, (0.2, 0.1, 0.2))
    virtual.play(1.0)
    assert [name for name in virtual.lit_now() if name != "status"] == ["left_amber"]
    assert virtual.recorded("buzzer") == [(0.0, False), (0.0, True), (0.2, False), (0.3, True), (0.5, False)]
    virtual.lamps.point(Side.RIGHT)
    assert [name for name in virtual.lit_now() if name != "status"] == ["right_amber"]
    virtual.lamps.point(None)
    virtual.lamps.point(Side.LEFT)
    virtual.lamps.status(LampState.READY)
    assert not virtual.lamps.state.left_amber, "it ends with the check"


def test_a_check_that_is_not_heard_of_any_more_is_a_fault(monkeypatch):
    virtual = VirtualLamps(monkeypatch)
    virtual.lamps.status(LampState.CHECKING)
    virtual.lamps.point(Side.LEFT, (5.0,))
    virtual.play(2.5)
    assert virtual.lamps.state.means is LampState.FAULT
    assert virtual.lit_now() in (["status"], [])


def test_a_silenced_buzzer_is_silent_in_a_check(virtual):
    virtual.lamps.status(LampState.CHECKING)
    virtual.lamps.mute(True)
    virtual.lamps.point(Side.LEFT, (1.0,))
    virtual.play(1.5)
    assert [lit for _, lit in virtual.recorded("buzzer")] == [False]
