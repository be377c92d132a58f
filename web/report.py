"""A session as its page tells it: the answer first, then everything it rests on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.store import Calibration, CueRow, SessionRow, StanceRow
from monitor.vocabulary import VARIABLES, PelvicSource, Side, Variable, View
from web.chart import Chart, Panel, chart, cue_marks
from web.figure import Figure, figure
from web.words import PELVIC_DROP, SOURCE_WORDS, Shown, clock, count, duration, show, signed

SIDES = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Answer:
    """Pelvis drop of one side."""

    side: Side
    shown: Shown
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Line:
    """One variable, both sides."""

    variable: Variable
    left: Shown
    right: Shown


@dataclass(frozen=True, slots=True)
class Report:
    """What the session page shows."""

    session: SessionRow
    answers: tuple[Answer, ...]
    """Left and right; none before there is a summary."""
    lines: tuple[Line, ...]
    line: str
    """What measured the line of the hips, and how often it could."""
    quality: tuple[str, ...]
    chart: Chart | None
    missing: dict[Side, tuple[str, ...]]
    """For each side, where the chart has no value and why."""
    cues: tuple[str, ...]


def report(
    session: SessionRow, stances: Sequence[StanceRow], cues: Sequence[CueRow], calibration: Calibration | None = None
) -> Report:
    """Put a session's page together."""
    drawn = chart(stances, cues, session.origin_s)
    return Report(
        session=session,
        answers=answers(session),
        lines=lines(session),
        line=_hip_line(stances),
        quality=tuple(_quality(session, calibration)),
        chart=drawn,
        missing={panel.side: tuple(_missing(panel, session.origin_s)) for panel in drawn.panels} if drawn else {},
        cues=tuple(_cues(session, stances, cues)),
    )


def answers(session: SessionRow) -> tuple[Answer, ...]:
    """Pelvis drop, left then right; empty before there is a summary."""
    if session.summary is None:
        return ()
    drops = {side: session.summary[side][PELVIC_DROP.name] for side in SIDES}
    return tuple(Answer(side, show(drop, PELVIC_DROP), figure(side, drop)) for side, drop in drops.items())


def lines(session: SessionRow) -> tuple[Line, ...]:
    """Every variable, left and right; empty before there is a summary."""
    if session.summary is None:
        return ()
    left, right = (session.summary[side] for side in SIDES)
    return tuple(Line(v, show(left[v.name], v), show(right[v.name], v)) for v in VARIABLES)


def _quality(session: SessionRow, calibration: Calibration | None) -> Iterable[str]:
    yield _frames(session)
    yield (
        f"The camera stood {'behind' if session.view is View.REAR else 'in front of'} the runner; "
        f"a roll of {signed(session.roll_deg, 1)}° was taken out of every angle. "
        "What is left of it adds to one side and takes from the other."
    )
    if calibration is None:
        yield (
            "The drop is counted from level. "
            "With a belt on, standing still for five seconds before the run makes a zero of one's own."
        )
    else:
        within = "" if calibration.roll_sd_deg is None else f" ± {1.96 * calibration.roll_sd_deg:.1f}"
        yield (
            f"The drop is counted from the runner standing still at {clock(calibration.time_s - session.origin_s)}: "
            f"the hip line stood at {signed(calibration.roll_deg, 1)}{within}° in the picture then."
        )
    if session.clock_synchronised is False:
        yield "The unit's clock was not set when the session began: its date and time may be wrong."


def _hip_line(stances: Sequence[StanceRow]) -> str:
    rows = [row.stance for row in stances]
    measured = [s for s in rows if s.measures[PELVIC_DROP.name].value is not None]
    if not rows:
        return "No stance was recognised."
    if not measured:
        return f"Stances with a pelvis drop: none of {len(rows):,}."
    sources = Counter(s.pelvic_source for s in measured if s.pelvic_source is not None)
    named = [
        SOURCE_WORDS[source] + (f" in {n:,} of them" if len(sources) > 1 else "") for source, n in sources.most_common()
    ]
    text = f"Stances with a pelvis drop: {len(measured):,} of {len(rows):,}. Hip line from {', '.join(named)}."
    if PelvicSource.LANDMARKS in sources:
        text += " Body points alone follow the pelvis poorly: that is why the ± is large."
    return text


def _frames(session: SessionRow) -> str:
    if session.fps_measured is None:
        return "The frame rate is not known."
    seen = count(session.frames_seen, "frame")
    return f"{seen} seen, {session.fps_measured:.1f} a second; {session.frames_dropped:,} dropped."


def _missing(panel: Panel, origin_s: float) -> Iterable[str]:
    """One sentence for each reason."""
    if not panel.shown and not panel.stretches:
        yield f"no {panel.side} stance was recognised"
    for reason, group in groupby(sorted(panel.stretches, key=lambda s: s.reason), key=lambda s: s.reason):
        runs = list(group)
        longest = max(runs, key=lambda s: s.end_s - s.start_s)
        span = f"{clock(longest.start_s - origin_s)} to {clock(longest.end_s - origin_s)}"
        stances = sum(run.stances for run in runs)
        size = f" ({count(stances, 'stance')})" if stances else ""
        yield f"{reason}{size}: {span}" if len(runs) == 1 else f"{reason}{size}: {len(runs)} times, longest {span}"


def _cues(session: SessionRow, stances: Sequence[StanceRow], cues: Sequence[CueRow]) -> Iterable[str]:
    end_s = max((row.stance.toe_off_s for row in stances), default=session.origin_s)
    for side in SIDES:
        marks = cue_marks(side, cues, end_s)
        if marks:
            lit = duration(sum(end - start for start, end in marks))
            times = "once" if len(marks) == 1 else f"{len(marks):,} times"
            yield f"{side.capitalize()} lamp on {times}, {lit} in all"
