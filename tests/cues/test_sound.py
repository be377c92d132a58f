"""When the buzzer sounds."""

import math
from itertools import pairwise

import pytest

from monitor.cues.sound import BEEP_S, CLICK_S, BuzzerUse, Sound
from monitor.vocabulary import Cue, CueKind, LampState, Side
from tests.cues.virtual import VirtualLamps

LEFT = Cue(0.0, Side.LEFT, CueKind.OUTSIDE, "left")
SPM = 170.0


def lamps_with(monkeypatch: pytest.MonkeyPatch, use: str, metronome_spm: float | None = None) -> VirtualLamps:
    return VirtualLamps(monkeypatch, sound=Sound(BuzzerUse(use), metronome_spm), silence_limit_s=math.inf)


def sounds(virtual: VirtualLamps) -> list[tuple[float, float]]:
    """When the buzzer began to sound, and for how long."""
    changes = virtual.recorded("buzzer")[1:]
    assert [value for _, value in changes] == [True, False] * (len(changes) // 2)
    return [(on_s, round(off_s - on_s, 2)) for (on_s, _), (off_s, _) in zip(changes[::2], changes[1::2], strict=True)]


def test_a_metronome_clicks_while_it_measures_and_at_no_other_time(monkeypatch):
    virtual = lamps_with(monkeypatch, "metronome", SPM)
    for n, state in enumerate((*LampState, *reversed(LampState))):
        virtual.lamps.status(state)
        virtual.lamps.show(LEFT)
        before = len(virtual.recorded("buzzer"))
        virtual.play(60.0 * (n + 1))
        clicked = (len(virtual.recorded("buzzer")) - before) // 2
        assert clicked == pytest.approx(SPM, abs=1) if state is LampState.MEASURING else clicked == 0


@pytest.mark.parametrize("spm", [140.0, SPM, 220.0])
def test_a_metronome_does_not_drift_in_an_hour_nor_over_a_pause(monkeypatch, spm):
    virtual = lamps_with(monkeypatch, "metronome", spm)
    for state, until_s in (
        (LampState.MEASURING, 1800.0),
        (LampState.CANNOT_SEE, 1810.1),
        (LampState.MEASURING, 3600.0),
    ):
        virtual.lamps.status(state)
        virtual.play(until_s)
    virtual.lamps.status(LampState.READY)
    clicks = sounds(virtual)
    assert len(clicks) == pytest.approx(spm * (3600.0 - 10.1) / 60.0, abs=2)
    off_the_beat_s = [abs(math.remainder(at_s, 60.0 / spm)) for at_s, _ in clicks]
    assert max(off_the_beat_s) < 0.01
    assert max(abs(length_s - CLICK_S) for _, length_s in clicks) < 0.011  # both ends are rounded to 0.01 s


def test_the_cue_does_not_beep_into_the_metronome(monkeypatch):
    virtual = lamps_with(monkeypatch, "metronome", SPM)
    virtual.lamps.status(LampState.MEASURING)
    virtual.play(1.1)
    virtual.lamps.show(LEFT)
    virtual.play(5.0)
    assert min(late - early for (early, _), (late, _) in pairwise(sounds(virtual))) > 0.9 * 60.0 / SPM


def test_a_buzzer_that_is_off_is_silent(monkeypatch):
    virtual = lamps_with(monkeypatch, "off", SPM)
    virtual.lamps.status(LampState.MEASURING)
    virtual.lamps.show(LEFT)
    virtual.lamps.answer()
    virtual.play(10.0)
    assert sounds(virtual) == []
    assert virtual.lamps.state.buzzer is False


@pytest.mark.parametrize(("use", "spm"), [("cue", None), ("metronome", SPM)])
def test_a_muted_buzzer_is_silent_at_once_and_until_it_may_sound_again(monkeypatch, use, spm):
    virtual = lamps_with(monkeypatch, use, spm)
    virtual.lamps.status(LampState.MEASURING)
    virtual.lamps.show(LEFT)
    virtual.play(0.01)
    assert virtual.lamps.state.buzzer
    virtual.lamps.mute(True)
    assert virtual.lamps.state.muted
    assert virtual.lit_now() == ["left_amber", "status"]
    virtual.play(10.0)
    virtual.lamps.answer()
    virtual.lamps.show(Cue(0.0, Side.RIGHT, CueKind.OUTSIDE, "right"))
    virtual.play(20.0)
    assert sounds(virtual) == [(0.0, 0.01)]
    virtual.lamps.mute(False)
    virtual.lamps.show(LEFT)
    virtual.play(21.0)
    assert not virtual.lamps.state.muted
    assert len(sounds(virtual)) > 1


def test_muting_is_told_to_who_watches_and_is_not_a_sign_of_life(monkeypatch):
    virtual = VirtualLamps(monkeypatch)
    virtual.lamps.status(LampState.MEASURING)
    virtual.play(1.9)
    virtual.lamps.mute(True)
    virtual.lamps.answer()
    assert [state.muted for _, state in virtual.told][-1] is True
    virtual.play(2.1)
    assert virtual.lamps.state.means is LampState.FAULT


@pytest.mark.parametrize(("use", "spm"), [("cue", None), ("metronome", SPM)])
def test_an_answer_beeps_once_but_not_in_a_fault(monkeypatch, use, spm):
    virtual = lamps_with(monkeypatch, use, spm)
    virtual.play(1.0)
    virtual.lamps.answer()
    virtual.play(5.0)
    virtual.lamps.fault("the camera is gone")
    virtual.lamps.answer()
    virtual.play(10.0)
    assert sounds(virtual) == [(1.0, BEEP_S)]


@pytest.mark.parametrize("spm", [None, 0.0, 139.9, 221.0, math.nan, math.inf])
def test_a_metronome_without_a_rate_is_refused(spm):
    with pytest.raises(ValueError, match="steps a minute, 140 to 220"):
        Sound(BuzzerUse.METRONOME, spm)
