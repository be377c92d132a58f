"""What a runner is told whose session has a plan: the real measurement of a made-up runner."""

import pytest

from monitor.cues.decision import TRUNK, Decider
from monitor.cues.sound import BuzzerUse, Sound
from monitor.gait import GaitSettings, GaitTracker
from monitor.measurement import CLICKS, CLICKS_REST, MINUTES_DONE, ON_YOUR_OWN, OTHER_SPEED, SILENT_RUN, Measurement
from monitor.vocabulary import Cue, CueKind, CuePlan, Observation, Side
from tests.gait.synthetic import Runner

FPS = 30.0
TRACK = Runner(drop_deg=(9.0, 12.0)).observe(45.0, FPS)
LONG = Runner(drop_deg=(9.0, 12.0)).observe(115.0, FPS)
BEEP = Sound()


def followed(
    plan: CuePlan | None, track: list[Observation] = TRACK, slow: tuple[float, float] = (0.0, 0.0)
) -> tuple[list[Cue], list[tuple[float, Sound]]]:
    """What is said and heard; from and until when the belt runs at another speed."""
    measurement = Measurement(GaitTracker(GaitSettings()), Decider())
    if plan is not None:
        measurement.follow(plan)
    cues, sounds = [], []
    for observation in track:
        measurement.at_speed = not slow[0] <= observation.time_s < slow[1]
        cues += measurement.cues(measurement.push(observation))
        sound = measurement.sound(BEEP)
        if not sounds or sounds[-1][1] != sound:
            sounds.append((observation.time_s, sound))
    return cues, sounds


def spans(cues: list[Cue], kind: CueKind) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for cue, after in zip(cues, [*cues[1:], None], strict=True):
        if cue.kind is kind:
            found.append((cue.time_s, after.time_s if after else TRACK[-1].time_s))
    return found


def test_the_lamp_is_lit_in_the_windows_only_and_for_the_planned_leg() -> None:
    plan = CuePlan(40.0, ((0.0, 15.0), (25.0, 32.0)), Side.LEFT, 6.0)
    cues, sounds = followed(plan)
    assert {cue.side for cue in cues if cue.kind is not CueKind.OFF} == {Side.LEFT}, "though the right drops more"
    assert {cue.target_deg for cue in cues if cue.kind is CueKind.OUTSIDE} == {6.0}
    (first, second) = spans(cues, CueKind.OUTSIDE)
    assert first[1] == pytest.approx(15.0, abs=1.5)
    assert second == pytest.approx((25.0, 32.0), abs=2.5)
    reasons = [cue.reason for cue in cues]
    assert [reasons.count(reason) for reason in (ON_YOUR_OWN, MINUTES_DONE)] == [2, 1]
    assert sounds == [(TRACK[0].time_s, BEEP)]


def test_a_silent_run_says_so_and_lights_nothing() -> None:
    cues, _ = followed(CuePlan(30.0, (), Side.LEFT, 6.0))
    assert {cue.kind for cue in cues} == {CueKind.OFF}
    assert SILENT_RUN in [cue.reason for cue in cues]
    assert cues[-1].reason == MINUTES_DONE


def test_the_metronome_clicks_in_the_windows_only_and_no_lamp_is_lit() -> None:
    cues, sounds = followed(CuePlan(40.0, ((0.0, 15.0), (25.0, 32.0)), Side.LEFT, 6.0, 180.0))
    assert {cue.kind for cue in cues} == {CueKind.OFF}
    assert [cue.reason for cue in cues].count(CLICKS) == 2
    click = Sound(BuzzerUse.METRONOME, 180.0)
    assert [sound for _, sound in sounds] == [click, BEEP, click, BEEP]
    assert [time_s for time_s, _ in sounds] == pytest.approx([0.0, 15.0, 25.0, 32.0], abs=2.0)


def test_the_metronome_clicks_for_half_a_minute_and_rests_for_as_long() -> None:
    cues, sounds = followed(CuePlan(200.0, ((10.0, 190.0),), Side.LEFT, 6.0, 180.0), LONG)
    click = Sound(BuzzerUse.METRONOME, 180.0)
    assert [sound for _, sound in sounds] == [BEEP, click, BEEP, click, BEEP]
    assert [time_s for time_s, _ in sounds] == pytest.approx([0.0, 11.0, 41.0, 71.0, 101.0], abs=2.0)
    said = [cue.reason for cue in cues if cue.reason in (CLICKS, CLICKS_REST)]
    assert said == [CLICKS, CLICKS_REST, CLICKS, CLICKS_REST]


def test_who_leans_with_the_trunk_is_told_so_and_the_metronome_stops() -> None:
    leaning = Runner(drop_deg=(9.0, 12.0), lean_deg=(12.0, 1.0)).observe(45.0, FPS)
    track = [before if before.time_s < 12.0 else after for before, after in zip(TRACK, leaning, strict=True)]
    cues, sounds = followed(CuePlan(60.0, ((0.0, 60.0),), Side.LEFT, 6.0, 180.0), track)
    told = next(cue for cue in cues if cue.reason == TRUNK)
    assert {cue.kind for cue in cues} == {CueKind.OFF}
    assert 12.0 < told.time_s < 22.0
    assert next(time_s for time_s, sound in sounds if sound == BEEP) == pytest.approx(told.time_s, abs=0.1)
    followed_by_lamp, _ = followed(CuePlan(60.0, ((0.0, 60.0),), Side.LEFT, 6.0), track)
    assert told.time_s == next(cue for cue in followed_by_lamp if cue.reason == TRUNK).time_s


def test_at_another_speed_nothing_is_cued_and_no_minute_passes() -> None:
    plan = CuePlan(40.0, ((0.0, 30.0),), Side.LEFT, 6.0)
    cues, _ = followed(plan, slow=(10.0, 20.0))
    assert [cue.reason for cue in cues].count(OTHER_SPEED) == 1
    first, *rest = spans(cues, CueKind.OUTSIDE)
    assert first[1] == pytest.approx(10.0, abs=1.0)
    assert rest[0][0] == pytest.approx(20.0, abs=2.0)
    assert rest[-1][1] == pytest.approx(41.0, abs=1.5), "thirty seconds of running later"


def test_a_session_that_was_cut_off_goes_on_where_it_was() -> None:
    plan = CuePlan(600.0, ((0.0, 100.0),), Side.LEFT, 6.0, behind_s=90.0)
    cues, _ = followed(plan)
    assert spans(cues, CueKind.OUTSIDE)[0][1] == pytest.approx(11.0, abs=1.5)


def test_without_a_plan_nothing_is_otherwise() -> None:
    cues, sounds = followed(None)
    assert {cue.side for cue in cues if cue.kind is CueKind.OUTSIDE} == {Side.RIGHT}
    assert sounds == [(TRACK[0].time_s, BEEP)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"windows": ((0.0, 90.0),)},
        {"windows": ((10.0, 5.0),)},
        {"windows": ((0.0, 20.0), (10.0, 30.0))},
        {"target_deg": 0.0},
        {"target_deg": 31.0},
        {"metronome_spm": 300.0},
        {"behind_s": 61.0},
        {"behind_s": -1.0},
        {"run_s": float("inf")},
    ],
)
def test_plans_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    given = {"run_s": 60.0, "windows": ((0.0, 30.0),), "side": Side.LEFT, "target_deg": 6.0, **wrong}
    with pytest.raises(ValueError, match=r"plan|metronome"):
        CuePlan(**given)  # type: ignore[arg-type]
