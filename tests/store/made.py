"""Stances, cues and clocks made for the tests."""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from monitor.store import SessionStart
from monitor.vocabulary import (
    CURVE_POINTS,
    CURVES,
    VARIABLES,
    Cue,
    CueKind,
    Curve,
    EngineFigures,
    Measure,
    PelvicSource,
    Quantiles,
    Side,
    Stance,
    Statistic,
    Summary,
    View,
)

START = SessionStart(source="camera 0", view=View.REAR, model="full", roll_deg=-0.4, origin_s=100.0)


ENGINE = EngineFigures(
    model="lite",
    isolation="an empty network namespace",
    frames=53_820,
    dropped=179,
    fps=29.8,
    inference_s=Quantiles(0.0412, 0.0467, 0.0713),
    age_s=Quantiles(0.0523, 0.0881, 0.1194),
    restarts=1,
    last_failure="it was killed by signal 9",
    worker_bytes=(183_500_800, 176_160_768),
    clock_faults={"the camera's clock jumped ahead": 2},
    temperature_c=61.3,
    throttled="the supply voltage was too low",
)


@dataclass
class HandClock:
    """A clock that moves when told."""

    wall: datetime = datetime(2026, 3, 1, 7, 30, 0, 123456, tzinfo=UTC)
    passed_s: float = field(default=5000.0)
    believed: bool | None = True

    def now(self) -> datetime:
        return self.wall

    def monotonic_s(self) -> float:
        return self.passed_s

    def synchronised(self) -> bool | None:
        return self.believed

    def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.passed_s += seconds


def make_stance(number: int, *, origin_s: float = START.origin_s) -> Stance:
    """Return stance `number` (from 1) of somebody who takes 170 steps a minute, in numbers that survive rounding."""
    chance = random.Random(number)
    contact_s = origin_s + (number - 1) * 60.0 / 170.0

    def measure(shared_sd: float = 0.0) -> Measure:
        return Measure(round(chance.gauss(5.0, 2.0), 3), round(chance.uniform(0.5, 1.5), 3), shared_sd=shared_sd)

    measures = {v.name: measure() for v in VARIABLES}
    measures["pelvic_drop_deg"] = measure(0.346)
    if number % 10 == 0:
        measures["hip_adduction_deg"] = Measure.withheld("the hip line was seen in too few frames")
    side = Side.LEFT if number % 2 else Side.RIGHT
    times_s = (round(contact_s + later_s, 4) for later_s in (0.0, 0.12, 0.25))
    return Stance(side, *times_s, measures, PelvicSource.BELT)


def as_kept(stance: Stance) -> Stance:
    """Return a stance as a file keeps it: times to 0.1 ms, other numbers to a thousandth."""
    times_s = (round(time_s, 4) for time_s in (stance.contact_s, stance.midstance_s, stance.toe_off_s))
    measures = {
        name: Measure(_thousandths(m.value), _thousandths(m.sd), m.reason, round(m.shared_sd, 3))
        for name, m in stance.measures.items()
    }
    return Stance(stance.side, *times_s, measures, stance.pelvic_source, stance.valid, stance.reason)


def _thousandths(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def make_summary(stances: list[Stance]) -> Summary:
    """Return how many stances each side has; the arithmetic is the gait's."""
    counts = {side: sum(stance.side is side for stance in stances) for side in Side}
    return {side: {v.name: Statistic(None, None, counts[side], None, "not asked") for v in VARIABLES} for side in Side}


def make_curves(toe_off: float = 0.375) -> dict[Side, dict[str, Curve]]:
    """Return average strides in numbers that survive rounding."""
    phase = [point / (CURVE_POINTS - 1) for point in range(CURVE_POINTS)]
    mean = tuple(round(5.0 * math.sin(6.28 * p), 2) for p in phase)
    sd = tuple(round(0.5 + p, 2) for p in phase if p <= toe_off)
    return {side: {name: Curve(mean, sd, 900, toe_off) for name in CURVES} for side in Side}


numbers = st.floats(allow_nan=False, allow_infinity=False)
deviations = st.floats(min_value=0.0, allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
reasons = texts.filter(bool)
measures = st.one_of(
    st.builds(Measure, numbers, deviations, st.none() | texts, deviations),
    st.builds(Measure, st.none(), st.none() | deviations, reasons, deviations),
)


@st.composite
def stances(draw: st.DrawFn) -> Stance:
    """Any stance at all."""
    times_s = sorted(draw(st.lists(numbers, min_size=3, max_size=3, unique=True)))
    valid = draw(st.booleans())
    return Stance(
        draw(st.sampled_from(Side)),
        times_s[0],
        times_s[1],
        times_s[2],
        {v.name: draw(measures) for v in VARIABLES},
        draw(st.none() | st.sampled_from(PelvicSource)),
        valid,
        draw(st.none() | texts if valid else reasons),
    )


cues = st.builds(
    Cue,
    numbers,
    st.none() | st.sampled_from(Side),
    st.sampled_from(CueKind),
    texts,
    st.none() | numbers,
    st.none() | numbers,
    st.none() | numbers,
)
statistics = st.builds(
    Statistic,
    st.none() | numbers,
    st.none() | deviations,
    st.integers(0, 2**31 - 1),
    st.none() | st.tuples(numbers, numbers),
    st.none() | texts,
)
counts = st.integers(0, 2**53)
quantiles = st.none() | st.builds(Quantiles, numbers, numbers, numbers)
engines = st.builds(
    EngineFigures,
    texts,
    texts,
    counts,
    counts,
    st.none() | numbers,
    quantiles,
    quantiles,
    counts,
    st.none() | texts,
    st.lists(counts).map(tuple),
    st.dictionaries(texts, counts),
    st.none() | numbers,
    st.none() | texts,
)
angles = st.integers(-18_000, 18_000).map(lambda hundredths: hundredths / 100.0)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Any curve, in numbers that survive rounding."""
    mean = draw(st.lists(angles, min_size=1, max_size=CURVE_POINTS))
    sd = draw(st.none() | st.lists(angles.map(abs), max_size=len(mean)).map(tuple))
    return Curve(tuple(mean), sd, draw(st.integers(1, 2**31 - 1)), draw(st.integers(1, 9999)) / 10_000.0)


some_curves = st.dictionaries(
    st.sampled_from(Side), st.dictionaries(st.sampled_from(CURVES), curves()), min_size=2, max_size=2
)
summaries = st.fixed_dictionaries(
    {side: st.fixed_dictionaries({v.name: statistics for v in VARIABLES}) for side in Side}
)
