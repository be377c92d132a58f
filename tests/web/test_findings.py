"""What stands out, by what was put into the session."""

import random
from collections.abc import Callable

import pytest

from monitor.store import CueRow
from monitor.vocabulary import Cue, CueKind, Side, Stance, Statistic
from tests.web import demo
from web.findings import MOST, Evidence, Facts, Finding, findings

FORBIDDEN = ("normal", "diagnos", "weak", "prevent", "injur", "safe", "risk", "treat")


def stances(length: int, extra: Callable[[int], float] = lambda _: 0.0) -> list[Stance]:
    dice = random.Random(11)
    return [demo.make_stance(i, dice, extra=extra(i)) for i in range(length)]


def found(
    given: list[Stance],
    *,
    cues: list[Cue] | None = None,
    sides: Statistic | None = None,
    changes: dict[Side, Statistic] | None = None,
    cadence_spm: float | None = 166.0,
    zeroed: bool = False,
) -> tuple[Finding, ...]:
    summary = demo.summarise(given)
    shown = findings(
        Facts(
            {side: summary[side]["pelvic_drop_deg"] for side in (Side.LEFT, Side.RIGHT)},
            demo.columns(given),
            [CueRow(i, cue) for i, cue in enumerate(cues or [], start=1)],
            0.0,
            sides,
            changes or {},
            cadence_spm,
            zeroed,
        )
    )
    for finding in shown:
        text = " ".join([finding.headline, finding.detail, finding.to_try]).lower()
        assert not [word for word in FORBIDDEN if word in text]
        assert "nan" not in text
        assert "none" not in text
    return shown


def told(mean: float, half: float) -> Statistic:
    return Statistic(mean, None, 200, (mean - half, mean + half))


def lit(side: Side, start_s: float, end_s: float) -> list[Cue]:
    return [Cue(start_s, side, CueKind.OUTSIDE, "outside", 8.0, 0.4, 6.5), Cue(end_s, None, CueKind.INSIDE, "inside")]


def test_a_steady_session_has_nothing_that_stands_out() -> None:
    assert found(stances(900), sides=told(0.4, 0.8), changes={Side.LEFT: told(0.5, 1.2)}) == ()


def test_no_stance_no_finding() -> None:
    assert found([]) == ()


@pytest.mark.parametrize("more", [2.0, -2.0])
def test_a_change_against_the_baseline_is_told_when_it_is_more_than_the_measurement(more: float) -> None:
    (finding,) = found(stances(200), changes={Side.LEFT: told(0.3, 1.0), Side.RIGHT: told(more, 1.5)})
    assert finding.headline == f"Right: 2.0° {'more' if more > 0 else 'less'} drop than your baseline"
    assert "From 1.5° on" in finding.detail
    assert ("metronome at 174" in finding.to_try) is (more > 0)
    assert finding.evidence is Evidence.DROP


def test_the_band_is_named_with_its_edge_and_how_long() -> None:
    (finding,) = found(stances(300), cues=[*lit(Side.LEFT, 20.0, 50.0), *lit(Side.RIGHT, 60.0, 61.0)])
    assert finding.headline == "Left: beyond your band of 6.5° for 30 s"
    assert finding.detail == "The lamp came on once, first at 0:20."
    assert "5 % above your 166" in finding.to_try
    (finding,) = found(stances(300), cues=lit(Side.LEFT, 20.0, 50.0), cadence_spm=None)
    assert "Take 5 % more steps a minute" in finding.to_try


@pytest.mark.parametrize("drop_deg", [3.0, -3.0])
def test_a_drift_of_one_side_is_told_with_both_means(drop_deg: float) -> None:
    number = 900
    drifting = stances(number, lambda i: drop_deg * i / number if i % 2 else 0.0)
    (finding,) = found(drifting)
    assert finding.side is Side.RIGHT
    assert finding.evidence is Evidence.DRIFT
    assert ("more drop at the end" in finding.headline) is (drop_deg > 0.0)
    assert found(drifting[: number // 3]) == (), "a minute and three quarters are not enough to speak of an end"


def test_sides_that_differ_are_told_with_the_one_that_drops_more() -> None:
    (finding,) = found(stances(200), sides=told(-2.4, 1.1))
    assert finding.headline == "The pelvis drops 2.4° more on the right leg than on the left"
    assert "Stand still for five seconds" in finding.to_try
    (finding,) = found(stances(200), sides=told(2.4, 1.1), zeroed=True)
    assert "on the left leg" in finding.to_try
    assert "Hip hitches" in finding.to_try


def test_a_trunk_that_leans_under_the_lamp_is_told_before_the_lamp() -> None:
    given = stances(400)
    leaning = [_leaning(s) if s.side is Side.LEFT and 60.0 < s.midstance_s < 100.0 else s for s in given]
    first, second = found(leaning, cues=lit(Side.LEFT, 60.0, 100.0))
    assert first.headline.startswith("Left: the trunk leaned 4.")
    assert first.evidence is Evidence.LEAN
    assert "beyond your band" in second.headline


def _leaning(stance: Stance) -> Stance:
    lean = stance.measures["trunk_lean_deg"]
    assert lean.value is not None
    more = type(lean)(lean.value + 4.5, lean.sd)
    measures = {**stance.measures, "trunk_lean_deg": more}
    return Stance(stance.side, stance.contact_s, stance.midstance_s, stance.toe_off_s, measures, stance.pelvic_source)


def test_a_side_without_a_number_says_why_and_shows_nothing() -> None:
    dice = random.Random(2)
    hidden = [demo.make_stance(i, dice, withheld="a loose jacket hides the pelvis") for i in range(60)]
    (finding,) = found(hidden)
    assert (finding.headline, finding.evidence) == ("No pelvis drop this time", None)
    assert finding.detail == "Withheld, because: a loose jacket hides the pelvis."
    one = found([s for s in stances(60) if s.side is Side.LEFT] + [s for s in hidden if s.side is Side.RIGHT])
    assert one[0].headline == "Right: no pelvis drop this time"


def test_there_are_never_more_than_three() -> None:
    number = 900
    drifting = stances(number, lambda i: 4.0 * i / number)
    everything = found(
        drifting,
        cues=lit(Side.LEFT, 200.0, 300.0),
        sides=told(3.0, 1.0),
        changes={Side.LEFT: told(4.0, 1.0), Side.RIGHT: told(3.0, 1.0)},
    )
    assert len(everything) == MOST
    headlines = [finding.headline for finding in everything]
    assert all(word in text for word, text in zip(("baseline", "band", "end"), headlines, strict=True))
