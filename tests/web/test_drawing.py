"""Numbers in words, the chart and the figure, as far as they are pure."""

import random
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store import CueRow
from monitor.vocabulary import VARIABLES, Cue, CueKind, Side, Stance, Statistic
from tests.web import demo
from web import words
from web.chart import DENSE_STANCES, GAP_S, HEIGHT, WIDTH, chart
from web.figure import figure
from web.recent import recent

DROP = words.PELVIC_DROP
WINDOW = words.VARIABLE["knee_window"]
seconds = st.floats(0.0, 1e6)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(5.25, 1, "+5.2"), (-5.26, 1, "−5.3"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (0.0, 0, "0"), (-12.0, 0, "−12")],
)
def test_signed(value: float, digits: int, text: str) -> None:
    assert words.signed(value, digits) == text


@given(st.floats(-180.0, 180.0), st.integers(0, 3))
def test_signed_can_be_read_back(value: float, digits: int) -> None:
    text = words.signed(value, digits)
    assert float(text.replace("−", "-")) == float(f"{value:.{digits}f}")
    assert "-" not in text


@given(st.floats(0.0, 90.0), st.sampled_from([1, 2]))
def test_an_uncertainty_is_never_shown_as_nothing(size: float, digits: int) -> None:
    assert re.search(r"[1-9]", words.unsigned(size, digits))


def test_a_statistic_in_words() -> None:
    shown = words.show(Statistic(6.04, 1.0, 12, (5.44, 6.64)), DROP)
    assert (shown.value, shown.plus_minus, shown.interval) == ("+6.0°", "± 0.6°", "+5.4 to +6.6°")
    shown = words.show(Statistic(0.221, 0.1, 12, (0.2, 0.242)), WINDOW)
    assert (shown.value, shown.plus_minus, shown.interval) == ("+0.22", "± 0.02", "+0.20 to +0.24")
    assert words.name_of(WINDOW) == "Knee window, in hip widths"
    shown = words.show(Statistic(None, None, 0, None, "nobody ran"), DROP)
    assert (shown.exact, shown.value, shown.reason) == (None, "", "nobody ran")
    assert words.show(Statistic(4.0, None, 1, None), DROP).plus_minus == "± not known"


@pytest.mark.parametrize(
    ("seconds", "clock", "stopwatch", "duration"),
    [
        (0.0, "0:00", "0:00.0", "0 s"),
        (59.96, "0:59", "1:00.0", "1 min"),
        (61.25, "1:01", "1:01.2", "1 min 1 s"),
        (3600.0, "1:00:00", "1:00:00.0", "1 h 0 min"),
        (36_000.0, "10:00:00", "10:00:00.0", "10 h 0 min"),
    ],
)
def test_times(seconds: float, clock: str, stopwatch: str, duration: str) -> None:
    assert (words.clock(seconds), words.stopwatch(seconds), words.duration(seconds)) == (clock, stopwatch, duration)


def test_words_in_passing() -> None:
    assert words.sentence("left leg") == "Left leg."
    assert words.sentence("Is it so?") == "Is it so?"
    assert words.sentence("") == ""
    assert [words.count(n, "stance") for n in (0, 1, 5120)] == ["0 stances", "1 stance", "5,120 stances"]
    assert re.fullmatch(r"\w{3} \d{1,2} Nov 2025, \d\d:\d\d", words.moment(datetime(2025, 11, 3, 12, 0, tzinfo=UTC)))


def steps(indices: list[int], withheld: frozenset[int] = frozenset(), start_s: float = 0.0) -> list[Stance]:
    dice = random.Random(3)
    return [
        demo.make_stance(i, dice, start_s=start_s, withheld="it was hidden" if i in withheld else None) for i in indices
    ]


@given(st.sets(st.integers(0, 400), min_size=1), st.sets(st.integers(0, 400)), seconds)
def test_every_stance_is_drawn_or_accounted_for(indices: set[int], hidden: set[int], start_s: float) -> None:
    given_steps = steps(sorted(indices), frozenset(hidden), start_s)
    drawn = chart(demo.columns(given_steps), [], start_s)
    assert drawn is not None
    for panel in drawn.panels:
        mine = [s for s in given_steps if s.side is panel.side]
        withheld = [s for s in mine if s.measures[DROP.name].value is None]
        assert panel.shown == len(mine) - len(withheld) == panel.dots.count("M") == panel.whiskers.count("M")
        assert sum(s.stances for s in panel.stretches) == len(withheld)
        places = [int(n) for n in re.findall(r"-?\d+", panel.dots.replace("h.01", ""))]
        assert all(0 <= x <= WIDTH for x in places[::2])
        assert all(0 <= y <= HEIGHT for y in places[1::2])
        assert places[::2] == sorted(places[::2])
        assert all(0.0 <= s.x <= 100.0 and s.x + s.width <= 100.0 + 1e-9 for s in panel.stretches)
        assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(panel.stretches, panel.stretches[1:], strict=False))


