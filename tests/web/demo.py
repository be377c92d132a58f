"""Fills a store with sessions that look like running, the same each time.

`python -m tests.web.demo PATH` makes one to look at; with `--live` it then goes on recording in real time, and then, or
with `--fault` at once, has a fault for as long.
"""

import math
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, stdev

from monitor.store import SessionStart, StanceColumns
from monitor.store.arrays import arrays_of, stance_columns
from monitor.store.clock import SystemClock
from monitor.store.codec import stance_values
from monitor.store.packing import columns_of
from monitor.store.recorder import Recorder
from monitor.store.schema import stances as stances_table
from monitor.vocabulary import (
    CURVE_POINTS,
    CURVES,
    VARIABLES,
    Cue,
    CueKind,
    Curve,
    Curves,
    EngineFigures,
    LampState,
    Measure,
    PelvicSource,
    Quantiles,
    Side,
    Stance,
    Statistic,
    Summary,
    View,
)

FIRST_DAY = datetime(2025, 11, 3, 17, 5, tzinfo=UTC)
STEP_S = 0.36
TYPICAL = {
    "pelvic_drop_deg": (5.0, 0.7),
    "pelvic_drop_excursion_deg": (3.6, 0.6),
    "knee_collapse_deg": (4.2, 1.1),
    "femoral_adduction_deg": (6.1, 1.0),
    "hip_adduction_deg": (11.1, 1.2),
    "knee_window": (0.22, 0.04),
    "trunk_lean_deg": (2.4, 0.5),
    "step_width": (-0.03, 0.05),
}
FAULT = "the pose workers failed 5 times within a minute: the last one was killed by signal 9"
HOSTILE_NAME = "<script>alert(1)</script>\"'&{{7*7}} ../../etc/passwd http://evil.example/x.js"


class DemoClock:
    """Stands still until told."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.passed_s = 0.0

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.passed_s)

    def monotonic_s(self) -> float:
        return self.passed_s

    def synchronised(self) -> bool | None:
        return True


def make_engine(frames: int = 53_820, *, restarts: int = 1) -> EngineFigures:
    """A Raspberry Pi with two workers."""
    return EngineFigures(
        model="lite",
        isolation="an empty network namespace",
        frames=frames,
        dropped=frames // 300,
        fps=29.83,
        inference_s=Quantiles(0.0412, 0.0467, 0.0713),
        age_s=Quantiles(0.0523, 0.0881, 0.1194),
        restarts=restarts,
        last_failure="it was killed by signal 9" if restarts else None,
        worker_bytes=(183_500_800, 176_160_768),
        clock_faults={"the camera's clock jumped ahead": 2},
        temperature_c=61.3,
        throttled="the supply voltage was too low",
    )


def make_stance(
    index: int,
    dice: random.Random,
    *,
    start_s: float = 0.0,
    extra: float = 0.0,
    withheld: str | None = None,
    source: PelvicSource = PelvicSource.BELT,
    sd: float = 0.8,
    shared_sd: float = 0.2,
) -> Stance:
    side = Side.LEFT if index % 2 == 0 else Side.RIGHT
    contact = start_s + 1.0 + index * STEP_S + dice.gauss(0.0, 0.006)
    measures = {}
    for variable in VARIABLES:
        mean, spread = TYPICAL[variable.name]
        pelvic = variable.name in ("pelvic_drop_deg", "pelvic_drop_excursion_deg", "hip_adduction_deg")
        if pelvic and withheld:
            measures[variable.name] = Measure.withheld(withheld)
            continue
        value = mean + dice.gauss(0.0, spread) + (extra if pelvic else 0.0)
        measures[variable.name] = Measure(value, sd if pelvic else spread / 3, None, shared_sd if pelvic else 0.0)
    return Stance(side, contact, contact + 0.13, contact + 0.25, measures, None if withheld else source)


def summarise(stances: Sequence[Stance]) -> Summary:
    return {
        side: {v.name: _statistic([s.measures[v.name] for s in stances if s.side is side]) for v in VARIABLES}
        for side in Side
    }


def average_strides(stances: Sequence[Stance]) -> Curves:
    """Curves whose peaks are the means of the stances; a side without a value has none."""
    phase = [point / (CURVE_POINTS - 1) for point in range(CURVE_POINTS)]
    down = [p for p in phase if p <= 0.36]
    found: dict[Side, dict[str, Curve]] = {side: {} for side in Side}
    for side, statistics in summarise(stances).items():
        for name in CURVES:
            peak = statistics[name].mean
            if peak is not None:
                whole = [peak * (1.6 * math.exp(2.5 * (math.cos(2 * math.pi * (p - 0.16)) - 1)) - 0.6) for p in phase]
                mean = whole[: len(down)] if name == "knee_collapse_deg" else whole
                spread = tuple(0.8 + 0.6 * math.sin(8 * p) for p in down)
                found[side][name] = Curve(tuple(mean), spread, statistics[name].n, 0.36)
    return found


def columns(stances: Sequence[Stance]) -> StanceColumns:
    """The same as the store gives them for statistics and drawings."""
    rows = [stance_values(stance) for stance in stances]
    return stance_columns([arrays_of(columns_of(stances_table, rows))])


def _statistic(measures: Sequence[Measure]) -> Statistic:
    values = [m.value for m in measures if m.value is not None]
    if not values:
        reasons = [m.reason for m in measures if m.reason]
        return Statistic(None, None, 0, None, reasons[0] if reasons else "no stance on this side")
    if len(values) < 2:
        return Statistic(values[0], None, 1, None)
    spread = stdev(values)
    half = 1.96 * math.hypot(spread / math.sqrt(len(values)), max(m.shared_sd for m in measures))
    mean = fmean(values)
    return Statistic(mean, spread, len(values), (mean - half, mean + half))


def story(length_s: float, dice: random.Random, start_s: float = 0.0) -> Iterator[tuple[Stance, Cue | None]]:
    """Even at first; then the left side drops more until its lamp comes on; the belt is hidden for a while."""
    cued = False
    for index in range(int((length_s - 1.5) / STEP_S)):
        now = index * STEP_S / length_s
        if 0.62 < now < 0.66:
            continue
        left = index % 2 == 0
        extra = 3.4 * max(0.0, min(1.0, (now - 0.35) / 0.15)) if left and now < 0.7 else 0.4 if left else 0.9
        stance = make_stance(
            index,
            dice,
            start_s=start_s,
            extra=extra,
            withheld="the marked belt was hidden" if 0.2 < now < 0.24 or dice.random() < 0.01 else None,
        )
        cue = None
        if index == 6:
            cue = Cue(stance.toe_off_s, None, CueKind.OFF, "waiting for enough good steps")
        elif index == 20 or (left and cued and now > 0.74):
            cued = False
            cue = Cue(stance.toe_off_s, None, CueKind.INSIDE, "inside your band on both legs")
        elif left and not cued and 0.46 < now < 0.7:
            cued = True
            reason = "the pelvis drops beyond your band while you stand on the left leg"
            cue = Cue(stance.toe_off_s, Side.LEFT, CueKind.OUTSIDE, reason, 8.1, 0.5, 6.5)
        yield stance, cue


def record(
    recorder: Recorder,
    clock: DemoClock,
    start: SessionStart,
    steps: Iterable[tuple[Stance, Cue | None]],
    *,
    length_s: float,
    fps: float | None = 29.8,
    withheld: dict[str, int] | None = None,
    summary: bool = True,
) -> tuple[str, list[Stance]]:
    """Record a session and leave it open."""
    session_id = recorder.open_session(start)
    recorder.state(LampState.MEASURING, "")
    stances = []
    for stance, cue in steps:
        stances.append(stance)
        recorder.stance(stance)
        if cue:
            recorder.cue(cue)
        if len(stances) % 1000 == 0:
            recorder.flush()
    clock.passed_s += length_s
    frames = int(length_s * (fps or 0.0))
    cadence = 60.0 / STEP_S if stances else None
    figures = (summarise(stances), average_strides(stances)) if summary else (None, None)
    recorder.progress(frames, frames // 900, fps, cadence, withheld or {}, *figures)
    return session_id, stances


def start_of(source: str, *, origin_s: float = 0.0, roll_deg: float = 0.4) -> SessionStart:
    return SessionStart(source, View.REAR, "full", roll_deg, origin_s)


def fill(path: Path) -> dict[str, str]:
    """Make a store with one session of every kind; return their ids by kind."""
    clock = DemoClock(FIRST_DAY)
    dice = random.Random(20251103)
    ids = {}

    def between() -> None:
        clock.passed_s += 2 * 86400

    with Recorder(path, clock) as recorder:

        def one(kind: str, start: SessionStart, steps: Iterable[tuple[Stance, Cue | None]], **more: object) -> None:
            ids[kind], _ = record(recorder, clock, start, steps, **more)  # type: ignore[arg-type]
            recorder.close_session(kind if kind in ("recovered", "fault") else "finished")
            between()

        one("nobody", start_of("camera 0"), [], length_s=41.0, withheld={"nobody in the picture": 1204})
        one(
            "landmarks",
            start_of("treadmill-evening.mp4"),
            (
                (make_stance(i, dice, source=PelvicSource.LANDMARKS, sd=1.6, shared_sd=3.1, extra=-6.2), None)
                for i in range(240)
            ),
            length_s=90.0,
        )
        one(
            "withheld",
            start_of("loose-jacket.mp4"),
            ((make_stance(i, dice, withheld="a loose jacket hides the pelvis"), None) for i in range(120)),
            length_s=45.0,
            withheld={"a loose jacket hides the pelvis": 1311, "walking": 96},
        )
        one("recovered", start_of("camera 0", origin_s=8123.4), story(200.0, dice, 8123.4), length_s=200.0)
        one("fault", start_of("camera 0"), story(30.0, dice), length_s=30.0)
        one("no summary", start_of("camera 0"), story(12.0, dice), length_s=12.0, summary=False)
        one("single", start_of("short.mp4"), [(make_stance(0, dice), None)], length_s=3.0)
        one("hostile", start_of(HOSTILE_NAME), story(20.0, dice), length_s=20.0, withheld={HOSTILE_NAME: 3})
        one(
            "long",
            start_of("camera 0", origin_s=91234.5),
            story(1800.0, dice, 91234.5),
            length_s=1800.0,
            withheld={"the marked belt was hidden": 2211, "the pose was lost for a moment": 312},
        )
        one(
            "story",
            start_of("demo clip", origin_s=55.0),
            story(240.0, dice, 55.0),
            length_s=240.0,
            withheld={"the marked belt was hidden": 311, "the pose was lost for a moment": 12},
        )
        recorder.engine(make_engine())
    return ids


def run_live(path: Path, length_s: float = 90.0) -> None:
    """Record the story in real time."""
    dice = random.Random(1)
    with Recorder(path, SystemClock()) as recorder:
        recorder.open_session(start_of("demo, live"))
        recorder.state(LampState.MEASURING, "")
        begun = time.monotonic()
        stances = []
        for stance, cue in story(length_s, dice):
            time.sleep(max(0.0, begun + stance.toe_off_s - time.monotonic()))
            stances.append(stance)
            recorder.stance(stance)
            if cue:
                recorder.cue(cue)
            recorder.progress(len(stances) * 11, 0, 29.9, 166.7, {}, summarise(stances), average_strides(stances))
            recorder.engine(make_engine(len(stances) * 11, restarts=0))


def have_fault(path: Path, length_s: float = 90.0) -> None:
    """Be in the safe state, without a session."""
    with Recorder(path, SystemClock()) as recorder:
        recorder.engine(make_engine(restarts=5))
        recorder.state(LampState.FAULT, FAULT)
        for _ in range(int(length_s)):
            recorder.alive()
            time.sleep(1.0)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print(fill(place))
    if "--live" in sys.argv:
        run_live(place)
    if {"--live", "--fault"} & set(sys.argv):
        have_fault(place)