def test_time_begins_with_the_session_wherever_the_camera_clock_stands() -> None:
    early, late = (chart(demo.columns(steps(list(range(100)), start_s=s)), [], s) for s in (0.0, 86_400.0))
    assert early is not None
    assert late is not None
    assert early.panels[0].dots == late.panels[0].dots
    assert [t.label for t in early.times] == [t.label for t in late.times] == ["0:00", "0:10", "0:20", "0:30"]


def test_gaps_are_told_from_what_was_withheld() -> None:
    drawn = chart(demo.columns(steps([*range(40), *range(80, 120)], frozenset(range(10, 14)))), [], 0.0)
    assert drawn is not None
    left = drawn.panels[0].stretches
    assert [(s.reason, s.stances) for s in left] == [("it was hidden", 2), ("no stance was recognised", 0)]
    assert left[1].end_s - left[1].start_s > GAP_S


def test_the_lamp_is_drawn_on_its_own_side_until_something_else_is_said() -> None:
    outside = Cue(10.0, Side.LEFT, CueKind.OUTSIDE, "left", 8.0, 0.5, 6.0)
    cues = [
        CueRow(1, outside),
        CueRow(2, Cue(20.0, None, CueKind.INSIDE, "inside")),
        CueRow(3, Cue(30.0, Side.RIGHT, CueKind.OUTSIDE, "right", 8.0, 0.5, 6.0)),
    ]
    drawn = chart(demo.columns(steps(list(range(100)))), cues, 0.0)
    assert drawn is not None
    left, right = drawn.panels
    assert [(c.start_s, c.end_s) for c in left.cues] == [(10.0, 20.0)]
    assert [c.start_s for c in right.cues] == [30.0]
    assert right.cues[0].x + right.cues[0].width == pytest.approx(100.0)


def test_no_stance_no_chart() -> None:
    assert chart(demo.columns([]), [], 0.0) is None


def test_wild_values_stay_in_the_box() -> None:
    dice = random.Random(1)
    wild = [demo.make_stance(i, dice, extra=e) for i, e in enumerate((1e6, -1e6, 0.0))]
    drawn = chart(demo.columns(wild), [], 0.0)
    assert drawn is not None
    assert len(drawn.degrees) < 10


def test_many_stances_are_all_drawn_in_few_bytes() -> None:
    """Each is still there; what would be a smear, its own error, is told in words, and the mean is drawn thinner."""
    many = chart(demo.columns(steps(list(range(10_000)))), [], 0.0)
    assert many is not None
    for panel in many.panels:
        assert panel.shown == panel.dots.count("M") == 5000 > DENSE_STANCES
        assert panel.whiskers == ""
        assert len(panel.dots) + len(panel.trend) < 100_000
    assert many.own_95_deg == pytest.approx(1.96 * 0.8)


@given(st.floats(-40.0, 40.0), st.floats(0.1, 10.0))
def test_the_figure_of_one_side_mirrors_the_other(mean: float, half: float) -> None:
    statistic = Statistic(mean, 1.0, 9, (mean - half, mean + half))
    left, right = figure(Side.LEFT, statistic), figure(Side.RIGHT, statistic)
    assert left is not None
    assert right is not None
    assert left.stance_x < 100.0 < right.stance_x
    assert left.swing_x == pytest.approx(200.0 - right.swing_x)
    assert left.swing_y == right.swing_y
    assert (left.swing_y >= left.hip_y) is (mean >= 0.0) or abs(mean) < 0.01


def test_a_withheld_side_has_no_figure() -> None:
    assert figure(Side.LEFT, Statistic(None, None, 0, None, "hidden")) is None


@given(st.integers(10, 60), st.floats(0.0, 3.0))
def test_the_interval_of_now_holds_what_all_stances_share(number: int, shared_sd: float) -> None:
    dice = random.Random(number)
    stances = [demo.make_stance(i, dice, shared_sd=shared_sd) for i in range(number)]
    for side in Side:
        now = recent(side, stances)
        assert now.n == min(10, len([s for s in stances if s.side is side]))
        assert now.ci95 is not None
        assert now.mean is not None
        assert (now.ci95[1] - now.ci95[0]) / 2 >= 1.96 * shared_sd
        assert now.ci95[0] < now.mean < now.ci95[1]


def test_nothing_is_known_of_nobody() -> None:
    assert recent(Side.LEFT, []).reason == "0 of 5 stances so far"


def test_every_variable_has_a_place_in_the_demo() -> None:
    assert set(demo.TYPICAL) == {v.name for v in VARIABLES}
